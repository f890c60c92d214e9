//! Fields that are several numbers: the three cards of a hand, and the cuts of a shoe behind their count.

use std::fmt::Display;

use crate::{
    PacketBuilder, PacketError, PacketReader,
    message::{
        description::Notes,
        kind::{Kind, check_count},
        msgpack::{Map, MapWriter, MsgPackKind},
        protobuf::{ProtobufKind, narrow},
    },
};

/// `[9,24,-1]`: without a space, since a space stands between two fields.
fn list(numbers: &[impl Display]) -> String {
    let numbers: Vec<_> = numbers.iter().map(ToString::to_string).collect();
    format!("[{}]", numbers.join(","))
}

/// The cards of a hand.
type Cards = [i8; 3];

impl Kind for Cards {
    type Value<'a> = Self;

    fn put(cards: &Self, packet: PacketBuilder) -> PacketBuilder {
        cards.iter().fold(packet, |packet, card| packet.put_i8(*card))
    }

    fn get(reader: &mut PacketReader<'_>) -> Result<Self, PacketError> {
        let (first, second, third) = reader.get()?;
        Ok([first, second, third])
    }

    fn describe(name: &'static str, notes: &mut Notes<'_>) -> Result<(), PacketError> {
        let cards = Self::get(&mut notes.reader)?;
        notes.field(name, size_of::<Self>(), list(&cards));
        Ok(())
    }
}

impl MsgPackKind for Cards {
    fn put_named(name: &'static str, cards: &Self, map: &mut MapWriter<'_>) -> Result<(), PacketError> {
        map.integers(name, cards.iter().map(|card| (*card).into()));
        Ok(())
    }

    fn get_named(name: &'static str, map: &Map<'_>) -> Result<Self, PacketError> {
        three(map.integers(name)?)
    }
}

impl ProtobufKind for Cards {
    type Proto = Vec<i32>;

    fn to_proto(_: &'static str, cards: &Self) -> Result<Vec<i32>, PacketError> {
        Ok(cards.map(i32::from).to_vec())
    }

    fn from_proto(name: &'static str, proto: &Vec<i32>) -> Result<Self, PacketError> {
        three(all_narrow(name, proto)?)
    }
}

fn three(cards: Vec<i8>) -> Result<Cards, PacketError> {
    cards
        .try_into()
        .map_err(|cards: Vec<i8>| PacketError::ItemsDiffer {
            expected: 3,
            items: cards.len() as u64,
        })
}

fn all_narrow<T: TryFrom<i32>>(name: &'static str, numbers: &[i32]) -> Result<Vec<T>, PacketError> {
    numbers.iter().map(|number| narrow(name, *number)).collect()
}

/// The positions of cuts behind their count in one signed byte: 127 at most.
pub(super) enum Cuts {}

impl Cuts {
    fn check(cuts: &[i16]) -> Result<(), PacketError> {
        check_count(cuts.len(), i8::MAX as usize)
    }
}

impl Kind for Cuts {
    type Value<'a> = Vec<i16>;

    fn put(cuts: &Vec<i16>, packet: PacketBuilder) -> PacketBuilder {
        let packet = packet.put_count_i8(cuts.len());
        cuts.iter().fold(packet, |packet, cut| packet.put_i16(*cut))
    }

    fn get(reader: &mut PacketReader<'_>) -> Result<Vec<i16>, PacketError> {
        let count = reader.get_count::<i8>()?;
        (0..count).map(|_| reader.get()).collect()
    }

    fn describe(name: &'static str, notes: &mut Notes<'_>) -> Result<(), PacketError> {
        let cuts = Self::get(&mut notes.reader)?;
        notes.field("count", size_of::<i8>(), cuts.len());
        notes.field(name, cuts.len() * size_of::<i16>(), list(&cuts));
        Ok(())
    }
}

impl MsgPackKind for Cuts {
    fn put_named(name: &'static str, cuts: &Vec<i16>, map: &mut MapWriter<'_>) -> Result<(), PacketError> {
        Self::check(cuts)?;
        map.integers(name, cuts.iter().map(|cut| (*cut).into()));
        Ok(())
    }

    fn get_named(name: &'static str, map: &Map<'_>) -> Result<Vec<i16>, PacketError> {
        let cuts = map.integers(name)?;
        Self::check(&cuts)?;
        Ok(cuts)
    }
}

impl ProtobufKind for Cuts {
    type Proto = Vec<i32>;

    fn to_proto(_: &'static str, cuts: &Vec<i16>) -> Result<Vec<i32>, PacketError> {
        Self::check(cuts)?;
        Ok(cuts.iter().map(|cut| (*cut).into()).collect())
    }

    fn from_proto(name: &'static str, proto: &Vec<i32>) -> Result<Vec<i16>, PacketError> {
        all_narrow(name, proto)
    }
}
