//! Steps 4 and 5: many rooms. Step 5: the workers that they are dealt out to.

use std::time::Duration;

use crate::packets::stops_reading;
use crate::support::wire::{error_packet, packet};
use crate::support::{Client, MOMENT, Server, eventually};
use crate::{ROOMS, WORKERS, chat, chat_result, enter, entered, login, login_result, said, step, user};

/// ROOM_LEAVE_REQ.
fn leave() -> Vec<u8> {
    packet(726, 0, b"")
}

/// ROOM_LEAVE_RES: `result:i16`.
fn leave_result(result: i16) -> Vec<u8> {
    packet(727, 0, &result.to_le_bytes())
}

/// ROOM_ENTER_RES of one who is not let in: `result:i16 room:i32 user_unique_id:u64`, both 0.
fn not_entered(result: i16) -> Vec<u8> {
    packet(722, 0, &[&result.to_le_bytes()[..], &[0; 12]].concat())
}

/// `unique_id:u64 id_len:i8 id`, of one user.
fn one(unique_id: u64, user_id: &str) -> Vec<u8> {
    let length = u8::try_from(user_id.len()).expect("a short name");
    [&unique_id.to_le_bytes()[..], &[length], user_id.as_bytes()].concat()
}

/// ROOM_USER_LIST_NTF: `count:i8`, then the users.
fn user_list(users: &[Vec<u8>]) -> Vec<u8> {
    let count = u8::try_from(users.len()).expect("a short list");
    packet(723, 0, &[vec![count], users.concat()].concat())
}

/// ROOM_NEW_USER_NTF.
fn has_come(unique_id: u64, user_id: &str) -> Vec<u8> {
    packet(724, 0, &one(unique_id, user_id))
}

/// ROOM_LEAVE_USER_NTF.
fn has_left(unique_id: u64) -> Vec<u8> {
    packet(728, 0, &unique_id.to_le_bytes())
}

/// A client in an empty room.
#[track_caller]
fn first_in(room: i32, server: &Server, user_id: &str) -> Client {
    let mut client = user(server, user_id);
    client.exchange(&enter(room), &entered(room, 1));
    client
}

/// Speaks, and hears that alone.
#[track_caller]
fn speaks(client: &mut Client, unique_id: u64) {
    client.exchange(&chat("hi"), &[said(unique_id, "hi"), chat_result(1)].concat());
}

#[test]
fn members_hear_of_a_newcomer_and_the_newcomer_of_the_members() {
    for path in [ROOMS, WORKERS] {
        let server = step(path);
        let mut alice = first_in(7, &server, "alice");
        let mut bob = user(&server, "bob");
        let list = user_list(&[one(1, "alice")]);
        bob.exchange(&enter(7), &[list, entered(7, 2)].concat());
        alice.expect(&has_come(2, "bob"));
        let mut carol = user(&server, "carol");
        let list = user_list(&[one(1, "alice"), one(2, "bob")]);
        carol.exchange(&enter(7), &[list, entered(7, 3)].concat());
        alice.expect(&has_come(3, "carol"));
        bob.expect(&has_come(3, "carol"));
    }
}

/// Nothing of it happens: the member is still there.
#[test]
fn who_says_more_than_leave_has_said_something_else() {
    for path in [ROOMS, WORKERS] {
        let server = step(path);
        let mut alice = first_in(7, &server, "alice");
        alice.exchange(&packet(726, 0, b"!"), &leave_result(51));
        speaks(&mut alice, 1);
        alice.exchange(&leave(), &leave_result(1));
    }
}

#[test]
fn a_message_stays_in_its_room() {
    for path in [ROOMS, WORKERS] {
        let server = step(path);
        let mut alice = first_in(0, &server, "alice");
        let mut bob = first_in(999, &server, "bob");
        speaks(&mut alice, 1);
        speaks(&mut bob, 1);
        speaks(&mut alice, 1);
    }
}

#[test]
fn who_leaves_and_who_is_gone_are_told_to_those_who_stay() {
    for path in [ROOMS, WORKERS] {
        let server = step(path);
        let mut alice = first_in(7, &server, "alice");
        for unique_id in [2, 4] {
            let mut bob = user(&server, "bob");
            let list = user_list(&[one(1, "alice")]);
            bob.exchange(&enter(7), &[&list[..], &entered(7, unique_id)].concat());
            alice.expect(&has_come(unique_id, "bob"));
            bob.exchange(&leave(), &leave_result(1));
            alice.expect(&has_left(unique_id));
            bob.exchange(&leave(), &error_packet(121));
            // The next time the number is another.
            bob.exchange(&enter(7), &[list, entered(7, unique_id + 1)].concat());
            alice.expect(&has_come(unique_id + 1, "bob"));
            bob.half_close();
            bob.expect_end();
            alice.expect(&has_left(unique_id + 1));
        }
    }
}

#[test]
fn what_cannot_be_is_refused() {
    for path in [ROOMS, WORKERS] {
        let server = step(path);
        let mut alice = user(&server, "alice");
        alice.exchange(&chat("hi"), &error_packet(121));
        alice.exchange(&leave(), &error_packet(121));
        for room in [-1, 1_000, i32::MIN, i32::MAX] {
            alice.exchange(&enter(room), &not_entered(122));
        }
        alice.exchange(&packet(721, 0, &[7, 0, 0]), &not_entered(51));
        alice.exchange(&enter(7), &entered(7, 1));
        for room in [7, 8, -1] {
            alice.exchange(&enter(room), &not_entered(131));
        }
        alice.exchange(&chat(""), &chat_result(151));
        speaks(&mut alice, 1);
    }
}

#[test]
fn a_long_list_comes_in_several_packets() {
    for path in [ROOMS, WORKERS] {
        let server = step(path);
        let names: Vec<_> = (1..=60).map(|number| format!("{number:016}")).collect();
        let mut members = Vec::new();
        for (unique_id, name) in (1..).zip(&names) {
            let mut member = user(&server, name);
            member.send(&enter(7));
            member.skip_to(&entered(7, unique_id));
            members.push(member);
        }
        let users: Vec<_> = (1..).zip(&names).map(|(id, name)| one(id, name)).collect();
        // 40 users of 25 bytes are 1,006 bytes with header and count; a packet has at most 1,024.
        let lists = users.chunks(40).flat_map(user_list).collect();
        let mut last = user(&server, "last");
        last.exchange(&enter(7), &[lists, entered(7, 61)].concat());
    }
}

#[test]
fn replies_keep_their_order_from_room_to_room() {
    for path in [ROOMS, WORKERS] {
        let server = step(path);
        let (mut sent, mut received) = (login("alice"), login_result(1));
        for round in 1..=10 {
            for room in 0..8 {
                sent.extend([enter(room), chat("hi"), leave()].concat());
                let replies = [
                    entered(room, round),
                    said(round, "hi"),
                    chat_result(1),
                    leave_result(1),
                ];
                received.extend(replies.concat());
            }
        }
        server.connect().exchange(&sent, &received);
    }
}

/// Speaks; false when nothing is to be heard of that. The time is longer than TCP takes to ask a client without room once
/// more: then the server's buffer may grow, and a write that seemed stuck goes on.
#[track_caller]
fn is_heard(client: &mut Client) -> bool {
    let heard = [said(1, "hello?"), chat_result(1)].concat();
    client.is_answered_within(MOMENT * 5, &chat("hello?"), &heard)
}

/// Whether the answer to what was said before has come by now.
#[track_caller]
fn is_heard_after_all(client: &mut Client) -> bool {
    let heard = [said(1, "hello?"), chat_result(1)].concat();
    client.is_answered_within(Duration::from_millis(1), b"", &heard)
}

/// What comes of the last message, as soon as nobody has to wait any more.
#[track_caller]
fn is_heard_at_last(client: &mut Client) {
    client.send(&chat("at last"));
    client.skip_to(&[said(1, "at last"), chat_result(1)].concat());
}

#[test]
fn in_step_4_all_rooms_wait_for_one_who_does_not_read() {
    let server = step(ROOMS);
    let [mut alice, mut bob] = [(2, "alice"), (5, "bob")].map(|(room, name)| first_in(room, &server, name));
    let beginning = [login("slow"), enter(1)].concat();
    let slow = stops_reading(&server, &beginning, || {
        !is_heard(&mut alice) && !is_heard(&mut bob)
    });
    drop(slow);
    is_heard_at_last(&mut alice);
    is_heard_at_last(&mut bob);
}

#[test]
fn in_step_5_only_the_rooms_of_the_same_worker_wait() {
    let server = step(WORKERS);
    let [mut alice, mut bob] = [(2, "alice"), (5, "bob")].map(|(room, name)| first_in(room, &server, name));
    let beginning = [login("slow"), enter(1)].concat();
    let slow = stops_reading(&server, &beginning, || {
        let bob_waits = !is_heard(&mut bob);
        // On a busy machine that alone means nothing. But who is served meanwhile, again and again, is not busy.
        (0..50).for_each(|_| speaks(&mut alice, 1));
        bob_waits && !is_heard_after_all(&mut bob)
    });
    // Of four newcomers one belongs to the worker that waits, and its login is not answered. Of a worker that is only
    // slow it would be, a little later: then the next four are asked.
    let mut number = 0;
    let mut fifth = None;
    eventually("one of four newcomers waits", || {
        let newcomers = [(); 4].map(|()| {
            number += 1;
            let mut newcomer = server.connect();
            newcomer.send(&login(&format!("user {number}")));
            newcomer
        });
        let waits = |client: &mut Client| !client.is_answered_within(MOMENT * 5, b"", &login_result(1));
        let mut waiting: Vec<_> = newcomers
            .into_iter()
            .filter_map(|mut client| waits(&mut client).then_some(client))
            .collect();
        fifth = waiting.pop();
        fifth.is_some() && waiting.is_empty()
    });
    drop(slow);
    is_heard_at_last(&mut bob);
    fifth.expect("one that waits").expect(&login_result(1));
}
