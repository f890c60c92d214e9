//! A player that waits for others: the API server finds a table, and what a script has to say is said there.

use crate::again::alice_of;
use crate::api::Api;
use crate::dealer::Dealer;
use crate::server::Server;

#[test]
fn a_script_plays_at_the_table_that_is_found() {
    let (api, server) = (Api::of("baccarat"), Server::start());
    let finished = std::thread::scope(|scope| {
        let script = b"/wait betting\n/table\n";
        let client = alice_of(&api).args(&["--match", "3", "--rating", "1200"]);
        let finished = scope.spawn(move || client.run_with(script));
        api.log_in("alice", "correct horse", "token");
        api.take_wish(3, Some(1_200), "m1");
        let place = api.place(&server.address, 1, "ticket-1");
        api.look("m1").matched(&["bob", "carol", "alice"], &place);
        let mut dealer = Dealer::welcome_with(&server, "ticket-1");
        dealer.open_bets();
        dealer.expect_end();
        finished.join().expect("no panic")
    });
    let text = finished.expect_success().text();
    let lines: Vec<_> = text.lines().collect();
    let found = format!("* matched with bob, carol: room 1 at {}", server.address);
    assert_eq!(lines[..2], ["* waiting for 2 more players", &found]);
    assert!(text.contains("* round 1: bets are open"), "{text}");
}
