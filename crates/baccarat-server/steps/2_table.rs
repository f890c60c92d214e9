//! Baccarat, step 2: a table.
//!
//! **New:** people at one table. A table has *states*: it waits for its master to start a round, or it takes bets. What
//! a member may do depends on the state, and each request gets one clear answer. The rules of step 1 come from the
//! library `baccarat`. (Connections and logins, in `clients.rs`, are those of step 3 of the chat.)
//!
//! **Run it:** `cargo run --bin baccarat-2-table` (an address such as `127.0.0.1:7000` may follow). Ctrl-C ends it.
//!
//! **See it work:** in another terminal, `(printf '\x25\x00\xbd\x02\x00alice'; head -c 27 /dev/zero; printf
//! '\x09\x00\xd1\x02\x00\x00\x00\x00\x00\x05\x00\xef\x02\x00\x06\x00\xf9\x02\x00\x02') | nc -N 127.0.0.1 11031 | xxd`
//! logs in, enters, starts a round and bets on the banker. The last packet, of 14 bytes, is the result.
//!
//! **What still goes wrong:** betting ends when every member has bet. A member that does not bet keeps all others waiting,
//! for ever: step 3.

mod clients;

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::{mem, vec};

use baccarat::{Card, Round, Seed, shuffle};
use clients::{Clients, Event, Outgoing};
use crossbeam_channel::Receiver;
use protocol::message::baccarat::{GameBetNtf, GameBetReq, GameBetRes, GameResultNtf, GameStartNtf};
use protocol::message::baccarat::{GameStartReq, GameStartRes, Side, Winner};
use protocol::message::{RoomEnterReq, RoomEnterRes};
use protocol::{ErrorCode, Packet, PacketError, PacketId};

fn main() -> ExitCode {
    clients::serve(work)
}

// ANCHOR: work
/// Takes one event after the other; nobody else knows the users and the table.
fn work(events: &Receiver<Event>) {
    let (mut clients, mut table) = (Clients::default(), Table::default());
    for event in events {
        match event {
            Event::Opened(number, stream) => clients.opened(number, stream),
            Event::Packet(number, id, body) => {
                if clients.user(number, id, &body).is_some() {
                    table.packet(number, id, &body);
                }
            }
            Event::Closed(number) => {
                clients.closed(number);
                table.leave(number);
            }
        }
        clients.send(mem::take(&mut table.outgoing));
    }
}
// ANCHOR_END: work

// ANCHOR: table
/// The one table. It has no socket: packets come in, and what goes out stands in `outgoing`.
#[derive(Default)]
struct Table {
    /// By the numbers of their clients, which are their unique ids. The first one is the master.
    members: BTreeSet<u64>,
    state: State,
    cards: vec::IntoIter<Card>,
    outgoing: Outgoing,
}

#[derive(Default)]
enum State {
    /// The master may start a round.
    #[default]
    Waiting,
    /// The members may bet, and these have.
    Betting(BTreeMap<u64, Side>),
}
// ANCHOR_END: table

impl Table {
    // ANCHOR: packet
    fn packet(&mut self, from: u64, id: PacketId, body: &[u8]) {
        let is_member = self.members.contains(&from);
        match id {
            PacketId::ROOM_ENTER_REQ => self.enter(from, body),
            PacketId::GAME_START_REQ if is_member => self.start(from, body),
            PacketId::GAME_BET_REQ if is_member => self.bet(from, body),
            PacketId::GAME_START_REQ | PacketId::GAME_BET_REQ => {
                self.error(from, ErrorCode::ROOM_NOT_IN_USER);
            }
            _ => self.error(from, ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID),
        }
    }
    // ANCHOR_END: packet

    fn enter(&mut self, from: u64, body: &[u8]) {
        let result = match RoomEnterReq::decode(body) {
            Err(_) => ErrorCode::PACKET_DECODING_FAIL,
            Ok(_) if self.members.contains(&from) => ErrorCode::ENTER_ROOM_ALREADY,
            Ok(RoomEnterReq { room: 0 }) => ErrorCode::NONE,
            Ok(_) => ErrorCode::ROOM_INVALID_NUMBER,
        };
        let mut user_unique_id = 0;
        if result == ErrorCode::NONE {
            self.members.insert(from);
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
    fn leave(&mut self, number: u64) {
        self.members.remove(&number);
        if let State::Betting(bets) = &mut self.state {
            bets.remove(&number);
        }
        self.deal_if_all_have_bet();
    }

    // ANCHOR: start
    fn start(&mut self, from: u64, body: &[u8]) {
        let result = match self.state {
            _ if GameStartReq::decode(body).is_err() => ErrorCode::PACKET_DECODING_FAIL,
            State::Betting(_) => ErrorCode::GAME_START_INVALID_ROOM_STATE,
            State::Waiting if self.members.first() != Some(&from) => ErrorCode::GAME_START_NOT_MASTER,
            State::Waiting => ErrorCode::NONE,
        };
        self.send(from, GameStartRes { result }.encode());
        if result == ErrorCode::NONE {
            self.state = State::Betting(BTreeMap::new());
            self.tell(&GameStartNtf {}.encode());
        }
    }
    // ANCHOR_END: start

    // ANCHOR: bet
    fn bet(&mut self, from: u64, body: &[u8]) {
        let outcome = self.take_bet(from, body);
        let result = outcome.err().unwrap_or(ErrorCode::NONE);
        self.send(from, GameBetRes { result }.encode());
        if let Ok(side) = outcome {
            let bet = GameBetNtf {
                unique_id: from,
                side,
            };
            self.tell(&bet.encode());
            self.deal_if_all_have_bet();
        }
    }

    /// A second bet moves the first one to the other side.
    fn take_bet(&mut self, from: u64, body: &[u8]) -> Result<Side, ErrorCode> {
        let GameBetReq { side } = GameBetReq::decode(body).map_err(|_| ErrorCode::GAME_BET_FAIL_PACKET)?;
        let State::Betting(bets) = &mut self.state else {
            return Err(ErrorCode::GAME_BET_INVALID_ROOM_STATE);
        };
        match side {
            Side::PLAYER | Side::BANKER if bets.insert(from, side) != Some(side) => Ok(side),
            Side::PLAYER | Side::BANKER => Err(ErrorCode::GAME_BET_SAME_SIDE),
            _ => Err(ErrorCode::GAME_BET_INVALID_SIDE),
        }
    }

    fn deal_if_all_have_bet(&mut self) {
        if let State::Betting(bets) = &self.state
            && self.members.iter().all(|member| bets.contains_key(member))
        {
            self.deal();
        }
    }
    // ANCHOR_END: bet

    // ANCHOR: deal
    /// Deals all cards at once. The bets go with the state that they are in.
    fn deal(&mut self) {
        let Some(round) = Round::deal(&mut self.cards) else {
            self.cards = shuffled();
            return self.deal();
        };
        self.state = State::Waiting;
        self.tell(&result_of(&round).encode());
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
