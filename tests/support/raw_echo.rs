//! What every echo server of raw bytes does, whatever comes goes back: each conversation is a test of each of
//! them.

use std::sync::LazyLock;
use std::thread;

use super::client::wait_until_all_read;
use super::{Client, MOMENT, Server};

/// A message that is a line and a packet, so that every echo server takes it.
pub(crate) const HELLO: &[u8] = b"\x0b\x00\x65\x00\x00hello\n";

/// The server serves this client.
#[track_caller]
pub(crate) fn is_served(client: &mut Client) {
    client.exchange(HELLO, HELLO);
}

/// Bytes in which no stretch is like another, so that nothing lost, doubled or moved goes unnoticed.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut bytes = vec![0; length];
    for chunk in bytes.chunks_mut(size_of_val(&state)) {
        // Marsaglia, Xorshift RNGs, 2003.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        chunk.copy_from_slice(&state.to_le_bytes()[..chunk.len()]);
    }
    bytes
}

/// More than the buffers between a client and a server hold, as a rule.
pub(crate) static TEN_MEGABYTES: LazyLock<Vec<u8>> = LazyLock::new(|| noise(10_000_000));

pub(crate) fn lines_come_back(server: &Server) {
    let mut client = server.connect();
    client.exchange(b"one\n", b"one\n");
    client.exchange(b"two\nthree\n", b"two\nthree\n");
    client.exchange("안녕하세요\n".as_bytes(), "안녕하세요\n".as_bytes());
}

pub(crate) fn no_line_break_is_needed(server: &Server) {
    let mut client = server.connect();
    client.exchange(b"no line break", b"no line break");
    client.exchange(b"x", b"x");
}

pub(crate) fn bytes_of_every_value_come_back(server: &Server) {
    let all: Vec<u8> = (0..=255).collect();
    server.connect().exchange(&all, &all);
}

pub(crate) fn what_would_be_a_bad_packet_comes_back_too(server: &Server) {
    server.connect().exchange(&[0, 0, 101, 0, 0], &[0, 0, 101, 0, 0]);
}

pub(crate) fn ten_megabytes_come_back_while_they_are_still_being_sent(server: &Server) {
    let mut receiver = server.connect();
    let mut sender = receiver.second_handle();
    thread::scope(|scope| {
        scope.spawn(|| {
            sender.send(&TEN_MEGABYTES);
            sender.half_close();
        });
        receiver.expect(&TEN_MEGABYTES);
        receiver.expect_end();
    });
}

pub(crate) fn a_hundred_clients_are_served_side_by_side(server: &Server) {
    let mut clients: Vec<_> = (0..100).map(|_| server.connect()).collect();
    for (number, client) in clients.iter_mut().enumerate() {
        client.send(format!("I am client {number}\n").as_bytes());
    }
    for (number, client) in clients.iter_mut().enumerate().rev() {
        client.expect(format!("I am client {number}\n").as_bytes());
    }
    // Nobody has got more than his own.
    clients.iter_mut().for_each(|client| {
        client.half_close();
        client.expect_end();
    });
}

pub(crate) fn a_silent_client_keeps_nobody_waiting(server: &Server) {
    let mut silent = server.connect();
    is_served(&mut server.connect());
    silent.expect_silence(MOMENT);
    is_served(&mut silent);
}

/// For those who serve one after another.
pub(crate) fn the_second_client_waits_for_the_first(server: &Server) {
    let mut first = server.connect();
    is_served(&mut first);
    let mut second = server.connect();
    second.send(HELLO);
    second.expect_silence(MOMENT);
    is_served(&mut first);
    drop(first);
    second.expect(HELLO);
}

pub(crate) fn ten_thousand_lines_before_a_half_close_are_all_answered(server: &Server) {
    let mut client = server.connect();
    let lines: String = (0..10_000).map(|number| format!("line {number}\n")).collect();
    client.send(lines.as_bytes());
    client.half_close();
    client.expect(lines.as_bytes());
    client.expect_end();
}

/// The server listens at an address of IPv6.
pub(crate) fn clients_come_over_ipv6(server: &Server) {
    assert!(server.address.is_ipv6());
    let mut client = server.connect();
    client.exchange(&HELLO[..3], &HELLO[..3]);
    client.exchange(&HELLO[3..], &HELLO[3..]);
}

/// The server listens at `[::]`.
pub(crate) fn all_addresses_of_ipv6_serve_ipv4_too(server: &Server) {
    let port = server.address.port();
    for host in ["127.0.0.1", "[::1]"] {
        let address = format!("{host}:{port}").parse().expect("an address");
        is_served(&mut Client::connect(address));
    }
}

#[cfg(target_os = "linux")]
pub(crate) fn clients_that_have_gone_before_they_are_accepted_harm_nobody(server: &Server) {
    server.process.freeze();
    for _ in 0..50 {
        let mut gone = server.connect();
        gone.send(HELLO);
        gone.reset();
        drop(server.connect());
    }
    let mut patient = server.connect();
    patient.send(HELLO);
    server.process.thaw();
    patient.expect(HELLO);
}
