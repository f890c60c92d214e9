//! Clients that are silent, slow, deaf or too loud: each limit, met by a client that goes too far.

use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::kinds::{Framing, KINDS, each, each_of, each_with_packets};
use crate::support::wire::{IDLE_TIMEOUT, RATE_LIMITED, echo, error_packet};
use crate::support::{MOMENT, PATIENCE, flood, was_closed_for};
use crate::watcher::{WATCHED, Watcher, disconnects};

#[test]
fn silence_ends_at_the_idle_timeout() {
    each(|kind| {
        let server = kind.start(&["--idle-timeout", "1s"]);
        let never_spoke = server.connect();
        let mut spoke_once = server.connect();
        kind.serves(&mut spoke_once);
        for mut client in [never_spoke, spoke_once] {
            kind.ends(&mut client, IDLE_TIMEOUT);
            was_closed_for(&server, client, "idle timeout: nothing came for 1s");
        }
        kind.serves(&mut server.connect());
    });
}

#[test]
fn a_client_that_speaks_is_not_idle() {
    const TIMEOUT: Duration = Duration::from_secs(2);
    each(|kind| {
        let server = kind.start(&["--idle-timeout", "2s"]);
        let mut client = server.connect();
        let start = Instant::now();
        while start.elapsed() < TIMEOUT + MOMENT {
            kind.serves(&mut client);
            client.expect_silence(MOMENT);
        }
        kind.serves(&mut client);
    });
}

#[test]
fn a_request_that_is_not_completed_ends_at_the_frame_timeout() {
    let framed = KINDS.iter().filter(|kind| kind.framing != Framing::None);
    each_of(framed, |kind| {
        let server = kind.start(&["--frame-timeout", "300ms"]);
        let mut witness = server.connect();
        for length in [1, kind.request.len() / 2, kind.request.len() - 1] {
            let mut client = server.connect();
            kind.serves(&mut client);
            client.send(&kind.request[..length]);
            kind.ends_inside_a_request(&mut client);
            let reason = "frame timeout: a packet was not complete 300ms after its first byte";
            was_closed_for(&server, client, reason);
        }
        // Between two requests there is no frame, and so no frame timeout.
        kind.serves(&mut witness);
    });
}

#[test]
fn a_byte_now_and_then_does_not_extend_the_frame_timeout() {
    const PAUSE: Duration = Duration::from_millis(50);
    each_with_packets(|kind| {
        let server = kind.start(&["--frame-timeout", "300ms"]);
        let mut client = server.connect();
        let trickled = echo(&[7; 1_019]);
        let start = Instant::now();
        let mut sent = 0;
        // At this rate the packet would take 51 seconds.
        while !client.has_ended_within(PAUSE) {
            assert!(start.elapsed() < PATIENCE, "still open after {sent} bytes");
            let _ = client.try_send(&trickled[sent..=sent]);
            sent += 1;
        }
        drop(client);
        server.log().wait_for_line("closed: frame timeout");
    });
}

#[test]
fn a_client_that_never_reads_ends_at_the_write_timeout_and_keeps_nobody_waiting() {
    each(|kind| {
        let server = kind.start(&[&WATCHED[..], &["--write-timeout", "500ms"]].concat());
        let mut witness = server.connect();
        kind.serves(&mut witness);
        let mut deaf = server.connect_with_little_room();
        let requests = kind.request.repeat(10_000);
        let cut_off = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                let error = loop {
                    if let Err(error) = deaf.try_send(&requests) {
                        break error;
                    }
                };
                cut_off.store(true, Ordering::SeqCst);
                let broken = [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe];
                assert!(broken.contains(&error.kind()), "{}: {error}", kind.program);
            });
            while !cut_off.load(Ordering::SeqCst) {
                kind.serves(&mut witness);
            }
        });
        was_closed_for(&server, deaf, "write timeout: the client took nothing for 500ms");
        let reason = match kind.has_rooms() {
            true => "slow_consumer",
            false => "write_timeout",
        };
        Watcher::of(&server).comes_to(&disconnects(reason), 1);
        kind.serves(&mut server.connect());
    });
}

#[test]
fn a_client_that_never_reads_costs_no_memory() {
    each(|kind| {
        let server = kind.start(&["--write-timeout", "0"]);
        let mut deaf = server.connect_with_little_room();
        kind.serves(&mut deaf);
        let before = server.process.resident_bytes();
        deaf.send_until_stuck(&kind.request.repeat(10_000));
        let grown = server.process.resident_bytes().saturating_sub(before);
        assert!(grown < 2_000_000, "{grown} bytes more");
    });
}

#[test]
fn packets_over_the_rate_limit_are_dropped_with_one_notice() {
    each_with_packets(|kind| {
        let server = kind.start(&["--rate-limit", "10"]);
        let mut client = server.connect();
        client.send(&kind.request.repeat(100));
        // A burst is twice what a second allows.
        client.expect(&kind.reply.repeat(20));
        client.expect(&error_packet(RATE_LIMITED));
        client.expect_silence(MOMENT);
        // Two tokens have come back.
        kind.serves(&mut client);
    });
}

#[test]
fn a_client_that_goes_on_over_the_rate_limit_for_five_seconds_is_closed() {
    each_with_packets(|kind| {
        let server = kind.start(&[&WATCHED[..], &["--rate-limit", "10"]].concat());
        let (mut witness, mut flooding) = (server.connect(), server.connect());
        let received = flood(&mut flooding, kind.request, kind.reply, || {
            kind.serves(&mut witness);
        });
        // An echo may be the last that finds its place; a room server keeps one for its last words.
        let last_words = error_packet(RATE_LIMITED);
        assert!(kind.program == "echo-server" || received.ends_with(&last_words));
        let reason = "rate limit: over 10 packets a second without a pause";
        was_closed_for(&server, flooding, reason);
        Watcher::of(&server).comes_to(&disconnects("rate_limit"), 1);
        kind.serves(&mut witness);
    });
}

#[test]
fn zero_switches_a_limit_off() {
    each(|kind| {
        let mut flags = vec![
            "--max-connections=0",
            "--max-per-ip=0",
            "--idle-timeout=0",
            "--frame-timeout=0",
            "--write-timeout=0",
            "--send-buffer=0",
            "--rate-limit=0",
        ];
        if kind.has_rooms() {
            flags.extend(["--login-timeout=0", "--outbox-limit=0", "--stats=0"]);
        }
        let server = kind.start(&flags);
        let mut client = server.connect();
        client.send(&kind.request.repeat(1_000));
        (0..1_000).for_each(|_| kind.hears_the_reply(&mut client));
        let half = match kind.framing {
            Framing::None => 0,
            _ => kind.request.len() / 2,
        };
        client.send(&kind.request[..half]);
        client.expect_silence(MOMENT);
        client.send(&kind.request[half..]);
        kind.hears_the_reply(&mut client);
    });
}
