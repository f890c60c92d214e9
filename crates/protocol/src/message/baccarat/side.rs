//! The numbers of the baccarat table that have names: sides, winners and phases.

use crate::{
    PacketBuilder, PacketError, PacketReader,
    message::{
        description::Notes,
        kind::Kind,
        msgpack::{Map, MapWriter, MsgPackKind},
        protobuf::ProtobufKind,
    },
    named_number::named_number,
};

named_number! {
    /// What chips are staked on. Any number is one: whether there is such a side, a server says.
    ///
    /// ```
    /// use protocol::message::baccarat::Side;
    ///
    /// assert_eq!(Side::BANKER.to_string(), "BANKER (2)");
    /// assert_eq!(Side(9).name(), None);
    /// ```
    Side(i8) {
        /// The player's hand wins.
        PLAYER = 1,
        /// The banker's hand wins.
        BANKER = 2,
        /// Both have the same score.
        TIE = 3,
        /// The player's first two cards have one rank.
        PLAYER_PAIR = 4,
        /// The banker's first two cards have one rank.
        BANKER_PAIR = 5,
    }
}

named_number! {
    /// How a round has ended.
    Winner(i8) {
        /// The player's hand has the higher score.
        PLAYER = 1,
        /// The banker's hand has the higher score.
        BANKER = 2,
        /// Both have the same score.
        TIE = 3,
    }
}

named_number! {
    /// What can be done at a table now.
    Phase(i8) {
        /// The master may start a round.
        WAITING = 1,
        /// Stakes are taken.
        BETTING = 2,
        /// The cards are on the table.
        RESULT = 3,
    }
}

/// A named number stands on the wire as the number that it is.
macro_rules! number_kind {
    ($($type:ident),*) => {$(
        impl Kind for $type {
            type Value<'a> = Self;

            fn put(value: &Self, packet: PacketBuilder) -> PacketBuilder {
                packet.put_i8(value.0)
            }

            fn get(reader: &mut PacketReader<'_>) -> Result<Self, PacketError> {
                reader.get().map(Self)
            }

            fn describe(name: &'static str, notes: &mut Notes<'_>) -> Result<(), PacketError> {
                let value = Self::get(&mut notes.reader)?;
                notes.field(name, size_of::<i8>(), value);
                Ok(())
            }
        }

        impl MsgPackKind for $type {
            fn put_named(name: &'static str, value: &Self, map: &mut MapWriter<'_>) -> Result<(), PacketError> {
                i8::put_named(name, &value.0, map)
            }

            fn get_named(name: &'static str, map: &Map<'_>) -> Result<Self, PacketError> {
                i8::get_named(name, map).map(Self)
            }
        }

        impl ProtobufKind for $type {
            type Proto = i32;

            fn to_proto(name: &'static str, value: &Self) -> Result<i32, PacketError> {
                i8::to_proto(name, &value.0)
            }

            fn from_proto(name: &'static str, proto: &i32) -> Result<Self, PacketError> {
                i8::from_proto(name, proto).map(Self)
            }
        }
    )*};
}

number_kind!(Side, Winner, Phase);
