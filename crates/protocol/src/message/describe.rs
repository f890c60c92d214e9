//! Describes a body for people: the names, places and values of its fields.

use super::{
    description::{Description, FieldDescription, Notes},
    kind::{Kind, Rest},
    table::MESSAGES,
};
use crate::PacketId;

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
    let unknown = || Description::by(|notes| Rest::describe("body", notes), false, body);
    MESSAGES.describe(packet_id, body).unwrap_or_else(unknown)
}

/// A body in one piece, for one that is compressed or otherwise not to be read as it stands.
pub(crate) fn describe_unread(secret: bool, body: &[u8]) -> Vec<FieldDescription> {
    let mut notes = Notes::new(body);
    notes.field_or_secret("body", body, secret);
    notes.fields
}
