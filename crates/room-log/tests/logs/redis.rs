//! The log in a real Redis: the rules, and what it says when it cannot store.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use directory::GameName;
use directory::redis::RedisSettings;
use room_log::{LogError, Opened, Outcome, Position, RedisLog, RoomLog, Run, Since, Writer, testing};

use crate::promise::{Owner, history, say};
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

/// A connection that has ended takes no command, so Redis cannot have it.
#[test]
fn what_a_redis_that_is_gone_was_never_sent_is_not_in_doubt() {
    let mut server = RedisServer::in_memory();
    let mut log = log(&server, 1);
    let Opened::Ready { epoch, .. } = RoomLog::open(&mut log, 7, 5).unwrap() else {
        panic!("nobody else has it");
    };
    server.kill();
    let entries = testing::messages(5, 1, &["hi"]);
    let run = Run {
        room: 7,
        behind: Position::fence(5),
        entries: &entries,
    };
    for _ in 0..2 {
        let refused = log.append(epoch, &[run]);
        assert!(matches!(refused, Err(LogError::NotStored(_))), "{refused:?}");
    }
}

/// Nobody has asked it for anything meanwhile, so nobody has to notice.
#[test]
fn a_redis_that_is_there_again_answers_the_first_call() {
    let mut server = RedisServer::start();
    let mut log = log(&server, 1);
    let epoch = log.epoch().unwrap();
    server.restart();
    assert_eq!(log.epoch().unwrap(), epoch);
}

/// Redis loses all that it has, again and again, and its servers have the same generation each time: one that stays, one
/// that has waited, and one that has started since. Only the epoch tells their messages apart.
#[test]
fn a_redis_that_has_lost_all_gives_no_position_twice() {
    let server = RedisServer::in_memory();
    let owner = Owner::default();
    owner.0.store(5, Ordering::SeqCst);
    let new = || Writer::new(log(&server, 1), owner.clone()).unwrap();
    let (mut stays, mut has_waited) = (new(), new());
    let mut given = BTreeSet::new();
    let mut lost = Vec::new();
    for round in 0..4 {
        let mut has_started = (round == 3).then(new);
        let writer = match round {
            0 | 1 => &mut stays,
            2 => &mut has_waited,
            _ => has_started.as_mut().unwrap(),
        };
        for text in ["a", "b"] {
            let answers = writer.turn(vec![say(7, text)]).answers;
            let Outcome::Stored { epoch, at, .. } = answers[0].outcome else {
                panic!("{answers:?}");
            };
            assert!(given.insert((epoch, at)), "{at} of epoch {epoch} a second time");
        }
        let mut told = |since| writer.turn(vec![history(7, since)]).answers.remove(0).outcome;
        for since in &lost {
            assert_eq!(told(*since), Outcome::Gap, "{since:?} in round {round}");
        }
        let Outcome::History {
            epoch,
            messages,
            up_to,
        } = told(Since::Beginning)
        else {
            panic!("a history");
        };
        let texts = messages.iter().map(|kept| &*kept.entry.as_ref().unwrap().message);
        assert_eq!(texts.collect::<Vec<_>>(), ["a", "b"], "of this round alone");
        for kept in [messages[0].at, up_to] {
            lost.push(Since::Position {
                epoch,
                position: kept,
            });
        }
        server.say("FLUSHALL");
    }
}
