//! The life of a room server: starts its threads, waits until it is to end, and ends them.

use std::any::Any;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use net::{NetError, Shutdown, Summary, panic_text};
use tracing::warn;

use crate::backlog::Backlog;
use crate::command::Command;
use crate::config::Config;
use crate::counters::Queues;
use crate::desk::Desks;
use crate::engine::{Engine, Inbox};
use crate::game::{EventOf, Game};
use crate::ports::{self, Port};
use crate::ways::Ways;
use crate::worker::Worker;

/// Serves all ports until `shutdown` is requested, then ends in order, and says what was done.
///
/// # Errors
/// [`NetError::NoThreadFor`] or [`NetError::Io`] when there is no thread or no descriptor to start with;
/// [`NetError::WorkerPanicked`] when a worker has panicked, by a fault of the engine, and so the server had to end.
pub fn run<G: Game>(
    ports: impl IntoIterator<Item = Port>,
    config: Config,
    game: G,
    shutdown: &Shutdown,
) -> Result<Summary, NetError> {
    run_and_tell(ports, config, game, shutdown, || ())
}

/// The same, and calls `ready` when it has all threads and descriptors that it needs: from then on only a client can
/// lack some.
///
/// # Errors
/// Those of [`run`]; `ready` has not been called then.
pub fn run_and_tell<G: Game>(
    ports: impl IntoIterator<Item = Port>,
    config: Config,
    game: G,
    shutdown: &Shutdown,
    ready: impl FnOnce(),
) -> Result<Summary, NetError> {
    if let Some(warning) = config.warning() {
        warn!("{warning}");
    }
    let (engine, inboxes) = Engine::new(config, game, shutdown.clone());
    let config = &engine.config;
    let (backlog, helper) = Backlog::start(config.limits.write_timeout, Arc::clone(&config.counters))?;
    let desks = Arc::new(Desks::new(Arc::clone(&engine)));
    let workers = spawn_workers(&desks, inboxes, &backlog).inspect_err(|_| {
        // Those that run already must not run for ever.
        engine.command_all(|| Command::Stop);
        backlog.stop();
    })?;
    let released = backlog.clone();
    shutdown.on_request(move || released.release());
    config.counters.ask(Some(queues(&engine, &backlog)));
    config.control.reach(Some(Arc::new(Ways {
        outside: engine.outside(),
        backlog: backlog.clone(),
    })));
    let summary = ports::serve(ports.into_iter().collect(), &desks, &backlog, shutdown, ready);
    engine.command_all(|| Command::Stop);
    let worked: Vec<_> = workers.into_iter().map(join).collect();
    backlog.stop();
    drop(helper.join());
    config.counters.ask(None);
    config.control.reach(None);
    worked.into_iter().collect::<Result<(), _>>()?;
    summary
}

fn queues<G: Game>(engine: &Arc<Engine<G>>, backlog: &Backlog) -> Queues {
    let backlog = backlog.clone();
    Queues {
        items: Box::new(engine.queued()),
        bytes: Box::new(move || backlog.bytes()),
    }
}

fn spawn_workers<G: Game>(
    desks: &Arc<Desks<G>>,
    inboxes: Vec<Inbox<EventOf<G>>>,
    backlog: &Backlog,
) -> Result<Vec<JoinHandle<Result<(), NetError>>>, NetError> {
    let engine = &desks.engine;
    let spawn = |(index, inbox)| {
        let worker = Worker::new(index, Arc::clone(engine), inbox, engine.delivery(index, backlog));
        let desks = Arc::clone(desks);
        thread::Builder::new()
            .name(format!("worker-{index}"))
            .spawn(move || {
                desks.begin(worker);
                desks.work_until_the_end(index)
            })
            .map_err(|error| NetError::no_thread_for("a worker", error))
    };
    inboxes.into_iter().enumerate().map(spawn).collect()
}

fn join(worker: JoinHandle<Result<(), NetError>>) -> Result<(), NetError> {
    let panicked = |cause: Box<dyn Any + Send>| Err(NetError::WorkerPanicked(panic_text(cause.as_ref())));
    worker.join().unwrap_or_else(panicked)
}
