//! The row `walk`: users that enter, move, chat, whisper, leave and disappear at random. Whatever they see must fit the
//! model in `views`.
//!
//! The seeds are fixed, so each thread of users does the same in every run; how the threads meet is up to the system.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use fastrand::Rng;
use figures::thousands;

use super::views::Views;
use super::walker::{ROOMS, Walker};
use crate::chat::{self, FIRST_ROOM};
use crate::interrupt;
use crate::plan::Plan;
use crate::row::Outcome;

const THREADS: usize = 4;
const USERS: usize = 500;
const STEPS: usize = 50_000;

/// Between two steps of one user: under every usual rate limit.
const ROUND: Duration = Duration::from_millis(25);

/// All walkers, until they have taken their steps and have gone.
pub(crate) fn walk(plan: &Plan) -> anyhow::Result<Outcome> {
    let users = plan.crowd_size(USERS)?.max(2 * THREADS);
    let rounds = (plan.count(STEPS) / users).max(10);
    let views = Views::default();
    thread::scope(|scope| {
        let walks = (0..THREADS).map(|number| {
            let views = &views;
            let address = plan.address;
            scope.spawn(move || {
                let walkers = (number..users).step_by(THREADS);
                let walkers = walkers.map(|walker| Walker::new(address, views, walker));
                let random = Rng::with_seed(number as u64);
                walk_together(walkers.collect(), random, rounds, users)
            })
        });
        // All are started before the first is waited for.
        let walks: Vec<_> = walks.collect();
        walks
            .into_iter()
            .try_for_each(|walk| walk.join().unwrap_or_else(|_| bail!("a walk has panicked")))
    })?;
    let notifications = views.agree()?;
    nobody_is_left(plan.address, &views)?;
    Outcome::passed(format!(
        "{} steps of {users} users in {ROOMS} rooms: all {} notifications fit the model",
        thousands(users * rounds),
        thousands(notifications)
    ))
}

/// Each asks for something before the first of them waits, so that all are under way at once.
fn walk_together(
    mut walkers: Vec<Walker<'_>>,
    mut random: Rng,
    rounds: usize,
    users: usize,
) -> anyhow::Result<()> {
    for _ in 0..rounds {
        let start = Instant::now();
        for walker in &mut walkers {
            walker.ask_for_something(&mut random, users)?;
        }
        for walker in &mut walkers {
            let heard = walker.wait();
            heard.with_context(|| format!("what `{}` has seen", walker.name()))?;
        }
        interrupt::pause(ROUND.saturating_sub(start.elapsed()))?;
    }
    walkers.iter_mut().try_for_each(Walker::go)
}

/// Whoever enters now is told of no members, and gets the unique id behind the last one that was given.
fn nobody_is_left(address: SocketAddr, views: &Views) -> anyhow::Result<()> {
    let mut last = chat::user(address, "last")?;
    for room in (FIRST_ROOM..).take(ROOMS) {
        if let Some(newest) = views.newest(room)? {
            last.exchange(&chat::enter(room), &chat::entered(room, newest + 1))
                .with_context(|| format!("room {room}, when all have left"))?;
            last.exchange(&chat::leave(), &chat::left())?;
        }
    }
    Ok(())
}
