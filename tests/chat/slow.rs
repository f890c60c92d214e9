//! Members that do not read: what they cost, and how they end. The others lose nothing.

use crate::support::messages::{
    MAX_PACKET, RELAY_OVERHEAD, chat, enter, entered, has_come, has_left, log_in, logged_in, relay, relayed,
    said_by_oneself, user_list, whisper, whispered,
};
use crate::support::wire::{SLOW_CONSUMER, error_packet};
use crate::support::{Client, Server, Signal, eventually};
use crate::{binary_servers, first_in, next_packet, server, servers, user, was_closed_for};

/// As much as one packet can carry.
const PIECE: usize = MAX_PACKET - RELAY_OVERHEAD;

/// A relay whose every byte tells its number.
fn piece(number: usize) -> [u8; PIECE] {
    [number.to_le_bytes()[0]; PIECE]
}

/// Alice, who talks, and deaf, who does not read and has little room.
#[track_caller]
fn talker_and_deaf(server: &Server) -> [Client; 2] {
    let mut alice = first_in(server, 1, "alice");
    let mut deaf = server.connect_with_little_room();
    deaf.exchange(&log_in("deaf"), &logged_in(1));
    deaf.exchange(&enter(1), &[user_list(&[(1, "alice")]), entered(1, 2)].concat());
    alice.expect(&has_come(2, "deaf"));
    [alice, deaf]
}

/// Says the next piece, and hears it.
#[track_caller]
fn says(alice: &mut Client, number: usize) {
    alice.exchange(&relay(&piece(number)), &relayed(1, &piece(number)));
}

/// Whole pieces in order, and what stands behind them.
#[track_caller]
fn pieces_and_rest(received: &[u8]) -> (usize, &[u8]) {
    let (pieces, rest) = received.as_chunks::<MAX_PACKET>();
    for (number, bytes) in pieces.iter().enumerate() {
        assert_eq!(bytes[..], relayed(1, &piece(number)), "piece {number}");
    }
    (pieces.len(), rest)
}

/// Goes on until deaf has left, and hears everything of it. Gives back how many pieces there were.
#[track_caller]
fn says_until_deaf_has_left(alice: &mut Client, mut number: usize) -> usize {
    loop {
        alice.send(&relay(&piece(number)));
        let heard = next_packet(alice);
        number += 1;
        if heard == has_left(2) {
            alice.expect(&relayed(1, &piece(number - 1)));
            return number;
        }
        assert_eq!(heard, relayed(1, &piece(number - 1)));
        assert!(number < 100_000, "deaf is still there");
    }
}

#[test]
fn a_member_who_never_reads_ends_at_the_outbox_limit() {
    let flags = [
        "--outbox-limit",
        "64KiB",
        "--write-timeout",
        "0",
        "--rate-limit",
        "0",
    ];
    for server in servers(&flags) {
        let [mut alice, mut deaf] = talker_and_deaf(&server);
        let said = says_until_deaf_has_left(&mut alice, 0);
        assert!(said > 64, "{said} pieces are less than the limit");
        let reason = "outbox limit: the client has left more than 65536 bytes unread";
        let received = deaf.receive_rest();
        let (got, rest) = pieces_and_rest(&received);
        assert!(got < said, "{got} of {said} pieces");
        // The kernel may be so full that not even the rest of a packet finds its place.
        let next = relayed(1, &piece(got));
        let is_cut_off = next.starts_with(rest);
        assert!(is_cut_off || rest == error_packet(SLOW_CONSUMER), "{rest:?}");
        was_closed_for(&server, deaf, reason);
        says(&mut alice, 0);
        server.signal(Signal::USR1);
        server.log().wait_for_line("; 1 slow clients cut off");
    }
}

#[test]
fn a_member_who_never_reads_ends_at_the_write_timeout() {
    let flags = [
        "--outbox-limit",
        "0",
        "--write-timeout",
        "500ms",
        "--rate-limit",
        "0",
    ];
    for server in binary_servers(&flags) {
        let [mut alice, deaf] = talker_and_deaf(&server);
        says_until_deaf_has_left(&mut alice, 0);
        says(&mut alice, 0);
        was_closed_for(&server, deaf, "write timeout: the client took nothing for 500ms");
        server.signal(Signal::USR1);
        server.log().wait_for_line("; 1 slow clients cut off");
    }
}

#[test]
fn a_user_who_never_reads_whispers_ends_as_well() {
    for server in servers(&["--outbox-limit", "64KiB", "--rate-limit", "0"]) {
        let mut alice = user(&server, "alice");
        let mut deaf = server.connect_with_little_room();
        deaf.exchange(&log_in("deaf"), &logged_in(1));
        let message = "x".repeat(126);
        let mut count = 0;
        let last = loop {
            alice.send(&whisper("deaf", &message));
            let result = next_packet(&mut alice);
            if result != whispered(1) {
                break result;
            }
            count += 1;
            assert!(count < 100_000, "deaf is still there");
        };
        assert_eq!(last, whispered(152));
        // Each is a packet of 139 bytes: header, name, message, and the lengths of both.
        assert!(
            count * 139 > 64 * 1024,
            "{count} whispers are less than the limit"
        );
        let reason = "outbox limit: the client has left more than 65536 bytes unread";
        was_closed_for(&server, deaf, reason);
    }
}

#[test]
fn a_member_who_reads_late_gets_everything_in_order() {
    for server in servers(&["--outbox-limit", "4MiB", "--rate-limit", "0"]) {
        let [mut alice, mut deaf] = talker_and_deaf(&server);
        (0..1_000).for_each(|number| says(&mut alice, number));
        for number in 0..1_000 {
            deaf.expect(&relayed(1, &piece(number)));
        }
        deaf.exchange(&chat("at last"), &said_by_oneself(2, "at last"));
    }
}

#[test]
fn whoever_reads_again_hears_why() {
    let at_the_outbox_limit = ["--outbox-limit", "512KiB", "--write-timeout", "0"];
    let at_the_write_timeout = ["--outbox-limit", "0", "--write-timeout", "1s"];
    for limits in [at_the_outbox_limit, at_the_write_timeout] {
        let flags = [&limits[..], &["--rate-limit", "0"]].concat();
        for worker_count in 0..2 {
            eventually("the last words find their place", || {
                let servers = binary_servers(&flags);
                let server = { servers }.nth(worker_count).expect("one and four workers");
                hears_why_when_it_reads_again(&server, limits == at_the_outbox_limit)
            });
        }
    }
}

/// False where the machine was so busy that it was cut off before it read, or that the room was used for something else.
fn hears_why_when_it_reads_again(server: &Server, at_the_outbox_limit: bool) -> bool {
    const LITTLE: usize = 16 * 1024;
    let [mut alice, mut deaf] = talker_and_deaf(server);
    let mut is_heard = |number| alice.is_answered(&relay(&piece(number)), &relayed(1, &piece(number)));
    if !(0..150).all(&mut is_heard) {
        return false;
    }
    // What it reads is room in the kernel, in which the last words find their place.
    let mut received = vec![0; LITTLE];
    deaf.receive_exactly(&mut received);
    if at_the_outbox_limit {
        says_until_deaf_has_left(&mut alice, 150);
    } else {
        alice.expect(&has_left(2));
    }
    received.extend(deaf.receive_rest());
    let (got, rest) = pieces_and_rest(&received);
    let is_cut_off = relayed(1, &piece(got)).starts_with(rest);
    assert!(is_cut_off || rest == error_packet(SLOW_CONSUMER), "{rest:?}");
    !is_cut_off
}

#[cfg(target_os = "linux")]
#[test]
fn the_kernel_keeps_no_more_for_a_member_than_it_is_told() {
    // Linux doubles it for its own bookkeeping (socket(7)), and takes one write that begins below it. Without
    // the limit it would be megabytes.
    for (flags, size) in [(&[][..], 64 * 1024), (&["--send-buffer", "16KiB"], 16 * 1024)] {
        let unlimited = ["--outbox-limit", "0", "--write-timeout", "0", "--rate-limit", "0"];
        let server = server(&[flags, &unlimited].concat());
        let [mut alice, deaf] = talker_and_deaf(&server);
        (0..1_000).for_each(|number| says(&mut alice, number));
        let kept = deaf.bytes_on_their_way_here();
        assert!((1..=3 * size).contains(&kept), "{kept} bytes of {size}");
    }
}
