//! The program `echo-client` at a terminal: with a prompt, one line at a time.

use std::io::{Read, Write};

use crate::client::{read_exactly, server_that};
use crate::support::{Program, Server, Terminal, ends_in_order};
use crate::{CLIENT, SERVER, server};

fn terminal(server: &Server, flags: &[&str]) -> Terminal {
    let program = Program::new(CLIENT).args(&[&server.host_and_port()]);
    Terminal::start(program.args(flags))
}

#[test]
fn a_line_is_answered_and_ctrl_d_ends() {
    for flags in [&[][..], &["--packets"]] {
        let server = server(flags);
        let mut terminal = terminal(&server, flags);
        terminal
            .screen
            .wait_for_text(&format!("connected to {}", server.address));
        terminal.screen.wait_for_text("> ");
        // What was typed, its reply, and the next prompt; the editor draws in between.
        terminal.type_text("hello\r");
        terminal.screen.wait_for_texts(&["hello", "\nhello\r\n", "> "]);
        terminal.type_text("안녕\r");
        terminal.screen.wait_for_texts(&["안녕", "\n안녕\r\n", "> "]);
        terminal.press("\x04");
        assert!(terminal.process.wait().success());
    }
}

#[test]
fn control_characters_of_a_reply_are_shown_not_obeyed() {
    let address = server_that(|client| {
        read_exactly(&client, b"colour?\n");
        (&client)
            .write_all(b"\x1b[31mred\x07\n")
            .expect("the client is there");
        let _ = (&client).read(&mut [0]);
    });
    let program = Program::new(CLIENT).args(&[&address.to_string()]);
    let mut terminal = Terminal::start(program);
    terminal.screen.wait_for_text("> ");
    terminal.type_text("colour?\r");
    terminal
        .screen
        .wait_for_texts(&["\\u{1b}[31mred\\u{7}\r\n", "> "]);
    assert!(
        !terminal.screen.text().contains("\x1b[31m"),
        "{:?}",
        terminal.screen.text()
    );
}

#[test]
fn a_server_that_goes_away_is_said_in_one_line() {
    let server = server(&[]);
    let mut terminal = terminal(&server, &[]);
    terminal.screen.wait_for_text("> ");
    assert!(server.terminate().status.success());
    terminal.type_text("hello\r");
    assert_eq!(terminal.process.wait().code(), Some(1));
    terminal.screen.wait_for_end();
    let screen = terminal.screen.text();
    assert!(
        screen.trim_end().ends_with("the server closed the connection"),
        "{screen}"
    );
}

#[test]
fn a_line_can_be_edited_and_comes_back() {
    let server = server(&[]);
    let mut terminal = terminal(&server, &[]);
    terminal.screen.wait_for_text("> ");
    terminal.type_text("ac\x1b[Db\r");
    terminal.screen.wait_for_texts(&["\nabc\r\n", "> "]);
    // The line before, and one that is found by a part of it.
    terminal.type_text("\x1b[A!\r");
    terminal.screen.wait_for_texts(&["\nabc!\r\n", "> "]);
    terminal.type_text("\x12bc\x12\x05?\r");
    terminal.screen.wait_for_text("\nabc?\r\n");
    terminal.press("\x03");
    assert!(terminal.process.wait().success());
    terminal.expect_order();
}

#[test]
fn a_signal_ends_it_with_the_terminal_in_order() {
    let server = server(&[]);
    ends_in_order(|| {
        let terminal = terminal(&server, &[]);
        terminal.screen.wait_for_text("> ");
        terminal
    });
}

#[test]
#[cfg(target_os = "linux")]
fn a_stop_leaves_the_terminal_in_order() {
    use crate::support::stops_in_order;
    let server = server(&[]);
    let mut shell = stops_in_order(&format!("{CLIENT} {}", server.address), "Ctrl-D ends");
    shell.type_text("\r");
    shell.screen.wait_for_text("\nabyz\r\n");
    shell.press("\x04");
}

/// Nobody can edit there, so the terminal itself takes the line.
#[test]
fn a_plain_terminal_will_do() {
    let server = server(&[]);
    let program = Program::new(CLIENT)
        .args(&[&server.host_and_port()])
        .env("TERM", "dumb");
    let mut terminal = Terminal::start(program);
    terminal.screen.wait_for_text("> ");
    terminal.type_text("hello\n");
    terminal.screen.wait_for_text("hello\r\nhello\r\n> ");
    assert!(!terminal.screen.text().contains('\x1b'));
    terminal.process.signal(crate::support::Signal::TERM);
    assert_eq!(terminal.process.wait().code(), Some(143));
    terminal.expect_order();
}

/// The server at a terminal whose person has these variables.
fn log_with(variables: &[(&str, &str)]) -> String {
    let program = Program::new(SERVER).args(&["--bind", "127.0.0.1:0"]);
    let program = variables
        .iter()
        .fold(program, |program, (name, value)| program.env(name, value));
    let terminal = Terminal::start(program);
    terminal.screen.wait_for_line("settings: ");
    terminal.screen.text()
}

#[test]
fn a_log_on_a_terminal_has_colours_unless_they_are_not_wanted() {
    let colour = '\x1b';
    for variables in [
        &[("TERM", "xterm"), ("NO_COLOR", "")][..],
        &[("TERM", "xterm-256color"), ("NO_COLOR", "")],
    ] {
        let log = log_with(variables);
        assert!(log.contains(colour), "{variables:?}: {log:?}");
    }
    for variables in [
        &[("TERM", "xterm"), ("NO_COLOR", "1")][..],
        &[("TERM", "xterm"), ("NO_COLOR", "0")],
        &[("TERM", "dumb"), ("NO_COLOR", "")],
    ] {
        let log = log_with(variables);
        assert!(!log.contains(colour), "{variables:?}: {log:?}");
        let program = variables.iter().fold(
            Program::new(SERVER).args(&["--help"]),
            |program, (name, value)| program.env(name, value),
        );
        let mut terminal = Terminal::start(program);
        assert!(terminal.process.wait().success());
        terminal.screen.wait_for_text("Examples:");
        assert!(!terminal.screen.text().contains(colour), "{variables:?}");
    }
}
