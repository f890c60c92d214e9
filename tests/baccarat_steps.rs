//! The steps of the card game, each as the real program: the new idea, and what still goes wrong.
//!
//! | file | what is in it |
//! |---|---|
//! | `baccarat_steps/score` | step 1: hands from decks that are typed |
//! | `baccarat_steps/table` | step 2: the states of a table; who does not bet |
//! | `baccarat_steps/clock` | step 3: betting ends by time; bets that are late |
//! | `baccarat_steps/moments` | the table of step 3, compiled as a part of its program: when exactly betting ends |
//! | `baccarat_steps/money` | steps 4 and 5: stakes, payouts, balances; step 4: what is lost with the process |
//! | `baccarat_steps/ledger` | the ledger of steps 4 and 5, compiled as a part of their programs |
//! | `baccarat_steps/fair` | step 5: cuts, and a whole shoe that is checked |
//! | `baccarat_steps/messages` | the messages of a table, written down by hand |
//!
//! They send signals, which Windows has not.
#![cfg(unix)]

#[path = "baccarat_steps/clock.rs"]
mod clock;
#[path = "baccarat_steps/fair.rs"]
mod fair;
#[path = "baccarat_steps/messages.rs"]
mod messages;
#[path = "baccarat_steps/money.rs"]
mod money;
#[path = "baccarat_steps/score.rs"]
mod score;
mod support;
#[path = "baccarat_steps/table.rs"]
mod table;

use support::messages::{enter, entered, log_in, logged_in};
use support::{Client, Program, Server, step, unused_address};

const TABLE: &str = env!("CARGO_BIN_EXE_baccarat-2-table");
const CLOCK: &str = env!("CARGO_BIN_EXE_baccarat-3-clock");
const MONEY: &str = env!("CARGO_BIN_EXE_baccarat-4-money");
const FAIR: &str = env!("CARGO_BIN_EXE_baccarat-5-fair");

/// A client that is logged in.
#[track_caller]
fn user(server: &Server, name: &str) -> Client {
    let mut client = server.connect();
    client.exchange(&log_in(name), &logged_in(1));
    client
}

/// A client at the table, whatever it is told there before. The unique id is the number of the connection.
#[track_caller]
fn member(server: &Server, name: &str, unique_id: u64) -> Client {
    let mut client = user(server, name);
    client.send(&enter(0));
    messages::skip_to(&mut client, &entered(0, unique_id));
    client
}

#[test]
fn every_step_says_in_one_line_why_it_cannot_listen() {
    let (_taken, address) = unused_address();
    let address = address.to_string();
    for path in [TABLE, CLOCK, MONEY, FAIR] {
        let finished = Program::new(path).args(&[&address]).run();
        let line = finished.expect_failure(1).to_lowercase();
        assert!(
            line.contains(&address) && line.contains("in use"),
            "{path}: {line}"
        );
        let finished = Program::new(path).args(&["nonsense"]).run();
        let line = finished.expect_failure(1);
        assert_eq!(line, "nonsense: invalid socket address", "{path}");
    }
}
