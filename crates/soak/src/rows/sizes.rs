//! The rows `wrong-sizes` and `claims`: impossible sizes, and packets that are never completed.

use std::time::Duration;

use anyhow::{Context, ensure};
use figures::thousands;

use crate::client::Bytes;
use crate::interrupt;
use crate::plan::Plan;
use crate::report::kib;
use crate::row::Outcome;

/// Connections that are open at the same time.
const AT_ONCE: usize = 25;

/// How long claims are left as they are.
const HOLD: Duration = Duration::from_secs(2);

/// What a claim may cost: a thread, its touched stack and a read buffer, twice. And what the server may need
/// for whatever else it does.
const KIB_PER_CLAIM: u64 = 40;
const KIB_BESIDES: u64 = 4 * 1024;

/// Sizes that cannot be: each connection is closed without an answer.
pub(crate) fn wrong_sizes(plan: &Plan) -> anyhow::Result<Outcome> {
    let sizes = plan.service.wrong_sizes();
    let total = plan.count(100_000);
    let at_once = plan.visitors(AT_ONCE)?;
    let mut done = 0;
    while done < total {
        interrupt::check()?;
        let wrong: Vec<_> = sizes
            .iter()
            .cycle()
            .skip(done)
            .take(at_once.min(total - done))
            .collect();
        let mut clients = Vec::with_capacity(wrong.len());
        for size in &wrong {
            let mut client = plan.connect()?;
            client.send(size)?;
            clients.push(client);
        }
        for (mut client, size) in clients.into_iter().zip(wrong) {
            let end = client.end().with_context(|| format!("after {}", Bytes(size)))?;
            let (came, size) = (Bytes(&end.came), Bytes(size));
            ensure!(end.came.is_empty(), "{came} came for {size}");
            client.reset()?;
            done += 1;
        }
    }
    Outcome::passed(format!(
        "{} connections with a wrong size, all closed",
        thousands(total)
    ))
}

/// Sizes that are only claimed: memory grows with what has come.
pub(crate) fn claims(plan: &Plan) -> anyhow::Result<Outcome> {
    let count = plan.crowd_size(5_000)?;
    let before = plan.usage()?;
    let mut clients = Vec::with_capacity(count);
    for number in 0..count {
        plan.pace(number)?;
        let mut client = plan.connect()?;
        client.send(&plan.service.claim())?;
        clients.push(client);
    }
    let answer = plan.greet_new_client().context("a new client")?;
    interrupt::pause(HOLD)?;
    let grown = plan.grown_kib(before)?;
    plan.dismiss(clients)?;
    let allowed = count as u64 * KIB_PER_CLAIM + KIB_BESIDES;
    ensure!(
        grown.is_none_or(|grown| grown < allowed),
        "{count} claims cost {}, more than {}",
        kib(grown.unwrap_or_default()),
        kib(allowed)
    );
    let cost = grown.map_or(String::new(), |grown| format!(" cost {}", kib(grown)));
    Outcome::passed(format!(
        "{} claims{cost}; a new client was answered in {answer:.1} ms",
        thousands(count)
    ))
}
