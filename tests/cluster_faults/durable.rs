//! Durable rooms with a real Redis: what was answered with 1 is there, whatever was killed, stopped or full.

use std::time::Instant;

use crate::caller::PASSWORD;
use crate::processes::Cluster;
use crate::support::messages::{chat, enter, log_in_with};
use crate::support::wire::packet;
use crate::support::{Client, Server, eventually};
use crate::talker::Packets;
use crate::{NODE_LOST, RIGHT_AGAIN, took};

const PING_RES: u16 = 202;
const ERROR_NTF: u16 = 203;
const CHAT_RES: u16 = 732;
const CHAT_NTF: u16 = 733;
const POSITION_NTF: u16 = 793;
const HISTORY_NTF: u16 = 795;
pub(crate) const HISTORY_RES: u16 = 796;

pub(crate) const STORED: i16 = 1;
pub(crate) const HISTORY_GAP: i16 = 156;
pub(crate) const NOT_STORED: i16 = 157;

pub(crate) const DURABLE: [&str; 6] = ["--durable", "--lease", "1s", "--rate-limit", "0", "--takeover"];

/// Whose slot nobody takes while Redis is away.
pub(crate) const PATIENT: [&str; 5] = ["--durable", "--lease", "600s", "--rate-limit", "0"];

/// Epoch, generation and number, as they are in packets.
pub(crate) type Position = Vec<u8>;

pub(crate) const NOWHERE: [u8; 24] = [0; 24];

/// Comes to a room, as one who comes back: all in one write. What was said since, and whether that was all.
#[track_caller]
pub(crate) fn comes(cluster: &Cluster, user: &str, since: &[u8]) -> (Packets, Vec<String>, i16, Position) {
    // Who is there already only logs in.
    cluster.api.register(user, PASSWORD);
    let token = cluster.api.token(user);
    let place = cluster.api.place(user, &token, "chat", Some(0));
    let mut packets = Packets::new(Client::connect(place.address));
    let requests = [
        log_in_with(&place.user, &place.ticket),
        packet(791, 0, b""),
        enter(place.room),
        packet(794, 0, since),
    ];
    packets.send(&requests.concat());
    let (mut said, mut position) = (Vec::new(), Vec::new());
    loop {
        match packets.next().expect("an answer") {
            (HISTORY_NTF, body) => said.push(past(&body)),
            (POSITION_NTF, body) => position = body,
            (HISTORY_RES, body) => return (packets, said, result(&body), position),
            _ => {}
        }
    }
}

/// What was said since then, for one who is in the room.
#[track_caller]
pub(crate) fn history(packets: &mut Packets, since: &[u8]) -> Vec<String> {
    packets.send(&packet(794, 0, since));
    let mut said = Vec::new();
    while let Some((id, body)) = packets.next().filter(|(id, _)| *id != HISTORY_RES) {
        if id == HISTORY_NTF {
            said.push(past(&body));
        }
    }
    said
}

fn past(body: &[u8]) -> String {
    text(&body[16 + 1 + usize::from(body[16]) + 2..])
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

pub(crate) fn result(body: &[u8]) -> i16 {
    i16::from_le_bytes([body[0], body[1]])
}

/// Says these in one write: the answer of each that has one, and the last position.
#[track_caller]
pub(crate) fn say(packets: &mut Packets, texts: &[String]) -> (Vec<i16>, Position) {
    let requests: Vec<_> = texts.iter().map(|text| chat(text)).collect();
    packets.send(&requests.concat());
    let (mut answers, mut position) = (Vec::new(), Vec::new());
    while answers.len() < texts.len() {
        match packets.next() {
            Some((CHAT_RES, body)) => answers.push(result(&body)),
            Some((POSITION_NTF, body)) => position = body,
            Some(_) => {}
            None => break,
        }
    }
    (answers, position)
}

/// Says them, all of which are stored: where the last one stands.
#[track_caller]
pub(crate) fn say_all(packets: &mut Packets, texts: &[String]) -> Position {
    let (answers, position) = say(packets, texts);
    assert_eq!(answers, vec![STORED; texts.len()]);
    position
}

/// Says this until it is stored: where it stands.
#[track_caller]
pub(crate) fn say_until_stored(packets: &mut Packets, text: &str) -> Position {
    let mut said = (Vec::new(), Vec::new());
    eventually("it stores again", || {
        said = say(packets, &[text.to_owned()]);
        said.0 == [STORED]
    });
    said.1
}

pub(crate) fn numbered(range: std::ops::Range<u32>) -> Vec<String> {
    range.map(|number| number.to_string()).collect()
}

pub(crate) fn heir_of(cluster: &Cluster, killed: &Server) {
    let dead = killed.address.to_string();
    eventually("the slot has another server", || {
        let owners = cluster.owners("chat");
        owners.len() == 2 && owners.iter().all(|(.., address)| *address != dead)
    });
}

#[test]
fn what_was_answered_is_there_after_the_server_was_killed() {
    let cluster = Cluster::start();
    let servers = [(); 2].map(|()| cluster.server("chat-server", &DURABLE));
    let (mut alice, said, 1, _) = comes(&cluster, "alice", &NOWHERE) else {
        panic!("an empty history");
    };
    assert!(said.is_empty());
    let position = say_all(&mut alice, &numbered(0..10));
    say_all(&mut alice, &numbered(10..74));
    servers[0].signal(crate::support::Signal::KILL);
    let killed = Instant::now();
    heir_of(&cluster, &servers[0]);
    let (mut alice, said, result, at) = comes(&cluster, "alice", &position);
    took("a durable room is at another server", killed, RIGHT_AGAIN);
    assert_eq!((said, result), (numbered(10..74), STORED));
    // Positions of both generations are good, and one of none is a gap.
    say_all(&mut alice, &numbered(74..75));
    for (since, expected) in [(&position, numbered(10..75)), (&at, numbered(74..75))] {
        assert_eq!(history(&mut alice, since), expected);
    }
    let other_epoch: Vec<_> = [&[position[0] ^ 1], &position[1..]].concat();
    alice.send(&packet(794, 0, &other_epoch));
    assert_eq!(
        alice.until(HISTORY_RES).as_deref().map(self::result),
        Some(HISTORY_GAP)
    );
}

#[test]
fn what_was_answered_is_there_after_redis_was_killed() {
    let mut cluster = Cluster::start();
    let _server = cluster.server("chat-server", &PATIENT);
    let (mut alice, ..) = comes(&cluster, "alice", &NOWHERE);
    let (mut bob, ..) = comes(&cluster, "bob", &NOWHERE);
    say_all(&mut alice, &numbered(0..64));
    cluster.redis.kill();
    // At once, since a connection that has ended takes nothing; and other packets go on.
    assert_eq!(say(&mut alice, &numbered(64..66)).0, [NOT_STORED; 2]);
    assert_eq!(say(&mut bob, &numbered(66..68)).0, [NOT_STORED; 2]);
    bob.send(&packet(201, 0, b""));
    assert!(bob.until(PING_RES).is_some());
    cluster.redis.restart();
    say_until_stored(&mut bob, "68");
    let said = history(&mut bob, &NOWHERE);
    assert_eq!(said, [numbered(0..64), numbered(68..69)].concat());
}

#[test]
fn a_redis_that_is_full_stores_nothing_and_nobody_sees_it() {
    let cluster = Cluster::start();
    let server = cluster.server("chat-server", &PATIENT);
    let (mut alice, ..) = comes(&cluster, "alice", &NOWHERE);
    say_all(&mut alice, &numbered(0..1));
    cluster.redis.say("CONFIG SET maxmemory 1");
    assert_eq!(say(&mut alice, &numbered(1..11)).0, [NOT_STORED; 10]);
    assert_eq!(say(&mut alice, &numbered(11..12)).0, [NOT_STORED]);
    cluster.redis.say("CONFIG SET maxmemory 0");
    alice.send(&chat("again"));
    let mut seen = Vec::new();
    while let Some((id, body)) = alice.next().filter(|(id, _)| *id != CHAT_RES) {
        if id == CHAT_NTF {
            seen.push(text(&body[10..]));
        }
    }
    assert_eq!(seen, ["again"]);
    assert_eq!(server.log().count("messages cannot be stored"), 1);
}

/// Nobody knows what has become of a message: its sender is not told anything, and finds it once, or not at all.
#[test]
fn a_message_without_an_answer_is_there_once_at_most() {
    let cluster = Cluster::start();
    let _server = cluster.server("chat-server", &PATIENT);
    let (mut alice, ..) = comes(&cluster, "alice", &NOWHERE);
    let (mut bob, ..) = comes(&cluster, "bob", &NOWHERE);
    say_all(&mut alice, &numbered(0..1));
    cluster.redis.stop();
    let (answers, _) = say(&mut alice, &numbered(1..2));
    assert!(answers.is_empty(), "{answers:?}");
    // Further ones are refused, and the rest goes on.
    assert_eq!(say(&mut bob, &numbered(2..3)).0, [NOT_STORED]);
    bob.send(&packet(201, 0, b""));
    assert!(bob.until(PING_RES).is_some());
    cluster.redis.go_on();
    say_until_stored(&mut bob, "3");
    let (_, said, result, _) = comes(&cluster, "carol", &NOWHERE);
    assert_eq!(
        (said, result),
        (["0", "1", "3"].map(str::to_owned).to_vec(), STORED)
    );
}

#[test]
fn an_owner_that_was_stopped_for_too_long_answers_nobody() {
    let cluster = Cluster::start();
    let servers = [(); 2].map(|()| cluster.server("chat-server", &DURABLE));
    let (mut alice, ..) = comes(&cluster, "alice", &NOWHERE);
    say_all(&mut alice, &numbered(0..1));
    servers[0].process.freeze();
    let requests: Vec<_> = numbered(1..101).iter().map(|text| chat(text)).collect();
    alice.send(&requests.concat());
    heir_of(&cluster, &servers[0]);
    let (mut bob, said, ..) = comes(&cluster, "bob", &NOWHERE);
    assert_eq!(said, ["0"]);
    say_all(&mut bob, &["other".to_owned()]);
    servers[0].process.thaw();
    let (id, body) = alice.next().expect("a last word");
    assert_eq!((id, result(&body)), (ERROR_NTF, NODE_LOST));
    assert_eq!(alice.next(), None);
    let (_, said, ..) = comes(&cluster, "carol", &NOWHERE);
    assert_eq!(said, ["0", "other"]);
}
