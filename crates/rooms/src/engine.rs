//! Starts a room server's threads, holds what they share, and ends them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use net::{NetError, Shutdown, Summary, panic_text};
use protocol::ErrorCode;
use tracing::{error, warn};

use crate::backlog::Backlog;
use crate::config::Config;
use crate::delivery::Delivery;
use crate::encoded::Writing;
use crate::incoming::Incoming;
use crate::item::{Command, Item};
use crate::ports::{self, Port};
use crate::room::{Handled, Room, RoomLogic};
use crate::session::Session;
use crate::users::Users;
use crate::worker::Worker;

/// Items that may wait for one worker. Past that, client threads wait, and so do their clients.
const QUEUE: usize = 1_024;

/// A game, or a chat: its rooms, and what users can do outside of them.
pub trait Game: Send + Sync + 'static {
    /// The rules of one room.
    type Room: RoomLogic;

    /// The rules of this room, before anybody is in it.
    fn new_room(&self, number: i32) -> Self::Room;

    /// A packet of a user that the engine does not know, in a room or not. What is
    /// [`Handled::UnknownId`] here is for the room.
    ///
    /// # Errors
    /// What the user is told in an `ERROR_NTF`.
    fn packet(
        &self,
        delivery: &mut Delivery,
        from: &User<'_>,
        packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode>;

    /// Packets that only a member of a room may send: anybody else gets `ROOM_NOT_IN_USER`.
    fn needs_room(&self, packet: &Incoming<'_>) -> bool;

    /// A user is logged in no more.
    fn logged_out(&self, user: &User<'_>) {
        let _ = user;
    }
}

/// A user who is logged in.
#[derive(Debug, Clone, Copy)]
pub struct User<'a> {
    /// The user's name.
    pub user_id: &'a str,
    /// Where packets for this user go.
    pub session: &'a Arc<Session>,
}

/// What all threads share.
pub(crate) struct Engine<G> {
    pub(crate) config: Config,
    pub(crate) game: G,
    pub(crate) users: Arc<Users>,
    pub(crate) shutdown: Shutdown,
    /// Connections whose last item is not dealt with yet.
    open: AtomicUsize,
    items: Vec<Sender<Item>>,
    commands: Vec<Sender<Command>>,
}

/// The receiving ends of one worker's channels.
pub(crate) struct Inbox {
    pub(crate) items: Receiver<Item>,
    pub(crate) commands: Receiver<Command>,
}

/// Serves all ports until `shutdown` is requested, then ends in order, and says what was done.
///
/// # Errors
/// [`NetError::NoThreadFor`] or [`NetError::Io`] when there is no thread or no descriptor to start with.
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
    let workers = engine.spawn_workers(inboxes, &backlog).inspect_err(|_| {
        // Those that run already must not run for ever.
        engine.command_all(|| Command::Stop);
        backlog.stop();
    })?;
    let released = backlog.clone();
    shutdown.on_request(move || released.release());
    let summary = ports::serve(ports.into_iter().collect(), &engine, shutdown, ready);
    engine.command_all(|| Command::Stop);
    for worker in workers {
        if let Err(cause) = worker.join() {
            error!("a worker panicked: {}", panic_text(cause.as_ref()));
        }
    }
    backlog.stop();
    drop(helper.join());
    summary
}

impl<G: Game> Engine<G> {
    pub(crate) fn new(config: Config, game: G, shutdown: Shutdown) -> (Arc<Self>, Vec<Inbox>) {
        let channels = || (bounded(QUEUE), unbounded());
        let (mut items, mut commands, mut inboxes) = (Vec::new(), Vec::new(), Vec::new());
        for ((item_sender, item_receiver), (command_sender, command_receiver)) in
            std::iter::repeat_with(channels).take(config.workers)
        {
            items.push(item_sender);
            commands.push(command_sender);
            inboxes.push(Inbox {
                items: item_receiver,
                commands: command_receiver,
            });
        }
        let engine = Self {
            config,
            game,
            users: Arc::default(),
            shutdown,
            open: AtomicUsize::new(0),
            items,
            commands,
        };
        (Arc::new(engine), inboxes)
    }

    fn spawn_workers(
        self: &Arc<Self>,
        inboxes: Vec<Inbox>,
        backlog: &Backlog,
    ) -> Result<Vec<JoinHandle<()>>, NetError> {
        let spawn = |(index, inbox)| {
            let worker = Worker::new(index, Arc::clone(self), inbox, self.delivery(backlog));
            thread::Builder::new()
                .name(format!("worker-{index}"))
                .spawn(move || worker.run())
                .map_err(|error| NetError::no_thread_for("a worker", error))
        };
        inboxes.into_iter().enumerate().map(spawn).collect()
    }

    pub(crate) fn delivery(&self, backlog: &Backlog) -> Delivery {
        Delivery::new(
            Arc::clone(&self.users),
            Arc::clone(&self.config.counters),
            backlog.clone(),
            self.config.trace.clone(),
            self.config.outbox_limit,
            Writing::new(&self.config),
        )
    }

    /// The rooms that this worker owns, empty: number `worker`, `worker + workers`, and so on.
    pub(crate) fn rooms_of(&self, worker: usize) -> Vec<Room<G::Room>> {
        let config = &self.config;
        let (size, max_packet) = (config.room_size, config.limits.max_packet);
        let numbers = (worker..config.rooms).step_by(config.workers);
        numbers
            .map(|number| {
                let number = i32::try_from(number).unwrap_or(i32::MAX);
                Room::new(number, size, max_packet, self.game.new_room(number))
            })
            .collect()
    }

    /// The worker that owns this room.
    pub(crate) fn worker_of(&self, room: usize) -> usize {
        room % self.config.workers
    }

    /// Hands an item over, and waits while the worker has too many. False where there is no worker any more.
    pub(crate) fn hand_over(&self, worker: usize, item: Item) -> bool {
        self.items[worker].send(item).is_ok()
    }

    /// Tells a worker something that must not wait, and that nobody waits for.
    pub(crate) fn command(&self, worker: usize, command: Command) {
        // A worker that has ended needs no commands.
        let _ = self.commands[worker].send(command);
    }

    pub(crate) fn command_all(&self, command: impl Fn() -> Command) {
        (0..self.commands.len()).for_each(|worker| self.command(worker, command()));
    }

    pub(crate) fn opened(&self) {
        self.open.fetch_add(1, Ordering::SeqCst);
    }

    // ANCHOR: closed
    /// A last item is dealt with. At shutdown, the last of all means that everything that was read is
    /// answered: now the clients can be told.
    pub(crate) fn closed(&self) {
        if self.open.fetch_sub(1, Ordering::SeqCst) == 1 && self.shutdown.requested() {
            self.command_all(|| Command::SayGoodBye);
        }
    }
    // ANCHOR_END: closed
}
