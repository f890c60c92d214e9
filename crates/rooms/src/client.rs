//! The thread of a client: it reads, and hands all complete packets of one read to a worker as one item. It decides
//! nothing, unless nobody else is that worker at the moment.

mod checking;
mod incoming;
mod part;

use std::sync::Arc;
use std::time::{Duration, Instant};

use net::{ClientConnection, Decline, Ending, Handler, NetError, Sender};
use protocol::message::ErrorNtf;
use protocol::{Codec, ErrorCode, FrameDecoder};

use crate::backlog::Backlog;
use crate::counters::add;
use crate::desk::Desks;
use crate::engine::Engine;
use crate::framing::{Entrance, Framing, Unframe};
use crate::game::Game;
use crate::item::{End, Item, Packets};
use crate::outbox::Sent;
use crate::session::Session;
use crate::transport::Transport;
use incoming::Incoming;
use part::Part;

/// The handler of all clients of one port.
pub(crate) struct ClientThread<G: Game> {
    engine: Arc<Engine<G>>,
    /// Where it works when nobody else does.
    desks: Arc<Desks<G>>,
    /// Who sends what the kernel does not take.
    backlog: Backlog,
    /// What its clients speak.
    codec: Codec,
    /// And around it, if anything.
    framing: Option<Arc<dyn Framing>>,
}

impl<G: Game> ClientThread<G> {
    pub(crate) fn new(
        desks: Arc<Desks<G>>,
        backlog: Backlog,
        codec: Codec,
        framing: Option<Arc<dyn Framing>>,
    ) -> Self {
        Self {
            engine: Arc::clone(&desks.engine),
            desks,
            backlog,
            codec,
            framing,
        }
    }
}

impl<G: Game> Handler for ClientThread<G> {
    fn handle(&self, client: &mut ClientConnection) -> Result<(), NetError> {
        match &self.framing {
            Some(framing) => {
                client.set_deadline(self.login_deadline());
                framing.serve(client, self).map_err(|reason| self.explain(reason))
            }
            None => {
                let session = self.new_session(client, Arc::<Sender>::clone(client.sender()));
                self.serve(client, &Arc::new(session), &mut Incoming::plain())
            }
        }
    }

    fn last_words(&self, reason: &NetError) -> Vec<u8> {
        // Whoever has had a session has been told by its worker, through the outbox, where there was a word.
        match reason {
            NetError::ServerFull(_) | NetError::TooManyFrom { .. } | NetError::NoThread(_) => {
                let words = ErrorNtf::bytes(self.codec, ErrorCode::SERVER_FULL);
                match &self.framing {
                    Some(framing) => framing.last_words(reason, words),
                    None => words,
                }
            }
            _ => Vec::new(),
        }
    }

    fn decline(&self, reason: &NetError) -> Option<Decline> {
        let words = ErrorNtf::bytes(self.codec, ErrorCode::SERVER_FULL);
        self.framing.as_ref()?.decline(reason, words)
    }
}

impl<G: Game> Entrance for ClientThread<G> {
    fn enter(
        &self,
        client: &mut ClientConnection,
        unframe: Box<dyn Unframe>,
        transport: Arc<dyn Transport>,
        first_bytes: &[u8],
    ) -> Result<(), NetError> {
        let session = Arc::new(self.new_session(client, transport).framed());
        let outcome = self.serve(client, &session, &mut Incoming::framed(unframe, first_bytes));
        let seen_off = see_off(client, &session, Ending::of(&outcome));
        outcome.and(seen_off)
    }
}

impl<G: Game> ClientThread<G> {
    fn new_session(&self, client: &ClientConnection, transport: Arc<dyn Transport>) -> Session {
        let config = &self.engine.config;
        // Nobody is in a room yet, so any worker will do: they take turns.
        let worker = usize::try_from(client.id()).unwrap_or_default() % config.workers;
        Session::new(client.id(), transport, self.codec, config.outbox_limit, worker)
    }

    /// The whole life of a session.
    fn serve(
        &self,
        client: &mut ClientConnection,
        session: &Arc<Session>,
        incoming: &mut Incoming,
    ) -> Result<(), NetError> {
        let mut open = Open::new(self, session);
        let outcome = self.read_until_the_end(client, session, incoming);
        let outcome = session.progress().dismissal().map_or(outcome, Err);
        let end = End::of(&outcome);
        let outcome = outcome.map_err(|reason| self.explain(reason));
        let has_worker = open.end(end);
        let cut = has_worker
            .then(|| session.progress().wait_until_finished())
            .flatten();
        client.count_sent(session.bytes_out());
        if self.engine.checks_logins {
            self.tell_of_the_end(session);
        }
        match cut {
            // Who could not be told why the connection ended has broken it, but that is not the reason.
            Some(reason) if reason.is_broken_connection() => outcome.and(Err(reason)),
            Some(reason) => Err(reason),
            None => outcome,
        }
    }

    fn read_until_the_end(
        &self,
        client: &mut ClientConnection,
        session: &Arc<Session>,
        incoming: &mut Incoming,
    ) -> Result<(), NetError> {
        let mut decoder = FrameDecoder::new(self.engine.config.limits.max_packet);
        client.set_deadline(self.login_deadline());
        while let Some(parked) = session.progress().wait_until_ready() {
            if session.logged_in() {
                client.set_deadline(None);
            }
            client.forgive(parked);
            let came = match incoming.next(client) {
                Err(NetError::DeadlineOver) if is_logged_in_after_all(session) => continue,
                Err(NetError::IdleTimeout(_) | NetError::FrameTimeout(_))
                    if session.progress().was_parked() =>
                {
                    continue;
                }
                other => other?,
            };
            let read_at = Instant::now();
            if came.replies {
                self.push(session);
            }
            decoder.push(came.packets);
            let (is_nothing, end) = (came.packets.is_empty(), came.end);
            let deadline = client.deadline();
            let read = Read {
                at: read_at,
                login_time: deadline.map(|deadline| deadline.saturating_duration_since(read_at)),
            };
            let HandedOver { packets, checking } = match is_nothing {
                true => HandedOver::default(),
                false => self.hand_over_frames(&mut decoder, session, &read)?,
            };
            if let Some(end) = end {
                return end.and_then(|()| end_of(&decoder));
            }
            client.note_frames(packets, decoder.pending() + incoming.pending());
            // Only the time of the worker: whoever guesses passwords must not get more time for it.
            client.extend_deadline(read_at + checking);
        }
        Ok(())
    }

    /// What the transport has to say by itself goes out at once, and what is left of it is the helper's: no worker may
    /// ever have anything for this client.
    fn push(&self, session: &Arc<Session>) {
        add(&self.engine.config.counters.sends, 1);
        if let Sent::Part { .. } = session.push() {
            self.backlog.add(Arc::clone(session));
        }
    }

    // ANCHOR: hand_over
    /// Hands over what is complete, and counts it. That is one item, but for whoever enters room after room (an
    /// item has one ROOM_ENTER_REQ at most), and for packets that are much larger when they are decompressed.
    fn hand_over_frames(
        &self,
        decoder: &mut FrameDecoder,
        session: &Arc<Session>,
        read: &Read,
    ) -> Result<HandedOver, NetError> {
        let (mut frames, error) = decoder.next_frames();
        let mut handed_over = HandedOver::default();
        let max_packet = self.engine.config.limits.max_packet;
        while let Some(part) = Part::first_of(&mut frames, max_packet) {
            handed_over.packets += part.packets;
            add(&self.engine.config.counters.packets_in, part.packets as u64);
            let packets = Packets::new(part.bytes.to_vec(), part.size);
            if !self.hand_over(session, packets, read.at, None) {
                return Err(NetError::CutOff("its worker has ended".to_owned()));
            }
            // Until such an item is answered nobody knows which worker is next, or whether the game will be asked, or
            // whether the client reads a long history.
            if part.enters || part.asks_for_history || (part.logs_in && self.engine.checks_logins) {
                self.wait_and_check(session, read, &mut handed_over.checking);
            }
            // A few bytes bring the list of a whole room, or a whole relay out of a compressed one: the next,
            // when this one is read.
            if !frames.as_bytes().is_empty() && session.progress().wait_until_ready().is_none() {
                break;
            }
        }
        error.map_or(Ok(handed_over), |error| Err(NetError::protocol(error)))
    }
    // ANCHOR_END: hand_over

    /// Until when a login must be there that may come from now on.
    fn login_deadline(&self) -> Option<Instant> {
        let time = self.engine.config.login_timeout?;
        Instant::now().checked_add(time)
    }

    /// The one deadline that clients have here.
    fn explain(&self, reason: NetError) -> NetError {
        match (reason, self.engine.config.login_timeout) {
            (NetError::DeadlineOver, Some(time)) => NetError::LoginTimeout(time),
            (reason, _) => reason,
        }
    }

    fn hand_over(
        &self,
        session: &Arc<Session>,
        packets: Packets,
        read_at: Instant,
        end: Option<End>,
    ) -> bool {
        session.progress().handed_over(packets.size());
        let item = Item {
            session: Arc::clone(session),
            packets,
            read_at,
            end,
        };
        let worker = session.worker();
        let has_worker = self.engine.hand_over(worker, item);
        self.desks.work(worker);
        has_worker
    }
}

/// A session that is counted, and whose last item is not handed over. That happens whatever its client thread
/// meets, a panic too: otherwise its worker would keep it for ever.
pub(crate) struct Open<'a, G: Game> {
    thread: &'a ClientThread<G>,
    session: &'a Arc<Session>,
    has_ended: bool,
}

impl<'a, G: Game> Open<'a, G> {
    pub(crate) fn new(thread: &'a ClientThread<G>, session: &'a Arc<Session>) -> Self {
        thread.engine.opened();
        Self {
            thread,
            session,
            has_ended: false,
        }
    }

    /// Hands the last item over. False where there is no worker any more.
    fn end(&mut self, end: End) -> bool {
        self.has_ended = true;
        let has_worker = self
            .thread
            .hand_over(self.session, Packets::default(), Instant::now(), Some(end));
        if !has_worker {
            self.thread.engine.closed();
        }
        has_worker
    }
}

impl<G: Game> Drop for Open<'_, G> {
    fn drop(&mut self) {
        if !self.has_ended {
            self.end(End::Gone);
        }
    }
}

/// When something was read.
struct Read {
    at: Instant,
    /// How much time was left for the login, where it is limited.
    login_time: Option<Duration>,
}

/// What one read has brought.
#[derive(Default)]
struct HandedOver {
    packets: usize,
    /// How long logins were checked.
    checking: Duration,
}

/// The last that a client with a framing gets is the framing's own, and its thread may wait for it. Without one, the end
/// of the connection says it.
fn see_off(client: &mut ClientConnection, session: &Session, why: Ending) -> Result<(), NetError> {
    let mut sent = session.end(why);
    while let Sent::Part { .. } = sent {
        client.wait_for_progress(|| {
            sent = session.send_backlog();
            Ok(!matches!(sent, Sent::Part { progress: false }))
        })?;
    }
    Ok(())
}

/// The client has closed.
fn end_of(decoder: &FrameDecoder) -> Result<(), NetError> {
    match decoder.pending() {
        0 => Ok(()),
        pending => Err(NetError::EndInside(pending)),
    }
}

/// What is under way may be its login, which the worker has not come to yet.
fn is_logged_in_after_all(session: &Session) -> bool {
    session.progress().wait_until_answered();
    session.logged_in()
}
