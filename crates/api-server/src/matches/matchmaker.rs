//! The matchmaker's thread, which has the queue, and the threads that ask game servers for it.
//!
//! Calls come in through a channel, so the queue needs no lock. The thread waits for nobody but its channel: a server that
//! does not answer keeps the thread that asks it, and no match of another game.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use admin::Numbers;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded, unbounded};
use directory::Directory;
use net::{NetError, Shutdown};
use parking_lot::Mutex;

use super::asking::Asking;
use super::ended::Ended;
use super::id::MatchId;
use super::party::{Errand, Roll, Seats};
use super::queue::{Cancelled, JoinError, Queue};
use super::tally::Tally;
use super::ticket::{Phase, View};
use super::watchers::{ReplyTo, Watcher, Watchers};
use super::wish::Wish;

/// How often the queue looks at the time. Windows grow every five seconds, so nobody notices half a second.
const TICK: Duration = Duration::from_millis(500);

/// Threads that ask for seats: enough for four games, of which each has two at most.
const RESERVERS: usize = 8;

/// Threads that ask who has come. Nobody waits for them.
const ROLL_CALLERS: usize = 2;

/// What the thread is told.
enum Command {
    Join {
        id: MatchId,
        wish: Wish,
        reply: Sender<Result<(), JoinError>>,
    },
    Look {
        id: MatchId,
        user: String,
        /// What the client knows, and how long it waits for something else.
        known: Phase,
        wait: Duration,
        reply: ReplyTo,
    },
    Cancel {
        id: MatchId,
        user: String,
        reply: Sender<Cancelled>,
    },
    Reserved(u64, Option<Seats>),
    RollCalled(u64, Roll),
    /// The server ends: nobody waits any more.
    AnswerAll,
    Stop,
}

/// The way to the thread, which ends with it.
pub(crate) struct Matchmaker {
    commands: Sender<Command>,
    tally: Arc<Mutex<Tally>>,
    thread: Option<JoinHandle<()>>,
}

impl Matchmaker {
    /// Starts it. Whoever is matched has so long to enter.
    ///
    /// # Errors
    /// When the system has no thread for it.
    pub(crate) fn start(
        entry_time: Duration,
        directory: Arc<dyn Directory>,
        shutdown: &Shutdown,
    ) -> Result<Self, NetError> {
        let (commands, to_do) = unbounded();
        let tally = Arc::default();
        let asking = Asking::new(directory);
        let turns = Turns {
            queue: Queue::new(entry_time),
            watchers: Watchers::default(),
            to_reserve: askers("match-seats", RESERVERS, &asking, &commands)?,
            to_call: askers("match-roll", ROLL_CALLERS, &asking, &commands)?,
            tally: Arc::clone(&tally),
            is_ending: false,
        };
        let thread = spawn("matchmaker", move || turns.run(&to_do))?;
        let to_end = commands.clone();
        shutdown.on_request(move || {
            // It may have ended before.
            let _ = to_end.send(Command::AnswerAll);
        });
        Ok(Self {
            commands,
            tally,
            thread: Some(thread),
        })
    }

    /// One more who waits.
    ///
    /// # Errors
    /// [`Ended`]. Inside: why there is no ticket.
    pub(crate) fn join(&self, id: MatchId, wish: Wish) -> Result<Result<(), JoinError>, Ended> {
        self.call(|reply| Command::Join { id, wish, reply })
    }

    /// What is true of a ticket of this user, as soon as it is something else than what is known, or after this time.
    /// `None` where there is no such ticket.
    ///
    /// # Errors
    /// [`Ended`].
    pub(crate) fn look(
        &self,
        id: MatchId,
        user: String,
        known: Phase,
        wait: Duration,
    ) -> Result<Option<View>, Ended> {
        self.call(|reply| Command::Look {
            id,
            user,
            known,
            wait,
            reply,
        })
    }

    /// This user does not want to wait any more.
    ///
    /// # Errors
    /// [`Ended`].
    pub(crate) fn cancel(&self, id: MatchId, user: String) -> Result<Cancelled, Ended> {
        self.call(|reply| Command::Cancel { id, user, reply })
    }

    /// A source of what it counts.
    pub(crate) fn numbers(&self) -> impl Fn(&mut Numbers) + Send + 'static {
        let tally = Arc::clone(&self.tally);
        move |numbers| tally.lock().tell(numbers)
    }

    fn call<T>(&self, command: impl FnOnce(Sender<T>) -> Command) -> Result<T, Ended> {
        let (reply, answer) = bounded(1);
        self.commands.send(command(reply)).map_err(|_| Ended)?;
        answer.recv().map_err(|_| Ended)
    }
}

impl Drop for Matchmaker {
    fn drop(&mut self) {
        let _ = self.commands.send(Command::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What the thread has.
struct Turns {
    queue: Queue,
    watchers: Watchers,
    to_reserve: Sender<Errand>,
    to_call: Sender<Errand>,
    tally: Arc<Mutex<Tally>>,
    /// Nobody waits any more.
    is_ending: bool,
}

impl Turns {
    fn run(mut self, commands: &Receiver<Command>) {
        let mut next_tick = Instant::now();
        loop {
            let next = match self.queue.is_empty() {
                true => commands.recv().map_err(|_| RecvTimeoutError::Disconnected),
                false => commands.recv_deadline(
                    self.watchers
                        .next_time()
                        .map_or(next_tick, |time| time.min(next_tick)),
                ),
            };
            match next {
                Ok(Command::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(command) => self.obey(command),
                Err(RecvTimeoutError::Timeout) => {}
            }
            let now = Instant::now();
            if now >= next_tick {
                self.queue.pass(now);
                next_tick = now + TICK;
            }
            self.pass_on(now);
        }
    }

    fn obey(&mut self, command: Command) {
        let now = Instant::now();
        match command {
            Command::Join { id, wish, reply } => {
                // Whoever has asked may be gone, here and below.
                let _ = reply.send(self.queue.join(id, wish, now));
            }
            Command::Look {
                id,
                user,
                known,
                wait,
                reply,
            } => self.look(id, user, known, wait, reply, now),
            Command::Cancel { id, user, reply } => {
                let _ = reply.send(self.queue.cancel(&id, &user, now));
            }
            Command::Reserved(party, seats) => self.queue.reserved(party, seats, now),
            Command::RollCalled(party, roll) => self.queue.roll_called(party, &roll, now),
            Command::AnswerAll => self.answer_all(now),
            // Seen before.
            Command::Stop => {}
        }
    }

    fn look(
        &mut self,
        id: MatchId,
        user: String,
        known: Phase,
        wait: Duration,
        reply: ReplyTo,
        now: Instant,
    ) {
        let view = self.queue.look(&id, &user, now, wait);
        let is_news = view.as_ref().is_none_or(|view| view.phase != known);
        if is_news || wait.is_zero() || self.is_ending {
            let _ = reply.send(view);
            return;
        }
        let until = now + wait;
        self.watchers.add(
            id,
            Watcher {
                user,
                known,
                until,
                reply,
            },
        );
    }

    /// Tells whoever is concerned what has changed.
    fn pass_on(&mut self, now: Instant) {
        for id in self.queue.take_changed() {
            let phase = self.queue.phase(&id);
            let watchers = self.watchers.take_of(&id, phase);
            watchers
                .into_iter()
                .for_each(|watcher| self.tell(&id, watcher, now));
        }
        for (id, watcher) in self.watchers.take_due(now) {
            self.tell(&id, watcher, now);
        }
        for errand in self.queue.take_errands() {
            let way = match errand {
                Errand::Reserve { .. } => &self.to_reserve,
                Errand::CallRoll { .. } => &self.to_call,
            };
            // Its threads end after this one.
            let _ = way.send(errand);
        }
        *self.tally.lock() = self.queue.tally();
    }

    fn answer_all(&mut self, now: Instant) {
        self.is_ending = true;
        for (id, watcher) in self.watchers.take_all() {
            self.tell(&id, watcher, now);
        }
    }

    fn tell(&mut self, id: &MatchId, watcher: Watcher, now: Instant) {
        let view = self.queue.look(id, &watcher.user, now, Duration::ZERO);
        let _ = watcher.reply.send(view);
    }
}

/// So many threads that do errands. They end with the way to them, each behind what it is asking.
fn askers(
    name: &str,
    threads: usize,
    asking: &Asking,
    answers: &Sender<Command>,
) -> Result<Sender<Errand>, NetError> {
    let (errands, to_do) = unbounded::<Errand>();
    for _ in 0..threads {
        let (asking, answers, to_do) = (asking.clone(), answers.clone(), to_do.clone());
        spawn(name, move || {
            for errand in to_do {
                // The matchmaker may have ended meanwhile.
                let _ = answers.send(do_errand(&asking, errand));
            }
        })?;
    }
    Ok(errands)
}

fn do_errand(asking: &Asking, errand: Errand) -> Command {
    match errand {
        Errand::Reserve { party, kind, users } => {
            let seats = guard(|| asking.reserve(&kind, &users));
            Command::Reserved(party, seats.flatten())
        }
        Errand::CallRoll { party, table, users } => {
            let roll = guard(|| asking.call_roll(&table, &users));
            Command::RollCalled(party, roll.unwrap_or(Roll::Unknown))
        }
    }
}

/// A directory that panics has given no answer, and an errand without one would keep its party for ever.
fn guard<T>(ask: impl FnOnce() -> T) -> Option<T> {
    panic::catch_unwind(AssertUnwindSafe(ask)).ok()
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, NetError> {
    let thread = thread::Builder::new().name(name.to_owned()).spawn(run);
    thread.map_err(|error| NetError::no_thread_for("the matchmaker", error))
}
