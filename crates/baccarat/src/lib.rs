//! The rules of baccarat as pure functions: cards, hands, the third-card rules, payouts, exact odds, and a shoe that
//! everybody can check afterwards. No randomness, no clock, no sockets.
//!
//! | file | what is in it |
//! |---|---|
//! | [`card`] | cards, ranks, suits, and what a card counts |
//! | [`hand`] | the score of two or three cards |
//! | [`rules`] | when the player and the banker draw |
//! | [`round`] | two hands, dealt from any cards |
//! | [`outcome`] | who won, pairs, naturals; the byte of a history |
//! | [`payout`] | what a stake brings back |
//! | [`exact`] | in how many ways each side wins, and what the house keeps |
//! | [`fraction`] | exact fractions, in percent where somebody reads them |
//! | [`bead_plate`], [`big_road`] | the boards that show a history |
//! | [`fair`] | a seed, the commitment to it, the shuffle that follows from it |
//! | [`settings`] | decks of a shoe, and its cut card |
//! | [`shoe`] | cuts, burnt cards, rounds, and the end of a shoe |
//! | [`record`] | what was announced of a shoe, as a text |
//! | `reading` | reads that text |
//! | [`verify`](mod@verify) | shuffles a recorded shoe again, and compares |
//!
//! ```
//! use baccarat::{Seed, Shoe, ShoeSettings, Side, returned};
//!
//! let seed = Seed::from([0; 32]); // random bytes, in earnest
//! let mut shoe = Shoe::new(seed, 1, ShoeSettings::default());
//! println!("before the first stake: {}", shoe.commitment());
//! while let Some(round) = shoe.deal() {
//!     let back = returned(Side::Banker, 10, round.outcome())?;
//!     assert!([0, 1_000, 1_950].contains(&back));
//! }
//! println!("after the last round: {}", shoe.reveal().seed);
//! # Ok::<(), baccarat::BaccaratError>(())
//! ```
#![forbid(unsafe_code)]

pub mod bead_plate;
pub mod big_road;
pub mod card;
mod error;
pub mod exact;
pub mod fair;
pub mod fraction;
pub mod hand;
mod hexadecimal;
pub mod outcome;
pub mod payout;
mod reading;
pub mod record;
pub mod round;
pub mod rules;
pub mod settings;
pub mod shoe;
pub mod verify;

pub use bead_plate::BeadPlate;
pub use big_road::{BigRoad, Cell};
pub use card::{CARDS_A_DECK, Card, Letters, Rank, Suit};
pub use error::BaccaratError;
pub use exact::Table;
pub use fair::{Commitment, Numbers, Seed, shuffle};
pub use fraction::Fraction;
pub use hand::Hand;
pub use outcome::{Outcome, Winner};
pub use payout::{Hundredths, Side, returned};
pub use record::{Payout, Record, RecordedRound, SeenRound};
pub use round::Round;
pub use rules::{banker_draws, player_draws};
pub use settings::ShoeSettings;
pub use shoe::{Reveal, Shoe};
pub use verify::{Verified, VerifyError, verify};
