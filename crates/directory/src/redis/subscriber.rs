//! The thread that hears what is sent to this process: requests for its servers, and answers for those of its requests that
//! are waited for. A connection that hears nothing says nothing when its other end is gone, so it is asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;
use redis::{Msg, PubSub, RedisResult, Value};
use tracing::{debug, warn};

use super::answers::{Promise, Sent};
use super::back_off::BackOff;
use super::channels::Channels;
use super::connecting::connect;
use super::counts::{Counts, count};
use super::failure::Failure;
use super::link::Link;
use super::message::{Back, Letter, MessageError, Said};
use super::names::Names;
use super::settings::RedisSettings;
use super::waiting::Waiting;
use crate::request::Asked;

/// How long nothing may be heard before Redis is asked whether it is there. With the timeout of the settings that is how
/// long a dead connection stays unnoticed.
const QUIET: Duration = Duration::from_millis(500);

/// A connection that has failed is left without waiting for its other end.
const AT_ONCE: Duration = Duration::from_millis(1);

pub(super) struct Subscriber {
    pub(super) settings: RedisSettings,
    pub(super) names: Names,
    pub(super) channels: Arc<Channels>,
    pub(super) waiting: Arc<Waiting>,
    pub(super) answers: Sender<Sent>,
    pub(super) counts: Arc<Counts>,
    /// What is read has been warned of.
    pub(super) has_warned: AtomicBool,
}

impl Subscriber {
    /// Hears, until the channels are closed.
    pub(super) fn run(&self) {
        let mut back_off = BackOff::new("messages between servers");
        let mut cluster = None;
        while !self.channels.is_closed() {
            let Err(failure) = self.connect_and_hear(&mut back_off, &mut cluster) else {
                return;
            };
            self.channels.lost(&failure);
            if !self.channels.pause(Instant::now() + back_off.failed(&failure)) {
                return;
            }
        }
    }

    fn connect_and_hear(&self, back_off: &mut BackOff, cluster: &mut Option<String>) -> Result<(), Failure> {
        let RedisSettings { url, timeout, .. } = &self.settings;
        let mut link = connect(&self.settings)?;
        let failed = |error| Failure::of(url, error, *timeout);
        let now = cluster_now(&mut link, &self.names).map_err(failed)?;
        match cluster.replace(now.clone()) {
            None => {}
            Some(before) => {
                count(&self.counts.reconnects);
                if before != now {
                    warn!("Redis at {url} has lost its data: servers take their places anew");
                }
            }
        }
        // Said here, since the library does not tell later that Redis has refused.
        let answers = &self.channels.answers;
        redis::cmd("SUBSCRIBE")
            .arg(answers)
            .exec(&mut link)
            .map_err(failed)?;
        self.channels.set(answers, true);
        let mut connection = link.into_connection();
        connection.set_write_timeout(Some(*timeout)).map_err(failed)?;
        let mut messages = connection.as_pubsub();
        let outcome = self.hear(&mut messages, back_off);
        let _ = messages.set_read_timeout(Some(AT_ONCE));
        outcome.map_err(failed)
    }

    fn hear(&self, messages: &mut PubSub<'_>, back_off: &mut BackOff) -> RedisResult<()> {
        while !self.channels.is_closed() {
            messages.set_read_timeout(Some(self.settings.timeout))?;
            self.follow(messages)?;
            back_off.succeeded(&self.settings.url);
            messages.set_read_timeout(Some(QUIET))?;
            match messages.get_message() {
                Ok(message) => self.take(&message),
                // Time is over, or this process was stopped and goes on (SIGCONT), which interrupts a wait (signal(7)):
                // nothing is known to be wrong.
                Err(error) if error.is_io_error() && !error.is_connection_dropped() => {
                    messages.set_read_timeout(Some(self.settings.timeout))?;
                    messages.ping::<Value>()?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Hears what is wanted, and nothing else.
    fn follow(&self, messages: &mut PubSub<'_>) -> RedisResult<()> {
        let (new, over) = self.channels.changes();
        for channel in new {
            messages.subscribe(&channel)?;
            self.channels.set(&channel, true);
        }
        for channel in over {
            messages.unsubscribe(&channel)?;
            self.channels.set(&channel, false);
        }
        Ok(())
    }

    fn take(&self, message: &Msg) {
        let (channel, bytes) = (message.get_channel_name(), message.get_payload_bytes());
        let outcome = match channel == self.channels.answers {
            // Only to wake this thread.
            true if bytes.is_empty() => Ok(()),
            true => Back::decode(bytes).map(|back| self.waiting.take(back)),
            false => Letter::decode(bytes).map(|letter| self.give(channel, letter)),
        };
        if let Err(error) = outcome {
            self.complain(channel, &error);
        }
    }

    fn give(&self, channel: &str, letter: Letter) {
        count(&self.counts.requests_in);
        let promise = Promise::new(self.answers.clone(), letter.reply_to, letter.id);
        match self.channels.listener(channel) {
            None => promise.keep(Said::NobodyThere),
            // One that finds no room is dropped, which is its answer.
            Some(requests) => {
                let asked = Asked::new(letter.request, promise.reply(), letter.within);
                drop(requests.try_send(asked));
            }
        }
    }

    /// The first time aloud: whoever sends such things may send many.
    fn complain(&self, channel: &str, error: &MessageError) {
        match self.has_warned.swap(true, Ordering::Relaxed) {
            false => warn!("a message on channel {channel} of Redis is dropped: {error}"),
            true => debug!("a message on channel {channel} of Redis is dropped: {error}"),
        }
    }
}

/// What is there as long as Redis keeps its data.
fn cluster_now(link: &mut Link, names: &Names) -> RedisResult<String> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|error| std::io::Error::other(error.to_string()))?;
    let epoch = format!("{:016x}", u64::from_le_bytes(random));
    let (_, now): (Value, String) = redis::pipe()
        .cmd("SET")
        .arg(names.cluster())
        .arg(epoch)
        .arg("NX")
        .cmd("GET")
        .arg(names.cluster())
        .query(link)?;
    Ok(now)
}
