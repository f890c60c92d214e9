//! Turns the table of messages into code, so that a message is written down once.

/// Declares the messages of a table: a struct with `encode` and `decode`, a variant of `Message`, and a row of
/// `MESSAGES`, from which a trace is made.
///
/// ```text
/// ROOM_CHAT_NTF => RoomChatNtf<'a> {          packet id => struct, with 'a where it borrows from the body
///     unique_id: u64 = "UserUniqueId",        the fields in the order of the wire, each with its type,
///     message: &'a str as TextI16 = "Msg",    with its kind where the type alone does not tell it, and
/// }                                           with its name in MessagePack
///
/// ECHO => Echo<'a> raw {                      raw: the same body in every codec
/// ```
///
/// Protocol Buffers have the same names of messages and fields: what is called `proto` where the macro is used.
macro_rules! messages {
    ($(
        $(#[$doc:meta])*
        $id:ident => $name:ident $(<$life:lifetime>)? $($raw:ident)? {
            $( $(#[$field_doc:meta])* $field:ident: $type:ty $(as $kind:ty)? $(= $key:literal)?, )*
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

            codecs! {
                $($raw)? $name $(<$life>)? {
                    $( $field: kind!($type $(as $kind)?), concat!($($key)?); )*
                }
            }
        )*

        /// Any message of this table, in either direction.
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

            /// Reads the body of a packet with this id; `None` for an id that is not in the table.
            ///
            /// # Errors
            /// Those of the message's own `decode`.
            pub fn decode(packet_id: PacketId, body: &'a [u8]) -> Result<Option<Self>, PacketError> {
                match packet_id {
                    $( $name::ID => $name::decode(body).map(|message| Some(Self::$name(message))), )*
                    _ => Ok(None),
                }
            }

            /// Reads the body of a packet with this id in this codec; `None` for an id that is not in the table.
            /// `scratch` holds what the message borrows where that is not in the body.
            ///
            /// # Errors
            /// Those of the message's own `decode_as`.
            pub fn decode_as(
                codec: Codec,
                packet_id: PacketId,
                body: &'a [u8],
                scratch: &'a mut Vec<u8>,
            ) -> Result<Option<Self>, PacketError> {
                match packet_id {
                    $(
                        $name::ID => {
                            $name::decode_as(codec, body, scratch).map(|message| Some(Self::$name(message)))
                        }
                    )*
                    _ => Ok(None),
                }
            }
        }

        impl Encode for Message<'_> {
            fn encode_as(&self, codec: Codec) -> Result<Packet, PacketError> {
                match self {
                    $( Self::$name(message) => message.encode_as(codec), )*
                }
            }
        }

        /// The messages of this table, for a trace.
        pub static MESSAGES: Table = Table::new({
            const ROWS: &[Row] = &[$(
                Row {
                    packet_id: $name::ID,
                    name: stringify!($id),
                    describe: |notes| {
                        $( <kind!($type $(as $kind)?)>::describe(stringify!($field), notes)?; )*
                        notes.finish()
                    },
                    secret: false $(|| <kind!($type $(as $kind)?)>::SECRET)*,
                    to_binary: |codec, body| $name::decode_as(codec, body, &mut Vec::new())?.encode(),
                },
            )*];
            ROWS
        });
    };
}

/// How one message stands in each codec.
macro_rules! codecs {
    (raw $name:ident $(<$life:lifetime>)? { $($fields:tt)* }) => {
        impl $(<$life>)? Encode for $name $(<$life>)? {
            fn encode_as(&self, _: Codec) -> Result<Packet, PacketError> {
                self.encode()
            }
        }

        impl<'body $(: $life, $life)?> Decode<'body> for $name $(<$life>)? {
            fn decode_as(_: Codec, body: &'body [u8], _: &'body mut Vec<u8>) -> Result<Self, PacketError> {
                Self::decode(body)
            }
        }
    };
    ($name:ident $(<$life:lifetime>)? { $( $field:ident: $kind:ty, $key:expr; )* }) => {
        impl $(<$life>)? Encode for $name $(<$life>)? {
            fn encode_as(&self, codec: Codec) -> Result<Packet, PacketError> {
                match codec {
                    Codec::Binary => self.encode(),
                    Codec::MsgPack => Packet::framed(Self::ID).write(|bytes| {
                        let map = &mut MapWriter::new(bytes);
                        $( <$kind>::put_named($key, &self.$field, map)?; )*
                        map.finish();
                        Ok(())
                    }).build(),
                    Codec::Protobuf => Packet::framed(Self::ID).write(|bytes| {
                        let proto = proto::$name {
                            $( $field: <$kind>::to_proto(stringify!($field), &self.$field)?, )*
                        };
                        protobuf::write(&proto, bytes)
                    }).build(),
                }
            }
        }

        impl<'body $(: $life, $life)?> Decode<'body> for $name $(<$life>)? {
            fn decode_as(
                codec: Codec,
                body: &'body [u8],
                scratch: &'body mut Vec<u8>,
            ) -> Result<Self, PacketError> {
                match codec {
                    Codec::Binary => Self::decode(body),
                    Codec::MsgPack => {
                        let map = Map::new(body)?;
                        $( let $field = <$kind>::get_named($key, &map)?; )*
                        // Nothing of a message without a field is looked for.
                        let _ = map;
                        Ok(Self { $($field),* })
                    }
                    Codec::Protobuf => {
                        let proto: proto::$name = protobuf::read(body)?;
                        $( let $field = <$kind>::from_proto(stringify!($field), &proto.$field)?; )*
                        // Nor here.
                        let _ = proto;
                        let packet = PacketBuilder::reusing(std::mem::take(scratch));
                        $( let packet = <$kind>::put(&$field, packet); )*
                        *scratch = packet.build()?.into_bytes();
                        Self::decode(scratch)
                    }
                }
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

pub(super) use {codecs, kind, messages};
