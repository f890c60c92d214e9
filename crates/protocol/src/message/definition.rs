//! Turns the table of messages into code, so that a message is written down once.

/// Declares every message: a struct with `encode` and `decode`, a variant of `Message`, and what `describe`
/// says of it.
///
/// ```text
/// ROOM_CHAT_NTF => RoomChatNtf<'a> {      packet id => struct, with 'a where it borrows from the body
///     unique_id: u64,                     the fields in the order of the wire, each with its type,
///     message: &'a str as TextI16,        and with its kind where the type alone does not tell it
/// }
/// ```
macro_rules! messages {
    ($(
        $(#[$doc:meta])*
        $id:ident => $name:ident $(<$life:lifetime>)? {
            $( $(#[$field_doc:meta])* $field:ident: $type:ty $(as $kind:ty)?, )*
        }
    )*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq)]
            pub struct $name $(<$life>)? {
                $( $(#[$field_doc])* pub $field: $type, )*
            }

            impl $(<$life>)? $name $(<$life>)? {
                /// What the header of this message says.
                pub const ID: PacketId = PacketId::$id;

                /// The whole packet, header and body.
                ///
                /// # Errors
                /// Those of [`PacketBuilder::build`](crate::PacketBuilder::build): a field is longer than
                /// its length can say.
                #[inline]
                pub fn encode(&self) -> Result<Packet, PacketError> {
                    let packet = Packet::framed(Self::ID);
                    $( let packet = <kind!($type $(as $kind)?)>::put(&self.$field, packet); )*
                    packet.build()
                }

                /// Reads the body of a packet, without its header.
                ///
                /// # Errors
                /// [`PacketError`] when the body is not exactly this message: bytes are missing or left
                /// over, a length is negative or does not fit, a text is not UTF-8.
                #[inline]
                pub fn decode(body: &$($life)? [u8]) -> Result<Self, PacketError> {
                    let reader = &mut PacketReader::new(body);
                    $( let $field = <kind!($type $(as $kind)?)>::get(reader)?; )*
                    reader.finish()?;
                    Ok(Self { $($field),* })
                }
            }
        )*

        /// Any message of the chat, in either direction.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Message<'a> {
            $(
                #[doc = concat!("`", stringify!($id), "`")]
                $name($name $(<$life>)?),
            )*
        }

        impl<'a> Message<'a> {
            /// The id of every message, in the order of the table.
            pub const IDS: &'static [PacketId] = &[$(PacketId::$id),*];

            /// What the header of this message says.
            #[must_use]
            pub fn packet_id(&self) -> PacketId {
                match self {
                    $( Self::$name(_) => $name::ID, )*
                }
            }

            /// The whole packet, header and body.
            ///
            /// # Errors
            /// Those of the message's own `encode`.
            pub fn encode(&self) -> Result<Packet, PacketError> {
                match self {
                    $( Self::$name(message) => message.encode(), )*
                }
            }

            /// Reads the body of a packet with this id; `None` for an id that is not a message of the chat.
            ///
            /// # Errors
            /// Those of the message's own `decode`.
            pub fn decode(packet_id: PacketId, body: &'a [u8]) -> Result<Option<Self>, PacketError> {
                match packet_id {
                    $( $name::ID => $name::decode(body).map(|message| Some(Self::$name(message))), )*
                    _ => Ok(None),
                }
            }
        }

        /// Notes down the fields of a body, as `decode` would read them.
        pub(super) fn describe_fields(packet_id: PacketId, notes: &mut Notes<'_>) -> Result<(), PacketError> {
            match packet_id {
                $( $name::ID => {
                    $( <kind!($type $(as $kind)?)>::describe(stringify!($field), notes)?; )*
                } )*
                _ => Rest::describe("body", notes)?,
            }
            notes.reader.finish()
        }

        /// Whether a message holds what nobody but the server must see.
        pub(super) fn holds_secret(packet_id: PacketId) -> bool {
            match packet_id {
                $( $name::ID => false $(|| <kind!($type $(as $kind)?)>::SECRET)*, )*
                _ => false,
            }
        }
    };
}

/// The kind of a field: the one that is named, or else its type.
macro_rules! kind {
    ($type:ty as $kind:ty) => {
        $kind
    };
    ($type:ty) => {
        $type
    };
}

pub(super) use {kind, messages};
