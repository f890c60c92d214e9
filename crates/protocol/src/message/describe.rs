//! Describes a body for people: the names, places and values of its fields.

use std::{fmt::Display, ops::Range};

use text::quoted;

use super::table::{describe_fields, holds_secret};
use crate::{PacketError, PacketId, PacketReader};

/// One field of a packet, as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldDescription {
    /// Its name in the protocol's table. What could not be read is called `rest`.
    pub name: &'static str,
    /// Its bytes, from the start of the body. Fields follow each other without a gap.
    pub range: Range<usize>,
    /// Its value, safe to print: a number, or a text in quotes as [`quoted`] writes it.
    pub value: String,
    /// Whether its bytes must not be shown, as those of a password.
    pub secret: bool,
}

/// The fields of one body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Every byte of the body is in one of them.
    pub fields: Vec<FieldDescription>,
    /// Why the body is not the message that its id says: the error that `decode` gives.
    pub error: Option<PacketError>,
}

/// Takes a body apart. An id that is no message of the chat has one field, `body`.
///
/// A body that is broken is described up to the fault; what is behind it is the field `rest`.
///
/// ```
/// use protocol::{PacketId, message::describe};
///
/// let fields = describe(PacketId::ROOM_CHAT_REQ, &[2, 0, b'h', b'i']).fields;
/// let names: Vec<_> = fields.iter().map(|field| field.name).collect();
/// assert_eq!(names, ["len", "message"]);
/// assert_eq!(fields[1].range, 2..4);
/// assert_eq!(fields[1].value, r#""hi""#);
/// ```
#[must_use]
pub fn describe(packet_id: PacketId, body: &[u8]) -> Description {
    let fields = |notes: &mut Notes<'_>| describe_fields(packet_id, notes);
    Description::by(fields, holds_secret(packet_id), body)
}

impl Description {
    /// What `fields` notes down of the body, and its rest where that fails.
    pub(super) fn by(
        fields: impl FnOnce(&mut Notes<'_>) -> Result<(), PacketError>,
        secret: bool,
        body: &[u8],
    ) -> Self {
        let mut notes = Notes::new(body);
        let error = fields(&mut notes).err();
        if error.is_some() {
            // A broken login may hold its password anywhere.
            notes.rest(body, secret);
        }
        Self {
            fields: notes.fields,
            error,
        }
    }
}

/// A body in one piece, for one that is compressed or otherwise not to be read as it stands.
pub(crate) fn describe_unread(packet_id: PacketId, body: &[u8]) -> Vec<FieldDescription> {
    let mut notes = Notes::new(body);
    notes.field_or_secret("body", body, holds_secret(packet_id));
    notes.fields
}

/// The fields that are read so far, and the reader in front of the next.
pub struct Notes<'a> {
    pub(super) reader: PacketReader<'a>,
    fields: Vec<FieldDescription>,
}

impl<'a> Notes<'a> {
    fn new(body: &'a [u8]) -> Self {
        Self {
            reader: PacketReader::new(body),
            fields: Vec::new(),
        }
    }

    /// The end of the message: nothing may be left.
    ///
    /// # Errors
    /// [`PacketError`] when something is.
    pub fn finish(&mut self) -> Result<(), PacketError> {
        self.reader.finish()
    }

    /// Notes down a field of `size` bytes behind the last one.
    pub(super) fn field(&mut self, name: &'static str, size: usize, value: impl Display) {
        let start = self.end();
        self.fields.push(FieldDescription {
            name,
            range: start..start + size,
            value: value.to_string(),
            secret: false,
        });
    }

    /// Notes down a field of `size` bytes whose value nobody must see.
    pub(super) fn secret(&mut self, name: &'static str, size: usize) {
        self.field(name, size, "(not shown)");
        if let Some(field) = self.fields.last_mut() {
            field.secret = true;
        }
    }

    fn field_or_secret(&mut self, name: &'static str, bytes: &[u8], secret: bool) {
        if secret {
            self.secret(name, bytes.len());
        } else {
            self.field(name, bytes.len(), quoted(bytes));
        }
    }

    /// Notes down what no field has taken, if there is any.
    fn rest(&mut self, body: &[u8], secret: bool) {
        let rest = &body[self.end()..];
        if !rest.is_empty() {
            self.field_or_secret("rest", rest, secret);
        }
    }

    /// Where the last field ends.
    fn end(&self) -> usize {
        self.fields.last().map_or(0, |field| field.range.end)
    }
}
