//! A connection that is lost is taken up again, and what the table and the account look like is told.

use protocol::message::baccarat::Side;

use crate::api::Api;
use crate::dealer::Dealer;
use crate::server::Server;
use crate::support::{Program, Terminal};

/// Alice, who has a password at this API server.
pub(crate) fn alice_of(api: &Api) -> Program {
    Program::new(env!("CARGO_BIN_EXE_baccarat-client"))
        .args(&["--name", "alice", "--api", &api.url])
        .env("BACCARAT_CLIENT_PASSWORD", "correct horse")
}

/// Alice is at table 1, by way of the API server.
#[track_caller]
fn welcome(api: &Api, server: &Server) -> Dealer {
    api.log_in("alice", "correct horse", "token");
    api.assign("token", None, &server.address, 1, "ticket-1");
    Dealer::welcome_with(server, "ticket-1")
}

#[test]
fn the_table_and_the_balance_are_told_again() {
    let (api, server) = (Api::of("baccarat"), Server::start());
    let mut terminal = Terminal::start(alice_of(&api));
    let mut dealer = welcome(&api, &server);
    terminal.screen.wait_for_text("* you are in room 1, with bob");
    dealer.open_bets();
    terminal
        .screen
        .wait_for_texts(&["> ", "* round 1: bets are open"]);
    terminal.type_text("/bet banker 10\r");
    dealer.take_stake(Side::BANKER, 10);
    terminal.screen.wait_for_text("you have 10 on banker");
    dealer.close();
    terminal
        .screen
        .wait_for_text("* connection lost: the server closed the connection");
    api.assign("token", Some(1), &server.address, 1, "ticket-2");
    let mut dealer = Dealer::welcome_with(&server, "ticket-2");
    dealer.tell_balance(990_000);
    terminal.screen.wait_for_texts(&[
        "connection lost",
        "* you are in room 1, with bob",
        "* you have 9900.00 chips",
    ]);
    terminal.press("\x04");
    assert_eq!(terminal.process.wait().code(), Some(0));
}
