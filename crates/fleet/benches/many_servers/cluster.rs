//! A Redis of its own, chat servers over it as processes, and tickets for them, as the API server makes them behind the hash
//! of a password.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use directory::redis::RedisSettings;
use directory::{Directory, Owner, Redis, Seat, TICKET_WORTH, Ticket};
use harness::{Announcement, RunningServer};

use crate::redis_server::RedisServer;

/// A server that says nothing for so long will not.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// So that nothing but what is measured is between the servers and Redis.
pub(crate) const LONG_LEASE: [&str; 2] = ["--lease", "600s"];

/// Rooms of each server, and members of a room at most; nobody is stopped who says much.
const ALL_SERVERS: [&str; 6] = ["--rooms", "100", "--room-size", "100", "--rate-limit", "0"];

/// Servers that share a Redis.
pub(crate) struct Cluster {
    pub(crate) servers: Vec<ChatServer>,
    pub(crate) directory: Redis,
    pub(crate) redis: RedisServer,
}

/// One of them.
pub(crate) struct ChatServer {
    pub(crate) running: RunningServer,
    pub(crate) owner: Owner,
    /// Its first room.
    pub(crate) room: i32,
}

impl Cluster {
    /// So many servers, each with these flags.
    pub(crate) fn start(servers: usize, flags: &[&str]) -> anyhow::Result<Self> {
        let redis = RedisServer::start();
        let settings = RedisSettings {
            timeout: PATIENCE,
            ..RedisSettings::new(redis.url().parse()?)
        };
        let mut cluster = Self {
            servers: Vec::new(),
            directory: Redis::connect(settings)?,
            redis,
        };
        for _ in 0..servers {
            cluster.add(flags)?;
        }
        Ok(cluster)
    }

    /// One more server.
    pub(crate) fn add(&mut self, flags: &[&str]) -> anyhow::Result<()> {
        let url = self.redis.url();
        let running = chat_server(&[&["--directory", &url], flags].concat())?;
        let address = running.address.to_string();
        let all = self.directory.servers()?;
        let server = all.into_iter().find(|server| server.offer.address == address);
        let server = server.with_context(|| format!("the server at {address} is not in the directory"))?;
        self.servers.push(ChatServer {
            room: server.first_room(),
            owner: server.owner,
            running,
        });
        Ok(())
    }

    /// Worth one login of this user at this server.
    pub(crate) fn ticket(&self, user_id: &str, owner: &Owner, room: i32) -> anyhow::Result<Ticket> {
        let ticket = Ticket::random()?;
        let seat = Seat {
            user_id: user_id.to_owned(),
            owner: owner.clone(),
            room,
        };
        self.directory.put_ticket(&ticket, &seat, TICKET_WORTH)?;
        Ok(ticket)
    }

    /// Waits until none of these users is logged in any more.
    pub(crate) fn wait_until_gone(&self, users: impl IntoIterator<Item = String>) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        for user in users {
            while self.directory.find(&user)?.is_some() {
                ensure!(Instant::now() < deadline, "{user} is still logged in");
            }
        }
        Ok(())
    }
}

/// A chat server on a port that the system chooses.
pub(crate) fn chat_server(flags: &[&str]) -> anyhow::Result<RunningServer> {
    let mut command = Command::new(program()?);
    command
        .args(["--bind", "127.0.0.1:0"])
        .args(ALL_SERVERS)
        .args(flags);
    RunningServer::start(&mut command, Announcement::FIRST_LINE, PATIENCE)
}

/// This program is `target/release/deps/NAME`, and servers are in `target/release`.
fn program() -> anyhow::Result<PathBuf> {
    let own = env::current_exe()?;
    let folder = own.parent().and_then(Path::parent).context("no folder")?;
    let program = folder.join("chat-server");
    if !program.is_file() {
        bail!(
            "{} is missing: cargo build --release -p chat-server",
            program.display()
        );
    }
    Ok(program)
}
