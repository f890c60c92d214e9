//! Baccarat, step 1: the score of a hand, and a hand played by the rules.
//!
//! **New:** the rules are functions of cards, and of nothing else: no network, no clock, no luck. The same
//! deck always gives the same hands.
//!
//! **Run it:** `cargo run --bin baccarat-1-score`. Each line that it gets is a deck, its first card first: `A`, `2` to
//! `10`, `J`, `Q`, `K`; suits do not count. Ctrl-D ends it.
//!
//! **See it work:** type `4 J 3 3 9`. The player has 4 and 3 and stands on 7. The banker has J and 3, which is 3, and
//! draws the 9: that is 12, of which only the 2 counts.
//!
//! **What still goes wrong:** you play alone, and know the cards, since you have typed them. Nobody else is at the
//! table, and nobody can bet: step 2.

use std::fmt;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    match run(io::stdin().lock(), io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("baccarat-1-score: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Plays a hand from each line.
fn run(decks: impl BufRead, mut output: impl Write) -> io::Result<()> {
    for deck in decks.lines() {
        match play(&deck?) {
            Ok(round) => writeln!(output, "{round}")?,
            Err(error) => writeln!(output, "{error}")?,
        }
    }
    Ok(())
}

// ANCHOR: value
const RANKS: [&str; 13] = ["A", "2", "3", "4", "5", "6", "7", "8", "9", "10", "J", "Q", "K"];

/// An ace counts 1, the cards 2 to 9 count their number, a ten and the faces count 0.
fn value(rank: &str) -> Result<u8, String> {
    match RANKS.iter().position(|other| *other == rank) {
        Some(place @ 0..=8) => Ok(place as u8 + 1),
        Some(_) => Ok(0),
        None => Err(format!("expected A, 2 to 10, J, Q or K, found {rank:?}")),
    }
}
// ANCHOR_END: value

// ANCHOR: score
/// Cards of one side, by their values.
struct Hand(Vec<u8>);

impl Hand {
    /// The sum of the values, of which the last digit counts.
    fn score(&self) -> u8 {
        self.0.iter().sum::<u8>() % 10
    }
}
// ANCHOR_END: score

struct Round {
    player: Hand,
    banker: Hand,
}

// ANCHOR: play
/// Deals player, banker, player, banker, then the third cards. 8 or 9 in two cards ends it.
fn play(deck: &str) -> Result<Round, String> {
    let mut cards = deck.split_whitespace().map(value);
    let mut card = || {
        cards
            .next()
            .unwrap_or(Err("the deck has too few cards".to_owned()))
    };
    let [first, second, third, fourth] = [card()?, card()?, card()?, card()?];
    let mut player = Hand(vec![first, third]);
    let mut banker = Hand(vec![second, fourth]);
    if player.score() < 8 && banker.score() < 8 {
        if player.score() <= 5 {
            player.0.push(card()?);
        }
        if banker_draws(banker.score(), player.0.get(2).copied()) {
            banker.0.push(card()?);
        }
    }
    Ok(Round { player, banker })
}
// ANCHOR_END: play

// ANCHOR: banker_draws
/// The third-card rule, by the value of the player's third card; `None` where the player stood.
fn banker_draws(score: u8, player_third: Option<u8>) -> bool {
    match (score, player_third) {
        (0..=2, _) | (3..=5, None) => true,
        (3, Some(value)) => value != 8,
        (4, Some(value)) => matches!(value, 2..=7),
        (5, Some(value)) => matches!(value, 4..=7),
        (6, Some(value)) => matches!(value, 6 | 7),
        _ => false,
    }
}
// ANCHOR_END: banker_draws

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (player, banker) = (self.player.score(), self.banker.score());
        let winner = match player.cmp(&banker) {
            std::cmp::Ordering::Greater => "player wins",
            std::cmp::Ordering::Less => "banker wins",
            std::cmp::Ordering::Equal => "tie",
        };
        write!(
            f,
            "player {} = {player}, banker {} = {banker}: {winner}",
            self.player, self.banker
        )
    }
}

impl fmt::Display for Hand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<_> = self.0.iter().map(u8::to_string).collect();
        f.write_str(&values.join("+"))
    }
}
