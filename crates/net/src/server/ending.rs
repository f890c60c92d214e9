//! Why a connection has ended, or did not begin, in a word each: few, and always the same, so that they can be counted.

use crate::NetError;

/// Why a connection has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The client has closed, or its handler was done with it.
    Closed,
    /// The client has closed in the middle of a packet.
    InsidePacket,
    /// The connection broke: the client, or the network, is gone.
    Broken,
    /// The server ends.
    ShuttingDown,
    /// The handler has ended it in order, and for no fault of the client.
    Dismissed,
    /// [`NetError::IdleTimeout`].
    IdleTimeout,
    /// [`NetError::FrameTimeout`].
    FrameTimeout,
    /// [`NetError::WriteTimeout`].
    WriteTimeout,
    /// [`NetError::LoginTimeout`].
    LoginTimeout,
    /// [`NetError::Handshake`] or [`NetError::HandshakeTimeout`].
    Handshake,
    /// [`NetError::DeadlineOver`] or [`NetError::NoRequest`].
    DeadlineOver,
    /// [`NetError::SlowConsumer`].
    SlowConsumer,
    /// [`NetError::RateLimited`].
    RateLimited,
    /// [`NetError::Protocol`].
    Protocol,
    /// [`NetError::Panicked`].
    Panicked,
    /// Whatever else a handler has against the client.
    Other,
}

impl Ending {
    /// All of them, in the order in which they are counted.
    pub const ALL: [Self; 16] = [
        Self::Closed,
        Self::InsidePacket,
        Self::Broken,
        Self::ShuttingDown,
        Self::Dismissed,
        Self::IdleTimeout,
        Self::FrameTimeout,
        Self::WriteTimeout,
        Self::LoginTimeout,
        Self::Handshake,
        Self::DeadlineOver,
        Self::SlowConsumer,
        Self::RateLimited,
        Self::Protocol,
        Self::Panicked,
        Self::Other,
    ];

    /// What kind of end this is.
    #[must_use]
    pub fn of(end: &Result<(), NetError>) -> Self {
        end.as_ref().map_or_else(Self::of_reason, |()| Self::Closed)
    }

    /// What kind of end this makes.
    #[must_use]
    pub fn of_reason(reason: &NetError) -> Self {
        match reason {
            NetError::EndInside(_) | NetError::ClosedInside { .. } => Self::InsidePacket,
            NetError::Io { .. } => Self::Broken,
            NetError::ShuttingDown => Self::ShuttingDown,
            NetError::Dismissed(_) => Self::Dismissed,
            NetError::IdleTimeout(_) => Self::IdleTimeout,
            NetError::FrameTimeout(_) => Self::FrameTimeout,
            NetError::WriteTimeout(_) => Self::WriteTimeout,
            NetError::LoginTimeout(_) => Self::LoginTimeout,
            NetError::Handshake(_) | NetError::HandshakeTimeout(_) => Self::Handshake,
            NetError::DeadlineOver | NetError::NoRequest(_) => Self::DeadlineOver,
            NetError::SlowConsumer(_) => Self::SlowConsumer,
            NetError::RateLimited(_) => Self::RateLimited,
            NetError::Protocol(_) => Self::Protocol,
            NetError::Panicked(_) => Self::Panicked,
            _ => Self::Other,
        }
    }

    /// Its word, for programs: `idle_timeout`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::InsidePacket => "inside_packet",
            Self::Broken => "broken",
            Self::ShuttingDown => "shutdown",
            Self::Dismissed => "dismissed",
            Self::IdleTimeout => "idle_timeout",
            Self::FrameTimeout => "frame_timeout",
            Self::WriteTimeout => "write_timeout",
            Self::LoginTimeout => "login_timeout",
            Self::Handshake => "handshake",
            Self::DeadlineOver => "deadline",
            Self::SlowConsumer => "slow_consumer",
            Self::RateLimited => "rate_limit",
            Self::Protocol => "protocol_error",
            Self::Panicked => "panic",
            Self::Other => "other",
        }
    }

    /// True where the server has closed a client that broke a limit or the protocol.
    #[must_use]
    pub fn is_cut_off(self) -> bool {
        !matches!(
            self,
            Self::Closed
                | Self::InsidePacket
                | Self::Broken
                | Self::ShuttingDown
                | Self::Dismissed
                | Self::Panicked
        )
    }
}

/// Why a client was not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// [`NetError::ServerFull`].
    ServerFull,
    /// [`NetError::TooManyFrom`].
    TooManyFrom,
    /// [`NetError::NoThread`].
    NoThread,
}

impl Refusal {
    /// All of them, in the order in which they are counted.
    pub const ALL: [Self; 3] = [Self::ServerFull, Self::TooManyFrom, Self::NoThread];

    /// What kind of refusal this is.
    pub(super) fn of(reason: &NetError) -> Self {
        match reason {
            NetError::ServerFull(_) => Self::ServerFull,
            NetError::TooManyFrom { .. } => Self::TooManyFrom,
            _ => Self::NoThread,
        }
    }

    /// Its word, for programs: `server_full`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::ServerFull => "server_full",
            Self::TooManyFrom => "too_many_from_address",
            Self::NoThread => "no_thread",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stands_where_it_is_counted() {
        for (index, ending) in Ending::ALL.into_iter().enumerate() {
            assert_eq!(ending as usize, index);
        }
        for (index, refusal) in Refusal::ALL.into_iter().enumerate() {
            assert_eq!(refusal as usize, index);
        }
    }
}
