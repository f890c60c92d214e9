//! A connection that is lost is taken up again, where there is an API server to ask.

use std::process::Stdio;

use crate::account::{PASSWORD, alice_of};
use crate::api::Api;
use crate::screen::shows;
use crate::server::{NONE, Served, Server};
use crate::support::messages::{
    chat, chatted, enter, entered, has_come, log_in_with, logged_in, said, user_list,
};
use crate::support::wire::{SERVER_SHUTTING_DOWN, error_packet};
use crate::support::{Process, Terminal};

/// This server has lost its place; the same user has logged in again; nobody can check logins.
const NODE_LOST: i16 = 67;
const REPLACED: i16 = 68;
const LOGIN_UNAVAILABLE: i16 = 114;

const LOST: &str = "* connection lost: the server closed the connection";

/// Alice is in room 1 with bob, by way of the API server.
#[track_caller]
pub(crate) fn welcome(api: &Api, server: &Server) -> Served {
    api.log_in("alice", PASSWORD, "token");
    api.assign("token", None, &server.address, 1, "ticket-1");
    server.welcome_with("ticket-1")
}

/// She comes back to room 1, with this ticket.
#[track_caller]
fn welcome_back(api: &Api, server: &Server, ticket: &str) -> Served {
    api.assign("token", Some(1), &server.address, 1, ticket);
    server.welcome_with(ticket)
}

/// Alice, who listens until she has heard so many messages.
fn listener(api: &Api, count: &str) -> Process {
    alice_of(api, &["--exit-after", count]).start()
}

#[test]
fn whatever_ends_it_a_connection_is_taken_up_again_with_a_new_ticket() {
    for (last_words, reason) in [
        (vec![], ""),
        (
            error_packet(SERVER_SHUTTING_DOWN).to_vec(),
            ": it is shutting down (SERVER_SHUTTING_DOWN)",
        ),
        (
            error_packet(NODE_LOST).to_vec(),
            ": it has lost its place among the other servers (NODE_LOST)",
        ),
    ] {
        let (api, server) = (Api::start(), Server::start());
        let process = listener(&api, "2");
        let mut client = welcome(&api, &server);
        client.send(&[said(7, "one"), last_words].concat());
        client.close();
        let mut client = welcome_back(&api, &server, "ticket-2");
        client.send(&said(7, "two"));
        client.expect_end();
        drop(client);
        let expected = [
            "* you are in room 1, with bob",
            "bob: one",
            &format!("{LOST}{reason}"),
            "* you are in room 1, with bob",
            "bob: two",
            "",
        ];
        assert_eq!(process.finish().expect_success().text(), expected.join("\n"));
    }
}

#[test]
fn a_server_that_says_nothing_any_more_is_lost_too() {
    let (api, server) = (Api::start(), Server::start());
    let flags = ["--exit-after", "1", "--ping-every", "500ms", "--timeout", "2s"];
    let process = alice_of(&api, &flags).start();
    let silent = welcome(&api, &server);
    process
        .stdout
        .wait_for_line("* connection lost: no answer within 2s");
    let mut client = welcome_back(&api, &server, "ticket-2");
    client.send(&said(7, "hi"));
    process.finish().expect_success();
    drop(silent);
}

#[test]
fn what_is_typed_meanwhile_waits() {
    let (api, server) = (Api::start(), Server::start());
    let mut terminal = Terminal::start(alice_of(&api, &[]));
    let client = welcome(&api, &server);
    shows(&terminal, &["* you are in room 1, with bob", "> "]);
    client.close();
    shows(&terminal, &[LOST, "> "]);
    terminal.type_text("one\rtwo\r");
    shows(
        &terminal,
        &[
            LOST,
            "* this waits until the connection is there again; Ctrl-C ends the client",
            "> ",
        ],
    );
    let mut client = welcome_back(&api, &server, "ticket-2");
    client.expect(&[chat("one"), chat("two")].concat());
    client.send(&[said(8, "one"), chatted(NONE), said(8, "two"), chatted(NONE)].concat());
    shows(
        &terminal,
        &["* you are in room 1, with bob", "alice: one", "alice: two", "> "],
    );
    terminal.type_text("/users\r");
    shows(&terminal, &["* in room 1: bob, alice", "> "]);
    terminal.press("\x04");
    client.expect_end();
    assert_eq!(terminal.process.wait().code(), Some(0));
}

#[test]
fn not_everything_waits() {
    let (api, server) = (Api::start(), Server::start());
    let mut terminal = Terminal::start(alice_of(&api, &[]));
    let client = welcome(&api, &server);
    shows(&terminal, &["> "]);
    client.close();
    shows(&terminal, &[LOST, "> "]);
    for number in 0..100 {
        terminal.type_text(&format!("line {number}\r"));
    }
    terminal.type_text("one too many\r");
    shows(
        &terminal,
        &[
            "! not kept, since 100 lines wait for the connection: one too many",
            "> ",
        ],
    );
    terminal.press("\x03");
    assert_eq!(terminal.process.wait().code(), Some(0));
    terminal.expect_order();
}

#[test]
fn who_waits_can_end_it_at_any_time() {
    for typed in ["\x03", "\x04", "half a line\x03", "/quit\r"] {
        let (api, server) = (Api::start(), Server::start());
        let mut terminal = Terminal::start(alice_of(&api, &[]));
        let client = welcome(&api, &server);
        shows(&terminal, &["> "]);
        client.close();
        shows(&terminal, &[LOST, "> "]);
        // The API server does not answer, and nobody waits for it.
        let _asked = api.expect_wish("token", Some(1));
        terminal.type_text(typed);
        assert_eq!(terminal.process.wait().code(), Some(0), "{typed:?}");
        terminal.expect_order();
    }
}

#[test]
fn what_had_no_answer_is_told() {
    let (api, server) = (Api::start(), Server::start());
    let mut terminal = Terminal::start(alice_of(&api, &[]));
    let mut client = welcome(&api, &server);
    shows(&terminal, &["> "]);
    terminal.type_text("hello\r/whisper carol hi\r");
    client.expect(&chat("hello"));
    client.next_packet();
    client.close();
    shows(
        &terminal,
        &[
            LOST,
            "! not known whether it has arrived: hello",
            "! not known whether it has arrived: /whisper carol hi",
            "> ",
        ],
    );
    // It is not said again.
    let mut client = welcome_back(&api, &server, "ticket-2");
    terminal.type_text("again\r");
    client.hear_alice("again");
}

#[test]
fn another_room_is_told_and_nothing_said_there_that_was_meant_for_the_first() {
    for (status, code, why) in [
        (409, "room_full", "room 1 is full"),
        (404, "no_such_room", "room 1 is gone for now"),
        (503, "no_server", "room 1 is gone for now"),
    ] {
        let (api, server) = (Api::start(), Server::start());
        let mut terminal = Terminal::start(alice_of(&api, &[]));
        let client = welcome(&api, &server);
        shows(&terminal, &["> "]);
        client.close();
        shows(&terminal, &[LOST, "> "]);
        terminal.type_text("secret\r/users\r");
        terminal.screen.wait_for_text("this waits until");
        api.expect_wish("token", Some(1)).refuse(status, code);
        api.assign("token", None, &server.address, 2, "ticket-2");
        let mut client = server.accept();
        client.let_in("ticket-2");
        client.expect(&enter(2));
        client.send(&[user_list(&[(3, "carol")]), entered(2, 4)].concat());
        shows(
            &terminal,
            &[
                &format!("* {why}: you come to room 2 instead"),
                "! not sent, since it was meant for room 1: secret",
                "* you are in room 2, with carol",
                "* in room 2: carol, alice",
                "> ",
            ],
        );
    }
}

#[test]
fn who_was_in_no_room_is_in_none_again() {
    let (api, server) = (Api::start(), Server::start());
    let mut terminal = Terminal::start(alice_of(&api, &[]));
    let mut client = welcome(&api, &server);
    shows(&terminal, &["> "]);
    terminal.type_text("/leave\r");
    client.next_packet();
    client.send(&crate::support::messages::left(NONE));
    shows(&terminal, &["* you have left room 1", "> "]);
    client.close();
    api.assign("token", None, &server.address, 3, "ticket-2");
    let mut client = server.accept();
    client.let_in("ticket-2");
    terminal.type_text("/enter 5\r");
    client.expect(&enter(5));
}

#[test]
fn a_token_that_is_worth_nothing_any_more_is_replaced() {
    let (api, server) = (Api::start(), Server::start());
    let process = listener(&api, "1");
    welcome(&api, &server).close();
    api.expect_wish("token", Some(1)).refuse(401, "invalid_token");
    api.log_in("alice", PASSWORD, "token-2");
    api.assign("token-2", Some(1), &server.address, 1, "ticket-2");
    let mut client = server.welcome_with("ticket-2");
    client.send(&said(7, "hi"));
    process.finish().expect_success();
}

#[test]
fn it_is_tried_until_it_goes_and_the_same_trouble_is_told_once() {
    let (api, server) = (Api::start(), Server::start());
    let process = listener(&api, "1");
    welcome(&api, &server).close();
    for _ in 0..2 {
        api.expect_wish("token", Some(1)).refuse(500, "internal");
    }
    let mut client = welcome_back(&api, &server, "ticket-2");
    client.send(&said(7, "hi"));
    let expected = [
        "* you are in room 1, with bob",
        LOST,
        "* no connection yet: the API answers 500: it is internal",
        "* you are in room 1, with bob",
        "bob: hi",
        "",
    ];
    assert_eq!(process.finish().expect_success().text(), expected.join("\n"));
}

#[test]
fn a_ticket_that_cannot_be_checked_now_is_no_reason_to_give_up() {
    let (api, server) = (Api::start(), Server::start());
    let process = listener(&api, "1");
    welcome(&api, &server).close();
    api.assign("token", Some(1), &server.address, 1, "ticket-2");
    let mut client = server.accept();
    client.expect(&log_in_with("alice", "ticket-2"));
    client.send(&logged_in(LOGIN_UNAVAILABLE));
    // The server would keep a connection without a login for ten seconds.
    client.expect_end();
    client.close();
    let mut client = welcome_back(&api, &server, "ticket-3");
    client.send(&said(7, "hi"));
    let text = process.finish().expect_success().text();
    let told = "* connection lost: nobody can check the login now: try again (LOGIN_UNAVAILABLE)\n";
    assert_eq!(text.matches(told).count(), 1, "{text}");
}

#[test]
fn a_password_that_is_wrong_by_now_ends_it() {
    let (api, server) = (Api::start(), Server::start());
    let process = listener(&api, "1");
    welcome(&api, &server).close();
    api.expect_wish("token", Some(1)).refuse(401, "invalid_token");
    api.expect("POST /v1/login").refuse(401, "wrong_credentials");
    let finished = process.finish();
    assert_eq!(
        finished.expect_failure(1),
        "chat-client: the name or the password of alice is wrong; --register makes a new account"
    );
}

#[test]
fn who_has_logged_in_elsewhere_is_not_fought_over() {
    let (api, server) = (Api::start(), Server::start());
    let process = listener(&api, "1");
    let mut client = welcome(&api, &server);
    client.send(&error_packet(REPLACED));
    client.close();
    assert_eq!(
        process.finish().expect_failure(1),
        "chat-client: the server closed the connection: you have logged in again elsewhere (REPLACED)"
    );
}

/// Alice's script, which types what her test writes.
fn script(api: &Api) -> (Process, std::process::ChildStdin) {
    let program = alice_of(api, &[]);
    let mut process = Process::new(program.spawn(Stdio::piped(), Stdio::piped(), Stdio::piped()));
    let input = process.take_input();
    (process, input)
}

#[track_caller]
fn write(input: &mut std::process::ChildStdin, lines: &str) {
    std::io::Write::write_all(input, lines.as_bytes()).expect("it reads");
}

#[test]
fn a_script_goes_on_where_every_line_had_its_answer() {
    let (api, server) = (Api::start(), Server::start());
    let (process, mut input) = script(&api);
    let mut client = welcome(&api, &server);
    write(&mut input, "one\n");
    client.hear_alice("one");
    process.stdout.wait_for_line("alice: one");
    client.close();
    process.stdout.wait_for_line(LOST);
    // What is read meanwhile waits.
    write(&mut input, "two\nthree\n");
    drop(input);
    let mut client = welcome_back(&api, &server, "ticket-2");
    client.hear_alice("two");
    client.hear_alice("three");
    client.expect_end();
    drop(client);
    let text = process.finish().expect_success().text();
    assert!(text.ends_with("alice: one\n* connection lost: the server closed the connection\n* you are in room 1, with bob\nalice: two\nalice: three\n"), "{text}");
}

#[test]
fn a_script_ends_where_it_is_not_known_whether_a_line_has_arrived() {
    let (api, server) = (Api::start(), Server::start());
    let (process, mut input) = script(&api);
    let mut client = welcome(&api, &server);
    write(&mut input, "one\ntwo\nnever sent\n");
    client.hear_alice("one");
    client.expect(&chat("two"));
    client.close();
    assert_eq!(
        process.finish().expect_failure(1),
        "chat-client: line 2: not known whether it has arrived: the server closed the connection"
    );
}

#[test]
fn a_script_that_has_said_all_does_not_wait() {
    let (api, server) = (Api::start(), Server::start());
    let (process, input) = script(&api);
    let mut client = welcome(&api, &server);
    client.send(&has_come(9, "carol"));
    client.close();
    process.stdout.wait_for_line(LOST);
    drop(input);
    process.finish().expect_success();
}
