//! Any message of baccarat, for the property tests.

use proptest::prelude::*;
use protocol::{
    ErrorCode,
    message::baccarat::{
        BalanceReq, BalanceRes, CutReq, CutRes, GameBetNtf, GameBetReq, GameBetRes, GameResultNtf,
        GameStartNtf, GameStartReq, GameStartRes, HistoryNtf, Message, Payout, PayoutNtf, Phase,
        ShoeRevealNtf, Side, StakeNtf, StakeReq, StakeRes, TableNtf, Winner,
    },
};

/// What the fields of a message are made of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Values {
    result: i16,
    /// A side, a winner, a phase, a score.
    small: i8,
    cards: [i8; 3],
    position: i16,
    time_left: i32,
    number: u64,
    amount: i64,
    bytes: [u8; 32],
    rounds: Vec<u8>,
    cuts: Vec<i16>,
    payouts: Vec<(i8, i64, i64)>,
}

prop_compose! {
    pub(crate) fn any_values()(
        result in any::<i16>(),
        small in any::<i8>(),
        cards in any::<[i8; 3]>(),
        (position, time_left) in any::<(i16, i32)>(),
        number in any::<u64>(),
        amount in any::<i64>(),
        bytes in any::<[u8; 32]>(),
        rounds in prop::collection::vec(any::<u8>(), 0..120),
        cuts in prop::collection::vec(any::<i16>(), 0..12),
        payouts in prop::collection::vec(any::<(i8, i64, i64)>(), 0..8),
    ) -> Values {
        Values { result, small, cards, position, time_left, number, amount, bytes, rounds, cuts, payouts }
    }
}

impl Values {
    /// Nothing, 0 and success.
    pub(crate) fn empty() -> Self {
        Self {
            result: ErrorCode::NONE.0,
            ..Self::default()
        }
    }

    /// One message of every id.
    pub(crate) fn messages(&self) -> Vec<Message<'_>> {
        let mut messages = self.messages_of_the_codelab();
        messages.extend(self.messages_about_stakes());
        messages.extend(self.messages_about_the_shoe());
        messages.sort_by_key(Message::packet_id);
        messages
    }

    fn messages_of_the_codelab(&self) -> Vec<Message<'_>> {
        let (result, side) = (ErrorCode(self.result), Side(self.small));
        vec![
            Message::GameStartReq(GameStartReq {}),
            Message::GameStartRes(GameStartRes { result }),
            Message::GameStartNtf(GameStartNtf {}),
            Message::GameBetReq(GameBetReq { side }),
            Message::GameBetRes(GameBetRes { result }),
            Message::GameBetNtf(GameBetNtf {
                unique_id: self.number,
                side,
            }),
            Message::GameResultNtf(GameResultNtf {
                banker_cards: self.cards,
                player_cards: self.cards.map(i8::reverse_bits),
                player_score: self.small,
                banker_score: self.small.reverse_bits(),
                winner: Winner(self.small),
            }),
        ]
    }

    fn messages_about_stakes(&self) -> Vec<Message<'_>> {
        let (result, side) = (ErrorCode(self.result), Side(self.small));
        let (number, amount) = (self.number, self.amount);
        vec![
            Message::StakeReq(StakeReq {
                round: number,
                side,
                amount,
            }),
            Message::StakeRes(StakeRes {
                result,
                balance: amount,
            }),
            Message::StakeNtf(StakeNtf {
                unique_id: number,
                side,
                amount,
            }),
            Message::PayoutNtf(PayoutNtf {
                round: number,
                balance: amount,
                payouts: self.payouts.iter().copied().map(payout).collect(),
            }),
            Message::BalanceReq(BalanceReq {}),
            Message::BalanceRes(BalanceRes { balance: amount }),
        ]
    }

    fn messages_about_the_shoe(&self) -> Vec<Message<'_>> {
        vec![
            Message::TableNtf(TableNtf {
                phase: Phase(self.small),
                time_left: self.time_left,
                round: self.number,
                shoe: self.number.reverse_bits(),
                cards_left: self.position,
                commitment: self.bytes,
            }),
            Message::HistoryNtf(HistoryNtf { rounds: &self.rounds }),
            Message::CutReq(CutReq {
                position: self.position,
            }),
            Message::CutRes(CutRes {
                result: ErrorCode(self.result),
            }),
            Message::ShoeRevealNtf(ShoeRevealNtf {
                shoe: self.number,
                seed: self.bytes,
                cuts: self.cuts.clone(),
            }),
        ]
    }
}

fn payout((side, stake, returned): (i8, i64, i64)) -> Payout {
    Payout {
        side: Side(side),
        stake,
        returned,
    }
}
