//! User names: which texts are one, and the one form in which they are compared.

use std::borrow::Cow;

use text::{composed, has_no_look_of_its_own, is_mark};

/// The most bytes of a user's name.
const LONGEST: usize = 16;

/// Why a text is no user's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// There is nothing.
    #[error("a name cannot be empty")]
    Empty,
    /// It has too many bytes in the form in which names are compared.
    #[error("this name has {}: at most {LONGEST} are allowed", in_bytes(*typed, *composed))]
    TooLong {
        /// Bytes of the text.
        typed: usize,
        /// Bytes of its composed form.
        composed: usize,
    },
    /// It has a character that nobody can see, or cannot tell from others.
    #[error("a name may have only characters that everybody can see and tell apart: {} is not one of them", .0.escape_unicode())]
    NoLook(char),
    /// It begins with an accent or the like, which would stand on whatever is in front of the name.
    #[error("a name cannot begin with {}: it belongs to the character before it", .0.escape_unicode())]
    Mark(char),
}

fn in_bytes(typed: usize, composed: usize) -> String {
    match typed == composed {
        true => format!("{typed} bytes"),
        false => format!("{typed} bytes, {composed} when composed"),
    }
}

/// The name that a text stands for, in the one form in which names are compared, kept and shown: NFC.
///
/// No two names look alike for the sake of a character that nobody sees: every character has a look of its own
/// ([`has_no_look_of_its_own`] tells which have none), and spaces are plain ones: where a name has some, it is shown in
/// quotes. Letters of two scripts may still look alike, as the `a` of Latin and that of Cyrillic.
///
/// ```
/// use protocol::{NameError, user_name};
///
/// assert_eq!(user_name("bob smith")?, "bob smith");
/// assert_eq!(user_name("\u{110b}\u{1175}\u{1109}\u{116e}")?, "이수");
/// assert_eq!(user_name("bob\u{3164}"), Err(NameError::NoLook('\u{3164}')));
/// # Ok::<(), NameError>(())
/// ```
///
/// # Errors
/// [`NameError`], also for a name that has 16 bytes at most, but more when it is composed.
pub fn user_name(text: &str) -> Result<Cow<'_, str>, NameError> {
    let name = composed(text);
    if name.len() > LONGEST {
        return Err(NameError::TooLong {
            typed: text.len(),
            composed: name.len(),
        });
    }
    let first = name.chars().next().ok_or(NameError::Empty)?;
    if let Some(character) = name.chars().find(|character| has_no_look_of_its_own(*character)) {
        return Err(NameError::NoLook(character));
    }
    if is_mark(first) {
        return Err(NameError::Mark(first));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// So a server may compare what it keeps, and its users what they see.
        #[test]
        fn a_name_is_its_own_name_and_shows_all_it_has(text in r#"[a "\\이\u{1109}\u{116e}\u{301}]{0,6}|\PC{0,5}"#) {
            if let Ok(name) = user_name(&text) {
                prop_assert_eq!(user_name(&name), Ok(name.clone()));
                prop_assert!((1..=LONGEST).contains(&name.len()));
                prop_assert_eq!(text::printable(name.as_bytes()), name.into_owned());
            }
        }
    }

    #[test]
    fn an_error_says_what_a_name_has_and_what_came() {
        for (text, problem) in [
            ("", "a name cannot be empty"),
            (
                "seventeen-letters",
                "this name has 17 bytes: at most 16 are allowed",
            ),
            (
                "\u{1112}\u{1161}\u{11ab}".repeat(6).as_str(),
                "this name has 54 bytes, 18 when composed: at most 16 are allowed",
            ),
            (
                "\u{958}\u{958}\u{958}",
                "this name has 9 bytes, 18 when composed: at most 16 are allowed",
            ),
            (
                "bob\u{200b}",
                "a name may have only characters that everybody can see and tell apart: \\u{200b} is not one of them",
            ),
            (
                "\u{301}bob",
                "a name cannot begin with \\u{301}: it belongs to the character before it",
            ),
        ] {
            assert_eq!(user_name(text).unwrap_err().to_string(), problem);
        }
    }
}
