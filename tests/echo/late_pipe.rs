//! Standard streams that do not block, that nobody reads, or that lead to a full disk.

use std::fs::{self, File};
use std::io::{Write, pipe};
use std::process::Stdio;
use std::thread;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use crate::support::{LatePipe, Process, Program, Server, eventually};
use crate::{CLIENT, SERVER, is_served, server};

/// Much more than a pipe takes.
const LINES: usize = 50_000;

#[test]
fn output_that_is_read_late_is_complete() {
    let server = server(&[]);
    let pipe = LatePipe::new();
    let program = Program::new(CLIENT).args(&[&server.host_and_port()]);
    let mut client = Process::new(program.spawn(Stdio::piped(), pipe.end(), Stdio::piped()));
    let lines: String = (0..LINES)
        .map(|number| format!("this is line {number}\n"))
        .collect();
    let mut input = client.take_input();
    let text = lines.clone();
    // The client takes no more input than it gets rid of.
    let typing = thread::spawn(move || input.write_all(text.as_bytes()));
    client.stdout = pipe.read_when_tried(&client);
    let finished = client.finish().expect_success();
    assert!(finished.text() == lines, "{} bytes", finished.stdout.len());
    assert_eq!(finished.stderr, "");
    typing.join().expect("no panic").expect("all is taken");
}

#[test]
fn input_that_does_not_block_is_read_to_its_end() {
    let server = server(&[]);
    let (reader, mut writer) = pipe().expect("a pipe");
    let flags = fcntl_getfl(&reader).expect("a pipe");
    fcntl_setfl(&reader, flags | OFlags::NONBLOCK).expect("a pipe");
    let program = Program::new(CLIENT).args(&[&server.host_and_port()]);
    let client = Process::new(program.spawn(reader.into(), Stdio::piped(), Stdio::piped()));
    // Each time it has read everything, and there is no more for now.
    for line in ["one\n", "two\n", "three\n"] {
        writer.write_all(line.as_bytes()).expect("it reads");
        client.stdout.wait_for_line(line.trim_end());
    }
    drop(writer);
    assert_eq!(client.finish().expect_success().text(), "one\ntwo\nthree\n");
}

#[test]
fn a_log_that_is_read_late_is_complete() {
    const CLIENTS: usize = 300;
    let pipe = LatePipe::new();
    let program = Program::new(SERVER).args(&["--bind", "127.0.0.1:0", "--log", "debug"]);
    let process = Process::new(program.spawn(Stdio::null(), Stdio::piped(), pipe.end()));
    let mut server = Server::new(process);
    // The first client has a thread of its own, when the server has all of its.
    let mut first = server.connect();
    is_served(&mut first);
    let before = server.process.threads() - 1;
    drop(first);
    for _ in 1..CLIENTS {
        is_served(&mut server.connect());
    }
    // A thread has logged the end of its client when it ends.
    eventually("all clients are gone", || server.process.threads() <= before);
    server.process.stderr = pipe.read_when_tried(&server.process);
    let finished = server.terminate().expect_success();
    for what in [" opened client=", " closed: end of the client's data client="] {
        let lines = finished.stderr.lines().filter(|line| line.contains(what));
        assert_eq!(lines.count(), CLIENTS, "{what}");
    }
    assert!(!finished.stderr.contains("lost"), "{}", finished.stderr);
}

/// A disk that is full for a while: a limit of the size of files, which is lifted before the end.
#[cfg(target_os = "linux")]
#[test]
fn lines_of_the_log_that_are_lost_are_counted_and_said() {
    const CLIENTS: usize = 50;
    let path = format!("{}/lost-{}.log", env!("CARGO_TARGET_TMPDIR"), std::process::id());
    let log = File::create(&path).expect("a folder for tests");
    // The first block of the file is all that there is room for.
    let limited = "trap '' XFSZ; ulimit -S -f 1; exec \"$0\" \"$@\"";
    let flags = [
        "--bind",
        "127.0.0.1:0",
        "--log",
        "debug",
        "--max-connections",
        "100",
    ];
    let program = Program::new("sh").args(&["-c", limited, SERVER]).args(&flags);
    let child = program.spawn(Stdio::null(), Stdio::piped(), log.into());
    let server = Server::new(Process::new(child));
    for _ in 0..CLIENTS {
        is_served(&mut server.connect());
    }
    // Two lines of settings and two lines a client; one more is on standard output. A line that is cut is tried twice, so the
    // last one may come when there is room again: it arrives then.
    let lines = 2 + 2 * CLIENTS as u64;
    eventually("the lines were tried", || {
        let tries = server.process.tries_to_write();
        tries.is_some_and(|tries| tries > lines)
    });
    server.process.lift_file_limit();
    server.terminate().expect_success();

    let log = fs::read_to_string(&path).expect("the log");
    fs::remove_file(path).expect("a file of this test");
    let last = log.lines().last().expect("a line");
    let lost = last.strip_suffix(" lines of the log are lost: File too large (os error 27)");
    let lost: usize = lost.expect(last).parse().expect("a number");
    // The last line of all is no line of the log, but the summary is.
    let arrived = log.matches('\n').count() - 1;
    assert_eq!(arrived + lost, 2 + 2 * CLIENTS + 1, "{log}");
    assert!(log.contains(" served for "), "{log}");
}
