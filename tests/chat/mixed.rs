//! Users of different ports: they share names, rooms and whispers, and none needs to know what another speaks.

use std::thread;

use protocol::Codec;

use crate::ports::Ports;
use crate::ports::{NAMES, servers};
use crate::support::Client;
use crate::support::messages::{
    chat, chatted, decline, declines, enter, entered, has_come, has_left, invitation, invite, is_invited,
    leave, left, log_in, logged_in, not_entered, relay, relayed, said, said_by_oneself, user_list, whisper,
    whispered, whispers,
};
use crate::{goes, heard_nothing_more, next_packet};

const DUPLICATION: i16 = 111;
const ROOM_FULL: i16 = 134;

#[test]
fn members_of_all_ports_hear_each_other() {
    for ports in servers(&[]) {
        let mut members = ports.members(6);
        for speaker in 0..3 {
            let unique_id = speaker as u64 + 1;
            members[speaker].send(&chat("안녕하세요, hello"));
            members[speaker].send(&relay(b"\x00\xff any bytes \x81"));
            for (listener, member) in members.iter_mut().enumerate() {
                member.expect(&said(unique_id, "안녕하세요, hello"));
                if listener == speaker {
                    member.expect(&chatted(1));
                }
                // The same bytes in every codec.
                member.expect(&relayed(unique_id, b"\x00\xff any bytes \x81"));
            }
        }
        let [mut first, second, mut third] = members;
        third.exchange(&leave(), &left(1));
        first.expect(&has_left(3));
        goes_after(second, &has_left(3));
        first.expect(&has_left(2));
        first.exchange(&chat("alone"), &said_by_oneself(1, "alone"));
        heard_nothing_more(&mut third);
    }
}

/// Results of the other ports stay what they are.
#[test]
fn classic_results_are_for_the_binary_port_alone() {
    for ports in servers(&["--classic-results"]) {
        let [mut binary, mut msgpack, mut protobuf] = ports.members(6);
        binary.exchange(&leave(), &left(0));
        msgpack.expect(&has_left(1));
        protobuf.expect(&has_left(1));
        msgpack.exchange(&chat("hi"), &said_by_oneself(2, "hi"));
        msgpack.exchange(&leave(), &left(1));
        protobuf.expect(&[said(2, "hi"), has_left(2)].concat());
        protobuf.exchange(&chat("hi"), &said_by_oneself(3, "hi"));
        protobuf.exchange(&leave(), &left(1));
    }
}

/// As `goes`, for one who has heard this.
#[track_caller]
fn goes_after(mut client: Client, heard: &[u8]) {
    client.expect(heard);
    goes(client);
}

#[test]
fn each_codec_has_its_bytes() {
    let ports = Ports::open(&[]);
    let mut members = ports.members(1).map(Client::on_the_wire);
    members[0].send(&chat("hi"));
    // ROOM_CHAT_NTF with unique_id 1 and the message, as the chapter on formats has them.
    members[0].expect(b"\x11\0\xdd\x02\0\x01\0\0\0\0\0\0\0\x02\0hi\x07\0\xdc\x02\0\x01\0");
    members[1].expect(b"\x1b\0\xdd\x02\0\x82\xacUserUniqueId\x01\xa3Msg\xa2hi");
    members[2].expect(b"\x0b\0\xdd\x02\0\x08\x01\x12\x02hi");
    // ROOM_LEAVE_RES: success is 0 in msgpack.
    members[1].exchange(b"\x05\0\xd6\x02\0", b"\x0e\0\xd7\x02\0\x81\xa6Result\0");
    members[0].expect(b"\x0d\0\xd8\x02\0\x02\0\0\0\0\0\0\0");
    members[2].expect(b"\x07\0\xd8\x02\0\x08\x02");
    members[2].exchange(b"\x05\0\xd6\x02\0", b"\x07\0\xd7\x02\0\x08\x01");
    // ERROR_NTF 121, for who is in no room.
    members[1].exchange(b"\x05\0\xd6\x02\0", b"\x11\0\xcb\0\0\x81\xa9ErrorCode\x79");
    members[2].exchange(b"\x05\0\xd6\x02\0", b"\x07\0\xcb\0\0\x08\x79");
}

#[test]
fn whispers_pass_between_all_codecs() {
    for ports in servers(&[]) {
        // Two users of each port, in rooms of different workers.
        let mut users: Vec<_> = (0..6)
            .map(|number| {
                let mut user = ports.user(Codec::ALL[number % 3], &format!("user {number}"));
                let room = i32::try_from(number).expect("few rooms");
                user.exchange(&enter(room), &entered(room, 1));
                user
            })
            .collect();
        for from in 0..6 {
            for to in (0..6).filter(|to| *to != from) {
                let message = format!("{from}에서 {to}");
                users[from].exchange(&whisper(&format!("user {to}"), &message), &whispered(1));
                users[to].expect(&whispers(&format!("user {from}"), &message));
            }
        }
        users.iter_mut().for_each(heard_nothing_more);
    }
}

#[test]
fn invitations_pass_between_all_codecs() {
    for ports in servers(&[]) {
        let mut users = ports.users();
        for (room, user) in (0..).zip(&mut users) {
            user.exchange(&enter(room), &entered(room, 1));
        }
        for inviter in 0..3 {
            let room = i32::try_from(inviter).expect("few rooms");
            for invited in (0..3).filter(|invited| *invited != inviter) {
                users[inviter].exchange(&invite(NAMES[invited]), &is_invited(1));
                users[invited].expect(&invitation(NAMES[inviter], room));
                users[invited].send(&decline(NAMES[inviter]));
                users[inviter].expect(&declines(NAMES[invited]));
            }
        }
        // And one is accepted.
        users[2].exchange(&invite(NAMES[1]), &is_invited(1));
        users[1].expect(&invitation(NAMES[2], 2));
        let welcome = [left(1), user_list(&[(1, NAMES[2])]), entered(2, 2)].concat();
        users[1].exchange(&[leave(), enter(2)].concat(), &welcome);
        users[2].expect(&has_come(2, NAMES[1]));
    }
}

#[test]
fn a_name_is_one_users_of_all_ports() {
    for ports in servers(&[]) {
        for codec in Codec::ALL {
            let alice = ports.user(codec, "앨리스");
            for mut other in ports.clients() {
                other.exchange(&log_in("앨리스"), &logged_in(DUPLICATION));
            }
            goes(alice);
        }
    }
}

#[test]
fn a_full_room_is_full_for_all_ports() {
    for ports in servers(&["--room-size", "3"]) {
        let [_first, mut second, _third] = ports.members(2);
        for codec in Codec::ALL {
            let mut late = ports.user(codec, "late");
            late.exchange(&enter(2), &not_entered(ROOM_FULL));
            goes(late);
        }
        heard_nothing_more(&mut second);
    }
}

#[test]
fn all_members_see_the_same_order_whatever_they_speak() {
    const MEMBERS: usize = 6;
    const MESSAGES: usize = 20;
    for ports in servers(&["--rate-limit", "0"]) {
        let mut members: Vec<_> = (0..MEMBERS)
            .map(|number| {
                let mut member = ports.user(Codec::ALL[number % 3], &format!("user {number}"));
                member.send(&enter(3));
                member.skip_to(&entered(3, number as u64 + 1));
                member
            })
            .collect();
        // From here on all of them are there.
        members[0].send(&chat("begin"));
        for member in &mut members {
            member.skip_to(&said(1, "begin"));
        }
        thread::scope(|scope| {
            for (number, member) in members.iter().enumerate() {
                let mut sender = member.second_handle();
                scope.spawn(move || {
                    for message in 0..MESSAGES {
                        sender.send(&chat(&format!("{number} says {message}")));
                        sender.send(&relay(&[7; 3]));
                    }
                    sender.send(&chat("end"));
                });
            }
        });
        let seen: Vec<_> = members.iter_mut().map(notifications_up_to_all_ends).collect();
        assert_eq!(seen[0].len(), MEMBERS * (2 * MESSAGES + 1));
        assert!(seen.iter().all(|notifications| *notifications == seen[0]));
    }

    /// All but the answers, which are each one's own.
    fn notifications_up_to_all_ends(member: &mut Client) -> Vec<Vec<u8>> {
        let mut notifications = Vec::new();
        let mut ended = 0;
        while ended < MEMBERS {
            let packet = next_packet(member);
            ended += usize::from(packet.ends_with(b"\x03\0end"));
            if packet != chatted(1) {
                notifications.push(packet);
            }
        }
        notifications
    }
}

#[test]
fn a_trace_says_the_same_of_every_codec() {
    let ports = Ports::open(&["--trace"]);
    let mut alices = Codec::ALL.map(|codec| {
        let mut alice = ports.user(codec, NAMES[codec as usize]);
        let room = codec as i32;
        alice.exchange(&enter(room), &entered(room, 1));
        alice
    });
    for (number, (alice, form)) in (1..).zip(alices.iter_mut().zip(["", " [msgpack]", " [protobuf]"])) {
        alice.exchange(&chat("안녕\x1b"), &said_by_oneself(1, "안녕\x1b"));
        let message = "len=7 message=\"안녕\\u{1b}\"";
        for line in [
            format!("--> ROOM_CHAT_REQ {message}{form}"),
            format!("<-- ROOM_CHAT_NTF unique_id=1 {message}{form}"),
            format!("<-- ROOM_CHAT_RES result=NONE (1){form}"),
        ] {
            let line = format!("client {number} {line}");
            assert_eq!(ports.server.log().wait_for_line(&line), line);
        }
    }
}
