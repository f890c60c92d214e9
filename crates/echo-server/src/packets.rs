//! Echo of whole packets.

use std::time::Instant;

use net::{ClientConnection, Handler, Limits, NetError, RateLimit, RateLimiter, Verdict};
use protocol::message::ErrorNtf;
use protocol::{ErrorCode, FrameDecoder};

use crate::READ_BUFFER;

/// The handler of all clients.
pub(crate) struct Echo {
    max_packet: usize,
    rate_limit: Option<RateLimit>,
}

/// What the server keeps for one client.
struct Session<'a> {
    rate_limit: Option<RateLimit>,
    limiter: Option<RateLimiter>,
    decoder: FrameDecoder,
    /// Answers to the packets of one read, sent with one write.
    replies: Vec<u8>,
    client: &'a mut ClientConnection,
}

impl Echo {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            max_packet: limits.max_packet,
            rate_limit: limits.rate_limit,
        }
    }
}

impl Handler for Echo {
    fn handle(&self, client: &mut ClientConnection) -> Result<(), NetError> {
        let session = Session {
            rate_limit: self.rate_limit,
            limiter: self
                .rate_limit
                .map(|limit| RateLimiter::new(limit, Instant::now())),
            decoder: FrameDecoder::new(self.max_packet),
            replies: Vec::new(),
            client,
        };
        session.run()
    }

    fn last_words(&self, reason: &NetError) -> Vec<u8> {
        match reason {
            NetError::ShuttingDown => error_packet(ErrorCode::SERVER_SHUTTING_DOWN),
            NetError::IdleTimeout(_) => error_packet(ErrorCode::IDLE_TIMEOUT),
            NetError::ServerFull(_) | NetError::TooManyFromAddress(_) | NetError::NoThread(_) => {
                error_packet(ErrorCode::SERVER_FULL)
            }
            _ => Vec::new(),
        }
    }
}

impl Session<'_> {
    fn run(mut self) -> Result<(), NetError> {
        let mut buffer = vec![0; READ_BUFFER];
        loop {
            let count = self.client.read(&mut buffer)?;
            if count == 0 {
                return self.decoder.finish().map_err(NetError::protocol);
            }
            self.decoder.push(&buffer[..count]);
            let outcome = self.answer();
            // Packets before a bad one are answered before the connection ends.
            self.client.write_all(&self.replies)?;
            self.replies.clear();
            outcome?;
        }
    }

    /// Collects the answers to all complete packets.
    fn answer(&mut self) -> Result<(), NetError> {
        let now = Instant::now();
        let mut completed = 0;
        while let Some(frame) = self.decoder.next_frame().map_err(NetError::protocol)? {
            completed += 1;
            let verdict = self
                .limiter
                .as_mut()
                .map_or(Verdict::Accept, |limiter| limiter.packet(now));
            match verdict {
                Verdict::Accept => self.replies.extend_from_slice(frame.bytes),
                Verdict::Drop => {}
                Verdict::DropAndTell => self.replies.extend(error_packet(ErrorCode::RATE_LIMITED)),
                Verdict::Close => {
                    let limit = self.rate_limit.map_or(0, |limit| limit.per_second);
                    return Err(NetError::RateLimited(limit));
                }
            }
        }
        self.client.note_frames(completed, self.decoder.pending());
        Ok(())
    }
}

/// An `ERROR_NTF` as it goes on the wire.
fn error_packet(error: ErrorCode) -> Vec<u8> {
    let packet = ErrorNtf { error }.encode();
    packet.map(protocol::Packet::into_bytes).unwrap_or_default()
}
