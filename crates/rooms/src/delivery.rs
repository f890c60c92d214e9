//! The way of a packet from room logic to the clients: into outboxes at once, to the network at the end of
//! the batch.

use std::sync::Arc;

use net::NetError;
use protocol::message::ErrorNtf;
use protocol::{ErrorCode, Frames, Packet, PacketError};

use crate::backlog::Backlog;
use crate::counters::{Counters, add};
use crate::outbox::{Put, Sent};
use crate::session::Session;
use crate::users::Users;

/// Which way a packet goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the client.
    In,
    /// To the client.
    Out,
    /// From the client, and over the rate limit: nobody has looked at it.
    Dropped,
}

/// Gets every packet: its direction, the client's number, and its bytes. Not the last word to a client that is
/// refused or cut off, which goes past the outbox where it still goes, nor what a client has sent behind its end.
pub type Trace = Arc<dyn Fn(Direction, u64, &[u8]) + Send + Sync>;

/// A worker's hands: puts packets into outboxes, and remembers which of them are to be sent.
pub struct Delivery {
    users: Arc<Users>,
    counters: Arc<Counters>,
    backlog: Backlog,
    trace: Option<Trace>,
    outbox_limit: Option<usize>,
    /// Sessions whose outbox this worker sends at the end of its batch.
    listed: Vec<Arc<Session>>,
    packets_out: u64,
}

impl Delivery {
    pub(crate) fn new(
        users: Arc<Users>,
        counters: Arc<Counters>,
        backlog: Backlog,
        trace: Option<Trace>,
        outbox_limit: Option<usize>,
    ) -> Self {
        Self {
            users,
            counters,
            backlog,
            trace,
            outbox_limit,
            listed: Vec::new(),
            packets_out: 0,
        }
    }

    /// The session of a user who is logged in, whichever worker it belongs to.
    #[must_use]
    pub fn find_user(&self, user_id: &str) -> Option<Arc<Session>> {
        self.users.find(user_id)
    }

    /// Puts a packet into the session's outbox.
    ///
    /// # Errors
    /// [`ErrorCode::PACKET_DECODING_FAIL`] for a packet that could not be built.
    pub fn send(
        &mut self,
        session: &Arc<Session>,
        packet: Result<Packet, PacketError>,
    ) -> Result<(), ErrorCode> {
        self.put(session, packet.map_err(undecodable)?.as_bytes());
        Ok(())
    }

    // ANCHOR: put
    /// Puts whole packets, as they go on the wire, into the session's outbox.
    pub fn put(&mut self, session: &Arc<Session>, packets: &[u8]) {
        self.see_to(session.put(packets), session, packets);
    }

    /// What it has led to that packets were put in.
    fn see_to(&mut self, put: Put, session: &Arc<Session>, packets: &[u8]) {
        match put {
            Put::Dropped => return,
            Put::Done => {}
            Put::List => self.listed.push(Arc::clone(session)),
            Put::Over => self.relieve(session),
        }
        self.packets_out += 1;
        if let Some(trace) = &self.trace {
            Frames::new(packets).for_each(|frame| trace(Direction::Out, session.id(), frame.bytes));
        }
    }
    // ANCHOR_END: put

    /// Puts in the last packet that a session gets: an `ERROR_NTF`, or nothing.
    pub(crate) fn finish(&mut self, session: &Arc<Session>, last_word: Option<ErrorCode>) {
        let packet = last_word.map(ErrorNtf::bytes).unwrap_or_default();
        let put = session.finish(last_word.map(|_| &packet[..]));
        self.see_to(put, session, &packet);
    }

    // ANCHOR: relieve
    /// An outbox over its limit may just have got much in one batch: it is sent at once, unless the kernel took
    /// nothing more before; then only the helper sends. Where it stays over the limit, its client does not
    /// read.
    fn relieve(&mut self, session: &Arc<Session>) {
        self.send_outbox(session);
        if let Some(limit) = self.outbox_limit
            && session.unsent() > limit
        {
            let reason = format!("outbox limit: the client has left more than {limit} bytes unread");
            self.cut(session, NetError::CutOff(reason));
        }
    }
    // ANCHOR_END: relieve

    pub(crate) fn cut(&self, session: &Session, reason: NetError) {
        if session.cut(reason) {
            add(&self.counters.slow, 1);
        }
    }

    /// How many outboxes are to be sent.
    pub(crate) fn listed(&self) -> usize {
        self.listed.len()
    }

    // ANCHOR: flush
    /// Sends all outboxes that got something: one call for each.
    pub(crate) fn flush(&mut self) {
        let mut listed = std::mem::take(&mut self.listed);
        for session in listed.drain(..) {
            self.send_outbox(&session);
        }
        self.listed = listed;
        add(&self.counters.packets_out, std::mem::take(&mut self.packets_out));
    }
    // ANCHOR_END: flush

    fn send_outbox(&self, session: &Arc<Session>) {
        match session.send() {
            Sent::NotMine | Sent::Broken(_) => {}
            Sent::All => add(&self.counters.sends, 1),
            Sent::Part { .. } => {
                add(&self.counters.sends, 1);
                self.backlog.add(Arc::clone(session));
            }
        }
    }
}

/// What a client is told about a packet that does not fit its id.
pub(crate) fn undecodable(_: PacketError) -> ErrorCode {
    ErrorCode::PACKET_DECODING_FAIL
}
