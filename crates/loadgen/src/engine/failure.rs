//! What goes wrong under load, by kind: a load goes on without the connection that has failed, and tells it
//! in its report.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};

use anyhow::bail;
use serde::Serialize;

/// What kind of thing went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// The server's process is not there any more.
    Ended,
    /// Nobody listens.
    ConnectRefused,
    /// No answer to the connect.
    ConnectTimeout,
    /// The connection did not come about for another reason.
    ConnectFailed,
    /// This machine had no port for the connection.
    NoLocalPort,
    /// The server has closed a connection.
    Closed,
    /// The server has reset a connection.
    Reset,
    /// A read or write failed for another reason.
    ReadOrWrite,
    /// What came is not what should have come.
    WrongBytes,
    /// The server has answered with an error packet.
    ErrorPacket,
    /// Messages that should have come, and did not; one each.
    Missing,
    /// A message that had come before.
    Repeated,
    /// Messages of an open loop whose time had come, and which could not be sent; one each.
    NotSent,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ended => "server has ended",
            Self::ConnectRefused => "connect refused",
            Self::ConnectTimeout => "connect timeout",
            Self::ConnectFailed => "connect failed",
            Self::NoLocalPort => "no local port",
            Self::Closed => "closed",
            Self::Reset => "reset",
            Self::ReadOrWrite => "read or write",
            Self::WrongBytes => "wrong bytes",
            Self::ErrorPacket => "error packet",
            Self::Missing => "missing messages",
            Self::Repeated => "repeated message",
            Self::NotSent => "due, not sent",
        })
    }
}

impl Kind {
    /// True where there was no connection yet.
    pub(crate) fn is_connect(self) -> bool {
        matches!(
            self,
            Self::ConnectRefused | Self::ConnectTimeout | Self::ConnectFailed | Self::NoLocalPort
        )
    }

    /// True for what a server cannot be blamed for, or not alone.
    fn may_be_ours(self) -> bool {
        matches!(self, Self::NoLocalPort | Self::NotSent)
    }
}

/// One thing that went wrong.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    /// What exactly, for people.
    pub(crate) detail: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl Error for Failure {}

impl Failure {
    pub(crate) fn new(kind: Kind, detail: impl fmt::Display) -> Self {
        Self {
            kind,
            detail: detail.to_string(),
        }
    }

    pub(crate) fn wrong_bytes(detail: impl fmt::Display) -> Self {
        Self::new(Kind::WrongBytes, detail)
    }

    /// A stream that has ended.
    pub(crate) fn closed() -> Self {
        Self::new(Kind::Closed, "the server has closed a connection")
    }

    /// A connect that failed.
    pub(crate) fn connect(error: io::Error) -> Self {
        let kind = match error.kind() {
            ErrorKind::ConnectionRefused => Kind::ConnectRefused,
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Kind::ConnectTimeout,
            ErrorKind::AddrNotAvailable => Kind::NoLocalPort,
            _ => Kind::ConnectFailed,
        };
        Self::new(kind, format_args!("cannot connect: {}", words(&error)))
    }

    /// A read or write that failed.
    pub(crate) fn stream(action: &str, error: io::Error) -> Self {
        let kind = match error.kind() {
            ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => Kind::Reset,
            _ => Kind::ReadOrWrite,
        };
        Self::new(kind, format_args!("cannot {action}: {}", words(&error)))
    }
}

/// What the system says, for people.
fn words(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::ConnectionRefused => "connection refused: is the server running?".to_owned(),
        ErrorKind::ConnectionReset => "connection reset by the server".to_owned(),
        ErrorKind::TimedOut | ErrorKind::WouldBlock => "timed out".to_owned(),
        ErrorKind::AddrNotAvailable => {
            "this machine has no port left for it, or no address of that kind: see net.ipv4.ip_local_port_range".to_owned()
        }
        _ => error.to_string(),
    }
}

/// All that went wrong, counted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Failures {
    by_kind: BTreeMap<Kind, Counted>,
}

/// The failures of one kind.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Counted {
    /// How many.
    pub(crate) count: u64,
    /// What the first of them was.
    pub(crate) first: String,
}

impl Failures {
    pub(crate) fn add(&mut self, failure: Failure) {
        self.add_many(1, failure);
    }

    pub(crate) fn add_many(&mut self, count: u64, failure: Failure) {
        if count > 0 {
            let counted = Counted {
                count: 0,
                first: failure.detail,
            };
            self.by_kind.entry(failure.kind).or_insert(counted).count += count;
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for (kind, counted) in other.by_kind {
            self.add_many(counted.count, Failure::new(kind, counted.first));
        }
    }

    /// Fails where there is one, in words that say whose fault it is.
    ///
    /// # Errors
    /// One line for all of them.
    pub(crate) fn verdict(&self) -> anyhow::Result<()> {
        let count = |kind| self.by_kind.get(&kind).map_or(0, |counted| counted.count);
        let of_server = self.iter().filter(|(kind, _)| !kind.may_be_ours());
        match of_server.map(|(_, counted)| counted.count).sum() {
            0 => {}
            1 => bail!("the server was not right: 1 error"),
            errors => bail!("the server was not right: {errors} errors"),
        }
        match (count(Kind::NoLocalPort), count(Kind::NotSent)) {
            (0, 0) => Ok(()),
            (0, late) => {
                bail!(
                    "{late} messages were due and not sent: --rate is more than the server takes, or than this machine sends"
                )
            }
            (ports, _) => bail!("this machine had no local port left for {ports} of the connections"),
        }
    }

    /// All of them.
    pub(crate) fn total(&self) -> u64 {
        self.by_kind.values().map(|counted| counted.count).sum()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Kind, &Counted)> {
        self.by_kind.iter().map(|(kind, counted)| (*kind, counted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(failures: Vec<(u64, Failure)>) -> String {
        let mut all = Failures::default();
        for (count, failure) in failures {
            all.add_many(count, failure);
        }
        all.verdict()
            .map_or_else(|error| error.to_string(), |()| String::new())
    }

    #[test]
    fn a_server_is_blamed_for_what_it_has_done_only() {
        let no_port = || Failure::connect(ErrorKind::AddrNotAvailable.into());
        assert_eq!(
            no_port().to_string(),
            "cannot connect: this machine has no port left for it, or no address of that kind: \
             see net.ipv4.ip_local_port_range"
        );
        assert!(no_port().kind.is_connect());
        assert_eq!(verdict(Vec::new()), "");
        assert_eq!(
            verdict(vec![(7, no_port())]),
            "this machine had no local port left for 7 of the connections"
        );
        let late = Failure::new(Kind::NotSent, "");
        assert!(verdict(vec![(3, late)]).starts_with("3 messages were due and not sent: "));
        let refused = Failure::connect(ErrorKind::ConnectionRefused.into());
        let both = vec![(7, no_port()), (1, refused)];
        assert_eq!(verdict(both), "the server was not right: 1 error");
    }
}
