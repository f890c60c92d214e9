//! A session: a connection that the server keeps state for, and what several threads share of it.

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use net::{Connection, Ending, NetError};
use protocol::message::ErrorNtf;
use protocol::{Codec, ErrorCode};

use crate::outbox::{Outbox, Put, Sent};
use crate::progress::Progress;
use crate::sync::{AtomicBool, AtomicI32, AtomicU64, AtomicUsize, Mutex, Ordering};
use crate::transport::Transport;

/// Of a session that is in no room.
const NO_ROOM: i32 = -1;

/// What the client thread, the workers and the helper share of one connection.
pub struct Session {
    id: u64,
    transport: Arc<dyn Transport>,
    codec: Codec,
    is_framed: bool,
    outbox: Mutex<Outbox>,
    /// The outbox is so full that the client should take replies before it may ask for more.
    clog_at: usize,
    progress: Progress,
    worker: AtomicUsize,
    /// Set by the login.
    user_id: OnceLock<Arc<str>>,
    /// The number of its room, for those who look. Its worker has its own word of that.
    room: AtomicI32,
    reads_compressed: AtomicBool,
    /// Set by the game, for itself.
    marked: AtomicBool,
    /// The place behind which what it is sent waits, if it is not filled yet. For its worker alone.
    behind: AtomicU64,
    /// The server has ended it: nothing more of it is answered.
    ended: AtomicBool,
}

impl Session {
    pub(crate) fn new(
        id: u64,
        transport: Arc<dyn Transport>,
        codec: Codec,
        outbox_limit: Option<usize>,
        worker: usize,
    ) -> Self {
        Self {
            id,
            transport,
            codec,
            is_framed: false,
            outbox: Mutex::new(Outbox::new(outbox_limit)),
            clog_at: outbox_limit.map_or(usize::MAX, |limit| limit / 4),
            progress: Progress::default(),
            worker: AtomicUsize::new(worker),
            user_id: OnceLock::new(),
            room: AtomicI32::new(NO_ROOM),
            reads_compressed: AtomicBool::new(false),
            marked: AtomicBool::new(false),
            behind: AtomicU64::new(0),
            ended: AtomicBool::new(false),
        }
    }

    /// One whose client has come through a [`Framing`](crate::Framing).
    pub(crate) fn framed(self) -> Self {
        Self {
            is_framed: true,
            ..self
        }
    }

    /// Whether its client has come through a [`Framing`](crate::Framing), as a browser does: another server that it is
    /// told of must be one with such a port.
    #[must_use]
    pub fn is_framed(&self) -> bool {
        self.is_framed
    }

    /// Its number, which no other session of the server ever has.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// How its client writes the bodies of packets, and reads them.
    #[must_use]
    pub fn codec(&self) -> Codec {
        self.codec
    }

    /// The name that it has logged in with, also when it has ended since.
    #[must_use]
    pub fn user_id(&self) -> Option<&Arc<str>> {
        self.user_id.get()
    }

    /// The room that it is in at this moment.
    #[must_use]
    pub fn room(&self) -> Option<i32> {
        Some(self.room.load(Ordering::Relaxed)).filter(|room| *room != NO_ROOM)
    }

    /// Where its client is, if it comes by a network.
    #[must_use]
    pub fn peer_address(&self) -> Option<SocketAddr> {
        self.connection().map(Connection::peer_address)
    }

    pub(crate) fn connection(&self) -> Option<&Connection> {
        self.transport.connection()
    }

    /// How far it has come.
    pub(crate) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The worker that it belongs to. Only its client thread may rely on it, and only while no ROOM_ENTER_REQ
    /// of it is under way. Others tell the worker something that the next one finds out by itself, or that any can do.
    pub(crate) fn worker(&self) -> usize {
        self.worker.load(Ordering::Acquire)
    }

    pub(crate) fn belongs_to(&self, worker: usize) {
        self.worker.store(worker, Ordering::Release);
    }

    pub(crate) fn logged_in(&self) -> bool {
        self.user_id.get().is_some()
    }

    /// The user has logged in; a session does so once.
    pub(crate) fn set_logged_in(&self, user_id: &Arc<str>) {
        let _ = self.user_id.set(Arc::clone(user_id));
    }

    /// It is in this room from now on, or in none.
    pub(crate) fn set_room(&self, number: Option<i32>) {
        self.room.store(number.unwrap_or(NO_ROOM), Ordering::Relaxed);
    }

    /// Whether its client is known to read compressed packets.
    pub(crate) fn reads_compressed(&self) -> bool {
        self.reads_compressed.load(Ordering::Relaxed)
    }

    pub(crate) fn set_reads_compressed(&self) {
        self.reads_compressed.store(true, Ordering::Relaxed);
    }

    /// True once the game has [marked](Self::mark) it.
    #[must_use]
    pub fn is_marked(&self) -> bool {
        self.marked.load(Ordering::Relaxed)
    }

    /// Marks it for as long as it lives: its client can do something, say, that others cannot. What that is, is an affair of
    /// the game.
    pub fn mark(&self) {
        self.marked.store(true, Ordering::Relaxed);
    }

    pub(crate) fn waits_behind(&self) -> u64 {
        self.behind.load(Ordering::Relaxed)
    }

    pub(crate) fn wait_behind(&self, place: u64) {
        self.behind.store(place, Ordering::Relaxed);
    }

    /// True once the server has ended it: its packets are not answered any more.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    /// Bytes that are still to be sent.
    #[must_use]
    pub fn unsent(&self) -> usize {
        self.outbox.lock().unsent()
    }

    /// Bytes sent so far.
    pub(crate) fn bytes_out(&self) -> u64 {
        self.outbox.lock().total()
    }
}

/// The side of the workers and of the helper.
impl Session {
    /// Appends whole packets to the outbox.
    pub(crate) fn put(&self, packets: &[u8]) -> Put {
        let mut outbox = self.outbox.lock();
        let put = outbox.put(packets);
        if outbox.unsent() > self.clog_at {
            self.progress.clogged();
        }
        put
    }

    /// Sends what is in the outbox, at the end of a batch.
    pub(crate) fn send(&self) -> Sent {
        self.send_by(Outbox::send_listed)
    }

    /// Sends what the kernel has not taken before, as the helper does.
    pub(crate) fn send_backlog(&self) -> Sent {
        self.send_by(Outbox::send_backlog)
    }

    /// All is sent: the client is told so. What that makes is sent by whoever has called this.
    pub(crate) fn end(&self, why: Ending) -> Sent {
        self.send_by(|outbox, transport| outbox.end(transport, why))
    }

    /// Pushes what the transport has of its own, unless somebody is to send anyway.
    pub(crate) fn push(&self) -> Sent {
        self.send_by(Outbox::push)
    }

    fn send_by(&self, send: impl FnOnce(&mut Outbox, &dyn Transport) -> Sent) -> Sent {
        let mut outbox = self.outbox.lock();
        let clogged_before = outbox.unsent() > self.clog_at;
        let mut sent = match send(&mut outbox, &*self.transport) {
            Sent::Broken(reason) => {
                self.close(&outbox, reason);
                return Sent::NotMine;
            }
            sent => sent,
        };
        let is_last = outbox.is_closing() && outbox.is_empty();
        if let (true, Some(why)) = (is_last, outbox.ending()) {
            // Its thread may wait for the client, and the client for this.
            sent = outbox.end(&*self.transport, why);
        }
        let clogged = outbox.unsent() > self.clog_at;
        let finished = is_last && outbox.is_empty();
        if clogged || clogged_before || finished {
            // Under the lock of the outbox, so that two senders cannot report in the wrong order.
            self.progress.sent(clogged, finished);
        }
        sent
    }

    /// Puts the last packet in, if there is one, and takes nothing more: the session is finished when its outbox
    /// is empty. Whoever puts something in at the same time comes before the last packet, or not at all.
    pub(crate) fn finish(&self, last: Option<&[u8]>) -> Put {
        let mut outbox = self.outbox.lock();
        let put = last.map_or(Put::Dropped, |packet| outbox.put(packet));
        outbox.close_when_empty();
        if outbox.is_empty() {
            self.progress.finish();
        }
        put
    }

    /// Ends the connection for this reason, in order: nothing more of it is answered, and what is in the outbox
    /// is still sent. Its client thread sees it behind the next bytes that come. It is for those who send too
    /// much: their bytes would turn an end at once into a reset, which destroys replies under way. And for those whom
    /// the game wants to be gone: what they are told must arrive.
    pub(crate) fn dismiss(&self, reason: NetError) {
        self.ended.store(true, Ordering::Release);
        self.outbox.lock().dismiss(Ending::of_reason(&reason));
        self.progress.dismiss(reason);
    }

    /// The client has been sent its last packet, and had time to close.
    pub(crate) fn end_linger(&self) {
        self.transport.cut();
    }

    // ANCHOR: cut
    /// Ends the connection for this reason, at once: what is not sent is lost. Its client thread wakes up,
    /// and what it hands over last makes the worker clean up. False where the connection has ended before.
    pub(crate) fn cut(&self, reason: NetError) -> bool {
        let mut outbox = self.outbox.lock();
        self.ended.store(true, Ordering::Release);
        let is_first = outbox.cut(&*self.transport, &last_words(self.codec, &reason));
        if is_first {
            // In frames, what came last is followed by a close, which says why to those who know no packets.
            self.transport.end(Ending::of_reason(&reason));
            self.close(&outbox, reason);
        }
        is_first
    }
    // ANCHOR_END: cut

    /// With the lock of the outbox, so that the reason is known before anybody finds the session finished. Of a
    /// client that has broken the connection, what it has said before is still answered: others may want to
    /// hear it.
    fn close(&self, outbox: &Outbox, reason: NetError) {
        self.transport.cut();
        self.progress.cut(reason, outbox.is_closing());
    }

    /// Its worker is no more: whatever its client thread waits for does not come. It does not touch the outbox, since
    /// it may be there that the worker has come to grief.
    pub(crate) fn lose(&self, reason: NetError) {
        self.ended.store(true, Ordering::Release);
        self.transport.cut();
        self.progress.lose(reason);
        self.progress.say_farewell();
    }
}

/// What a client that is cut is told, if it can be.
fn last_words(codec: Codec, reason: &NetError) -> Vec<u8> {
    match reason {
        NetError::SlowConsumer(_) => ErrorNtf::bytes(codec, ErrorCode::SLOW_CONSUMER),
        _ => Vec::new(),
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
