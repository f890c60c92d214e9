//! For tests, with the feature `testing`: the rules that every directory keeps, a clock that a test moves, and a directory
//! that does not answer.
//!
//! | file | what is in it |
//! |---|---|
//! | `manual_clock` | a clock that a test moves |
//! | `flaky` | a directory that goes away, or loses its answers |
//! | `world` | a directory with the time, as the rules want it |
//! | `rules` | what every directory keeps to |

mod flaky;
mod manual_clock;
pub mod rules;
mod world;

pub use flaky::{Flaky, Mood};
pub use manual_clock::ManualClock;
pub use world::World;
