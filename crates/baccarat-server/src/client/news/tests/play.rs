//! A table in plain calls: alice's seat, and a dealer whose shoe is always the same.

use std::time::Instant;

use baccarat::{Shoe, ShoeSettings};
use protocol::message::Encode;
use protocol::{Codec, HEADER_SIZE};
use room_client::{Action, View};

use super::super::*;
use crate::command::{Command, Until};
use crate::look::Look;

pub(super) const ALICE: u64 = 8;
pub(super) const BOB: u64 = 7;

/// Alice's seat, and the dealer.
pub(super) struct Play {
    pub(super) seat: Seat,
    pub(super) room: Room,
    pub(super) now: Instant,
    pub(super) shoe: Shoe,
    pub(super) round: u64,
}

impl Play {
    /// Alice is at a table with a new shoe, and bob is there.
    pub(super) fn new() -> Self {
        let mut play = Self {
            seat: Seat::new(Look::Letters),
            room: Room::of(ALICE, &[(BOB, "bob"), (ALICE, "alice")]),
            now: Instant::now(),
            shoe: shoe(1),
            round: 0,
        };
        play.tell(Phase::WAITING, 0);
        play
    }

    /// What this packet shows.
    pub(super) fn hears(&mut self, message: &impl Encode) -> Vec<String> {
        let news = self.news(message);
        news.lines.iter().map(Line::to_string).collect()
    }

    pub(super) fn news(&mut self, message: &impl Encode) -> News {
        self.try_news(message).unwrap()
    }

    /// An error is one that ends the client.
    pub(super) fn try_news(&mut self, message: &impl Encode) -> anyhow::Result<News> {
        let packet = message.encode_as(Codec::MsgPack).unwrap();
        let bytes = packet.as_bytes();
        let id = PacketId(u16::from_le_bytes([bytes[2], bytes[3]]));
        let at = Surroundings {
            room: &self.room,
            codec: Codec::MsgPack,
            view: self.view(),
        };
        let news = self.seat.packet(id, &bytes[HEADER_SIZE..], &at)?;
        Ok(news.expect("a packet of the table"))
    }

    pub(super) fn view(&self) -> View {
        View {
            now: self.now,
            columns: 80,
        }
    }

    pub(super) fn tell(&mut self, phase: Phase, time_left: i32) -> Vec<String> {
        let ntf = TableNtf {
            phase,
            time_left,
            round: self.round,
            shoe: self.shoe.number(),
            cards_left: self.shoe.cards_left().cast_signed(),
            commitment: *self.shoe.commitment().as_bytes(),
        };
        self.hears(&ntf)
    }

    /// A round from its bets to its result, in which alice has no stake.
    pub(super) fn play_round(&mut self) {
        self.round += 1;
        self.shoe.open();
        self.tell(Phase::BETTING, 5_000);
        let result = self.result();
        self.tell(Phase::RESULT, 1_000);
        self.hears(&result);
    }

    pub(super) fn result(&mut self) -> GameResultNtf {
        let round = self.shoe.deal().unwrap();
        GameResultNtf {
            banker_cards: round.banker.numbers(),
            player_cards: round.player.numbers(),
            player_score: round.player.score().cast_signed(),
            banker_score: round.banker.score().cast_signed(),
            winner: message::Winner(round.winner().number()),
        }
    }

    pub(super) fn types(&mut self, command: Command) -> Action {
        let at = Surroundings {
            room: &self.room,
            codec: Codec::MsgPack,
            view: self.view(),
        };
        self.seat.obey(command, &at).unwrap()
    }

    pub(super) fn shown(&mut self, command: Command) -> Vec<String> {
        match self.types(command) {
            Action::Show(lines) => lines.iter().map(Line::to_string).collect(),
            Action::Ask(request) => panic!("{request:?}"),
        }
    }

    /// Whether the next command has to wait.
    pub(super) fn waits(&mut self, until: Until) -> bool {
        self.types(Command::Wait(until));
        self.seat.is_waiting()
    }
}

pub(super) fn shoe(number: u64) -> Shoe {
    Shoe::new(Seed::from([7; 32]), number, ShoeSettings::new(1, 16).unwrap())
}
