//! One client: its requests are answered in order, on a connection that stays open between them.

use std::panic::{self, AssertUnwindSafe};
use std::time::Instant;

use net::{ClientConnection, NetError, RateLimiter, ReadBuffer, Verdict, panic_text};
use tracing::debug;

use crate::date;
use crate::encode::{self, Terms};
use crate::reader::RequestReader;
use crate::refusal;
use crate::request::{Persistence, Request};
use crate::response::Response;
use crate::service::Service;

/// What one read takes at most. It is kept while a client is silent, so it is small; a longer body takes some reads.
const READ_SIZE: usize = 4 * 1024;

/// Answers of requests that came together are sent together, up to so many bytes: without a bound, a client could
/// make the server hold thousands of them.
const SEND_SIZE: usize = 16 * 1024;

/// The word that a client with `Expect: 100-continue` waits for (RFC 9110, 15.2.1).
const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// A client, and where its conversation stands.
pub(crate) struct Conversation<'a, S: ?Sized> {
    service: &'a S,
    client: &'a mut ClientConnection,
    limiter: Option<RateLimiter>,
    reader: RequestReader,
    /// Answers that are not sent yet. Empty, and without memory, while the client is waited for.
    out: Vec<u8>,
}

/// What is to be done behind an answer.
#[derive(Debug)]
enum Then {
    GoOn,
    Close,
    /// What follows is another protocol.
    Upgrade(Box<Upgrade>),
}

/// The request that has led to another protocol, and what has come of that.
#[derive(Debug)]
struct Upgrade {
    request: Request,
    rest: Vec<u8>,
}

impl<'a, S: Service + ?Sized> Conversation<'a, S> {
    pub(crate) fn new(
        service: &'a S,
        client: &'a mut ClientConnection,
        limiter: Option<RateLimiter>,
    ) -> Self {
        Self {
            service,
            client,
            limiter,
            reader: RequestReader::default(),
            out: Vec::new(),
        }
    }

    /// Until the client goes, or has to. It is told why, where it waits for an answer; what follows on an upgrade is not
    /// HTTP any more, and so are the last words of that.
    pub(crate) fn run(mut self) -> Result<(), NetError> {
        match self.until_upgrade() {
            Ok(None) => Ok(()),
            Ok(Some(upgrade)) => {
                let Self {
                    service,
                    client,
                    reader,
                    out,
                    ..
                } = self;
                // What follows may last for days: what HTTP has needed is given back.
                drop((reader, out));
                let Upgrade { request, rest } = *upgrade;
                service.upgrade(request, client, &rest)
            }
            Err(reason) => {
                self.say_farewell(&reason);
                Err(reason)
            }
        }
    }

    fn say_farewell(&mut self, reason: &NetError) {
        if let Some(response) = refusal::farewell(reason) {
            encode::append(&response, Terms::closing(&date::now()), &mut self.out);
            // The reason to end stays the first one.
            let _ = self.send();
        }
    }

    /// Until another protocol follows; `None` where none does.
    fn until_upgrade(&mut self) -> Result<Option<Box<Upgrade>>, NetError> {
        let mut buffer = ReadBuffer::up_to(READ_SIZE);
        loop {
            let bytes = match self.client.read_into(&mut buffer) {
                Ok([]) if self.reader.pending() == 0 => return Ok(None),
                Ok([]) => return Err(NetError::EndInside(self.reader.pending())),
                Ok(bytes) => bytes,
                Err(reason) => return Err(self.interrupted(reason)),
            };
            let answered = self.answer_all(bytes);
            // Also where a later request is wrong.
            self.send()?;
            match answered? {
                Then::GoOn => {}
                Then::Close => return Ok(None),
                Then::Upgrade(upgrade) => return Ok(Some(upgrade)),
            }
        }
    }

    // ANCHOR: answer_all
    /// Answers every request that these bytes complete.
    ///
    /// The next request is looked for before an answer is written, since at the end of the server the last answer
    /// says that it is the last.
    fn answer_all(&mut self, mut bytes: &[u8]) -> Result<Then, NetError> {
        let mut completed = 0;
        let mut waiting = self.reader.read(&mut bytes);
        while let Some(request) = waiting.map_err(NetError::protocol)? {
            completed += 1;
            // Whoever has asked for something may be silent for longer.
            self.client.set_deadline(None);
            let request = request.from(self.client.peer_address());
            let response = self.response(&request)?;
            if response.switches() {
                // What follows is no request: it must not be read as one.
                self.append(&request, &response, false);
                let rest = bytes.to_vec();
                return Ok(Then::Upgrade(Box::new(Upgrade { request, rest })));
            }
            waiting = self.reader.read(&mut bytes);
            let is_last = matches!(waiting, Ok(None)) && self.client.shutdown_requested();
            if !self.append(&request, &response, is_last) {
                return Ok(Then::Close);
            }
            if self.out.len() >= SEND_SIZE {
                self.send()?;
            }
        }
        if self.reader.take_wish_to_continue() {
            self.out.extend_from_slice(CONTINUE);
        }
        self.client.note_frames(completed, self.reader.pending());
        Ok(Then::GoOn)
    }
    // ANCHOR_END: answer_all

    fn response(&mut self, request: &Request) -> Result<Response, NetError> {
        let verdict = self
            .limiter
            .as_mut()
            .map_or(Verdict::Accept, |limiter| limiter.packet(Instant::now()));
        match verdict {
            Verdict::Accept => self.ask(request),
            // Unlike a packet, a request is always answered: its client would take the next answer for this one.
            Verdict::Drop | Verdict::DropAndTell => Ok(refusal::too_many_requests()),
            Verdict::Close { per_second } => Err(NetError::RateLimited(per_second)),
        }
    }

    /// A panic ends this conversation, and no other. It is caught here, so that earlier answers are still sent.
    fn ask(&self, request: &Request) -> Result<Response, NetError> {
        let response = panic::catch_unwind(AssertUnwindSafe(|| self.service.answer(request)))
            .map_err(|cause| NetError::Panicked(panic_text(cause.as_ref())))?;
        debug!(
            client = self.client.id(),
            "{} {} {}",
            request.method(),
            request.path(),
            response.status()
        );
        Ok(response)
    }

    /// True where the connection stays open.
    fn append(&mut self, request: &Request, response: &Response, is_last: bool) -> bool {
        let (connection, stays) = match request.persistence() {
            Persistence::Closes => (Some("close"), false),
            _ if is_last => (Some("close"), false),
            Persistence::StaysAndIsTold => (Some("keep-alive"), true),
            Persistence::Stays => (None, true),
        };
        let terms = Terms {
            date: &date::now(),
            connection,
            head_only: request.is_head_only(),
        };
        encode::append(response, terms, &mut self.out);
        stays
    }

    /// What is said in the middle of a request that will not come whole. A silent client between two requests is told
    /// nothing: it would take it for the answer to its next one.
    fn interrupted(&mut self, reason: NetError) -> NetError {
        let response = match reason {
            _ if self.reader.pending() == 0 => return reason,
            NetError::IdleTimeout(_) | NetError::DeadlineOver => refusal::too_slow(),
            NetError::ShuttingDown => refusal::shutting_down(),
            _ => return reason,
        };
        encode::append(&response, Terms::closing(&date::now()), &mut self.out);
        // The reason to end stays the first one.
        let _ = self.send();
        reason
    }

    /// Sends what is there, and keeps no memory for it.
    fn send(&mut self) -> Result<(), NetError> {
        self.client.write_all(&std::mem::take(&mut self.out))
    }
}
