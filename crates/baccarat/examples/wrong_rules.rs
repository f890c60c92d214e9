//! Plays baccarat by wrong rules: what 100,000 rounds show of each, and what the exact table shows.
//!
//! The rounds are dealt from shoes of one seed, so that they are the same each time.
#![forbid(unsafe_code)]

use baccarat::{Card, Hand, Seed, Table, Winner, banker_draws, player_draws, shuffle};

/// Rounds that are played by each rule.
const ROUNDS: usize = 100_000;

/// Decks of a shoe.
const DECKS: u8 = 8;

// ANCHOR: rules
/// Whether the banker draws, by its score and the value of the player's third card.
type Rule = fn(u8, Option<u8>) -> bool;

const RULES: [(&str, Rule); 5] = [
    ("the rule itself", banker_draws),
    ("3 draws against an 8", |score, third| match (score, third) {
        (3, Some(8)) => true,
        _ => banker_draws(score, third),
    }),
    ("5 stands against a 4", |score, third| match (score, third) {
        (5, Some(4)) => false,
        _ => banker_draws(score, third),
    }),
    ("6 stands always", |score, third| {
        score != 6 && banker_draws(score, third)
    }),
    ("the third card is not looked at", |score, _| {
        banker_draws(score, None)
    }),
];
// ANCHOR_END: rules

fn main() {
    let shares = played();
    let tables = RULES.map(|(_, rule)| share(rule));
    println!("banker wins                     100,000 rounds      table  rounds that show it");
    for (((name, _), played), exact) in RULES.into_iter().zip(shares).zip(tables) {
        let needed = rounds_that_show(tables[0], exact);
        println!(
            "{name:<33}{:>11.2} %{:>9.4} %  {needed:>19}",
            100.0 * played,
            100.0 * exact
        );
    }
}

/// The round of these cards by this rule, and how many it took; `None` where that takes more cards.
fn play(cards: &[Card], rule: Rule) -> Option<(Winner, usize)> {
    let mut rest = cards.iter().copied();
    let [first, second, third, fourth] = [rest.next()?, rest.next()?, rest.next()?, rest.next()?];
    let (mut player, mut banker) = (Hand::new(first, third), Hand::new(second, fourth));
    if !player.is_natural() && !banker.is_natural() {
        if player_draws(player.score()) {
            player.third = Some(rest.next()?);
        }
        if rule(banker.score(), player.third.map(Card::value)) {
            banker.third = Some(rest.next()?);
        }
    }
    let winner = Winner::of(player.score(), banker.score());
    Some((winner, cards.len() - rest.len()))
}

/// The banker's share of the rounds that were played, by each rule from the same shoes.
fn played() -> [f64; RULES.len()] {
    let mut shoes = Vec::new();
    RULES.map(|(_, rule)| {
        let mut winners = Vec::new();
        for number in 0.. {
            if shoes.len() == number {
                shoes.push(shuffle(&Seed::from([1; 32]), number as u64, DECKS));
            }
            winners.extend(rounds_of(&shoes[number], rule));
            if winners.len() >= ROUNDS {
                break;
            }
        }
        let banker = winners[..ROUNDS]
            .iter()
            .filter(|winner| **winner == Winner::Banker);
        banker.count() as f64 / ROUNDS as f64
    })
}

/// The winners of a shoe, as long as every round has its cards.
fn rounds_of(mut cards: &[Card], rule: Rule) -> Vec<Winner> {
    let mut winners = Vec::new();
    while cards.len() >= 6
        && let Some((winner, taken)) = play(cards, rule)
    {
        winners.push(winner);
        cards = &cards[taken..];
    }
    winners
}

/// The banker's share of all orders of six cards.
fn share(rule: Rule) -> f64 {
    let table = Table::by(DECKS, |cards| play(cards, rule).map(|(winner, _)| winner));
    let table = table.expect("a shoe has up to eight decks");
    table.banker as f64 / table.total() as f64
}

// ANCHOR: needed
/// How many rounds must be played before the difference is three standard deviations of what chance does.
fn rounds_that_show(right: f64, wrong: f64) -> String {
    let difference = (right - wrong).abs();
    if difference == 0.0 {
        return "-".to_owned();
    }
    let deviation = (right * (1.0 - right)).sqrt();
    let rounds = (3.0 * deviation / difference).powi(2);
    format!("{:.1} million", rounds / 1e6)
}
// ANCHOR_END: needed
