//! One table: its phases, from the first stake to the payout. No socket, no thread and no clock in here.
//!
//! ```text
//!            start                time, or all have staked      all are stored
//!  Waiting --------> Betting -----------------------> Closing ----------------> Settling
//!     ^  (auto: at once)                                                           | the result is stored
//!     |                                                                            v
//!     +-------------------------------------------------------------------------- Result
//!                                     time (auto: Betting)
//! ```
//!
//! Nobody is told anything about money before the ledger has it: a stake is answered, and a result announced, when the
//! ledger says so. Meanwhile the worker serves its other tables.

use std::sync::Arc;
use std::time::Instant;

use baccarat::{Round, Side};
use protocol::ErrorCode;
use protocol::message::baccarat::{
    self as message, GameResultNtf, GameStartNtf, HistoryNtf, Phase, TableNtf,
};
use rooms::{Handled, Incoming, Member, RoomContext, RoomLogic, Session};
use talk::Talk;
use tracing::error;

use crate::dealer::Dealer;
use crate::event::Event;
use crate::house::House;
use crate::ledger::{Closed, Player, Returns, RoundId, Settlement};
use crate::settings::Rounds;
use crate::stakes::Stakes;

#[cfg(test)]
mod tests;

/// The rules of one room: a table.
pub struct Table {
    pub(crate) number: i32,
    talk: Talk,
    pub(crate) house: Arc<House>,
    pub(crate) state: State,
    /// The round that is played, or was played last.
    pub(crate) round: u64,
    /// The shoe that is on the table, or was last.
    last_shoe: u64,
    pub(crate) stakes: Stakes,
    /// A table without members has no shoe.
    pub(crate) dealer: Option<Dealer>,
    /// The member who left last, with a round open: the shoe is revealed to it.
    last_member: Option<Arc<Session>>,
}

/// Where a round is.
#[derive(Debug)]
pub(crate) enum State {
    /// There is none.
    Waiting,
    /// Stakes are taken.
    Betting { ends: Instant },
    /// Stakes are taken no more, and the ledger has not answered all of them.
    Closing,
    /// The cards are dealt, and the ledger stores what came of it.
    Settling(Round),
    /// All know the result.
    Result { ends: Instant },
}

impl RoomLogic for Table {
    type Event = Event;

    fn entering(&mut self, room: &mut RoomContext<'_>, member: &Member) {
        self.last_member = None;
        self.provide_shoe();
        let rounds = self.dealer.as_ref().map(Dealer::history).unwrap_or_default();
        let table = self.description(room.now());
        // Packets of a known size, far below the smallest limit.
        let _ = room.send(&member.session, &table);
        let _ = room.send(&member.session, &HistoryNtf { rounds: &rounds });
    }

    fn entered(&mut self, room: &mut RoomContext<'_>, member: &Member) {
        self.talk.entered(room, member);
        if let (State::Waiting, Rounds::Auto) = (&self.state, self.house.settings.rounds) {
            self.begin_round(room);
            let _ = room.send_to_all(&GameStartNtf {});
        }
    }

    fn packet(
        &mut self,
        room: &mut RoomContext<'_>,
        from: &Member,
        packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode> {
        match self.request(room, from, packet)? {
            Handled::Yes => Ok(Handled::Yes),
            Handled::UnknownId => self.talk.room_packet(room, from, packet),
        }
    }

    fn event(&mut self, room: &mut RoomContext<'_>, from: Option<&Member>, event: Event) {
        match event {
            Event::Refused(result, balance) => Self::refuse_stake(room, from, result, balance),
            Event::Staked(asked, outcome) => self.staked(room, from, &asked, outcome),
            Event::Settled(Ok(closed)) => self.settled(room, &closed),
            Event::Settled(Err(refusal)) => self.not_settled(room, &refusal),
            Event::Talk(event) => self.talk.room_event(room, from, event),
            // The game answers that one.
            Event::Balance(_) => {}
        }
    }

    /// The stake of a member who leaves stays in play.
    fn left(&mut self, room: &mut RoomContext<'_>, member: &Member) {
        let is_empty = room.members().is_empty();
        match self.state {
            State::Waiting | State::Result { .. } if is_empty => self.give_up(room, &member.session),
            State::Betting { .. } if is_empty => {
                self.last_member = Some(Arc::clone(&member.session));
                self.close_betting(room);
            }
            State::Closing | State::Settling(_) if is_empty => {
                self.last_member = Some(Arc::clone(&member.session));
            }
            _ => self.close_betting_if_all_have_staked(room),
        }
    }

    fn tick(&mut self, room: &mut RoomContext<'_>) {
        match self.state {
            State::Betting { ends } if ends <= room.now() => self.close_betting(room),
            State::Result { ends } if ends <= room.now() => self.end_round(room),
            // An alarm of a phase that has ended earlier has hidden the one of this phase.
            State::Betting { ends } | State::Result { ends } => room.wake_at(ends),
            State::Waiting | State::Closing | State::Settling(_) => {}
        }
    }

    /// An open round stays open in the ledger: whoever has the table next closes it. The shoe is revealed, since nobody can
    /// stake on it any more.
    fn abandoned(&mut self, room: &mut RoomContext<'_>) {
        self.state = State::Waiting;
        self.reveal_to_all(room);
    }

    /// An open round is played to its end; then the shoe is revealed.
    fn closing(&mut self, room: &mut RoomContext<'_>) -> bool {
        match self.state {
            State::Betting { .. } => {
                self.close_betting(room);
                false
            }
            State::Closing | State::Settling(_) => false,
            State::Waiting | State::Result { .. } => {
                self.reveal_to_all(room);
                true
            }
        }
    }
}

impl Table {
    pub(crate) fn new(number: i32, talk: Talk, house: Arc<House>) -> Self {
        let numbers = house.ledger.numbers(number);
        Self {
            number,
            talk,
            house,
            state: State::Waiting,
            round: numbers.round,
            last_shoe: numbers.shoe,
            stakes: Stakes::default(),
            dealer: None,
            last_member: None,
        }
    }

    pub(crate) fn round_id(&self) -> RoundId {
        RoundId {
            table: self.number,
            number: self.round,
        }
    }

    /// Puts a new shoe on the table where there is none.
    fn provide_shoe(&mut self) {
        if self.dealer.is_some() {
            return;
        }
        let house = &self.house;
        self.last_shoe += 1;
        // What has gone into the ledger is stored before any round of this shoe: it keeps the order.
        house.ledger.begin_shoe(self.number, self.last_shoe, |_| ());
        let seed = (house.seeds)();
        self.dealer = Some(Dealer::new(seed, self.last_shoe, house.shoe(), house.max_packet));
    }

    // ANCHOR: phase
    /// What a `TABLE_NTF` says at this time.
    fn description(&self, now: Instant) -> TableNtf {
        let (phase, ends) = match self.state {
            State::Waiting => (Phase::WAITING, None),
            State::Betting { ends } => (Phase::BETTING, Some(ends)),
            State::Closing | State::Settling(_) => (Phase::BETTING, None),
            State::Result { ends } => (Phase::RESULT, Some(ends)),
        };
        let left = ends.map_or(0, |ends| ends.saturating_duration_since(now).as_millis());
        let dealer = self.dealer.as_ref();
        TableNtf {
            phase,
            time_left: i32::try_from(left).unwrap_or(i32::MAX),
            round: self.round,
            shoe: self.last_shoe,
            cards_left: dealer.map_or(0, Dealer::cards_left),
            commitment: dealer.map_or([0; 32], Dealer::commitment),
        }
    }

    fn enter_phase(&mut self, room: &mut RoomContext<'_>, state: State) {
        if let State::Betting { ends } | State::Result { ends } = state {
            room.wake_at(ends);
        }
        self.state = state;
        let _ = room.send_to_all(&self.description(room.now()));
    }
    // ANCHOR_END: phase

    pub(crate) fn begin_round(&mut self, room: &mut RoomContext<'_>) {
        self.provide_shoe();
        self.round += 1;
        self.stakes = Stakes::default();
        if let Some(dealer) = &mut self.dealer {
            dealer.open();
        }
        let ends = room.now() + self.house.settings.bet_time;
        self.enter_phase(room, State::Betting { ends });
    }

    pub(crate) fn close_betting_if_all_have_staked(&mut self, room: &mut RoomContext<'_>) {
        let has_staked = |member: &Member| self.stakes.has(&member.user_id);
        if let State::Betting { .. } = self.state
            && room.members().iter().all(has_staked)
        {
            self.close_betting(room);
        }
    }

    // ANCHOR: close_betting
    /// No stake is taken from now on. Those that came in time are on their way into the ledger: the cards wait for
    /// them.
    fn close_betting(&mut self, room: &mut RoomContext<'_>) {
        self.state = State::Closing;
        self.deal_if_all_is_stored(room);
    }

    pub(crate) fn deal_if_all_is_stored(&mut self, room: &mut RoomContext<'_>) {
        if matches!(self.state, State::Closing) && self.stakes.are_stored() {
            self.deal(room);
        }
    }
    // ANCHOR_END: close_betting

    /// Deals all cards, and gives the result to the ledger before anybody else hears of it: what the members are told
    /// is paid then, whatever happens.
    fn deal(&mut self, room: &mut RoomContext<'_>) {
        let Some((round, outcome)) = self.dealer.as_mut().and_then(Dealer::deal) else {
            return self.play_no_more(room);
        };
        let outside = self.house.outside();
        let number = self.number;
        let settlement = Settlement {
            round: self.round_id(),
            shoe: self.last_shoe,
            result: self.result_bytes(&round),
            returns: Returns::new(Side::ALL.map(|side| side.returned_per_chip(outcome)))
                .expect("the rules take no more than the stake"),
        };
        self.state = State::Settling(round);
        self.house.ledger.settle(settlement, move |closed| {
            // A server that has ended needs no answer.
            let _ = outside.send(number, Event::Settled(closed));
        });
    }

    fn result_bytes(&self, round: &Round) -> Vec<u8> {
        let packet = result(round).encode();
        // A packet of nine numbers can always be built.
        packet.map_or_else(
            |_| Vec::new(),
            |packet| packet.as_bytes()[protocol::HEADER_SIZE..].to_vec(),
        )
    }

    /// The ledger has the result: now the members are told.
    fn settled(&mut self, room: &mut RoomContext<'_>, closed: &Closed) {
        let State::Settling(round) = self.state else {
            return;
        };
        if let Some(dealer) = &mut self.dealer {
            dealer.announce();
        }
        if let Some(session) = self.last_member.take() {
            return self.give_up(room, &session);
        }
        let ends = room.now() + self.house.settings.result_time;
        self.enter_phase(room, State::Result { ends });
        let _ = room.send_to_all(&result(&round));
        for player in &closed.players {
            self.pay(room, player);
        }
    }

    /// A user who has left the table finds the payout in the balance.
    fn pay(&self, room: &mut RoomContext<'_>, player: &Player) {
        let mut members = room.members().iter();
        let Some(member) = members.find(|member| member.user_id == player.user) else {
            return;
        };
        let session = Arc::clone(&member.session);
        let sides = player.sides.iter().map(|side| message::Payout {
            side: message::Side(side.side),
            stake: side.stake.chips(),
            returned: side.returned.hundredths(),
        });
        let payout = message::PayoutNtf {
            round: self.round,
            balance: player.balance.hundredths(),
            payouts: sides.collect(),
        };
        let _ = room.send(&session, &payout);
    }

    /// The ledger tries until it has stored a result, so this is the end of the server, or a fault of ours.
    fn not_settled(&mut self, room: &mut RoomContext<'_>, refusal: &crate::ledger::Refusal) {
        error!(
            table = self.number,
            round = self.round,
            "cannot settle a round: {refusal}"
        );
        self.enter_phase(room, State::Waiting);
    }

    /// A shoe that is not over has cards for a round. Should it ever have none, the stakes go back.
    fn play_no_more(&mut self, room: &mut RoomContext<'_>) {
        error!(
            table = self.number,
            round = self.round,
            "the shoe has no cards for a round"
        );
        self.house.ledger.refund(self.round_id(), |_| ());
        self.dealer = None;
        self.provide_shoe();
        self.enter_phase(room, State::Waiting);
    }

    /// The time of a result is over.
    fn end_round(&mut self, room: &mut RoomContext<'_>) {
        if self.dealer.as_ref().is_some_and(Dealer::is_over) {
            self.reveal_to_all(room);
            self.provide_shoe();
        }
        match self.house.settings.rounds {
            Rounds::Manual => self.enter_phase(room, State::Waiting),
            Rounds::Auto => {
                self.begin_round(room);
                let _ = room.send_to_all(&GameStartNtf {});
            }
        }
    }

    fn reveal_to_all(&mut self, room: &mut RoomContext<'_>) {
        if let Some(dealer) = self.dealer.take_if(|dealer| dealer.is_in_use()) {
            let _ = room.send_to_all(&dealer.reveal());
        }
    }

    /// Nobody is left: the next one who comes gets a new shoe.
    fn give_up(&mut self, room: &mut RoomContext<'_>, last: &Arc<Session>) {
        self.state = State::Waiting;
        if let Some(dealer) = self.dealer.take().filter(Dealer::is_in_use) {
            let _ = room.send(last, &dealer.reveal());
        }
    }
}

/// What a `GAME_RESULT_NTF` says of a round.
fn result(round: &Round) -> GameResultNtf {
    let score = |hand: &baccarat::Hand| i8::try_from(hand.score()).unwrap_or(i8::MAX);
    GameResultNtf {
        banker_cards: round.banker.numbers(),
        player_cards: round.player.numbers(),
        player_score: score(&round.player),
        banker_score: score(&round.banker),
        winner: message::Winner(round.winner().number()),
    }
}
