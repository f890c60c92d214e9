//! Directories in one Redis that all tests share, each with a prefix of its own, and time that passes as a test wants.

#![allow(dead_code, reason = "each file of tests uses its part")]

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use directory::redis::{RedisConnection, RedisSettings};
use directory::{Directory, GameName, Offer, Owner, Redis, Slot};

use crate::redis_server::RedisServer;

/// Only a test that fails waits so long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Makes everything as much older as it would be after some time: what ends with its time is all that Redis does by time.
const AGE: &str = r#"
for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
    local left = redis.call('PTTL', key)
    if left >= 0 and left <= tonumber(ARGV[2]) then
        redis.call('DEL', key)
    elseif left > 0 then
        redis.call('PEXPIRE', key, left - ARGV[2])
    end
end
"#;

/// Ends with the process of the tests.
pub(crate) fn server() -> &'static RedisServer {
    static SERVER: OnceLock<RedisServer> = OnceLock::new();
    SERVER.get_or_init(RedisServer::in_memory)
}

/// Those of an empty directory.
pub(crate) fn settings() -> RedisSettings {
    static USED: AtomicU32 = AtomicU32::new(0);
    let number = USED.fetch_add(1, Ordering::Relaxed);
    RedisSettings {
        prefix: format!("test-{number}:"),
        // On a machine that is busy with all tests at once.
        timeout: Duration::from_secs(20),
        ..RedisSettings::new(server().url().parse().expect("an address"))
    }
}

pub(crate) fn connect(settings: RedisSettings) -> Redis {
    Redis::connect(settings).expect("a Redis")
}

/// So much time passes for all that is kept there.
pub(crate) fn pass(connection: &RedisConnection, time: Duration) {
    let prefix = &connection.settings().prefix;
    let milliseconds = u64::try_from(time.as_millis()).expect("some minutes");
    let mut age = redis::cmd("EVAL");
    age.arg(AGE).arg(0).arg(prefix).arg(milliseconds);
    connection.run(|link| age.exec(link)).expect("an answer");
}

/// A server of the chat takes the first free slot.
pub(crate) fn take_slot(directory: &Redis, lease: Duration) -> Owner {
    let offer = Offer {
        game: GameName::new("chat"),
        address: "127.0.0.1:11021".to_owned(),
        by_codec: Vec::new(),
        web: None,
        rooms: 10,
        room_size: 4,
    };
    match directory.take_slot(&offer, None, lease) {
        Ok(Slot::Taken(owner)) => owner,
        other => panic!("expected a slot, got {other:?}"),
    }
}

#[track_caller]
pub(crate) fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "still not so: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}
