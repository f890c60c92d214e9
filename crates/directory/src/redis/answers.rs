//! The thread that sends answers: whoever answers a request, such as a worker of a game server, does not wait for Redis.

use crossbeam_channel::{Receiver, Sender, TrySendError};
use redis::pipe;
use tracing::debug;

use super::connection::RedisConnection;
use super::message::{Back, Said};
use crate::directory::Unavailable;
use crate::request::{Answer, Reply};

/// Answers that may wait. They go out together, in microseconds each, so past that Redis does not answer.
pub(super) const MOST: usize = 1_024;

/// Answers that go out together.
const TOGETHER: usize = 128;

/// An answer, and the channel for it.
pub(super) type Sent = (String, Back);

/// Sends answers, until nobody can give any.
pub(super) fn send(connection: &RedisConnection, answers: &Receiver<Sent>) {
    while let Ok(first) = answers.recv() {
        let mut pipeline = pipe();
        let all = [first].into_iter().chain(answers.try_iter()).take(TOGETHER);
        for (channel, back) in all {
            pipeline.publish(channel, back.encode());
        }
        // Nobody waits for ever: what is not known in time is not known.
        if let Err(reason) = connection.run(|link| pipeline.exec(link)) {
            log(&reason);
        }
    }
}

fn log(reason: &Unavailable) {
    debug!("an answer to another server is lost: {}", reason.0);
}

/// The way of one answer. Dropped, it says that there is none, so that nobody waits for it.
pub(super) struct Promise {
    answers: Sender<Sent>,
    channel: String,
    id: u64,
    said: Said,
}

impl Promise {
    pub(super) fn new(answers: Sender<Sent>, channel: String, id: u64) -> Self {
        Self {
            answers,
            channel,
            id,
            said: Said::Nothing,
        }
    }

    /// Says something else.
    pub(super) fn keep(mut self, said: Said) {
        self.said = said;
    }

    pub(super) fn reply(self) -> Reply {
        Reply::new(move |answer: Answer| self.keep(Said::Answer(answer)))
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        let back = Back {
            id: self.id,
            said: self.said,
        };
        let sent = (std::mem::take(&mut self.channel), back);
        if let Err(TrySendError::Full(_)) = self.answers.try_send(sent) {
            debug!("an answer to another server is lost: too many wait for Redis");
        }
    }
}
