//! The messages of a table for baccarat, beside those of the chat: rounds, stakes, cards, payouts and the shoe.
//!
//! They are a table of their own, so that a chat server does not take them for its own. What is staked is counted in
//! whole chips, what is in an account in hundredths of a chip.
//!
//! ```
//! use protocol::{Codec, message::{Encode, baccarat::{MESSAGES, Side, StakeReq}}, trace};
//!
//! let stake = StakeReq { round: 7, side: Side::BANKER, amount: 50 };
//! let packet = stake.encode_as(Codec::MsgPack)?;
//! assert_eq!(StakeReq::decode(&stake.encode()?.as_bytes()[5..])?, stake);
//!
//! let reading = trace::Reading { own: Some(&MESSAGES), ..Codec::MsgPack.into() };
//! assert_eq!(
//!     trace::line(reading, packet.as_bytes()),
//!     "STAKE_REQ round=7 side=BANKER (2) amount=50 [msgpack]"
//! );
//! # Ok::<(), protocol::PacketError>(())
//! ```

mod bytes;
mod numbers;
mod payouts;
mod side;
mod table;

pub use payouts::Payout;
pub use side::{Phase, Side, Winner};
pub use table::*;

/// What stands for a card that was not drawn, in a [`GameResultNtf`].
pub const NO_CARD: i8 = -1;
