//! A room whose messages are kept: whoever comes back is told what was said meanwhile, and says nothing twice.

use crate::account::{PASSWORD, alice_of};
use crate::api::Api;
use crate::screen::shows;
use crate::server::{NONE, Served, Server, UNKNOWN_ID};
use crate::support::Terminal;
use crate::support::messages::{
    SYNC, chat, chatted, enter, entered, history, log_in_with, logged_in, said, stands, synced, told,
    told_all, user_list,
};
use crate::support::wire::error_packet;

const EPOCH: u64 = 0x0123_4567_89AB_CDEF;

/// The server that has the room at first, and how much was said there.
const FIRST: [u64; 3] = [EPOCH, 3, 5];

const HISTORY_GAP: i16 = 156;
const NOT_STORED: i16 = 157;

const LOST: &str = "* connection lost: the server closed the connection";

/// Alice is in room 1 with bob, where 5 messages were said.
#[track_caller]
fn welcome(api: &Api, server: &Server) -> Served {
    api.log_in("alice", PASSWORD, "token");
    api.assign("token", None, &server.address, 1, "ticket-1");
    let mut client = server.accept();
    client.expect(&log_in_with("alice", "ticket-1"));
    client.send(&logged_in(NONE));
    client.expect(&SYNC);
    client.send(&synced(EPOCH));
    client.expect(&enter(1));
    client.send(&[user_list(&[(7, "bob")]), entered(1, 8), stands(FIRST)].concat());
    client
}

/// She is back: all that she has to say comes at once, before anything is answered.
#[track_caller]
fn accept_again(api: &Api, server: &Server, behind: [u64; 3]) -> Served {
    api.assign("token", Some(1), &server.address, 1, "ticket-2");
    let mut client = server.accept();
    let opening = [
        log_in_with("alice", "ticket-2"),
        SYNC.to_vec(),
        enter(1),
        history(behind),
    ];
    client.expect(&opening.concat());
    client
}

/// The server answers with this history.
#[track_caller]
fn welcome_back(api: &Api, server: &Server, behind: [u64; 3], history: &[Vec<u8>]) -> Served {
    let mut client = accept_again(api, server, behind);
    let answers = [
        logged_in(NONE),
        synced(EPOCH),
        user_list(&[(7, "bob")]),
        entered(1, 8),
    ]
    .concat();
    client.send(&[answers, history.concat()].concat());
    client
}

#[test]
fn who_comes_back_is_told_what_was_said_meanwhile_and_nothing_twice() {
    let (api, server) = (Api::start(), Server::start());
    let process = alice_of(&api, &["--exit-after", "5"]).start();
    let mut client = welcome(&api, &server);
    // Where the second stands she has not heard.
    client.send(&[said(7, "one"), stands([EPOCH, 3, 6]), said(7, "two")].concat());
    client.close();
    let meanwhile = [
        told(3, 7, "bob", "two"),
        told(4, 1, "carol c", "three"),
        told(4, 2, "bob", "four"),
        told_all(NONE),
        said(7, "five"),
    ];
    let client = welcome_back(&api, &server, [EPOCH, 3, 6], &meanwhile);
    let expected = [
        "* you are in room 1, with bob",
        "bob: one",
        "bob: two",
        LOST,
        "* you are in room 1, with bob",
        "* 2 messages while you were away",
        "\"carol c\": three",
        "bob: four",
        "bob: five",
        "",
    ];
    assert_eq!(process.finish().expect_success().text(), expected.join("\n"));
    drop(client);
}

#[test]
fn what_had_no_answer_is_said_again_unless_it_has_arrived() {
    let (api, server) = (Api::start(), Server::start());
    let mut terminal = Terminal::start(alice_of(&api, &[]));
    let mut client = welcome(&api, &server);
    shows(&terminal, &["> "]);
    terminal.type_text("one\rtwo\rone\rthree\r");
    client.expect(&["one", "two", "one", "three"].map(chat).concat());
    // She has heard the first, and got no answer.
    client.send(&said(8, "one"));
    client.close();
    shows(&terminal, &["alice: one", LOST, "> "]);
    terminal.type_text("four\r");
    terminal.screen.wait_for_text("this waits until");
    let meanwhile = [
        told(3, 6, "alice", "one"),
        told(3, 7, "bob", "hi"),
        told(3, 8, "alice", "one"),
        told_all(NONE),
    ];
    let mut client = welcome_back(&api, &server, FIRST, &meanwhile);
    // The third has arrived, so the second has not. What was typed since comes behind them.
    client.expect(&["two", "three", "four"].map(chat).concat());
    for message in ["two", "three", "four"] {
        client.send(&[said(8, message), chatted(NONE)].concat());
    }
    shows(
        &terminal,
        &[
            "* 2 messages while you were away",
            "bob: hi",
            "alice: one",
            "alice: two",
            "alice: three",
            "alice: four",
            "> ",
        ],
    );
    terminal.press("\x04");
    client.expect_end();
    assert_eq!(terminal.process.wait().code(), Some(0));
}

#[test]
fn a_history_that_breaks_off_goes_on_where_it_was() {
    let (api, server) = (Api::start(), Server::start());
    let process = alice_of(&api, &["--exit-after", "2"]).start();
    welcome(&api, &server).close();
    let client = welcome_back(&api, &server, FIRST, &[told(3, 6, "bob", "one")]);
    client.close();
    let rest = [told(3, 7, "bob", "two"), told_all(NONE)];
    let client = welcome_back(&api, &server, [EPOCH, 3, 6], &rest);
    let text = process.finish().expect_success().text();
    let missed = "* 2 messages while you were away\nbob: one\nbob: two\n";
    assert!(text.ends_with(missed), "{text}");
    drop(client);
}

#[test]
fn a_gap_is_told_and_what_nobody_knows_too() {
    let (api, server) = (Api::start(), Server::start());
    let mut terminal = Terminal::start(alice_of(&api, &[]));
    let mut client = welcome(&api, &server);
    shows(&terminal, &["> "]);
    terminal.type_text("hello\r");
    client.expect(&chat("hello"));
    client.close();
    shows(&terminal, &[LOST, "> "]);
    let position = [EPOCH + 1, 9, 4];
    let gap = [stands(position), said(7, "hi"), told_all(HISTORY_GAP)];
    welcome_back(&api, &server, FIRST, &gap).close();
    shows(
        &terminal,
        &[
            "* what was said while you were away is not kept any more (HISTORY_GAP)",
            "bob: hi",
            "! not known whether it has arrived: hello",
            LOST,
            "> ",
        ],
    );
    // From here on nothing is missed.
    accept_again(&api, &server, position);
}

#[test]
fn a_server_that_keeps_nothing_is_told_of_by_no_word() {
    let (api, server) = (Api::start(), Server::start());
    let process = alice_of(&api, &["--exit-after", "2"]).start();
    welcome(&api, &server).close();
    let mut client = accept_again(&api, &server, FIRST);
    client.send(&[logged_in(NONE), error_packet(UNKNOWN_ID).to_vec(), entered(1, 1)].concat());
    client.send(&[said(1, "one"), error_packet(UNKNOWN_ID).to_vec(), said(1, "two")].concat());
    let text = process.finish().expect_success().text();
    let expected = format!("{LOST}\n* you are in room 1, alone\nalice: one\nalice: two\n");
    assert!(text.ends_with(&expected), "{text}");
}

#[test]
fn what_could_not_be_kept_is_told() {
    let (api, server) = (Api::start(), Server::start());
    let mut terminal = Terminal::start(alice_of(&api, &[]));
    let mut client = welcome(&api, &server);
    shows(&terminal, &["> "]);
    terminal.type_text("hello\r");
    client.expect(&chat("hello"));
    client.send(&chatted(NOT_STORED));
    shows(
        &terminal,
        &[
            "! it could not be kept, so nobody has seen it: say it again (NOT_STORED)",
            "> ",
        ],
    );
}

#[test]
fn who_gives_up_is_told_what_nobody_knows() {
    let (api, server) = (Api::start(), Server::start());
    let mut terminal = Terminal::start(alice_of(&api, &[]));
    let mut client = welcome(&api, &server);
    shows(&terminal, &["> "]);
    terminal.type_text("hello\r");
    client.expect(&chat("hello"));
    client.close();
    shows(&terminal, &[LOST, "> "]);
    let _asked = api.expect_wish("token", Some(1));
    terminal.press("\x04");
    terminal
        .screen
        .wait_for_text("! not known whether it has arrived: hello");
    assert_eq!(terminal.process.wait().code(), Some(0));
}
