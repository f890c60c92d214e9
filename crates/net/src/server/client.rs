//! The connection as a handler sees it: reads and writes that keep the limits.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::activity::Activity;
use super::incoming::Incoming;
use super::sender::Sender;
use crate::connection::{is_timeout, read_exact};
use crate::patience::{Overtime, Patience};
use crate::{Channel, Connection, Limits, NetError, ReadBuffer, Shutdown};

/// The connection to one client, on the server's side.
#[derive(Debug)]
pub struct ClientConnection {
    id: u64,
    connection: Arc<Connection>,
    sender: Arc<Sender>,
    /// What has come through its channel, where it has one.
    incoming: Option<Box<Incoming>>,
    /// It could not read what it is told: its handshake is not over, or its channel has failed.
    is_deaf: bool,
    shutdown: Shutdown,
    patience: Patience,
    /// What it has got after one of its times was over.
    overtime: Overtime,
    /// The read timeout that the socket has now.
    read_timeout: Option<Duration>,
    write_timeout: Option<Duration>,
    send_buffer: Option<usize>,
    deadline: Option<Instant>,
    bytes_in: u64,
    bytes_out: u64,
    /// What all clients of the server do together.
    activity: Activity,
}

impl ClientConnection {
    pub(super) fn new(
        id: u64,
        connection: Arc<Connection>,
        limits: &Limits,
        shutdown: Shutdown,
        activity: Activity,
    ) -> Self {
        Self {
            id,
            sender: Arc::new(Sender::new(&connection, &activity, None)),
            connection,
            incoming: None,
            is_deaf: false,
            shutdown,
            patience: Patience::new(limits),
            overtime: Overtime::default(),
            read_timeout: None,
            write_timeout: limits.write_timeout,
            send_buffer: limits.send_buffer,
            deadline: None,
            bytes_in: 0,
            bytes_out: 0,
            activity,
        }
    }

    /// Sets the socket's options.
    pub(super) fn prepare(&self) -> Result<(), NetError> {
        // A handler writes whole answers, so there is nothing to be gained by holding a small one back.
        self.connection.set_no_delay(true)?;
        self.send_buffer
            .map_or(Ok(()), |bytes| self.connection.set_send_buffer(bytes))
    }

    /// The number of the client, counted from 1, as it stands in the log.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Where the client is.
    #[must_use]
    pub fn peer_address(&self) -> SocketAddr {
        self.connection.peer_address()
    }

    /// The socket itself, for what this type does not offer. Its reads keep no limits, and nothing goes through the
    /// channel.
    #[must_use]
    pub fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    /// Its sending half, for other threads.
    #[must_use]
    pub fn sender(&self) -> &Arc<Sender> {
        &self.sender
    }

    /// Until [`go_through`](Self::go_through), bytes are those of a handshake.
    pub(super) fn begin_handshake(&mut self) {
        self.is_deaf = true;
    }

    /// From now on all bytes go through this.
    pub(super) fn go_through(&mut self, channel: Arc<dyn Channel>) -> Result<(), NetError> {
        let mut incoming = Incoming::new(Arc::clone(&channel));
        self.sender = Arc::new(Sender::new(&self.connection, &self.activity, Some(channel)));
        let first = incoming.read_first();
        self.sender.send_own_bytes()?;
        first?;
        self.bytes_in += incoming.len() as u64;
        self.incoming = Some(Box::new(incoming));
        self.is_deaf = false;
        Ok(())
    }

    /// Bytes read so far.
    #[must_use]
    pub fn bytes_in(&self) -> u64 {
        self.bytes_in
    }

    /// Counts bytes that somebody else has sent on this connection, for the log. That one tells the server's
    /// [`Activity`] itself, when they are sent.
    pub fn count_sent(&mut self, bytes: u64) {
        self.bytes_out += bytes;
    }

    /// Bytes written so far.
    #[must_use]
    pub fn bytes_out(&self) -> u64 {
        self.bytes_out
    }

    fn received(&mut self, count: usize) {
        self.bytes_in += count as u64;
        self.activity.count_received(count);
    }

    fn sent(&mut self, count: usize) {
        self.bytes_out += count as u64;
    }

    /// True once the server ends: what was read is answered, and nothing is read any more.
    #[must_use]
    pub fn shutdown_requested(&self) -> bool {
        self.shutdown.requested()
    }

    /// Until when reads go on, whatever the client sends: a client that must log in first has so much time
    /// for it. `None` for ever, which is the default.
    pub fn set_deadline(&mut self, deadline: Option<Instant>) {
        self.deadline = deadline;
    }

    /// Until when reads go on.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Puts the deadline off by the time since then, in which it was the server that kept the client waiting.
    pub fn extend_deadline(&mut self, since: Instant) {
        self.deadline = self
            .deadline
            .and_then(|deadline| deadline.checked_add(since.elapsed()));
    }

    /// Takes this time as not waited: it was the server that had stopped to answer while a read waited. At most what
    /// the client has waited counts.
    pub fn forgive(&mut self, time: Duration) {
        self.patience.forgive(time);
    }

    /// Reads what is there, at most the buffer; waits when nothing is. 0 means that the client has closed.
    ///
    /// # Errors
    /// [`NetError::IdleTimeout`] and [`NetError::FrameTimeout`] when the client is too slow,
    /// [`NetError::DeadlineOver`] after the [deadline](Self::set_deadline), [`NetError::ShuttingDown`] when the server ends, [`NetError::Io`] for a broken connection.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, NetError> {
        match self.incoming.take() {
            None => self.read_wire(buffer),
            Some(mut incoming) => {
                let outcome = self.read_through(&mut incoming, buffer);
                self.incoming = Some(incoming);
                outcome
            }
        }
    }

    /// Reads until the channel has something to give. Bytes that say nothing are no life, and half a piece of the
    /// channel is half a packet: it has the frame timeout.
    fn read_through(&mut self, incoming: &mut Incoming, buffer: &mut [u8]) -> Result<usize, NetError> {
        loop {
            if self.shutdown.requested() {
                return Err(NetError::ShuttingDown);
            }
            if let Some(count) = incoming.give(buffer) {
                return Ok(count);
            }
            let (silent, started) = (self.patience.silent(), Instant::now());
            let count = self.read_wire(incoming.room())?;
            let opened = incoming.read(count);
            self.is_deaf |= opened.is_err();
            if opened.as_ref().map_or(true, |opened| opened.replies) {
                self.sender.send_own_bytes()?;
            }
            let opened = opened?;
            self.bytes_in = self.bytes_in - count as u64 + incoming.len() as u64;
            match incoming.len() {
                0 => self
                    .patience
                    .said_nothing(silent + started.elapsed(), opened.pending > 0),
                _ => self.patience.end_piece(),
            }
        }
    }

    fn read_wire(&mut self, buffer: &mut [u8]) -> Result<usize, NetError> {
        let mut timeout_is_exact = false;
        loop {
            if self.shutdown.requested() {
                return Err(NetError::ShuttingDown);
            }
            let left = match self.time_left() {
                Ok(left) => left,
                Err(over) => return self.last_look(buffer, over),
            };
            self.overtime = Overtime::default();
            self.limit_next_read(left, timeout_is_exact)?;
            let started = Instant::now();
            match self.connection.read_once(buffer) {
                Ok(count) => {
                    self.patience.bytes_came(|| started.elapsed());
                    self.received(count);
                    return Ok(count);
                }
                Err(error) if is_only_a_wake_up(error.kind()) => {
                    self.patience.waited(started.elapsed());
                    timeout_is_exact = true;
                }
                Err(error) => return Err(NetError::io("read", error)),
            }
        }
    }

    // ANCHOR: last_look
    /// The client's time is over, if nothing waits: what has come in time counts, also where this server was
    /// stopped and could not look.
    fn last_look(&mut self, buffer: &mut [u8], over: NetError) -> Result<usize, NetError> {
        if self.overtime.is_over() {
            return Err(over);
        }
        let count = self.connection.read_now(buffer)?.ok_or(over)?;
        self.overtime.brought(count, buffer.len());
        self.patience.bytes_came(|| Duration::ZERO);
        self.received(count);
        Ok(count)
    }
    // ANCHOR_END: last_look

    /// As [`read`](Self::read), into a buffer that grows where the client fills it.
    ///
    /// # Errors
    /// Those of [`read`](Self::read).
    pub fn read_into<'a>(&mut self, buffer: &'a mut ReadBuffer) -> Result<&'a [u8], NetError> {
        let count = self.read(buffer.room())?;
        Ok(buffer.filled(count))
    }

    /// Reads until the buffer is full, however many reads that takes. `Ok(false)` means that the client
    /// closed before the first byte. The frame timeout runs from the first byte to the last; what
    /// [`read_rest`](Self::read_rest) reads next belongs to the same packet.
    ///
    /// # Errors
    /// [`NetError::ClosedInside`] when the client closed after some of the bytes, else as
    /// [`read`](Self::read).
    pub fn read_exact(&mut self, buffer: &mut [u8]) -> Result<bool, NetError> {
        let complete = read_exact(buffer, |rest, got| {
            self.note_frames(0, got);
            self.read(rest)
        })?;
        self.note_frames(1, 0);
        Ok(complete)
    }

    /// Reads the rest of a packet whose start [`read_exact`](Self::read_exact) has read, such as the body
    /// behind a length. The frame timeout runs on from where it was.
    ///
    /// # Errors
    /// [`NetError::ClosedInside`] when the client closed before the last byte, else as
    /// [`read`](Self::read).
    pub fn read_rest(&mut self, buffer: &mut [u8]) -> Result<(), NetError> {
        self.patience.resume_frame();
        let complete = read_exact(buffer, |rest, _| self.read(rest))?;
        self.note_frames(1, 0);
        match complete {
            true => Ok(()),
            false => Err(NetError::ClosedInside {
                got: 0,
                needed: buffer.len(),
            }),
        }
    }

    /// Answers requests until the client closes: hands what each read has brought to `answer`, and sends
    /// what it appends to the replies with one write. So sixteen requests in flight cost what one costs.
    ///
    /// `answer` says how many requests were completed, and how many bytes of the next have come. When it
    /// fails, what it had appended before is still sent.
    ///
    /// # Errors
    /// Those of `answer`, of [`read`](Self::read) and [`write_all`](Self::write_all), and
    /// [`NetError::EndInside`] when the client closes in the middle of a request.
    pub fn answer_in_batches(
        &mut self,
        mut answer: impl FnMut(&[u8], &mut Vec<u8>) -> Result<(usize, usize), NetError>,
    ) -> Result<(), NetError> {
        let mut buffer = ReadBuffer::default();
        let mut replies = Vec::new();
        let mut pending = 0;
        loop {
            let requests = match self.read_into(&mut buffer)? {
                [] if pending == 0 => return Ok(()),
                [] => return Err(NetError::EndInside(pending)),
                requests => requests,
            };
            let answered = answer(requests, &mut replies);
            self.write_all(&replies)?;
            replies.clear();
            let completed;
            (completed, pending) = answered?;
            self.note_frames(completed, pending);
        }
    }

    /// Tells what the last read has brought: packets that are complete, and bytes of one that is not.
    ///
    /// The frame timeout runs while `pending` is not 0. A handler that has no packets need not call this.
    pub fn note_frames(&mut self, completed: usize, pending: usize) {
        self.patience.frames(completed, pending);
    }

    // ANCHOR: write
    /// Writes all bytes, and waits while the client does not read, up to the write timeout without
    /// progress.
    ///
    /// # Errors
    /// [`NetError::WriteTimeout`], or [`NetError::Io`] for a broken connection.
    pub fn write_all(&mut self, mut bytes: &[u8]) -> Result<(), NetError> {
        while !bytes.is_empty() || self.sender.held() > 0 {
            let sent = self.sender.send_now(bytes)?;
            self.sent(sent);
            bytes = &bytes[sent..];
            if !bytes.is_empty() || self.sender.held() > 0 {
                bytes = self.write_slowly(bytes)?;
            }
        }
        Ok(())
    }
    // ANCHOR_END: write

    // ANCHOR: write_slowly
    /// Waits until the kernel takes some of the bytes, and gives back the rest.
    fn write_slowly<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], NetError> {
        let held = self.sender.held();
        let mut sent = 0;
        self.wait_for_progress(|| {
            sent = self.sender.send_now(bytes)?;
            Ok(sent > 0 || self.sender.held() < held)
        })?;
        self.sent(sent);
        Ok(&bytes[sent..])
    }

    /// Waits until the kernel takes bytes and `send`, which tries it, says that it has taken some; at most for the write
    /// timeout.
    ///
    /// # Errors
    /// [`NetError::WriteTimeout`], those of `send`, and [`NetError::Io`] when the system cannot wait.
    pub fn wait_for_progress(
        &self,
        mut send: impl FnMut() -> Result<bool, NetError>,
    ) -> Result<(), NetError> {
        let stalled = Instant::now();
        loop {
            let left = self
                .write_timeout
                .map(|timeout| timeout.saturating_sub(stalled.elapsed()));
            self.connection.wait_writable(left)?;
            // First the clock was asked, then the kernel: the client may have read while this server was stopped.
            if send()? {
                return Ok(());
            }
            if let (Some(timeout), Some(Duration::ZERO)) = (self.write_timeout, left) {
                return Err(NetError::WriteTimeout(timeout));
            }
        }
    }
    // ANCHOR_END: write_slowly

    /// The last words, where it could read them.
    pub(super) fn say_last(&mut self, words: &[u8]) -> Result<(), NetError> {
        match self.is_deaf {
            true => Ok(()),
            false => self.write_all(words),
        }
    }

    /// Sends what is held, with the end of the channel, where it has one.
    pub(super) fn end(&mut self) -> Result<(), NetError> {
        if self.incoming.is_some() {
            self.sender.end();
        }
        self.write_all(&[])
    }

    /// How long the next read may wait, or which time is over.
    fn time_left(&self) -> Result<Option<Duration>, NetError> {
        self.before_deadline(self.patience.left()?)
    }

    fn before_deadline(&self, left: Option<Duration>) -> Result<Option<Duration>, NetError> {
        let Some(deadline) = self.deadline else {
            return Ok(left);
        };
        match deadline.saturating_duration_since(Instant::now()) {
            Duration::ZERO => Err(NetError::DeadlineOver),
            until => Ok(left.into_iter().chain([until]).min()),
        }
    }

    /// Makes sure that the next read does not wait longer than what is left.
    ///
    /// A socket's timeout that fires early costs one more turn of the loop; one that fires late breaks the
    /// limit; and setting it costs a system call. So a longer one is shortened at once, and a shorter one
    /// stays until it has fired.
    fn limit_next_read(&mut self, left: Option<Duration>, exact: bool) -> Result<(), NetError> {
        let fires_late = match (self.read_timeout, left) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(set), Some(left)) => set > left,
        };
        if fires_late || (exact && self.read_timeout != left) {
            self.connection.set_read_timeout(left)?;
            self.read_timeout = left;
        }
        Ok(())
    }
}

/// A timeout, or a signal: nothing is wrong with the connection.
fn is_only_a_wake_up(kind: ErrorKind) -> bool {
    is_timeout(kind) || kind == ErrorKind::Interrupted
}
