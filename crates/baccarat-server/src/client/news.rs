//! Handles the notifications of a table: each changes what the client knows, and becomes lines on the screen.

use anyhow::Context;
use baccarat::{
    Commitment, Hand, Hundredths, Outcome, Payout, Reveal, Round, Seed, SeenRound, Side, VerifyError, Winner,
};
use protocol::message::baccarat::{
    self as message, GameBetNtf, GameResultNtf, HistoryNtf, Message, PayoutNtf, Phase, ShoeRevealNtf,
    StakeNtf, TableNtf,
};
use protocol::{ErrorCode, PacketId};
use room_client::{Line, News, Piece, Room, Surroundings};

use crate::look::ink;
use crate::seat::Seat;
use crate::shoe_watch::{ShoeWatch, praise};
use crate::table_state::TableState;

/// Digits of a commitment that are shown with a new shoe; /table shows all of them.
const FIRST_DIGITS: usize = 16;

impl Seat {
    /// Takes a packet; `None` for one that is not of the table.
    pub(crate) fn packet(
        &mut self,
        id: PacketId,
        body: &[u8],
        at: &Surroundings<'_>,
    ) -> anyhow::Result<Option<News>> {
        let unreadable = || format!("the server sent a {id} that cannot be read");
        let mut scratch = Vec::new();
        let message = Message::decode_as(at.codec, id, body, &mut scratch).with_context(unreadable)?;
        let Some(message) = message else {
            return Ok(None);
        };
        let news = self.take(&message, at).with_context(unreadable)?;
        self.look_whether_it_has_come();
        Ok(Some(news))
    }

    fn take(&mut self, message: &Message<'_>, at: &Surroundings<'_>) -> anyhow::Result<News> {
        Ok(match message {
            Message::TableNtf(table) => told(self.table(table, at)),
            Message::HistoryNtf(history) => told(self.missed(history)?),
            Message::StakeNtf(stake) => told([self.stake(stake, at.room)?]),
            Message::GameBetNtf(bet) => told([self.bet_of_one_unit(bet, at.room)?]),
            Message::GameResultNtf(result) => told(self.result(result, at.room)?),
            Message::PayoutNtf(payout) => told([self.payout(payout)?]),
            Message::ShoeRevealNtf(reveal) => told([self.reveal(reveal)]),
            Message::GameStartRes(answer) => {
                if let Some(table) = &mut self.table {
                    table.is_starting = answer.result == ErrorCode::NONE;
                }
                answered(answer.result)
            }
            Message::GameBetRes(answer) => answered(answer.result),
            Message::CutRes(answer) => answered(answer.result),
            Message::StakeRes(answer) => {
                self.balance = Some(Hundredths(answer.balance));
                answered(answer.result)
            }
            Message::BalanceRes(answer) => {
                let balance = Hundredths(answer.balance);
                self.balance = Some(balance);
                News {
                    lines: vec![Line::Notice(format!("you have {balance} chips"))],
                    ..answered(ErrorCode::NONE)
                }
            }
            // TABLE_NTF has said so.
            Message::GameStartNtf(_) => News::default(),
            other => told([Line::Notice(format!(
                "the server sent a packet that this client does not expect: {}",
                other.packet_id()
            ))]),
        })
    }

    fn table(&mut self, ntf: &TableNtf, at: &Surroundings<'_>) -> Vec<Line> {
        let is_newcomer = self.table.is_none();
        let mut lines = self.shoe_of(ntf, is_newcomer);
        let table = TableState::after(self.table.take(), ntf, at.view.now);
        // Those who have seen the round are shown its result instead.
        if is_newcomer || table.phase != Phase::RESULT {
            lines.push(Line::Notice(table.phase(at.room, at.view.now)));
        }
        self.table = Some(table);
        lines
    }

    /// The shoe that is on the table now, and what there is to say of it and of the one before.
    fn shoe_of(&mut self, ntf: &TableNtf, is_newcomer: bool) -> Vec<Line> {
        let before = self.shoe.as_ref();
        if before.is_some_and(|shoe| shoe.is_of(ntf)) {
            return Vec::new();
        }
        let at_this_table = before.filter(|_| !is_newcomer);
        let broken = at_this_table.and_then(|before| broken_promise(before, ntf));
        let shoe = ShoeWatch::new(ntf);
        let begins = format!(
            "shoe {}: {} cards, committed to as {}...",
            ntf.shoe,
            ntf.cards_left,
            &shoe.commitment().to_string()[..FIRST_DIGITS]
        );
        self.shoe = Some(shoe);
        broken.into_iter().chain([Line::Notice(begins)]).collect()
    }

    fn missed(&mut self, history: &HistoryNtf<'_>) -> anyhow::Result<Vec<Line>> {
        let rounds = history
            .rounds
            .iter()
            .map(|byte| Outcome::from_history_byte(*byte));
        let rounds = rounds.collect::<Result<Vec<_>, _>>()?;
        if let Some(shoe) = &mut self.shoe {
            shoe.missed(&rounds);
        }
        Ok(match rounds.len() {
            0 => Vec::new(),
            count => vec![Line::Notice(format!(
                "rounds of this shoe that have been played: {count}; /road shows them"
            ))],
        })
    }

    fn stake(&mut self, ntf: &StakeNtf, room: &Room) -> anyhow::Result<Line> {
        let (side, amount) = (Side::try_from(ntf.side.0)?, ntf.amount);
        if let Some(table) = &mut self.table {
            table.stakes.set(ntf.unique_id, side, amount);
        }
        let balance = self.balance.map(|balance| format!(", and {balance} left"));
        Ok(Line::Notice(match room.is_own(ntf.unique_id) {
            true => format!("you have {amount} on {side}{}", balance.unwrap_or_default()),
            false => format!("{} has {amount} on {side}", room.name(ntf.unique_id)),
        }))
    }

    fn bet_of_one_unit(&mut self, ntf: &GameBetNtf, room: &Room) -> anyhow::Result<Line> {
        let side = Side::try_from(ntf.side.0)?;
        if let Some(table) = &mut self.table {
            table.stakes.set_unit(ntf.unique_id, side);
        }
        Ok(Line::Notice(match room.is_own(ntf.unique_id) {
            true => format!("you have one unit on {side}"),
            false => format!("{} has one unit on {side}", room.name(ntf.unique_id)),
        }))
    }

    fn result(&mut self, ntf: &GameResultNtf, room: &Room) -> anyhow::Result<Vec<Line>> {
        let round = Round {
            player: Hand::from_numbers(ntf.player_cards)?,
            banker: Hand::from_numbers(ntf.banker_cards)?,
        };
        let winner = Winner::try_from(ntf.winner.0)?;
        let number = self.table.as_ref().map_or(0, |table| table.round);
        let seen = SeenRound {
            player_score: score(ntf.player_score)?,
            banker_score: score(ntf.banker_score)?,
            winner,
            ..SeenRound::of(number, round)
        };
        if let Some(shoe) = &mut self.shoe {
            shoe.seen(seen);
        }
        // What comes of a stake is told in a packet of its own.
        let table = self.table.as_ref();
        self.result_is_shown = table.is_none_or(|table| !table.stakes.are_of_user(room));
        Ok(vec![
            self.hand("player", ntf.player_score, round.player),
            self.hand("banker", ntf.banker_score, round.banker),
            end_of_round(number, winner, round.outcome()),
        ])
    }

    fn hand(&self, whose: &str, score: i8, hand: Hand) -> Line {
        let mut pieces = vec![Piece::plain(format!("{whose} {score}:"))];
        pieces.extend(self.look.hand(hand));
        Line::Drawn(pieces)
    }

    fn payout(&mut self, ntf: &PayoutNtf) -> anyhow::Result<Line> {
        let payouts = ntf
            .payouts
            .iter()
            .map(known)
            .collect::<anyhow::Result<Vec<_>>>()?;
        let balance = Hundredths(ntf.balance);
        let words = payouts.iter().map(|payout| {
            let Payout {
                side,
                stake,
                returned,
            } = payout;
            format!("{stake} on {side} brings {}", Hundredths(*returned))
        });
        let words = words.collect::<Vec<_>>().join(", ");
        self.balance = Some(balance);
        self.result_is_shown = true;
        if let Some(shoe) = &mut self.shoe {
            shoe.paid(ntf.round, payouts);
        }
        Ok(Line::Notice(format!("{words}: you have {balance} chips")))
    }

    /// The shoe is over, and everything about it can be checked.
    fn reveal(&mut self, ntf: &ShoeRevealNtf) -> Line {
        let number = ntf.shoe;
        let Some(shoe) = self.shoe.take_if(|shoe| shoe.number() == number) else {
            let on_table = self.shoe.as_ref().map_or(0, ShoeWatch::number);
            return Line::Problem(format!(
                "SHOE {number} IS REVEALED, BUT SHOE {on_table} IS ON THE TABLE: nothing is verified"
            ));
        };
        self.shoe_is_over = true;
        let cuts = ntf.cuts.iter().map(|cut| u16::try_from(*cut));
        let Ok(cuts) = cuts.collect() else {
            return Line::Problem(format!(
                "SHOE {number} IS NOT VERIFIED: the server names a cut below 0"
            ));
        };
        let seed = Seed::from(ntf.seed);
        let (record, verified) = shoe.end(Reveal { seed, cuts });
        self.record = Some(record);
        match verified {
            Ok(verified) => Line::Notice(praise(&verified)),
            Err(error) => alarm(number, error),
        }
    }
}

/// A shoe is gone without its reveal, or its commitment has changed: then nothing shows that its cards were not chosen.
fn broken_promise(before: &ShoeWatch, ntf: &TableNtf) -> Option<Line> {
    let number = before.number();
    if number == ntf.shoe {
        let (was, is) = (before.commitment(), Commitment::from(ntf.commitment));
        return Some(Line::Problem(format!(
            "THE SERVER HAS CHANGED THE CARDS: the commitment of shoe {number} was {was}, and is now {is}"
        )));
    }
    let unknown = format!("SHOE {number} IS NOT REVEALED: nothing shows that its cards were as committed");
    before.is_in_use().then_some(Line::Problem(unknown))
}

fn told(lines: impl Into<Vec<Line>>) -> News {
    News {
        lines: lines.into(),
        result: None,
    }
}

fn answered(result: ErrorCode) -> News {
    News {
        result: Some(result),
        lines: Vec::new(),
    }
}

fn score(number: i8) -> anyhow::Result<u8> {
    u8::try_from(number).with_context(|| format!("a score is 0 to 9, not {number}"))
}

fn known(payout: &message::Payout) -> anyhow::Result<Payout> {
    Ok(Payout {
        side: Side::try_from(payout.side.0)?,
        stake: payout.stake,
        returned: payout.returned,
    })
}

fn end_of_round(number: u64, winner: Winner, outcome: Outcome) -> Line {
    let end = match winner {
        Winner::Tie => "a tie".to_owned(),
        winner => format!("{winner} wins"),
    };
    let extras = [
        (outcome.natural, ", natural"),
        (outcome.player_pair, ", player pair"),
        (outcome.banker_pair, ", banker pair"),
    ];
    let extras = extras.into_iter().filter(|(is_there, _)| *is_there);
    Line::Drawn(vec![
        Piece::plain(format!("round {number}: ")),
        Piece::coloured(end, ink(winner)),
        Piece::plain(extras.map(|(_, word)| word).collect::<String>()),
    ])
}

/// Nobody must overlook it.
fn alarm(number: u64, error: VerifyError) -> Line {
    let error = anyhow::Error::new(error);
    Line::Problem(format!(
        "SHOE {number} IS NOT AS COMMITTED: {error:#}; --record keeps the proof"
    ))
}

#[cfg(test)]
mod tests;
