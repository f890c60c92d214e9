//! The row `flood`: clients that send far more packets a second than the rate limit allows.

use std::time::{Duration, Instant};

use anyhow::ensure;
use figures::thousands;
use protocol::{ErrorCode, PacketId};

use crate::client::{Brought, Client};
use crate::interrupt;
use crate::plan::Plan;
use crate::row::Outcome;
use crate::service::Service;

/// Packets of one client at a time, and how often: 2,000 a second.
const PACKETS: usize = 20;
const INTERVAL: Duration = Duration::from_millis(10);

/// Floods until all are closed, or it is clear that nobody will be.
pub(crate) fn flood(plan: &Plan) -> anyhow::Result<Outcome> {
    let count = plan.crowd_size(50)?;
    let flooders = (0..count).map(|number| Flooder::connect(plan, number));
    let mut flooders = flooders.collect::<anyhow::Result<Vec<_>>>()?;
    let requests = plan.service.request(7).repeat(PACKETS);
    let begin = Instant::now();
    while begin.elapsed() < plan.patience && flooders.iter().any(|flooder| flooder.closed.is_none()) {
        let start = Instant::now();
        for flooder in flooders.iter_mut().filter(|flooder| flooder.closed.is_none()) {
            flooder.step(&requests, begin)?;
        }
        let noticed = flooders
            .iter()
            .any(|flooder| flooder.notices > 0 || flooder.closed.is_some());
        if !noticed && begin.elapsed() > plan.patience / 3 {
            return Outcome::skipped(format!(
                "no rate limit that {} clients meet in {:.1} s with 2,000 packets a second each",
                thousands(count),
                (plan.patience / 3).as_secs_f64()
            ));
        }
        interrupt::pause(INTERVAL.saturating_sub(start.elapsed()))?;
    }
    let times: Vec<_> = flooders.iter().filter_map(|flooder| flooder.closed).collect();
    ensure!(
        times.len() == count,
        "{} of {count} were closed within {:?}",
        times.len(),
        plan.patience
    );
    let told = flooders
        .iter()
        .filter(|flooder| flooder.notices > 0 || !flooder.has_notices)
        .count();
    ensure!(told == count, "only {told} of {count} were told why");
    let seconds = |time: Option<&Duration>| time.map_or(0.0, Duration::as_secs_f64);
    Outcome::passed(format!(
        "{count} clients with 2,000 packets a second: told so, and closed after {:.1} to {:.1} s",
        seconds(times.iter().min()),
        seconds(times.iter().max())
    ))
}

/// One who sends too much.
struct Flooder {
    client: Client,
    /// The server speaks in packets, so it can say what is wrong.
    has_notices: bool,
    /// How often it was told.
    notices: usize,
    closed: Option<Duration>,
}

impl Flooder {
    fn connect(plan: &Plan, number: usize) -> anyhow::Result<Self> {
        let client = plan.connect_as(&format!("flood {number}"))?;
        client.never_wait()?;
        Ok(Self {
            client,
            has_notices: matches!(plan.service, Service::Packets | Service::Chat),
            notices: 0,
            closed: None,
        })
    }

    /// Sends once more, and reads what has come.
    fn step(&mut self, requests: &[u8], begin: Instant) -> anyhow::Result<()> {
        // Half a packet may be sent where the server reads too slowly; what follows is then no packet, and
        // whoever closes for that has closed for the flood.
        let mut closed = self.client.send_some(requests).is_err();
        loop {
            match self.client.read_some()? {
                Brought::Bytes => self.take_what_came()?,
                Brought::Nothing => break,
                Brought::End | Brought::Reset => {
                    closed = true;
                    break;
                }
            }
        }
        if closed {
            self.closed = Some(begin.elapsed());
        }
        Ok(())
    }

    fn take_what_came(&mut self) -> anyhow::Result<()> {
        if !self.has_notices {
            self.client.forget_what_came();
            return Ok(());
        }
        let limited = ErrorCode::RATE_LIMITED.0.to_le_bytes();
        while let Some((packet_id, body)) = self.client.packet_that_came()? {
            if packet_id == PacketId::ERROR_NTF && body == limited {
                self.notices += 1;
            }
        }
        Ok(())
    }
}
