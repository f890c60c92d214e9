//! Verifies the record of a shoe: shuffles it again from its seed, and compares the commitment, every card, every result
//! and every payout.

use std::fmt;

use crate::settings::{MAX_DECKS, MIN_CUT_CARD};
use crate::{
    BaccaratError, Commitment, Hundredths, Payout, Record, RecordedRound, Reveal, Round, SeenRound, Shoe,
    ShoeSettings, returned,
};

/// Why a record does not show a fair shoe.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The dealer has not told the seed.
    #[error("the record has no seed: it is told when the shoe is over")]
    NotRevealed,
    /// The seed is not the one that was committed to.
    #[error(
        "the seed was changed: its commitment is {found}, but {expected} was told before the first stake"
    )]
    Commitment {
        /// What was told.
        expected: Commitment,
        /// That of the seed.
        found: Commitment,
    },
    /// There is no such shoe, or no such cut of it.
    #[error("there is no such shoe")]
    Shoe(#[source] BaccaratError),
    /// A round is not as the shoe deals it.
    #[error("round {place} of the shoe{}: {what} must be {expected}, but the record has {found}", number(*round))]
    Round {
        /// Which round of the shoe, counted from 1.
        place: usize,
        /// Its number at the table, where it was seen.
        round: Option<u64>,
        /// What is wrong.
        what: String,
        /// What follows from the seed.
        expected: String,
        /// What the record has.
        found: String,
    },
    /// A stake of a round is one that nobody can make.
    #[error("round {place} of the shoe{}: {payout}", number(*round))]
    Stake {
        /// Which round of the shoe, counted from 1.
        place: usize,
        /// Its number at the table.
        round: Option<u64>,
        /// The stake, as the record has it.
        payout: Payout,
        /// Why nobody can make it.
        source: BaccaratError,
    },
}

fn number(round: Option<u64>) -> String {
    round.map_or(String::new(), |number| format!(" (number {number} of the table)"))
}

/// What a record has shown: nothing in it is wrong. Its text says so to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The number of the shoe.
    pub shoe: u64,
    /// Its decks, found out where the record does not say it.
    pub decks: u8,
    /// The commitment, which is that of the seed.
    pub commitment: Commitment,
    /// The cuts, in their order.
    pub cuts: Vec<u16>,
    /// Rounds of which every card is right.
    pub seen: usize,
    /// Rounds of which the end is right, all that is known of them.
    pub unseen: usize,
    /// Stakes that were paid right.
    pub payouts: usize,
}

/// Shuffles and cuts the shoe again, deals it, and compares.
///
/// # Errors
/// What is wrong first: the commitment, then the cuts, then the rounds from the first on. Where the decks are not known,
/// the error is that of the shoe that fits longest.
pub fn verify(record: &Record) -> Result<Verified, VerifyError> {
    let reveal = record.reveal.as_ref().ok_or(VerifyError::NotRevealed)?;
    check_commitment(record.commitment, reveal)?;
    if let Some(decks) = record.decks {
        return verify_decks(record, reveal, decks);
    }
    let mut best = verify_decks(record, reveal, 1);
    for decks in 2..=MAX_DECKS {
        let other = verify_decks(record, reveal, decks);
        if right_rounds(&other) > right_rounds(&best) {
            best = other;
        }
    }
    best
}

/// How many rounds were right before the first error.
fn right_rounds(outcome: &Result<Verified, VerifyError>) -> usize {
    match outcome {
        Ok(_) => usize::MAX,
        Err(VerifyError::Round { place, .. } | VerifyError::Stake { place, .. }) => place - 1,
        Err(_) => 0,
    }
}

fn check_commitment(expected: Commitment, reveal: &Reveal) -> Result<(), VerifyError> {
    let found = reveal.seed.commitment();
    let is_kept = found == expected;
    is_kept
        .then_some(())
        .ok_or(VerifyError::Commitment { expected, found })
}

fn verify_decks(record: &Record, reveal: &Reveal, decks: u8) -> Result<Verified, VerifyError> {
    // Where the cut card lay is not recorded; the shoe is dealt as far as any shoe may be.
    let settings = ShoeSettings::new(decks, MIN_CUT_CARD).map_err(VerifyError::Shoe)?;
    let mut shoe = Shoe::new(reveal.seed.clone(), record.shoe, settings);
    for cut in &reveal.cuts {
        shoe.cut(*cut).map_err(VerifyError::Shoe)?;
    }
    for (place, round) in (1..).zip(&record.rounds) {
        check_round(place, round, shoe.deal())?;
    }
    let seen = || record.rounds.iter().filter_map(RecordedRound::seen);
    Ok(Verified {
        shoe: record.shoe,
        decks,
        commitment: record.commitment,
        cuts: reveal.cuts.clone(),
        seen: seen().count(),
        unseen: record.rounds.len() - seen().count(),
        payouts: seen().map(|round| round.payouts.len()).sum(),
    })
}

/// Compares one round with what the shoe has dealt.
fn check_round(place: usize, round: &RecordedRound, dealt: Option<Round>) -> Result<(), VerifyError> {
    let check = Check {
        place,
        number: round.seen().map(|seen| seen.number),
    };
    let Some(dealt) = dealt else {
        return check.same("the shoe", "over before it", "one more");
    };
    match round {
        RecordedRound::Seen(seen) => check.seen(seen, dealt),
        RecordedRound::Unseen(outcome) => check.same("the end", dealt.outcome(), outcome),
    }
}

/// One round that is being compared.
#[derive(Clone, Copy)]
struct Check {
    place: usize,
    number: Option<u64>,
}

impl Check {
    fn seen(self, seen: &SeenRound, dealt: Round) -> Result<(), VerifyError> {
        self.same("the player's hand", dealt.player, seen.player)?;
        self.same("the banker's hand", dealt.banker, seen.banker)?;
        self.same("the player's score", dealt.player.score(), seen.player_score)?;
        self.same("the banker's score", dealt.banker.score(), seen.banker_score)?;
        self.same("the winner", dealt.winner(), seen.winner)?;
        let mut payouts = seen.payouts.iter();
        payouts.try_for_each(|payout| self.payout(payout, dealt))
    }

    fn payout(self, payout: &Payout, dealt: Round) -> Result<(), VerifyError> {
        let expected = returned(payout.side, payout.stake, dealt.outcome());
        let expected = expected.map_err(|source| VerifyError::Stake {
            place: self.place,
            round: self.number,
            payout: *payout,
            source,
        })?;
        let what = format!("what {} chips on {} brought back", payout.stake, payout.side);
        self.same(&what, Hundredths(expected), Hundredths(payout.returned))
    }

    /// An error where the texts of both differ.
    fn same(
        self,
        what: &str,
        expected: impl fmt::Display,
        found: impl fmt::Display,
    ) -> Result<(), VerifyError> {
        let (expected, found) = (expected.to_string(), found.to_string());
        if expected == found {
            return Ok(());
        }
        Err(VerifyError::Round {
            place: self.place,
            round: self.number,
            what: what.to_owned(),
            expected,
            found,
        })
    }
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cuts: Vec<_> = self.cuts.iter().map(u16::to_string).collect();
        let cuts = if cuts.is_empty() {
            "none".to_owned()
        } else {
            cuts.join(", ")
        };
        writeln!(
            f,
            "shoe {}: {}, {} cards",
            self.shoe,
            count(self.decks.into(), "deck"),
            u16::from(self.decks) * 52
        )?;
        writeln!(f, "commitment {}: the seed hashes to it", self.commitment)?;
        writeln!(f, "cuts: {cuts}")?;
        writeln!(
            f,
            "{}: every card and every result follows from the seed",
            count(self.seen, "round")
        )?;
        if self.unseen > 0 {
            writeln!(
                f,
                "{} not seen: who won follows from the seed",
                count(self.unseen, "round")
            )?;
        }
        writeln!(f, "{}: each was paid right", count(self.payouts, "stake"))
    }
}

/// A number and its noun.
fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
