//! What helps a person at a terminal: Tab, Ctrl-R, pastes, and lines that are too long for a message.

use crate::alice;
use crate::screen::shows;
use crate::server::NONE;
use crate::support::messages::{
    chat, chatted, enter, has_come, invitation, invite, is_invited, not_entered, said,
};
use crate::support::wire::{RATE_LIMITED, error_packet};
use crate::support::{Terminal, unused_address};
use crate::terminal::alice_at_terminal;

#[test]
fn tab_completes_commands_and_names() {
    let (mut terminal, mut client) = alice_at_terminal(&[]);
    client.send(&[has_come(9, "bobby"), has_come(10, "캐롤")].concat());
    shows(&terminal, &["* 캐롤 has entered", "> "]);
    terminal.type_text("/w\t");
    shows(&terminal, &["> /whisper "]);
    terminal.type_text("캐\t");
    shows(&terminal, &["> /whisper 캐롤 "]);
    terminal.type_text("\x15/invite b\t");
    shows(&terminal, &["> /invite bob"]);
    terminal.type_text("\t");
    shows(&terminal, &["* bob  bobby", "> /invite bob"]);
    // Nothing waits for a second Tab.
    client.send(&said(7, "hi"));
    shows(&terminal, &["bob: hi", "> /invite bob"]);
    terminal.type_text("\x15x\t\t");
    client.send(&invitation("bob", 2));
    shows(
        &terminal,
        &["* bob invites you to room 2: /enter 2, or /decline bob", "> x"],
    );
}

#[test]
fn ctrl_r_finds_a_line_of_before() {
    let (mut terminal, mut client) = alice_at_terminal(&[]);
    terminal.type_text("/enter 7\r");
    client.expect(&enter(7));
    client.send(&not_entered(122));
    for line in ["hello", "안녕"] {
        terminal.type_text(&format!("{line}\r"));
        client.hear_alice(line);
    }
    shows(&terminal, &["alice: 안녕", "> "]);
    terminal.type_text("e\x12");
    shows(&terminal, &["> hello"]);
    client.send(&said(7, "meanwhile"));
    shows(&terminal, &["bob: meanwhile", "> hello"]);
    terminal.type_text("\x12");
    shows(&terminal, &["> /enter 7"]);
    terminal.type_text("\x12\r");
    client.expect(&enter(7));
}

#[test]
fn a_line_that_is_too_long_is_told_before_it_is_sent_in_parts() {
    let (mut terminal, mut client) = alice_at_terminal(&[]);
    let words = "한국어로 ".repeat(10);
    terminal.type_text(&format!("{words}!"));
    let told = "   (131 bytes, and a message has 126 at most: Enter sends 2 messages)";
    shows_with_note(&terminal, &format!("> {words}!"), told);
    terminal.type_text("\r");
    client.expect(
        &[
            chat(words.trim_end().trim_end_matches("한국어로").trim_end()),
            chat("한국어로 !"),
        ]
        .concat(),
    );
    shows(&terminal, &["* you are in room 1, with bob", "> "]);
}

/// The note stands behind the line, and the cursor does not.
#[track_caller]
fn shows_with_note(terminal: &Terminal, line: &str, note: &str) {
    use crate::screen::Screen;
    let expected = Screen::after(&format!("{line}{note}")).rows();
    crate::support::eventually(&format!("the screen shows {expected:#?}"), || {
        let screen = Screen::after(&terminal.screen.text());
        screen.rows().ends_with(&expected)
    });
}

#[test]
fn a_paste_is_drawn_once_and_sent_line_by_line() {
    let (mut terminal, mut client) = alice_at_terminal(&[]);
    let text: Vec<_> = (0..1_000).map(|number| number.to_string()).collect();
    let text = text.join(" ");
    let before = terminal.screen.bytes().len();
    terminal.paste(&format!("one\r\n{text}\r\nthe end\r\n"));
    terminal.screen.wait_for_text("the end");
    let drawn = terminal.screen.bytes().len() - before;
    assert!(drawn < 2 * text.len(), "{drawn} bytes for {}", text.len());
    // Nothing is sent before Enter.
    client.send(&said(7, "wait"));
    terminal.screen.wait_for_text("bob: wait");
    terminal.type_text("\r");
    client.hear_alice("one");
    let mut words = text.split_whitespace().collect::<Vec<_>>();
    while !words.is_empty() {
        let count = (1..=words.len())
            .take_while(|count| words[..*count].join(" ").len() <= 126)
            .count();
        let message: Vec<_> = words.drain(..count).collect();
        client.hear_alice(&message.join(" "));
    }
    client.hear_alice("the end");
    shows(&terminal, &["alice: the end", "> "]);
}

#[test]
fn what_is_too_much_is_refused_with_its_size() {
    let (mut terminal, mut client) = alice_at_terminal(&[]);
    terminal.type_text("hello");
    terminal.paste(&"x".repeat(100_000));
    let told = "   (not pasted: it has 100000 bytes, and the line has room for 16379 more)";
    shows_with_note(&terminal, "> hello", told);
    terminal.type_text("!");
    shows(&terminal, &["* you are in room 1, with bob", "> hello!"]);
    terminal.type_text("\r");
    client.hear_alice("hello!");
    let before = terminal.screen.bytes().len();
    // A terminal that does not mark what is pasted.
    terminal.type_text(&"y".repeat(100_000));
    terminal
        .screen
        .wait_for_text("(the line is full: it has at most 16384 bytes)");
    client.send(&said(7, "hi"));
    terminal.screen.wait_for_text("bob: hi");
    let drawn = terminal.screen.bytes().len() - before;
    assert!(drawn < 3_000_000, "{drawn}");
}

#[test]
fn what_the_server_has_dropped_is_sent_again() {
    let (mut terminal, mut client) = alice_at_terminal(&[]);
    terminal.paste("one\ntwo\n/invite carol\nthree");
    terminal.type_text("\r");
    client.expect(&[chat("one"), chat("two"), invite("carol"), chat("three")].concat());
    client.send(&[said(8, "one"), chatted(NONE), error_packet(RATE_LIMITED).to_vec()].concat());
    let told = "* the server limits how fast you may send: the rest follows at that pace";
    shows(&terminal, &["alice: one", told, "> "]);
    terminal.type_text("four\r");
    // Now one by one.
    client.hear_alice("two");
    client.expect(&invite("carol"));
    client.send(&is_invited(NONE));
    for line in ["three", "four"] {
        client.hear_alice(line);
    }
    shows(&terminal, &["alice: four", "> "]);
    terminal.type_text("five\rsix\r");
    client.expect(&[chat("five"), chat("six")].concat());
}

#[test]
fn a_terminal_that_cannot_do_it_is_told_before_anybody_is_asked() {
    let (_held, nobody) = unused_address();
    let program = alice(&nobody.to_string(), &["--room", "1"]).env("TERM", "dumb");
    let mut terminal = Terminal::start(program);
    assert_eq!(terminal.process.wait().code(), Some(1));
    terminal.screen.wait_for_end();
    let screen = terminal.screen.text();
    assert!(
        screen.contains("TERM is \"dumb\": such a terminal cannot show messages"),
        "{screen}"
    );
    assert_eq!(screen.lines().count(), 1, "{screen}");
}
