//! A record of a shoe: what a dealer has announced of it, from the commitment to the seed, and its text in a file.
//!
//! ```text
//! baccarat record 1
//! shoe 2
//! decks 1
//! commitment 2cfabdec71dffbed2b3dd2087de4e096c082c5bfd614920ab0f365f9515a9a18
//! round 7 player DQ C3 C8 scores 1 banker S3 CJ scores 3 winner banker
//! stake banker 20 returned 3900
//! unseen player natural
//! seed 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
//! cuts 1
//! ```
//!
//! Stakes stand behind their round: the side, the chips staked, and the hundredths of a chip that came back. A round
//! that somebody has not seen is known from the history that the table keeps. A blank line, and one that begins with
//! `#`, says nothing. A file may have several records, a shoe each. How the text is read is in `reading`, whether it is
//! true in [`verify`](mod@crate::verify).

use std::fmt;

use crate::{Commitment, Hand, Outcome, Reveal, Round, Side, Winner};

/// The first line, whose number is the version of the text.
pub(crate) const FIRST_LINE: [&str; 3] = ["baccarat", "record", "1"];

/// What a dealer has announced of a shoe, in the order in which it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The number of the shoe.
    pub shoe: u64,
    /// Decks of the shoe; `None` for somebody who came later and was not told: `verify` then tries 1 to 8.
    pub decks: Option<u8>,
    /// The hash of the seed, which was told before the first stake.
    pub commitment: Commitment,
    /// All rounds of the shoe, from its first.
    pub rounds: Vec<RecordedRound>,
    /// The seed and the cuts, once the shoe is over.
    pub reveal: Option<Reveal>,
}

/// A round as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordedRound {
    /// Its cards were seen.
    Seen(SeenRound),
    /// All that is known is how it ended, from a history (HISTORY_NTF).
    Unseen(Outcome),
}

impl RecordedRound {
    /// The round, where its cards were seen.
    #[must_use]
    pub const fn seen(&self) -> Option<&SeenRound> {
        match self {
            Self::Seen(seen) => Some(seen),
            Self::Unseen(_) => None,
        }
    }
}

/// A round as it was announced, right or wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenRound {
    /// The number of the round at its table.
    pub number: u64,
    /// The player's cards.
    pub player: Hand,
    /// The banker's cards.
    pub banker: Hand,
    /// The player's score.
    pub player_score: u8,
    /// The banker's score.
    pub banker_score: u8,
    /// Who won.
    pub winner: Winner,
    /// What one's own stakes brought back.
    pub payouts: Vec<Payout>,
}

impl SeenRound {
    /// A round as a fair dealer announces it, nothing staked.
    #[must_use]
    pub fn of(number: u64, round: Round) -> Self {
        Self {
            number,
            player: round.player,
            banker: round.banker,
            player_score: round.player.score(),
            banker_score: round.banker.score(),
            winner: round.winner(),
            payouts: Vec::new(),
        }
    }
}

/// A stake, and what it brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payout {
    /// What was staked on.
    pub side: Side,
    /// Chips that were staked.
    pub stake: i64,
    /// What came back, in hundredths of a chip, the stake included.
    pub returned: i64,
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", FIRST_LINE.join(" "))?;
        writeln!(f, "shoe {}", self.shoe)?;
        if let Some(decks) = self.decks {
            writeln!(f, "decks {decks}")?;
        }
        writeln!(f, "commitment {}", self.commitment)?;
        self.rounds.iter().try_for_each(|round| write!(f, "{round}"))?;
        let Some(reveal) = &self.reveal else {
            return Ok(());
        };
        writeln!(f, "seed {}", reveal.seed)?;
        write!(f, "cuts")?;
        reveal.cuts.iter().try_for_each(|cut| write!(f, " {cut}"))?;
        writeln!(f)
    }
}

impl fmt::Display for RecordedRound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seen(seen) => seen.fmt(f),
            Self::Unseen(outcome) => writeln!(f, "unseen {outcome}"),
        }
    }
}

impl fmt::Display for SeenRound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "round {}", self.number)?;
        write!(
            f,
            " player {} scores {}",
            self.player.letters(),
            self.player_score
        )?;
        write!(
            f,
            " banker {} scores {}",
            self.banker.letters(),
            self.banker_score
        )?;
        writeln!(f, " winner {}", self.winner)?;
        let mut payouts = self.payouts.iter();
        payouts.try_for_each(|payout| writeln!(f, "{payout}"))
    }
}

impl fmt::Display for Payout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stake {} {} returned {}", self.side, self.stake, self.returned)
    }
}
