//! What clients may not do: each limit, met by a client that goes too far.

use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::wire::{IDLE_TIMEOUT, RATE_LIMITED, echo, error_packet};
use crate::support::{MOMENT, PATIENCE, eventually, flood};
use crate::{HELLO, both_ways, is_served, noise, server, was_closed_for};

#[test]
fn silence_ends_at_the_idle_timeout() {
    for (way, last_words) in both_ways(IDLE_TIMEOUT) {
        let server = server(&[way, &["--idle-timeout", "300ms"]].concat());
        let never_spoke = server.connect();
        let mut spoke_once = server.connect();
        is_served(&mut spoke_once);
        for mut client in [never_spoke, spoke_once] {
            assert_eq!(client.receive_rest(), last_words, "{way:?}");
            was_closed_for(&server, client, "idle timeout: nothing came for 300ms");
        }
    }
}

#[test]
fn whoever_speaks_is_not_idle() {
    const TIMEOUT: Duration = Duration::from_secs(2);
    let server = server(&["--packets", "--idle-timeout", "2s"]);
    let mut client = server.connect();
    let start = Instant::now();
    while start.elapsed() < TIMEOUT + MOMENT {
        is_served(&mut client);
        client.expect_silence(MOMENT);
    }
    is_served(&mut client);
}

#[test]
fn a_packet_that_is_not_completed_ends_at_the_frame_timeout() {
    let server = server(&["--packets", "--frame-timeout", "300ms"]);
    let mut witness = server.connect();
    for length in [1, 4, 5, HELLO.len() - 1] {
        let mut client = server.connect();
        client.exchange(HELLO, HELLO);
        client.send(&HELLO[..length]);
        client.expect_end();
        let reason = "frame timeout: a packet was not complete 300ms after its first byte";
        was_closed_for(&server, client, reason);
    }
    // Between two packets there is no frame, and so no frame timeout.
    is_served(&mut witness);
}

#[test]
fn a_byte_now_and_then_does_not_extend_the_frame_timeout() {
    const PAUSE: Duration = Duration::from_millis(50);
    let server = server(&["--packets", "--frame-timeout", "300ms"]);
    let mut client = server.connect();
    let trickled = echo(&noise(1_019));
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
}

#[test]
fn a_client_that_never_reads_ends_at_the_write_timeout() {
    for way in [&[][..], &["--packets"]] {
        let server = server(&[way, &["--write-timeout", "500ms"]].concat());
        let mut witness = server.connect();
        is_served(&mut witness);
        let mut deaf = server.connect();
        let cut_off = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                let packets = echo(&noise(1_019)).repeat(64);
                let error = loop {
                    if let Err(error) = deaf.try_send(&packets) {
                        break error;
                    }
                };
                let broken = [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe];
                cut_off.store(true, Ordering::SeqCst);
                assert!(broken.contains(&error.kind()), "{way:?}: {error}");
            });
            while !cut_off.load(Ordering::SeqCst) {
                is_served(&mut witness);
            }
        });
        was_closed_for(&server, deaf, "write timeout: the client took nothing for 500ms");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_client_that_never_reads_costs_no_memory() {
    for way in [&[][..], &["--packets"]] {
        let server = server(way);
        let mut deaf = server.connect();
        is_served(&mut deaf);
        let before = server.process.resident_bytes();
        deaf.send_until_stuck(&echo(&noise(1_019)).repeat(64));
        let grown = server.process.resident_bytes().saturating_sub(before);
        assert!(grown < 2_000_000, "{way:?}: {grown} bytes more");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_kernel_keeps_no_more_for_a_client_than_it_is_told() {
    const SIZE: u64 = 64 * 1024;
    let server = server(&["--send-buffer", "64KiB"]);
    let mut deaf = server.connect();
    deaf.send_until_stuck(&noise(65_536));
    // A server that was only slow has something to send as soon as it goes on.
    eventually("the kernel keeps replies", || deaf.bytes_on_their_way_here() > 0);
    let kept = deaf.bytes_on_their_way_here();
    // Linux doubles the size for its own bookkeeping (socket(7)), and takes one write that begins below it.
    // Without the limit it would be megabytes.
    assert!(kept <= 3 * SIZE, "{kept} bytes");
}

#[test]
fn packets_over_the_rate_limit_are_dropped_with_one_notice() {
    let server = server(&["--packets", "--rate-limit", "10"]);
    let mut client = server.connect();
    let packets: Vec<_> = (0..100).map(|number: u8| echo(&[number])).collect();
    client.send(&packets.concat());
    // A burst is twice what a second allows.
    client.expect(&packets[..20].concat());
    client.expect(&error_packet(RATE_LIMITED));
    client.expect_silence(MOMENT);
    // Two tokens have come back.
    is_served(&mut client);
}

#[test]
fn whoever_goes_on_over_the_rate_limit_for_five_seconds_is_closed() {
    let server = server(&["--packets", "--rate-limit", "10"]);
    let mut witness = server.connect();
    let mut flooding = server.connect();
    flood(&mut flooding, HELLO, HELLO, || is_served(&mut witness));
    let reason = "rate limit: over 10 packets a second without a pause";
    was_closed_for(&server, flooding, reason);
    is_served(&mut witness);
}

#[test]
fn zero_switches_a_limit_off() {
    let off = [
        "max-connections",
        "max-per-ip",
        "idle-timeout",
        "frame-timeout",
        "write-timeout",
        "rate-limit",
    ];
    let flags: Vec<_> = off.iter().map(|limit| format!("--{limit}=0")).collect();
    let flags: Vec<_> = flags.iter().map(String::as_str).collect();
    let server = server(&[&["--packets"], &flags[..]].concat());
    let mut client = server.connect();
    let packets = HELLO.repeat(1_000);
    client.exchange(&packets, &packets);
    client.send(&HELLO[..7]);
    client.expect_silence(MOMENT);
    client.exchange(&HELLO[7..], HELLO);
}
