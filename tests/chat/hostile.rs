//! Broken and harmful bodies of MessagePack and Protocol Buffers: they are answered like all others, and cost the
//! server nothing.

use protocol::Codec;

use crate::codecs::each_is_answered;
use crate::support::Server;
use crate::support::messages::{
    chat, chatted, is_invited, left, log_in, logged_in, not_entered, said, said_by_oneself, whispered,
};
use crate::support::wire::error_packet;
#[cfg(target_os = "linux")]
use crate::support::wire::packet;
#[cfg(target_os = "linux")]
use crate::user;
use crate::{heard_nothing_more, pair_in, server_speaking};

/// A few bodies for one id.
type Bodies = Vec<Vec<u8>>;

/// What every reader of this codec must refuse, whatever it expects.
fn no_bodies(codec: Codec) -> Bodies {
    match codec {
        Codec::Binary => vec![],
        Codec::MsgPack => vec![
            // Arrays in each other under a name that nobody knows, and maps in the place of names.
            [&b"\x81\xa3New"[..], &[0x91; 16], b"\xc0"].concat(),
            [&b"\x81\xa3New"[..], &[0x91; 60_000], b"\xc0"].concat(),
            vec![0x81; 60_000],
            [&b"\x81\xa3New"[..], &b"\x81\xa1x".repeat(20_000), b"\xc0"].concat(),
            // Four billion entries, items and bytes.
            b"\xdf\xff\xff\xff\xff".to_vec(),
            b"\x81\xa3New\xdd\xff\xff\xff\xff\x01".to_vec(),
            b"\x81\xa3New\xdb\xff\xff\xff\xffhi".to_vec(),
            b"\x81\xa3New\xc9\xff\xff\xff\xff\x01".to_vec(),
            // Lengths beyond the body, and bytes behind the map.
            b"\x81\xa3New\xa3hi".to_vec(),
            b"\x81\xa3New".to_vec(),
            b"\x8f".to_vec(),
            b"\x80\0".to_vec(),
            // No map, and no value.
            b"\xc0".to_vec(),
            b"\x92\x01\xa2hi".to_vec(),
            b"\x81\xa3New\xc1".to_vec(),
        ],
        Codec::Protobuf => vec![
            // Groups in each other, ended and not.
            [[0x7b; 17], [0x7c; 17]].concat(),
            [[0x7b; 30_000], [0x7c; 30_000]].concat(),
            vec![0x7b; 60_000],
            b"\x7b".to_vec(),
            b"\x7c".to_vec(),
            b"\x7b\x74\x7c".to_vec(),
            // Lengths beyond the body, the second of four billion bytes.
            b"\x7a\x05hi".to_vec(),
            b"\x7a\xff\xff\xff\xff\x0fhi".to_vec(),
            b"\x79\0".to_vec(),
            b"\x78".to_vec(),
            // A number without an end, field 0, and a kind of field that there is not.
            [&b"\x78"[..], &[0xff; 11]].concat(),
            b"\0\0".to_vec(),
            b"\x7f".to_vec(),
        ],
    }
}

/// What is no message of this id, though it can be read.
fn wrong_bodies(codec: Codec, id: u16) -> Bodies {
    let long_name = "n".repeat(128);
    let long_message = "m".repeat(32_768);
    let bodies: &[&[u8]] = match (codec, id) {
        (Codec::MsgPack, 201) => &[
            b"\x81\xa6Number\xa11",
            b"\x81\xa6Number\xcd\x80\0",
            b"\x81\xc4\x06Number\x07",
        ],
        (Codec::MsgPack, 701) => &[
            b"",
            b"\x80",
            b"\x81\xa6UserID\xa5alice",
            b"\x81\xa6UserPW\xa0",
            b"\x82\xa6UserID\x07\xa6UserPW\xa0",
            b"\x82\xa6UserID\xc4\x05alice\xa6UserPW\xa0",
            b"\x82\xa6UserID\xa1\xff\xa6UserPW\xa0",
            b"\x82\xa6UserID\xb1seventeen bytes !\xa6UserPW\xa0",
            b"\x83\xa6UserID\xa5alice\xa6UserPW\xa0\xa6UserID\xa3bob",
        ],
        (Codec::MsgPack, 721) => &[
            b"",
            b"\x81\xaaroomNumber\x01",
            b"\x81\xaaRoomNumber\xa11",
            b"\x81\xaaRoomNumber\xca\x3f\x80\0\0",
            b"\x81\xaaRoomNumber\xce\x80\0\0\0",
            b"\x81\xaaRoomNumber\xc0",
        ],
        (Codec::MsgPack, 731) => &[
            b"",
            b"\x81\xa3Msg\x02",
            b"\x81\xa3Msg\xc4\x02hi",
            b"\x81\xa3Msg\xa1\xff",
            b"\x82\xa3Msg\xa2hi\xa3Msg\xa2ho",
            &[b"\x81\xa3Msg\xda\x80\0", long_message.as_bytes()].concat(),
        ],
        (Codec::MsgPack, 771) => &[
            b"\x81\xa6UserID\xa3bob",
            b"\x81\xa3Msg\xa2hi",
            b"\x82\xa6UserID\xa3bob\xa3Msg\x02",
            &[b"\x82\xa3Msg\xa2hi\xa6UserID\xd9\x80", long_name.as_bytes()].concat(),
        ],
        (Codec::MsgPack, 781 | 784) => &[b"", b"\x81\xa6UserID\x02", b"\x81\xa6UserID\xa1\xff"],
        (Codec::Protobuf, 201) => &[b"\x0a\x01\x31", b"\x08\x80\x80\x04"],
        (Codec::Protobuf, 701) => &[
            b"\x08\x05",
            b"\x0a\x01\xff",
            b"\x0a\x11seventeen bytes !",
            b"\x0a\x05alice\x10\x05",
        ],
        (Codec::Protobuf, 721) => &[b"\x0a\x01\x31", b"\x0d\0\0\0\0"],
        (Codec::Protobuf, 731) => &[
            b"\x08\x05",
            b"\x0a\x01\xff",
            &[b"\x0a\x80\x80\x02", long_message.as_bytes()].concat(),
        ],
        (Codec::Protobuf, 771) => &[
            b"\x08\x05",
            b"\x0a\x03bob\x10\x05",
            b"\x0a\x03bob\x12\x01\xff",
            &[b"\x12\x02hi\x0a\x80\x01", long_name.as_bytes()].concat(),
        ],
        (Codec::Protobuf, 781 | 784) => &[b"\x08\x05", b"\x0a\x01\xff"],
        _ => &[],
    };
    bodies.iter().map(|body| body.to_vec()).collect()
}

/// The requests that have a body of their own, and what each is answered that cannot be decoded. The first two
/// may come before the login.
fn requests() -> [(u16, Vec<u8>); 8] {
    [
        (201, error_packet(51).to_vec()),
        (701, logged_in(51)),
        (721, not_entered(51)),
        (726, left(51)),
        (731, chatted(51)),
        (771, whispered(51)),
        (781, is_invited(51)),
        (784, error_packet(51).to_vec()),
    ]
}

/// A server that takes such bodies one after the other, in each codec but the binary one.
fn servers(flags: &[&str]) -> impl Iterator<Item = (Codec, Server)> {
    [Codec::MsgPack, Codec::Protobuf].into_iter().map(move |codec| {
        let unlimited = ["--rate-limit", "0", "--max-packet", "65535"];
        (codec, server_speaking(codec, "4", &[&unlimited, flags].concat()))
    })
}

#[test]
fn a_body_that_is_none_is_said_to_be_none() {
    for flags in [&[][..], &["--stack-size", "128KiB"]] {
        for (codec, server) in servers(flags) {
            let [mut alice, mut bob] = pair_in(&server, 2, ["alice", "bob"]);
            for (id, reply) in requests() {
                each_is_answered(&mut alice, id, &no_bodies(codec), &reply);
                each_is_answered(&mut alice, id, &wrong_bodies(codec, id), &reply);
                heard_nothing_more(&mut bob);
            }
            // Nothing of it has had an effect: both are where they were.
            alice.exchange(&chat("hi"), &said_by_oneself(1, "hi"));
            bob.expect(&said(1, "hi"));
        }
    }
}

#[test]
fn a_body_that_is_none_is_none_before_the_login_too() {
    for (codec, server) in servers(&["--stack-size", "128KiB"]) {
        let mut client = server.connect();
        for (id, reply) in &requests()[..2] {
            each_is_answered(&mut client, *id, &no_bodies(codec), reply);
            each_is_answered(&mut client, *id, &wrong_bodies(codec, *id), reply);
        }
        // Of the others nobody looks at the body.
        for (id, _) in &requests()[2..] {
            each_is_answered(&mut client, *id, &no_bodies(codec), &error_packet(52));
        }
        client.exchange(&log_in("alice"), &logged_in(1));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn bodies_that_are_none_take_no_memory() {
    for (codec, server) in servers(&[]) {
        let mut alice = user(&server, "alice");
        let bodies = no_bodies(codec);
        let packets: Vec<_> = bodies.iter().flat_map(|body| packet(771, 0, body)).collect();
        let mut sender = alice.second_handle().on_the_wire();
        take_no_memory(&server, bodies.len(), || {
            sender.send(&packets);
            alice.expect(&whispered(51).repeat(bodies.len()));
        });
    }
}

/// Lets so many requests be made again and again, and looks at what the server keeps of ten thousand, and at what
/// it has asked for meanwhile.
#[cfg(target_os = "linux")]
#[track_caller]
pub(crate) fn take_no_memory(server: &Server, requests: usize, mut make: impl FnMut()) {
    const COUNT: usize = 10_000;
    const KEPT: u64 = 4 * 1024 * 1024;
    // Each thread has its share of addresses, most of it never used. The claims are a GiB and more.
    const ASKED_FOR: u64 = 512 * 1024 * 1024;
    let asked_for = server.process.most_bytes_asked_for();
    let mut make = |count: usize| (0..count.div_ceil(requests)).for_each(|_| make());
    // Threads and buffers are there after a few.
    make(COUNT / 20);
    let kept = server.process.resident_bytes();
    make(COUNT);
    let more = server.process.resident_bytes().saturating_sub(kept);
    assert!(more < KEPT, "{more} bytes are kept");
    let more = server.process.most_bytes_asked_for() - asked_for;
    assert!(more < ASKED_FOR, "{more} bytes were asked for");
}
