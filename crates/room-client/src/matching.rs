//! A match is waited for at the API server, on a thread of its own, so that the user goes on typing: what happens there
//! comes out. Going to the table is left to others.

mod interrupted;
mod observer;
mod watch;
mod wish;

use std::io;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, bounded, never, unbounded};

use self::observer::Observer;
pub(crate) use self::watch::News;
use self::wish::Wish;
use crate::account::{Account, MatchWish};

/// A match that is waited for, or none.
pub(crate) struct Matching {
    news: Receiver<News>,
    wish: Option<Arc<Wish>>,
    /// Its end is that of the thread.
    _watched: Option<Sender<()>>,
}

impl Matching {
    /// Nobody waits for a match.
    pub(crate) fn none() -> Self {
        Self {
            news: never(),
            wish: None,
            _watched: None,
        }
    }

    /// Asks for a match. From now on the user waits.
    pub(crate) fn start(account: Account, wanted: MatchWish) -> anyhow::Result<Self> {
        let id = account.ask_for_match(wanted)?;
        let wish = Arc::new(Wish::new(account));
        let (teller, news) = unbounded();
        let (watched, is_over) = bounded(0);
        Observer::start(Arc::clone(&wish), wanted, id, teller, is_over)?;
        Ok(Self {
            news,
            wish: Some(wish),
            _watched: Some(watched),
        })
    }

    /// What happens. It ends when nothing more can.
    pub(crate) fn news(&self) -> &Receiver<News> {
        &self.news
    }

    /// Nothing more happens.
    pub(crate) fn is_over(&mut self) {
        self.news = never();
    }

    /// The user waits no longer. What there is to say of it.
    pub(crate) fn call_off(&self) -> Option<String> {
        self.wish.as_ref()?.call_off()
    }

    /// A signal that ends the program ends the wait too.
    pub(crate) fn call_off_when_interrupted(&self) -> io::Result<()> {
        match &self.wish {
            Some(wish) => {
                let wish = Arc::clone(wish);
                interrupted::before_the_end(move || drop(wish.call_off()))
            }
            None => Ok(()),
        }
    }
}
