//! What all threads of a room server share: its settings, its game, its users, and the ways to its workers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use net::Shutdown;

use crate::backlog::Backlog;
use crate::command::{Command, Commands};
use crate::config::Config;
use crate::delivery::Delivery;
use crate::encoded::Writing;
use crate::game::{EventOf, Game};
use crate::item::Item;
use crate::numbers::{Numbers, Range};
use crate::outside::Outside;
use crate::own_rooms::OwnRooms;
use crate::role::Role;
use crate::room::Room;
use crate::users::Users;

/// Items that may wait for one worker. Past that, client threads wait, and so do their clients.
const QUEUE: usize = 1_024;

/// What all threads share.
pub(crate) struct Engine<G: Game> {
    pub(crate) config: Config,
    pub(crate) numbers: Arc<Numbers>,
    /// The rooms that there are before any come.
    at_start: Vec<Range>,
    pub(crate) game: G,
    pub(crate) users: Arc<Users>,
    /// Whether the game checks logins.
    pub(crate) checks_logins: bool,
    pub(crate) shutdown: Shutdown,
    /// Connections whose last item is not dealt with yet.
    open: AtomicUsize,
    /// A worker has panicked: its part of what is read is never answered.
    has_lost_a_worker: AtomicBool,
    items: Vec<Sender<Item>>,
    commands: Arc<[Commands<EventOf<G>>]>,
}

/// The receiving ends of one worker's channels.
pub(crate) struct Inbox<E> {
    pub(crate) items: Receiver<Item>,
    pub(crate) commands: Receiver<Command<E>>,
}

impl<G: Game> Engine<G> {
    pub(crate) fn new(config: Config, game: G, shutdown: Shutdown) -> (Arc<Self>, Vec<Inbox<EventOf<G>>>) {
        let channels = || (bounded(QUEUE), unbounded());
        let (mut items, mut commands, mut inboxes) = (Vec::new(), Vec::new(), Vec::new());
        for ((item_sender, item_receiver), (command_sender, command_receiver)) in
            std::iter::repeat_with(channels).take(config.workers)
        {
            items.push(item_sender);
            commands.push(Commands::new(command_sender));
            inboxes.push(Inbox {
                items: item_receiver,
                commands: command_receiver,
            });
        }
        let commands: Arc<[_]> = commands.into();
        let (users, numbers) = (Arc::default(), Arc::new(Numbers::new(&config)));
        let at_start = numbers.ranges();
        game.start(Outside::new(
            Arc::clone(&commands),
            Arc::clone(&users),
            Arc::clone(&numbers),
            &config,
        ));
        let engine = Self {
            numbers,
            at_start,
            checks_logins: game.checks_logins(),
            config,
            game,
            users,
            shutdown,
            open: AtomicUsize::new(0),
            has_lost_a_worker: AtomicBool::new(false),
            items,
            commands,
        };
        (Arc::new(engine), inboxes)
    }

    /// How many items wait for each worker.
    pub(crate) fn queued(&self) -> impl Fn() -> Vec<u64> + use<G> {
        let items = self.items.clone();
        move || items.iter().map(|queue| queue.len() as u64).collect()
    }

    /// The way to its workers for all that is not a client.
    pub(crate) fn outside(&self) -> Outside<EventOf<G>> {
        Outside::new(
            Arc::clone(&self.commands),
            Arc::clone(&self.users),
            Arc::clone(&self.numbers),
            &self.config,
        )
    }

    pub(crate) fn delivery(&self, worker: usize, backlog: &Backlog) -> Delivery {
        let outside = self.outside();
        Delivery::new(
            Arc::clone(&self.users),
            Arc::clone(&self.config.counters),
            backlog.clone(),
            self.config.trace.clone(),
            self.config.outbox_limit,
            Writing::new(&self.config),
            (
                worker,
                outside.resume_without_event(),
                outside.fill_with_nothing(),
            ),
        )
    }

    /// The rooms with which this worker begins.
    pub(crate) fn first_rooms_of(&self, worker: usize) -> OwnRooms<G::Room> {
        let mut rooms = OwnRooms::new(worker, &self.numbers);
        for range in &self.at_start {
            rooms.add(*range, Some(self.rooms_of(worker, *range)));
        }
        rooms
    }

    /// The rooms that this worker owns in a range, empty.
    pub(crate) fn rooms_of(&self, worker: usize, range: Range) -> Vec<Room<G::Room>> {
        let owned = self.numbers.sharing().owned_by(worker, range);
        let new_room = |number| {
            let logic = self.game.new_room(number);
            Room::new(number, range.first_unique_id, &self.config, logic)
        };
        owned.map(new_room).collect()
    }

    /// Hands an item over, and waits while the worker has too many. False where there is no worker any more.
    pub(crate) fn hand_over(&self, worker: usize, item: Item) -> bool {
        self.items[worker].send(item).is_ok()
    }

    /// Who works for a worker.
    pub(crate) fn role(&self, worker: usize) -> &Role {
        self.commands[worker].role()
    }

    /// Whether something waits for a worker.
    pub(crate) fn has_work(&self, worker: usize) -> bool {
        let commands = &self.commands[worker];
        (!self.items[worker].is_empty() && !commands.takes_no_items()) || !commands.are_none()
    }

    /// Too much waits at a worker for somebody else, or no more: its items are left where they are meanwhile.
    pub(crate) fn set_takes_no_items(&self, worker: usize, takes_none: bool) {
        self.commands[worker].set_takes_no_items(takes_none);
    }

    /// Tells a worker something that must not wait, and that nobody waits for.
    pub(crate) fn command(&self, worker: usize, command: Command<EventOf<G>>) {
        // A worker that has ended needs no commands.
        self.commands[worker].send(command);
    }

    pub(crate) fn command_all(&self, command: impl Fn() -> Command<EventOf<G>>) {
        (0..self.commands.len()).for_each(|worker| self.command(worker, command()));
    }

    /// A worker has panicked: the server ends, and tells its other clients without waiting for that worker's.
    pub(crate) fn lose_worker(&self) {
        self.has_lost_a_worker.store(true, Ordering::SeqCst);
        self.shutdown.request();
        self.command_all(|| Command::SayGoodBye);
    }

    pub(crate) fn has_lost_a_worker(&self) -> bool {
        self.has_lost_a_worker.load(Ordering::SeqCst)
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
