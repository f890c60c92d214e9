//! A match is waited for at the API server, on a thread of its own, so that the user goes on typing: what happens there
//! comes out. Going to the table is left to others.

mod interrupted;
mod observer;
mod watch;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, never, unbounded};
use parking_lot::Mutex;

use self::observer::Observer;
pub(crate) use self::watch::News;
use crate::account::{Account, CallOff, MatchId, MatchWish};

/// How long to wait for the answer to a wish that is to be taken back.
const FAREWELL: Duration = Duration::from_secs(1);

/// A match that is waited for, or none.
pub(crate) struct Matching {
    news: Receiver<News>,
    wish: Option<Arc<Wish>>,
    /// Its end is that of the thread.
    _watched: Option<Sender<()>>,
}

/// What can be taken back.
struct Wish {
    account: Account,
    state: Mutex<WishState>,
}

/// Locked while somebody asks for a match, too: nobody leaves a wish behind that the API server takes at this moment.
#[derive(Default)]
struct WishState {
    /// None where a table has been found, or nothing is asked for.
    id: Option<MatchId>,
    is_called_off: bool,
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
        let wish = Arc::new(Wish {
            account,
            state: Mutex::default(),
        });
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

impl Wish {
    fn call_off(&self) -> Option<String> {
        let mut state = self.state.try_lock_for(FAREWELL)?;
        state.is_called_off = true;
        let id = state.id.take()?;
        Some(match self.account.call_off(&id) {
            Ok(CallOff::Done) => "you do not wait for a match any more".to_owned(),
            Ok(CallOff::TooLate(place)) => {
                let place = place.map_or_else(String::new, |place| format!(" in room {}", place.room));
                format!("too late to call the match off: the others wait for you{place}, for a moment")
            }
            Err(error) => {
                format!("the match is called off when nobody has asked for it for a while: {error}")
            }
        })
    }
}
