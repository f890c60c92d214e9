//! What a packet's description is made of: its fields with their places and values, noted down one after another.

use std::{fmt::Display, ops::Range};

use text::quoted;

use crate::{PacketError, PacketReader};

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

/// The fields that are read so far, and the reader in front of the next.
pub struct Notes<'a> {
    pub(super) reader: PacketReader<'a>,
    pub(super) fields: Vec<FieldDescription>,
}

impl<'a> Notes<'a> {
    pub(super) fn new(body: &'a [u8]) -> Self {
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

    /// Notes down bytes as they are, or only how many they are.
    pub(super) fn field_or_secret(&mut self, name: &'static str, bytes: &[u8], secret: bool) {
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
