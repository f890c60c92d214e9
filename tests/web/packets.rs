//! Messages are pieces of the stream of packets: where they are cut means nothing.

use crate::WebServer;
use crate::socket::{BINARY, FIRST, LAST, MIDDLE, PING, PONG, frame};
use crate::support::messages::{
    chat, enter, entered, has_come, has_left, log_in, logged_in, ping, pong, said, said_by_oneself, user_list,
};

#[test]
fn users_of_the_page_and_of_tcp_share_rooms() {
    let server = WebServer::start(&[]);
    let mut alice = server.connect();
    let mut bob = server.server.connect();
    alice.exchange(
        &[log_in("alice"), enter(7)].concat(),
        &[logged_in(1), entered(7, 1)].concat(),
    );
    bob.exchange(
        &[log_in("bob"), enter(7)].concat(),
        &[logged_in(1), user_list(&[(1, "alice")]), entered(7, 2)].concat(),
    );
    alice.expect(&has_come(2, "bob"));
    alice.exchange(&chat("hello"), &said_by_oneself(1, "hello"));
    bob.expect(&said(1, "hello"));
    bob.exchange(&chat("hi"), &said_by_oneself(2, "hi"));
    alice.expect(&said(2, "hi"));
    alice.send_bytes(&frame(0x88, &1000_u16.to_be_bytes()));
    alice.expect_close(1000);
    bob.expect(&has_left(1));
}

#[test]
fn packets_are_cut_at_every_byte() {
    let server = WebServer::start(&["--rate-limit", "0"]);
    let mut socket = server.connect();
    let (packets, replies) = ([ping(1), ping(2)].concat(), [pong(1), pong(2)].concat());
    for cut in 0..=packets.len() {
        let (one, two) = packets.split_at(cut);
        socket.send(one);
        socket.send(two);
        socket.expect(&replies);
        let pieces = [
            frame(FIRST, one),
            frame(PING, b"p"),
            frame(MIDDLE, b""),
            frame(LAST, two),
        ];
        socket.send_bytes(&pieces.concat());
        socket.expect_pong_among(&replies, b"p");
    }
    for byte in packets {
        socket.send(&[byte]);
    }
    socket.expect(&replies);
}

#[test]
fn a_message_is_cut_at_every_byte_of_the_wire() {
    let server = WebServer::start(&["--rate-limit", "0"]);
    let mut socket = server.connect();
    let message = frame(BINARY, &ping(7));
    for cut in 1..message.len() {
        let (one, two) = message.split_at(cut);
        socket.send_bytes(one);
        socket.send_bytes(two);
        socket.expect(&pong(7));
    }
    for byte in message {
        socket.send_bytes(&[byte]);
    }
    socket.expect(&pong(7));
}

#[test]
fn one_message_may_have_many_packets() {
    let server = WebServer::start(&["--rate-limit", "0"]);
    let mut socket = server.connect();
    let packets: Vec<u8> = (0..200).flat_map(ping).collect();
    let replies: Vec<u8> = (0..200).flat_map(pong).collect();
    socket.exchange(&packets, &replies);
}

#[test]
fn pings_are_answered_and_pongs_are_not() {
    let server = WebServer::start(&[]);
    let mut socket = server.connect();
    socket.send_bytes(&frame(PONG, b"nobody asked"));
    socket.send_bytes(&frame(PING, &[b'x'; 125]));
    socket.expect_pong(&[b'x'; 125]);
    // Several at once: the last one is answered.
    let pings: Vec<u8> = [&b"1"[..], b"2", b"3"]
        .iter()
        .flat_map(|payload| frame(PING, payload))
        .collect();
    socket.send_bytes(&pings);
    socket.expect_pong(b"3");
}
