//! One server with a port for each codec: its users share names, rooms and whispers, and none needs to know what
//! another speaks.

use std::net::SocketAddr;
use std::thread;

use protocol::Codec;

use crate::support::wire::{
    IDLE_TIMEOUT, RATE_LIMITED, SERVER_FULL, SERVER_SHUTTING_DOWN, SLOW_CONSUMER, error_packet,
};
use crate::support::{Client, Server, address_of, eventually};
use crate::wire::{
    MAX_PACKET, PING, PONG, RELAY_OVERHEAD, chat, chatted, decline, declines, enter, entered, has_come,
    has_left, invitation, invite, is_invited, leave, left, log_in, logged_in, not_entered, relay, relayed,
    said, said_by_oneself, user_list, whisper, whispered, whispers,
};
use crate::{coding, goes, heard_nothing_more, next_packet, server, was_closed_for};

const UNAUTHENTICATED: i16 = 61;
const DUPLICATION: i16 = 111;
const ROOM_FULL: i16 = 134;

/// What the three users of most tests are called, in the order of [`Codec::ALL`].
const NAMES: [&str; 3] = ["비", "메시지", "프로토"];

/// A server with three ports.
pub(crate) struct Ports {
    pub(crate) server: Server,
    addresses: [SocketAddr; 3],
}

impl Ports {
    #[track_caller]
    pub(crate) fn open(flags: &[&str]) -> Self {
        let further = ["--listen=msgpack=127.0.0.1:0", "--listen", "protobuf=127.0.0.1:0"];
        let server = server(&[&further, flags].concat());
        let further = |codec| address_of(&server.process, codec);
        let addresses = [server.address, further("msgpack"), further("protobuf")];
        Self { server, addresses }
    }

    /// A client of this port, which speaks what is spoken there.
    #[track_caller]
    pub(crate) fn connect(&self, codec: Codec) -> Client {
        Client::connect(self.addresses[codec as usize]).with_coding(coding(codec))
    }

    /// A client of each port, in the order of [`Codec::ALL`].
    fn clients(&self) -> [Client; 3] {
        Codec::ALL.map(|codec| self.connect(codec))
    }

    #[track_caller]
    pub(crate) fn user(&self, codec: Codec, name: &str) -> Client {
        let mut client = self.connect(codec);
        client.exchange(&log_in(name), &logged_in(1));
        client
    }

    /// A user of each port.
    fn users(&self) -> [Client; 3] {
        Codec::ALL.map(|codec| self.user(codec, NAMES[codec as usize]))
    }

    /// A member of this room from each port, with the unique ids 1 to 3, who have heard of each other.
    #[track_caller]
    fn members(&self, room: i32) -> [Client; 3] {
        let [mut first, mut second, mut third] = self.users();
        first.exchange(&enter(room), &entered(room, 1));
        let list = user_list(&[(1, NAMES[0])]);
        second.exchange(&enter(room), &[list, entered(room, 2)].concat());
        let list = user_list(&[(1, NAMES[0]), (2, NAMES[1])]);
        third.exchange(&enter(room), &[list, entered(room, 3)].concat());
        first.expect(&[has_come(2, NAMES[1]), has_come(3, NAMES[2])].concat());
        second.expect(&has_come(3, NAMES[2]));
        [first, second, third]
    }
}

/// With one worker, and with four.
fn servers(flags: &[&str]) -> impl Iterator<Item = Ports> {
    ["1", "4"]
        .into_iter()
        .map(move |workers| Ports::open(&[&["--workers", workers], flags].concat()))
}

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
fn all_ports_share_the_places() {
    for ports in servers(&["--max-connections", "2"]) {
        let _first = ports.user(Codec::MsgPack, "first");
        let second = ports.user(Codec::Protobuf, "second");
        for mut refused in ports.clients() {
            assert_eq!(refused.receive_rest(), error_packet(SERVER_FULL));
        }
        goes(second);
        // The place is anybody's.
        eventually("the place is free", || {
            ports.connect(Codec::Binary).is_answered(&PING, &PONG)
        });
    }
}

#[test]
fn one_address_gets_its_share_of_all_ports() {
    let ports = Ports::open(&["--max-per-ip", "1"]);
    let _alice = ports.user(Codec::MsgPack, "alice");
    for mut refused in ports.clients() {
        assert_eq!(refused.receive_rest(), error_packet(SERVER_FULL));
    }
}

#[test]
fn limits_hold_at_every_port() {
    let ports = Ports::open(&["--rate-limit", "20", "--max-packet", "256"]);
    for mut flooding in ports.clients() {
        flooding.send(&PING.repeat(100));
        flooding.skip_to(&error_packet(RATE_LIMITED));
    }
    for mut too_large in ports.clients() {
        too_large.exchange(&PING, &PONG);
        too_large = too_large.on_the_wire();
        too_large.send(&[1, 1, 101, 0, 0]);
        too_large.expect_end();
        let reason = "protocol error: packet is 257 bytes, larger than the 256 allowed";
        was_closed_for(&ports.server, too_large, reason);
    }
}

#[test]
fn whoever_is_silent_hears_why_in_its_codec() {
    let flags = ["--idle-timeout", "1s", "--login-timeout", "300ms"];
    let ports = Ports::open(&flags);
    let idle = ports.users();
    for mut nobody in ports.clients() {
        assert_eq!(nobody.receive_rest(), error_packet(UNAUTHENTICATED));
    }
    for mut idle in idle {
        assert_eq!(idle.receive_rest(), error_packet(IDLE_TIMEOUT));
    }
}

/// A relay whose every byte tells its number.
fn piece(number: usize) -> [u8; MAX_PACKET - RELAY_OVERHEAD] {
    [number.to_le_bytes()[0]; _]
}

#[test]
fn whoever_does_not_read_hears_why_in_its_codec() {
    let flags = [
        "--outbox-limit",
        "0",
        "--write-timeout",
        "1s",
        "--rate-limit",
        "0",
    ];
    for ports in servers(&flags) {
        let deaf = Codec::ALL.map(|codec| {
            let deaf = Client::connect_with_little_room(ports.addresses[codec as usize]);
            let mut deaf = deaf.with_coding(coding(codec));
            deaf.exchange(&log_in(NAMES[codec as usize]), &logged_in(1));
            deaf.send(&enter(1));
            deaf.skip_to(&entered(1, codec as u64 + 1));
            deaf
        });
        let mut alice = ports.user(Codec::MsgPack, "alice");
        alice.send(&enter(1));
        alice.skip_to(&entered(1, 4));
        for number in 0..150 {
            alice.exchange(&relay(&piece(number)), &relayed(4, &piece(number)));
        }
        let mut deaf = deaf.map(|mut deaf| {
            while next_packet(&mut deaf) != has_come(4, "alice") {}
            // What it reads is room in the kernel, in which the last words find their place.
            (0..8).for_each(|number| deaf.expect(&relayed(4, &piece(number))));
            deaf
        });
        let mut gone: Vec<_> = deaf.iter().map(|_| next_packet(&mut alice)).collect();
        gone.sort_unstable();
        assert_eq!(gone, [1, 2, 3].map(has_left));
        for deaf in &mut deaf {
            let rest = deaf.receive_rest();
            assert!(
                rest.ends_with(&error_packet(SLOW_CONSUMER)),
                "{} bytes",
                rest.len()
            );
        }
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
fn the_end_of_the_server_is_said_at_every_port() {
    for ports in servers(&[]) {
        let members = ports.members(1);
        let nobodies = ports.clients().map(|mut nobody| {
            heard_nothing_more(&mut nobody);
            nobody
        });
        let server = thread::spawn(move || ports.server.terminate());
        for mut client in members.into_iter().chain(nobodies) {
            assert_eq!(client.receive_rest(), error_packet(SERVER_SHUTTING_DOWN));
        }
        let finished = server.join().expect("the server ends").expect_success();
        let line = finished.stderr.lines().last().unwrap_or_default();
        assert!(
            line.contains(": 6 clients served, 0 refused, 0 cut off; "),
            "{line}"
        );
    }
}

#[test]
fn the_summary_counts_the_bytes_of_all_ports() {
    let ports = Ports::open(&["--max-connections", "3"]);
    let users = ports.users();
    for mut refused in ports.clients() {
        assert_eq!(refused.receive_rest(), error_packet(SERVER_FULL));
    }
    users.into_iter().for_each(goes);
    let count = |packets: fn(&str) -> Vec<u8>| -> usize {
        let sizes = Codec::ALL.map(|codec| {
            let packets = packets(NAMES[codec as usize]);
            let coding = coding(codec);
            coding.map_or(packets.len(), |coding| (coding.to_wire)(&packets).len())
        });
        sizes.into_iter().sum()
    };
    let (bytes_in, bytes_out) = (count(log_in), count(|_| logged_in(1)));
    let done =
        format!(": 3 clients served, 3 refused, 0 cut off; {bytes_in} bytes in, {bytes_out} bytes out");
    let finished = ports.server.terminate().expect_success();
    let line = finished.stderr.lines().last().unwrap_or_default();
    assert!(line.ends_with(&done), "{line}");
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
