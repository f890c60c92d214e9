//! Baccarat, step 3: a clock.
//!
//! **New:** betting ends by time. A bet that comes later is refused, and a member that does not bet keeps nobody waiting.
//! All members are told how much time is left. The table itself has no clock: the time comes in with the call.
//!
//! **Run it:** `cargo run --bin baccarat-3-clock` (an address such as `127.0.0.1:7000` may follow). Ctrl-C ends it.
//!
//! **See it work:** in another terminal, `(printf '\x25\x00\xbd\x02\x00alice'; head -c 27 /dev/zero; printf
//! '\x09\x00\xd1\x02\x00\x00\x00\x00\x00\x05\x00\xef\x02\x00'; sleep 6) | nc -N 127.0.0.1 11031 | xxd` logs in,
//! enters, starts a round and does nothing. After five seconds comes the result.
//!
//! **What still goes wrong:** a bet does not say for which round it is, so one that comes too late for a round may count in
//! the next. And nothing is at stake: a player that has lost a hundred times bets on. Step 4 mends both.

mod clients;

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{mem, vec};

use baccarat::{Card, Round, Seed, shuffle};
use clients::{Clients, Event, Outgoing};
use crossbeam_channel::{Receiver, RecvTimeoutError};
use protocol::message::baccarat::{GameBetNtf, GameBetReq, GameBetRes, GameResultNtf, GameStartNtf};
use protocol::message::baccarat::{GameStartReq, GameStartRes, Phase, Side, TableNtf, Winner};
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
                if clients.user(number, id, &body).is_some() {
                    table.packet(number, id, &body, now);
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
/// How long bets are taken: five seconds, as in the original game.
const BET_TIME: Duration = Duration::from_secs(5);

/// The one table. It has no socket and no clock: packets and the time come in, and what goes out stands in `outgoing`.
#[derive(Default)]
struct Table {
    /// By the numbers of their clients, which are their unique ids. The first one is the master.
    members: BTreeSet<u64>,
    state: State,
    /// The number of the round, or of the last one.
    round: u64,
    cards: vec::IntoIter<Card>,
    outgoing: Outgoing,
}

#[derive(Default)]
enum State {
    /// The master may start a round.
    #[default]
    Waiting,
    /// Until then the members may bet, and these have.
    Betting {
        ends: Instant,
        bets: BTreeMap<u64, Side>,
    },
}
// ANCHOR_END: table

impl Table {
    // ANCHOR: tick
    /// After this time the table has something to do by itself; `None` is never.
    fn time_left(&self, now: Instant) -> Option<Duration> {
        match self.state {
            State::Waiting => None,
            State::Betting { ends, .. } => Some(ends.saturating_duration_since(now)),
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
    /// What all are told when the phase changes, and a newcomer at once. There is nothing of a shoe yet.
    fn description(&self, now: Instant) -> TableNtf {
        let time_left = self.time_left(now);
        TableNtf {
            phase: time_left.map_or(Phase::WAITING, |_| Phase::BETTING),
            time_left: time_left.unwrap_or_default().as_millis() as i32,
            round: self.round,
            shoe: 0,
            cards_left: self.cards.len() as i16,
            commitment: [0; 32],
        }
    }
    // ANCHOR_END: description

    // ANCHOR: packet
    fn packet(&mut self, from: u64, id: PacketId, body: &[u8], now: Instant) {
        let is_member = self.members.contains(&from);
        match id {
            PacketId::ROOM_ENTER_REQ => self.enter(from, body, now),
            PacketId::GAME_START_REQ if is_member => self.start(from, body, now),
            PacketId::GAME_BET_REQ if is_member => self.bet(from, body, now),
            PacketId::GAME_START_REQ | PacketId::GAME_BET_REQ => {
                self.error(from, ErrorCode::ROOM_NOT_IN_USER);
            }
            _ => self.error(from, ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID),
        }
    }
    // ANCHOR_END: packet

    fn enter(&mut self, from: u64, body: &[u8], now: Instant) {
        let result = match RoomEnterReq::decode(body) {
            Err(_) => ErrorCode::PACKET_DECODING_FAIL,
            Ok(_) if self.members.contains(&from) => ErrorCode::ENTER_ROOM_ALREADY,
            Ok(RoomEnterReq { room: 0 }) => ErrorCode::NONE,
            Ok(_) => ErrorCode::ROOM_INVALID_NUMBER,
        };
        let mut user_unique_id = 0;
        if result == ErrorCode::NONE {
            self.members.insert(from);
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

    /// A client is gone, and its bet does not count.
    fn leave(&mut self, number: u64, now: Instant) {
        self.members.remove(&number);
        if let State::Betting { bets, .. } = &mut self.state {
            bets.remove(&number);
        }
        self.deal_if_all_have_bet(now);
    }

    // ANCHOR: start
    fn start(&mut self, from: u64, body: &[u8], now: Instant) {
        let result = match self.state {
            _ if GameStartReq::decode(body).is_err() => ErrorCode::PACKET_DECODING_FAIL,
            State::Betting { .. } => ErrorCode::GAME_START_INVALID_ROOM_STATE,
            State::Waiting if self.members.first() != Some(&from) => ErrorCode::GAME_START_NOT_MASTER,
            State::Waiting => ErrorCode::NONE,
        };
        if result == ErrorCode::NONE {
            let (ends, bets) = (now + BET_TIME, BTreeMap::new());
            self.state = State::Betting { ends, bets };
            self.round += 1;
            // First of all, everybody hears of the phase.
            self.tell(&self.description(now).encode());
        }
        self.send(from, GameStartRes { result }.encode());
        if result == ErrorCode::NONE {
            self.tell(&GameStartNtf {}.encode());
        }
    }
    // ANCHOR_END: start

    // ANCHOR: bet
    fn bet(&mut self, from: u64, body: &[u8], now: Instant) {
        let outcome = self.take_bet(from, body);
        let result = outcome.err().unwrap_or(ErrorCode::NONE);
        self.send(from, GameBetRes { result }.encode());
        if let Ok(side) = outcome {
            let bet = GameBetNtf {
                unique_id: from,
                side,
            };
            self.tell(&bet.encode());
            self.deal_if_all_have_bet(now);
        }
    }

    /// A second bet moves the first one to the other side.
    fn take_bet(&mut self, from: u64, body: &[u8]) -> Result<Side, ErrorCode> {
        let GameBetReq { side } = GameBetReq::decode(body).map_err(|_| ErrorCode::GAME_BET_FAIL_PACKET)?;
        let State::Betting { bets, .. } = &mut self.state else {
            return Err(ErrorCode::GAME_BET_INVALID_ROOM_STATE);
        };
        match side {
            Side::PLAYER | Side::BANKER if bets.insert(from, side) != Some(side) => Ok(side),
            Side::PLAYER | Side::BANKER => Err(ErrorCode::GAME_BET_SAME_SIDE),
            _ => Err(ErrorCode::GAME_BET_INVALID_SIDE),
        }
    }

    fn deal_if_all_have_bet(&mut self, now: Instant) {
        if let State::Betting { bets, .. } = &self.state
            && self.members.iter().all(|member| bets.contains_key(member))
        {
            self.deal(now);
        }
    }
    // ANCHOR_END: bet

    // ANCHOR: deal
    /// Deals all cards at once. The bets go with the state that they are in.
    fn deal(&mut self, now: Instant) {
        let Some(round) = Round::deal(&mut self.cards) else {
            self.cards = shuffled();
            return self.deal(now);
        };
        self.state = State::Waiting;
        self.tell(&result_of(&round).encode());
        self.tell(&self.description(now).encode());
    }
    // ANCHOR_END: deal

    fn send(&mut self, to: u64, packet: Result<Packet, PacketError>) {
        self.outgoing.push((to, packet));
    }

    fn tell(&mut self, packet: &Result<Packet, PacketError>) {
        let each = self.members.iter().map(|member| (*member, packet.clone()));
        self.outgoing.extend(each);
    }

    fn error(&mut self, to: u64, code: ErrorCode) {
        self.send(to, Packet::framed(PacketId::ERROR_NTF).put_i16(code.0).build());
    }
}

// ANCHOR: shuffled
/// Eight decks, in an order that follows from 32 random bytes.
fn shuffled() -> vec::IntoIter<Card> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).expect("the system has random bytes");
    shuffle(&Seed::from(seed), 1, 8).into_iter()
}
// ANCHOR_END: shuffled

fn result_of(round: &Round) -> GameResultNtf {
    GameResultNtf {
        banker_cards: round.banker.numbers(),
        player_cards: round.player.numbers(),
        player_score: round.player.score() as i8,
        banker_score: round.banker.score() as i8,
        winner: Winner(round.winner().number()),
    }
}

#[cfg(test)]
#[path = "../../../tests/baccarat_steps/moments.rs"]
mod tests;
