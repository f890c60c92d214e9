//! Members at a table, as the checks start with them. Getting that far is not what is checked, so it is not strict
//! about that: one mistake of a server must make its own checks fail, and not all.

use protocol::message::baccarat::{BalanceRes, GameResultNtf, PayoutNtf, Side, StakeRes, TableNtf};
use protocol::{ErrorCode, HEADER_SIZE};

use super::words::{Told, balance, stake, start};
use crate::checks::room_server::user::{User, id_of};
use crate::client::{Client, Incoming};
use crate::failure::{Failure, Outcome};
use crate::stage::Stage;

/// A chip is so many hundredths of a chip.
pub(super) const CHIP: i64 = 100;

/// The sides of a stake.
pub(super) const PLAYER: i8 = Side::PLAYER.0;
pub(super) const BANKER: i8 = Side::BANKER.0;
pub(super) const TIE: i8 = Side::TIE.0;
pub(super) const ALL_SIDES: [i8; 5] = [PLAYER, BANKER, TIE, Side::PLAYER_PAIR.0, Side::BANKER_PAIR.0];

/// How a round has ended, for one member.
pub(super) struct Ended {
    pub(super) packet: Incoming,
    pub(super) result: GameResultNtf,
    pub(super) payout: PayoutNtf,
}

/// What a packet says, if it is this one.
pub(super) fn read<T: Told>(packet: &Incoming) -> Outcome<T> {
    let message = match id_of(packet) == T::ID {
        true => T::read(&packet[HEADER_SIZE..]).ok(),
        false => None,
    };
    message.ok_or_else(|| packet.is_no(&format!("a packet {}", T::ID)))
}

impl Client<'_> {
    /// The next packet is this one.
    pub(super) fn next<T: Told>(&mut self) -> Outcome<T> {
        read(&self.next_packet(&format!("a packet {}", T::ID))?)
    }

    /// The next packet of this kind, whatever comes before it.
    pub(super) fn skip<T: Told>(&mut self) -> Outcome<T> {
        read(&self.skip_to(T::ID)?)
    }
}

impl Stage<'_> {
    /// What a new user has, in hundredths of a chip.
    pub(super) fn first_balance(&self) -> i64 {
        self.settings.table.chips * CHIP
    }

    /// Members of an empty room, and a round that the first of them has started.
    pub(super) fn betting<const N: usize>(&self, names: [&str; N]) -> Outcome<([User<'_>; N], u64)> {
        let mut members = self.members(self.room()?, names)?;
        let round = begin(&mut members)?;
        Ok((members, round))
    }
}

/// The first of the members starts a round, and all know it.
pub(super) fn begin(members: &mut [User<'_>]) -> Outcome<u64> {
    members[0].send(&start())?;
    let table: TableNtf = members[0].skip()?;
    members.iter_mut().try_for_each(|member| member.settle())?;
    Ok(table.round)
}

/// Each member stakes a unit on the player, and so the round ends.
pub(super) fn finish(stage: &Stage<'_>, members: &mut [User<'_>], round: u64) -> Outcome<Vec<Ended>> {
    for member in &mut *members {
        member.stakes(round, PLAYER, stage.settings.table.unit)?;
    }
    members.iter_mut().map(User::ended).collect()
}

impl User<'_> {
    /// Puts chips on a side, and says what is left.
    pub(super) fn stakes(&mut self, round: u64, side: i8, amount: i64) -> Outcome<i64> {
        self.send(&stake(round, side, amount))?;
        let packet = self.skip_to(StakeRes::ID)?;
        let StakeRes { result, balance } = read(&packet)?;
        match result {
            ErrorCode::NONE => Ok(balance),
            _ => Err(packet.is_no("STAKE_RES (803) that says NONE")),
        }
    }

    /// Asks for chips on a side, and gets this answer. What it says of the balance is for another check.
    pub(super) fn is_refused_stake(&mut self, request: &[u8], result: ErrorCode) -> Outcome {
        self.send(request)?;
        let packet = self.skip_to(StakeRes::ID)?;
        match read::<StakeRes>(&packet) {
            Ok(answer) if answer.result == result => Ok(()),
            _ => Err(packet.is_no(&format!("STAKE_RES (803) that says {result}"))),
        }
    }

    /// What is in the account, in hundredths of a chip.
    pub(super) fn balance(&mut self) -> Outcome<i64> {
        self.send(&balance())?;
        Ok(self.skip::<BalanceRes>()?.balance)
    }

    /// This much is in the account.
    pub(super) fn has(&mut self, expected: i64, why: &str) -> Outcome {
        let came = self.balance()?;
        if came == expected {
            return Ok(());
        }
        let hundredths = |balance: i64| format!("a balance of {balance} hundredths");
        Err(Failure::words(hundredths(expected), hundredths(came)).remarked(why))
    }

    /// Cards and payout, whatever comes before them.
    pub(super) fn ended(&mut self) -> Outcome<Ended> {
        let packet = self.skip_to(GameResultNtf::ID)?;
        Ok(Ended {
            result: read(&packet)?,
            packet,
            payout: self.skip()?,
        })
    }
}
