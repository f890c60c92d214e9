//! Steps 1 and 2: a line goes to all others.

use crate::support::{Client, MOMENT, Server};
use crate::{BROADCAST, CHANNEL, step};

/// A client that is on the server's list.
#[track_caller]
fn connect(server: &Server) -> Client {
    is_on_the_list(server, server.connect())
}

#[track_caller]
fn is_on_the_list(server: &Server, client: Client) -> Client {
    let line = format!("{} connected", client.address());
    server.log().wait_for_line(&line);
    client
}

/// One line that no buffer of a system holds.
fn endless_line() -> Vec<u8> {
    let mut line = vec![b'x'; 16 << 20];
    line.push(b'\n');
    line
}

/// Someone sends more than a client takes that does not read. The others get it all, since they came before
/// and so stand before it on the list.
#[track_caller]
fn stall(server: &Server, others: [&mut Client; 2]) -> Client {
    let slow = is_on_the_list(server, server.connect_with_little_room());
    let [sender, receiver] = others;
    let line = endless_line();
    sender.send(&line);
    receiver.expect(&line);
    slow
}

#[test]
fn a_line_goes_to_all_others_and_not_back() {
    for path in [BROADCAST, CHANNEL] {
        let server = step(path);
        let [mut alice, mut bob, mut carol] = [0; 3].map(|_| connect(&server));
        alice.send(b"hello\n");
        bob.expect(b"hello\n");
        carol.expect(b"hello\n");
        bob.send(b"in two ");
        bob.wait_until_read();
        bob.send(b"pieces\nand one\n");
        // What she has said herself does not come before this.
        alice.expect(b"in two pieces\nand one\n");
        carol.expect(b"in two pieces\nand one\n");
    }
}

#[test]
fn all_see_the_lines_in_the_same_order() {
    for path in [BROADCAST, CHANNEL] {
        let server = step(path);
        let mut readers = [0; 2].map(|_| connect(&server));
        let mut writers = [b"a\n", b"b\n"].map(|line| (connect(&server), line.repeat(500)));
        for (writer, lines) in &mut writers {
            writer.send(lines);
        }
        let [mut first, mut second] = [[0; 2_000]; 2];
        readers[0].receive_exactly(&mut first);
        readers[1].receive_exactly(&mut second);
        assert_eq!(first, second, "{path}");
        let count = |byte| first.iter().filter(|other| **other == byte).count();
        assert_eq!([count(b'a'), count(b'b')], [500, 500], "{path}");
    }
}

#[test]
fn who_has_gone_is_missed_by_nobody() {
    for path in [BROADCAST, CHANNEL] {
        let server = step(path);
        let [mut alice, mut bob, broken, mut orderly] = [0; 4].map(|_| connect(&server));
        let log = |client: &Client, what| format!("{} {what}", client.address());
        let (broke_off, closed) = (log(&broken, "broke off: "), log(&orderly, "closed"));
        broken.reset();
        server.log().wait_for_line(&broke_off);
        orderly.half_close();
        orderly.expect_end();
        server.log().wait_for_line(&closed);
        alice.send(b"anybody?\n");
        bob.expect(b"anybody?\n");
    }
}

#[test]
fn in_step_1_nobody_can_even_come_while_one_client_does_not_read() {
    let server = step(BROADCAST);
    let [mut alice, mut bob] = [0; 2].map(|_| connect(&server));
    let slow = stall(&server, [&mut alice, &mut bob]);
    alice.send(b"hello?\n");
    bob.expect_silence(MOMENT);
    // The lock is held, and the thread that accepts waits for it.
    let newcomer = server.connect();
    bob.expect_silence(MOMENT);
    assert_eq!(server.log().count(" connected"), 3);

    drop(slow);
    bob.expect(b"hello?\n");
    is_on_the_list(&server, newcomer);
}

#[test]
fn in_step_2_all_can_come_but_no_line_arrives_while_one_client_does_not_read() {
    let server = step(CHANNEL);
    let [mut alice, mut bob] = [0; 2].map(|_| connect(&server));
    let slow = stall(&server, [&mut alice, &mut bob]);
    alice.send(b"hello?\n");
    bob.expect_silence(MOMENT);
    // There is no lock; the worker will hear of the newcomer.
    connect(&server);

    drop(slow);
    bob.expect(b"hello?\n");
}

#[test]
fn in_step_2_a_full_channel_lets_the_senders_wait() {
    let server = step(CHANNEL);
    let [mut alice, mut bob] = [0; 2].map(|_| connect(&server));
    let slow = stall(&server, [&mut alice, &mut bob]);
    alice.send_until_stuck(&[b"x".repeat(1_023), b"\n".to_vec()].concat());
    drop(slow);
    bob.skip_to(b"x\n");
}
