//! A line about what goes on: every so often, and when SIGUSR1 asks for it.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use net::NetError;
use parking_lot::Mutex;
use rooms::{Counters, Counts, Status};
#[cfg(unix)]
use signal_hook::consts::SIGUSR1;
#[cfg(unix)]
use signal_hook::iterator::Signals;

/// What the next line is compared with.
struct Last {
    counts: Counts,
    at: Instant,
}

/// From now on logs a line for each server every `interval`, if there is one, and at each SIGUSR1. Call it before anybody
/// knows that the servers are there: until then SIGUSR1 ends the process. A name is `None` where there is one server.
///
/// # Errors
/// [`NetError::NoThreadFor`] when a thread cannot be started; when the signal cannot be watched.
pub(crate) fn report_status(
    servers: Vec<(Option<String>, Arc<Counters>)>,
    interval: Option<Duration>,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let reporters = servers
        .into_iter()
        .map(|(name, counters)| Reporter::new(name, counters));
    let reporters: Arc<[_]> = reporters.collect();
    let no_thread = |error| NetError::no_thread_for("the lines of status", error);
    #[cfg(unix)]
    report_on_signal(Signals::new([SIGUSR1])?, Arc::clone(&reporters)).map_err(no_thread)?;
    if let Some(interval) = interval {
        report_in_turn(reporters, interval).map_err(no_thread)?;
    }
    Ok(())
}

struct Reporter {
    name: Option<String>,
    counters: Arc<Counters>,
    last: Mutex<Last>,
}

impl Reporter {
    fn new(name: Option<String>, counters: Arc<Counters>) -> Self {
        let last = Mutex::new(Last {
            counts: counters.read(),
            at: Instant::now(),
        });
        Self { name, counters, last }
    }

    fn report(&self) {
        let mut last = self.last.lock();
        let (now, at) = (self.counters.read(), Instant::now());
        let before = last.counts;
        let seconds = (at - last.at).as_secs_f64();
        Status { now, before, seconds }.log(self.name.as_deref());
        *last = Last { counts: now, at };
    }
}

// Both threads end with the process: what they tell is of interest until then.

fn report_in_turn(reporters: Arc<[Reporter]>, interval: Duration) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name("status".to_owned()).spawn(move || {
        loop {
            thread::sleep(interval);
            reporters.iter().for_each(Reporter::report);
        }
    })
}

#[cfg(unix)]
fn report_on_signal(mut signals: Signals, reporters: Arc<[Reporter]>) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        signals
            .forever()
            .for_each(|_| reporters.iter().for_each(Reporter::report));
    })
}
