//! Texts in fields of 16 bytes, filled up with zero bytes, as names and passwords stand in a login.

use text::composed;

use crate::PacketError;

/// A name in its field, as it came. One that is longer is composed, since it may fit then: three syllables of
/// Korean can be typed as 24 bytes.
pub(super) fn padded_name(text: &str) -> Result<[u8; 16], PacketError> {
    padded(text).or_else(|_| padded(&composed(text)))
}

/// The text in a field of 16 bytes, filled up with zero bytes.
pub(super) fn padded(text: &str) -> Result<[u8; 16], PacketError> {
    let mut field = [0; 16];
    let start = field.get_mut(..text.len()).ok_or(PacketError::TextTooLong {
        length: text.len(),
        max: 16,
    })?;
    start.copy_from_slice(text.as_bytes());
    Ok(field)
}

/// The text again, for the codecs that send it without its padding.
pub(super) fn unpadded(field: &[u8; 16]) -> Result<&str, PacketError> {
    let last = field.iter().rposition(|byte| *byte != 0);
    let text = &field[..last.map_or(0, |last| last + 1)];
    str::from_utf8(text).map_err(|source| PacketError::NotUtf8 { position: 0, source })
}
