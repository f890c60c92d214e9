//! A run: the servers start, users come and talk while things go wrong; then everything is up again, and all answers come. In
//! the end the servers are killed once more, and all users come back: what they are told then comes out of the log.

#[cfg(test)]
mod model;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use harness::RunningServer;

use crate::check::Counts;
use crate::flags::ChaosFlags;
use crate::keeper::{Mark, keep};
use crate::outage::{SERVERS, Target, outages};
use crate::record::{Diary, Record};
use crate::report::{Report, Sample};
use crate::servers::Servers;
use crate::shared::{Phase, Shared};
use crate::user::User;

/// A user has a small stack: it decodes no more than one packet on it.
const STACK: usize = 256 * 1024;

/// From one sample to the next.
const SECOND: Duration = Duration::from_secs(1);

/// Between two looks at how far the users are.
const LOOK: Duration = Duration::from_millis(50);

/// How long users may take to make their accounts and to come for the first time.
const COMING: Duration = Duration::from_secs(300);

type Kept<'scope> = ScopedJoinHandle<'scope, anyhow::Result<(RunningServer, Vec<Mark>)>>;

/// Runs it: a report without findings, and what the users have seen.
///
/// # Errors
/// Where something does not start, or cannot be brought back.
pub(crate) fn run(flags: &ChaosFlags) -> anyhow::Result<(Report, Record)> {
    let users = usize::try_from(flags.clients)?;
    let rooms = users.div_ceil(usize::try_from(flags.members)?);
    let in_slot = rooms.div_ceil(SERVERS);
    let mut servers = Servers::new(in_slot)?;
    let redis = servers.start_patiently(Target::Redis)?;
    let api = servers.start_api()?;
    let mut up = vec![(Target::Redis, redis)];
    for number in 0..SERVERS {
        let target = Target::Server(number);
        up.push((target, servers.start_patiently(target)?));
    }
    let shared = Shared::new(api, flags.pace);
    let room_of = |user: usize| {
        let room = user % rooms;
        i32::try_from(room % SERVERS * in_slot + room / SERVERS).context("a room")
    };
    let (marks, samples, diaries) = thread::scope(|scope| {
        let mut threads = Vec::new();
        for number in 0..users {
            let user = User::new(&shared, flags.seed, u16::try_from(number)?, room_of(number)?);
            let builder = thread::Builder::new().stack_size(STACK);
            threads.push(builder.spawn_scoped(scope, move || user.run())?);
        }
        let watch = Watch {
            shared: &shared,
            users,
        };
        let begin = || {
            up.into_iter()
                .map(|(target, server)| {
                    let outages = outages(flags.seed, target, flags.every, flags.duration);
                    let (servers, shared) = (&servers, &shared);
                    scope.spawn(move || keep(target, server, &outages, servers, shared))
                })
                .collect()
        };
        let outcome = watch.conduct(flags, begin, |up| renew(&servers, up));
        if let Err(error) = &outcome {
            shared.fail(error);
        }
        let diaries: Vec<_> = threads.into_iter().map(joined).collect::<anyhow::Result<_>>()?;
        let (marks, samples) = outcome?;
        anyhow::Ok((marks, samples, diaries))
    })?;
    let report = Report {
        seed: flags.seed,
        clients: flags.clients,
        rooms,
        seconds: flags.duration.as_secs_f64(),
        counts: Counts::default(),
        missing: users - shared.synced.load(Ordering::SeqCst),
        violated: 0,
        violations: Vec::new(),
        marks,
        samples,
    };
    Ok((report, Record::new(shared.take_ages(), diaries)))
}

/// Kills all chat servers, and starts them again: they know nothing but what is in the log. Redis, which is the first, stays.
fn renew(servers: &Servers, mut up: Vec<RunningServer>) -> anyhow::Result<Vec<RunningServer>> {
    up.truncate(1);
    for number in 0..SERVERS {
        up.push(servers.start_patiently(Target::Server(number))?);
    }
    Ok(up)
}

fn joined(thread: ScopedJoinHandle<'_, Diary>) -> anyhow::Result<Diary> {
    thread.join().map_err(|_| anyhow!("a user has panicked"))
}

/// Leads all threads through the phases.
struct Watch<'a> {
    shared: &'a Shared,
    users: usize,
}

impl Watch<'_> {
    /// Through all of them. `begin` lets go wrong what is to go wrong, `renew` puts new servers in the place of those that are
    /// up. What was done to the servers, and what users got in each second.
    fn conduct<'scope>(
        &self,
        flags: &ChaosFlags,
        begin: impl FnOnce() -> Vec<Kept<'scope>>,
        renew: impl FnOnce(Vec<RunningServer>) -> anyhow::Result<Vec<RunningServer>>,
    ) -> anyhow::Result<(Vec<Mark>, Vec<Sample>)> {
        if !self.waits_for(&self.shared.came, Phase::Talk, COMING)? {
            let came = self.shared.came.load(Ordering::SeqCst);
            bail!("only {came} of {} users have come in {COMING:?}", self.users);
        }
        let begun = self.shared.begin_now();
        let keepers = begin();
        let samples = self.samples(begun, flags.duration);
        self.shared.begin_phase(Phase::Settle);
        let (mut up, mut marks) = (Vec::new(), Vec::new());
        for keeper in keepers {
            let (server, done) = keeper.join().map_err(|_| anyhow!("a keeper has panicked"))??;
            up.push(server);
            marks.extend(done);
        }
        self.waits_for(&self.shared.settled, Phase::Settle, flags.patience)?;
        let _up = renew(up)?;
        self.shared.begin_phase(Phase::Sync);
        self.waits_for(&self.shared.synced, Phase::Sync, flags.patience)?;
        self.shared.begin_phase(Phase::Over);
        marks.sort_by(|one, other| one.at.total_cmp(&other.at));
        Ok((marks, samples))
    }

    /// Waits until all users are counted there; false where they are not in that time.
    fn waits_for(&self, counter: &AtomicUsize, phase: Phase, time: Duration) -> anyhow::Result<bool> {
        let deadline = Instant::now() + time;
        while counter.load(Ordering::SeqCst) < self.users {
            if let Some(failure) = self.shared.failure() {
                bail!(failure);
            }
            if Instant::now() >= deadline {
                return Ok(false);
            }
            self.shared.pause(phase, LOOK);
        }
        Ok(true)
    }

    /// What users get in each second, for so long as they talk.
    fn samples(&self, begun: Instant, duration: Duration) -> Vec<Sample> {
        let now =
            || [&self.shared.answers, &self.shared.deliveries].map(|count| count.load(Ordering::Relaxed));
        let (mut samples, mut last, mut counted) = (Vec::new(), begun, now());
        while begun.elapsed() < duration {
            let rest = duration.saturating_sub(begun.elapsed());
            if !self.shared.pause(Phase::Talk, SECOND.min(rest)) {
                break;
            }
            let seconds = last.elapsed().as_secs_f64();
            let counts = now();
            let a_second = |index: usize| (counts[index] - counted[index]) as f64 / seconds;
            samples.push(Sample {
                at: begun.elapsed().as_secs_f64(),
                answers: a_second(0),
                deliveries: a_second(1),
            });
            (last, counted) = (Instant::now(), counts);
        }
        samples
    }
}

#[cfg(test)]
mod tests;
