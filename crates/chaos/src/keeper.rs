//! A thread for each of those that go away: it kills or stops its server when it is time, and brings it back.

use harness::RunningServer;
use serde::Serialize;

use crate::outage::{Fault, Outage, Target};
use crate::servers::{Servers, go_on, stop};
use crate::shared::{Phase, Shared};

/// Something that was done to a server.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Mark {
    /// Seconds since the beginning.
    pub(crate) at: f64,
    pub(crate) what: What,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum What {
    ServerKilled,
    ServerStopped,
    RedisKilled,
    RedisStopped,
}

impl What {
    fn of(target: Target, fault: Fault) -> Self {
        match (target, fault) {
            (Target::Server(_), Fault::Killed) => Self::ServerKilled,
            (Target::Server(_), Fault::Stopped) => Self::ServerStopped,
            (Target::Redis, Fault::Killed) => Self::RedisKilled,
            (Target::Redis, Fault::Stopped) => Self::RedisStopped,
        }
    }
}

/// Goes through these outages. In the end the server is up, and is given back with what was done to it.
///
/// # Errors
/// Where it cannot be brought back.
pub(crate) fn keep(
    target: Target,
    mut server: RunningServer,
    outages: &[Outage],
    servers: &Servers,
    shared: &Shared,
) -> anyhow::Result<(RunningServer, Vec<Mark>)> {
    let mut marks = Vec::new();
    for outage in outages {
        // Where the last one took longer than it should, the next one comes at once.
        let wait = outage.at.saturating_sub(shared.passed());
        if !shared.pause(Phase::Talk, wait) {
            break;
        }
        let at = shared.passed().as_secs_f64();
        let what = What::of(target, outage.fault);
        marks.push(Mark { at, what });
        match outage.fault {
            Fault::Killed => {
                // Its end is SIGKILL.
                drop(server);
                shared.pause(Phase::Talk, outage.lasts);
                server = servers.start_patiently(target)?;
            }
            Fault::Stopped => {
                stop(&server)?;
                shared.pause(Phase::Talk, outage.lasts);
                go_on(&server)?;
            }
        }
    }
    Ok((server, marks))
}
