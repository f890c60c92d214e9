//! A system that gives the server nothing, clients that are gone without a word, a start that fails.

use std::time::{Duration, Instant};

use protocol::ErrorCode;

use crate::support::messages::{
    chat, chatted, enter, entered, has_come, has_left, log_in, logged_in, ping, pong, said, user_list,
};
use crate::support::wire::error_packet;
use crate::support::{Client, Program, Server, eventually, starts_or_says_why_not, unused_address};
use crate::{SERVER, WORKERS, alone_in, is_served, server, speaks, user};

/// How members leave who do not say good-bye.
const WAYS_TO_LEAVE: [fn(Client); 6] = [
    drop,
    Client::reset,
    |mut member| {
        member.half_close();
        member.receive_until_ended();
    },
    |mut member| member.send(&chat("hi")[..7]),
    |mut member| {
        member.send(&chat("hi")[..3]);
        member.wait_until_read();
        member.reset();
    },
    |mut member| {
        // Its replies are under way.
        member.send(&ping(7).repeat(100));
        member.reset();
    },
];

#[test]
fn whoever_goes_without_a_word_is_cleaned_up_after() {
    for workers in WORKERS {
        let server = server(workers, &[]);
        let mut witness = alone_in(7, &server, "witness");
        for (unique_id, leave) in (2..).zip(WAYS_TO_LEAVE.iter().cycle().take(24)) {
            // The name was free before the others were told.
            let mut member = server.connect();
            eventually("the name is free", || {
                member.is_answered(&log_in("member"), &logged_in(1))
            });
            let welcome = [user_list(&[(1, "witness")]), entered(7, unique_id)];
            member.exchange(&enter(7), &welcome.concat());
            witness.expect(&has_come(unique_id, "member"));
            leave(member);
            witness.expect(&has_left(unique_id));
        }
        speaks(&mut witness, 1);
    }
}

#[test]
fn clients_that_have_gone_before_they_are_accepted_harm_nobody() {
    for workers in WORKERS {
        let server = server(workers, &[]);
        let mut witness = alone_in(7, &server, "witness");
        server.process.freeze();
        for number in 0..50 {
            let mut gone = server.connect();
            gone.send(&[log_in(&format!("gone {number}")), enter(8), chat("hi")].concat());
            gone.reset();
            drop(server.connect());
        }
        let mut patient = server.connect();
        patient.send(&log_in("patient"));
        server.process.thaw();
        patient.expect(&logged_in(1));
        speaks(&mut witness, 1);
    }
}

#[test]
fn without_descriptors_the_server_pauses_and_then_goes_on() {
    for workers in WORKERS {
        let server = server(workers, &[]);
        let mut served = alone_in(7, &server, "served");
        server.process.take_away_descriptors();
        let (start, cpu_time) = (Instant::now(), server.process.cpu_time());
        // The kernel sets a descriptor aside when accept begins to wait, so the first one still gets in.
        let _last = server.connect();
        let mut waiting = server.connect();
        waiting.send(&log_in("waiting"));
        server.log().wait_for_line("next try in 640ms");
        let (spent, elapsed) = (server.process.cpu_time() - cpu_time, start.elapsed());
        speaks(&mut served, 1);
        waiting.expect_silence(Duration::from_millis(50));

        // A line for each pause, and each twice as long. The descriptor set aside may have made two begins of it.
        for pause in [10, 20, 40, 80, 160, 320, 640] {
            let line = format!("cannot accept: Too many open files (os error 24); next try in {pause}ms");
            let tries = server.log().count(&line);
            assert!((1..=2).contains(&tries), "{tries} pauses of {pause} ms");
        }
        assert!(spent < elapsed / 20, "computed for {spent:?} of {elapsed:?}");

        server.process.give_back_descriptors();
        waiting.expect(&logged_in(1));
        is_served(&mut server.connect());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_client_for_whom_there_is_no_thread_is_refused() {
    for workers in WORKERS {
        let server = server(workers, &["--stack-size", "64MiB"]);
        server.process.leave_room_for(32 << 20);
        for _ in 0..3 {
            let mut refused = server.connect();
            assert_eq!(refused.receive_rest(), error_packet(ErrorCode::SERVER_FULL.0));
        }
        server.log().wait_for_line(": no thread for the client: ");
    }
}

#[test]
fn a_start_without_threads_is_one_line() {
    for workers in WORKERS {
        let flags = ["--bind", "127.0.0.1:0", "--workers", workers];
        starts_or_says_why_not(SERVER, &flags, |process| {
            let server = Server::new(process);
            // The one that was tried at the start is there for a client, as soon as the system has it back.
            eventually("a client is served", || {
                server.connect().is_answered(&ping(7), &pong(7))
            });
            server.terminate().expect_success();
        });
    }
}

/// It needs some for itself, the wake-up call of the helper among them. Where they are missing, nobody is told that it
/// listens.
#[test]
fn a_start_without_descriptors_promises_nothing() {
    for count in 3..8 {
        let script = format!("ulimit -n {count}; exec \"$0\" --bind 127.0.0.1:0 --workers 4");
        let finished = Program::new("sh").args(&["-c", &script, SERVER]).run();
        assert!(!finished.status.success(), "{count}: {finished:#?}");
        assert!(finished.stdout.is_empty(), "{count}: {}", finished.text());
    }
}

#[test]
fn a_start_that_fails_is_one_line() {
    let (_taken, address) = unused_address();
    let address = address.to_string();
    let taken = format!("cannot listen on {address}: address in use: is another server running there?");
    let fails: [(&[&str], i32, &str); 7] = [
        (&["--bind", &address], 1, &taken),
        // Set aside for documentation (RFC 5737), so it is nobody's.
        (&["--bind", "192.0.2.1:0"], 1, "cannot listen on 192.0.2.1:0"),
        (&["--bind", "nonsense"], 2, "`nonsense` is not an address"),
        (&["--workers", "0"], 2, "'--workers <COUNT>'"),
        (&["--rooms", "0"], 2, "'--rooms <COUNT>'"),
        (&["--outbox-limit", "much"], 2, "`much` is not a size"),
        (&["--no-such-flag"], 2, "unexpected argument '--no-such-flag'"),
    ];
    for (flags, code, reason) in fails {
        let flags = [&["--max-connections", "100"], flags].concat();
        let finished = Program::new(SERVER).args(&flags).run();
        let line = finished.expect_failure(code);
        assert!(
            line.starts_with("chat-server: ") && line.contains(reason),
            "{line}"
        );
        assert!(finished.stdout.is_empty(), "{}", finished.text());
    }
}

#[test]
fn a_member_hears_what_came_before_its_half_close() {
    for workers in WORKERS {
        let server = server(workers, &[]);
        let mut alice = alone_in(7, &server, "alice");
        let mut bob = user(&server, "bob");
        let everything = [enter(7), chat("hi"), ping(1)].concat();
        bob.send(&everything);
        bob.half_close();
        let heard = [
            user_list(&[(1, "alice")]),
            entered(7, 2),
            said(2, "hi"),
            chatted(1),
            pong(1),
        ];
        assert_eq!(bob.receive_rest(), heard.concat());
        alice.expect(&[has_come(2, "bob"), said(2, "hi"), has_left(2)].concat());
    }
}
