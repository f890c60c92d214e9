//! The places where a ledger is kept, behind one face, so that the same test runs on a file and in Redis.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use baccarat_server::ledger::{Audit, Ledger, Tables, audit, audit_in_redis};
use directory::redis::RedisSettings;

use crate::asking::{Asking, CHIPS, chips};
use crate::folder::Folder;
use crate::redis_server::RedisServer;

/// The tables that a test plays at.
const TABLES: std::ops::Range<i32> = 0..10;

/// Where a ledger is kept, which several processes use one after the other.
pub(crate) enum Place {
    File { folder: Folder, count: u32 },
    Redis(RedisSettings),
}

/// Makes two tests of each function.
macro_rules! everywhere {
    ($($(#[$about:meta])* fn $name:ident($place:ident: &mut Place) $body:block)*) => {
        $($(#[$about])* fn $name($place: &mut Place) $body)*

        mod in_a_file {
            $(#[test] fn $name() { super::$name(&mut crate::place::Place::file(stringify!($name))); })*
        }

        mod in_redis {
            $(#[test] fn $name() { super::$name(&mut crate::place::Place::redis(stringify!($name))); })*
        }
    };
}
pub(crate) use everywhere;

/// Keys that begin with this name, in a Redis that all tests share.
pub(crate) fn shared_redis(name: &str) -> RedisSettings {
    static SHARED: OnceLock<RedisServer> = OnceLock::new();
    settings(SHARED.get_or_init(RedisServer::start), name)
}

pub(crate) fn settings(server: &RedisServer, name: &str) -> RedisSettings {
    let url = server.url().parse().expect("the address of a Redis");
    RedisSettings {
        prefix: format!("{name}:"),
        ..RedisSettings::new(url)
    }
}

/// Tables of whoever takes them now: nobody has a higher generation yet.
pub(crate) fn tables(numbers: std::ops::Range<i32>) -> Tables {
    static GENERATION: AtomicU64 = AtomicU64::new(1);
    Tables {
        numbers,
        generation: GENERATION.fetch_add(1, Ordering::Relaxed),
    }
}

impl Place {
    pub(crate) fn file(name: &str) -> Self {
        Self::File {
            folder: Folder::new(name),
            count: 0,
        }
    }

    pub(crate) fn redis(name: &str) -> Self {
        Self::Redis(shared_redis(name))
    }

    /// As a server does at its start: with all tables of the test.
    #[track_caller]
    pub(crate) fn ledger(&self) -> Ledger {
        match self {
            Self::File { .. } => Ledger::open(Some(&self.path()), chips(CHIPS)).expect("the ledger opens"),
            Self::Redis(settings) => {
                let ledger = Ledger::open_in_redis(settings, chips(CHIPS)).expect("the ledger opens");
                ledger
                    .handle()
                    .take_tables(tables(TABLES))
                    .expect("the tables are taken");
                ledger
            }
        }
    }

    #[track_caller]
    pub(crate) fn open(&self) -> Asking {
        Asking::new(self.ledger())
    }

    #[track_caller]
    pub(crate) fn audit(&self) -> Audit {
        match self {
            Self::File { .. } => audit(&self.path()),
            Self::Redis(settings) => audit_in_redis(settings),
        }
        .expect("a ledger")
    }

    /// From now on what a process leaves that is killed at this moment. Of a file it is a copy; the end of a process
    /// closes no round, so in Redis there is no difference.
    pub(crate) fn kill(&mut self, ledger: Asking) {
        if let Self::File { folder, count } = self {
            let name = |count| folder.join(&format!("{count}.db"));
            let log = |count| folder.join(&format!("{count}.db-wal"));
            std::fs::copy(name(*count), name(*count + 1)).expect("the file can be copied");
            std::fs::copy(log(*count), log(*count + 1)).expect("its log can be copied");
            *count += 1;
        }
        ledger.close();
    }

    fn path(&self) -> PathBuf {
        match self {
            Self::File { folder, count } => folder.join(&format!("{count}.db")),
            Self::Redis(_) => unreachable!("asked of files alone"),
        }
    }
}
