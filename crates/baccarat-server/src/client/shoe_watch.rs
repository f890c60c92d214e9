//! Watches a shoe from its commitment to its reveal, and then checks every round that was seen.

use baccarat::{
    CARDS_A_DECK, Commitment, Outcome, Payout, Record, RecordedRound, Reveal, Round, SeenRound, Verified,
    VerifyError, verify,
};
use protocol::message::baccarat::{Phase, TableNtf};

/// What is known of the shoe on the table.
#[derive(Debug)]
pub(crate) struct ShoeWatch {
    record: Record,
}

impl ShoeWatch {
    /// The shoe that a `TABLE_NTF` tells of.
    pub(crate) fn new(ntf: &TableNtf) -> Self {
        Self {
            record: Record {
                shoe: ntf.shoe,
                decks: decks(ntf),
                commitment: Commitment::from(ntf.commitment),
                rounds: Vec::new(),
                reveal: None,
            },
        }
    }

    /// Whether a `TABLE_NTF` is about this shoe: the number alone says that only at one table.
    pub(crate) fn is_of(&self, ntf: &TableNtf) -> bool {
        self.record.shoe == ntf.shoe && self.commitment() == Commitment::from(ntf.commitment)
    }

    pub(crate) const fn number(&self) -> u64 {
        self.record.shoe
    }

    /// Whether a round of it was played.
    pub(crate) const fn is_in_use(&self) -> bool {
        !self.record.rounds.is_empty()
    }

    pub(crate) const fn commitment(&self) -> Commitment {
        self.record.commitment
    }

    /// The rounds that were played before the user came: all that is known of them is how they ended.
    pub(crate) fn missed(&mut self, history: &[Outcome]) {
        if !history.is_empty() && self.record.rounds.is_empty() {
            // Cards have been burnt, so their number tells nothing.
            self.record.decks = None;
        }
        let missed = history.iter().skip(self.record.rounds.len());
        self.record
            .rounds
            .extend(missed.copied().map(RecordedRound::Unseen));
    }

    /// A round as it was announced.
    pub(crate) fn seen(&mut self, round: SeenRound) {
        self.record.rounds.push(RecordedRound::Seen(round));
    }

    /// What the user's stakes in a round brought back.
    pub(crate) fn paid(&mut self, number: u64, payouts: Vec<Payout>) {
        if let Some(RecordedRound::Seen(round)) = self.record.rounds.last_mut()
            && round.number == number
        {
            round.payouts = payouts;
        }
    }

    /// How the rounds ended, oldest first.
    pub(crate) fn history(&self) -> Vec<Outcome> {
        let outcome = |round: &RecordedRound| match round {
            RecordedRound::Unseen(outcome) => *outcome,
            RecordedRound::Seen(SeenRound { player, banker, .. }) => {
                let (player, banker) = (*player, *banker);
                Round { player, banker }.outcome()
            }
        };
        self.record.rounds.iter().map(outcome).collect()
    }

    // ANCHOR: end
    /// The shoe is over: what it shows, and the record of it.
    pub(crate) fn end(mut self, reveal: Reveal) -> (Record, Result<Verified, VerifyError>) {
        self.record.reveal = Some(reveal);
        let verified = verify(&self.record);
        (self.record, verified)
    }
    // ANCHOR_END: end
}

/// The decks of a shoe of which no card has been taken. They may be one to eight: else the server says something odd, and
/// the check finds out what fits.
fn decks(ntf: &TableNtf) -> Option<u8> {
    let cards = u16::try_from(ntf.cards_left).ok()?;
    let deck = u16::from(CARDS_A_DECK);
    let is_whole = ntf.phase == Phase::WAITING && cards % deck == 0;
    let decks = u8::try_from(cards / deck).ok()?;
    (is_whole && (1..=8).contains(&decks)).then_some(decks)
}

/// What a shoe has shown, in one line.
pub(crate) fn praise(verified: &Verified) -> String {
    let shoe = verified.shoe;
    let paid = match verified.payouts {
        0 => String::new(),
        1 => ", 1 stake paid right".to_owned(),
        count => format!(", {count} stakes paid right"),
    };
    let unseen = match verified.unseen {
        0 => String::new(),
        count => format!("; {count} more that you have not seen: who won is as committed"),
    };
    let rounds = match verified.seen {
        1 => "1 round".to_owned(),
        count => format!("{count} rounds"),
    };
    format!("shoe {shoe} verified: {rounds}, all cards as committed{paid}{unseen}")
}
