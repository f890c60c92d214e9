//! What is not the same in every codec: how other encoders write a message, what may be missing, and how long a
//! list becomes.

use protocol::message::RoomUserListNtf;
use protocol::{Codec, HEADER_SIZE};

use crate::ports::Ports;
use crate::support::Client;
use crate::support::messages::{
    PONG, chatted, enter, entered, left, logged_in, said_by_oneself, whisper, whispered, whispers,
};
use crate::support::wire::packet;
use crate::{packet_on_the_wire, server_speaking, servers, user};

/// Each of these bodies is answered so, and the connection stays.
#[track_caller]
pub(crate) fn each_is_answered(client: &mut Client, id: u16, bodies: &[Vec<u8>], reply: &[u8]) {
    let mut sender = client.second_handle().on_the_wire();
    for body in bodies {
        sender.send(&packet(id, 0, body));
        client.expect(reply);
    }
}

/// A newer client knows fields that this server does not, and each encoder has its own widths of numbers.
#[test]
fn a_body_that_another_encoder_writes_is_understood() {
    let fields: [(Codec, [&[u8]; 4]); 2] = [
        (
            Codec::MsgPack,
            [
                b"\x83\xa6UserPW\xd9\x01x\xa6UserID\xda\0\x05alice\xa5Token\x92\x01\xc3",
                b"\x81\xaaRoomNumber\xd3\0\0\0\0\0\0\0\x07",
                b"\xdf\0\0\0\x02\xa5Times\xcb\0\0\0\0\0\0\0\0\xa3Msg\xdb\0\0\0\x02hi",
                b"\x80",
            ],
        ),
        (
            Codec::Protobuf,
            [
                b"\x12\x01x\x0a\x05alice\x7a\x03abc",
                b"\x08\x87\x80\x80\x00",
                b"\x79\0\0\0\0\0\0\0\0\x0a\x02ho\x0a\x02hi",
                b"\x78\x01",
            ],
        ),
    ];
    for (codec, [login, room, message, nothing]) in fields {
        let server = server_speaking(codec, "4", &[]);
        let mut alice = server.connect();
        each_is_answered(&mut alice, 701, &[login.to_vec()], &logged_in(1));
        each_is_answered(&mut alice, 721, &[room.to_vec()], &entered(7, 1));
        each_is_answered(&mut alice, 731, &[message.to_vec()], &said_by_oneself(1, "hi"));
        each_is_answered(&mut alice, 726, &[nothing.to_vec()], &left(1));
    }
}

/// Where a name is a text, it may come in more bytes than it has.
#[test]
fn a_name_that_fits_when_it_is_composed_is_taken() {
    let typed = "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}\u{110b}\u{1175}".as_bytes();
    let logins = [
        (
            Codec::MsgPack,
            [b"\x82\xa6UserID\xb8", typed, b"\xa6UserPW\xa0"].concat(),
        ),
        (Codec::Protobuf, [b"\x0a\x18", typed].concat()),
    ];
    for (codec, login) in logins {
        let server = server_speaking(codec, "4", &[]);
        let mut user_of_24_bytes = server.connect();
        each_is_answered(&mut user_of_24_bytes, 701, &[login], &logged_in(1));
        let mut bob = user(&server, "bob");
        bob.exchange(&whisper("한국이", "hi"), &whispered(1));
        user_of_24_bytes.expect(&whispers("bob", "hi"));
    }
}

/// The number of a PING may be missing. A library that knows the name writes nil then, in place of nothing.
#[test]
fn nil_is_missing_where_a_field_may_be_missing() {
    let server = server_speaking(Codec::MsgPack, "4", &[]);
    let mut client = server.connect();
    each_is_answered(&mut client, 201, &[b"\x81\xa6Number\xc0".to_vec()], &PONG);
}

/// In Protocol Buffers what is missing is 0, or the empty text.
#[test]
fn what_is_missing_has_its_default_in_protobuf() {
    let server = server_speaking(Codec::Protobuf, "4", &[]);
    let mut alice = server.connect();
    each_is_answered(&mut alice, 701, &[vec![]], &logged_in(112));
    each_is_answered(&mut alice, 701, &[b"\x0a\x05alice".to_vec()], &logged_in(1));
    each_is_answered(&mut alice, 721, &[vec![]], &entered(0, 1));
    each_is_answered(&mut alice, 731, &[vec![]], &chatted(151));
    each_is_answered(&mut alice, 771, &[b"\x12\x02hi".to_vec()], &whispered(152));
}

/// A name of up to 127 bytes can be whispered to, and one of 16 can be had.
#[test]
fn the_longest_texts_pass_in_every_codec() {
    for server in servers(&[]) {
        let mut alice = user(&server, "exactly sixteen!");
        let mut bob = user(&server, "bob");
        let message = "안".repeat(42);
        bob.exchange(&whisper("exactly sixteen!", &message), &whispered(1));
        alice.expect(&whispers("bob", &message));
        bob.exchange(&whisper(&"x".repeat(127), &message), &whispered(152));
    }
}

#[test]
fn a_list_that_does_not_fit_into_one_packet_comes_in_several() {
    const MEMBERS: u64 = 60;
    for max_packet in [256, 1_024] {
        let ports = Ports::open(&["--max-packet", &max_packet.to_string()]);
        let names: Vec<_> = (1..=MEMBERS).map(|number| format!("{number:016}")).collect();
        let mut users: Vec<_> = (1..).zip(names.iter().map(String::as_str)).collect();
        let _members: Vec<_> = users
            .iter()
            .map(|(unique_id, name)| {
                let mut member = ports.user(Codec::Binary, name);
                member.send(&enter(1));
                member.skip_to(&entered(1, *unique_id));
                member
            })
            .collect();
        let mut newcomers = Vec::new();
        for (unique_id, codec) in (MEMBERS + 1..).zip(Codec::ALL) {
            let mut newcomer = ports.user(codec, codec.name());
            newcomer.send(&enter(1));
            let lists = lists_up_to(&mut newcomer, max_packet, &entered(1, unique_id));
            assert_eq!(members_of(&lists), described(&users), "{codec}");
            // The largest user has 32 bytes, in Protocol Buffers.
            let most = users.len().div_ceil((max_packet - 40) / 32);
            assert!(
                (2..=most).contains(&lists.len()),
                "{codec}: {} lists",
                lists.len()
            );
            users.push((unique_id, codec.name()));
            newcomers.push(newcomer);
        }
    }
}

/// The packets that come before this one, none of them over the maximum.
#[track_caller]
fn lists_up_to(newcomer: &mut Client, max_packet: usize, last: &[u8]) -> Vec<Vec<u8>> {
    let mut lists = Vec::new();
    loop {
        let packet = packet_on_the_wire(newcomer);
        assert!(packet.len() <= max_packet, "{} bytes", packet.len());
        let packet = newcomer.translate_back(packet);
        if packet == last {
            return lists;
        }
        lists.push(packet);
    }
}

/// All members of all lists, in their order.
fn members_of(lists: &[Vec<u8>]) -> Vec<String> {
    let members = |list: &Vec<u8>| {
        let list = RoomUserListNtf::decode(&list[HEADER_SIZE..]).expect("a list");
        let members = list.users.iter().map(|user| (user.unique_id, user.user_id));
        described(&members.collect::<Vec<_>>())
    };
    lists.iter().flat_map(members).collect()
}

fn described(members: &[(u64, &str)]) -> Vec<String> {
    members
        .iter()
        .map(|(unique_id, name)| format!("{unique_id} {name}"))
        .collect()
}
