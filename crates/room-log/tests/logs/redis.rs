//! The log in a real Redis: the rules, and what it says when it cannot store.

use std::time::Duration;

use directory::GameName;
use directory::redis::RedisSettings;
use room_log::{LogError, Opened, Position, RedisLog, RoomLog, Run, testing};

use crate::redis_server::RedisServer;

const CHAT: GameName = GameName::new("chat");

/// A log under a prefix of its own.
fn log(server: &RedisServer, number: usize) -> RedisLog {
    let settings = RedisSettings {
        prefix: format!("test-{number}:"),
        // On a machine that is busy with all tests at once.
        timeout: Duration::from_secs(20),
        ..RedisSettings::new(server.url().parse().unwrap())
    };
    RedisLog::connect(&settings, CHAT).unwrap()
}

/// The generations are larger than what a number of Lua can tell apart.
#[test]
fn the_log_in_redis_keeps_the_rules() {
    let server = RedisServer::in_memory();
    let mut logs = 0;
    for generation in [1, 9, 1 << 62] {
        testing::check(generation, || {
            logs += 1;
            log(&server, logs)
        });
    }
}

#[test]
fn what_is_in_the_stream_can_be_read_by_people() {
    let server = RedisServer::in_memory();
    let mut log = log(&server, 1);
    RoomLog::open(&mut log, 7, 5).unwrap();
    let entries = testing::messages(5, 1, &["hi"]);
    let run = Run {
        room: 7,
        behind: Position::fence(5),
        entries: &entries,
    };
    let epoch = log.epoch().unwrap();
    log.append(epoch, &[run]).unwrap();
    let stream = server.say("XRANGE test-1:room:chat:7 - +");
    // Without the lengths of the protocol.
    let words = stream.split_whitespace();
    let words: Vec<_> = words.filter(|word| !word.starts_with(['*', '$'])).collect();
    assert_eq!(words, ["5-0", "fence", "1", "5-1", "user", "alice", "text", "hi"]);
    let cluster = server.say("GET test-1:cluster");
    assert!(cluster.contains(&format!("{epoch:016x}")), "{cluster}");
}

/// Redis refuses before it has changed anything, so nothing is in doubt.
#[test]
fn a_redis_that_takes_nothing_has_stored_nothing() {
    let server = RedisServer::in_memory();
    let mut log = log(&server, 1);
    let Opened::Ready { epoch, .. } = RoomLog::open(&mut log, 7, 5).unwrap() else {
        panic!("nobody else has it");
    };
    let entries = testing::messages(5, 1, &["hi"]);
    let run = Run {
        room: 7,
        behind: Position::fence(5),
        entries: &entries,
    };
    for (wrong, right) in [
        ("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0"),
        ("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE"),
        (
            "RENAME test-1:room:chat:7 away\nSET test-1:room:chat:7 x",
            "RENAME away test-1:room:chat:7",
        ),
    ] {
        server.say(wrong);
        let refused = log.append(epoch, &[run]);
        assert!(
            matches!(refused, Err(LogError::NotStored(_))),
            "{wrong}: {refused:?}"
        );
        server.say(right);
        let length = server.say("XLEN test-1:room:chat:7");
        assert_eq!(length.trim(), ":1", "{wrong}");
    }
    log.append(epoch, &[run]).unwrap();
}
