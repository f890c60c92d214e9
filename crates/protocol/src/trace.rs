//! Packets for the eyes of a person: as one line, or byte by byte with the names of the fields.
//!
//! Both take one packet, header and body, as it stands on the wire. They take any bytes, answer with a text
//! that holds no control character but the line breaks between its lines, and never show a password.

use std::{fmt::Write, ops::Range};

use crate::{
    HEADER_SIZE, PacketId, PacketReader,
    message::{FieldDescription, describe, describe_unread, quoted},
};

/// Bytes in one line of [`hex`].
const BYTES_PER_LINE: usize = 16;

/// Columns of those bytes: two digits each, and a space between them.
const HEX_WIDTH: usize = 3 * BYTES_PER_LINE - 1;

/// Characters of a value in [`hex`]; its bytes are all there.
const VALUE_WIDTH: usize = 60;

/// The packet in one line: the name of its id, and its fields.
///
/// ```
/// use protocol::{message::RoomChatReq, trace};
///
/// let hello = RoomChatReq { message: "hello" }.encode()?;
/// assert_eq!(trace::line(hello.as_bytes()), r#"ROOM_CHAT_REQ len=5 message="hello""#);
/// # Ok::<(), protocol::PacketError>(())
/// ```
#[must_use]
pub fn line(packet: &[u8]) -> String {
    let parts = Parts::of(packet);
    let mut line = parts.name;
    for field in &parts.body {
        // Writing to a string cannot fail.
        let _ = write!(line, " {}={}", field.name, field.value);
    }
    if let Some(fault) = parts.fault {
        let _ = write!(line, " ({fault})");
    }
    line
}

/// The packet byte by byte: each field with its offset and bytes in hexadecimal, and its name and value.
///
/// ```
/// use protocol::{message::RoomChatReq, trace};
///
/// let hello = RoomChatReq { message: "hi" }.encode()?;
/// assert_eq!(
///     trace::hex(hello.as_bytes()),
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
pub fn hex(packet: &[u8]) -> String {
    let parts = Parts::of(packet);
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
    body: Vec<FieldDescription>,
    /// Why it is not what its id says.
    fault: Option<String>,
}

impl Parts {
    fn of(packet: &[u8]) -> Self {
        let mut reader = PacketReader::new(packet);
        let Ok((total_size, id, packet_type)) = reader.get::<(u16, u16, u8)>() else {
            return Self::no_packet(packet);
        };
        let packet_id = PacketId(id);
        let (body, fault) = if packet_type == 0 {
            let description = describe(packet_id, reader.get_rest());
            (
                description.fields,
                description.error.map(|error| format!("body: {error}")),
            )
        } else {
            let fault = format!("packet_type is {packet_type}, so the body is not plain");
            (describe_unread(packet_id, reader.get_rest()), Some(fault))
        };
        Self {
            name: packet_id
                .name()
                .map_or_else(|| packet_id.to_string(), String::from),
            header: header_fields(total_size, packet_id, packet_type),
            body,
            fault,
        }
    }

    /// Bytes that end before a header does.
    fn no_packet(packet: &[u8]) -> Self {
        Self {
            name: String::from("no packet"),
            header: vec![plain_field("rest", 0..packet.len(), quoted(packet))],
            body: Vec::new(),
            fault: Some(format!(
                "{} bytes, under the {HEADER_SIZE} of a header",
                packet.len()
            )),
        }
    }
}

fn header_fields(total_size: u16, packet_id: PacketId, packet_type: u8) -> Vec<FieldDescription> {
    vec![
        plain_field("total_size", 0..2, total_size.to_string()),
        plain_field("packet_id", 2..4, packet_id.to_string()),
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
