//! From room to room, and so from worker to worker: in one write, with everything in order.

use crate::support::messages::{
    chat, enter, entered, has_come, has_left, leave, left, log_in, logged_in, not_entered, relay, relayed,
    said, said_by_oneself, user_list, whisper, whispered, whispers,
};
use crate::support::wire::error_packet;
use crate::{first_in, heard_nothing_more, servers, user};

#[test]
fn replies_keep_their_order_from_room_to_room() {
    for server in servers(&["--rate-limit", "0"]) {
        let (mut sent, mut expected) = (log_in("alice"), logged_in(1));
        for round in 1..=10 {
            for room in [0, 1, 2, 3, 4, 7, 998, 999] {
                sent.extend([enter(room), chat("hi"), relay(b"x"), leave()].concat());
                let replies = [
                    entered(room, round),
                    said_by_oneself(round, "hi"),
                    relayed(round, b"x"),
                    left(1),
                ];
                expected.extend(replies.concat());
            }
        }
        server.connect().exchange(&sent, &expected);
    }
}

#[test]
fn members_see_one_who_runs_through_their_rooms_in_order() {
    const ROOMS: [i32; 5] = [0, 1, 2, 3, 4];
    for server in servers(&["--rate-limit", "0"]) {
        let mut members = ROOMS.map(|room| first_in(&server, room, &format!("in {room}")));
        let mut sent = log_in("runner");
        for round in ["one", "two", "three"] {
            for room in ROOMS {
                sent.extend(
                    [
                        enter(room),
                        chat(round),
                        whisper(&format!("in {room}"), round),
                        leave(),
                    ]
                    .concat(),
                );
            }
        }
        let mut runner = server.connect();
        runner.send(&sent);
        for member in &mut members {
            for (unique_id, round) in [(2, "one"), (3, "two"), (4, "three")] {
                member.expect(&has_come(unique_id, "runner"));
                member.expect(&said(unique_id, round));
                member.expect(&whispers("runner", round));
                member.expect(&has_left(unique_id));
            }
        }
        runner.expect(&logged_in(1));
        for unique_id in [2, 3, 4] {
            let round = ["one", "two", "three"][usize::try_from(unique_id - 2).unwrap()];
            for room in ROOMS {
                runner.expect(&user_list(&[(1, &format!("in {room}"))]));
                runner.expect(&entered(room, unique_id));
                runner.expect(&said_by_oneself(unique_id, round));
                runner.expect(&[whispered(1), left(1)].concat());
            }
        }
        heard_nothing_more(&mut runner);
    }
}

#[test]
fn a_room_that_lets_nobody_in_changes_nothing() {
    for server in servers(&["--room-size", "1", "--rooms", "8"]) {
        let mut others = [1, 2, 3].map(|room| first_in(&server, room, &format!("in {room}")));
        let mut alice = user(&server, "alice");
        let (mut sent, mut expected) = (Vec::new(), Vec::new());
        for room in [1, 2, 3, 8, -1] {
            sent.extend([enter(room), chat("anybody?")].concat());
            let result = if (1..=3).contains(&room) { 134 } else { 122 };
            expected.extend([&not_entered(result)[..], &error_packet(121)].concat());
        }
        sent.extend([enter(4), chat("at last")].concat());
        expected.extend([entered(4, 1), said_by_oneself(1, "at last")].concat());
        alice.exchange(&sent, &expected);
        others.iter_mut().for_each(heard_nothing_more);
    }
}

#[test]
fn whoever_ends_in_the_middle_of_a_move_is_nowhere() {
    for server in servers(&[]) {
        let mut witness = first_in(&server, 2, "witness");
        for unique_id in [2, 3, 4] {
            let mut runner = server.connect();
            runner.send(&[log_in("runner"), enter(1), leave(), enter(2), leave(), enter(2)].concat());
            runner.half_close();
            runner.receive_rest();
            let first = 2 * unique_id - 2;
            for unique_id in [first, first + 1] {
                witness.expect(&[has_come(unique_id, "runner"), has_left(unique_id)].concat());
            }
        }
        let mut again = user(&server, "runner");
        again.exchange(&enter(1), &entered(1, 4));
        heard_nothing_more(&mut witness);
    }
}
