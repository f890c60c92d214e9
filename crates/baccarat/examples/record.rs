//! Deals a shoe to its end as a fair dealer does, to somebody who stakes 10 chips on the banker each time, and prints
//! the record of it.
//!
//! The arguments are the seed (64 hexadecimal digits), the number of the shoe, its decks, and the cuts.
#![forbid(unsafe_code)]

use std::env;
use std::error::Error;
use std::process::ExitCode;

use baccarat::{Payout, Record, RecordedRound, Round, SeenRound, Shoe, ShoeSettings, Side, returned};

/// Cards behind the cut card.
const CUT_CARD: u16 = 16;

/// What is staked on the banker in each round, in chips.
const STAKE: i64 = 10;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match shoe(&arguments).and_then(record) {
        Ok(record) => {
            print!("{record}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("record: {error}");
            ExitCode::FAILURE
        }
    }
}

fn shoe(arguments: &[String]) -> Result<Shoe, Box<dyn Error>> {
    let [seed, number, decks, cuts @ ..] = arguments else {
        return Err("expected a seed, the number of a shoe, its decks, and the cuts".into());
    };
    let settings = ShoeSettings::new(decks.parse()?, CUT_CARD)?;
    let mut shoe = Shoe::new(seed.parse()?, number.parse()?, settings);
    for position in cuts {
        shoe.cut(position.parse()?)?;
    }
    Ok(shoe)
}

fn record(mut shoe: Shoe) -> Result<Record, Box<dyn Error>> {
    let mut rounds = Vec::new();
    while let Some(round) = shoe.deal() {
        rounds.push(RecordedRound::Seen(SeenRound {
            payouts: vec![payout(round)?],
            ..SeenRound::of(rounds.len() as u64 + 1, round)
        }));
    }
    Ok(Record {
        shoe: shoe.number(),
        decks: Some(shoe.settings().decks()),
        commitment: shoe.commitment(),
        rounds,
        reveal: Some(shoe.reveal()),
    })
}

fn payout(round: Round) -> Result<Payout, Box<dyn Error>> {
    Ok(Payout {
        side: Side::Banker,
        stake: STAKE,
        returned: returned(Side::Banker, STAKE, round.outcome())?,
    })
}
