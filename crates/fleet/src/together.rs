//! Several servers in one process: all begin before anybody hears of them, and all end together.

use std::fmt;
use std::io;
use std::sync::mpsc::channel;
use std::thread;

use net::{NetError, Service, Shutdown, Summary};

/// The life of one server, which calls what it is given when it has all that it needs.
pub(crate) type Life<'a> = Box<dyn FnOnce(&mut dyn FnMut()) -> anyhow::Result<Summary> + Send + 'a>;

/// What each server has done, by its name.
#[derive(Debug)]
pub struct Summaries(Vec<(String, Summary)>);

impl fmt::Display for Summaries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, summary)) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { " | " };
            write!(f, "{separator}{name}: {summary}")?;
        }
        Ok(())
    }
}

/// Runs all side by side. Where one ends, whatever the cause, all do.
pub(crate) fn live_together<'a>(
    lives: Vec<(String, Life<'a>)>,
    shutdown: &Shutdown,
    ready: &mut dyn FnMut(),
) -> anyhow::Result<Summaries> {
    let names: Vec<_> = lives.iter().map(|(name, _)| name.clone()).collect();
    let (tell, told) = channel();
    thread::scope(|scope| {
        let spawn = |(name, life): (String, Life<'a>)| {
            let tell = tell.clone();
            Service::spawn(scope, name, move || {
                let _end = EndOfAll(shutdown);
                life(&mut || {
                    // Nobody waits for it any more where another server has ended.
                    let _ = tell.send(());
                })
            })
        };
        let services: io::Result<Vec<_>> = lives.into_iter().map(spawn).collect();
        // The scope waits for those that were started, also where another was not.
        let services = services
            .map_err(|error| NetError::no_thread_for("a server of the fleet", error))
            .inspect_err(|_| shutdown.request())?;
        drop(tell);
        if told.iter().take(names.len()).count() == names.len() {
            ready();
        }
        let served: anyhow::Result<Vec<_>> = services.into_iter().map(Service::join).collect();
        Ok(Summaries(names.into_iter().zip(served?).collect()))
    })
}

/// Dropped at the end of a server's thread, after a panic too.
struct EndOfAll<'a>(&'a Shutdown);

impl Drop for EndOfAll<'_> {
    fn drop(&mut self) {
        self.0.request();
    }
}
