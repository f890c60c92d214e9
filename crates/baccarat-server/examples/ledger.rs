//! A ledger at the keyboard: a table without cards, whose stakes and results are typed.
//!
//! `cargo run -p baccarat-server --example ledger -- chips.db`, then a line for each request: `stake alice 2 50` puts 50
//! chips on side 2, `settle 0 195 0 0 0` ends the round and says what the five sides return for each chip, in
//! hundredths, `refund` ends it without a result, `balance alice` tells what she has. `crash` ends the program at once;
//! at the end of its input it closes the ledger first.

use std::env;
use std::io;
use std::path::Path;
use std::process;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use anyhow::{Context, bail};
use baccarat_server::ledger::{Amount, Closed, Handle, Ledger, Returns, RoundId, Settlement, Stake};

fn main() -> anyhow::Result<()> {
    let file = env::args().nth(1).context("expected the name of a file")?;
    let ledger = Ledger::open(Some(Path::new(&file)), chips(10_000)?)?;
    let mut table = Table::new(ledger.handle());
    for line in io::stdin().lines() {
        let line = line?;
        if line == "crash" {
            // No destructor runs, and nothing is closed: so a process is left that is killed.
            process::exit(1);
        }
        table.play(&line).unwrap_or_else(|error| println!("{error:#}"));
    }
    Ok(ledger.close(Duration::from_secs(5))?)
}

/// One table, its round, and the number of the next request.
struct Table {
    ledger: Handle,
    round: RoundId,
    requests: u32,
}

impl Table {
    fn new(ledger: Handle) -> Self {
        let number = ledger.numbers(0).round + 1;
        let round = RoundId { table: 0, number };
        Self {
            ledger,
            round,
            requests: 0,
        }
    }

    fn play(&mut self, line: &str) -> anyhow::Result<()> {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["stake", user, side, amount] => self.stake(user, side.parse()?, chips(amount.parse()?)?),
            ["settle", ref returns @ ..] => self.settle(returns),
            ["refund"] => self.refund(),
            ["balance", user] => self.balance(user),
            _ => bail!(
                "expected stake USER SIDE CHIPS, settle and five numbers, refund, balance USER, or crash"
            ),
        }
    }

    fn stake(&mut self, user: &str, side: i8, amount: Amount) -> anyhow::Result<()> {
        self.requests += 1;
        let stake = Stake {
            round: self.round,
            user: user.into(),
            side,
            number: self.requests,
            amount,
        };
        let staked = answer(|told| self.ledger.stake(stake, move |staked| drop(told.send(staked))))??;
        println!(
            "{user} has {} left, and {} on side {side}",
            staked.balance, staked.stake
        );
        Ok(())
    }

    fn settle(&mut self, returns: &[&str]) -> anyhow::Result<()> {
        let returns: Vec<i64> = returns
            .iter()
            .map(|word| word.parse())
            .collect::<Result<_, _>>()?;
        let returns = returns.try_into().ok().context("expected five numbers")?;
        let settlement = Settlement {
            round: self.round,
            shoe: 1,
            result: Vec::new(),
            returns: Returns::new(returns).context("no side can return less than nothing")?,
        };
        let closed = answer(|told| {
            self.ledger
                .settle(settlement, move |closed| drop(told.send(closed)));
        })??;
        self.end(&closed);
        Ok(())
    }

    fn refund(&mut self) -> anyhow::Result<()> {
        let closed = answer(|told| {
            self.ledger
                .refund(self.round, move |closed| drop(told.send(closed)));
        })??;
        self.end(&closed);
        Ok(())
    }

    fn balance(&self, user: &str) -> anyhow::Result<()> {
        let id = user.into();
        let balance = answer(|told| self.ledger.balance(&id, move |balance| drop(told.send(balance))))??;
        println!("{user} has {balance}");
        Ok(())
    }

    /// Tells what everybody has got, and begins the next round.
    fn end(&mut self, closed: &Closed) {
        for player in &closed.players {
            for side in &player.sides {
                println!(
                    "{} got {} for {} on side {}",
                    player.user, side.returned, side.stake, side.side
                );
            }
            println!("{} has {}", player.user, player.balance);
        }
        self.round.number += 1;
    }
}

/// A worker would go on with something else meanwhile. Nobody else is here.
fn answer<T>(ask: impl FnOnce(Sender<T>)) -> anyhow::Result<T> {
    let (told, outcome) = channel();
    ask(told);
    outcome.recv().context("the ledger has ended")
}

fn chips(chips: i64) -> anyhow::Result<Amount> {
    Amount::from_chips(chips).context("too many chips")
}
