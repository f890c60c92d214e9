//! How long the rooms of a server are gone that is killed while another one may take its slots over: until a user enters one
//! of them. That is the lease, less what was over of it, and what comes after it.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use directory::{Directory, Owner};
use figures::Spread;
use serde::Serialize;

use crate::cluster::{Cluster, PATIENCE};
use crate::user::User;

const ROUNDS: usize = 5;

const LEASE: Duration = Duration::from_secs(2);
const FLAGS: [&str; 3] = ["--takeover", "--lease", "2s"];

/// Times in seconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Takeover {
    pub(crate) lease: f64,
    pub(crate) after: Spread,
}

/// Of two servers the older one dies, with all slots that it has, and a new one comes.
pub(crate) fn measure() -> anyhow::Result<Takeover> {
    let mut cluster = Cluster::start(2, &FLAGS)?;
    let mut after = Vec::new();
    for round in 0..ROUNDS {
        let dead = cluster.servers.remove(0);
        let (owner, room) = (dead.owner, dead.room);
        let begin = Instant::now();
        // It gets a signal that it cannot hear.
        drop(dead.running);
        enter(&cluster, &owner, room, &format!("takes over {round}"))?;
        after.push(begin.elapsed().as_secs_f64());
        cluster.add(&FLAGS)?;
    }
    Ok(Takeover {
        lease: LEASE.as_secs_f64(),
        after: Spread::of(&after),
    })
}

/// Enters a room as soon as its slot has another owner.
fn enter(cluster: &Cluster, dead: &Owner, room: i32, user_id: &str) -> anyhow::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    let there = loop {
        match cluster.directory.owner_of(&dead.game, dead.slot)? {
            Some(server) if server.owner != *dead => break server,
            _ => ensure!(Instant::now() < deadline, "nobody takes over {dead}"),
        }
        // Not on and on: Redis has others to serve.
        std::thread::sleep(Duration::from_millis(5));
    };
    let ticket = cluster.ticket(user_id, &there.owner, room)?;
    let address = there.offer.address.parse().context("an address with a name")?;
    User::log_in(address, user_id, ticket.as_str())?.enter(room)?;
    Ok(())
}
