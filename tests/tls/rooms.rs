//! A room server behind TLS: what is a packet has nothing to do with what is a record, and every end is said.

use std::thread;

use net::Channel;

use crate::Certificate;
use crate::secure::{End, Secure, agreed, believer, connect};
use crate::support::messages::{
    MAX_PACKET, PING, PONG, RELAY_OVERHEAD, enter, entered, has_come, has_left, log_in, logged_in, relay,
    relayed, user_list,
};
use crate::support::wire::{SERVER_FULL, SERVER_SHUTTING_DOWN, SLOW_CONSUMER, error_packet};
use crate::support::{Client, PATIENCE, Server, Signal, eventually};

/// Alice, alone in room 1.
#[track_caller]
fn alice(server: &Server, certificate: &Certificate) -> Secure {
    let alice = Secure::connect(server, certificate);
    alice.exchange(&log_in("alice"), &logged_in(1));
    alice.exchange(&enter(1), &entered(1, 1));
    alice
}

/// Bob, who comes to her.
#[track_caller]
fn bob(server: &Server, certificate: &Certificate, alice: &Secure) -> Secure {
    let bob = Secure::connect(server, certificate);
    bob.exchange(&log_in("bob"), &logged_in(1));
    let list = user_list(&[(1, "alice")]);
    bob.exchange(&enter(1), &[list, entered(1, 2)].concat());
    alice.expect(&has_come(2, "bob"));
    bob
}

#[test]
fn two_hundred_packets_in_one_record_have_their_answers() {
    let certificate = Certificate::new("one-record");
    let server = certificate.serve("chat-server", &["--rate-limit", "0"]);
    let client = Secure::connect(&server, &certificate);
    client.exchange(&PING.repeat(200), &PONG.repeat(200));
}

#[test]
fn a_record_may_come_a_byte_at_a_time() {
    let certificate = Certificate::new("bytes");
    let server = certificate.serve("chat-server", &[]);
    let connection = connect(&server);
    let channel = agreed(&connection, &certificate);
    connection.set_no_delay(true).expect("a live socket");
    let (mut wire, mut plain, mut buffer) = (Vec::new(), Vec::new(), [0; 4096]);
    channel
        .seal(&[log_in("alice"), PING.to_vec()].concat(), &mut wire)
        .expect("keys");
    for byte in wire {
        connection.write_all(&[byte]).expect("the server takes a byte");
    }
    let expected = [logged_in(1), PONG.to_vec()].concat();
    while plain.len() < expected.len() {
        let count = connection.read(&mut buffer).expect("an answer");
        channel.open(&buffer[..count], &mut plain).expect("TLS");
    }
    assert_eq!(plain, expected);
}

#[test]
fn much_goes_both_ways_at_the_same_time() {
    const COUNT: usize = 2_000;
    let certificate = Certificate::new("both-ways");
    let server = certificate.serve("chat-server", &["--rate-limit", "0", "--outbox-limit", "0"]);
    let alice = alice(&server, &certificate);
    let bob = bob(&server, &certificate, &alice);
    let piece = vec![7; MAX_PACKET - RELAY_OVERHEAD];
    thread::scope(|scope| {
        scope.spawn(|| (0..COUNT).for_each(|_| alice.send(&relay(&piece))));
        scope.spawn(|| (0..COUNT).for_each(|_| alice.expect(&relayed(1, &piece))));
        (0..COUNT).for_each(|_| bob.expect(&relayed(1, &piece)));
    });
}

#[test]
fn the_last_words_come_through_tls_and_the_end_is_said() {
    let certificate = Certificate::new("last-words");
    let server = certificate.serve("chat-server", &[]);
    let alice = alice(&server, &certificate);
    let bob = Secure::connect(&server, &certificate);
    server.signal(Signal::TERM);
    for client in [alice, bob] {
        let (rest, end) = client.receive_rest();
        assert_eq!(rest, error_packet(SERVER_SHUTTING_DOWN));
        assert_eq!(end, End::Said);
    }
    server.process.finish().expect_success();
}

#[test]
fn a_client_that_has_said_its_end_gets_all_replies_first() {
    let certificate = Certificate::new("half-close");
    let server = certificate.serve("chat-server", &["--rate-limit", "0"]);
    let client = Secure::connect(&server, &certificate);
    client.send(&PING.repeat(5_000));
    client.0.shutdown_write().expect("a live socket");
    let (rest, end) = client.receive_rest();
    assert!(rest == PONG.repeat(5_000), "{} bytes", rest.len());
    assert_eq!(end, End::Said);
}

#[test]
fn a_member_who_never_reads_is_closed_and_the_others_lose_nothing() {
    let certificate = Certificate::new("deaf");
    let flags = [
        "--rate-limit",
        "0",
        "--outbox-limit",
        "64KiB",
        "--send-buffer",
        "16KiB",
    ];
    let server = certificate.serve("chat-server", &flags);
    let alice = alice(&server, &certificate);
    let deaf = bob(&server, &certificate, &alice);
    let piece = vec![7; MAX_PACKET - RELAY_OVERHEAD];
    let (own, left) = (relayed(1, &piece), has_left(2));
    let mut said = 0;
    loop {
        alice.send(&relay(&piece));
        said += 1;
        let mut start = vec![0; left.len()];
        read_exactly(&alice, &mut start);
        if start == left {
            alice.expect(&own);
            break;
        }
        assert_eq!(start, own[..left.len()]);
        let mut rest = vec![0; own.len() - left.len()];
        read_exactly(&alice, &mut rest);
        assert!(said < 100_000, "deaf is still there");
    }
    let reason = "outbox limit: the client has left more than 65536 bytes unread";
    server.log().wait_for_line(reason);
    let (received, _) = deaf.receive_rest();
    let (pieces, rest) = received.as_chunks::<MAX_PACKET>();
    assert!(pieces.iter().all(|piece| piece[..] == own));
    assert!(pieces.len() < said);
    // The kernel may be so full that not even the rest of a packet finds its place.
    let words = error_packet(SLOW_CONSUMER);
    assert!(rest == words || own.starts_with(rest), "{rest:?}");
}

#[track_caller]
fn read_exactly(client: &Secure, buffer: &mut [u8]) {
    let mut filled = 0;
    while filled < buffer.len() {
        match client.0.read(&mut buffer[filled..]).expect("more bytes") {
            0 => panic!("the end"),
            count => filled += count,
        }
    }
}

#[test]
fn a_server_that_is_killed_has_not_said_an_end() {
    let certificate = Certificate::new("killed");
    let server = certificate.serve("chat-server", &[]);
    let alice = alice(&server, &certificate);
    server.signal(Signal::KILL);
    assert_eq!(alice.receive_rest(), (Vec::new(), End::Cut));
}

/// The words of a full server go through a handshake, which nobody has a thread for.
#[test]
fn the_surplus_hears_that_the_server_is_full() {
    let certificate = Certificate::new("full");
    let server = certificate.serve("chat-server", &["--max-connections", "1"]);
    let alice = Secure::connect(&server, &certificate);
    alice.exchange(&PING, &PONG);
    let words = (error_packet(SERVER_FULL).to_vec(), End::Said);
    for _ in 0..3 {
        assert_eq!(Secure::connect(&server, &certificate).receive_rest(), words);
    }
    // More than are listened to, and each for a second at most.
    let silent: Vec<_> = (0..40).map(|_| Client::connect(server.address)).collect();
    alice.exchange(&PING, &PONG);
    let believer = believer(&certificate);
    eventually("there is somebody to listen again", || {
        let handshake = believer.secure(connect(&server), "localhost", PATIENCE);
        handshake.is_ok_and(|stream| Secure(stream).receive_rest() == words)
    });
    drop(silent);
    server.terminate().expect_success();
}
