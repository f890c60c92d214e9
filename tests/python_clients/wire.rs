//! What a server may send, and what it may not, byte by byte.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Stdio;

use crate::support::wire::packet;
use crate::support::{Finished, PATIENCE, Process};
use crate::{CODECS, python, python_is_there, script};

/// One whose client is alice, who enters room 1 and says nothing.
struct Served {
    stream: TcpStream,
}

impl Served {
    /// Whatever comes next, as one packet.
    #[track_caller]
    fn next_packet(&mut self) -> Vec<u8> {
        let mut packet = vec![0; 5];
        self.stream.read_exact(&mut packet).expect("a header");
        packet.resize(usize::from(u16::from_le_bytes([packet[0], packet[1]])), 0);
        self.stream.read_exact(&mut packet[5..]).expect("a body");
        packet
    }

    /// Sends these bytes, so many with each write.
    fn send(&mut self, bytes: &[u8], piece: usize) {
        for piece in bytes.chunks(piece) {
            // A client that has seen enough goes.
            let _ = self.stream.write_all(piece);
        }
    }
}

/// How alice ends when her server does this.
#[track_caller]
fn finished(codec: &str, flags: &[&str], serve: impl FnOnce(&mut Served)) -> Finished {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("its address").to_string();
    let program = python(codec, &[&address, "alice", "1"]).args(flags);
    let mut process = Process::new(program.spawn(Stdio::piped(), Stdio::piped(), Stdio::piped()));
    let _keyboard = process.take_input();
    let (stream, _) = listener.accept().expect("the client connects");
    stream.set_nodelay(true).expect("a live socket");
    stream.set_read_timeout(Some(PATIENCE)).expect("a live socket");
    let mut served = Served { stream };
    serve(&mut served);
    process.finish()
}

/// LOGIN_REQ and ROOM_ENTER_REQ as alice sends them in each codec.
const REQUESTS: [[&[u8]; 2]; 3] = [
    [
        b"alice\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        b"\x01\0\0\0",
    ],
    [
        b"\x82\xda\0\x06UserID\xda\0\x05alice\xda\0\x06UserPW\xda\0\0",
        b"\x81\xda\0\x0aRoomNumber\xd3\0\0\0\0\0\0\0\x01",
    ],
    [b"\x0a\x05alice", b"\x08\x01"],
];

/// LOGIN_RES; then a list with bob (7) and 캐롤 (300), ROOM_ENTER_RES as user 301, `hi` of bob, who then
/// leaves, an ECHO that nobody asked for, `안` of 캐롤, and ROOM_LEAVE_RES. Numbers are of many widths, and
/// there is much that a newer server may have added.
fn answers(codec: &str) -> Vec<Vec<u8>> {
    let bodies: [&[u8]; 7] = match codec {
        "binary" => [
            b"\x01\0",
            b"\x02\x07\0\0\0\0\0\0\0\x03bob\x2c\x01\0\0\0\0\0\0\x06\xec\xba\x90\xeb\xa1\xa4",
            b"\x01\0\x01\0\0\0\x2d\x01\0\0\0\0\0\0",
            b"\x07\0\0\0\0\0\0\0\x02\0hi",
            b"\x07\0\0\0\0\0\0\0",
            b"\x2c\x01\0\0\0\0\0\0\x03\0\xec\x95\x88",
            b"\x01\0",
        ],
        "msgpack" => [
            // nil, false, true, an array of floating-point numbers, a map in a map, bytes, extensions.
            b"\xde\0\x08\xa1a\xc0\xa1b\xc2\xa1c\xc3\xa6Result\xd1\0\0\xa1d\x92\xca\0\0\0\0\xcb\0\0\0\0\0\0\0\0\
              \xa1e\x81\x01\x81\xc4\x01x\xc5\0\x01y\xa1f\xd4\x01x\xa1g\xc7\x02\x01xy",
            b"\x83\xa9UserCount\x02\xa8UniqueId\xdc\0\x02\xce\0\0\0\x07\xcd\x01\x2c\
              \xa2ID\xdd\0\0\0\x02\xd9\x03bob\xdb\0\0\0\x06\xec\xba\x90\xeb\xa1\xa4",
            b"\xdf\0\0\0\x03\xa6Result\xcc\0\xaaRoomNumber\x01\xb0RoomUserUniqueId\xd2\0\0\x01\x2d",
            b"\x82\xacUserUniqueId\xcf\0\0\0\0\0\0\0\x07\xa3Msg\xa2hi",
            b"\x81\xacUserUniqueId\xd0\x07",
            b"\x83\xacUserUniqueId\xd3\0\0\0\0\0\0\x01\x2c\xa3Msg\xda\0\x03\xec\x95\x88\xa4When\xff",
            b"\x81\xa6Result\0",
        ],
        _ => [
            // Numbers of one and of ten bytes, 8 bytes, bytes, 4 bytes; and the last of two results counts.
            b"\x08\x6f\x50\x01\x58\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x61\x01\x02\x03\x04\x05\x06\x07\x08\
              \x6a\x02\x08\x08\x75\x01\x02\x03\x04\x08\x01",
            b"\x0a\x07\x08\x07\x12\x03bob\x0a\x0b\x12\x06\xec\xba\x90\xeb\xa1\xa4\x08\xac\x02",
            b"\x08\x01\x10\x01\x18\xad\x82\0",
            b"\x08\x07\x12\x02hi",
            b"\x08\x07",
            b"\x12\x03\xec\x95\x88\x08\xac\x02\x18\x05",
            b"\x08\x01",
        ],
    };
    let ids = [702, 723, 722, 733, 728, 733, 727];
    let packets = ids.into_iter().zip(bodies);
    packets.map(|(id, body)| packet(id, 0, body)).collect()
}

#[test]
fn packets_are_read_however_they_are_cut_and_written() {
    if !python_is_there() {
        return;
    }
    for ([log_in, enter], codec) in REQUESTS.into_iter().zip(CODECS) {
        for piece in [1, usize::MAX] {
            let finished = finished(codec, &["--listen", "2"], |client| {
                let answers = answers(codec);
                assert_eq!(client.next_packet(), packet(701, 0, log_in), "{codec}");
                client.send(&answers[0], piece);
                assert_eq!(client.next_packet(), packet(721, 0, enter), "{codec}");
                let unknown = packet(101, 0, b"any bytes");
                let news = [&answers[1..5].concat(), &*unknown, &answers[5]].concat();
                client.send(&news, piece);
                assert_eq!(client.next_packet(), [5, 0, 0xd6, 0x02, 0], "{codec}");
                client.send(&answers[6], piece);
            });
            let text = finished.expect_success().text();
            let expected = "* you are in room 1, with bob, 캐롤\nbob: hi\n* bob has left\n캐롤: 안\n";
            assert_eq!(text, expected, "{codec} in pieces of {piece}");
        }
    }
}

#[test]
fn the_decoders_read_what_other_encoders_have_written() {
    if !python_is_there() {
        return;
    }
    let finished = script("check", &[]).run().expect_success();
    assert_eq!((finished.text(), finished.stderr), (String::new(), String::new()));
}

/// Packet ids with bodies that are broken, and what is said of them.
const BROKEN: [&[(u16, &[u8], &str)]; 3] = [
    &[
        (702, b"", "requires a buffer of 2 bytes"),
        (702, b"\x01", "requires a buffer of 2 bytes"),
        (702, b"\x01\0\0", "requires a buffer of 2 bytes"),
        (723, b"", "index out of range"),
        (723, b"\x01\x07\0\0\0\0\0\0\0\x03bo", "requires a buffer of"),
        (723, b"\x01\x07\0\0\0\0\0\0\0\x03bob\0", "1 bytes are left over"),
        (724, b"\x07\0\0\0\0\0\0\0\xffbob", "bad char in struct format"),
        (733, b"\x07\0\0\0\0\0\0\0\x02\0h", "requires a buffer of 12 bytes"),
        (733, b"\x07\0\0\0\0\0\0\0\x01\0\xff", "UnicodeDecodeError"),
    ],
    &[
        (702, b"", "requires a buffer of at least 1 bytes"),
        (702, b"\x80", "KeyError('Result')"),
        (702, b"\x81\xa6Result\0\0", "1 bytes are left over"),
        (702, b"\x81\xa6Result\xa1x", "'x' should be of type int"),
        (702, b"\x00", "not subscriptable"),
        (702, b"\xc1", "begins with c1"),
        (702, b"\xdf\xff\xff\xff\xff", "requires a buffer"),
        (702, b"\x81\xa6Result\xdb\xff\xff\xff\xff", "requires a buffer"),
        (702, b"\x81\xa6Result\xa1\xff", "UnicodeDecodeError"),
        (702, &[0x91; 17], "nested too deep"),
        (702, &[0x91; 60_000], "nested too deep"),
        (723, b"\x82\xa8UniqueId\x91\x07\xa2ID\x90", "1 ids, but 0 names"),
        (
            723,
            b"\x82\xa8UniqueId\x91\xa1x\xa2ID\x91\xa1y",
            "'x' should be of type int",
        ),
        (724, b"\x82\xa8UniqueId\x07\xa2ID\x07", "7 should be of type str"),
        (
            733,
            b"\x82\xacUserUniqueId\x07\xa3Msg\x07",
            "7 should be of type str",
        ),
    ],
    &[
        (702, b"", "error 0: "),
        (702, b"\x08", "index out of range"),
        (
            702,
            b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
            "a number of more than 10 bytes",
        ),
        (702, b"\x0a\x01x", "field 1 is of another kind"),
        (
            702,
            b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
            "a field is longer than the body",
        ),
        (702, b"\x0b", "no field begins with 11"),
        (702, b"\x75\0", "a field is longer than the body"),
        (723, b"\x08\x07", "TypeError"),
        (723, b"\x0a\x02\x08\x80", "index out of range"),
        (724, b"\x08\x07\x10\x07", "field 2 is of another kind"),
        (733, b"\x08\x07\x12\x01\xff", "UnicodeDecodeError"),
    ],
];

#[test]
fn broken_bodies_are_refused_in_one_line() {
    if !python_is_there() {
        return;
    }
    // The decoders by themselves, since a client for each body takes a while to start.
    let rows = || {
        CODECS
            .into_iter()
            .zip(BROKEN)
            .flat_map(|(codec, rows)| rows.iter().map(move |row| (codec, row)))
    };
    let input: String = rows()
        .map(|(codec, (id, body, _))| format!("{codec} {id} -{}\n", hex(body)))
        .collect();
    let finished = script("check", &["--bodies"])
        .run_with(input.as_bytes())
        .expect_success();
    let said = finished.text();
    assert_eq!(said.lines().count(), rows().count(), "{said}");
    for ((codec, (_, _, reason)), line) in rows().zip(said.lines()) {
        assert!(is_refused(line, reason), "{codec}: {line}, not {reason}");
    }
    // And one each as a user meets it.
    for (codec, rows) in CODECS.into_iter().zip(BROKEN) {
        let (id, body, reason) = rows[0];
        let finished = finished_by(codec, id, body);
        assert!(is_refused(finished.expect_failure(1), reason), "{codec}");
    }
}

fn finished_by(codec: &str, id: u16, body: &[u8]) -> Finished {
    finished(codec, &[], |client| {
        client.next_packet();
        client.send(&packet(id, 0, body), usize::MAX);
    })
}

fn is_refused(line: &str, reason: &str) -> bool {
    line.contains(reason) && line.ends_with(": does this port speak another codec?")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn what_is_no_plain_packet_is_refused_in_one_line() {
    if !python_is_there() {
        return;
    }
    for (bytes, problem) in [
        (
            &b"\0\0\xbe\x02\0"[..],
            "the server sent no plain packet: size 0, type 0",
        ),
        (
            b"\x04\0\xbe\x02\0",
            "the server sent no plain packet: size 4, type 0",
        ),
        (
            b"\x05\0\xbe\x02\x01",
            "the server sent no plain packet: size 5, type 1",
        ),
        (b"\x07\0\xbe\x02\0\x01", "the server closed the connection"),
        (b"", "the server closed the connection"),
    ] {
        let finished = finished("binary", &[], |client| {
            client.next_packet();
            client.send(bytes, usize::MAX);
            client.stream.shutdown(Shutdown::Write).expect("a live socket");
        });
        assert_eq!(finished.expect_failure(1), format!("chat_binary.py: {problem}"));
    }
}
