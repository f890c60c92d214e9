//! Baccarat, step 5: a shoe that can be checked.
//!
//! **New:** the dealer, in `dealer.rs`, *commits*: before the first stake it tells a hash of the 32 random bytes that all
//! cards follow from. Players *cut*. After the last round of a shoe the dealer *reveals* the bytes; everybody can shuffle
//! again then, and compare every card.
//!
//! **Run it:** `cargo run --bin baccarat-5-fair` (an address such as `127.0.0.1:7000` may follow). Ctrl-C ends it.
//!
//! **See it work:** in another terminal, `python3 -B docs/examples/baccarat_player.py 127.0.0.1:11031 alice 17` cuts at 17,
//! stakes 10 chips on the banker until the shoe is over, and checks every card of it.
//!
//! **What still goes wrong:** when the process ends, the chips are gone, as in step 4, and the shoe is not revealed. There
//! is one table, a name has no password, and a client that does not read stops everybody. The finished `baccarat-server`
//! has a ledger on disk, many tables, and an outbox for each client.

mod clients;
mod dealer;
mod ledger;

use std::collections::BTreeMap;
use std::mem;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use baccarat::{Hundredths, Outcome, Round, Side};
use clients::{Clients, Event, Outgoing};
use crossbeam_channel::{Receiver, RecvTimeoutError};
use dealer::Dealer;
use ledger::Ledger;
use protocol::message::baccarat::{self as message, BalanceReq, BalanceRes, CutReq, CutRes, GameResultNtf};
use protocol::message::baccarat::{GameStartNtf, GameStartReq, GameStartRes, PayoutNtf, Phase, StakeNtf};
use protocol::message::baccarat::{StakeReq, StakeRes, TableNtf, Winner};
use protocol::message::{RoomEnterReq, RoomEnterRes};
use protocol::{ErrorCode, Packet, PacketError, PacketId};

fn main() -> ExitCode {
    clients::serve(work)
}

// ANCHOR: work
/// Takes one event after the other. Between them it looks at the clock, for the table.
fn work(events: &Receiver<Event>) {
    let (mut clients, mut table) = (Clients::default(), Table::default());
    loop {
        let left = table.time_left(Instant::now());
        let event = events.recv_timeout(left.unwrap_or(Duration::MAX));
        let now = Instant::now();
        table.tick(now);
        match event {
            Ok(Event::Opened(number, stream)) => clients.opened(number, stream),
            Ok(Event::Packet(number, id, body)) => {
                if let Some(name) = clients.user(number, id, &body) {
                    table.packet(number, &name, id, &body, now);
                }
            }
            Ok(Event::Closed(number)) => {
                clients.closed(number);
                table.leave(number, now);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        clients.send(mem::take(&mut table.outgoing));
    }
}
// ANCHOR_END: work

// ANCHOR: table
/// How long stakes are taken: five seconds, as in the original game.
const BET_TIME: Duration = Duration::from_secs(5);

/// The one table. It has no socket and no clock: packets and the time come in, and what goes out stands in `outgoing`.
#[derive(Default)]
struct Table {
    /// The names, by the numbers of the clients, which are the unique ids. The first one is the master's.
    members: BTreeMap<u64, String>,
    state: State,
    /// The number of the round, or of the last one.
    round: u64,
    ledger: Ledger,
    dealer: Dealer,
    outgoing: Outgoing,
}

#[derive(Default)]
enum State {
    /// The master may start a round.
    #[default]
    Waiting,
    /// Until then the members may stake. What they have staked is in the ledger.
    Betting { ends: Instant },
}
// ANCHOR_END: table

impl Table {
    // ANCHOR: tick
    /// After this time the table has something to do by itself; `None` is never.
    fn time_left(&self, now: Instant) -> Option<Duration> {
        match self.state {
            State::Waiting => None,
            State::Betting { ends } => Some(ends.saturating_duration_since(now)),
        }
    }

    /// Does what is due.
    fn tick(&mut self, now: Instant) {
        if self.time_left(now) == Some(Duration::ZERO) {
            self.deal(now);
        }
    }
    // ANCHOR_END: tick

    // ANCHOR: description
    /// What all are told when the phase changes, and a newcomer at once.
    fn description(&self, now: Instant) -> TableNtf {
        let (time_left, shoe) = (self.time_left(now), &self.dealer.shoe);
        TableNtf {
            phase: time_left.map_or(Phase::WAITING, |_| Phase::BETTING),
            time_left: time_left.unwrap_or_default().as_millis() as i32,
            round: self.round,
            shoe: shoe.number(),
            cards_left: shoe.cards_left() as i16,
            commitment: *shoe.commitment().as_bytes(),
        }
    }
    // ANCHOR_END: description

    // ANCHOR: packet
    fn packet(&mut self, from: u64, name: &str, id: PacketId, body: &[u8], now: Instant) {
        let is_member = self.members.contains_key(&from);
        match id {
            PacketId::ROOM_ENTER_REQ => self.enter(from, name, body, now),
            PacketId::GAME_START_REQ if is_member => self.start(from, body, now),
            PacketId::STAKE_REQ if is_member => self.stake(from, name, body, now),
            PacketId::CUT_REQ if is_member => self.cut(from, name, body),
            PacketId::BALANCE_REQ if is_member => self.tell_balance(from, name, body),
            PacketId::GAME_START_REQ | PacketId::STAKE_REQ | PacketId::CUT_REQ | PacketId::BALANCE_REQ => {
                self.error(from, ErrorCode::ROOM_NOT_IN_USER);
            }
            _ => self.error(from, ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID),
        }
    }
    // ANCHOR_END: packet

    fn enter(&mut self, from: u64, name: &str, body: &[u8], now: Instant) {
        let result = match RoomEnterReq::decode(body) {
            Err(_) => ErrorCode::PACKET_DECODING_FAIL,
            Ok(_) if self.members.contains_key(&from) => ErrorCode::ENTER_ROOM_ALREADY,
            Ok(RoomEnterReq { room: 0 }) => ErrorCode::NONE,
            Ok(_) => ErrorCode::ROOM_INVALID_NUMBER,
        };
        let mut user_unique_id = 0;
        if result == ErrorCode::NONE {
            self.members.insert(from, name.to_owned());
            self.ledger.open(name);
            self.send(from, self.description(now).encode());
            user_unique_id = from;
        }
        let reply = RoomEnterRes {
            result,
            room: 0,
            user_unique_id,
        };
        self.send(from, reply.encode());
    }

    /// A client is gone. Its stakes stay in play.
    fn leave(&mut self, number: u64, now: Instant) {
        self.members.remove(&number);
        self.deal_if_all_have_staked(now);
    }

    fn cut(&mut self, from: u64, name: &str, body: &[u8]) {
        let outcome = match CutReq::decode(body) {
            Ok(CutReq { position }) => self.dealer.cut(name, position),
            Err(_) => Err(ErrorCode::GAME_BET_FAIL_PACKET),
        };
        let result = outcome.err().unwrap_or(ErrorCode::NONE);
        self.send(from, CutRes { result }.encode());
    }

    // ANCHOR: start
    fn start(&mut self, from: u64, body: &[u8], now: Instant) {
        let result = match self.state {
            _ if GameStartReq::decode(body).is_err() => ErrorCode::PACKET_DECODING_FAIL,
            State::Betting { .. } => ErrorCode::GAME_START_INVALID_ROOM_STATE,
            State::Waiting if self.members.keys().next() != Some(&from) => ErrorCode::GAME_START_NOT_MASTER,
            State::Waiting => ErrorCode::NONE,
        };
        if result == ErrorCode::NONE {
            self.state = State::Betting { ends: now + BET_TIME };
            self.round += 1;
            self.dealer.shoe.open();
            // First of all, everybody hears of the phase.
            self.tell(&self.description(now).encode());
        }
        self.send(from, GameStartRes { result }.encode());
        if result == ErrorCode::NONE {
            self.tell(&GameStartNtf {}.encode());
        }
    }
    // ANCHOR_END: start

    // ANCHOR: stake
    fn stake(&mut self, from: u64, name: &str, body: &[u8], now: Instant) {
        let outcome = self.take_stake(name, body);
        let result = outcome.err().unwrap_or(ErrorCode::NONE);
        let balance = self.ledger.balance(name);
        self.send(from, StakeRes { result, balance }.encode());
        if let Ok((side, amount)) = outcome {
            let staked = StakeNtf {
                unique_id: from,
                side,
                amount,
            };
            self.tell(&staked.encode());
            self.deal_if_all_have_staked(now);
        }
    }

    /// Gives the side, and the chips that are there now.
    fn take_stake(&mut self, name: &str, body: &[u8]) -> Result<(message::Side, i64), ErrorCode> {
        let stake = StakeReq::decode(body).map_err(|_| ErrorCode::GAME_BET_FAIL_PACKET)?;
        match self.state {
            State::Waiting => return Err(ErrorCode::GAME_BET_INVALID_ROOM_STATE),
            State::Betting { .. } if stake.round != self.round => return Err(ErrorCode::BET_WRONG_ROUND),
            State::Betting { .. } => {}
        }
        let side = Side::try_from(stake.side.0).map_err(|_| ErrorCode::GAME_BET_INVALID_SIDE)?;
        let there = self.ledger.stake(stake.round, name, side, stake.amount)?;
        Ok((stake.side, there))
    }
    // ANCHOR_END: stake

    fn deal_if_all_have_staked(&mut self, now: Instant) {
        let has_staked = |name: &String| self.ledger.has_staked(name, self.round);
        if matches!(self.state, State::Betting { .. }) && self.members.values().all(has_staked) {
            self.deal(now);
        }
    }

    fn tell_balance(&mut self, from: u64, name: &str, body: &[u8]) {
        let balance = self.ledger.balance(name);
        match BalanceReq::decode(body) {
            Ok(_) => self.send(from, BalanceRes { balance }.encode()),
            Err(_) => self.error(from, ErrorCode::PACKET_DECODING_FAIL),
        }
    }

    // ANCHOR: deal
    /// Deals all cards at once, and pays.
    fn deal(&mut self, now: Instant) {
        let round = self
            .dealer
            .shoe
            .deal()
            .expect("a shoe that is over is not on the table");
        self.state = State::Waiting;
        self.tell(&result_of(&round).encode());
        self.pay(round.outcome());
        if self.dealer.shoe.is_over() {
            self.tell(&self.dealer.reveal().encode());
            self.dealer = Dealer::new(self.dealer.shoe.number() + 1);
        }
        self.tell(&self.description(now).encode());
    }

    /// All are paid, and the members that are here are told.
    fn pay(&mut self, outcome: Outcome) {
        let round = self.round;
        for (name, payouts) in self.ledger.settle(round, outcome) {
            let mut members = self.members.iter();
            if let Some((&member, _)) = members.find(|(_, other)| **other == name) {
                let balance = self.ledger.balance(&name);
                let payout = PayoutNtf {
                    round,
                    balance,
                    payouts,
                };
                self.send(member, payout.encode());
            }
        }
        let sum = Hundredths(self.ledger.sum());
        eprintln!("round {round}: {outcome}; all accounts together: {sum}");
    }
    // ANCHOR_END: deal

    fn send(&mut self, to: u64, packet: Result<Packet, PacketError>) {
        self.outgoing.push((to, packet));
    }

    fn tell(&mut self, packet: &Result<Packet, PacketError>) {
        let each = self.members.keys().map(|member| (*member, packet.clone()));
        self.outgoing.extend(each);
    }

    fn error(&mut self, to: u64, code: ErrorCode) {
        self.send(to, Packet::framed(PacketId::ERROR_NTF).put_i16(code.0).build());
    }
}

fn result_of(round: &Round) -> GameResultNtf {
    GameResultNtf {
        banker_cards: round.banker.numbers(),
        player_cards: round.player.numbers(),
        player_score: round.player.score() as i8,
        banker_score: round.banker.score() as i8,
        winner: Winner(round.winner().number()),
    }
}
