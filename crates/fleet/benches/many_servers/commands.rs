//! What Redis is asked to do, by its own count (`INFO commandstats`), which does not depend on how busy the machine is.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use protocol::message::{RoomChatReq, RoomChatRes, WhisperReq, WhisperRes};
use protocol::{ErrorCode, PacketId};
use serde::Serialize;

use crate::cluster::{Cluster, LONG_LEASE, PATIENCE};
use crate::user::User;

/// How often each is done.
const TIMES: usize = 200;

/// How long servers are watched that have nothing to do.
const AT_REST: Duration = Duration::from_secs(6);

/// Commands by their names. Those that a script gives are counted beside the `evalsha` of the script itself.
type Counts = BTreeMap<String, usize>;

/// What one of something is to Redis.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Commands {
    pub(crate) of: &'static str,
    pub(crate) commands: BTreeMap<String, f64>,
}

pub(crate) fn count_all() -> anyhow::Result<Vec<Commands>> {
    let mut all = count_of_users()?;
    for (of, flags) in [
        ("a server and second, lease of 3 s", &["--lease", "3s"][..]),
        ("the same with --takeover", &["--lease", "3s", "--takeover"]),
    ] {
        all.push(count_at_rest(of, flags)?);
    }
    Ok(all)
}

fn count_of_users() -> anyhow::Result<Vec<Commands>> {
    let cluster = Cluster::start(2, &LONG_LEASE)?;
    let user_id = |user: usize| format!("user {user}");
    let server_of = |user: usize| &cluster.servers[user % 2];
    let mut all = Vec::new();
    let tickets = cluster.count(&mut all, "a ticket that is made", || {
        (0..TIMES)
            .map(|user| {
                let server = server_of(user);
                cluster.ticket(&user_id(user), &server.owner, server.room)
            })
            .collect::<anyhow::Result<Vec<_>>>()
    })?;
    let mut users = cluster.count(&mut all, "a login with it", || {
        let users = tickets.iter().enumerate();
        let users = users.map(|(user, ticket)| {
            User::log_in(server_of(user).running.address, &user_id(user), ticket.as_str())
        });
        users.collect::<anyhow::Result<Vec<_>>>()
    })?;
    for (of, to) in [
        ("a whisper to another server", 1),
        ("a whisper to a user of the same server", 2),
    ] {
        cluster.count(&mut all, of, || whisper(&mut users[0], &user_id(to)))?;
    }
    users[0].enter(cluster.servers[0].room)?;
    cluster.count(&mut all, "a message in a room", || talk(&mut users[0]))?;
    cluster.count(&mut all, "the end of a session", || {
        users.clear();
        cluster.wait_for(TIMES, "del")
    })?;
    Ok(all)
}

fn whisper(user: &mut User, to: &str) -> anyhow::Result<()> {
    for _ in 0..TIMES {
        user.send(&WhisperReq {
            user_id: to,
            message: "psst",
        })?;
        let answer: WhisperRes = user.wait_for(PacketId::WHISPER_RES)?;
        ensure!(answer.result == ErrorCode::NONE, "a whisper: {}", answer.result);
    }
    Ok(())
}

fn talk(user: &mut User) -> anyhow::Result<()> {
    for _ in 0..TIMES {
        user.send(&RoomChatReq { message: "hello" })?;
        let answer: RoomChatRes = user.wait_for(PacketId::ROOM_CHAT_RES)?;
        ensure!(answer.result == ErrorCode::NONE, "a message: {}", answer.result);
    }
    Ok(())
}

/// Four servers, which nobody uses.
fn count_at_rest(of: &'static str, flags: &[&str]) -> anyhow::Result<Commands> {
    const SERVERS: usize = 4;
    let cluster = Cluster::start(SERVERS, flags)?;
    cluster.reset();
    thread::sleep(AT_REST);
    let counts = cluster.counts()?;
    let seconds = AT_REST.as_secs_f64();
    let share = |(name, count): (String, usize)| {
        // This program asks whether Redis is there, as each server does.
        let processes = SERVERS + usize::from(name == "ping");
        let of_one = count as f64 / seconds / processes as f64;
        (name, of_one)
    };
    Ok(Commands {
        of,
        commands: counts.into_iter().map(share).collect(),
    })
}

impl Cluster {
    /// Counts what is done so often.
    fn count<T>(
        &self,
        all: &mut Vec<Commands>,
        of: &'static str,
        act: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        self.reset();
        let outcome = act()?;
        let mut counts = self.counts()?;
        // Connections ask whether Redis is there, however much is done.
        counts.remove("ping");
        let share = |(name, count)| (name, count as f64 / TIMES as f64);
        all.push(Commands {
            of,
            commands: counts.into_iter().map(share).collect(),
        });
        Ok(outcome)
    }

    fn reset(&self) {
        self.redis.say("CONFIG RESETSTAT");
    }

    fn counts(&self) -> anyhow::Result<Counts> {
        let said = self.redis.say("INFO commandstats");
        let counts = said.lines().filter_map(|line| {
            let (name, rest) = line.strip_prefix("cmdstat_")?.split_once(":calls=")?;
            // A bar would end the cell of a table.
            Some((name.replace('|', " "), rest.split(',').next()?))
        });
        // What this file itself asks.
        let counts = counts.filter(|(name, _)| !name.starts_with("config") && name != "info");
        counts
            .map(|(name, count)| Ok((name, count.parse().context("a count")?)))
            .collect()
    }

    /// Waits until a command has been given so often.
    fn wait_for(&self, times: usize, command: &str) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while self.counts()?.get(command).is_none_or(|count| *count < times) {
            ensure!(Instant::now() < deadline, "no {times} {command}");
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}
