//! The service of long connections: requests in, a line for each out.

use std::time::{Duration, Instant, SystemTime};

use net::{ClientConnection, Handler, NetError, ReadBuffer};

use crate::Requests;

/// How long nothing comes after the end of a request without a line break: clients of the original server send
/// none, and wait for their reply. Pieces of one request come closer together.
pub const SILENCE: Duration = Duration::from_millis(100);

/// Bytes of one read. 4,096 line breaks are as many requests, and their replies are 86 KB, which is the most that
/// a client can make the server keep.
const LARGEST_READ: usize = 4 * 1024;

/// The handler of all clients.
pub(crate) struct Sessions {
    pub(crate) clock: fn() -> SystemTime,
}

/// What the server keeps for one client.
struct Session<'a> {
    clock: fn() -> SystemTime,
    client: &'a mut ClientConnection,
    requests: Requests,
}

impl Handler for Sessions {
    // ANCHOR: handle
    fn handle(&self, client: &mut ClientConnection) -> Result<(), NetError> {
        let mut buffer = ReadBuffer::up_to(LARGEST_READ);
        let mut session = Session {
            clock: self.clock,
            client,
            requests: Requests::default(),
        };
        loop {
            match session.read_into(&mut buffer) {
                Ok([]) => return session.answer_last(),
                Ok(bytes) => session.answer(bytes)?,
                Err(NetError::DeadlineOver) => session.answer_last()?,
                Err(NetError::ShuttingDown) => {
                    session.answer_last()?;
                    return Err(NetError::ShuttingDown);
                }
                Err(error) => return Err(error),
            }
        }
    }
    // ANCHOR_END: handle

    fn last_words(&self, reason: &NetError) -> Vec<u8> {
        match reason {
            NetError::Protocol(too_long) => format!("{too_long}\n").into_bytes(),
            _ => Vec::new(),
        }
    }
}

impl Session<'_> {
    // ANCHOR: answer
    /// Waits for a request that has begun only as long as its pieces may be apart.
    fn read_into<'a>(&mut self, buffer: &'a mut ReadBuffer) -> Result<&'a [u8], NetError> {
        let has_begun = self.requests.pending() > 0;
        self.client
            .set_deadline(has_begun.then(|| Instant::now() + SILENCE));
        self.client.read_into(buffer)
    }

    /// Answers all requests that `bytes` complete with one write.
    fn answer(&mut self, bytes: &[u8]) -> Result<(), NetError> {
        let now = (self.clock)();
        let mut replies = Vec::new();
        let taken = self
            .requests
            .take(bytes, |request| replies.extend(request.reply(now)));
        self.client.write_all(&replies)?;
        let completed = taken.map_err(NetError::protocol)?;
        self.client.note_frames(completed, self.requests.pending());
        Ok(())
    }

    /// Nothing follows: answers what has begun.
    fn answer_last(&mut self) -> Result<(), NetError> {
        let now = (self.clock)();
        if let Some(request) = self.requests.end() {
            self.client.write_all(&request.reply(now))?;
        }
        self.client.note_frames(1, 0);
        Ok(())
    }
    // ANCHOR_END: answer
}
