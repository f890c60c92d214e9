//! Driving clients of any kind: threads, event loops, times, and what was measured.
//!
//! | file | what is in it |
//! |---|---|
//! | `pace` | when a client sends: closed loop and open loop |
//! | `event_loop` | many clients on one thread |
//! | `timer` | waking an event loop in time |
//! | `together` | what the threads know of each other |
//! | `recorder` | latencies and bytes |
//! | `failure` | what goes wrong, by kind |
//! | `process` | what the server's process has used meanwhile |
//! | `progress` | the bar on a terminal |
//! | `report` | what is told in the end |

pub(crate) mod event_loop;
pub(crate) mod failure;
pub(crate) mod pace;
pub(crate) mod process;
mod progress;
pub(crate) mod recorder;
pub(crate) mod report;
mod timer;
mod together;

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, ensure};

use event_loop::{Client, EventLoop, Span};
use failure::Failures;
use pace::{Nanos, Pace, share};
use process::Watched;
use progress::Progress;
use recorder::Recorder;
use report::Report;
use together::Together;

/// How long a load lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// So long, after the warm-up.
    For(Duration),
    /// Until so many messages have been sent.
    Count(u64),
}

/// How a load is driven, whatever its messages are.
#[derive(Debug, Clone)]
pub(crate) struct Drive {
    pub(crate) length: Length,
    /// How long caches, the scheduler and the threads of the server get to settle. Nothing counts before.
    pub(crate) warm_up: Duration,
    /// Messages a second of all clients, in an open loop.
    pub(crate) rate: Option<f64>,
    pub(crate) threads: usize,
    /// How long to wait for a connection, and for the last messages.
    pub(crate) patience: Duration,
    /// Keep how it went over time.
    pub(crate) slices: bool,
    /// Show a bar, where standard error is a terminal.
    pub(crate) progress: bool,
    /// The server's process.
    pub(crate) pid: Option<u32>,
}

/// Clients that are connected, and how that was.
pub(crate) struct Ready<C> {
    pub(crate) clients: Vec<C>,
    /// What went wrong on the way.
    pub(crate) failures: Failures,
    /// How long it took to connect all of them.
    pub(crate) setup: Duration,
}

impl Drive {
    /// The pace of one of `talkers` who send.
    pub(crate) fn pace(&self, number: usize, talkers: usize, in_flight: usize) -> Pace {
        match (self.rate, self.length) {
            (Some(rate), Length::Count(count)) => Pace::open(rate, number, talkers, count),
            (Some(rate), Length::For(window)) => {
                let total = (self.warm_up + window).as_secs_f64() * rate;
                Pace::open(rate, number, talkers, total.round() as u64)
            }
            (None, Length::Count(count)) => Pace::closed(in_flight as u64, share(count, number, talkers)),
            (None, Length::For(_)) => Pace::closed(in_flight as u64, u64::MAX / talkers.max(1) as u64),
        }
    }

    /// Deals the clients out to the threads, drives them to the end, and reports.
    ///
    /// # Errors
    /// When there is no client, or the load generator itself fails. What the server does wrong stands in the
    /// report.
    pub(crate) fn run<C: Client>(&self, ready: Ready<C>) -> anyhow::Result<Report> {
        let connections = ready.clients.len();
        let threads = self.threads.min(connections);
        ensure!(threads > 0, "there is no connection to measure");
        let epoch = Instant::now();
        let loops = self.deal_out(ready.clients, threads, epoch)?;
        let together = Together::new(threads);
        let watched = self.pid.map(Watched::new);
        let (loops, usage) = thread::scope(|scope| {
            let together = &together;
            // Nothing is ever sent: it ends when the last thread has dropped its end.
            let (running, ended) = channel::<()>();
            let threads: Vec<_> = loops
                .into_iter()
                .map(|mut event_loop| {
                    let running = running.clone();
                    scope.spawn(move || {
                        let outcome = event_loop.drive(together);
                        drop(running);
                        outcome.map(|()| event_loop)
                    })
                })
                .collect();
            drop(running);
            let progress = Progress::new(self, epoch);
            let usage = watched.map(|watched| {
                thread::sleep(self.warm_up.saturating_sub(epoch.elapsed()));
                watched.begin()
            });
            while ended.recv_timeout(Progress::INTERVAL) == Err(RecvTimeoutError::Timeout) {
                progress.show(together.count());
            }
            progress.end();
            // The connections are still open, and so the server's threads still there.
            let usage = usage
                .map(|begun| begun.and_then(process::Begun::end))
                .transpose()?;
            let join = |thread: thread::ScopedJoinHandle<'_, anyhow::Result<EventLoop<C>>>| {
                thread.join().map_err(|_| anyhow!("a load thread has panicked"))?
            };
            let loops = threads
                .into_iter()
                .map(join)
                .collect::<anyhow::Result<Vec<_>>>()?;
            anyhow::Ok((loops, usage))
        })?;
        let mut failures = ready.failures;
        let mut all: Option<Recorder> = None;
        for event_loop in loops {
            let (recorder, own) = event_loop.into_figures();
            failures.merge(own);
            match &mut all {
                None => all = Some(recorder),
                Some(all) => all.merge(recorder)?,
            }
        }
        let recorder = all.context("no thread")?;
        Ok(Report::new(
            self,
            recorder,
            failures,
            connections,
            ready.setup,
            usage,
        ))
    }

    fn deal_out<C: Client>(
        &self,
        mut clients: Vec<C>,
        threads: usize,
        epoch: Instant,
    ) -> anyhow::Result<Vec<EventLoop<C>>> {
        let count = clients.len();
        let mut loops = Vec::with_capacity(threads);
        for thread in (0..threads).rev() {
            let recorder = Recorder::new(epoch, self.warm_up, self.slices)?;
            let share = clients.split_off(thread * count / threads);
            loops.push(EventLoop::new(share, self.span(), recorder)?);
        }
        Ok(loops)
    }

    fn span(&self) -> Span {
        let end = match (self.rate, self.length) {
            (None, Length::For(window)) => Some((self.warm_up + window).as_nanos() as Nanos),
            _ => None,
        };
        Span {
            end,
            patience: self.patience,
        }
    }
}
