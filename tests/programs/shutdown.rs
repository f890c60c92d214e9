//! Ctrl-C and SIGTERM: clients hear the last words, and the exit code says what has happened.

use std::time::{Duration, Instant};

use crate::kinds::{Kind, each};
use crate::support::wire::SERVER_SHUTTING_DOWN;
use crate::support::{Client, Program, Server, Signal, eventually};

#[test]
fn a_signal_without_clients_ends_with_0_and_a_summary() {
    each(|kind| {
        for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
            let server = kind.start(&[]);
            let mut client = server.connect();
            kind.serves(&mut client);
            client.half_close();
            client.expect_end();
            server.signal(signal);
            let log = server.process.finish().expect_success().stderr;
            let summary = log.lines().last().unwrap_or_default();
            let bytes = format!("{} bytes in, {} bytes out", kind.request.len(), kind.reply.len());
            assert!(
                summary.contains(": 1 clients served, 0 refused, 0 cut off; ") && summary.ends_with(&bytes),
                "{signal:?}: {summary}"
            );
        }
    });
}

/// A client that has asked for more than anybody buffers, and reads nothing of it.
#[track_caller]
fn deaf_client(kind: &Kind, server: &Server) -> Client {
    let mut deaf = server.connect_with_little_room();
    deaf.send_until_stuck(&kind.request.repeat(10_000));
    deaf
}

#[test]
fn a_second_signal_ends_at_once_with_130() {
    // Signals within this time are one request.
    const ONE_REQUEST: Duration = Duration::from_secs(1);
    each(|kind| {
        let start = Instant::now();
        let mut server = kind.start(&["--write-timeout", "0", "--drain", "300s"]);
        let _deaf = deaf_client(kind, &server);
        eventually("a signal ends it", || {
            server.signal(Signal::INT);
            !server.process.is_running()
        });
        assert!(start.elapsed() >= ONE_REQUEST, "{:?}", start.elapsed());
        assert_eq!(server.wait().code(), Some(130));
    });
}

#[test]
fn a_client_that_does_not_read_is_cut_off_when_the_drain_time_is_over() {
    each(|kind| {
        for signal in [Signal::INT, Signal::TERM] {
            let server = kind.start(&["--write-timeout", "0", "--drain", "300ms"]);
            let _deaf = deaf_client(kind, &server);
            server.signal(signal);
            let log = server.process.finish().expect_success().stderr;
            let cut_off = "drain time over; connections closed early: 1";
            assert!(log.contains(cut_off), "{log}");
        }
    });
}

/// A terminal signals its whole group, and the program that has started the server passes the signal on. With the
/// server stopped meanwhile, all are there at one moment.
#[test]
fn signals_at_once_are_one_request() {
    each(|kind| {
        let server = kind.start(&[]);
        let mut client = server.connect();
        kind.serves(&mut client);
        server.process.freeze();
        for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
            server.signal(signal);
        }
        server.process.thaw();
        // It stays connected until it has heard them.
        kind.ends(&mut client, SERVER_SHUTTING_DOWN);
        drop(client);
        let log = server.process.finish().expect_success().stderr;
        assert!(log.contains("1 clients served"), "{log}");
    });
}

/// The server is stopped, so they wait in the kernel's queue when the signal comes, and are connected all the same.
#[test]
fn clients_that_were_not_accepted_yet_hear_the_last_words() {
    each(|kind| {
        let server = kind.start(&[]);
        server.process.freeze();
        let mut clients: Vec<_> = (0..20).map(|_| server.connect()).collect();
        for speaks in clients.iter_mut().step_by(2) {
            speaks.send(kind.request);
        }
        server.signal(Signal::TERM);
        server.process.thaw();
        let last_words = kind.last_words(SERVER_SHUTTING_DOWN);
        for client in &mut clients {
            let received = client.receive_rest();
            // Some may be accepted, and answered, before the signal is.
            let replies = received.strip_suffix(&last_words[..]).expect("last words");
            assert!(replies.is_empty() || kind.is_reply(replies), "{received:?}");
        }
        drop(clients);
        let log = server.process.finish().expect_success().stderr;
        assert!(log.contains("20 clients served, 0 refused"), "{log}");
    });
}

/// As `dash -c 'echo-server &'` starts it: Ctrl-C at this terminal is for somebody else. Or as nohup(1) does, for which
/// the end of its terminal is no reason.
#[test]
fn a_signal_that_was_ignored_at_the_start_stays_ignored() {
    each(|kind| {
        for (signal, name) in [(Signal::INT, "INT"), (Signal::HUP, "HUP")] {
            let path = Program::path_of_this_build(kind.program);
            let ignoring = Program::new("env").args(&[&format!("--ignore-signal={name}"), &path]);
            let server = kind.started(kind.within(ignoring, &[]));
            assert!(server.process.ignores(signal));
            assert!(!server.process.ignores(Signal::TERM));
            server.signal(signal);
            kind.serves(&mut server.connect());
            server.terminate().expect_success();
        }
    });
}
