//! Members who do not read: what they cost, and how they end. The others lose nothing.

use crate::support::wire::{SLOW_CONSUMER, error_packet};
use crate::support::{Client, Server, Signal};
use crate::wire::{
    MAX_PACKET, RELAY_OVERHEAD, chat, enter, entered, has_come, has_left, log_in, logged_in, said_by_oneself,
};
use crate::wire::{relay, relayed, user_list};
use crate::{first_in, servers};

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

/// Whole pieces in order, and the last words if they could still be sent. Gives back how many pieces.
#[track_caller]
fn got_whole_pieces(received: &[u8]) -> usize {
    let (pieces, last) = received.as_chunks::<MAX_PACKET>();
    for (number, bytes) in pieces.iter().enumerate() {
        assert_eq!(bytes[..], relayed(1, &piece(number)), "piece {number}");
    }
    assert!(last.is_empty() || last == error_packet(SLOW_CONSUMER), "{last:?}");
    pieces.len()
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
        let mut said = 0;
        // Alice hears every piece of her own, and in the end that deaf has left.
        let heard = loop {
            alice.send(&relay(&piece(said)));
            let heard = crate::next_packet(&mut alice);
            if heard == has_left(2) {
                break said;
            }
            assert_eq!(heard, relayed(1, &piece(said)));
            said += 1;
            assert!(said < 10_000, "deaf is still there");
        };
        alice.expect(&relayed(1, &piece(said)));
        assert!(heard > 64, "{heard} pieces are less than the limit");
        let reason = "outbox limit: the client has left more than 65536 bytes unread";
        assert!(got_whole_pieces(&deaf.receive_rest()) < heard);
        crate::was_closed_for(&server, deaf, reason);
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
    for server in servers(&flags) {
        let [mut alice, deaf] = talker_and_deaf(&server);
        // More than the kernel keeps.
        (0..1_000).for_each(|number| says(&mut alice, number));
        alice.expect(&has_left(2));
        says(&mut alice, 0);
        crate::was_closed_for(&server, deaf, "write timeout: the client took nothing for 500ms");
        server.signal(Signal::USR1);
        server.log().wait_for_line("; 1 slow clients cut off");
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
