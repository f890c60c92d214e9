//! Limits that the services share, and what UDP outlives.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::clients::{is_served, receive};
use crate::clock::{TEXT, assert_text};
use crate::server::start;
use crate::support::{Client, eventually};

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

#[cfg(target_os = "linux")]
#[test]
fn without_descriptors_udp_is_answered_and_both_listeners_pause() {
    let server = start(&[]);
    let mut served = server.session();
    is_served(&mut served);
    server.process.take_away_descriptors();
    // The kernel sets a descriptor aside when accept begins to wait, so the first one still gets in.
    let _lasts = [server.session(), Client::connect(server.daytime)];
    let mut waiting = server.session();
    waiting.send(b"\n");
    let waits = "cannot accept: Too many open files (os error 24); next try in 640ms";
    server.process.stderr.wait_for_line(waits);
    // UDP needs no descriptor, and a session that is open stays open.
    assert_text(&server.asker().ask(b"time?"));
    is_served(&mut served);
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
    // They may be fewer: what was there at first may have been on its way out.
    eventually("threads and descriptors are no more than before", || {
        let (threads, descriptors) = left();
        threads <= before.0 && descriptors <= before.1
    });
    let grown = server.process.resident_bytes().saturating_sub(memory);
    assert!(grown < 4_000_000, "{grown} bytes more");
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
