//! Packets for the eyes of a person: as one line, or byte by byte with the names of the fields.
//!
//! Both take one packet, header and body, as it stands on the wire. They take any bytes, answer with a text
//! that holds no control character but the line breaks between its lines, nor any other that nobody sees (see
//! [`quoted`]), and never show a password.

use std::{fmt::Write, ops::Range};

use crate::{
    Codec, HEADER_SIZE, Header, LARGEST_PACKET, PacketError, PacketId, PacketReader, compression,
    message::{
        Description, FieldDescription, MESSAGES, Table, describe, describe_unread, internal::Row, quoted,
    },
};

/// Bytes in one line of [`hex`].
const BYTES_PER_LINE: usize = 16;

/// Columns of those bytes: two digits each, and a space between them.
const HEX_WIDTH: usize = 3 * BYTES_PER_LINE - 1;

/// Characters of a value in [`hex`]; its bytes are all there.
const VALUE_WIDTH: usize = 60;

/// What the side whose packets are shown can read: nothing else is shown as if it had been read.
///
/// A codec alone is a side that takes compressed packets of any size.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// How bodies are written.
    pub codec: Codec,
    /// The largest packet that a compressed one may become; `None` where compressed ones are not taken.
    pub decompressed: Option<usize>,
    /// The messages of a game, beside those of the protocol.
    pub own: Option<&'static Table>,
}

impl Reading {
    /// What is known of a message: as the protocol's own, or the game's.
    fn row(&self, packet_id: PacketId) -> Option<&'static Row> {
        let tables = [Some(&MESSAGES), self.own];
        tables
            .into_iter()
            .flatten()
            .find_map(|table| table.row(packet_id))
    }
}

impl From<Codec> for Reading {
    fn from(codec: Codec) -> Self {
        Self {
            codec,
            decompressed: Some(LARGEST_PACKET),
            own: None,
        }
    }
}

/// The packet in one line: the name of its id, and its fields. In every codec they are those of the binary one,
/// so that lines can be compared; how the body really stands is said behind them.
///
/// ```
/// use protocol::{Codec, message::{Encode, RoomChatReq}, trace};
///
/// let hello = RoomChatReq { message: "hello" };
/// let packet = hello.encode()?;
/// assert_eq!(trace::line(Codec::Binary, packet.as_bytes()), r#"ROOM_CHAT_REQ len=5 message="hello""#);
/// let packet = hello.encode_as(Codec::MsgPack)?;
/// assert_eq!(
///     trace::line(Codec::MsgPack, packet.as_bytes()),
///     r#"ROOM_CHAT_REQ len=5 message="hello" [msgpack]"#
/// );
/// # Ok::<(), protocol::PacketError>(())
/// ```
#[must_use]
pub fn line(reading: impl Into<Reading>, packet: &[u8]) -> String {
    let parts = Parts::of(reading.into(), packet);
    let mut line = parts.name;
    for field in parts.meaning.as_ref().unwrap_or(&parts.body) {
        // Writing to a string cannot fail.
        let _ = write!(line, " {}={}", field.name, field.value);
    }
    if let Some(form) = parts.form {
        let _ = write!(line, " [{form}]");
    }
    if let Some(fault) = parts.fault {
        let _ = write!(line, " ({fault})");
    }
    line
}

/// The packet byte by byte: each field with its offset and bytes in hexadecimal, and its name and value. A body
/// that is not binary, or that is compressed, is one field.
///
/// ```
/// use protocol::{Codec, message::RoomChatReq, trace};
///
/// let hello = RoomChatReq { message: "hi" }.encode()?;
/// assert_eq!(
///     trace::hex(Codec::Binary, hello.as_bytes()),
///     r#"
/// 0000  09 00                                            header  total_size = 9
/// 0002  db 02                                            header  packet_id = ROOM_CHAT_REQ (731)
/// 0004  00                                               header  packet_type = 0
/// 0005  02 00                                            body    len = 2
/// 0007  68 69                                            body    message = "hi"
/// "#
///     .trim_start()
/// );
/// # Ok::<(), protocol::PacketError>(())
/// ```
#[must_use]
pub fn hex(reading: impl Into<Reading>, packet: &[u8]) -> String {
    let parts = Parts::of(reading.into(), packet);
    let mut dump = String::new();
    for field in &parts.header {
        write_field(&mut dump, packet, 0, "header", field);
    }
    for field in &parts.body {
        write_field(&mut dump, packet, HEADER_SIZE, "body", field);
    }
    if let Some(fault) = parts.fault {
        let _ = writeln!(dump, "{fault}");
    }
    dump
}

/// What both ways of showing a packet are made of.
struct Parts {
    /// The name of the packet's id.
    name: String,
    header: Vec<FieldDescription>,
    /// The body as it stands there.
    body: Vec<FieldDescription>,
    /// What the body says, where that is not how it stands there.
    meaning: Option<Vec<FieldDescription>>,
    /// How the body stands there, where it is not plain and binary.
    form: Option<String>,
    /// Why it is not what its id says.
    fault: Option<String>,
}

impl Parts {
    fn of(reading: Reading, packet: &[u8]) -> Self {
        let mut reader = PacketReader::new(packet);
        let Ok((total_size, id, packet_type)) = reader.get::<(u16, u16, u8)>() else {
            return Self::no_packet(packet);
        };
        let packet_id = PacketId(id);
        let body = reader.get_rest();
        let row = reading.row(packet_id);
        let name = packet_id.name().or(row.map(|row| row.name));
        let mut parts = Self {
            name: name.map_or_else(|| packet_id.to_string(), String::from),
            header: header_fields(total_size, name, packet_id, packet_type),
            body: Vec::new(),
            meaning: None,
            form: form(reading.codec, packet_type),
            fault: None,
        };
        match parts.form {
            None => parts.describe_as_it_stands(row, packet_id, body),
            Some(_) => parts.describe_meaning(reading, row, packet_type, body),
        }
        parts
    }

    fn describe_as_it_stands(&mut self, row: Option<&Row>, packet_id: PacketId, body: &[u8]) {
        let Description { fields, error } = match row {
            Some(row) => row.describe(body),
            None => describe(packet_id, body),
        };
        self.body = fields;
        self.fault = error.map(|error| format!("body: {error}"));
    }

    fn describe_meaning(&mut self, reading: Reading, row: Option<&Row>, packet_type: u8, body: &[u8]) {
        self.body = describe_unread(row.is_some_and(|row| row.secret), body);
        match meaning(reading, row, packet_type, body) {
            Ok(fields) => self.meaning = fields,
            Err(fault) => self.fault = Some(format!("body: {fault}")),
        }
    }

    /// Bytes that end before a header does.
    fn no_packet(packet: &[u8]) -> Self {
        Self {
            name: String::from("no packet"),
            header: vec![plain_field("rest", 0..packet.len(), quoted(packet))],
            body: Vec::new(),
            meaning: None,
            form: None,
            fault: Some(format!(
                "{} bytes, under the {HEADER_SIZE} of a header",
                packet.len()
            )),
        }
    }
}

/// `msgpack, compressed`; `None` for a body that is plain and binary.
fn form(codec: Codec, packet_type: u8) -> Option<String> {
    let codec = (codec != Codec::Binary).then(|| codec.to_string());
    let kind = match packet_type {
        Header::PLAIN => None,
        Header::COMPRESSED => Some(String::from("compressed")),
        other => Some(format!("packet_type {other}")),
    };
    let words: Vec<_> = [codec, kind].into_iter().flatten().collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// The fields of a body as the binary codec would have them; `None` for an id that is in no table. Or why it is not
/// read.
fn meaning(
    reading: Reading,
    row: Option<&Row>,
    packet_type: u8,
    body: &[u8],
) -> Result<Option<Vec<FieldDescription>>, String> {
    if packet_type == Header::COMPRESSED && reading.decompressed.is_none() {
        return Err(String::from("compressed packets are not taken"));
    }
    fields_of(reading, row, packet_type, body).map_err(|error| error.to_string())
}

fn fields_of(
    reading: Reading,
    row: Option<&Row>,
    packet_type: u8,
    body: &[u8],
) -> Result<Option<Vec<FieldDescription>>, PacketError> {
    let plain = compression::plain(packet_type, body, reading.decompressed.unwrap_or_default())?;
    let Some(row) = row else {
        return Ok(None);
    };
    let packet = (row.to_binary)(reading.codec, &plain)?;
    Ok(Some(row.describe(&packet.as_bytes()[HEADER_SIZE..]).fields))
}

fn header_fields(
    total_size: u16,
    name: Option<&str>,
    packet_id: PacketId,
    packet_type: u8,
) -> Vec<FieldDescription> {
    let id = match name {
        Some(name) => format!("{name} ({})", packet_id.0),
        None => packet_id.to_string(),
    };
    vec![
        plain_field("total_size", 0..2, total_size.to_string()),
        plain_field("packet_id", 2..4, id),
        plain_field("packet_type", 4..5, packet_type.to_string()),
    ]
}

fn plain_field(name: &'static str, range: Range<usize>, value: String) -> FieldDescription {
    FieldDescription {
        name,
        range,
        value,
        secret: false,
    }
}

/// Appends a field that stands `base` bytes behind where its range counts from.
fn write_field(dump: &mut String, packet: &[u8], base: usize, part: &str, field: &FieldDescription) {
    let start = base + field.range.start;
    let mut lines = packet[start..base + field.range.end].chunks(BYTES_PER_LINE);
    let first = hex_bytes(lines.next().unwrap_or_default(), field.secret);
    let (name, value) = (field.name, shortened(&field.value));
    let _ = writeln!(
        dump,
        "{start:04x}  {first:<HEX_WIDTH$}  {part:<6}  {name} = {value}"
    );
    for (index, bytes) in lines.enumerate() {
        let offset = start + (index + 1) * BYTES_PER_LINE;
        let _ = writeln!(dump, "{offset:04x}  {}", hex_bytes(bytes, field.secret));
    }
}

/// `09 00 db`, or `** ** **` for bytes that must not be shown.
fn hex_bytes(bytes: &[u8], secret: bool) -> String {
    let digits = |byte: &u8| {
        if secret {
            String::from("**")
        } else {
            format!("{byte:02x}")
        }
    };
    bytes.iter().map(digits).collect::<Vec<_>>().join(" ")
}

fn shortened(value: &str) -> String {
    match value.char_indices().nth(VALUE_WIDTH) {
        Some((end, _)) => format!("{}...", &value[..end]),
        None => String::from(value),
    }
}
