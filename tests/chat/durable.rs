//! A server alone whose messages outlive it: in a SQLite file, whatever becomes of the server and of the disk.

use std::path::Path;

use crate::folder::Folder;
use crate::operator::Operator;
use crate::support::messages::{chat, enter, log_in};
use crate::support::wire::{error_packet, packet};
use crate::support::{Client, Program, Server, Signal};

const SERVER: &str = env!("CARGO_BIN_EXE_chat-server");

const CHAT_RES: u16 = 732;
const CHAT_NTF: u16 = 733;
const POSITION_NTF: u16 = 793;
const HISTORY_NTF: u16 = 795;
const HISTORY_RES: u16 = 796;

const NOWHERE: [u8; 24] = [0; 24];

#[track_caller]
fn serve(file: &Path, program: Program) -> Server {
    let file = file.to_str().expect("UTF-8");
    program.serve_with(&["--durable", file, "--rate-limit", "0", "--workers", "2"])
}

/// The id and the body of the next packet.
#[track_caller]
fn next(client: &mut Client) -> (u16, Vec<u8>) {
    let mut header = [0; 5];
    client.receive_exactly(&mut header);
    let [size, id] = [[header[0], header[1]], [header[2], header[3]]].map(u16::from_le_bytes);
    let mut body = vec![0; usize::from(size) - header.len()];
    client.receive_exactly(&mut body);
    (id, body)
}

/// All up to this one, and that.
#[track_caller]
fn up_to(client: &mut Client, last: u16) -> Vec<(u16, Vec<u8>)> {
    let mut came = vec![next(client)];
    while came.last().is_some_and(|(id, _)| *id != last) {
        came.push(next(client));
    }
    came
}

/// As one who comes back: all in one write.
#[track_caller]
fn comes(server: &Server, user: &str, since: &[u8]) -> (Client, Vec<(u16, Vec<u8>)>) {
    let mut client = server.connect();
    let back = [log_in(user), packet(791, 0, b""), enter(7), packet(794, 0, since)];
    client.send(&back.concat());
    let came = up_to(&mut client, HISTORY_RES);
    (client, came)
}

/// Those that are told of the past.
fn past(came: &[(u16, Vec<u8>)]) -> Vec<String> {
    let past = came.iter().filter(|(id, _)| *id == HISTORY_NTF);
    past.map(|(_, body)| {
        String::from_utf8(body[16 + 1 + usize::from(body[16]) + 2..].to_vec()).expect("UTF-8")
    })
    .collect()
}

fn result(body: &[u8]) -> i16 {
    i16::from_le_bytes([body[0], body[1]])
}

/// Says so many in one write: their results, and the last position.
#[track_caller]
fn say(client: &mut Client, texts: &[String]) -> (Vec<i16>, Vec<u8>) {
    client.send(&texts.iter().map(|text| chat(text)).collect::<Vec<_>>().concat());
    let (mut results, mut position) = (Vec::new(), Vec::new());
    while results.len() < texts.len() {
        match next(client) {
            (CHAT_RES, body) => results.push(result(&body)),
            (POSITION_NTF, body) => position = body,
            _ => {}
        }
    }
    (results, position)
}

fn numbered(range: std::ops::Range<u32>) -> Vec<String> {
    range.map(|number| number.to_string()).collect()
}

#[test]
fn what_was_answered_is_there_after_a_kill_and_comes_once_and_in_order() {
    let folder = Folder::new("durable-killed");
    let file = folder.join("rooms.db");
    let mut since = NOWHERE.to_vec();
    let mut said = 0;
    for _ in 0..3 {
        let server = serve(&file, Program::new(SERVER));
        let (mut alice, came) = comes(&server, "alice", &since);
        assert_eq!(
            past(&came),
            numbered(said.max(10) - 10..said.max(10)).split_off(usize::from(said == 0) * 10)
        );
        let (results, position) = say(&mut alice, &numbered(said..said + 90));
        assert_eq!(results, [1; 90]);
        let (results, _) = say(&mut alice, &numbered(said + 90..said + 100));
        assert_eq!(results, [1; 10]);
        (since, said) = (position, said + 100);
        server.signal(Signal::KILL);
    }
    let server = serve(&file, Program::new(SERVER));
    let (_, came) = comes(&server, "bob", &NOWHERE);
    assert_eq!(past(&came), numbered(0..300));
}

/// The answers of one client come in the order of its requests, whatever of them waits for the disk.
#[test]
fn answers_come_in_the_order_of_the_requests() {
    let folder = Folder::new("durable-order");
    let server = serve(&folder.join("rooms.db"), Program::new(SERVER));
    let (mut alice, _) = comes(&server, "alice", &NOWHERE);
    let ping = |number: i16| packet(201, 0, &number.to_le_bytes());
    let leave_and_enter = [packet(726, 0, b""), enter(8)].concat();
    let history = packet(794, 0, &NOWHERE);
    let requests = [
        chat("a"),
        ping(1),
        chat("b"),
        history.clone(),
        chat("c"),
        history,
        ping(2),
        chat("d"),
        leave_and_enter,
        chat("in room 8"),
        ping(3),
    ];
    alice.send(&requests.concat());
    let mut ids = Vec::new();
    while ids.iter().filter(|id| **id == 202).count() < 3 {
        ids.push(next(&mut alice).0);
    }
    ids.retain(|id| *id != POSITION_NTF);
    let said = [CHAT_NTF, CHAT_RES];
    let histories = |count| [vec![HISTORY_NTF; count], vec![HISTORY_RES]].concat();
    let expected = [
        &said[..],
        &[202],
        &said,
        &histories(2),
        &said,
        &histories(3),
        &[202],
        &said,
        &[727, 722],
        &said,
        &[202],
    ];
    assert_eq!(ids, expected.concat());
}

/// A client that is not used to it notices nothing; where nothing is kept, the requests are known to nobody.
#[test]
fn who_does_not_ask_is_told_no_positions_and_a_plain_server_knows_none() {
    let folder = Folder::new("durable-plain");
    let durable = serve(&folder.join("rooms.db"), Program::new(SERVER));
    let mut alice = durable.connect();
    alice.send(
        &[
            log_in("alice"),
            enter(7),
            chat("a"),
            chat("b"),
            packet(201, 0, b""),
        ]
        .concat(),
    );
    let ids: Vec<_> = up_to(&mut alice, 202).iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, [702, 722, CHAT_NTF, CHAT_RES, CHAT_NTF, CHAT_RES, 202]);
    let mut bob = durable.connect();
    bob.send(&[log_in("bob"), packet(794, 0, &NOWHERE)].concat());
    assert_eq!(next(&mut bob).0, 702);
    bob.expect(&error_packet(121));
    let plain = Program::new(SERVER).serve();
    let mut carol = plain.connect();
    carol.send(
        &[
            log_in("carol"),
            packet(791, 0, b""),
            enter(7),
            packet(794, 0, &NOWHERE),
        ]
        .concat(),
    );
    assert_eq!(next(&mut carol).0, 702);
    carol.expect(&error_packet(53));
    assert_eq!(next(&mut carol).0, 722);
    carol.expect(&error_packet(53));
}

/// What comes together is stored together: that is seen in the numbers.
#[test]
fn the_numbers_tell_what_was_stored_and_with_how_many_appends() {
    let folder = Folder::new("durable-numbers");
    let file = folder.join("rooms.db");
    let file = file.to_str().expect("UTF-8");
    let server = Program::new(SERVER).serve_with(&["--durable", file, "--admin", "127.0.0.1:0"]);
    let operator = Operator::of(&server.process);
    let number = |name: &str| {
        let numbers = operator.get("/metrics").body;
        let row = numbers.lines().find_map(|line| line.strip_prefix(name));
        row.unwrap_or_else(|| panic!("{name} in {numbers}"))
            .trim()
            .parse::<u64>()
            .expect("a number")
    };
    let of = |result| number(&format!("codelab_log_messages_total{{result=\"{result}\"}}"));
    assert_eq!(of("stored"), 0);
    let (mut alice, _) = comes(&server, "alice", &NOWHERE);
    let (results, _) = say(&mut alice, &numbered(0..64));
    assert_eq!(results, [1; 64]);
    assert_eq!(["stored", "refused", "in_doubt"].map(of), [64, 0, 0]);
    let appends = number("codelab_log_appends_total");
    assert!((1..=64).contains(&appends), "{appends}");
    assert_eq!(number("codelab_log_append_seconds_count"), appends);
}

/// The files may have so many blocks of 512 bytes.
#[test]
fn without_room_on_the_disk_nothing_is_stored_and_nobody_sees_it() {
    let folder = Folder::new("durable-full");
    let file = folder.join("rooms.db");
    let limited = ["-c", "ulimit -S -f 400; exec \"$@\"", "sh", SERVER];
    let server = serve(&file, Program::new("sh").args(&limited));
    let (mut alice, _) = comes(&server, "alice", &NOWHERE);
    let (mut stored, mut number) = (Vec::new(), 0);
    loop {
        let texts = numbered(number..number + 64);
        let (results, _) = say(&mut alice, &texts);
        number += 64;
        let kept = texts
            .into_iter()
            .zip(&results)
            .filter(|(_, result)| **result == 1);
        stored.extend(kept.map(|(text, _)| text));
        assert!(
            results.iter().all(|result| [1, 157].contains(result)),
            "{results:?}"
        );
        if results.contains(&157) {
            break;
        }
        assert!(number < 100_000, "the disk is never full");
    }
    server.log().wait_for_line("messages cannot be stored");
    server.process.lift_file_limit();
    let (results, _) = say(&mut alice, &["again".to_owned()]);
    assert_eq!(results, [1]);
    stored.push("again".to_owned());
    let (_, came) = comes(&server, "bob", &NOWHERE);
    let first = stored.len().saturating_sub(1_000);
    assert_eq!(past(&came), stored[first..]);
}

/// What was read is answered: the log is asked before the last word.
#[test]
fn at_the_end_all_that_was_read_is_answered() {
    let folder = Folder::new("durable-end");
    let file = folder.join("rooms.db");
    let server = serve(&file, Program::new(SERVER));
    let (mut alice, _) = comes(&server, "alice", &NOWHERE);
    alice.send(
        &numbered(0..200)
            .iter()
            .map(|text| chat(text))
            .collect::<Vec<_>>()
            .concat(),
    );
    assert_eq!(next(&mut alice).0, CHAT_NTF);
    server.signal(Signal::TERM);
    let came = up_to(&mut alice, 203);
    let answered = came.iter().filter(|(id, _)| *id == CHAT_RES).count();
    assert_eq!(result(&came.last().expect("a last word").1), 64);
    server.process.finish().expect_success();
    let server = serve(&file, Program::new(SERVER));
    let (_, came) = comes(&server, "bob", &NOWHERE);
    assert_eq!(past(&came).len(), answered);
}
