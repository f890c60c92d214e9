//! The thread of a client: it reads, and hands all complete packets of one read to a worker as one item. It decides
//! nothing, unless nobody else is that worker at the moment.

mod checking;
mod part;

use std::sync::Arc;
use std::time::{Duration, Instant};

use net::{ClientConnection, Handler, NetError, ReadBuffer};
use protocol::message::ErrorNtf;
use protocol::{Codec, ErrorCode, FrameDecoder};

use crate::counters::add;
use crate::desk::Desks;
use crate::engine::Engine;
use crate::game::Game;
use crate::item::{End, Item, Packets};
use crate::progress::MAX_IN_FLIGHT;
use crate::session::Session;
use crate::wire::Wire;
use part::Part;

/// The handler of all clients of one port.
pub(crate) struct ClientThread<G: Game> {
    engine: Arc<Engine<G>>,
    /// Where it works when nobody else does.
    desks: Arc<Desks<G>>,
    /// What its clients speak.
    codec: Codec,
}

impl<G: Game> ClientThread<G> {
    pub(crate) fn new(desks: Arc<Desks<G>>, codec: Codec) -> Self {
        Self {
            engine: Arc::clone(&desks.engine),
            desks,
            codec,
        }
    }
}

impl<G: Game> Handler for ClientThread<G> {
    fn handle(&self, client: &mut ClientConnection) -> Result<(), NetError> {
        let config = &self.engine.config;
        // Nobody is in a room yet, so any worker will do: they take turns.
        let worker = usize::try_from(client.id()).unwrap_or_default() % config.workers;
        let transport = Wire::new(client.connection(), config.counters.activity());
        let session = Session::new(
            client.id(),
            Arc::new(transport),
            self.codec,
            config.outbox_limit,
            worker,
        );
        let session = Arc::new(session);
        let mut open = Open::new(self, &session);
        let outcome = self.read_until_the_end(client, &session);
        let outcome = session.progress().dismissal().map_or(outcome, Err);
        let end = End::of(&outcome);
        let outcome = outcome.map_err(|reason| self.explain(reason));
        let has_worker = open.end(end);
        let cut = has_worker
            .then(|| session.progress().wait_until_finished())
            .flatten();
        client.count_sent(session.bytes_out());
        if self.engine.checks_logins {
            self.tell_of_the_end(&session);
        }
        match cut {
            // Who could not be told why the connection ended has broken it, but that is not the reason.
            Some(reason) if reason.is_broken_connection() => outcome.and(Err(reason)),
            Some(reason) => Err(reason),
            None => outcome,
        }
    }

    fn last_words(&self, reason: &NetError) -> Vec<u8> {
        // Whoever has had a session has been told by its worker, through the outbox, where there was a word.
        match reason {
            NetError::ServerFull(_) | NetError::TooManyFrom { .. } | NetError::NoThread(_) => {
                ErrorNtf::bytes(self.codec, ErrorCode::SERVER_FULL)
            }
            _ => Vec::new(),
        }
    }
}

impl<G: Game> ClientThread<G> {
    fn read_until_the_end(
        &self,
        client: &mut ClientConnection,
        session: &Arc<Session>,
    ) -> Result<(), NetError> {
        // As much again is under way at most, or one packet where --max-packet allows larger ones. Replies are
        // three times as long where messages are one byte each, so with what may be unread before they stay
        // below the outbox limit.
        let mut buffer = ReadBuffer::up_to(MAX_IN_FLIGHT);
        let mut decoder = FrameDecoder::new(self.engine.config.limits.max_packet);
        let login_timeout = self.engine.config.login_timeout;
        client.set_deadline(login_timeout.and_then(|time| Instant::now().checked_add(time)));
        while let Some(parked) = session.progress().wait_until_ready() {
            if session.logged_in() {
                client.set_deadline(None);
            }
            client.forgive(parked);
            let bytes = match client.read_into(&mut buffer) {
                Err(NetError::DeadlineOver) if is_logged_in_after_all(session) => continue,
                Err(NetError::IdleTimeout(_) | NetError::FrameTimeout(_))
                    if session.progress().was_parked() =>
                {
                    continue;
                }
                other => other?,
            };
            let read_at = Instant::now();
            if bytes.is_empty() {
                return end_of(&decoder);
            }
            decoder.push(bytes);
            let deadline = client.deadline();
            let read = Read {
                at: read_at,
                login_time: deadline.map(|deadline| deadline.saturating_duration_since(read_at)),
            };
            let HandedOver { packets, checking } = self.hand_over_frames(&mut decoder, session, &read)?;
            client.note_frames(packets, decoder.pending());
            // Only the time of the worker: whoever guesses passwords must not get more time for it.
            client.extend_deadline(read_at + checking);
        }
        Ok(())
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
            // Until such an item is answered nobody knows which worker is next, or whether the game will be asked.
            if part.enters || (part.logs_in && self.engine.checks_logins) {
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
