//! A server for one client, alice, that deals a shoe as it likes, packet by packet.

use baccarat::{Round, Seed, Shoe, ShoeSettings};
use protocol::message::Encode;
use protocol::message::baccarat::{
    BalanceReq, BalanceRes, GameResultNtf, HistoryNtf, Payout, PayoutNtf, Phase, ShoeRevealNtf, Side,
    StakeNtf, StakeReq, StakeRes, TableNtf, Winner,
};
use protocol::{Codec, ErrorCode};

use crate::server::{NONE, Served, Server};
use crate::support::messages::{enter, entered, log_in_with, logged_in, user_list};

/// A dealer whose shoe has one deck, and is always the same.
pub(crate) struct Dealer {
    client: Served,
    shoe: Shoe,
    round: u64,
}

/// The seed of the shoe.
pub(crate) const SEED: [u8; 32] = [7; 32];

/// Alice's number at the table.
const ALICE: u64 = 8;

impl Dealer {
    /// Alice is at the table, whose shoe is new; bob is there.
    #[track_caller]
    pub(crate) fn welcome(server: &Server) -> Self {
        Self::welcome_with(server, "")
    }

    /// The same for a login with this ticket.
    #[track_caller]
    pub(crate) fn welcome_with(server: &Server, ticket: &str) -> Self {
        let settings = ShoeSettings::new(1, 16).expect("a deck");
        let mut client = server.accept();
        client.expect(&log_in_with("alice", ticket));
        client.send(&logged_in(NONE));
        client.expect(&enter(1));
        let mut dealer = Self {
            client,
            shoe: Shoe::new(Seed::from(SEED), 1, settings),
            round: 0,
        };
        dealer.tell(Phase::WAITING, 0);
        dealer.send(&HistoryNtf { rounds: &[] });
        let entered = [user_list(&[(7, "bob")]), entered(1, ALICE)].concat();
        dealer.client.send(&entered);
        dealer
    }

    /// Alice asks what she has.
    #[track_caller]
    pub(crate) fn tell_balance(&mut self, balance: i64) {
        let asked = BalanceReq {}.encode().expect("a packet");
        self.client.expect(asked.as_bytes());
        self.send(&BalanceRes { balance });
    }

    /// Alice says nothing more, and has closed in good order.
    #[track_caller]
    pub(crate) fn expect_end(mut self) {
        self.client.expect_end();
    }

    /// The connection ends.
    pub(crate) fn close(self) {
        self.client.close();
    }

    pub(crate) fn send(&mut self, message: &impl Encode) {
        let packet = message.encode_as(Codec::Binary).expect("a packet");
        self.client.send(packet.as_bytes());
    }

    /// What a `TABLE_NTF` says in this phase.
    pub(crate) fn table(&self, phase: Phase, time_left: i32) -> TableNtf {
        TableNtf {
            phase,
            time_left,
            round: self.round,
            shoe: self.shoe.number(),
            cards_left: i16::try_from(self.shoe.cards_left()).expect("a few"),
            commitment: *self.shoe.commitment().as_bytes(),
        }
    }

    /// A phase begins.
    pub(crate) fn tell(&mut self, phase: Phase, time_left: i32) {
        let table = self.table(phase, time_left);
        self.send(&table);
    }

    /// The shoe has a past: the banker and the player have won in turns.
    pub(crate) fn has_dealt(&mut self, rounds: usize) {
        let rounds: Vec<u8> = [2, 1].into_iter().cycle().take(rounds).collect();
        self.send(&HistoryNtf { rounds: &rounds });
    }

    /// The next round begins.
    pub(crate) fn open_bets(&mut self) {
        self.round += 1;
        self.shoe.open();
        self.tell(Phase::BETTING, 5_000);
    }

    /// Alice stakes this, and it is accepted.
    #[track_caller]
    pub(crate) fn take_stake(&mut self, side: Side, amount: i64) {
        self.answer_stake(side, amount, ErrorCode::NONE);
        self.send(&StakeNtf {
            unique_id: ALICE,
            side,
            amount,
        });
    }

    /// Alice stakes this, and gets this answer.
    #[track_caller]
    pub(crate) fn answer_stake(&mut self, side: Side, amount: i64, result: ErrorCode) {
        let round = self.round;
        let stake = StakeReq { round, side, amount }.encode().expect("a packet");
        self.client.expect(stake.as_bytes());
        self.send(&StakeRes {
            result,
            balance: 990_000,
        });
    }

    /// The next round of the shoe, as it is.
    pub(crate) fn deal(&mut self) -> Round {
        self.shoe.deal().expect("enough cards")
    }

    /// A round is over, and its result is this.
    pub(crate) fn announce(&mut self, round: Round) {
        self.tell(Phase::RESULT, 10_000);
        self.send(&result(round));
    }

    /// What alice gets for 10 chips on the banker.
    pub(crate) fn pay(&mut self, returned: i64) {
        let payouts = vec![Payout {
            side: Side::BANKER,
            stake: 10,
            returned,
        }];
        self.send(&PayoutNtf {
            round: self.round,
            balance: 990_000 + returned,
            payouts,
        });
    }

    /// The shoe is over, and this was its seed.
    pub(crate) fn reveal(&mut self, seed: [u8; 32], cuts: &[i16]) {
        self.send(&ShoeRevealNtf {
            shoe: self.shoe.number(),
            seed,
            cuts: cuts.to_vec(),
        });
    }
}

/// What a fair dealer says of a round.
pub(crate) fn result(round: Round) -> GameResultNtf {
    let score = |hand: baccarat::Hand| i8::try_from(hand.score()).expect("a digit");
    GameResultNtf {
        banker_cards: round.banker.numbers(),
        player_cards: round.player.numbers(),
        player_score: score(round.player),
        banker_score: score(round.banker),
        winner: Winner(round.winner().number()),
    }
}
