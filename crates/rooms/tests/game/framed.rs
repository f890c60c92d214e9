//! Clients whose packets come in frames: they share rooms with all others, and all limits are theirs too.

use std::time::Duration;

use net::Limits;
use protocol::ErrorCode;
use rooms::Config;

use crate::notes::{CLOSE, MIRROR, NOTE, REASON};
use crate::server::{Running, enter, entered, error, has_come, has_left, logged_in, login, note, packet};
use crate::small::{DATA, END, ENTER, PING, PONG, frame, sort};
use crate::support::{Client, eventually};

/// A limit that a test waits for.
const SHORT: Duration = Duration::from_millis(200);

/// Packets in as many frames as they need.
fn framed(packets: &[u8]) -> Vec<u8> {
    packets.chunks(255).flat_map(|piece| frame(DATA, piece)).collect()
}

/// The frames of one packet, and those of the next.
fn each_framed(packets: &[Vec<u8>]) -> Vec<u8> {
    packets.iter().flat_map(|packet| framed(packet)).collect()
}

fn end(word: &str) -> Vec<u8> {
    frame(END, word.as_bytes())
}

/// A user who has come through the framing.
fn user(server: &Running, user_id: &str) -> Client {
    let mut client = server.connect_framed();
    let request = [ENTER, &framed(&login(user_id))].concat();
    client.exchange(&request, &framed(&logged_in()));
    client
}

/// Alice by TCP and Bob in frames, in room 7.
fn with_two(config: Config, test: impl FnOnce(&Running, Client, Client)) {
    let server = Running::start(config);
    let mut alice = server.user("alice");
    alice.exchange(&enter(7), &[entered(7, 1, &[]), note("alice is in 7")].concat());
    let mut bob = user(&server, "bob");
    let welcome = [entered(7, 2, &[(1, "alice")]), note("bob is in 7")].concat();
    bob.exchange(&framed(&enter(7)), &framed(&welcome));
    alice.expect(&[has_come(2, "bob"), note("bob is in 7")].concat());
    test(&server, alice, bob);
    server.end();
}

fn limited(limits: Limits) -> Config {
    Config {
        limits,
        ..Config::default()
    }
}

#[test]
fn they_share_rooms_with_all_others() {
    with_two(Config::default(), |_, mut alice, mut bob| {
        alice.exchange(&packet(NOTE, "hi"), &note("alice: hi"));
        bob.expect(&framed(&note("alice: hi")));
        bob.exchange(&framed(&packet(NOTE, "ho")), &framed(&note("bob: ho")));
        alice.expect(&note("bob: ho"));
    });
}

#[test]
fn borders_of_frames_mean_nothing() {
    with_two(limited(Limits::default()), |_, _alice, mut bob| {
        let request = packet(MIRROR, "whole").repeat(20);
        for byte in &request {
            bob.send(&frame(DATA, &[*byte]));
        }
        let reply = receive_frames(&mut bob, DATA, request.len());
        assert_eq!(reply, request);
        // All in one read, a frame without bytes among them.
        let together = [framed(&request), frame(DATA, &[]), framed(&request)].concat();
        bob.send(&together);
        assert_eq!(
            receive_frames(&mut bob, DATA, 2 * request.len()),
            request.repeat(2)
        );
    });
}

/// What so many bytes in frames of this kind carry; there are no others.
fn receive_frames(client: &mut Client, kind: u8, length: usize) -> Vec<u8> {
    let mut all = Vec::new();
    while all.len() < length {
        let mut head = [0; 2];
        client.receive_exactly(&mut head);
        assert_eq!(head[0], kind);
        let mut payload = vec![0; usize::from(head[1])];
        client.receive_exactly(&mut payload);
        all.extend(payload);
    }
    all
}

#[test]
fn a_pong_comes_though_nobody_says_anything() {
    with_two(Config::default(), |_, _alice, mut bob| {
        bob.exchange(&frame(PING, b"1"), &frame(PONG, b"1"));
        let ping_and_packet = [frame(PING, b"2"), framed(&packet(MIRROR, "me"))].concat();
        bob.send(&ping_and_packet);
        let pong = frame(PONG, b"2");
        let mirrored = framed(&packet(MIRROR, "me"));
        let mut came = vec![0; pong.len() + mirrored.len()];
        bob.receive_exactly(&mut came);
        assert_eq!(
            sort(came, DATA),
            (packet(MIRROR, "me"), vec![(PONG, b"2".to_vec())])
        );
    });
}

/// The kernel takes nothing more when the pongs come: the helper sends them, when the client reads.
#[test]
fn pongs_for_a_client_that_reads_late_are_not_lost() {
    let limits = Limits {
        send_buffer: Some(4_096),
        rate_limit: None,
        ..Limits::default()
    };
    let config = Config {
        outbox_limit: None,
        ..limited(limits)
    };
    let server = Running::start(config);
    let mut bob = Client::connect_with_little_room(server.framed);
    bob.exchange(&[ENTER, &framed(&login("bob"))].concat(), &framed(&logged_in()));
    // As many as it takes until nothing goes out any more.
    let ping = frame(PING, &[7; 200]);
    const PINGS: usize = 3_000;
    let mut sending = bob.second_handle();
    let sender = std::thread::spawn(move || {
        for _ in 0..PINGS {
            sending.send(&ping);
        }
    });
    eventually("the helper has it", || server.counters.outbox_bytes() > 0);
    let pong = frame(PONG, &[7; 200]);
    let mut came = vec![0; PINGS * pong.len()];
    bob.receive_exactly(&mut came);
    assert!(came == pong.repeat(PINGS), "other bytes");
    sender.join().expect("it has sent all");
    bob.exchange(&frame(PING, b"last"), &frame(PONG, b"last"));
    server.end();
}

#[test]
fn an_end_is_answered_behind_what_was_asked_before() {
    with_two(Config::default(), |_, mut alice, mut bob| {
        let last = [
            framed(&packet(MIRROR, "last")),
            end("bye"),
            framed(&packet(NOTE, "too late")),
        ]
        .concat();
        bob.send(&last);
        bob.expect(&[framed(&packet(MIRROR, "last")), end("closed")].concat());
        bob.expect_end();
        alice.expect(&[has_left(2), note("bob of 2")].concat());
    });
}

#[test]
fn a_client_that_is_gone_without_an_end_is_gone() {
    with_two(Config::default(), |_, mut alice, bob| {
        drop(bob);
        alice.expect(&[has_left(2), note("bob of 2")].concat());
    });
}

#[test]
fn whoever_breaks_the_rules_of_the_framing_is_told_behind_its_answers() {
    with_two(Config::default(), |_, mut alice, mut bob| {
        let wrong = [framed(&packet(MIRROR, "before")), frame(b'?', b"what")].concat();
        bob.send(&wrong);
        bob.expect(&[framed(&packet(MIRROR, "before")), end("protocol_error")].concat());
        bob.expect_end();
        alice.expect(&[has_left(2), note("bob of 2")].concat());
    });
}

#[test]
fn whoever_is_closed_hears_why_and_then_the_end() {
    with_two(Config::default(), |_, mut alice, mut bob| {
        alice.exchange(&packet(CLOSE, "bob"), &[has_left(2), note("bob of 2")].concat());
        bob.expect(&[framed(&[has_left(2), error(REASON)].concat()), end("dismissed")].concat());
        bob.expect_end();
    });
}

#[test]
fn whoever_is_silent_hears_why_and_then_the_end() {
    let limits = Limits {
        idle_timeout: Some(SHORT),
        ..Limits::default()
    };
    let server = Running::start(limited(limits));
    let mut bob = user(&server, "bob");
    bob.expect(&each_framed(&[error(ErrorCode::IDLE_TIMEOUT)]));
    bob.expect(&end("idle_timeout"));
    bob.expect_end();
    server.end();
}

#[test]
fn whoever_does_not_log_in_hears_why_and_then_the_end() {
    let config = Config {
        login_timeout: Some(SHORT),
        ..Config::default()
    };
    let server = Running::start(config);
    let mut nobody = server.connect_framed();
    nobody.send(ENTER);
    nobody.expect(&framed(&error(ErrorCode::DISCONNECT_UNAUTHENTICATED_USER)));
    nobody.expect(&end("login_timeout"));
    nobody.expect_end();
    server.end();
}

#[test]
fn half_a_frame_has_the_time_of_a_packet() {
    let limits = Limits {
        frame_timeout: Some(SHORT),
        ..Limits::default()
    };
    let server = Running::start(limited(limits));
    let mut bob = user(&server, "bob");
    bob.send(&frame(DATA, &login("bob"))[..3]);
    bob.expect(&end("frame_timeout"));
    bob.expect_end();
    server.end();
}

#[test]
fn when_the_server_ends_it_says_so_last() {
    let server = Running::start(Config::default());
    let mut bob = user(&server, "bob");
    server.request_end();
    let words = framed(&error(ErrorCode::SERVER_SHUTTING_DOWN));
    bob.expect(&[words, end("shutdown")].concat());
    bob.expect_end();
    server.end();
}

#[test]
fn before_the_session_the_framing_has_the_word() {
    let limits = Limits {
        max_connections: Some(1),
        ..Limits::default()
    };
    let server = Running::start(limited(limits));
    let mut other = server.connect_framed();
    other.exchange(b"hello\n", b"what?\n");
    other.expect_end();
    drop(other);
    eventually("its place is free", || server.counters.read().connections == 0);
    let _bob = user(&server, "bob");
    let mut refused = server.connect_framed();
    refused.expect(&[&b"refused:"[..], &error(ErrorCode::SERVER_FULL)].concat());
    refused.expect_end();
    server.end();
}

/// The word that it has been cut off for fits into what the kernel takes, or does not.
#[test]
fn whoever_does_not_read_is_cut_off() {
    let limits = Limits {
        send_buffer: Some(4_096),
        rate_limit: None,
        write_timeout: Some(SHORT),
        ..Limits::default()
    };
    with_two(limited(limits), |server, mut alice, bob| {
        let long = packet(NOTE, &"x".repeat(900));
        let mut noted = 0;
        eventually("Bob is cut off", || {
            alice.send(&long);
            // That Bob has left may come before it.
            alice.skip_to(&note(&format!("alice: {}", "x".repeat(900))));
            noted += 1;
            server.counters.read().connections == 1 || noted > 100_000
        });
        assert!(noted < 100_000);
        drop(bob);
    });
}
