//! The thread that connects, and that looks after connections which nobody uses: a link whose other end is gone says
//! nothing by itself.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::back_off::BackOff;
use super::connecting::connect;
use super::counts::{Counts, count};
use super::pool::{Pool, Task};
use super::settings::RedisSettings;

/// How long a link may be unused before it is asked whether it lives.
const UNUSED: Duration = Duration::from_millis(500);

/// Keeps the links of a pool, until it is closed.
pub(super) struct Keeper {
    pub(super) pool: Arc<Pool>,
    pub(super) counts: Arc<Counts>,
    pub(super) settings: RedisSettings,
}

impl Keeper {
    pub(super) fn keep(&self) {
        let mut back_off = BackOff::new("calls");
        loop {
            match self.pool.next_task(Instant::now() + UNUSED) {
                Task::Connect => match connect(&self.settings) {
                    Ok(link) => {
                        back_off.succeeded(&self.settings.url);
                        if self.pool.connected(link) {
                            count(&self.counts.reconnects);
                        }
                    }
                    Err(failure) => {
                        let pause = back_off.failed(&failure);
                        self.pool.failed(&failure);
                        if !self.pool.pause(Instant::now() + pause) {
                            return;
                        }
                    }
                },
                Task::Look => self.look_after_unused(),
                Task::End => return,
            }
        }
    }

    /// So the end of a link is known before a call meets it.
    fn look_after_unused(&self) {
        let start = Instant::now();
        while let Some(mut link) = self.pool.take_unused(start - UNUSED) {
            link.until(Instant::now() + self.settings.timeout);
            let answer = redis::cmd("PING").exec(&mut link);
            self.pool.put_back(link, answer.err().as_ref());
        }
    }
}
