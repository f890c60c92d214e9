//! What comes from a client that speaks WebSocket: its packets, and what it says about the connection.

use std::sync::Arc;
use std::time::Instant;

use net::{NetError, RateLimit, RateLimiter, Verdict};
use rooms::{Unframe, Unframed};

use crate::frames::{Control, FrameReader};
use crate::transport::WebTransport;

/// Takes the frames off what one client sends, and has its transport answer what is not about packets.
pub(crate) struct WebUnframe {
    reader: FrameReader,
    transport: Arc<WebTransport>,
    /// For frames that carry nothing. Packets have a limit of their own, elsewhere.
    limiter: Option<RateLimiter>,
}

impl WebUnframe {
    pub(crate) fn new(transport: &Arc<WebTransport>, limit: Option<RateLimit>) -> Self {
        Self {
            reader: FrameReader::default(),
            transport: Arc::clone(transport),
            limiter: limit.map(|limit| RateLimiter::new(limit, Instant::now())),
        }
    }

    /// Of all pings that one read has brought, the last one is answered.
    fn read(&mut self, mut bytes: &[u8], packets: &mut Vec<u8>) -> Result<Unframed, NetError> {
        let mut unframed = Unframed::default();
        loop {
            match self.reader.read(&mut bytes, packets) {
                Ok(None) => return Ok(unframed),
                Ok(Some(Control::Pong)) => {}
                Ok(Some(Control::Ping(payload))) => {
                    self.transport.pong(payload);
                    unframed.replies = true;
                }
                Ok(Some(Control::Close(code))) => {
                    self.transport.will_close_with(code);
                    unframed.closed = true;
                    return Ok(unframed);
                }
                Err(mistake) => {
                    self.transport.will_close_with(Some(mistake.close_code()));
                    return Err(NetError::protocol(mistake));
                }
            }
        }
    }

    /// A ping costs a client as much as a packet, and so it counts as one.
    fn limit(&mut self) -> Result<(), NetError> {
        let empty = self.reader.take_empty();
        let Some(limiter) = &mut self.limiter else {
            return Ok(());
        };
        for _ in 0..empty {
            if let Verdict::Close { per_second } = limiter.packet(Instant::now()) {
                return Err(NetError::RateLimited(per_second));
            }
        }
        Ok(())
    }
}

impl Unframe for WebUnframe {
    fn unframe(&mut self, bytes: &[u8], packets: &mut Vec<u8>) -> Result<Unframed, NetError> {
        let unframed = self.read(bytes, packets)?;
        self.limit().map(|()| unframed)
    }

    fn pending(&self) -> usize {
        self.reader.pending()
    }
}
