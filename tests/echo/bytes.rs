//! The finished server as it starts by default: whatever comes goes back.

use std::thread;

use crate::support::MOMENT;
use crate::{HELLO, is_served, noise, server, server_at};

#[test]
fn lines_come_back() {
    let server = server(&[]);
    let mut client = server.connect();
    client.exchange(b"one\n", b"one\n");
    client.exchange(b"two\nthree\n", b"two\nthree\n");
    client.exchange("안녕하세요\n".as_bytes(), "안녕하세요\n".as_bytes());
}

#[test]
fn no_line_break_is_needed() {
    let server = server(&[]);
    let mut client = server.connect();
    client.exchange(b"no line break", b"no line break");
    client.exchange(b"x", b"x");
}

#[test]
fn bytes_of_every_value_come_back() {
    let server = server(&[]);
    let all: Vec<u8> = (0..=255).collect();
    server.connect().exchange(&all, &all);
}

#[test]
fn what_would_be_a_bad_packet_comes_back_too() {
    let server = server(&[]);
    server.connect().exchange(&[0, 0, 101, 0, 0], &[0, 0, 101, 0, 0]);
}

#[test]
fn ten_megabytes_come_back_while_they_are_still_being_sent() {
    let server = server(&[]);
    let mut receiver = server.connect();
    let mut sender = receiver.second_handle();
    let data = noise(10_000_000);
    thread::scope(|scope| {
        scope.spawn(|| {
            sender.send(&data);
            sender.half_close();
        });
        receiver.expect(&data);
        receiver.expect_end();
    });
}

#[test]
fn a_hundred_clients_are_served_side_by_side() {
    let server = server(&[]);
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

#[test]
fn a_silent_client_keeps_nobody_waiting() {
    let server = server(&[]);
    let mut silent = server.connect();
    is_served(&mut server.connect());
    silent.expect_silence(MOMENT);
    is_served(&mut silent);
}

#[test]
fn ten_thousand_lines_before_a_half_close_are_all_answered() {
    let server = server(&[]);
    let mut client = server.connect();
    let lines: String = (0..10_000).map(|number| format!("line {number}\n")).collect();
    client.send(lines.as_bytes());
    client.half_close();
    client.expect(lines.as_bytes());
    client.expect_end();
}

#[test]
fn clients_come_over_ipv6() {
    let server = server_at("[::1]:0", &[]);
    assert!(server.address.is_ipv6());
    let mut client = server.connect();
    client.send(&HELLO[..3]);
    client.wait_until_read();
    client.exchange(&HELLO[3..], HELLO);
}

#[test]
fn all_addresses_of_ipv6_serve_ipv4_too() {
    let server = server_at("[::]:0", &[]);
    let port = server.address.port();
    for host in ["127.0.0.1", "[::1]"] {
        let address = format!("{host}:{port}").parse().unwrap();
        is_served(&mut crate::Client::connect(address));
    }
}
