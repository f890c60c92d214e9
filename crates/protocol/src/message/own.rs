//! Tables of messages, from which a trace is made, and the macro with which a game declares messages of its own.

use super::description::{Description, Notes};
use crate::{Codec, Packet, PacketError, PacketId};

/// The messages of one game: those of the protocol, or those that [`message_table!`](crate::message_table) makes.
#[derive(Debug)]
pub struct Table {
    rows: &'static [Row],
}

impl Table {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(rows: &'static [Row]) -> Self {
        Self { rows }
    }

    /// The name of this id in the table.
    #[must_use]
    pub fn name(&self, packet_id: PacketId) -> Option<&'static str> {
        self.row(packet_id).map(|row| row.name)
    }

    /// The id of every message, in the order of the table.
    pub fn ids(&self) -> impl Iterator<Item = PacketId> + use<> {
        self.rows.iter().map(|row| row.packet_id)
    }

    /// Takes a body apart as [`describe`](crate::message::describe) does; `None` for an id that is not in the table.
    #[must_use]
    pub fn describe(&self, packet_id: PacketId, body: &[u8]) -> Option<Description> {
        self.row(packet_id).map(|row| row.describe(body))
    }

    pub(crate) fn row(&self, packet_id: PacketId) -> Option<&'static Row> {
        self.rows.iter().find(|row| row.packet_id == packet_id)
    }
}

/// One message of a table.
#[doc(hidden)]
#[derive(Debug)]
pub struct Row {
    pub packet_id: PacketId,
    pub name: &'static str,
    /// Notes down the fields of a body, as `decode` would read them.
    pub describe: fn(&mut Notes<'_>) -> Result<(), PacketError>,
    /// Whether it holds what nobody but the server must see.
    pub secret: bool,
    /// Reads a body in a codec, and writes the packet in the binary one.
    pub to_binary: fn(Codec, &[u8]) -> Result<Packet, PacketError>,
}

impl Row {
    pub(crate) fn describe(&self, body: &[u8]) -> Description {
        Description::by(self.describe, self.secret, body)
    }
}

/// Declares the messages of a game: a struct for each, with `encode` and `decode`, that can be sent and read like
/// those of the protocol, and a [`Table`](crate::message::Table) with their names, for the trace.
///
/// The fields stand in the order of the wire, each with its type, and with its kind where the type alone does not tell
/// it: `TextI8` and `TextI16` are a text behind its length, `Rest` is all bytes up to the end. Ids below 1,000 are the
/// protocol's.
///
/// The bodies are the same bytes in every [`Codec`](crate::Codec): a message in MessagePack or Protocol Buffers needs
/// names that both sides have agreed on.
///
/// ```
/// use protocol::{PacketId, message_table};
///
/// message_table! {
///     /// What this game says.
///     pub static MESSAGES;
///
///     /// From a client: a word.
///     WORD_REQ = 2001 => WordReq<'a> {
///         /// The round that it is for.
///         round: u64,
///         /// The word.
///         word: &'a str as TextI8,
///     }
/// }
///
/// let packet = WordReq { round: 7, word: "hi" }.encode()?;
/// assert_eq!(packet.as_bytes(), [16, 0, 0xd1, 7, 0, 7, 0, 0, 0, 0, 0, 0, 0, 2, b'h', b'i']);
/// assert_eq!(WordReq::decode(&packet.as_bytes()[5..])?.word, "hi");
/// assert_eq!(MESSAGES.name(PacketId(2001)), Some("WORD_REQ"));
/// # Ok::<(), protocol::PacketError>(())
/// ```
#[macro_export]
macro_rules! message_table {
    (
        $(#[$table_doc:meta])*
        $vis:vis static $table:ident;
        $(
            $(#[$doc:meta])*
            $id:ident = $number:literal => $name:ident $(<$life:lifetime>)? {
                $( $(#[$field_doc:meta])* $field:ident: $type:ty $(as $kind:ident)?, )*
            }
        )*
    ) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq)]
            $vis struct $name $(<$life>)? {
                $( $(#[$field_doc])* $vis $field: $type, )*
            }

            #[allow(dead_code, reason = "a game may only send a message, or only read it")]
            impl $(<$life>)? $name $(<$life>)? {
                /// What the header of this message says.
                $vis const ID: $crate::PacketId = $crate::PacketId($number);

                /// The whole packet, header and body.
                ///
                /// # Errors
                /// [`PacketError`]($crate::PacketError) when a field is longer than its length can say.
                $vis fn encode(&self) -> Result<$crate::Packet, $crate::PacketError> {
                    let packet = $crate::Packet::framed(Self::ID);
                    $( let packet = <$crate::field_kind!($type $(as $kind)?)>::put(&self.$field, packet); )*
                    packet.build()
                }

                /// Reads the body of a packet, without its header.
                ///
                /// # Errors
                /// [`PacketError`]($crate::PacketError) when the body is not exactly this message.
                $vis fn decode(body: &$($life)? [u8]) -> Result<Self, $crate::PacketError> {
                    let reader = &mut $crate::PacketReader::new(body);
                    $( let $field = <$crate::field_kind!($type $(as $kind)?)>::get(reader)?; )*
                    reader.finish()?;
                    Ok(Self { $($field),* })
                }
            }

            impl $(<$life>)? $crate::message::Encode for $name $(<$life>)? {
                fn encode_as(&self, _: $crate::Codec) -> Result<$crate::Packet, $crate::PacketError> {
                    self.encode()
                }
            }

            impl<'body $(: $life, $life)?> $crate::message::Decode<'body> for $name $(<$life>)? {
                fn decode_as(
                    _: $crate::Codec,
                    body: &'body [u8],
                    _: &'body mut Vec<u8>,
                ) -> Result<Self, $crate::PacketError> {
                    Self::decode(body)
                }
            }
        )*

        $(#[$table_doc])*
        $vis static $table: $crate::message::Table = $crate::message::Table::new({
            const ROWS: &[$crate::message::internal::Row] = &[
            $(
                $crate::message::internal::Row {
                    packet_id: $name::ID,
                    name: stringify!($id),
                    describe: |notes| {
                        $(
                            <$crate::field_kind!($type $(as $kind)?)>::describe(stringify!($field), notes)?;
                        )*
                        notes.finish()
                    },
                    secret: false $(|| <$crate::field_kind!($type $(as $kind)?)>::SECRET)*,
                    to_binary: |_, body| $name::decode(body)?.encode(),
                },
            )*
            ];
            ROWS
        });

        #[allow(unused_imports, reason = "the kinds of fields put, get and describe")]
        use $crate::message::internal::Kind as _;
    };
}

/// The kind of a field: the one that is named, or else its type.
#[doc(hidden)]
#[macro_export]
macro_rules! field_kind {
    ($type:ty as $kind:ident) => {
        $crate::message::internal::$kind
    };
    ($type:ty) => {
        $type
    };
}
