//! Logins a second by ticket, over all servers: connecting, and one login each. The tickets are there before, so there is no
//! password to be hashed, and the users stay until the round is over.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use figures::Spread;

use crate::cluster::Cluster;
use crate::user::User;

/// Logins of a round.
const LOGINS: usize = 2_000;

/// Clients that log in at the same time.
const CLIENTS: usize = 32;

pub(crate) fn measure(cluster: &Cluster, rounds: usize) -> anyhow::Result<Spread> {
    let rounds = (0..rounds).map(|round| measure_round(cluster, round));
    Ok(Spread::of(&rounds.collect::<anyhow::Result<Vec<_>>>()?))
}

fn measure_round(cluster: &Cluster, round: usize) -> anyhow::Result<f64> {
    let user_id = |user: usize| format!("{round}-{user}");
    let put_ticket = |user: usize| {
        let server = &cluster.servers[user % cluster.servers.len()];
        cluster.ticket(&user_id(user), &server.owner, server.room)
    };
    let tickets = for_all_users(put_ticket)?;
    let begin = Instant::now();
    let users = for_all_users(|user| {
        let server = &cluster.servers[user % cluster.servers.len()];
        User::log_in(server.running.address, &user_id(user), tickets[user].as_str())
    })?;
    let took = begin.elapsed();
    drop(users);
    cluster.wait_until_gone((0..LOGINS).map(user_id))?;
    Ok(LOGINS as f64 / took.as_secs_f64())
}

/// Does this for each user, on a thread of each client, and gives what has come of it in the order of users.
fn for_all_users<T: Send>(act: impl Fn(usize) -> anyhow::Result<T> + Sync) -> anyhow::Result<Vec<T>> {
    let next = AtomicUsize::new(0);
    let client = || -> anyhow::Result<Vec<_>> {
        let mut done = Vec::new();
        loop {
            let user = next.fetch_add(1, Ordering::Relaxed);
            if user >= LOGINS {
                return Ok(done);
            }
            done.push((user, act(user)?));
        }
    };
    let done = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        let clients = clients.into_iter();
        let done = clients.map(|client| client.join().expect("nobody panics"));
        done.collect::<anyhow::Result<Vec<_>>>()
    })?;
    let mut done: Vec<_> = done.into_iter().flatten().collect();
    done.sort_unstable_by_key(|(user, _)| *user);
    Ok(done.into_iter().map(|(_, outcome)| outcome).collect())
}
