//! The thread that asks the API server how far a match is, and tells what has happened.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};

use super::watch::{News, Next, Step, Watch};
use super::wish::Wish;
use crate::account::{AccountError, MatchId, MatchWish};
use crate::back_off::BackOff;

/// The pause before a server is asked again that has not waited.
const MOMENT: Duration = Duration::from_secs(1);

/// Somebody who asks on.
pub(super) struct Observer {
    wish: Arc<Wish>,
    wanted: MatchWish,
    id: MatchId,
    watch: Watch,
    back_off: BackOff,
    teller: Sender<News>,
    /// It ends when nobody listens any more.
    is_over: Receiver<()>,
}

impl Observer {
    /// The wish has been taken, under this id. The thread ends with its listeners, or with the program where it waits for an
    /// answer then.
    pub(super) fn start(
        wish: Arc<Wish>,
        wanted: MatchWish,
        id: MatchId,
        teller: Sender<News>,
        is_over: Receiver<()>,
    ) -> io::Result<()> {
        let observer = Self {
            wish,
            wanted,
            id,
            watch: Watch::new(wanted),
            back_off: BackOff::new(),
            teller,
            is_over,
        };
        observer.note(true);
        let thread = thread::Builder::new().name("match".to_owned());
        thread.spawn(move || observer.run())?;
        Ok(())
    }

    /// `None` when nobody listens.
    fn run(mut self) -> Option<()> {
        let mut step = self.watch.asked(Ok(()));
        loop {
            self.note(step.next.is_look());
            for news in step.news {
                self.teller.send(news).ok()?;
            }
            step = self.next(step.next)?;
        }
    }

    /// What can be taken back by now: a match that is asked for, and has no table.
    fn note(&self, is_asked_for: bool) {
        let id = (is_asked_for && self.watch.is_waiting()).then(|| self.id.clone());
        self.wish.state.lock().id = id;
    }

    /// `None` where nothing follows.
    fn next(&mut self, next: Next) -> Option<Step> {
        match next {
            Next::Look => self.back_off = BackOff::new(),
            Next::LookSoon => self.pause(MOMENT)?,
            Next::LookLater(at_least) => self.back_off(at_least)?,
            Next::AskLater(at_least) => {
                self.back_off(at_least)?;
                return self.ask();
            }
            Next::End => return None,
        }
        let asked = Instant::now();
        let has_table = !self.watch.is_waiting();
        let answer = self.wish.account.look_at_match(&self.id, has_table);
        Some(self.watch.seen(answer, asked.elapsed()))
    }

    fn ask(&mut self) -> Option<Step> {
        let state = self.wish.state.lock();
        if state.is_called_off {
            return None;
        }
        let answer = self.wish.account.ask_for_match(self.wanted);
        drop(state);
        // It has taken the wish, and its answer was lost.
        let answer = match answer {
            Err(AccountError::AlreadyWaiting { id: Some(id), .. }) => Ok(id),
            answer => answer,
        };
        let answer = answer.map(|id| self.id = id);
        Some(self.watch.asked(answer))
    }

    fn back_off(&mut self, at_least: Option<Duration>) -> Option<()> {
        // Without chance all clients come back at once; that is no reason to give up.
        let chance = getrandom::u32().unwrap_or(u32::MAX);
        let wait = self.back_off.next(chance, at_least);
        self.pause(wait)
    }

    fn pause(&self, time: Duration) -> Option<()> {
        match self.is_over.recv_timeout(time) {
            Err(RecvTimeoutError::Timeout) => Some(()),
            _ => None,
        }
    }
}
