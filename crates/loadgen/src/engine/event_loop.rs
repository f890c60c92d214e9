//! Many clients on one thread: epoll, one read and one write for each that is ready, and nothing allocated.

use std::io::ErrorKind;
use std::time::Duration;

use anyhow::Context;
use mio::event::Event;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use super::failure::{Failure, Failures, Kind};
use super::pace::{Nanos, Pace};
use super::recorder::Recorder;
use super::timer::Timer;
use super::together::Together;
use super::turns::Turns;
use crate::interrupt;

/// Bytes that one read takes at most.
pub(crate) const READ_BUFFER: usize = 64 * 1024;

/// Clients that one wait reports at most: all of the largest default cell.
const EVENTS: usize = 1_024;

/// No client has this number.
const TIMER: Token = Token(usize::MAX);

/// The longest wait, since what others do may be the end of ours.
const LONGEST_WAIT: Duration = Duration::from_millis(20);

/// One client, as its event loop sees it.
pub(crate) trait Client: Send {
    /// The socket that is waited for.
    fn stream(&mut self) -> &mut TcpStream;

    /// When it sends; `None` for one who only listens.
    fn pace(&mut self) -> Option<&mut Pace>;

    /// Messages that it has begun to send.
    fn begun(&self) -> u64;

    /// Takes what has come.
    fn receive(&mut self, event: &Event, buffer: &mut [u8], recorder: &mut Recorder) -> Result<(), Failure>;

    /// Sends all that may be sent, in one write where the kernel takes it. In an open loop that is far behind it
    /// sends a part, so that the others have their turns too.
    fn send(&mut self, recorder: &mut Recorder) -> Result<(), Failure>;

    /// True while something that it wants to say has not been taken by the kernel.
    fn is_writing(&self) -> bool;

    /// Messages that must come to it and have not.
    fn outstanding(&self) -> u64;

    /// Failures that were no reason to stop: what kind, and how many.
    fn minor_failures(&mut self) -> Option<&mut Failures> {
        None
    }
}

/// How long one thread drives its clients.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    /// Nothing is begun after this time; `None` where a number of messages is the limit.
    pub(crate) end: Option<Nanos>,
    /// How long to wait for what does not come.
    pub(crate) patience: Duration,
}

/// One thread's share of a load.
pub(crate) struct EventLoop<C> {
    poll: Poll,
    timer: Timer,
    events: Events,
    /// Those that have failed are gone.
    clients: Vec<Option<C>>,
    /// Those who send.
    turns: Turns,
    /// All turns that were due by this time have been looked at.
    looked: Nanos,
    /// Those who have failed, and how much they had begun: what is due to them is not sent.
    given_up: Vec<(Pace, u64)>,
    /// Messages that have not been begun, of all that must be sent.
    left: u64,
    buffer: Vec<u8>,
    recorder: Recorder,
    failures: Failures,
    /// When something was sent or came.
    moved: Nanos,
    span: Span,
}

impl<C: Client> EventLoop<C> {
    /// Takes these clients. Nothing is sent yet.
    pub(crate) fn new(mut clients: Vec<C>, span: Span, recorder: Recorder) -> anyhow::Result<Self> {
        let poll = Poll::new().context("cannot make an event loop")?;
        let mut talkers = Vec::new();
        for (token, client) in clients.iter_mut().enumerate() {
            let interest = Interest::READABLE | Interest::WRITABLE;
            poll.registry()
                .register(client.stream(), Token(token), interest)?;
            talkers.extend(client.pace().map(|pace| (token, *pace)));
        }
        let left = talkers
            .iter()
            .fold(0_u64, |left, (_, pace)| left.saturating_add(pace.quota()));
        Ok(Self {
            timer: Timer::new(poll.registry(), TIMER).context("cannot make a timer")?,
            poll,
            events: Events::with_capacity(EVENTS),
            clients: clients.into_iter().map(Some).collect(),
            turns: Turns::new(talkers),
            looked: 0,
            given_up: Vec::new(),
            left,
            buffer: vec![0; READ_BUFFER],
            recorder,
            failures: Failures::default(),
            moved: 0,
            span,
        })
    }

    /// Drives the clients until all is sent, and all that must come has come or is given up. The connections
    /// are still open then.
    pub(crate) fn drive(&mut self, together: &Together) -> anyhow::Result<()> {
        while self.is_sending() && !interrupt::is_requested() {
            self.turn(together)?;
        }
        self.send_what_is_due();
        self.stop();
        together.has_sent();
        self.wait_for_the_rest(together)?;
        if interrupt::is_requested() {
            self.recorder.interrupted = Some(self.recorder.now());
            let clients = self.clients.iter().flatten();
            self.recorder.on_the_way = clients.map(Client::outstanding).sum();
        } else {
            self.listen_on(together)?;
            self.take_stock();
        }
        self.take_minor_failures();
        Ok(())
    }

    /// Until all that must come has come, or is given up.
    fn wait_for_the_rest(&mut self, together: &Together) -> anyhow::Result<()> {
        let deadline = self.recorder.now() + self.span.patience.as_nanos() as Nanos;
        let is_over = |now| now >= deadline || interrupt::is_requested();
        // A message of another thread may be for a client of this one.
        while !is_over(self.recorder.now()) && (!together.all_have_sent() || self.is_waiting()) {
            self.turn(together)?;
        }
        Ok(())
    }

    /// What was measured, and what went wrong.
    pub(crate) fn into_figures(self) -> (Recorder, Failures) {
        (self.recorder, self.failures)
    }

    fn is_sending(&self) -> bool {
        let now = self.recorder.now();
        let may_be_sending = match (self.span.end, self.turns.next_due()) {
            (Some(end), _) => now < end,
            // What is not due yet is no reason to lose patience.
            (None, Some(due)) if due > now => true,
            (None, _) => now < self.moved + self.span.patience.as_nanos() as Nanos,
        };
        // Where all who send have failed, nothing is left.
        self.left > 0 && may_be_sending
    }

    fn is_waiting(&self) -> bool {
        let mut clients = self.clients.iter().flatten();
        clients.any(|client| client.is_writing() || client.outstanding() > 0)
    }

    /// When all has come nothing more may come, and that is seen only by waiting for it.
    fn listen_on(&mut self, together: &Together) -> anyhow::Result<()> {
        let end = self.recorder.now() + LONGEST_WAIT.as_nanos() as Nanos;
        while self.recorder.now() < end {
            self.turn(together)?;
        }
        Ok(())
    }

    /// Messages that have been begun are completed, others are not begun. Those of them that were due are told:
    /// users would have sent them, and waited.
    fn stop(&mut self) {
        let looked = self.looked;
        let not_sent = |pace: &Pace, begun| pace.due_by(looked).saturating_sub(begun);
        let (mut blocked, mut failed) = (0, 0);
        for client in self.clients.iter_mut().flatten() {
            let begun = client.begun();
            if let Some(pace) = client.pace() {
                blocked += not_sent(pace, begun);
                pace.stop_after(begun);
            }
        }
        for (pace, begun) in &self.given_up {
            failed += not_sent(pace, *begun);
        }
        for (count, detail) in [
            (blocked, "they had to wait for those before them until the end"),
            (failed, "on a connection that has failed"),
        ] {
            self.failures.add_many(count, Failure::new(Kind::NotSent, detail));
        }
        self.turns.end();
        self.left = 0;
    }

    /// Waits once, and serves the clients that are ready and those whose message is due. The first event of
    /// each says that it can be written, which starts it.
    fn turn(&mut self, together: &Together) -> anyhow::Result<()> {
        let before = self.recorder.came;
        let longest = match self.turns.next_due() {
            Some(due) => {
                let wait = Duration::from_nanos(due.saturating_sub(self.recorder.now()));
                self.timer.wake_after(wait, LONGEST_WAIT)?
            }
            None => LONGEST_WAIT,
        };
        match self.poll.poll(&mut self.events, Some(longest)) {
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(()),
            other => other.context("cannot wait for events")?,
        }
        let events = std::mem::replace(&mut self.events, Events::with_capacity(0));
        for event in events.iter().filter(|event| event.token() != TIMER) {
            self.serve(event);
        }
        self.events = events;
        self.send_what_is_due();
        together.came(self.recorder.came - before);
        Ok(())
    }

    fn serve(&mut self, event: &Event) {
        let index = event.token().0;
        let Some(client) = &mut self.clients[index] else {
            return;
        };
        let mut outcome = Ok(());
        if event.is_readable() {
            outcome = client.receive(event, &mut self.buffer, &mut self.recorder);
            self.moved = self.recorder.now();
        }
        match outcome {
            Ok(()) => self.send(index),
            Err(failure) => self.give_up(index, failure),
        }
    }

    fn send(&mut self, index: usize) {
        let Some(client) = &mut self.clients[index] else {
            return;
        };
        let begun = client.begun();
        let outcome = client.send(&mut self.recorder);
        let new = client.begun() - begun;
        if new > 0 {
            self.left -= new;
            self.moved = self.recorder.now();
        }
        if let Err(failure) = outcome {
            self.give_up(index, failure);
        }
    }

    /// The others go on.
    fn give_up(&mut self, index: usize, failure: Failure) {
        let Some(mut client) = self.clients[index].take() else {
            return;
        };
        self.failures.add(failure);
        let lost = Failure::new(
            Kind::Missing,
            "what was on its way on a connection that has failed",
        );
        self.failures.add_many(client.outstanding(), lost);
        let begun = client.begun();
        if let Some(pace) = client.pace() {
            self.left -= pace.quota().saturating_sub(begun);
            self.given_up.push((*pace, begun));
        }
    }

    /// Gives those their turn whose message is due, and each of them once: it sends all that is due to it.
    fn send_what_is_due(&mut self) {
        let now = self.recorder.now();
        self.looked = now;
        let longest = now + LONGEST_WAIT.as_nanos() as Nanos;
        for _ in 0..self.turns.talkers() {
            // Others have news meanwhile.
            if self.moved > longest {
                return;
            }
            let Some(talker) = self.turns.take(now) else {
                return self.send_late(longest);
            };
            self.send(talker);
        }
        // At a high rate more is due at the end of the round than was at its begin.
        self.turns.skip(now);
    }

    /// The turns are over, and some have not sent all that was due to them.
    fn send_late(&mut self, longest: Nanos) {
        if !self.turns.are_over() || self.left == 0 {
            return;
        }
        for number in 0..self.turns.talkers() {
            if self.moved > longest {
                return;
            }
            self.send(self.turns.talker(number));
        }
    }

    /// What has not come by now does not count as having come later.
    fn take_stock(&mut self) {
        let patience = self.span.patience;
        for client in self.clients.iter_mut().flatten() {
            let detail = format!("they had not come {patience:?} after the last was sent");
            let missing = Failure::new(Kind::Missing, detail);
            self.failures.add_many(client.outstanding(), missing);
        }
    }

    fn take_minor_failures(&mut self) {
        for client in self.clients.iter_mut().flatten() {
            if let Some(failures) = client.minor_failures() {
                self.failures.merge(std::mem::take(failures));
            }
        }
    }
}
