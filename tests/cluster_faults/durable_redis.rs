//! Durable rooms whose Redis has lost something, takes nothing, or takes its time: nobody is told what is not so, and no two
//! messages have one position.

use crate::durable::{
    DURABLE, HISTORY_GAP, HISTORY_RES, NOT_STORED, NOWHERE, PATIENT, STORED, comes, heir_of, history,
    numbered, result, say, say_all, say_until_stored,
};
use crate::operator::Operator;
use crate::processes::Cluster;
use crate::support::wire::packet;
use crate::support::{Server, Signal, eventually};
use crate::talker::Packets;

/// What a client that is in the room, and knows no more than this, is told.
#[track_caller]
fn is_told(packets: &mut Packets, since: &[u8]) -> Result<Vec<String>, i16> {
    let said = history(packets, since);
    packets.send(&packet(794, 0, since));
    let body = packets.until(HISTORY_RES).expect("an answer");
    match result(&body) {
        STORED => Ok(said),
        other => Err(other),
    }
}

fn epoch(position: &[u8]) -> &[u8] {
    &position[..8]
}

/// Generation and number.
fn place(position: &[u8]) -> (u64, u64) {
    let number = |from: usize| u64::from_le_bytes(position[from..from + 8].try_into().expect("eight bytes"));
    (number(8), number(16))
}

/// The server that stays keeps its generation for as long as its lease lasts: then only the epoch says that it is another
/// log.
#[test]
fn a_redis_that_was_started_empty_is_another_epoch() {
    let mut cluster = Cluster::start();
    let server = cluster.server("chat-server", &PATIENT);
    let (mut alice, ..) = comes(&cluster, "alice", &NOWHERE);
    let before = say_all(&mut alice, &numbered(0..3));
    cluster.redis.restart_empty();
    let after = say_until_stored(&mut alice, "3");
    assert_ne!(epoch(&after), epoch(&before));
    assert_eq!(place(&after).0, place(&before).0, "the same generation");
    assert_eq!(is_told(&mut alice, &before), Err(HISTORY_GAP));
    assert_eq!(is_told(&mut alice, &NOWHERE), Ok(numbered(3..4)));
    assert_eq!(is_told(&mut alice, &after), Ok(Vec::new()));
    // One that is started now finds what was said since, and knows nothing of before.
    server.signal(Signal::KILL);
    let _heir = cluster.server("chat-server", &PATIENT);
    eventually("its slot is known", || cluster.owners("chat").len() == 1);
    let (mut bob, said, told, _) = comes(&cluster, "bob", &after);
    assert_eq!((said, told), (Vec::new(), STORED));
    assert_eq!(is_told(&mut bob, &before), Err(HISTORY_GAP));
    assert_eq!(is_told(&mut bob, &NOWHERE), Ok(numbered(3..4)));
    let (_, last) = say(&mut bob, &numbered(4..5));
    assert_eq!(epoch(&last), epoch(&after));
    assert!(place(&last) > place(&after), "{last:?}");
}

/// The same with a lease that ends soon: the server that stays loses its slot, and takes it again.
#[test]
fn a_server_that_takes_its_slot_again_from_an_empty_redis_gives_no_position_twice() {
    let mut cluster = Cluster::start();
    let _server = cluster.server("chat-server", &DURABLE);
    let (mut alice, ..) = comes(&cluster, "alice", &NOWHERE);
    let before = say_all(&mut alice, &numbered(0..3));
    let generation = place(&before).0;
    cluster.redis.restart_empty();
    eventually("it has its slot again", || {
        let owners = cluster.owners("chat");
        owners.len() == 1 && owners[0].1 > generation
    });
    let (mut alice, said, told, _) = comes(&cluster, "alice", &before);
    assert_eq!((said, told), (Vec::new(), HISTORY_GAP));
    let after = say_until_stored(&mut alice, "3");
    assert_ne!(epoch(&after), epoch(&before));
    assert!(place(&after) > place(&before), "{after:?}");
    assert_eq!(is_told(&mut alice, &NOWHERE), Ok(numbered(3..4)));
}

#[test]
fn a_redis_that_is_read_only_stores_nothing_and_nobody_sees_it() {
    let cluster = Cluster::start();
    let server = cluster.server("chat-server", &PATIENT);
    let (mut alice, ..) = comes(&cluster, "alice", &NOWHERE);
    say_all(&mut alice, &numbered(0..1));
    // A replica of nobody who answers.
    cluster.redis.say("REPLICAOF 127.0.0.1 1");
    assert_eq!(say(&mut alice, &numbered(1..11)).0, [NOT_STORED; 10]);
    // What there is can still be read.
    assert_eq!(is_told(&mut alice, &NOWHERE), Ok(numbered(0..1)));
    cluster.redis.say("REPLICAOF NO ONE");
    say_all(&mut alice, &numbered(11..12));
    let kept = [numbered(0..1), numbered(11..12)].concat();
    assert_eq!(is_told(&mut alice, &NOWHERE), Ok(kept));
    server.log().wait_for_line("messages cannot be stored");
}

/// Somebody has made the stream shorter. Its owner has the messages in memory; the next one has not.
#[test]
fn a_log_that_was_trimmed_is_a_gap_for_those_who_have_missed_something() {
    let cluster = Cluster::start();
    let servers = [(); 2].map(|()| cluster.server("chat-server", &DURABLE));
    let (mut alice, ..) = comes(&cluster, "alice", &NOWHERE);
    let positions = [0..5, 5..8, 8..10].map(|range| say_all(&mut alice, &numbered(range)));
    let trimmed = cluster.redis.say("XTRIM codelab:room:chat:0 MAXLEN = 2");
    assert_eq!(trimmed.trim(), ":9", "eight messages and a fence");
    assert_eq!(is_told(&mut alice, &positions[0]), Ok(numbered(5..10)));
    servers[0].signal(Signal::KILL);
    heir_of(&cluster, &servers[0]);
    let (mut alice, said, told, _) = comes(&cluster, "alice", &positions[0]);
    assert_eq!((said, told), (Vec::new(), HISTORY_GAP));
    assert_eq!(is_told(&mut alice, &positions[1]), Ok(numbered(8..10)));
    assert_eq!(is_told(&mut alice, &positions[2]), Ok(Vec::new()));
    assert_eq!(is_told(&mut alice, &NOWHERE), Ok(numbered(8..10)));
}

/// With `appendfsync everysec` a machine without power loses up to a second of what was answered. What was seen and is lost
/// is a gap, and none of it comes again as something else.
#[test]
fn what_redis_has_lost_of_its_file_is_a_gap_and_no_position_is_used_twice() {
    let mut cluster = Cluster::start();
    let server = cluster.server("chat-server", &PATIENT);
    let (mut alice, ..) = comes(&cluster, "alice", &NOWHERE);
    let (_, kept) = say(&mut alice, &numbered(0..3));
    let size = cluster.redis.file_size();
    let lost = say_all(&mut alice, &numbered(3..6));
    cluster.redis.kill();
    cluster.redis.cut_file(size);
    cluster.redis.restart();
    let after = say_until_stored(&mut alice, "6");
    assert_eq!(epoch(&after), epoch(&lost), "it has not lost all");
    assert!(place(&after) > place(&lost), "{after:?} behind {lost:?}");
    assert_eq!(is_told(&mut alice, &kept), Err(HISTORY_GAP));
    assert_eq!(is_told(&mut alice, &lost), Ok(numbered(6..7)));
    let left = [numbered(0..3), numbered(6..7)].concat();
    assert_eq!(is_told(&mut alice, &NOWHERE), Ok(left.clone()));
    // The next owner has only what is there.
    server.signal(Signal::KILL);
    let slot = cluster.redis.say("DEL codelab:slot:chat:0");
    assert_eq!(slot.trim(), ":1");
    let _heir = cluster.server("chat-server", &PATIENT);
    eventually("its slot is known", || cluster.owners("chat").len() == 1);
    let (mut bob, said, told, _) = comes(&cluster, "bob", &NOWHERE);
    assert_eq!((said, told), (left, STORED));
    assert_eq!(is_told(&mut bob, &kept), Err(HISTORY_GAP));
    assert_eq!(is_told(&mut bob, &lost), Ok(numbered(6..7)));
}

/// How many appends have come to an end, well or not.
fn appends(server: &Server) -> u64 {
    let numbers = Operator::of(&server.process).get("/metrics").body;
    let rows = numbers.lines();
    let row = rows
        .filter_map(|row| row.strip_prefix("codelab_log_append_seconds_count "))
        .next();
    row.expect("a number of appends").parse().expect("a number")
}

/// An append that has no answer is made again: whoever is answered finds the message, once.
#[test]
fn messages_of_a_redis_that_was_stopped_for_a_moment_are_stored_once() {
    let cluster = Cluster::start();
    let server = cluster.server(
        "chat-server",
        &[&PATIENT[..], &["--admin", "127.0.0.1:0"]].concat(),
    );
    let (mut alice, ..) = comes(&cluster, "alice", &NOWHERE);
    let mut answered = Vec::new();
    for round in 0..2 {
        cluster.redis.stop();
        let before = appends(&server);
        let texts = numbered(round * 100..round * 100 + 64);
        let redis = &cluster.redis;
        let answers = std::thread::scope(|scope| {
            scope.spawn(|| {
                eventually("an append without an answer", || appends(&server) > before);
                redis.go_on();
            });
            say(&mut alice, &texts).0
        });
        let kept = texts.into_iter().zip(&answers);
        answered.extend(
            kept.filter(|(_, answer)| **answer == STORED)
                .map(|(text, _)| text),
        );
        if answers.len() < 64 {
            // Longer than a second, on a machine that is busy: then nobody knows, and she comes again.
            eventually("it stores again", || {
                let (packets, _, told, _) = comes(&cluster, "alice", &NOWHERE);
                alice = packets;
                told == STORED
            });
        }
    }
    let said = is_told(&mut alice, &NOWHERE).expect("a history");
    let mut in_order = said.clone();
    in_order.sort_by_key(|text| text.parse::<u32>().expect("a number"));
    in_order.dedup();
    assert_eq!(said, in_order, "once, and in the order in which they were sent");
    assert!(
        answered.iter().all(|text| said.contains(text)),
        "{answered:?} in {said:?}"
    );
}
