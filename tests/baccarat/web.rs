//! A table that browsers sit at: they come in by the port for them, and see what everybody sees.

use crate::seats::{first_at, next_table};
use crate::socket::Socket;
use crate::support::messages::{chat, chatted, enter, entered, has_come, log_in, logged_in, said, user_list};
use crate::support::{Program, address_of};
use crate::table::{BETTING, Table, history, start, started, starts};

/// The next packet, which must be a TABLE_NTF.
#[track_caller]
fn told_of_table(browser: &mut Socket) -> Table {
    Table::read(&browser.receive(5 + 55))
}

#[test]
fn a_browser_sits_down_beside_a_client_over_tcp() {
    let program = Program::new(env!("CARGO_BIN_EXE_baccarat-server"));
    let server = program.serve_with(&["--web", "127.0.0.1:0", "--bet-time", "1h"]);
    let (mut alice, table) = first_at(&server, 7, "alice");
    let mut browser = Socket::open(address_of(&server.process, "web"));
    browser.exchange(&log_in("bob"), &logged_in(1));
    browser.send(&enter(7));
    browser.expect(&user_list(&[(1, "alice")]));
    assert_eq!(told_of_table(&mut browser), table, "both see the same");
    browser.expect(&[history(&[]), entered(7, 2)].concat());
    alice.expect(&has_come(2, "bob"));
    browser.exchange(&chat("hello"), &[said(2, "hello"), chatted(1)].concat());
    alice.expect(&said(2, "hello"));
    alice.send(&start());
    let round = next_table(&mut alice);
    assert_eq!(round.phase, BETTING);
    alice.expect(&[started(1), starts()].concat());
    assert_eq!(told_of_table(&mut browser), round);
    browser.expect(&starts());
}
