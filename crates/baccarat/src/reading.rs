//! Reads the text of a record, line by line and word by word; an error names the line, what belongs there, and what was
//! found.

use std::str::{FromStr, SplitWhitespace};

use crate::record::FIRST_LINE;
use crate::{BaccaratError, Card, Hand, Outcome, Payout, Record, RecordedRound, Reveal, SeenRound};

type Result<T> = std::result::Result<T, BaccaratError>;

impl FromStr for Record {
    type Err = BaccaratError;

    fn from_str(text: &str) -> Result<Self> {
        let mut lines = Lines::of(text);
        let record = lines.record()?;
        lines.end()?;
        Ok(record)
    }
}

impl Record {
    /// The records of a file, one behind the other: a shoe each.
    ///
    /// # Errors
    /// When a line cannot be read.
    pub fn all_of(text: &str) -> Result<Vec<Self>> {
        let mut lines = Lines::of(text);
        let mut records = Vec::new();
        while !lines.are_read() {
            records.push(lines.record()?);
        }
        Ok(records)
    }
}

/// Characters of a wrong word that an error shows.
const MOST_SHOWN: usize = 40;

/// The lines that say something, each with its number.
struct Lines<'a> {
    lines: Vec<(usize, &'a str)>,
    next: usize,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let says_something = |(_, line): &(usize, &str)| !line.is_empty() && !line.starts_with('#');
        let lines = (1..).zip(text.lines().map(str::trim)).filter(says_something);
        Self {
            lines: lines.collect(),
            next: 0,
        }
    }

    fn are_read(&self) -> bool {
        self.next == self.lines.len()
    }

    fn record(&mut self) -> Result<Record> {
        self.next_as("the line `baccarat record 1`", Words::first_line)?;
        let shoe = self.next_as("the shoe", |words| words.after("shoe", "a number"))?;
        let decks = self.next_if("decks", |words| words.after("decks", "a number"))?;
        let commitment = self.next_as("the commitment", |words| words.after("commitment", "a hash"))?;
        Ok(Record {
            shoe,
            decks,
            commitment,
            rounds: self.rounds()?,
            reveal: self.reveal()?,
        })
    }

    fn reveal(&mut self) -> Result<Option<Reveal>> {
        let seed = self.next_if("seed", |words| words.after("seed", "a seed"))?;
        let reveal = seed.map(|seed| {
            let cuts = self.next_as("the line of the cuts", Words::cuts)?;
            Ok(Reveal { seed, cuts })
        });
        reveal.transpose()
    }

    /// Whether the next line begins with this word.
    fn begins_with(&self, word: &str) -> bool {
        let line = self.lines.get(self.next);
        line.is_some_and(|(_, line)| line.split_whitespace().next() == Some(word))
    }

    /// The next line, read to its last word.
    fn next_as<T>(
        &mut self,
        expected: &'static str,
        read: impl FnOnce(&mut Words<'a>) -> Result<T>,
    ) -> Result<T> {
        let (number, line) = *(self.lines.get(self.next)).ok_or(BaccaratError::RecordEnds(expected))?;
        self.next += 1;
        let mut words = Words::of(line);
        let read = read(&mut words).and_then(|read| words.end().map(|()| read));
        read.map_err(|error| BaccaratError::RecordLine {
            line: number,
            source: Box::new(error),
        })
    }

    fn next_if<T>(
        &mut self,
        word: &'static str,
        read: impl FnOnce(&mut Words<'a>) -> Result<T>,
    ) -> Result<Option<T>> {
        let is_there = self.begins_with(word);
        is_there.then(|| self.next_as(word, read)).transpose()
    }

    fn rounds(&mut self) -> Result<Vec<RecordedRound>> {
        let mut rounds = Vec::new();
        loop {
            if let Some(mut seen) = self.next_if("round", Words::round)? {
                while let Some(payout) = self.next_if("stake", Words::payout)? {
                    seen.payouts.push(payout);
                }
                rounds.push(RecordedRound::Seen(seen));
            } else if let Some(outcome) = self.next_if("unseen", Words::outcome)? {
                rounds.push(RecordedRound::Unseen(outcome));
            } else {
                return Ok(rounds);
            }
        }
    }

    /// An error where a line is left.
    fn end(&mut self) -> Result<()> {
        if self.are_read() {
            return Ok(());
        }
        self.next_as("", |words| {
            Err(words.unexpected("a round, an unseen one, a stake, a seed, or the end"))
        })
    }
}

/// The words of a line.
struct Words<'a> {
    rest: SplitWhitespace<'a>,
}

impl<'a> Words<'a> {
    fn of(line: &'a str) -> Self {
        Self {
            rest: line.split_whitespace(),
        }
    }

    /// The error that says what comes next, or that nothing does.
    fn unexpected(&mut self, expected: &'static str) -> BaccaratError {
        expected_not(expected, self.rest.next())
    }

    fn word(&mut self, word: &'static str) -> Result<()> {
        match self.rest.next() {
            Some(found) if found == word => Ok(()),
            found => Err(expected_not(word, found)),
        }
    }

    /// A value behind this word.
    fn after<T: FromStr>(&mut self, word: &'static str, expected: &'static str) -> Result<T> {
        self.word(word)?;
        self.value(expected)
    }

    fn value<T: FromStr>(&mut self, expected: &'static str) -> Result<T> {
        let found = self.rest.next();
        let value = found.and_then(|found| found.parse().ok());
        value.ok_or_else(|| expected_not(expected, found))
    }

    fn first_line(&mut self) -> Result<()> {
        FIRST_LINE.into_iter().try_for_each(|word| self.word(word))
    }

    fn round(&mut self) -> Result<SeenRound> {
        let number = self.after("round", "the number of a round")?;
        self.word("player")?;
        let (player, player_score) = self.hand_and_score()?;
        self.word("banker")?;
        let (banker, banker_score) = self.hand_and_score()?;
        Ok(SeenRound {
            number,
            player,
            banker,
            player_score,
            banker_score,
            winner: self.after("winner", "player, banker or tie")?,
            payouts: Vec::new(),
        })
    }

    /// Two or three cards, then the word `scores`, then a score.
    fn hand_and_score(&mut self) -> Result<(Hand, u8)> {
        let mut hand = Hand::new(self.card()?, self.card()?);
        match self.rest.next() {
            Some("scores") => {}
            third => {
                let card = third.and_then(|text| text.parse().ok());
                hand.third = Some(card.ok_or_else(|| expected_not("a third card or `scores`", third))?);
                self.word("scores")?;
            }
        }
        Ok((hand, self.value("a score")?))
    }

    fn card(&mut self) -> Result<Card> {
        self.value("a card")
    }

    fn payout(&mut self) -> Result<Payout> {
        Ok(Payout {
            side: self.after("stake", "a side")?,
            stake: self.value("chips")?,
            returned: self.after("returned", "hundredths of a chip")?,
        })
    }

    /// The rest of the line.
    fn outcome(&mut self) -> Result<Outcome> {
        self.word("unseen")?;
        let words: Vec<_> = self.rest.by_ref().collect();
        words.join(" ").parse()
    }

    /// The rest of the line.
    fn cuts(&mut self) -> Result<Vec<u16>> {
        self.word("cuts")?;
        let mut cuts = Vec::new();
        while self.rest.clone().next().is_some() {
            cuts.push(self.value("the position of a cut")?);
        }
        Ok(cuts)
    }

    /// An error where a word is left.
    fn end(&mut self) -> Result<()> {
        match self.rest.next() {
            None => Ok(()),
            found => Err(expected_not("the end of the line", found)),
        }
    }
}

fn expected_not(expected: &'static str, found: Option<&str>) -> BaccaratError {
    BaccaratError::Word {
        expected,
        found: found.map_or("the end of the line".to_owned(), shown),
    }
}

/// A word between quotes, or its beginning: a file that is no record may be one word of a million characters.
fn shown(word: &str) -> String {
    match word.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{:?}...", &word[..end]),
        None => format!("{word:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_shows_the_beginning_of_a_long_word() {
        assert_eq!(shown("♠A"), "\"♠A\"");
        assert_eq!(shown(&"♠".repeat(40)), format!("\"{}\"", "♠".repeat(40)));
        assert_eq!(shown(&"♠".repeat(41)), format!("\"{}\"...", "♠".repeat(40)));
    }
}
