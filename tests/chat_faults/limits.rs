//! Clients that are too slow, too silent or too loud, and clients over the limit.

use std::thread;
use std::time::{Duration, Instant};

use protocol::{ErrorCode, PacketId};

use crate::support::messages::{chat, enter, entered, has_left, log_in, logged_in, ping, pong, relay};
use crate::support::wire::error_packet;
use crate::support::{Client, PATIENCE, Server, eventually};
use crate::user::User;
use crate::{WORKERS, alone_in, is_served, server, speaks, user, was_closed_for};

/// Between two signs of life.
const PAUSE: Duration = Duration::from_millis(50);

#[test]
fn a_byte_now_and_then_ends_at_the_frame_timeout() {
    for workers in WORKERS {
        let server = server(workers, &["--frame-timeout", "300ms"]);
        let mut witness = alone_in(1, &server, "witness");
        let mut slow = user(&server, "slow");
        let trickled = relay(&[b'x'; 1_019]);
        let start = Instant::now();
        let mut sent = 0;
        // At this rate the packet would take 51 seconds.
        while !slow.has_ended_within(PAUSE) {
            assert!(start.elapsed() < PATIENCE, "still open after {sent} bytes");
            let _ = slow.try_send(&trickled[sent..=sent]);
            sent += 1;
        }
        drop(slow);
        server
            .log()
            .wait_for_line("closed: frame timeout: a packet was not complete 300ms after its first byte");
        speaks(&mut witness, 1);
    }
}

#[test]
fn who_does_not_log_in_is_told_so_and_closed() {
    for workers in WORKERS {
        let server = server(workers, &["--login-timeout", "300ms", "--rate-limit", "0"]);
        let mut logged_in = alone_in(1, &server, "alice");
        let mut silent = server.connect();
        let mut talkative = server.connect();
        let start = Instant::now();
        // Signs of life are not a login.
        let mut pings = 0;
        while talkative.is_answered(&ping(pings), &pong(pings)) {
            assert!(start.elapsed() < PATIENCE, "still open");
            pings += 1;
        }
        assert!(pings > 1, "{pings} pings");
        silent.expect(&error_packet(ErrorCode::DISCONNECT_UNAUTHENTICATED_USER.0));
        silent.expect_end();
        was_closed_for(&server, silent, "login timeout: no login within 300ms");
        was_closed_for(&server, talkative, "login timeout: no login within 300ms");
        speaks(&mut logged_in, 1);
    }
}

#[test]
fn whoever_falls_silent_is_told_so_and_closed() {
    for workers in WORKERS {
        let server = server(workers, &["--idle-timeout", "500ms"]);
        let mut alice = alone_in(1, &server, "alice");
        let mut bob = User::log_in(&server, "bob");
        bob.enter(1);
        // What a client gets is no sign of its life.
        let mut heard = 0;
        let end = loop {
            alice.send(&chat("hi"));
            let next = bob.receive(|message| Some(message.packet_id()));
            if next != PacketId::ROOM_CHAT_NTF {
                break next;
            }
            heard += 1;
            thread::sleep(PAUSE);
        };
        assert_eq!(end, PacketId::ERROR_NTF, "after {heard} messages");
        bob.client.expect_end();
        let reason = "idle timeout: nothing came for 500ms";
        was_closed_for(&server, bob.client, reason);
        alice.skip_to(&has_left(2));
        alice.send(&ping(1));
        alice.skip_to(&pong(1));
        speaks(&mut alice, 1);
    }
}

#[test]
fn a_flood_is_dropped_and_then_closed() {
    let servers = WORKERS.map(|workers| server(workers, &["--rate-limit", "10"]));
    // Both at the same time: each takes the five seconds that a client may go on.
    thread::scope(|scope| {
        for server in &servers {
            scope.spawn(|| flood(server));
        }
    });
}

fn flood(server: &Server) {
    let mut witness = alone_in(1, server, "witness");
    let mut flooding = alone_in(2, server, "flooding");
    let mut receiving = flooding.second_handle();
    let start = Instant::now();
    let (received, sent) = thread::scope(|scope| {
        // Orderly, though it goes on sending: a reset would destroy what is under way.
        let receiver = scope.spawn(move || receiving.receive_rest());
        let mut sent = 0;
        while !receiver.is_finished() && flooding.try_send(&ping(7).repeat(10)).is_ok() {
            sent += 10;
            // The witness's own second has room for ten.
            if sent % 500 == 0 {
                is_served(&mut witness);
            }
            thread::sleep(Duration::from_millis(10));
        }
        (receiver.join().expect("an end"), sent)
    });
    let elapsed = start.elapsed();
    assert!(elapsed >= Duration::from_secs(5), "closed after {elapsed:?}");
    let count = |packet: Vec<u8>| {
        let places = received.windows(packet.len());
        places.filter(|bytes| *bytes == packet).count()
    };
    let (notices, answered) = (
        count(error_packet(ErrorCode::RATE_LIMITED.0).to_vec()),
        count(pong(7)),
    );
    let seconds = usize::try_from(elapsed.as_secs()).expect("a few") + 1;
    assert!(
        (2..=seconds).contains(&notices),
        "{notices} notices in {elapsed:?}"
    );
    assert!(
        (18..=20 + 10 * seconds).contains(&answered),
        "{answered} of {sent} answered"
    );
    assert!(received.ends_with(&error_packet(ErrorCode::RATE_LIMITED.0)));
    let reason = "rate limit: over 10 packets a second without a pause";
    was_closed_for(server, flooding, reason);
    is_served(&mut witness);
}

#[test]
fn one_too_many_is_refused_without_a_thread_until_a_place_is_free() {
    for workers in WORKERS {
        let server = server(workers, &["--max-connections", "2"]);
        let mut first = alone_in(1, &server, "first");
        let second = alone_in(2, &server, "second");
        let threads = server.process.threads();
        // They stay, so that the server lingers for them.
        let mut refused: Vec<Client> = (0..20).map(|_| server.connect()).collect();
        for client in &mut refused {
            client.expect(&error_packet(ErrorCode::SERVER_FULL.0));
            client.expect_end();
            assert_eq!(server.process.threads(), threads);
        }
        server.log().wait_for_line("server full: 2 connections are open");
        drop(second);
        eventually("the place is free", || {
            server.connect().is_answered(&log_in("second"), &logged_in(1))
        });
        speaks(&mut first, 1);
    }
}

#[test]
fn whoever_asks_and_never_reads_costs_no_memory_and_is_closed() {
    for workers in WORKERS {
        let flags = ["--rate-limit", "0", "--write-timeout", "1s"];
        let server = server(workers, &flags);
        let mut witness = alone_in(1, &server, "witness");
        let mut deaf = alone_in(2, &server, "deaf");
        let before = server.process.resident_bytes();
        let requests = relay(&[b'x'; 1_000]).repeat(64);
        while deaf.try_send(&requests).is_ok() {}
        let grown = server.process.resident_bytes().saturating_sub(before);
        assert!(grown < 2_000_000, "{grown} bytes more");
        // Held back long before its outbox is full, so it is the time that ends it.
        let line = server.log().wait_for_line(&format!(" peer={} ", deaf.address()));
        assert!(
            line.contains("write timeout: the client took nothing for 1s"),
            "{line}"
        );
        speaks(&mut witness, 1);
        let mut next = user(&server, "next");
        next.exchange(&enter(2), &entered(2, 2));
        speaks(&mut next, 2);
    }
}
