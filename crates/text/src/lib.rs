//! Makes text from somebody else safe to print and to compare: how it is shown on a terminal, and in which form it is
//! compared.
//!
//! Whatever comes from a network may hold characters that do something to a terminal, or that nobody can see.
//! [`printable`] and [`quoted`] write those out, and everything that shows text of others goes through one of
//! the two: clients, `--trace`, `examine`, the small tools.
//!
//! ```
//! assert_eq!(text::printable("bob\u{202e}".as_bytes()), "bob\\u{202e}");
//! assert_eq!(text::quoted("bob\u{202e}".as_bytes()), r#""bob\u{202e}""#);
//! ```
//!
//! And two texts that are the same to every reader may be different bytes: [`composed`] makes one of them.
//! Which characters a name may have is what [`has_no_look_of_its_own`] tells.
//!
//! What the characters are is looked up in the tables of Unicode; there is no list of ours, where Unicode has one.
#![forbid(unsafe_code)]

mod characters;
mod composed;
mod joining;
mod printable;

pub use characters::{has_no_look_of_its_own, is_mark};
pub use composed::composed;
pub use printable::{printable, quoted};
