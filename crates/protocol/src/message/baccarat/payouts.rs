//! What a round returns to one member, side by side, behind the count of the sides.

use super::Side;
use crate::{
    PacketBuilder, PacketError, PacketReader,
    message::{
        description::Notes,
        kind::{Kind, check_count},
        msgpack::{Map, MapWriter, MsgPackKind},
        protobuf::{ProtobufKind, proto::baccarat as proto},
    },
};

/// What one stake has become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payout {
    /// What the chips were on.
    pub side: Side,
    /// What was staked, in whole chips.
    pub stake: i64,
    /// What comes back, the stake included, in hundredths of a chip.
    pub returned: i64,
}

/// Payouts behind their count in one signed byte: 127 at most.
pub(super) enum Payouts {}

impl Payouts {
    fn check(count: usize) -> Result<(), PacketError> {
        check_count(count, i8::MAX as usize)
    }
}

impl Kind for Payouts {
    type Value<'a> = Vec<Payout>;

    fn put(payouts: &Vec<Payout>, packet: PacketBuilder) -> PacketBuilder {
        let packet = packet.put_count_i8(payouts.len());
        payouts.iter().fold(packet, |packet, payout| {
            packet.put((payout.side.0, payout.stake, payout.returned))
        })
    }

    fn get(reader: &mut PacketReader<'_>) -> Result<Vec<Payout>, PacketError> {
        let count = reader.get_count::<i8>()?;
        let payout = |_| {
            let (side, stake, returned) = reader.get()?;
            Ok(Payout {
                side: Side(side),
                stake,
                returned,
            })
        };
        // Collected one by one: the memory follows the payouts that came, not the count that was claimed.
        (0..count).map(payout).collect()
    }

    fn describe(_: &'static str, notes: &mut Notes<'_>) -> Result<(), PacketError> {
        let count = notes.reader.get_count::<i8>()?;
        notes.field("count", size_of::<i8>(), count);
        for _ in 0..count {
            Side::describe("side", notes)?;
            i64::describe("stake", notes)?;
            i64::describe("returned", notes)?;
        }
        Ok(())
    }
}

/// One list for each field, as in the list of users.
impl MsgPackKind for Payouts {
    fn put_named(_: &'static str, payouts: &Vec<Payout>, map: &mut MapWriter<'_>) -> Result<(), PacketError> {
        Self::check(payouts.len())?;
        map.integers("Side", payouts.iter().map(|payout| payout.side.0.into()));
        map.integers("Stake", payouts.iter().map(|payout| payout.stake));
        map.integers("Returned", payouts.iter().map(|payout| payout.returned));
        Ok(())
    }

    fn get_named(_: &'static str, map: &Map<'_>) -> Result<Vec<Payout>, PacketError> {
        let sides: Vec<i8> = map.integers("Side")?;
        let stakes: Vec<i64> = map.integers("Stake")?;
        let returned: Vec<i64> = map.integers("Returned")?;
        for items in [stakes.len(), returned.len()] {
            if items != sides.len() {
                return Err(PacketError::ItemsDiffer {
                    expected: sides.len() as u64,
                    items: items as u64,
                });
            }
        }
        Self::check(sides.len())?;
        let payout = |((side, stake), returned)| Payout {
            side: Side(side),
            stake,
            returned,
        };
        Ok(sides.into_iter().zip(stakes).zip(returned).map(payout).collect())
    }
}

impl ProtobufKind for Payouts {
    type Proto = Vec<proto::Payout>;

    fn to_proto(_: &'static str, payouts: &Vec<Payout>) -> Result<Self::Proto, PacketError> {
        Self::check(payouts.len())?;
        let to_proto = |payout: &Payout| proto::Payout {
            side: payout.side.0.into(),
            stake: payout.stake,
            returned: payout.returned,
        };
        Ok(payouts.iter().map(to_proto).collect())
    }

    fn from_proto(_: &'static str, proto: &Self::Proto) -> Result<Vec<Payout>, PacketError> {
        let from_proto = |payout: &proto::Payout| {
            Ok(Payout {
                side: Side::from_proto("side", &payout.side)?,
                stake: payout.stake,
                returned: payout.returned,
            })
        };
        proto.iter().map(from_proto).collect()
    }
}
