//! The shoe of `docs/examples/baccarat_shoe.py`, which knows nothing of this crate: it deals the same cards, to the last
//! round. Where there is no `python3`, the test says so and passes.
#![forbid(unsafe_code)]

use std::io::{Write, stderr};
use std::process::Command;

use baccarat::{Card, Record, RecordedRound, Seed, SeenRound, Shoe, ShoeSettings, shuffle, verify};

/// A shoe: the byte that its seed counts up from, its number, its decks, its cuts.
type Case = (u8, u64, u8, &'static [u16]);

/// The vectors of the wire, whose seed is the bytes from 0, then others.
const CASES: [Case; 6] = [
    (0, 1, 8, &[]),
    (0, 1, 8, &[200, 17]),
    (0, 2, 1, &[1]),
    (7, u64::MAX, 6, &[311, 1, 100]),
    (200, 0, 3, &[5]),
    (99, 1_000_000, 2, &[]),
];

fn seed(first: u8) -> Seed {
    Seed::from(std::array::from_fn(|at| first.wrapping_add(at as u8)))
}

/// What Python prints; `None` where it is not installed.
fn python((first, shoe, decks, cuts): Case) -> Option<String> {
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/examples/baccarat_shoe.py"
    );
    let output = Command::new("python3")
        .args([
            script,
            &seed(first).to_string(),
            &shoe.to_string(),
            &decks.to_string(),
        ])
        .args(cuts.iter().map(u16::to_string))
        .output()
        .ok()?;
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(String::from_utf8(output.stdout).expect("UTF-8"))
}

/// The record of this crate, and the lines that Python adds.
fn expected((first, number, decks, cuts): Case) -> (Record, String) {
    let settings = ShoeSettings::new(decks, 16).expect("good settings");
    let mut shoe = Shoe::new(seed(first), number, settings);
    let mut cards = shuffle(&seed(first), number, decks);
    for cut in cuts {
        shoe.cut(*cut).expect("a position");
        cards.rotate_left((*cut).into());
    }
    let rounds: Vec<_> = std::iter::from_fn(|| shoe.deal()).collect();
    let first_cards: Vec<_> = cards[..12]
        .iter()
        .copied()
        .map(Card::number)
        .map(|number| number.to_string())
        .collect();
    let added = format!(
        "# first cards {}\n# burnt {}\n",
        first_cards.join(" "),
        shoe.burnt()
    );
    let rounds = (1..).zip(rounds);
    let rounds = rounds.map(|(number, round)| RecordedRound::Seen(SeenRound::of(number, round)));
    let record = Record {
        shoe: number,
        decks: Some(decks),
        commitment: shoe.commitment(),
        rounds: rounds.collect(),
        reveal: Some(shoe.reveal()),
    };
    (record, added)
}

#[test]
fn python_deals_the_same_shoes() {
    for case in CASES {
        let Some(printed) = python(case) else {
            // Not eprintln!, which a passing test keeps to itself.
            let _ = writeln!(stderr(), "SKIPPED: crates/baccarat: not installed: python3");
            return;
        };
        let (record, added) = expected(case);
        assert!(printed.contains(&added), "{added} is not in {printed}");
        assert_eq!(printed.parse(), Ok(record.clone()), "{case:?}");
        verify(&record).expect("nothing is wrong");
    }
}
