//! Driving clients of any kind: threads, event loops, times, and what was measured.
//!
//! | file | what is in it |
//! |---|---|
//! | `drive` | how a load is driven |
//! | `pace` | when a client sends: closed loop and open loop |
//! | `event_loop` | many clients on one thread |
//! | `rate` | the rate of an open loop, and whether it was reached |
//! | `turns` | whose message is due next |
//! | `timer` | waking an event loop in time |
//! | `together` | what the threads know of each other |
//! | `line` | what stands between a client's bytes and its socket: nothing, TLS, or a WebSocket |
//! | `web_socket` | a WebSocket, as a browser speaks it |
//! | `recorder` | messages, latencies and bytes, and in which time they are counted |
//! | `slices` | the same over time, for a figure |
//! | `latencies` | how long messages took |
//! | `failure` | what goes wrong, by kind |
//! | `process` | what the server's process has used from before the load to behind it |
//! | `tree` | what it has used with its children |
//! | `progress` | the bar on a terminal |
//! | `report` | what is told in the end |

mod drive;
pub(crate) mod event_loop;
pub(crate) mod failure;
pub(crate) mod latencies;
pub(crate) mod line;
pub(crate) mod pace;
pub(crate) mod process;
mod progress;
pub(crate) mod rate;
pub(crate) mod recorder;
pub(crate) mod report;
mod slices;
mod timer;
pub(crate) mod together;
mod turns;
mod web_socket;

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{anyhow, ensure};

use crate::interrupt;
pub(crate) use drive::{Drive, Length, WARM_UP};
use event_loop::{Client, EventLoop, Span};
use failure::{Failure, Failures, Kind};
use pace::Nanos;
use process::Watch;
use progress::Progress;
use recorder::Recorder;
use report::Report;
use together::Together;

/// How long after the end of an open loop a message may be sent that was due before it. A server that takes
/// nothing for longer is told as that; without an end, a rate that nobody can keep up with would have none.
const LATE: Duration = Duration::from_secs(1);

/// Clients that are connected, and how that was.
pub(crate) struct Ready<C> {
    pub(crate) clients: Vec<C>,
    /// What went wrong on the way.
    pub(crate) failures: Failures,
    /// How long it took to connect all of them.
    pub(crate) setup: Duration,
    /// How often each message comes back: to each member of a room.
    pub(crate) copies: u64,
}

impl Drive {
    /// Deals the clients out to the threads, drives them to the end, and reports. `at_end` is called when the load is over
    /// and its connections are still open.
    ///
    /// # Errors
    /// When there is no client, when the load generator itself fails, or that of `at_end`. What the server does wrong
    /// is in the report.
    pub(crate) fn run<C: Client, T>(
        &self,
        ready: Ready<C>,
        at_end: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<(Report, T)> {
        let connections = ready.clients.len();
        ensure!(connections > 0, "there is no connection to measure");
        interrupt::there_are_figures();
        // Not while it works: to look at a thousand threads takes a tenth of a second, on the server's processors.
        let begun = self.pid.map(Watch::begin);
        let epoch = Instant::now();
        let loops = self.deal_out(ready.clients, epoch)?;
        let loops = self.drive(loops, epoch, ready.copies)?;
        let usage = begun.map(|begun| begun?.end());
        let seen = at_end()?;
        let mut failures = ready.failures;
        let usage = match usage.transpose() {
            Ok(usage) => usage,
            Err(error) => {
                failures.add(Failure::new(Kind::Ended, format_args!("{error:#}")));
                None
            }
        };
        let mut recorder = Recorder::new(epoch, self.window(), self.slices)?;
        for event_loop in loops {
            let (own, failed) = event_loop.into_figures();
            recorder.merge(own)?;
            failures.merge(failed);
        }
        let (setup, copies) = (ready.setup, ready.copies);
        let report = Report::new(self, recorder, failures, (connections, setup, copies), usage);
        Ok((report, seen))
    }

    /// Runs the threads, and shows how far they are. The event loops come back with their connections still open.
    fn drive<C: Client>(
        &self,
        loops: Vec<EventLoop<C>>,
        epoch: Instant,
        copies: u64,
    ) -> anyhow::Result<Vec<EventLoop<C>>> {
        let together = &Together::new(loops.len());
        // Nothing is ever sent: it ends when the last thread has dropped its end.
        let (running, ended) = channel::<()>();
        thread::scope(|scope| {
            let start = |mut event_loop: EventLoop<C>| {
                let running = running.clone();
                scope.spawn(move || {
                    let outcome = event_loop.drive(together);
                    drop(running);
                    outcome.map(|()| event_loop)
                })
            };
            let threads: Vec<_> = loops.into_iter().map(start).collect();
            drop(running);
            let progress = Progress::new(self, epoch, copies);
            self.watch(epoch, together, &ended, &progress);
            threads
                .into_iter()
                .map(|thread| thread.join().map_err(|_| anyhow!("a load thread has panicked"))?)
                .collect()
        })
    }

    /// Shows the progress until the threads have ended.
    fn watch(&self, epoch: Instant, together: &Together, ended: &Receiver<()>, progress: &Progress) {
        let has_ended_within = |time| ended.recv_timeout(time) != Err(RecvTimeoutError::Timeout);
        let warm_up = || self.warm_up.saturating_sub(epoch.elapsed());
        while !warm_up().is_zero() && !has_ended_within(warm_up().min(Progress::INTERVAL)) {
            progress.show(0);
        }
        while !has_ended_within(Progress::INTERVAL) {
            progress.show(together.count());
        }
        progress.end();
    }

    fn deal_out<C: Client>(&self, mut clients: Vec<C>, epoch: Instant) -> anyhow::Result<Vec<EventLoop<C>>> {
        let count = clients.len();
        let threads = self.threads.min(count);
        let mut loops = Vec::with_capacity(threads);
        for thread in (0..threads).rev() {
            let recorder = Recorder::new(epoch, self.window(), self.slices)?;
            let share = clients.split_off(thread * count / threads);
            loops.push(EventLoop::new(share, self.span(), recorder)?);
        }
        Ok(loops)
    }

    fn span(&self) -> Span {
        let end = match self.length {
            Length::For(window) => {
                // What was due in time may be sent a little late; in a closed loop nothing is due.
                let late = self.rate.map_or(Duration::ZERO, |_| LATE.min(self.patience));
                Some((self.warm_up + window + late).as_nanos() as Nanos)
            }
            Length::Count(_) => None,
        };
        Span {
            end,
            patience: self.patience,
        }
    }
}
