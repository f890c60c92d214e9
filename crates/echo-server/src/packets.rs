//! The echo of whole packets: checks each header and sends the packet back.

use std::time::Instant;

use net::{ClientConnection, Handler, Limits, NetError, RateLimit, RateLimiter, Verdict};
use protocol::message::ErrorNtf;
use protocol::{Codec, ErrorCode, FrameDecoder};
use tracing::info;

/// The handler of all clients.
pub(crate) struct Echo {
    max_packet: usize,
    rate_limit: Option<RateLimit>,
}

/// What the server keeps for one client.
struct Session {
    /// Its number in the log.
    client: u64,
    decoder: FrameDecoder,
    limiter: Option<RateLimiter>,
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
        let mut session = Session {
            client: client.id(),
            decoder: FrameDecoder::new(self.max_packet),
            limiter: self
                .rate_limit
                .map(|limit| RateLimiter::new(limit, Instant::now())),
        };
        client.answer_in_batches(|bytes, replies| session.answer(bytes, replies))
    }

    // ANCHOR: last_words
    fn last_words(&self, reason: &NetError) -> Vec<u8> {
        match reason {
            NetError::ShuttingDown => ErrorNtf::bytes(Codec::Binary, ErrorCode::SERVER_SHUTTING_DOWN),
            NetError::IdleTimeout(_) => ErrorNtf::bytes(Codec::Binary, ErrorCode::IDLE_TIMEOUT),
            NetError::ServerFull(_) | NetError::TooManyFrom { .. } | NetError::NoThread(_) => {
                ErrorNtf::bytes(Codec::Binary, ErrorCode::SERVER_FULL)
            }
            _ => Vec::new(),
        }
    }
    // ANCHOR_END: last_words
}

impl Session {
    // ANCHOR: answer
    /// Appends the answers to all packets that `bytes` complete; counts them, and the bytes left over.
    fn answer(&mut self, bytes: &[u8], replies: &mut Vec<u8>) -> Result<(usize, usize), NetError> {
        let now = Instant::now();
        let mut completed = 0;
        self.decoder.push(bytes);
        while let Some(frame) = self.decoder.next_frame().map_err(NetError::protocol)? {
            completed += 1;
            match self
                .limiter
                .as_mut()
                .map_or(Verdict::Accept, |limiter| limiter.packet(now))
            {
                Verdict::Accept => replies.extend_from_slice(frame.bytes),
                Verdict::Drop => {}
                Verdict::DropAndTell => {
                    info!(client = self.client, "rate limit: packets are dropped");
                    replies.extend(ErrorNtf::bytes(Codec::Binary, ErrorCode::RATE_LIMITED));
                }
                Verdict::Close { per_second } => return Err(NetError::RateLimited(per_second)),
            }
        }
        Ok((completed, self.decoder.pending()))
    }
    // ANCHOR_END: answer
}
