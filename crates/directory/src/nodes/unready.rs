//! A slot whose rooms are not served yet, and what the server does with it: it gets something ready, then its rooms come, and
//! they go again when it is lost.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::watching::Taken;

/// Until a slot is tried again that did not get ready. It doubles each time.
pub(super) const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// So long its rooms may be closed for no reason any more.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(4);

/// Gets a slot ready, or says why not.
type Prepare = dyn Fn(&Taken) -> Result<(), Box<dyn Error + Send + Sync>> + Send + Sync;

/// What the server does with its slots.
pub(super) struct Serving {
    pub(super) prepare: Box<Prepare>,
    /// With this lock rooms come and go, so that those of a lost slot do not come after they have gone.
    pub(super) come: Mutex<Box<dyn Fn(Taken) + Send>>,
}

impl Serving {
    pub(super) fn new(
        prepare: impl Fn(&Taken) -> Result<(), Box<dyn Error + Send + Sync>> + Send + Sync + 'static,
        come: impl Fn(Taken) + Send + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            prepare: Box::new(prepare),
            come: Mutex::new(Box::new(come)),
        })
    }

    /// Lets rooms go, while none come.
    pub(super) fn go(&self, go: impl FnOnce()) {
        let _none_come = self.come.lock();
        go();
    }
}

/// A slot that is not served yet.
pub(super) struct Unready {
    pub(super) taken: Taken,
    pub(super) serving: Arc<Serving>,
    /// After the next attempt, should that fail.
    pub(super) pause: Duration,
    /// When it is tried next.
    pub(super) at: Instant,
}

impl Unready {
    pub(super) fn new(taken: Taken, serving: &Arc<Serving>) -> Self {
        Self {
            taken,
            serving: Arc::clone(serving),
            pause: FIRST_PAUSE,
            at: Instant::now(),
        }
    }
}
