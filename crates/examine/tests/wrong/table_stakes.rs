//! Chips on the sides of a table for baccarat: bets of one unit, and stakes of any amount.

use protocol::message::baccarat::{GameBetNtf, GameBetReq, Phase, Side, StakeNtf, StakeReq, StakeRes};
use protocol::{ErrorCode, Frame, Packet, PacketId};

use super::chat::{Answer, Chat, decode};
use super::tables::{Mistake, SETTINGS, Stake};

impl Chat {
    /// Whether chips are taken now.
    fn takes_chips(&mut self, room: i32) -> Answer {
        let is_taken = match self.table(room).phase {
            Phase::BETTING => true,
            Phase::WAITING => self.table_has(Mistake::TakesEarlyStakes),
            _ => self.table_has(Mistake::TakesLateStakes),
        };
        is_taken
            .then_some(())
            .ok_or(ErrorCode::GAME_BET_INVALID_ROOM_STATE)
    }

    pub(crate) fn bet_or_refuse(
        &mut self,
        number: usize,
        (room, unique_id): (i32, u64),
        frame: &Frame<'_>,
    ) -> Answer {
        let outcome = decode(frame, GameBetReq::decode).map_err(|_| ErrorCode::GAME_BET_FAIL_PACKET);
        if outcome.is_err() && self.table_has(Mistake::ErrorForABadBody) {
            return Err(ErrorCode::PACKET_DECODING_FAIL);
        }
        let outcome = outcome.and_then(|GameBetReq { side }| self.bet(number, room, side).map(|()| side));
        let told = outcome.map(|side| match self.table_has(Mistake::BetUnderTheIdOfStart) {
            true => Packet::framed(PacketId::GAME_START_NTF)
                .put_u64(unique_id)
                .put_i8(side.0)
                .build(),
            false => GameBetNtf { unique_id, side }.encode(),
        });
        let is_told_first = self.table_has(Mistake::BetBeforeItsAnswer);
        if !is_told_first {
            self.answer(number, PacketId::GAME_BET_RES, outcome.map(drop));
        }
        if let Ok(told) = told {
            self.tell(room, told, None);
        }
        if is_told_first {
            self.answer(number, PacketId::GAME_BET_RES, outcome.map(drop));
        }
        self.deal_if_all_have_staked(room);
        Ok(())
    }

    fn bet(&mut self, number: usize, room: i32, side: Side) -> Answer {
        self.takes_chips(room)?;
        if ![Side::PLAYER, Side::BANKER].contains(&side) && !self.table_has(Mistake::TakesAnySide) {
            return Err(ErrorCode::GAME_BET_INVALID_SIDE);
        }
        let name = self.name(number);
        let adds = self.table_has(Mistake::SecondBetAdds);
        let same_again = self.table_has(Mistake::SameSideAgain);
        let mut bets = self.table(room).stakes.iter_mut();
        let own = bets.find(|stake| stake.is_bet && stake.name == name && (!adds || stake.side == side));
        if let Some(bet) = own {
            if bet.side == side && !same_again {
                return Err(ErrorCode::GAME_BET_SAME_SIDE);
            }
            bet.side = side;
            return Ok(());
        }
        let cost = match self.table_has(Mistake::BetCostsNothing) {
            true => 0,
            false => SETTINGS.unit,
        };
        self.take(&name, cost)?;
        self.table(room).stakes.push(Stake {
            name,
            side,
            amount: SETTINGS.unit,
            is_bet: true,
        });
        Ok(())
    }

    fn take(&mut self, name: &str, chips: i64) -> Answer {
        let needs_none = self.table_has(Mistake::NoFundsNeeded);
        let account = self.account(name);
        if *account < chips * 100 && !needs_none {
            return Err(ErrorCode::INSUFFICIENT_FUNDS);
        }
        *account -= chips * 100;
        Ok(())
    }

    pub(crate) fn stake_or_refuse(
        &mut self,
        number: usize,
        (room, unique_id): (i32, u64),
        frame: &Frame<'_>,
    ) -> Answer {
        let outcome = decode(frame, StakeReq::decode).map_err(|_| ErrorCode::GAME_BET_FAIL_PACKET);
        if outcome.is_err() && self.table_has(Mistake::ErrorForABadBody) {
            return Err(ErrorCode::PACKET_DECODING_FAIL);
        }
        let outcome = outcome.and_then(|request| {
            self.stake(number, room, &request)
                .map(|amount| (request.side, amount))
        });
        let name = self.name(number);
        let answer = StakeRes {
            result: outcome.err().unwrap_or(ErrorCode::NONE),
            balance: *self.account(&name),
        };
        let is_told_first = self.table_has(Mistake::StakeBeforeItsAnswer);
        if !is_told_first {
            self.send(number, answer.encode());
        }
        if let Ok((side, amount)) = outcome {
            self.tell(
                room,
                StakeNtf {
                    unique_id,
                    side,
                    amount,
                }
                .encode(),
                None,
            );
        }
        if is_told_first {
            self.send(number, answer.encode());
        }
        self.deal_if_all_have_staked(room);
        Ok(())
    }

    /// Gives what is on the side now, as it is told.
    fn stake(&mut self, number: usize, room: i32, request: &StakeReq) -> Answer<i64> {
        let StakeReq { round, side, amount } = *request;
        self.takes_chips(room)?;
        if self.table(room).round != round && !self.table_has(Mistake::TakesAnyRound) {
            return Err(ErrorCode::BET_WRONG_ROUND);
        }
        if !(1..=5).contains(&side.0) && !self.table_has(Mistake::TakesAnySide) {
            return Err(ErrorCode::GAME_BET_INVALID_SIDE);
        }
        let name = self.name(number);
        let own = self.table(room).stakes.iter();
        let before: i64 = own
            .filter(|stake| stake.name == name && stake.side == side)
            .map(|stake| stake.amount)
            .sum();
        let counted = match self.table_has(Mistake::ForgetsWhatIsOnTheSide) {
            true => 0,
            false => before,
        };
        if amount <= 0 || amount > SETTINGS.max - counted {
            return Err(ErrorCode::BET_LIMIT);
        }
        self.take(&name, amount)?;
        self.table(room).stakes.push(Stake {
            name,
            side,
            amount,
            is_bet: false,
        });
        match self.table_has(Mistake::TellsTheAddition) {
            true => Ok(amount),
            false => Ok(before + amount),
        }
    }
}
