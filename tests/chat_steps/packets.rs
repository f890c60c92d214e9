//! Steps 3 to 5: users, and what is refused. Step 3: one room for all.

use crate::support::wire::{echo, error_packet, packet};
use crate::support::{Client, MOMENT, Server, eventually};
use crate::{LONG_MESSAGE, PACKETS, ROOMS, WORKERS};
use crate::{chat, chat_result, enter, entered, login, login_result, said, step, user};

const ALL: [&str; 3] = [PACKETS, ROOMS, WORKERS];

/// Whoever is logged in gets this error, and is served.
#[track_caller]
fn is_served(client: &mut Client) {
    client.exchange(&packet(999, 0, b""), &error_packet(53));
}

#[test]
fn a_name_belongs_to_one_user_until_its_connection_ends() {
    for path in ALL {
        let server = step(path);
        let mut first = user(&server, "alice");
        let mut second = server.connect();
        second.exchange(&login("alice"), &login_result(111));
        second.exchange(&login("bob"), &login_result(1));
        second.exchange(&login("carol"), &login_result(111));
        first.half_close();
        first.expect_end();
        user(&server, "alice");
        user(&server, "carol");
    }
}

#[test]
fn of_many_logins_with_one_name_exactly_one_wins() {
    for path in ALL {
        let server = step(path);
        let mut clients: Vec<_> = (0..20).map(|_| server.connect()).collect();
        clients.iter_mut().for_each(|client| client.send(&login("alice")));
        let mut results = clients.iter_mut().map(|client| {
            let mut reply = [0; 7];
            client.receive_exactly(&mut reply);
            i16::from_le_bytes([reply[5], reply[6]])
        });
        assert_eq!(
            results.by_ref().filter(|result| *result == 1).count(),
            1,
            "{path}"
        );
    }
}

#[test]
fn a_name_must_be_one() {
    for path in ALL {
        let server = step(path);
        let mut client = server.connect();
        let mut behind_its_end = login("alice");
        behind_its_end[5 + 10] = b'x';
        for bad in [login(""), login("a\nb"), behind_its_end] {
            client.exchange(&bad, &login_result(112));
        }
        client.exchange(&login("sixteen_bytes_id"), &login_result(1));
    }
}

#[test]
fn an_error_goes_into_the_reply_or_else_into_a_notification() {
    for path in ALL {
        let server = step(path);
        let mut client = server.connect();
        for id in [731, 726, 999] {
            client.exchange(&packet(id, 0, b""), &error_packet(52));
        }
        let one_byte_less = packet(701, 0, &[b'a'; 31]);
        client.exchange(&one_byte_less, &login_result(51));
        client.exchange(&login("alice"), &login_result(1));
        client.exchange(&echo(b"no such service"), &error_packet(53));
        is_served(&mut client);
    }
}

#[test]
fn a_bad_length_ends_that_connection_only() {
    for path in ALL {
        let server = step(path);
        let mut witness = user(&server, "witness");
        for (header, reason) in [
            (
                [4, 0, 101, 0, 0],
                "packet is 4 bytes, smaller than its header of 5",
            ),
            (
                [1, 4, 101, 0, 0],
                "packet is 1025 bytes, larger than the 1024 allowed",
            ),
        ] {
            let mut client = server.connect();
            client.send(&[login("alice"), header.to_vec()].concat());
            client.expect(&login_result(1));
            client.expect_end_or_reset();
            let line = format!("{} broke off: {reason}", client.address());
            server.log().wait_for_line(&line);
        }
        is_served(&mut witness);
    }
}

/// Logs in, enters where there are rooms, and speaks: what a client sends, and what it gets.
fn conversation(path: &str, unique_id: u64) -> (Vec<u8>, Vec<u8>) {
    let (mut sent, mut received) = (login("alice"), login_result(1));
    if path != PACKETS {
        sent.extend(enter(7));
        received.extend(entered(7, unique_id));
    }
    sent.extend(chat("안녕"));
    received.extend([said(unique_id, "안녕"), chat_result(1)].concat());
    (sent, received)
}

#[test]
fn all_may_come_at_once_or_in_two_pieces() {
    for path in ALL {
        let server = step(path);
        let length = conversation(path, 1).0.len();
        // Not every byte: it takes the kernel 40 ms to confirm a first piece.
        for (cut, unique_id) in (0..length).step_by(5).zip(1..) {
            let (sent, received) = conversation(path, unique_id);
            let mut client = server.connect();
            client.send(&sent[..cut]);
            client.wait_until_read();
            client.exchange(&sent[cut..], &received);
            client.half_close();
            client.expect_end();
        }
    }
}

#[test]
fn in_step_3_a_message_goes_to_all_users_and_the_reply_comes_last() {
    let server = step(PACKETS);
    let mut nobody = server.connect();
    let [mut alice, mut bob] = ["alice", "bob"].map(|user_id| user(&server, user_id));
    // Nobody is the first client, Alice the second, Bob the third.
    alice.exchange(&chat("hi"), &[said(2, "hi"), chat_result(1)].concat());
    bob.expect(&said(2, "hi"));
    bob.exchange(&chat("hello"), &[said(3, "hello"), chat_result(1)].concat());
    alice.expect(&said(3, "hello"));
    // Before the login nothing of that is to be heard.
    nobody.exchange(&login("nobody"), &login_result(1));
}

#[test]
fn in_step_3_a_message_has_1_to_126_bytes() {
    let server = step(PACKETS);
    let mut alice = user(&server, "alice");
    alice.exchange(&chat(""), &chat_result(151));
    alice.exchange(&chat(&format!("{LONG_MESSAGE}!")), &chat_result(151));
    alice.exchange(
        &chat(LONG_MESSAGE),
        &[said(1, LONG_MESSAGE), chat_result(1)].concat(),
    );
    alice.exchange(&packet(731, 0, &[2, 0, b'x']), &chat_result(51));
    alice.exchange(&packet(731, 0, &[2, 0, 0xc3, 0x28]), &chat_result(51));
}

#[test]
fn in_step_3_all_wait_for_one_who_does_not_read() {
    let server = step(PACKETS);
    let mut witness = server.connect();
    let (unknown, refused) = (packet(999, 0, b""), error_packet(52));
    let slow = stops_reading(&server, &login("slow"), || {
        !witness.is_answered_within(MOMENT, &unknown, &refused)
    });
    drop(slow);
    witness.expect(&refused);
}

/// Someone begins with these packets, then speaks and never reads. What comes back, more than a megabyte, is more than
/// there is room for on the way, also where a busy kernel makes more room; so sooner or later this is the effect.
#[track_caller]
pub(crate) fn stops_reading(server: &Server, beginning: &[u8], has_effect: impl FnMut() -> bool) -> Client {
    let mut slow = server.connect_with_little_room();
    slow.send(beginning);
    slow.send(&chat(LONG_MESSAGE).repeat(12_000));
    eventually("a slow client is felt", has_effect);
    slow
}
