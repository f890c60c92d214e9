//! The row `churn`: clients come, are served and go, for the rest of the time.

use std::time::Instant;

use anyhow::{Context, ensure};
use figures::thousands;
use protocol::ErrorCode;
use protocol::message::Message;

use crate::chat::{self, FIRST_ROOM, message};
use crate::client::Client;
use crate::interrupt;
use crate::plan::Plan;
use crate::report::kib;
use crate::row::Outcome;
use crate::service::Service;

/// Clients at the same time.
const AT_ONCE: usize = 50;

/// How often the memory is looked at.
const SAMPLES: u32 = 40;

/// What the memory may be more in the last quarter than in the second: a part of it, and some KiB.
const MORE_PERCENT: u64 = 5;
const MORE_KIB: u64 = 1_024;

/// Visits, until the time is over.
pub(crate) fn churn(plan: &Plan) -> anyhow::Result<Outcome> {
    let at_once = plan.visitors(AT_ONCE)?;
    let begin = Instant::now();
    // Where the other rows have taken all the time, it still gets some.
    let time = plan.end.saturating_duration_since(begin).max(plan.patience / 3);
    let (mut visits, mut memory) = (0, Vec::new());
    while begin.elapsed() < time {
        interrupt::check()?;
        visit(plan, visits, at_once).with_context(|| format!("after {visits} visits"))?;
        visits += at_once;
        let next_sample = time / SAMPLES * u32::try_from(memory.len()).unwrap_or(u32::MAX);
        if begin.elapsed() >= next_sample
            && let Some(usage) = plan.usage()?
        {
            memory.push(usage.resident_kib);
        }
    }
    let figures = format!(
        "{} visits in {:.0} s",
        thousands(visits),
        begin.elapsed().as_secs_f64()
    );
    if plan.process.is_none() {
        return Outcome::passed(format!("{figures}; nobody has looked at the memory (--pid)"));
    }
    let (early, late) = flat(&memory).with_context(|| figures.clone())?;
    Outcome::passed(format!(
        "{figures}; memory {} in the second quarter, {} in the last",
        kib(early),
        kib(late)
    ))
}

/// The medians of the second and of the last quarter, where they are about the same.
fn flat(memory: &[u64]) -> anyhow::Result<(u64, u64)> {
    let quarter = memory.len() / 4;
    ensure!(quarter > 0, "too few visits to look at the memory");
    let early = median(&memory[quarter..2 * quarter]);
    let late = median(&memory[memory.len() - quarter..]);
    let allowed = early + early * MORE_PERCENT / 100 + MORE_KIB;
    ensure!(
        late <= allowed,
        "the memory grows: {} in the second quarter of the time, {} in the last, more than {}",
        kib(early),
        kib(late),
        kib(allowed)
    );
    Ok((early, late))
}

fn median(values: &[u64]) -> u64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

/// Some clients come together, are served, and go in three ways.
fn visit(plan: &Plan, first: usize, count: usize) -> anyhow::Result<()> {
    let mut clients = Vec::with_capacity(count);
    for number in first..first + count {
        let mut client = plan.connect()?;
        client.send(&requests(plan.service, number))?;
        clients.push(client);
    }
    for (number, mut client) in (first..).zip(clients) {
        receive(plan.service, number, &mut client)?;
        leave(number, client)?;
    }
    Ok(())
}

fn requests(service: Service, number: usize) -> Vec<u8> {
    match service {
        Service::Chat => {
            let room = FIRST_ROOM + i32::try_from(number / AT_ONCE % 10).unwrap_or_default();
            let login = chat::login(&format!("churn {number}"));
            [login, chat::enter(room), chat::say("hello")].concat()
        }
        service => [service.request(number), service.request(number + 1)].concat(),
    }
}

fn receive(service: Service, number: usize, client: &mut Client) -> anyhow::Result<()> {
    if service != Service::Chat {
        return client.expect(&[service.reply(number), service.reply(number + 1)].concat());
    }
    loop {
        let result = match message(&client.packet()?)? {
            Message::RoomChatRes(response) => {
                ensure!(
                    response.result == ErrorCode::NONE,
                    "the chat says {}",
                    response.result
                );
                return Ok(());
            }
            Message::LoginRes(response) => response.result,
            Message::RoomEnterRes(response) => response.result,
            Message::ErrorNtf(error) => error.error,
            _ => ErrorCode::NONE,
        };
        ensure!(result == ErrorCode::NONE, "the server says {result}");
    }
}

fn leave(number: usize, mut client: Client) -> anyhow::Result<()> {
    match number % 3 {
        0 => drop(client),
        1 => client.reset()?,
        _ => {
            client.half_close()?;
            client.end()?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_flat_after_a_warm_up() {
        let warm_up = [5_000, 9_000, 10_000, 10_000];
        assert_eq!(flat(&warm_up).unwrap(), (9_000, 10_000));
        let noisy = [5, 9, 10, 30, 10, 9, 11, 10, 10, 31, 10, 9].map(|mib| mib * 1_024);
        assert!(flat(&noisy).is_ok());
    }

    #[test]
    fn memory_that_grows_is_not_flat() {
        let leaking: Vec<u64> = (0..40).map(|sample| 10_000 + sample * 100).collect();
        let error = flat(&leaking).unwrap_err().to_string();
        assert!(error.starts_with("the memory grows: 11.2 MiB"), "{error}");
        assert!(flat(&[1, 2, 3]).is_err());
    }
}
