//! The rows `surplus` and `descriptors`: more clients than the server takes, and a server without a free descriptor.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use figures::thousands;
use protocol::ErrorCode;

use crate::chat;
use crate::client::Bytes;
use crate::descriptors;
use crate::interrupt;
use crate::plan::Plan;
use crate::row::Outcome;

/// Connections of the surplus at the same time.
const AT_ONCE: usize = 50;

/// The share of a processor that a server may need beyond its usual work while it can accept nobody.
const MOST_CPU: f64 = 0.05;

/// More connections than the server takes.
pub(crate) fn surplus(plan: &Plan) -> anyhow::Result<Outcome> {
    let allowed = plan.clients;
    let mut crowd = plan.open_crowd(allowed)?;
    if !crowd.is_full {
        plan.dismiss(crowd.clients)?;
        return Outcome::skipped(format!("the server takes {} connections", thousands(allowed)));
    }
    let before = plan.usage()?;
    let refused = plan.count(2_000);
    for first in (0..refused).step_by(AT_ONCE) {
        refuse(plan, AT_ONCE.min(refused - first))?;
    }
    if let (Some(before), Some(after)) = (before, plan.usage()?) {
        let more = after.threads.saturating_sub(before.threads);
        ensure!(more == 0, "{more} threads for connections that were refused");
    }
    let places = crowd.clients.len();
    crowd.clients.pop().context("the server takes nobody")?.reset()?;
    let answer = plan.greet_when_there_is_a_place()?;
    plan.dismiss(crowd.clients)?;
    Outcome::passed(format!(
        "{} places; {} more were refused; a freed place was usable after {answer:.1} ms",
        thousands(places),
        thousands(refused),
    ))
}

/// Each is told so, or just closed.
fn refuse(plan: &Plan, count: usize) -> anyhow::Result<()> {
    let clients = (0..count).map(|_| plan.connect());
    for mut client in clients.collect::<anyhow::Result<Vec<_>>>()? {
        let end = client.end().context("one too many")?;
        let told = end.came == chat::error(ErrorCode::SERVER_FULL);
        ensure!(
            told || end.came.is_empty(),
            "a client that was one too many got {}",
            Bytes(&end.came)
        );
    }
    Ok(())
}

/// Clients who come while there is no descriptor.
pub(crate) fn descriptors(plan: &Plan) -> anyhow::Result<Outcome> {
    let Some(process) = &plan.process else {
        return Outcome::skipped("only with --pid can the server's limit be lowered");
    };
    // Found out before, since it takes places and descriptors.
    let count = plan.crowd_size(50)?;
    let time = plan.patience / 3;
    let usual = cpu_share(plan, time)?.unwrap_or_default();
    let taken = descriptors::take_away(process)?;
    let mut clients = Vec::new();
    for _ in 0..count {
        let mut client = plan.connect()?;
        client.send(&plan.service.request(7))?;
        clients.push(client);
    }
    let without = cpu_share(plan, time)?.unwrap_or_default();
    drop(taken);
    let begin = Instant::now();
    for client in &mut clients {
        client
            .expect(&plan.service.reply(7))
            .context("a client that has waited for a descriptor")?;
    }
    let more = without - usual;
    ensure!(
        more < MOST_CPU,
        "{:.1}% of a processor while there was no descriptor, {:.1}% before",
        without * 100.0,
        usual * 100.0
    );
    Outcome::passed(format!(
        "no descriptor for {:.1} s: {:.1}% of a processor, {:.1}% before; all {} were served {:.1} s later",
        time.as_secs_f64(),
        without * 100.0,
        usual * 100.0,
        clients.len(),
        begin.elapsed().as_secs_f64()
    ))
}

/// The share of one processor that the server takes during this time.
fn cpu_share(plan: &Plan, time: Duration) -> anyhow::Result<Option<f64>> {
    let Some(process) = &plan.process else {
        return Ok(None);
    };
    let (begin, before) = (Instant::now(), process.cpu_time()?);
    interrupt::pause(time)?;
    let spent = process.cpu_time()?.saturating_sub(before);
    Ok(Some(spent.as_secs_f64() / begin.elapsed().as_secs_f64()))
}
