//! Entering, leaving, lists, and the order of what members see.

use std::thread;

use crate::support::messages::{
    chat, enter, entered, has_come, has_left, leave, left, log_in, logged_in, not_entered, relay, relayed,
    said, said_by_oneself, user_list,
};
use crate::support::{Client, Server};
use crate::{binary_servers, first_in, goes, heard_nothing_more, next_packet, pair_in, servers, user};

#[test]
fn members_hear_of_a_newcomer_and_the_newcomer_of_the_members() {
    for server in servers(&[]) {
        let mut alice = first_in(&server, 6, "alice");
        let mut bob = user(&server, "밥");
        let list = user_list(&[(1, "alice")]);
        bob.exchange(&enter(6), &[list, entered(6, 2)].concat());
        alice.expect(&has_come(2, "밥"));
        let mut carol = user(&server, "carol");
        let list = user_list(&[(1, "alice"), (2, "밥")]);
        carol.exchange(&enter(6), &[list, entered(6, 3)].concat());
        alice.expect(&has_come(3, "carol"));
        bob.expect(&has_come(3, "carol"));
        for member in [&mut alice, &mut bob, &mut carol] {
            heard_nothing_more(member);
        }
    }
}

#[test]
fn rooms_do_not_hear_each_other() {
    for server in servers(&[]) {
        // The same worker for 0 and 4, others for 1 and 999, with four of them.
        let mut members = [0, 4, 1, 999].map(|room| first_in(&server, room, &format!("in {room}")));
        for member in &mut members {
            member.exchange(&chat("hi"), &said_by_oneself(1, "hi"));
            member.exchange(&relay(b"hi"), &relayed(1, b"hi"));
            member.exchange(&leave(), &left(1));
        }
        members.iter_mut().for_each(heard_nothing_more);
    }
}

#[test]
fn who_leaves_is_told_so_and_who_stays_is_told_who_left() {
    for server in servers(&[]) {
        let [mut alice, mut bob] = pair_in(&server, 1, ["alice", "bob"]);
        bob.exchange(&leave(), &left(1));
        alice.expect(&has_left(2));
        // Who has left hears nothing more of the room.
        alice.exchange(&chat("alone"), &said_by_oneself(1, "alone"));
        heard_nothing_more(&mut bob);
    }
}

#[test]
fn who_is_gone_has_left() {
    for server in servers(&[]) {
        let [mut alice, bob] = pair_in(&server, 1, ["alice", "bob"]);
        goes(bob);
        alice.expect(&has_left(2));
        let [mut carol, dave] = pair_in(&server, 2, ["carol", "dave"]);
        dave.reset();
        carol.expect(&has_left(2));
        for member in [&mut alice, &mut carol] {
            member.exchange(&chat("alone"), &said_by_oneself(1, "alone"));
        }
    }
}

#[test]
fn what_was_said_before_leaving_is_heard_before_it() {
    for server in servers(&[]) {
        let [mut alice, mut bob] = pair_in(&server, 1, ["alice", "bob"]);
        bob.send(&[chat("good bye"), leave()].concat());
        bob.half_close();
        bob.expect(&[said_by_oneself(2, "good bye"), left(1)].concat());
        bob.expect_end();
        alice.expect(&[said(2, "good bye"), has_left(2)].concat());
        heard_nothing_more(&mut alice);
    }
}

#[test]
fn a_unique_id_counts_up_and_is_not_used_twice() {
    for server in servers(&["--room-size", "2"]) {
        let mut alice = first_in(&server, 5, "alice");
        for unique_id in [2, 4, 6] {
            let mut bob = user(&server, "bob");
            let list = user_list(&[(1, "alice")]);
            bob.exchange(&enter(5), &[&list[..], &entered(5, unique_id)].concat());
            // Who is not let in takes no number.
            let mut carol = user(&server, "carol");
            carol.exchange(&enter(5), &not_entered(134));
            goes(carol);
            bob.exchange(&leave(), &left(1));
            bob.exchange(&enter(5), &[list, entered(5, unique_id + 1)].concat());
            goes(bob);
            for unique_id in [unique_id, unique_id + 1] {
                alice.expect(&[has_come(unique_id, "bob"), has_left(unique_id)].concat());
            }
        }
        // Also when everybody has left; and each room counts for itself.
        alice.exchange(&[leave(), enter(5)].concat(), &[left(1), entered(5, 8)].concat());
        alice.exchange(&[leave(), enter(9)].concat(), &[left(1), entered(9, 1)].concat());
    }
}

#[test]
fn a_list_is_in_ascending_order_whoever_has_left() {
    for server in servers(&[]) {
        let mut alice = first_in(&server, 7, "alice");
        let mut others: Vec<_> = (2..=6)
            .map(|number| enters(&server, 7, &format!("user {number}")))
            .collect();
        // 2 comes back as 7, 4 goes for ever.
        others[0].send(&[leave(), enter(7)].concat());
        others[0].skip_to(&entered(7, 7));
        goes_with_news(others.remove(2));
        let mut last = user(&server, "last");
        let list = [
            (1, "alice"),
            (3, "user 3"),
            (5, "user 5"),
            (6, "user 6"),
            (7, "user 2"),
        ];
        last.exchange(&enter(7), &[user_list(&list), entered(7, 8)].concat());
        alice.skip_to(&has_come(8, "last"));
    }
}

/// A new member who has not read what it was told of the others.
#[track_caller]
fn enters(server: &Server, room: i32, name: &str) -> Client {
    let mut client = server.connect();
    client.send(&[log_in(name), enter(room)].concat());
    client.expect(&logged_in(1));
    // The list comes first, if there is one.
    while next_packet(&mut client)[2..4] != 722_u16.to_le_bytes() {}
    client
}

/// As `goes`, whatever the client has been told.
fn goes_with_news(mut client: Client) {
    client.half_close();
    client.receive_rest();
}

/// In the other codecs a list has other sizes: see `codecs`.
#[test]
fn a_list_that_does_not_fit_into_one_packet_comes_in_several() {
    const MEMBERS: u64 = 90;
    for server in binary_servers(&[]) {
        let names: Vec<_> = (1..=MEMBERS).map(|number| format!("{number:016}")).collect();
        let _members: Vec<_> = names.iter().map(|name| enters(&server, 8, name)).collect();
        let users: Vec<_> = (1..).zip(names.iter().map(String::as_str)).collect();
        // 40 users of 25 bytes are 1,006 bytes with header and count; a packet has at most 1,024.
        let lists: Vec<_> = users.chunks(40).flat_map(user_list).collect();
        assert_eq!(lists.len(), 3 * 6 + 90 * 25);
        let mut last = user(&server, "last");
        last.exchange(&enter(8), &[lists, entered(8, MEMBERS + 1)].concat());
    }
}

#[test]
fn a_list_of_over_127_users_comes_in_several_packets() {
    const MEMBERS: u64 = 255;
    for server in binary_servers(&["--room-size", "300", "--max-packet", "65535"]) {
        let names: Vec<_> = (1..=MEMBERS).map(|number| number.to_string()).collect();
        let _members: Vec<_> = names.iter().map(|name| enters(&server, 8, name)).collect();
        let users: Vec<_> = (1..).zip(names.iter().map(String::as_str)).collect();
        let lists: Vec<_> = users.chunks(127).map(user_list).collect();
        assert_eq!(lists.len(), 3);
        let mut last = user(&server, "last");
        last.exchange(&enter(8), &[lists.concat(), entered(8, MEMBERS + 1)].concat());
    }
}

#[test]
fn all_members_see_the_same_order() {
    const MEMBERS: usize = 6;
    const MESSAGES: usize = 25;
    for server in servers(&["--rate-limit", "0"]) {
        let names: Vec<_> = (0..MEMBERS).map(|number| format!("user {number}")).collect();
        let mut members: Vec<_> = names.iter().map(|name| enters(&server, 3, name)).collect();
        // From here on all of them are there.
        members[MEMBERS - 1].send(&chat("begin"));
        for member in &mut members {
            member.skip_to(&said(MEMBERS as u64, "begin"));
        }
        thread::scope(|scope| {
            for (member, name) in members.iter().zip(&names) {
                let mut sender = member.second_handle();
                scope.spawn(move || {
                    for number in 0..MESSAGES {
                        sender.send(&chat(&format!("{name} says {number}")));
                        sender.send(&relay(&[7; 3]));
                    }
                    sender.send(&chat("end"));
                });
            }
            scope.spawn(|| comes_and_goes(&server));
        });
        let hear = |member| notifications_up_to(member, MEMBERS);
        let seen: Vec<_> = members.iter_mut().map(hear).collect();
        // The visitor may say more or less of its own in this time.
        let chats = seen[0]
            .iter()
            .filter(|packet| packet[2..4] == 733_u16.to_le_bytes() && !packet.ends_with(b"\x02\0hi"));
        assert_eq!(chats.count(), MEMBERS * (MESSAGES + 1));
        assert!(seen.iter().all(|notifications| *notifications == seen[0]));
    }
}

/// All but the answers, which are each one's own.
fn notifications_up_to(member: &mut Client, ends: usize) -> Vec<Vec<u8>> {
    let mut notifications = Vec::new();
    let mut ended = 0;
    while ended < ends {
        let packet = next_packet(member);
        ended += usize::from(packet.ends_with(b"\x03\0end"));
        if packet[2..4] != 732_u16.to_le_bytes() {
            notifications.push(packet);
        }
    }
    notifications
}

/// A user who is in room 3 now and then.
fn comes_and_goes(server: &Server) {
    let mut client = user(server, "visitor");
    for _ in 0..10 {
        client.send(&[enter(3), chat("hi"), leave()].concat());
        client.skip_to(&left(1));
    }
}
