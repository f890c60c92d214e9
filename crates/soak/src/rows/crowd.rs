//! The row `crowd`: thousands of clients that say nothing.

use std::time::Duration;

use anyhow::Context;
use figures::thousands;

use crate::interrupt;
use crate::plan::Plan;
use crate::report::kib;
use crate::row::Outcome;
use crate::service::Service;

/// How long they say nothing.
const SILENCE: Duration = Duration::from_secs(2);

/// Clients who are served once, say nothing, and are served again.
pub(crate) fn crowd(plan: &Plan) -> anyhow::Result<Outcome> {
    let count = plan.crowd_size(plan.clients.max(5_000))?;
    let before = plan.usage()?;
    let mut clients = Vec::with_capacity(count);
    for number in 0..count {
        plan.pace(number)?;
        let mut client = plan.connect_as(&format!("crowd {number}"))?;
        if plan.service != Service::Chat {
            plan.greet(&mut client)?;
        }
        clients.push(client);
    }
    let grown = plan.grown_kib(before)?;
    interrupt::pause(SILENCE)?;
    let answer = plan.greet_new_client().context("a new client")?;
    for (number, client) in clients.iter_mut().enumerate() {
        plan.pace(number)?;
        plan.greet(client)
            .with_context(|| format!("idle client {number} of {count}"))?;
    }
    plan.dismiss(clients)?;
    let each = grown.map_or(String::new(), |grown| {
        format!(", {} each", kib(grown / count as u64))
    });
    Outcome::passed(format!(
        "{} idle clients{each}; a new one was answered in {answer:.1} ms, and all of them in the end",
        thousands(count)
    ))
}
