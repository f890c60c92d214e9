//! Sends packets from room logic to the clients: into outboxes at once, to the network at the end of the batch.

use std::sync::Arc;
use std::time::Instant;

use net::NetError;
use protocol::message::{Encode, ErrorNtf, RoomLeaveUserNtf};
use protocol::{ErrorCode, Frames};

use crate::alarms::Alarms;
use crate::backlog::Backlog;
use crate::counters::{Counters, add};
use crate::encoded::{Encoded, Writing};
use crate::order::{Order, Released};
use crate::outbox::{Put, Sent};
use crate::place::{Place, Unfilled};
use crate::session::Session;
use crate::ticket::{Resume, Ticket};
use crate::trace::{Direction, Trace};
use crate::users::Users;
use crate::wishes::Wishes;

/// What a place is filled with: it is called on the worker, and what it puts stands where the place was kept.
pub type Fill = Box<dyn FnOnce(&mut Delivery) + Send>;

/// A worker's hands: puts packets into outboxes, and remembers which of them are to be sent.
pub struct Delivery {
    users: Arc<Users>,
    counters: Arc<Counters>,
    backlog: Backlog,
    trace: Option<Trace>,
    outbox_limit: Option<usize>,
    writing: Writing,
    /// Sessions whose outbox this worker sends at the end of its batch.
    listed: Vec<Arc<Session>>,
    packets_out: u64,
    sends: u64,
    now: Instant,
    alarms: Alarms,
    /// Who is to wait, or to go, when the call that is under way is over.
    pub(crate) wishes: Wishes,
    /// What waits for somebody else, and what waits behind that.
    pub(crate) order: Order<Fill>,
}

impl Delivery {
    pub(crate) fn new(
        users: Arc<Users>,
        counters: Arc<Counters>,
        backlog: Backlog,
        trace: Option<Trace>,
        outbox_limit: Option<usize>,
        writing: Writing,
        (worker, resume, unfilled): (usize, Resume, Unfilled),
    ) -> Self {
        Self {
            users,
            counters,
            backlog,
            trace,
            outbox_limit,
            writing,
            listed: Vec::new(),
            packets_out: 0,
            sends: 0,
            now: Instant::now(),
            alarms: Alarms::default(),
            wishes: Wishes::new(worker, resume),
            order: Order::new(worker, outbox_limit, unfilled),
        }
    }

    /// When the call was made that this came with. It is the same for the whole call.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The calls that come next are made at this time.
    pub(crate) fn set_now(&mut self, now: Instant) {
        self.now = now;
    }

    // ANCHOR: park
    /// Parks the session whose packet or event this is, when this call is over: its further packets, its end too, wait
    /// until the ticket is back. The answer comes to [`Game::event`](crate::Game::event).
    pub fn park(&mut self) -> Ticket {
        self.wishes.park_asking()
    }
    // ANCHOR_END: park

    // ANCHOR: keep_place
    /// Keeps a place in the order of what these sessions get: what they are sent from now on waits until it is filled, by
    /// [`Outside::fill`](crate::Outside::fill). `size` is how many bytes one of them may get out of it: where too much
    /// waits, the worker takes nothing more from its clients.
    pub fn keep_place<'s>(
        &mut self,
        sessions: impl IntoIterator<Item = &'s Arc<Session>>,
        size: usize,
    ) -> Place {
        self.order.keep(sessions, size)
    }
    // ANCHOR_END: keep_place

    /// When rooms want to be told the time.
    pub(crate) fn alarms(&mut self) -> &mut Alarms {
        &mut self.alarms
    }

    /// When the first room wants to be told the time.
    pub(crate) fn next_alarm(&self) -> Option<Instant> {
        self.alarms.first()
    }

    /// The session of a user who is logged in, whichever worker it belongs to.
    #[must_use]
    pub fn find_user(&self, user_id: &str) -> Option<Arc<Session>> {
        self.users.find(user_id)
    }

    /// Puts a message into the session's outbox, in the codec of its client.
    ///
    /// # Errors
    /// [`ErrorCode::PACKET_DECODING_FAIL`] for a message that could not be encoded.
    pub fn send(&mut self, session: &Arc<Session>, message: &impl Encode) -> Result<(), ErrorCode> {
        self.send_to([session], message)
    }

    // ANCHOR: send_to
    /// Puts a message into the outboxes of all these sessions. It is encoded once for each codec that they
    /// speak.
    ///
    /// # Errors
    /// [`ErrorCode::PACKET_DECODING_FAIL`] for a message that could not be encoded; those who speak a codec in
    /// which it could be get it all the same.
    pub fn send_to<'s>(
        &mut self,
        sessions: impl IntoIterator<Item = &'s Arc<Session>>,
        message: &(impl Encode + ?Sized),
    ) -> Result<(), ErrorCode> {
        let mut encoded = self.encoded(message);
        let mut outcome = Ok(());
        for session in sessions {
            match encoded.packet_for(session) {
                Ok(packet) => self.put(session, packet),
                Err(error) => outcome = Err(error.into()),
            }
        }
        outcome
    }
    // ANCHOR_END: send_to

    /// A message to be put, in whichever forms are asked for.
    pub(crate) fn encoded<'m, M: Encode + ?Sized>(&self, message: &'m M) -> Encoded<'m, M> {
        Encoded::new(message, self.writing)
    }

    // ANCHOR: put
    /// Puts whole packets, as they go on the wire, into the session's outbox.
    pub fn put(&mut self, session: &Arc<Session>, packets: &[u8]) {
        match self.order.holds(session) {
            true => self.order.push_packets(session, packets),
            false => self.see_to(session.put(packets), session, packets),
        }
    }

    /// What it has led to that packets were put in.
    pub(crate) fn see_to(&mut self, put: Put, session: &Arc<Session>, packets: &[u8]) {
        match put {
            Put::Dropped => return,
            Put::Done => {}
            Put::List => self.listed.push(Arc::clone(session)),
            Put::Over => self.relieve(session),
        }
        self.packets_out += 1;
        if let Some(trace) = &self.trace {
            Frames::new(packets).for_each(|frame| trace(Direction::Out, session, frame.bytes));
        }
    }
    // ANCHOR_END: put

    // ANCHOR: release
    /// Puts what has to wait no more, up to a step that is to be done [in front](Order::set_in_front) of the rest.
    pub(crate) fn release(&mut self) -> Option<Fill> {
        while let Some(released) = self.order.release() {
            match released {
                Released::Packets(session, packets) => {
                    self.see_to(session.put(&packets), &session, &packets);
                }
                Released::Step(step) => return Some(step),
            }
        }
        None
    }
    // ANCHOR_END: release

    /// Does this when all that the session waits for is put: at once, nearly always.
    pub(crate) fn in_order(&mut self, session: &Arc<Session>, step: impl FnOnce(&mut Self) + Send + 'static) {
        match self.order.holds(session) {
            true => self.order.push_step(session, Box::new(step)),
            false => step(self),
        }
    }

    /// Tells a member that it is in its room no more.
    pub(crate) fn say_removed(&mut self, session: &Arc<Session>, unique_id: u64) {
        // A packet of one number can always be built.
        let _ = self.send(session, &RoomLeaveUserNtf { unique_id });
    }

    /// Ends a connection in order: the last packet is `reason`, and the client has a moment to close from its
    /// side. With [`ErrorCode::NONE`] there is no such packet: it has been told by an operator.
    pub(crate) fn close(&mut self, session: &Arc<Session>, reason: ErrorCode) {
        let last_word = Some(reason).filter(|reason| *reason != ErrorCode::NONE);
        let cause = last_word.map_or_else(
            || "an operator has closed it".to_owned(),
            |reason| format!("the game has closed it: {reason}"),
        );
        self.dismiss(session, cause, last_word);
    }

    /// Ends a connection in order without a last packet, since whatever it said might be wrong. The log says `cause`.
    pub fn hang_up(&mut self, session: &Arc<Session>, cause: &str) {
        self.dismiss(session, cause.to_owned(), None);
    }

    fn dismiss(&mut self, session: &Arc<Session>, cause: String, last_word: Option<ErrorCode>) {
        // Before the last packet, since whoever sends the last byte of a session that has ended says so to the client.
        session.dismiss(NetError::Dismissed(cause));
        let closed = Arc::clone(session);
        self.in_order(session, move |delivery| {
            delivery.backlog.linger(&closed);
            delivery.put_last(&closed, last_word);
        });
    }

    /// Puts in the last packet that a session gets: an `ERROR_NTF`, or nothing.
    pub(crate) fn finish(&mut self, session: &Arc<Session>, last_word: Option<ErrorCode>) {
        let finished = Arc::clone(session);
        self.in_order(session, move |delivery| delivery.put_last(&finished, last_word));
    }

    fn put_last(&mut self, session: &Arc<Session>, last_word: Option<ErrorCode>) {
        let packet = last_word.map(|error| ErrorNtf::bytes(session.codec(), error));
        let packet = packet.unwrap_or_default();
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
            session.cut(NetError::SlowConsumer(reason));
        }
    }
    // ANCHOR_END: relieve

    // ANCHOR: flush
    /// Sends all outboxes that got something: one call for each.
    pub(crate) fn flush(&mut self) {
        // Before they are sent: whoever has got one finds it counted.
        add(&self.counters.packets_out, std::mem::take(&mut self.packets_out));
        let mut listed = std::mem::take(&mut self.listed);
        for session in listed.drain(..) {
            self.send_outbox(&session);
        }
        self.listed = listed;
        add(&self.counters.sends, std::mem::take(&mut self.sends));
    }
    // ANCHOR_END: flush

    fn send_outbox(&mut self, session: &Arc<Session>) {
        match session.send() {
            Sent::NotMine | Sent::Broken(_) => {}
            Sent::All => self.sends += 1,
            Sent::Part { .. } => {
                self.sends += 1;
                self.backlog.add(Arc::clone(session));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::message::PingRes;
    use protocol::{Codec, Packet, PacketError};

    use super::*;
    use crate::config::Config;
    use crate::testing::Recorder;

    /// A message that one codec cannot carry.
    struct NotInMsgPack;

    impl Encode for NotInMsgPack {
        fn encode_as(&self, codec: Codec) -> Result<Packet, PacketError> {
            match codec {
                Codec::MsgPack => Err(PacketError::MissingField { name: "Number" }),
                _ => PingRes { number: None }.encode_as(codec),
            }
        }
    }

    #[test]
    fn what_one_codec_cannot_carry_the_others_get() {
        let backlog = Backlog::without_helper().unwrap();
        let writing = Writing::new(&Config::default());
        let nobody = (0, Arc::new(drop) as Resume, Arc::new(|_, _| ()) as Unfilled);
        let mut delivery = Delivery::new(
            Arc::default(),
            Arc::default(),
            backlog,
            None,
            None,
            writing,
            nobody,
        );
        let clients = Codec::ALL.map(|codec| {
            let recorder = Recorder::default();
            let session = Session::new(1, Arc::new(recorder.clone()), codec, None, 0);
            (Arc::new(session), recorder)
        });
        let sessions = clients.iter().map(|(session, _)| session);
        let outcome = delivery.send_to(sessions, &NotInMsgPack);
        delivery.flush();
        assert_eq!(outcome, Err(ErrorCode::PACKET_DECODING_FAIL));
        let heard = clients.map(|(_, recorder)| recorder.packets(|_| ()).len());
        assert_eq!(heard, [1, 0, 1]);
    }
}
