//! A user that wants to play with others: the API server says when there is a table, and the client goes there.

use serde_json::json;

use crate::account::{PASSWORD, alice_of};
use crate::api::{Api, Asked};
use crate::screen::shows;
use crate::server::{Served, Server};
use crate::support::messages::{enter, entered, log_in_with, said, user_list};
use crate::support::{Process, Signal, Terminal, unused_address};

const WAITS: &str = "* waiting for 1 more player";

/// Alice, who wants to be matched with one other.
fn alice(api: &Api, flags: &[&str]) -> crate::support::Program {
    alice_of(api, &["--match", "2"]).args(flags)
}

/// She waits, and this is her first look.
#[track_caller]
fn first_look(api: &Api) -> Asked {
    api.log_in("alice", PASSWORD, "token");
    api.take_wish(2, None, "m1");
    api.look("m1")
}

/// She is at this table of two, with this ticket.
#[track_caller]
fn sits(server: &Server, room: i32, ticket: &str) -> Served {
    let mut client = server.accept();
    client.let_in(ticket);
    client.expect(&enter(room));
    client.send(&[user_list(&[(7, "bob")]), entered(room, 8)].concat());
    client
}

fn matched(server: &str, room: i32) -> String {
    format!("* matched with bob: room {room} at {server}")
}

/// What it prints, line by line.
#[track_caller]
fn expect_lines(process: Process, expected: &[&str]) {
    let text = process.finish().expect_success().text();
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_script_says_what_it_has_to_say_at_the_table() {
    let (api, server) = (Api::start(), Server::start());
    let (process, mut input) = alice_of(&api, &["--match", "3", "--rating", "1200"]).start_with_keyboard();
    std::io::Write::write_all(&mut input, b"hello\n").expect("it reads");
    drop(input);
    api.log_in("alice", PASSWORD, "token");
    api.take_wish(3, Some(1200), "m1");
    api.look("m1").waits();
    let place = api.place(&server.address, 5, "ticket-1");
    api.look("m1").matched(&["bob", "alice", "bob smith"], &place);
    let mut client = sits(&server, 5, "ticket-1");
    client.hear_alice("hello");
    client.expect_end();
    drop(client);
    let found = format!("* matched with bob, \"bob smith\": room 5 at {}", server.address);
    let expected = [
        "* waiting for 2 more players",
        &found,
        "* you are in room 5, with bob",
        "alice: hello",
    ];
    expect_lines(process, &expected);
}

#[test]
fn a_person_can_type_while_a_match_is_waited_for() {
    let (api, server) = (Api::start(), Server::start());
    let mut terminal = Terminal::start(alice(&api, &[]));
    let asked = first_look(&api);
    let help = "/quit ends the wait; at the table, /help lists the commands";
    shows(&terminal, &[help, WAITS, "> "]);
    terminal.type_text("hello\r");
    let waits = "* this waits until you are at the table; Ctrl-C ends the client";
    shows(&terminal, &[WAITS, waits, "> "]);
    terminal.type_text("half a 줄");
    asked.matched(&["alice", "bob"], &api.place(&server.address, 5, "ticket-1"));
    let mut client = sits(&server, 5, "ticket-1");
    client.hear_alice("hello");
    shows(
        &terminal,
        &[
            &matched(&server.address, 5),
            "* you are in room 5, with bob",
            "alice: hello",
            "> half a 줄",
        ],
    );
}

#[test]
fn who_gives_up_the_wait_takes_the_wish_back() {
    for typed in ["\x03", "\x04", "/quit\r"] {
        let api = Api::start();
        let mut terminal = Terminal::start(alice(&api, &[]));
        let _asked = first_look(&api);
        shows(&terminal, &[WAITS, "> "]);
        terminal.type_text(typed);
        api.call_off("m1").answer_with(204, "", "");
        assert_eq!(terminal.process.wait().code(), Some(0), "{typed:?}");
        terminal.expect_order();
        terminal
            .screen
            .wait_for_text("* you do not wait for a match any more");
    }
}

#[test]
fn who_gives_it_up_too_late_is_told_who_waits() {
    for (assignment, place) in [(true, " in room 5"), (false, "")] {
        let api = Api::start();
        let mut terminal = Terminal::start(alice(&api, &[]));
        let _asked = first_look(&api);
        shows(&terminal, &[WAITS, "> "]);
        terminal.type_text("/quit\r");
        let mut answer = json!({"error": "too_late", "message": "it is too late"});
        if assignment {
            answer["assignment"] = api.place("127.0.0.1:9", 5, "ticket-1");
        }
        api.call_off("m1").answer(409, &answer);
        assert_eq!(terminal.process.wait().code(), Some(0));
        terminal.screen.wait_for_text(&format!(
            "* too late to call the match off: the others wait for you{place}, for a moment"
        ));
    }
}

#[test]
fn an_api_server_that_is_away_keeps_nobody_from_giving_up() {
    let api = Api::start();
    let mut terminal = Terminal::start(alice(&api, &[]));
    let _asked = first_look(&api);
    shows(&terminal, &[WAITS, "> "]);
    terminal.press("\x03");
    let _unanswered = api.call_off("m1");
    assert_eq!(terminal.process.wait().code(), Some(0));
    terminal.screen.wait_for_text(
        "* the match is called off when nobody has asked for it for a while: cannot reach the API",
    );
}

#[test]
fn a_script_that_is_interrupted_takes_its_wish_back() {
    for (signal, number) in [(Signal::INT, 2), (Signal::TERM, 15)] {
        let api = Api::start();
        let mut process = alice(&api, &[]).start();
        let _asked = first_look(&api);
        process.stdout.wait_for_line(WAITS);
        process.signal(signal);
        api.call_off("m1").answer_with(204, "", "");
        let status = process.wait();
        assert_eq!(
            std::os::unix::process::ExitStatusExt::signal(&status),
            Some(number)
        );
    }
}

#[test]
fn others_that_do_not_come_are_told_and_the_next_table_is_gone_to() {
    let (api, first, second) = (Api::start(), Server::start(), Server::start());
    let process = alice(&api, &["--exit-after", "1"]).start();
    let place = api.place(&first.address, 5, "ticket-1");
    first_look(&api).matched(&["alice", "carol"], &place);
    let mut client = first.accept();
    client.let_in("ticket-1");
    client.expect(&enter(5));
    client.send(&entered(5, 1));
    process.stdout.wait_for_line("* you are in room 5, alone");
    api.look_on("m1").waits();
    let place = api.place(&second.address, 1200, "ticket-2");
    api.look("m1").matched(&["alice", "bob"], &place);
    client.expect_end();
    drop(client);
    let mut client = sits(&second, 1200, "ticket-2");
    client.send(&said(7, "hi"));
    let found = format!("* matched with carol: room 5 at {}", first.address);
    let expected = [
        WAITS,
        &found,
        "* you are in room 5, alone",
        "* the others did not come: you wait again, before all who have come later",
        &matched(&second.address, 1200),
        "* you are in room 1200, with bob",
        "bob: hi",
    ];
    expect_lines(process, &expected);
}

#[test]
fn a_table_that_cannot_be_reached_is_waited_for_until_it_is_off() {
    let (api, server) = (Api::start(), Server::start());
    let (_held, nobody) = unused_address();
    let process = alice(&api, &["--exit-after", "1"]).start();
    let place = api.place(&nobody.to_string(), 5, "ticket-1");
    first_look(&api).matched(&["alice", "bob"], &place);
    let look = api.look_on("m1");
    process.stdout.wait_for_line("* no connection yet: ");
    // No other room will do: the others are to come to this one.
    api.expect_wish("token", Some(5)).refuse(404, "no_such_room");
    process
        .stdout
        .wait_for_line("* no connection yet: room 5 does not exist");
    let asked_again = api.expect_wish("token", Some(5));
    look.waits();
    let place = api.place(&server.address, 6, "ticket-2");
    api.look("m1").matched(&["alice", "bob"], &place);
    // Whoever is on the way to the first table is not wanted there any more.
    asked_again.answer(200, &api.place(&nobody.to_string(), 5, "ticket-1"));
    let mut client = sits(&server, 6, "ticket-2");
    client.send(&said(7, "hi"));
    let text = process.finish().expect_success().text();
    let told =
        "* the table is gone: you wait again, before all who have come later\n* matched with bob: room 6 ";
    assert!(text.contains(told), "{text}");
}

#[test]
fn a_table_whose_server_dies_is_left_for_the_next_one() {
    let (api, first, second) = (Api::start(), Server::start(), Server::start());
    let process = alice(&api, &["--exit-after", "1"]).start();
    let place = api.place(&first.address, 5, "ticket-1");
    first_look(&api).matched(&["alice", "bob"], &place);
    let client = sits(&first, 5, "ticket-1");
    process.stdout.wait_for_line("* you are in room 5, with bob");
    let look = api.look_on("m1");
    client.close();
    // The others are not in whichever room there is, so that one is not asked for.
    api.expect_wish("token", Some(5)).refuse(503, "no_server");
    let asked_again = api.expect_wish("token", Some(5));
    look.waits();
    let place = api.place(&second.address, 1200, "ticket-2");
    api.look("m1").matched(&["alice", "bob"], &place);
    asked_again.refuse(503, "no_server");
    let mut client = sits(&second, 1200, "ticket-2");
    client.send(&said(7, "hi"));
    let expected = [
        WAITS,
        &matched(&first.address, 5),
        "* you are in room 5, with bob",
        "* connection lost: the server closed the connection",
        "* no connection yet: no server has a place: try again later",
        "* the table is gone: you wait again, before all who have come later",
        &matched(&second.address, 1200),
        "* you are in room 1200, with bob",
        "bob: hi",
    ];
    expect_lines(process, &expected);
}

#[test]
fn a_table_at_which_all_have_come_is_a_room_like_others() {
    let (api, first, second) = (Api::start(), Server::start(), Server::start());
    let process = alice(&api, &["--exit-after", "1"]).start();
    let place = api.place(&first.address, 5, "ticket-1");
    first_look(&api).matched(&["alice", "bob"], &place);
    let client = sits(&first, 5, "ticket-1");
    api.look_on("m1").settled(&["alice", "bob"], &place);
    // Nothing tells when the client has heard that; then it asks for any room where that one is gone.
    client.close();
    let mut asked = api.expect("POST /v1/assign");
    while asked.body["room"] == 5 {
        asked.refuse(404, "no_such_room");
        asked = api.expect("POST /v1/assign");
    }
    asked.answer(200, &api.place(&second.address, 1200, "ticket-2"));
    let mut client = sits(&second, 1200, "ticket-2");
    client.send(&said(7, "hi"));
    let text = process.finish().expect_success().text();
    assert!(
        text.contains("* room 5 is gone for now: you come to room 1200 instead\n"),
        "{text}"
    );
}

#[test]
fn who_comes_too_late_to_a_table_asks_for_another_one() {
    let (api, slow, server) = (Api::start(), Server::start(), Server::start());
    let process = alice(&api, &["--exit-after", "1", "--timeout", "60s"]).start();
    let place = api.place(&slow.address, 5, "ticket-1");
    first_look(&api).matched(&["alice", "bob"], &place);
    let mut unanswered = slow.accept();
    unanswered.expect(&log_in_with("alice", "ticket-1"));
    api.look_on("m1").fails("no_show");
    api.take_wish(2, None, "m2");
    let place = api.place(&server.address, 6, "ticket-2");
    api.look("m2").matched(&["alice", "bob"], &place);
    let mut client = sits(&server, 6, "ticket-2");
    client.send(&said(7, "hi"));
    let expected = [
        WAITS,
        &matched(&slow.address, 5),
        "* you did not come in time: asking for another match",
        WAITS,
        &matched(&server.address, 6),
        "* you are in room 6, with bob",
        "bob: hi",
    ];
    expect_lines(process, &expected);
}

#[test]
fn an_api_server_that_was_started_again_is_asked_again() {
    let (api, server) = (Api::start(), Server::start());
    let process = alice(&api, &["--exit-after", "1"]).start();
    // It is away, which is told once; and then it knows nothing.
    first_look(&api).refuse(503, "busy");
    api.look("m1").refuse(503, "busy");
    api.look("m1").refuse(404, "no_such_match");
    // It is too busy once more, and has taken the wish all the same.
    api.expect("POST /v1/matches").refuse(503, "busy");
    let known = json!({"error": "already_waiting", "message": "you wait already", "id": "m2"});
    api.expect("POST /v1/matches").answer(409, &known);
    let place = api.place(&server.address, 5, "ticket-1");
    api.look("m2").matched(&["alice", "bob"], &place);
    let mut client = sits(&server, 5, "ticket-1");
    client.send(&said(7, "hi"));
    let expected = [
        WAITS,
        "* no news of the match: the API answers 503: it is busy",
        "* the API server has forgotten that you wait: asking again",
        "* no match yet: the API answers 503: it is busy",
        WAITS,
        &matched(&server.address, 5),
        "* you are in room 5, with bob",
        "bob: hi",
    ];
    expect_lines(process, &expected);
}

/// How alice fails when this is answered to her wish.
#[track_caller]
fn failure(answer: impl FnOnce(Asked)) -> String {
    let api = Api::start();
    let process = alice(&api, &[]).start();
    api.log_in("alice", PASSWORD, "token");
    answer(api.expect("POST /v1/matches"));
    let finished = process.finish();
    let line = finished.expect_failure(1);
    line.replace("chat-client: ", "").replace(&api.url, "API")
}

#[test]
fn a_wish_that_is_refused_is_a_sentence() {
    for (status, code, expected) in [
        (
            409,
            "already_waiting",
            "alice waits for a match already: end the other client, or try again in half a minute",
        ),
        (400, "invalid_rating", "the API answers 400: it is invalid_rating"),
        (503, "no_server", "no server has a place: try again later"),
        (404, "not_found", "this API server makes no matches"),
    ] {
        assert_eq!(failure(|asked| asked.refuse(status, code)), expected);
    }
    let no_id = failure(|asked| asked.answer(201, &json!({"id": "../accounts"})));
    assert_eq!(
        no_id,
        "what answers at API is no API server: the match that it has made has no id"
    );
}

#[test]
fn flags_that_do_not_go_together_are_refused() {
    let api = ["--api", "http://127.0.0.1:8080"];
    for (arguments, problem) in [
        (&["--match", "2"][..], "--api"),
        (&["--match", "2", "--room", "7", api[0], api[1]], "--room"),
        (&["--match", "1", api[0], api[1]], "a match has 2 to 8 players"),
        (&["--match", "9", api[0], api[1]], "a match has 2 to 8 players"),
        (&["--rating", "1200", api[0], api[1]], "--match"),
        (&["--match", "2", "--rating", "good", api[0], api[1]], "--rating"),
    ] {
        let finished = crate::support::Program::new(env!("CARGO_BIN_EXE_chat-client"))
            .args(&["--name", "alice"])
            .args(arguments)
            .run();
        let line = finished.expect_failure(2);
        assert!(line.contains(problem), "{line}");
    }
}
