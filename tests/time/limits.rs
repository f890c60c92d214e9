//! What clients may not do, and what the server outlives.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::SERVER;
use crate::clients::{is_served, receive};
use crate::clock::{TEXT, assert_text, timed};
use crate::server::{TimeServer, start};
use crate::support::{Client, MOMENT, eventually};
#[cfg(target_os = "linux")]
use crate::support::{address_of, starts_or_says_why_not};

/// The client leaves, and the log says why its connection was ended.
#[track_caller]
fn was_closed_for(server: &TimeServer, client: Client, reason: &str) {
    let address = client.address();
    drop(client);
    let line = server.process.stderr.wait_for_line(&format!(" peer={address} "));
    assert!(line.contains(&format!(" closed: {reason} client=")), "{line}");
}

#[test]
fn silence_ends_at_the_idle_timeout() {
    let server = start(&["--idle-timeout", "400ms"]);
    let never_spoke = server.session();
    let mut spoke_once = server.session();
    is_served(&mut spoke_once);
    for mut client in [never_spoke, spoke_once] {
        client.expect_end();
        was_closed_for(&server, client, "idle timeout: nothing came for 400ms");
    }
    server.is_alive();
}

#[test]
fn whoever_asks_is_not_idle() {
    const TIMEOUT: Duration = Duration::from_secs(2);
    let server = start(&["--idle-timeout", "2s"]);
    let mut client = server.session();
    let start = Instant::now();
    while start.elapsed() < TIMEOUT + MOMENT {
        is_served(&mut client);
        client.expect_silence(MOMENT);
    }
    is_served(&mut client);
}

/// Every byte comes before the silence that would end the request. On a busy machine a pause may be a silence, and
/// is answered, but hardly three times.
#[test]
fn a_byte_now_and_then_ends_at_the_frame_timeout() {
    let server = start(&["--frame-timeout", "300ms"]);
    let is_cut_off = || {
        let mut client = server.session();
        let mut sender = client.second_handle();
        let ended = AtomicBool::new(false);
        let received = thread::scope(|scope| {
            scope.spawn(|| {
                while !ended.load(Ordering::SeqCst) {
                    let _ = sender.try_send(b"x");
                    thread::sleep(Duration::from_millis(20));
                }
            });
            let received = client.receive_until_ended();
            ended.store(true, Ordering::SeqCst);
            received
        });
        received.is_empty()
    };
    assert!((0..3).any(|_| is_cut_off()), "the machine is too busy");
    let reason = "closed: frame timeout: a packet was not complete 300ms after its first byte";
    server.process.stderr.wait_for_line(reason);
    server.is_alive();
}

#[test]
fn a_client_that_never_reads_ends_at_the_write_timeout() {
    let server = start(&["--write-timeout", "500ms"]);
    let mut deaf = Client::connect_with_little_room(server.sessions);
    let mut witness = server.session();
    deaf.send_until_stuck(&[b'\n'; 65_536]);
    is_served(&mut witness);
    // Whoever leaves before is a broken connection.
    let reason = "closed: write timeout: the client took nothing for 500ms";
    server.process.stderr.wait_for_line(reason);
    is_served(&mut witness);
}

#[cfg(target_os = "linux")]
#[test]
fn a_client_that_never_reads_costs_no_memory() {
    let server = start(&["--write-timeout", "0"]);
    let mut deaf = Client::connect_with_little_room(server.sessions);
    is_served(&mut deaf);
    let before = server.process.resident_bytes();
    deaf.send_until_stuck(&[b'\n'; 65_536]);
    let grown = server.process.resident_bytes().saturating_sub(before);
    assert!(grown < 2_000_000, "{grown} bytes more");
}

#[test]
fn both_services_share_the_places() {
    let server = start(&["--max-connections", "2"]);
    let (mut first, mut second) = (server.session(), server.session());
    is_served(&mut first);
    is_served(&mut second);
    for address in [server.sessions, server.daytime] {
        let mut refused = Client::connect(address);
        refused.expect_end();
        let reason = format!(
            "refused {}: server full: 2 connections are open",
            refused.address()
        );
        let log = &server.process.stderr;
        // One line a second, for each service.
        log.wait_for_line(&reason);
    }
    drop(first);
    eventually("the place is free", || {
        !Client::connect(server.daytime).receive_until_ended().is_empty()
    });
    is_served(&mut second);
}

#[test]
fn one_address_gets_no_more_than_its_share() {
    let server = start(&["--max-per-ip", "1"]);
    let mut first = server.session();
    is_served(&mut first);
    Client::connect(server.daytime).expect_end();
    let reason = "too many connections from one address: 1 are open";
    server.process.stderr.wait_for_line(reason);
    if cfg!(target_os = "linux") {
        let other = std::net::Ipv4Addr::new(127, 0, 0, 2);
        is_served(&mut Client::connect_from(other, server.sessions));
    }
}

/// How clients leave who do not say good-bye.
const WAYS_TO_LEAVE: [fn(Client); 4] = [
    drop,
    Client::reset,
    |mut client| client.send(b"timest"),
    |mut client| {
        client.send(&b"timestamp\n".repeat(100));
        client.reset();
    },
];

#[test]
fn whoever_leaves_without_a_word_frees_the_place() {
    let server = start(&["--max-connections", "4"]);
    for round in 0..25 {
        let mut clients = Vec::new();
        eventually("all places are free again", || {
            let mut client = server.session();
            // Whoever finds no place is closed without a word.
            if client.try_send(b"\n").is_ok() && client.receive_some().is_ok_and(|reply| !reply.is_empty()) {
                clients.push(client);
            }
            clients.len() == 4
        });
        for (number, client) in clients.into_iter().enumerate() {
            WAYS_TO_LEAVE[(round + number) % WAYS_TO_LEAVE.len()](client);
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn clients_that_have_gone_before_they_are_accepted_harm_nobody() {
    let server = start(&[]);
    server.process.freeze();
    for address in [server.daytime, server.sessions].repeat(25) {
        let mut gone = Client::connect(address);
        gone.send(b"timestamp\n");
        gone.reset();
    }
    let mut patient = server.session();
    patient.send(b"\n");
    server.process.thaw();
    receive(&mut patient, TEXT);
    server.is_alive();
}

#[cfg(target_os = "linux")]
#[test]
fn without_descriptors_the_server_pauses_and_then_goes_on() {
    let server = start(&[]);
    let mut served = server.session();
    is_served(&mut served);
    server.process.take_away_descriptors();
    let (begin, cpu_time) = (Instant::now(), server.process.cpu_time());
    // The kernel sets a descriptor aside when accept begins to wait, so the first one still gets in.
    let _lasts = [server.session(), Client::connect(server.daytime)];
    let mut waiting = server.session();
    waiting.send(b"\n");
    let waits = "cannot accept: Too many open files (os error 24); next try in 640ms";
    server.process.stderr.wait_for_line(waits);
    let (spent, elapsed) = (server.process.cpu_time() - cpu_time, begin.elapsed());
    // UDP needs no descriptor, and who is in stays in.
    assert_text(&server.asker().ask(b"time?"));
    is_served(&mut served);
    assert!(spent < elapsed / 20, "computed for {spent:?} of {elapsed:?}");
    server.process.give_back_descriptors();
    receive(&mut waiting, TEXT);
    server.is_alive();
}

#[cfg(target_os = "linux")]
#[test]
fn whoever_comes_and_goes_leaves_nothing_behind() {
    let server = start(&[]);
    server.is_alive();
    let left = || (server.process.threads(), server.process.descriptors());
    // The first, the log, the signals; daytime and sessions, each with a helper for the refused; UDP.
    eventually("only the threads of the services are left", || left().0 <= 8);
    let before = left();
    let memory = server.process.resident_bytes();
    for _ in 0..500 {
        server.is_alive();
        server.session().reset();
    }
    eventually("threads and descriptors are as before", || left() == before);
    let grown = server.process.resident_bytes().saturating_sub(memory);
    assert!(grown < 4_000_000, "{grown} bytes more");
}

#[cfg(target_os = "linux")]
#[test]
fn a_start_without_threads_is_one_line() {
    let any_port = "127.0.0.1:0";
    let flags = ["--daytime", any_port, "--sessions", any_port, "--udp", any_port];
    starts_or_says_why_not(SERVER, &flags, |process| {
        let [daytime, sessions, udp] = ["daytime", "sessions", "udp"].map(|name| address_of(&process, name));
        let server = TimeServer {
            process,
            daytime,
            sessions,
            udp,
        };
        assert_text(&server.asker().ask(b"time?"));
        server.terminate().expect_success();
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_client_for_whom_there_is_no_thread_is_refused() {
    let server = start(&["--stack-size", "64MiB"]);
    server.process.leave_room_for(32 << 20);
    Client::connect(server.daytime).expect_end();
    server.session().expect_end();
    server
        .process
        .stderr
        .wait_for_line(": no thread for the client: ");
    // It has a thread.
    assert_text(&server.asker().ask(b"time?"));
}

#[test]
fn zero_switches_a_limit_off() {
    let off = [
        "max-connections",
        "max-per-ip",
        "idle-timeout",
        "frame-timeout",
        "write-timeout",
    ];
    let flags: Vec<_> = off.iter().map(|limit| format!("--{limit}=0")).collect();
    let flags: Vec<_> = flags.iter().map(String::as_str).collect();
    let server = start(&flags);
    let mut client = server.session();
    client.expect_silence(MOMENT);
    is_served(&mut client);
    assert_text(&timed(|| Client::connect(server.daytime).receive_rest()));
}
