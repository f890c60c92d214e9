//! A person at a terminal. A session of tests types a line when what it waits for is on the screen.

use crate::alice;
use crate::screen::{Screen, shows};
use crate::server::{NONE, Served, Server};
use crate::support::messages::{
    PING, chat, chatted, entered, has_come, has_left, left, log_in, logged_in, not_entered, said, user_list,
    whisper, whispered,
};
use crate::support::wire::{IDLE_TIMEOUT, RATE_LIMITED, SERVER_SHUTTING_DOWN, error_packet};
use crate::support::{Signal, Terminal, eventually};

const CLOSED: &str = "chat-client: the server closed the connection";

/// Alice sits at a terminal, in room 1 with bob, and has a prompt.
#[track_caller]
pub(crate) fn alice_at_terminal(flags: &[&str]) -> (Terminal, Served) {
    let server = Server::start();
    let terminal = Terminal::start(alice(&server.address, &["--room", "1"]).args(flags));
    let client = server.welcome();
    shows(&terminal, &["* you are in room 1, with bob", "> "]);
    (terminal, client)
}

/// It has ended with this exit code and these lines, and the terminal is in order.
#[track_caller]
fn ended(mut terminal: Terminal, code: i32, last_lines: &[&str]) {
    assert_eq!(
        terminal.process.wait().code(),
        Some(code),
        "{}",
        terminal.screen.text()
    );
    terminal.screen.wait_for_end();
    terminal.expect_order();
    let rows = Screen::after(&terminal.screen.text()).rows();
    let expected = Screen::after(&last_lines.join("\r\n")).rows();
    assert!(rows.ends_with(&expected), "{rows:#?}");
}

#[test]
fn a_message_does_not_break_the_line_that_is_being_typed() {
    let (mut terminal, mut client) = alice_at_terminal(&[]);
    terminal.type_text("안녕, 밥");
    shows(&terminal, &["> 안녕, 밥"]);
    client.send(&said(7, "hello, alice"));
    shows(
        &terminal,
        &["* you are in room 1, with bob", "bob: hello, alice", "> 안녕, 밥"],
    );
    // Two syllables back, in the middle of the line.
    terminal.type_text("\x1b[D\x1b[D");
    client.send(&[has_come(9, "캐롤"), said(9, "안녕하세요")].concat());
    terminal.type_text("하");
    terminal.screen.wait_for_text("안녕하세요");
    terminal.type_text("\x1b[F!");
    shows(
        &terminal,
        &[
            "bob: hello, alice",
            "* 캐롤 has entered",
            "캐롤: 안녕하세요",
            "> 안녕,하 밥!",
        ],
    );
    terminal.type_text("\r");
    client.hear_alice("안녕,하 밥!");
    shows(&terminal, &["캐롤: 안녕하세요", "alice: 안녕,하 밥!", "> "]);
    terminal.press("\x04");
    client.expect_end();
    drop(client);
    ended(terminal, 0, &["alice: 안녕,하 밥!", ">"]);
}

#[test]
fn a_line_of_two_rows_stays_whole() {
    let (mut terminal, mut client) = alice_at_terminal(&[]);
    let long = "가".repeat(42);
    terminal.type_text(&long);
    // The prompt takes two of 80 columns, and each syllable two.
    shows(&terminal, &[&format!("> {long}")]);
    client.send(&said(7, "hi"));
    shows(&terminal, &["bob: hi", &format!("> {long}")]);
    terminal.type_text("\x7f\x7f\x7f");
    client.send(&said(7, "hello"));
    terminal.type_text("나");
    let typed = format!("{}나", "가".repeat(39));
    shows(&terminal, &["bob: hi", "bob: hello", &format!("> {typed}")]);
    terminal.type_text("\r");
    client.hear_alice(&typed);
    shows(&terminal, &["bob: hello", &format!("alice: {typed}"), "> "]);
}

#[test]
fn escape_sequences_of_others_are_shown_not_obeyed() {
    let (terminal, mut client) = alice_at_terminal(&[]);
    client.send(&said(7, "\x1b[2J\x1b]0;mine\x07\r\nalice: I am bob"));
    client.send(&has_come(9, "eve\x1b[1m"));
    shows(
        &terminal,
        &[
            "bob: \\u{1b}[2J\\u{1b}]0;mine\\u{7}\\u{d}\\u{a}alice: I am bob",
            "* eve\\u{1b}[1m has entered",
            "> ",
        ],
    );
    assert!(!terminal.screen.text().contains("\x1b[2J"));
}

#[test]
fn what_is_wrong_is_said_and_goes_on() {
    let (mut terminal, mut client) = alice_at_terminal(&[]);
    terminal.type_text("/dance\r");
    shows(&terminal, &["! /dance is not a command: /help lists them", "> "]);
    terminal.type_text(&format!("/whisper bob {}\r", "한".repeat(43)));
    let too_long = "! not sent: the message has 129 bytes, and 126 are allowed";
    shows(&terminal, &[too_long, "> "]);
    terminal.type_text("\r/enter 7\r");
    client.expect(&crate::support::messages::enter(7));
    client.send(&not_entered(122));
    shows(
        &terminal,
        &[too_long, "! room 7 does not exist (ROOM_INVALID_NUMBER)", "> "],
    );
    terminal.type_text("/whisper carol hi\r");
    client.expect(&whisper("carol", "hi"));
    client.send(&whispered(152));
    shows(
        &terminal,
        &["! carol is not logged in (WHISPER_NO_SUCH_USER)", "> "],
    );
    terminal.type_text("/help\r");
    terminal
        .screen
        .wait_for_text("* /users           shows who is in the room");
    terminal.type_text("hello\r");
    client.hear_alice("hello");
    shows(&terminal, &["alice: hello", "> "]);
}

#[test]
fn a_person_does_not_wait_for_answers() {
    let (mut terminal, mut client) = alice_at_terminal(&[]);
    terminal.type_text("one\rtwo\r");
    client.expect(&[chat("one"), chat("two")].concat());
    client.send(&[said(8, "one"), chatted(NONE), said(8, "two"), chatted(NONE)].concat());
    shows(&terminal, &["alice: one", "alice: two", "> "]);
    client.send(&[has_left(7), has_come(9, "carol")].concat());
    shows(&terminal, &["* carol has entered", "> "]);
    terminal.type_text("/users\r");
    shows(&terminal, &["* in room 1: alice, carol", "> "]);
}

#[test]
fn lines_come_back_with_the_arrows() {
    let (mut terminal, mut client) = alice_at_terminal(&[]);
    for line in ["one", "둘"] {
        terminal.type_text(&format!("{line}\r"));
        client.hear_alice(line);
    }
    shows(&terminal, &["alice: 둘", "> "]);
    terminal.type_text("three\x1b[A\x1b[A");
    shows(&terminal, &["alice: 둘", "> one"]);
    terminal.type_text("\x1b[B");
    shows(&terminal, &["alice: 둘", "> 둘"]);
    terminal.type_text("\x1b[B");
    shows(&terminal, &["alice: 둘", "> three"]);
    terminal.type_text("\x10!\r");
    client.hear_alice("둘!");
}

#[test]
fn a_ping_goes_out_while_nobody_types() {
    let (mut terminal, mut client) = alice_at_terminal(&["--ping-every", "50ms"]);
    for _ in 0..3 {
        client.expect(&PING);
        client.send(&[5, 0, 202, 0, 0]);
    }
    assert!(terminal.process.is_running());
}

#[test]
fn a_server_that_has_gone_silent_is_noticed() {
    let (terminal, mut client) = alice_at_terminal(&["--ping-every", "1s", "--timeout", "1s"]);
    client.expect(&PING);
    client.expect_end();
    drop(client);
    ended(terminal, 1, &[">", "chat-client: no answer within 1s"]);
}

#[test]
fn the_end_is_announced_with_its_reason() {
    for (last_words, reason) in [
        (vec![], ""),
        (
            error_packet(SERVER_SHUTTING_DOWN).to_vec(),
            ": it is shutting down (SERVER_SHUTTING_DOWN)",
        ),
        (
            error_packet(RATE_LIMITED).to_vec(),
            ": too many requests a second: the server has dropped some (RATE_LIMITED)",
        ),
        // That was earlier, and the server has said more since.
        ([error_packet(RATE_LIMITED).to_vec(), said(7, "hi")].concat(), ""),
        (
            error_packet(IDLE_TIMEOUT).to_vec(),
            ": nothing came from this client for too long (IDLE_TIMEOUT)",
        ),
    ] {
        let (mut terminal, mut client) = alice_at_terminal(&[]);
        terminal.type_text("half a 줄");
        shows(&terminal, &["> half a 줄"]);
        client.send(&last_words);
        drop(client);
        ended(terminal, 1, &["> half a 줄", &format!("{CLOSED}{reason}")]);
    }
}

#[test]
fn all_that_came_before_the_end_is_shown() {
    for count in 1..20 {
        let (terminal, mut client) = alice_at_terminal(&[]);
        let lines: Vec<_> = (0..count)
            .map(|number| format!("bob: message {number}"))
            .collect();
        let packets: Vec<_> = (0..count)
            .map(|number| said(7, &format!("message {number}")))
            .collect();
        client.send(&[packets.concat(), error_packet(SERVER_SHUTTING_DOWN).to_vec()].concat());
        drop(client);
        let end = format!("{CLOSED}: it is shutting down (SERVER_SHUTTING_DOWN)");
        let rows: Vec<_> = lines.iter().map(String::as_str).chain([">", &end]).collect();
        ended(terminal, 1, &rows);
    }
}

#[test]
fn messages_stay_in_order_while_lines_are_typed() {
    const LINES: usize = 300;
    const MESSAGES_A_LINE: usize = 10;
    let (mut terminal, mut client) = alice_at_terminal(&[]);
    let messages: Vec<_> = (0..LINES * MESSAGES_A_LINE)
        .map(|number| format!("message {number}"))
        .collect();
    for messages in messages.chunks(MESSAGES_A_LINE) {
        // The line is entered while they are being shown.
        let packets: Vec<_> = messages.iter().map(|message| said(7, message)).collect();
        client.send(&packets.concat());
        terminal.type_text("hello\r");
        client.expect(&chat("hello"));
    }
    let last = messages.last().expect("some");
    terminal.screen.wait_for_text(&format!("bob: {last}\r\n"));
    let rows = Screen::after(&terminal.screen.text()).rows();
    let shown = rows.iter().filter_map(|row| row.strip_prefix("bob: "));
    assert!(shown.eq(&messages), "{rows:#?}");
}

#[test]
fn there_are_many_ways_to_quit() {
    for typed in ["/quit\r", "\x04", "\x03", "half a line\x03"] {
        let (mut terminal, mut client) = alice_at_terminal(&[]);
        terminal.type_text(typed);
        client.expect_end();
        drop(client);
        let row = format!("> {}", typed.split_once('\x03').map_or("", |(line, _)| line));
        ended(terminal, 0, &["* you are in room 1, with bob", row.trim_end()]);
    }
    let (terminal, mut client) = alice_at_terminal(&[]);
    terminal.process.signal(Signal::INT);
    client.expect_end();
    drop(client);
    ended(terminal, 0, &["* you are in room 1, with bob", ">"]);
}

#[test]
fn a_key_that_could_be_the_start_of_another_holds_nothing_up() {
    let (mut terminal, mut client) = alice_at_terminal(&[]);
    // Escape; Ctrl-V and Ctrl-X; Ctrl-R, which searches.
    for key in ["\x1b", "\x16", "\x18", "\x12"] {
        terminal.type_text(key);
        let message = format!("after {key:?}");
        client.send(&said(7, &message));
        shows(&terminal, &[&format!("bob: {message}"), "> "]);
    }
}

#[test]
fn ctrl_d_in_a_line_does_not_end_it() {
    let (mut terminal, mut client) = alice_at_terminal(&[]);
    terminal.type_text("abc\x1b[D\x04\r");
    client.hear_alice("ab");
    shows(&terminal, &["alice: ab", "> "]);
}

#[test]
fn so_many_messages_end_it_here_too() {
    let (terminal, mut client) = alice_at_terminal(&["--exit-after", "1"]);
    client.send(&[said(7, "hi"), said(7, "never shown")].concat());
    client.expect_end();
    drop(client);
    ended(terminal, 0, &["bob: hi", ">"]);
}

#[test]
fn who_is_not_let_in_gets_no_prompt() {
    let server = Server::start();
    let terminal = Terminal::start(alice(&server.address, &[]));
    let mut client = server.accept();
    client.expect(&log_in("alice"));
    client.send(&logged_in(111));
    client.expect_end();
    drop(client);
    let connected = format!("connected to {}; /help lists the commands", server.address);
    let problem = "chat-client: alice is logged in already (LOGIN_USER_DUPLICATION)";
    ended(terminal, 1, &[&connected, problem]);
}

#[test]
fn another_room_is_entered_and_shown() {
    let (mut terminal, mut client) = alice_at_terminal(&[]);
    terminal.type_text("/leave\r");
    client.expect(&[5, 0, 0xd6, 0x02, 0]);
    client.send(&left(NONE));
    shows(&terminal, &["* you have left room 1", "> "]);
    terminal.type_text("/enter 2\r");
    client.expect(&crate::support::messages::enter(2));
    client.send(&[user_list(&[(3, "carol")]), entered(2, 4)].concat());
    shows(&terminal, &["* you are in room 2, with carol", "> "]);
}

/// Ctrl-Z and `fg`: the shell may change the terminal after the editor has set it.
#[test]
fn who_goes_on_after_a_stop_finds_the_line_editor_again() {
    let (mut terminal, mut client) = alice_at_terminal(&[]);
    // The prompt is there before all of the program is; a line that has been sent comes after that.
    terminal.type_text("hi\r");
    client.hear_alice("hi");
    shows(&terminal, &["alice: hi", "> "]);
    terminal.type_text("ab");
    shows(&terminal, &["> ab"]);
    terminal.let_it_show_what_is_typed();
    terminal.process.signal(Signal::CONT);
    eventually("the editor has the terminal again", || {
        !terminal.shows_what_is_typed()
    });
    terminal.type_text("c\r");
    client.hear_alice("abc");
    shows(&terminal, &["alice: abc", "> "]);
}
