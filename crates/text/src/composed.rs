//! Unicode's composed form (NFC) of a text, in which texts that look the same are the same.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The text in Unicode's form NFC: letters and their parts in as few characters as there are for them.
///
/// `é` is one character, or an `e` and an accent; a syllable of Korean is one character, or its two or three
/// letters. Systems differ in what they make of the same keys, and of the name of a file.
///
/// ```
/// let typed_on_a_mac = "\u{110b}\u{1175}\u{1109}\u{116e}";
/// assert_eq!(typed_on_a_mac.len(), 12);
/// assert_eq!(text::composed(typed_on_a_mac), "이수");
/// assert_eq!("이수".len(), 6);
/// ```
///
/// It is not always the shorter one: a few characters are composed of two that stand there instead of it.
///
/// ```
/// assert_eq!(text::composed("\u{958}"), "\u{915}\u{93c}");
/// ```
#[must_use]
pub fn composed(text: &str) -> Cow<'_, str> {
    // Nearly every text is so already.
    if is_nfc(text) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}
