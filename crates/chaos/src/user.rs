//! A user that talks in its room, on a thread of its own, and comes back whenever its connection is lost.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::ensure;
use fastrand::Rng;

use crate::notebook::{Notebook, Stage, Then};
use crate::record::Diary;
use crate::session::{Session, Wish};
use crate::shared::{Phase, Shared};

/// For an answer; then the server is given up.
const ANSWER: Duration = Duration::from_secs(3);

/// For an account.
const REGISTERING: Duration = Duration::from_secs(120);

/// How long a user waits for what comes, before it looks at what else there is to do.
const LOOK: Duration = Duration::from_millis(50);

/// Of so many times that it says something, a user breaks the connection right behind it once.
const BREAKS: u32 = 40;

/// The most that is said in one write.
const BURST: u32 = 4;

/// Messages without an answer, with which a user says no more.
const MOST_UNANSWERED: usize = 16;

/// The longest that a user reads before it says again what has not arrived. Until somebody says something to a new owner, all
/// that keeps the last one out of the log is the fence.
const READING: Duration = Duration::from_secs(1);

/// Milliseconds until a user tries to come back. They double with each attempt that was in vain, three times: hundreds of users
/// who try without a pause are all that an API server has to do.
const BACK_IN: std::ops::Range<u64> = 20..200;

/// How a connection is ended by the user.
enum Leave {
    /// It is closed.
    Close,
    /// It is broken off: the server gets a reset.
    Reset,
}

/// A user.
pub(crate) struct User<'a> {
    shared: &'a Shared,
    chance: Rng,
    name: String,
    room: i32,
    notebook: Notebook<'a>,
    /// When it says something.
    next: Instant,
    /// When it says again what has not arrived.
    again: Option<Instant>,
    has_settled: bool,
}

impl<'a> User<'a> {
    pub(crate) fn new(shared: &'a Shared, seed: u64, number: u16, room: i32) -> Self {
        Self {
            shared,
            chance: Rng::with_seed(seed.wrapping_add(1 + u64::from(number))),
            name: format!("user {number}"),
            room,
            notebook: Notebook::new(shared, number),
            next: Instant::now(),
            again: None,
            has_settled: false,
        }
    }

    /// Talks to the end of the run: its diary. What goes wrong on a connection is what a run is about; where there is no
    /// account, there is no run.
    pub(crate) fn run(mut self) -> Diary {
        match self.register() {
            Ok(token) => self.visit_until_the_end(&token),
            Err(error) => self.shared.fail(&error),
        }
        Diary {
            room: self.room,
            events: self.notebook.events,
        }
    }

    /// All users come at once, and an API server hashes two passwords at a time: some are told to try again.
    fn register(&self) -> anyhow::Result<String> {
        let begun = Instant::now();
        loop {
            let outcome = self.shared.api.register(&self.name);
            let may_wait = begun.elapsed() < REGISTERING && self.shared.phase() == Phase::Talk;
            if outcome.is_ok() || !may_wait {
                return outcome;
            }
            self.shared.pause(Phase::Talk, LOOK);
        }
    }

    fn visit_until_the_end(&mut self, token: &str) {
        let mut in_vain = 0;
        while self.shared.phase() != Phase::Over {
            let phase = self.shared.phase();
            let counted = self.notebook.events.len();
            let outcome = self.visit(token, phase);
            let events = self.notebook.events.len() - counted;
            self.shared.count_events(events as u64);
            self.settle();
            if outcome.is_ok() && phase == Phase::Sync {
                self.shared.synced.fetch_add(1, Ordering::SeqCst);
                return;
            }
            in_vain = if events == 0 { 3.min(in_vain + 1) } else { 0 };
            let pause = Duration::from_millis(self.chance.u64(BACK_IN) << in_vain);
            self.shared.pause(self.shared.phase(), pause);
        }
    }

    /// A connection from its beginning to its end. An error where that was not the end that this user wanted.
    fn visit(&mut self, token: &str, phase: Phase) -> anyhow::Result<()> {
        let seat = self.shared.api.seat(token, self.room)?;
        let wish = self.notebook.wish();
        self.notebook.begins();
        self.again = None;
        let mut session = Session::begin(&seat, &self.name, self.room, wish)?;
        let outcome = self.stay(&mut session, phase, wish);
        self.notebook.lost();
        if let Leave::Reset = outcome? {
            session.reset();
        }
        Ok(())
    }

    /// Listens and talks, until it is time to leave.
    fn stay(&mut self, session: &mut Session, phase: Phase, wish: Wish) -> anyhow::Result<Leave> {
        let mut heard = Instant::now();
        loop {
            let before = (self.notebook.stage, self.notebook.unanswered());
            self.listen(session, wish)?;
            let now = (self.notebook.stage, self.notebook.unanswered());
            let owes_nothing = now == (Stage::Lives, 0);
            if owes_nothing || now != before || self.says_again(session)? {
                heard = Instant::now();
            }
            ensure!(heard.elapsed() < ANSWER, "no answer");
            self.settle();
            match self.shared.phase() {
                Phase::Sync if phase != Phase::Sync || owes_nothing => return Ok(Leave::Close),
                Phase::Over => return Ok(Leave::Close),
                Phase::Talk
                    if now.0 == Stage::Lives
                        && now.1 < MOST_UNANSWERED
                        && self.again.is_none()
                        && self.next <= Instant::now() =>
                {
                    if let Some(leave) = self.talk(session)? {
                        return Ok(leave);
                    }
                }
                _ => {}
            }
        }
    }

    fn listen(&mut self, session: &mut Session, wish: Wish) -> anyhow::Result<()> {
        let mut then = Vec::new();
        let notebook = &mut self.notebook;
        session.hear(LOOK, |message| {
            then.push(notebook.take(message, wish)?);
            Ok(())
        })?;
        for then in then {
            match then {
                Then::Nothing => {}
                Then::AskForAll => session.ask_for_all()?,
                Then::SayAgain => self.again = Some(Instant::now() + self.reading()),
            }
        }
        Ok(())
    }

    /// Half of all say it at once, and the others when they have read what they have missed.
    fn reading(&mut self) -> Duration {
        match self.chance.bool() {
            true => Duration::ZERO,
            false => READING.mul_f64(self.chance.f64()),
        }
    }

    /// True where that was now.
    fn says_again(&mut self, session: &Session) -> anyhow::Result<bool> {
        let is_time = self.again.is_some_and(|at| at <= Instant::now());
        if is_time {
            self.again = None;
            session.say(&self.notebook.says_again())?;
        }
        Ok(is_time)
    }

    /// Says something, and may leave with that under way.
    fn talk(&mut self, session: &Session) -> anyhow::Result<Option<Leave>> {
        let count = match self.chance.u32(0..4) {
            0 => self.chance.u32(2..=BURST),
            _ => 1,
        };
        self.next = Instant::now() + self.shared.pace.mul_f64(0.5 + self.chance.f64());
        session.say(&self.notebook.says(count))?;
        Ok(match self.chance.u32(0..2 * BREAKS) {
            0 => Some(Leave::Close),
            1 => Some(Leave::Reset),
            _ => None,
        })
    }

    /// Tells, once, that nothing is owed to this user any more.
    fn settle(&mut self) {
        let is_settled = self.shared.phase() >= Phase::Settle && self.notebook.unanswered() == 0;
        if is_settled && !self.has_settled {
            self.has_settled = true;
            self.shared.settled.fetch_add(1, Ordering::SeqCst);
        }
    }
}
