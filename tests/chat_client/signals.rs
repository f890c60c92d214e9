//! Whatever ends or stops the client at a terminal, the terminal is in order.

use std::thread;

use crate::alice;
use crate::server::Server;
use crate::support::messages::said;
use crate::support::{Signal, Terminal, ends_in_order};

const ROOM_1: [&str; 2] = ["--room", "1"];

#[test]
fn a_signal_ends_it_with_the_terminal_in_order() {
    let server = Server::start();
    ends_in_order(|| {
        let terminal = Terminal::start(alice(&server.address, &ROOM_1));
        let mut client = server.welcome();
        terminal.screen.wait_for_text("> ");
        thread::spawn(move || client.expect_end());
        terminal
    });
}

#[test]
fn the_end_of_the_server_at_that_moment_changes_nothing() {
    let server = Server::start();
    for round in 0..20 {
        let signal = [Signal::TERM, Signal::HUP, Signal::QUIT][round % 3];
        let mut terminal = Terminal::start(alice(&server.address, &ROOM_1));
        let mut client = server.welcome();
        terminal.screen.wait_for_text("> ");
        client.send(&said(7, "hi").repeat(round));
        let end = thread::spawn(move || drop(client));
        terminal.process.signal(signal);
        end.join().expect("no panic");
        let code = terminal.process.wait().code();
        assert!(matches!(code, Some(1 | 129 | 131 | 143)), "{code:?}");
        terminal.expect_order();
    }
}

/// The screen has no room for what the server says, and the threads that show it wait.
#[test]
fn a_screen_that_is_not_read_is_not_in_the_way() {
    let server = Server::start();
    let mut terminal = Terminal::start(alice(&server.address, &ROOM_1));
    let mut client = server.welcome();
    terminal.screen.wait_for_text("> ");
    terminal.type_text("half");
    terminal.screen.wait_for_text("half");
    let unread = terminal.screen.stop_reading();
    client.send(&said(7, &"x".repeat(100)).repeat(1_000));
    terminal.process.signal(Signal::TERM);
    assert_eq!(terminal.process.wait().code(), Some(143));
    terminal.expect_order();
    drop(unread);
}

#[test]
#[cfg(target_os = "linux")]
fn a_stop_leaves_the_terminal_in_order() {
    use crate::support::stops_in_order;
    let server = Server::start();
    let client = env!("CARGO_BIN_EXE_chat-client");
    let command = format!("{client} --name alice --room 1 {}", server.address);
    let serve = thread::spawn(move || {
        let mut client = server.welcome();
        client.hear_alice("abyz");
        client.expect_end();
    });
    let mut shell = stops_in_order(&command, "you are in room 1");
    shell.type_text("\r");
    shell.screen.wait_for_text("alice: abyz");
    shell.press("\x04");
    serve.join().expect("no panic");
}

/// In a terminal window of its own there is no shell that could let it go on.
#[test]
#[cfg(target_os = "linux")]
fn it_does_not_stop_where_nobody_could_let_it_go_on() {
    use crate::support::Program;
    let server = Server::start();
    let client = env!("CARGO_BIN_EXE_chat-client");
    let words = [
        "--ctty",
        client,
        "--name",
        "alice",
        "--room",
        "1",
        &server.address,
    ];
    let mut terminal = Terminal::start(Program::new("setsid").args(&words));
    let mut client = server.welcome();
    terminal.screen.wait_for_text("> ");
    terminal.type_text("ab\x1ac\r");
    client.hear_alice("abc");
    terminal.process.signal(Signal::TSTP);
    terminal.type_text("d\r");
    client.hear_alice("d");
    terminal.press("\x04");
    client.expect_end();
    assert_eq!(terminal.process.wait().code(), Some(0));
    terminal.expect_order();
}

/// An answer that came while the client was stopped counts, however long that was.
#[test]
#[cfg(target_os = "linux")]
fn an_answer_that_waits_is_read_before_the_time_is_over() {
    let rounds: Vec<_> = (0..8).map(|_| thread::spawn(answered_while_stopped)).collect();
    rounds
        .into_iter()
        .for_each(|round| round.join().expect("no panic"));
}

#[cfg(target_os = "linux")]
fn answered_while_stopped() {
    use std::process::Stdio;

    use crate::server::NONE;
    use crate::support::Process;
    use crate::support::messages::{chat, chatted};

    let server = Server::start();
    let flags = ["--room", "1", "--timeout", "2s"];
    let program = alice(&server.address, &flags);
    let mut process = Process::new(program.spawn(Stdio::piped(), Stdio::piped(), Stdio::piped()));
    let mut client = server.welcome();
    let mut input = process.take_input();
    std::io::Write::write_all(&mut input, b"hello\n").expect("it reads");
    client.expect(&chat("hello"));
    process.freeze();
    client.send(&[said(8, "hello"), chatted(NONE)].concat());
    // This is about time: longer than the client waits for an answer.
    thread::sleep(std::time::Duration::from_millis(2_200));
    process.thaw();
    drop(input);
    client.expect_end();
    drop(client);
    let finished = process.finish().expect_success();
    assert!(finished.text().ends_with("alice: hello\n"), "{finished:?}");
}
