//! Every log keeps the rules; a writer keeps the promise, whatever goes wrong with its log.

#[path = "../../../tests/support/folder.rs"]
mod folder;
#[path = "logs/promise.rs"]
mod promise;
#[cfg(target_os = "linux")]
#[path = "logs/redis.rs"]
mod redis;
#[cfg(target_os = "linux")]
#[path = "../../../tests/support/redis.rs"]
mod redis_server;
#[path = "logs/seeds.rs"]
mod seeds;
#[path = "logs/sqlite.rs"]
mod sqlite;

use room_log::{MemoryLog, SqliteLog, testing};

#[test]
fn the_log_in_memory_keeps_the_rules() {
    testing::check(1, MemoryLog::default);
}

#[test]
fn the_log_in_a_file_keeps_the_rules() {
    let folder = folder::Folder::new("room-log-rules");
    let mut files = 0;
    testing::check(1, || {
        files += 1;
        SqliteLog::open(&folder.join(&format!("{files}.db"))).unwrap()
    });
}
