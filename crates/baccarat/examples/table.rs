//! Prints the exact table of baccarat: in how many ways each side wins, and what the house keeps of a chip.
//!
//! The one argument is how many decks a shoe has, 1 to 8; 8 where there is none.
#![forbid(unsafe_code)]

use std::env;
use std::process::ExitCode;

use baccarat::{Side, Table};

fn main() -> ExitCode {
    let decks = env::args().nth(1).unwrap_or_else(|| "8".to_owned());
    match table(&decks) {
        Ok(table) => {
            print(table);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("table: {error}");
            ExitCode::FAILURE
        }
    }
}

fn table(decks: &str) -> Result<Table, String> {
    let number = decks.parse();
    let number = number.map_err(|_| format!("expected how many decks, 1 to 8, found {decks:?}"))?;
    Table::new(number).map_err(|error| error.to_string())
}

fn print(table: Table) {
    println!("           {:>21}  house edge", "ways");
    for (side, ways) in [
        (Side::Banker, table.banker),
        (Side::Player, table.player),
        (Side::Tie, table.tie),
    ] {
        println!("{side:<11}{ways:>21}  {:>10}", table.house_edge(side).percent(4));
    }
    println!("{:<11}{:>21}", "all", table.total());
    let pair = table.house_edge(Side::PlayerPair);
    println!("{:<11}{:>21}  {:>10}", "a pair", "", pair.percent(4));
}
