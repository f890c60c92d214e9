//! The one error of this crate, and the words for what the operating system answers.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

/// Why a socket could not be made, or why a connection ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NetError {
    /// A text is no address.
    #[error("`{text}` is not an address: {problem}; expected host:port, as 127.0.0.1:18080 or [::1]:18080")]
    Address {
        /// What was given.
        text: String,
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// A host name has no address, or none of the family that was asked for.
    #[error("cannot resolve {host}")]
    Resolve {
        /// The name that was looked up.
        host: String,
        /// What the resolver answered.
        source: IoReason,
    },
    /// A socket could not be bound or set to listen.
    #[error("cannot listen on {address}")]
    Listen {
        /// Where it should have listened.
        address: SocketAddr,
        /// What the system answered.
        source: IoReason,
    },
    /// No connection came about.
    #[error("cannot connect to {address}")]
    Connect {
        /// Whom it should have reached.
        address: String,
        /// What the system answered.
        source: IoReason,
    },
    /// A call on a socket failed.
    #[error("cannot {action}")]
    Io {
        /// What was tried: `read`, `write`, `accept`...
        action: &'static str,
        /// What the system answered.
        source: IoReason,
    },
    /// The other side closed in the middle of what was being read.
    #[error("closed by the other side after {got} of {needed} bytes")]
    ClosedInside {
        /// Bytes that came.
        got: usize,
        /// Bytes that were expected.
        needed: usize,
    },
    /// The client closed in the middle of a request.
    #[error("the client closed {0} bytes into a request")]
    EndInside(usize),
    /// A read or write waited as long as it was allowed to. The connection is as it was.
    #[error("{action} timed out")]
    TimedOut {
        /// `read` or `write`.
        action: &'static str,
    },
    /// The client sent nothing for the idle timeout.
    #[error("idle timeout: nothing came for {0:?}")]
    IdleTimeout(Duration),
    /// The client did not complete a packet within the frame timeout.
    #[error("frame timeout: a packet was not complete {0:?} after its first byte")]
    FrameTimeout(Duration),
    /// The client did not read for the write timeout.
    #[error("write timeout: the client took nothing for {0:?}")]
    WriteTimeout(Duration),
    /// The client went on sending more than its rate limit allows.
    #[error("rate limit: over {0} packets a second without a pause")]
    RateLimited(u32),
    /// What the client had to do by a certain time was not done.
    #[error("the client's time was over")]
    DeadlineOver,
    /// The client had to ask for something by a certain time, and has not.
    #[error("no request came whole within {0:?}")]
    NoRequest(Duration),
    /// The client had to log in by a certain time, and has not.
    #[error("login timeout: no login within {0:?}")]
    LoginTimeout(Duration),
    /// The client had to agree on the keys of an encrypted connection by a certain time, and has not.
    #[error("handshake timeout: no handshake within {0:?}")]
    HandshakeTimeout(Duration),
    /// No agreement on the keys of an encrypted connection came about.
    #[error("handshake failed")]
    Handshake(#[source] Box<dyn Error + Send + Sync>),
    /// The client reads so little of what it is sent that it is not waited for any more.
    #[error("{0}")]
    SlowConsumer(String),
    /// The handler had a reason of its own to end the connection.
    #[error("{0}")]
    CutOff(String),
    /// The server ended the connection in order, and not for a fault of the client: a game has thrown it out.
    #[error("{0}")]
    Dismissed(String),
    /// As many connections as allowed are open.
    #[error("server full: {0} connections are open")]
    ServerFull(usize),
    /// One address, or one network of IPv6, has as many connections open as allowed.
    #[error("too many connections from {whom}: {open} are open")]
    TooManyFrom {
        /// `one address`, or the network, as `2001:db8::/64`.
        whom: String,
        /// How many it has.
        open: usize,
    },
    /// The system allows the process fewer open files than it needs to listen.
    #[error("listening needs {needed} open files, and only {allowed} are allowed: see `ulimit -Hn`")]
    TooFewDescriptors {
        /// How many are needed, before the first client comes.
        needed: u64,
        /// How many may be open.
        allowed: u64,
    },
    /// No thread could be spawned for a client.
    #[error("no thread for the client")]
    NoThread(#[source] io::Error),
    /// No thread could be spawned for what the program itself needs.
    #[error("no thread for {purpose}: see `ulimit -u`, and how much memory is left")]
    NoThreadFor {
        /// What it would have done.
        purpose: String,
        /// What the system answered.
        source: io::Error,
    },
    /// The server is shutting down.
    #[error("server shutting down")]
    ShuttingDown,
    /// A handler panicked.
    #[error("the handler panicked: {0}")]
    Panicked(String),
    /// A thread that serves many clients panicked.
    #[error("a worker has panicked, and so the server has ended: {0}")]
    WorkerPanicked(String),
    /// The client broke the rules of the protocol that the handler speaks.
    #[error("protocol error")]
    Protocol(#[source] Box<dyn Error + Send + Sync>),
}

impl NetError {
    /// What a handler returns when a client breaks the rules of its protocol.
    pub fn protocol(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Protocol(cause.into())
    }

    /// What a [`Secure`](crate::Secure) returns when no agreement comes about.
    pub fn handshake(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Handshake(cause.into())
    }

    /// An address cannot be bound, or not be listened on.
    pub(crate) fn listen(address: SocketAddr, error: io::Error) -> Self {
        Self::Listen {
            address,
            source: IoReason::to_listening(address, error),
        }
    }

    /// A thread could not be spawned, and what it would have done.
    pub fn no_thread_for(purpose: impl Into<String>, source: io::Error) -> Self {
        let purpose = purpose.into();
        Self::NoThreadFor { purpose, source }
    }

    /// A failed call on a socket.
    pub(crate) fn io(action: &'static str, error: io::Error) -> Self {
        Self::Io {
            action,
            source: IoReason::on_connection(error),
        }
    }

    /// True where the connection is broken, so that nothing more can be said on it.
    #[must_use]
    pub fn is_broken_connection(&self) -> bool {
        matches!(self, Self::Io { .. } | Self::WriteTimeout(_))
    }

    /// The error and all its causes in one line, as it stands in a log.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut line = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            line = format!("{line}: {error}");
            cause = error.source();
        }
        line
    }
}

/// What a panic said, as `catch_unwind` gives it: `panic!` makes a `&str` or a `String`.
#[must_use]
pub fn panic_text(cause: &(dyn Any + Send)) -> String {
    let text = cause.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| cause.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "no message".to_owned())
}

/// What the operating system answered, in words that say what to do.
#[derive(Debug)]
pub struct IoReason {
    error: io::Error,
    advice: &'static str,
}

impl IoReason {
    /// The answer to any call.
    pub(crate) fn new(error: io::Error) -> Self {
        Self { error, advice: "" }
    }

    /// The answer to a call that wanted a connection.
    pub(crate) fn to_connecting(error: io::Error) -> Self {
        let advice = match error.kind() {
            io::ErrorKind::AddrNotAvailable => {
                ": is a local port free, and does this machine have an address of that kind?"
            }
            _ => "",
        };
        Self { error, advice }
    }

    /// The answer to a call that wanted an address to listen on.
    fn to_listening(address: SocketAddr, error: io::Error) -> Self {
        let advice = match error.kind() {
            // Nobody in particular has them.
            io::ErrorKind::AddrInUse if address.port() == 0 => ": no port is free there",
            io::ErrorKind::AddrInUse => ": is another server running there?",
            io::ErrorKind::AddrNotAvailable => ": is it one of this machine's?",
            io::ErrorKind::PermissionDenied => ": ports below 1024 need privileges",
            _ => "",
        };
        Self { error, advice }
    }

    /// The answer to a call on a socket that exists already.
    fn on_connection(error: io::Error) -> Self {
        let advice = match error.kind() {
            io::ErrorKind::TimedOut => ": the other side does not answer any more",
            _ => "",
        };
        Self { error, advice }
    }

    /// The error as the standard library knows it.
    #[must_use]
    pub fn io_error(&self) -> &io::Error {
        &self.error
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> io::ErrorKind {
        self.error.kind()
    }
}

impl fmt::Display for IoReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self.error.kind() {
            io::ErrorKind::ConnectionRefused => "connection refused: is the server running?",
            io::ErrorKind::AddrInUse => "address in use",
            io::ErrorKind::AddrNotAvailable => "address not available",
            io::ErrorKind::PermissionDenied => "permission denied",
            io::ErrorKind::ConnectionReset => "connection reset by the other side",
            io::ErrorKind::BrokenPipe => "the other side has closed the connection",
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => "timed out",
            _ => return self.error.fmt(f),
        };
        write!(f, "{words}{}", self.advice)
    }
}

impl Error for IoReason {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_reads_as_one_sentence() {
        let error = NetError::Connect {
            address: "127.0.0.1:18080".into(),
            source: IoReason::new(io::ErrorKind::ConnectionRefused.into()),
        };
        assert_eq!(
            error.chain(),
            "cannot connect to 127.0.0.1:18080: connection refused: is the server running?"
        );
    }

    #[test]
    fn a_machine_without_a_port_is_no_wrong_address() {
        assert_eq!(
            IoReason::to_connecting(io::ErrorKind::AddrNotAvailable.into()).to_string(),
            "address not available: is a local port free, and does this machine have an address of that kind?"
        );
    }

    #[test]
    fn without_a_free_port_nobody_is_blamed() {
        let in_use = |address: &str| {
            NetError::listen(address.parse().unwrap(), io::ErrorKind::AddrInUse.into()).chain()
        };
        assert_eq!(
            in_use("127.0.0.1:80"),
            "cannot listen on 127.0.0.1:80: address in use: is another server running there?"
        );
        assert_eq!(
            in_use("127.0.0.1:0"),
            "cannot listen on 127.0.0.1:0: address in use: no port is free there"
        );
    }

    #[test]
    fn a_protocol_error_keeps_its_cause() {
        let error = NetError::protocol("packet is 3 bytes, smaller than its header of 5");
        assert_eq!(
            error.chain(),
            "protocol error: packet is 3 bytes, smaller than its header of 5"
        );
    }
}
