//! Requests between servers over Redis: from a question to its answer, and from a listener to what it hears.
//!
//! A request is published to the channel of the server that it asks, and its answer to that of the process that has asked.
//! Redis keeps no message: whoever is not there when it comes does not get it, so none comes twice, and none comes late.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{RecvTimeoutError, Sender};
use redis::cmd;

use super::channels::Channels;
use super::connection::RedisConnection;
use super::counts::count;
use super::failure::Failure;
use super::message::{Letter, Said};
use super::names::Names;
use super::script::ASK;
use super::waiting::Waiting;
use crate::directory::{AskError, Unavailable};
use crate::request::{Answer, Asked, Listening, Request};
use crate::server::Owner;

/// The requests of one process.
pub(super) struct Requests {
    pub(super) connection: RedisConnection,
    pub(super) names: Names,
    pub(super) channels: Arc<Channels>,
    pub(super) waiting: Arc<Waiting>,
}

impl Requests {
    pub(super) fn listen(&self, owner: &Owner, requests: Sender<Asked>) -> Result<Listening, Unavailable> {
        let until = Instant::now() + self.connection.settings().timeout;
        let channel = self.names.channel(owner);
        let number = self.channels.add(&channel, requests);
        let channels = Arc::clone(&self.channels);
        // Dropped, where it is not heard in time.
        let listening = {
            let channel = channel.clone();
            Listening::new(move || channels.remove(&channel, number))
        };
        self.wake()?;
        self.wait_for(&channel, until)?;
        Ok(listening)
    }

    /// The thread that hears waits for the next message, so this is one.
    fn wake(&self) -> Result<(), Unavailable> {
        self.connection
            .run(|link| cmd("PUBLISH").arg(&self.channels.answers).arg("").exec(link))
    }

    fn wait_for(&self, channel: &str, until: Instant) -> Result<(), Unavailable> {
        self.channels.wait_for(channel, until).map_err(|failure| {
            let url = &self.connection.settings().url;
            let none_yet = || Failure::new(url, "it does not say in time that it brings messages");
            failure.unwrap_or_else(none_yet).into()
        })
    }

    /// Waits until answers are heard, but not longer than until then: whoever does not hear them does not ask.
    pub(super) fn hears_answers(&self, until: Instant) -> Result<(), Unavailable> {
        self.wait_for(&self.channels.answers, until)
    }

    pub(super) fn ask(&self, to: &Owner, request: Request, deadline: Duration) -> Result<Answer, AskError> {
        let start = Instant::now();
        self.hears_answers(start + self.connection.settings().timeout / 2)?;
        let waiter = self.waiting.begin();
        let letter = Letter {
            id: waiter.id,
            reply_to: self.channels.answers.clone(),
            within: deadline.saturating_sub(start.elapsed()),
            request,
        };
        let bytes = letter.encode().map_err(Unavailable::new)?;
        count(&self.connection.counts().requests_out);
        if self.publish(to, &bytes)? == 0 {
            return Err(AskError::NobodyThere);
        }
        match waiter.said.recv_timeout(deadline.saturating_sub(start.elapsed())) {
            Ok(Said::Answer(answer)) => Ok(answer),
            Ok(Said::NobodyThere) => Err(AskError::NobodyThere),
            Ok(Said::Nothing) | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                Err(AskError::NoAnswer(deadline))
            }
        }
    }

    /// How many have got it.
    fn publish(&self, to: &Owner, bytes: &[u8]) -> Result<u64, Unavailable> {
        let mut call = ASK.key(self.names.slot(&to.game, to.slot));
        call.arg(to.generation).arg(self.names.channel(to)).arg(bytes);
        self.connection.run(|link| call.invoke(link))
    }
}
