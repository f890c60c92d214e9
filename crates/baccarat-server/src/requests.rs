//! The requests of a member at its table: start a round, bet, stake, cut. Each gets one clear answer.

use std::sync::Arc;

use baccarat::Side;
use protocol::ErrorCode;
use protocol::message::baccarat::{
    self as message, CutReq, CutRes, GameBetNtf, GameBetReq, GameBetRes, GameStartNtf, GameStartReq,
    GameStartRes, StakeNtf, StakeReq, StakeRes,
};
use rooms::{Handled, Incoming, Member, RoomContext, result};

use crate::event::{Asked, Event, How};
use crate::ledger::{Amount, Refusal, Stake, StakeMove, StakeRefused, Staked};
use crate::table::{State, Table};

impl Table {
    /// What belongs to the game. Everything else is for others.
    pub(crate) fn request(
        &mut self,
        room: &mut RoomContext<'_>,
        from: &Member,
        packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode> {
        match packet.packet_id() {
            GameStartReq::ID => self.start(room, from, packet)?,
            GameBetReq::ID => self.bet(room, from, packet)?,
            StakeReq::ID => self.stake(room, from, packet),
            CutReq::ID => {
                let result = result(self.cut(from, packet));
                room.send(&from.session, &CutRes { result })?;
            }
            _ => return Ok(Handled::UnknownId),
        }
        Ok(Handled::Yes)
    }

    // ANCHOR: start
    fn start(
        &mut self,
        room: &mut RoomContext<'_>,
        from: &Member,
        packet: &mut Incoming<'_>,
    ) -> Result<(), ErrorCode> {
        let allowed = self.may_start(room, from, packet);
        if allowed.is_ok() {
            // First of all, everybody hears of the phase.
            self.begin_round(room);
        }
        let result = result(allowed);
        room.send(&from.session, &GameStartRes { result })?;
        match allowed {
            Ok(()) => room.send_to_all(&GameStartNtf {}),
            Err(_) => Ok(()),
        }
    }

    fn may_start(
        &self,
        room: &RoomContext<'_>,
        from: &Member,
        packet: &mut Incoming<'_>,
    ) -> Result<(), ErrorCode> {
        packet.decode::<GameStartReq>()?;
        // The master is the member who has been here longest.
        let is_master = room
            .members()
            .first()
            .is_some_and(|master| master.unique_id == from.unique_id);
        match self.state {
            State::Waiting if is_master => Ok(()),
            State::Waiting => Err(ErrorCode::GAME_START_NOT_MASTER),
            _ => Err(ErrorCode::GAME_START_INVALID_ROOM_STATE),
        }
    }
    // ANCHOR_END: start

    /// A bet of the original: a fixed stake on player or banker, which a second one moves to the other side.
    fn bet(
        &mut self,
        room: &mut RoomContext<'_>,
        from: &Member,
        packet: &mut Incoming<'_>,
    ) -> Result<(), ErrorCode> {
        match self.allowed_bet(room, from, packet) {
            Ok(how) => {
                self.ask_ledger(room, from, how, self.house.settings.unit);
                Ok(())
            }
            Err(result) => room.send(&from.session, &GameBetRes { result }),
        }
    }

    fn allowed_bet(
        &self,
        room: &RoomContext<'_>,
        from: &Member,
        packet: &mut Incoming<'_>,
    ) -> Result<How, ErrorCode> {
        let bet = packet.decode::<GameBetReq>();
        let GameBetReq { side } = bet.map_err(|_| ErrorCode::GAME_BET_FAIL_PACKET)?;
        self.check_betting(room)?;
        let to = match side.0 {
            1 => Side::Player,
            2 => Side::Banker,
            _ => return Err(ErrorCode::GAME_BET_INVALID_SIDE),
        };
        let how = match self.stakes.bet_of(&from.user_id) {
            None => How::Bet(to),
            Some(from) if from == to => return Err(ErrorCode::GAME_BET_SAME_SIDE),
            Some(from) => How::Move { from, to },
        };
        let settings = &self.house.settings;
        self.stakes.check(&from.user_id, to, settings.unit, settings)?;
        if let How::Move { from: side, .. } = how {
            self.stakes
                .check_rest(&from.user_id, side, settings.unit, settings)?;
        }
        Ok(how)
    }

    fn stake(&mut self, room: &mut RoomContext<'_>, from: &Member, packet: &mut Incoming<'_>) {
        match self.allowed_stake(room, from, packet) {
            Ok((side, chips)) => self.ask_ledger(room, from, How::Stake(side), chips),
            Err(result) => self.look_up_balance(room, from, result),
        }
    }

    fn allowed_stake(
        &self,
        room: &RoomContext<'_>,
        from: &Member,
        packet: &mut Incoming<'_>,
    ) -> Result<(Side, i64), ErrorCode> {
        let stake = packet.decode::<StakeReq>();
        let StakeReq { round, side, amount } = stake.map_err(|_| ErrorCode::GAME_BET_FAIL_PACKET)?;
        self.check_betting(room)?;
        if round != self.round {
            return Err(ErrorCode::BET_WRONG_ROUND);
        }
        let side = Side::try_from(side.0).map_err(|_| ErrorCode::GAME_BET_INVALID_SIDE)?;
        self.stakes
            .check(&from.user_id, side, amount, &self.house.settings)?;
        Ok((side, amount))
    }

    /// The time decides, and not whether the table has noticed already that it is over.
    fn check_betting(&self, room: &RoomContext<'_>) -> Result<(), ErrorCode> {
        match self.state {
            State::Betting { ends } if room.now() < ends => Ok(()),
            _ => Err(ErrorCode::GAME_BET_INVALID_ROOM_STATE),
        }
    }

    fn cut(&mut self, from: &Member, packet: &mut Incoming<'_>) -> Result<(), ErrorCode> {
        let cut = packet.decode::<CutReq>();
        let CutReq { position } = cut.map_err(|_| ErrorCode::GAME_BET_FAIL_PACKET)?;
        match &mut self.dealer {
            Some(dealer) => dealer.cut(&from.user_id, position),
            None => Err(ErrorCode::GAME_BET_INVALID_ROOM_STATE),
        }
    }

    // ANCHOR: ask_ledger
    /// The member's further packets wait until the ledger has answered, and nobody else's.
    fn ask_ledger(&mut self, room: &mut RoomContext<'_>, from: &Member, how: How, chips: i64) {
        let (round, user) = (self.round_id(), Arc::clone(&from.user_id));
        let number = self.stakes.ask(&user);
        let asked = Asked {
            user: Arc::clone(&user),
            unique_id: from.unique_id,
            how,
        };
        let (outside, ticket) = (self.house.outside(), room.park(from));
        let reply = move |outcome| outside.resume(ticket, Event::Staked(asked, outcome));
        let amount = Amount::from_chips(chips).unwrap_or(Amount::ZERO);
        let ledger = &self.house.ledger;
        match how {
            How::Stake(side) | How::Bet(side) => {
                let side = side.number();
                ledger.stake(
                    Stake {
                        round,
                        user,
                        side,
                        number,
                        amount,
                    },
                    reply,
                );
            }
            How::Move { from, to } => {
                let (from, to) = (from.number(), to.number());
                ledger.move_stake(
                    StakeMove {
                        round,
                        user,
                        from,
                        to,
                        number,
                        amount,
                    },
                    reply,
                );
            }
        }
    }
    // ANCHOR_END: ask_ledger

    /// A refusal names the balance, and only the ledger knows that.
    fn look_up_balance(&self, room: &mut RoomContext<'_>, from: &Member, result: ErrorCode) {
        let (outside, ticket) = (self.house.outside(), room.park(from));
        let reply = move |balance| outside.resume(ticket, Event::Refused(result, balance));
        self.house.ledger.balance(&from.user_id, reply);
    }

    pub(crate) fn refuse_stake(
        room: &mut RoomContext<'_>,
        from: Option<&Member>,
        result: ErrorCode,
        balance: Result<Amount, Refusal>,
    ) {
        let balance = balance.map_or(0, Amount::hundredths);
        if let Some(member) = from {
            // A packet of two numbers can always be built.
            let _ = room.send(&member.session, &StakeRes { result, balance });
        }
    }

    // ANCHOR: staked
    /// The ledger has answered: the member gets its answer, and then all hear of the stake.
    pub(crate) fn staked(
        &mut self,
        room: &mut RoomContext<'_>,
        from: Option<&Member>,
        asked: &Asked,
        outcome: Result<Staked, StakeRefused>,
    ) {
        self.stakes.answered();
        if let Ok(staked) = &outcome {
            self.note(asked, staked);
        }
        if let Some(member) = from {
            respond(room, member, asked.how, &outcome);
        }
        if outcome.is_ok() {
            self.tell_stake(room, asked);
        }
        self.deal_if_all_is_stored(room);
        self.close_betting_if_all_have_staked(room);
    }
    // ANCHOR_END: staked

    fn note(&mut self, asked: &Asked, staked: &Staked) {
        let user = &asked.user;
        self.stakes.set(user, asked.how.side(), staked.stake.chips());
        match asked.how {
            How::Stake(_) => {}
            How::Bet(side) => self.stakes.set_bet(user, side),
            How::Move { from, to } => {
                let rest = self.stakes.on(user, from) - self.house.settings.unit;
                self.stakes.set(user, from, rest);
                self.stakes.set_bet(user, to);
            }
        }
    }

    fn tell_stake(&self, room: &mut RoomContext<'_>, asked: &Asked) {
        let (unique_id, side) = (asked.unique_id, asked.how.side());
        let wire_side = message::Side(side.number());
        // Packets of three numbers can always be built.
        let _ = match asked.how {
            How::Stake(_) => room.send_to_all(&StakeNtf {
                unique_id,
                side: wire_side,
                amount: self.stakes.on(&asked.user, side),
            }),
            How::Bet(_) | How::Move { .. } => room.send_to_all(&GameBetNtf {
                unique_id,
                side: wire_side,
            }),
        };
    }
}

fn respond(room: &mut RoomContext<'_>, member: &Member, how: How, outcome: &Result<Staked, StakeRefused>) {
    let (result, balance) = match outcome {
        Ok(staked) => (ErrorCode::NONE, staked.balance),
        Err(refused) => {
            let result = refused.reason.code().unwrap_or(ErrorCode::NOT_STORED);
            (result, refused.balance)
        }
    };
    let balance = balance.hundredths();
    // Packets of one or two numbers can always be built.
    let _ = match how {
        How::Stake(_) => room.send(&member.session, &StakeRes { result, balance }),
        How::Bet(_) | How::Move { .. } => room.send(&member.session, &GameBetRes { result }),
    };
}
