//! `host:port`, from text to what a socket can be bound or connected to.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::str::FromStr;

use crate::{IoReason, NetError};

/// Which addresses of a host are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Family {
    /// Whatever the resolver lists first.
    #[default]
    Any,
    /// IPv4 only.
    V4,
    /// IPv6 only.
    V6,
}

impl Family {
    fn includes(self, address: &SocketAddr) -> bool {
        match self {
            Self::Any => true,
            Self::V4 => address.is_ipv4(),
            Self::V6 => address.is_ipv6(),
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "IPv4 or IPv6",
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        })
    }
}

/// A host, by name or by number, and a port. Parsing looks nothing up; [`resolve`](Self::resolve) does.
///
/// ```
/// use net::{Family, NetAddress};
///
/// let address: NetAddress = "[::1]:18080".parse()?;
/// assert_eq!((address.host(), address.port()), ("::1", 18080));
/// assert_eq!(address.to_string(), "[::1]:18080");
/// assert!(address.resolve(Family::V6)?[0].is_ipv6());
/// # Ok::<(), net::NetError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NetAddress {
    host: String,
    port: u16,
}

impl NetAddress {
    /// A host name or number, without brackets, and a port.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self {
            host: host.into(),
            port,
        }
    }

    /// The host, without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// All addresses of the host that are of this family, in the resolver's order; never an empty list.
    ///
    /// # Errors
    /// [`NetError::Resolve`] when the name is unknown or has no address of the family.
    pub fn resolve(&self, family: Family) -> Result<Vec<SocketAddr>, NetError> {
        let failed = |error| NetError::Resolve {
            host: self.host.clone(),
            source: IoReason::new(error),
        };
        let all = (self.host.as_str(), self.port)
            .to_socket_addrs()
            .map_err(failed)?;
        let wanted: Vec<_> = all.filter(|address| family.includes(address)).collect();
        if wanted.is_empty() {
            let reason = format!("no {family} address is known for it");
            return Err(failed(io::Error::new(io::ErrorKind::NotFound, reason)));
        }
        Ok(wanted)
    }
}

impl FromStr for NetAddress {
    type Err = NetError;

    fn from_str(text: &str) -> Result<Self, NetError> {
        split(text).map_err(|problem| NetError::Address {
            text: text.to_owned(),
            problem,
        })
    }
}

/// Takes host and port apart, or says what is wrong.
fn split(text: &str) -> Result<NetAddress, &'static str> {
    let (host, port) = text.rsplit_once(':').ok_or("the port is missing")?;
    let host = match host.strip_prefix('[') {
        Some(inner) => inner.strip_suffix(']').ok_or("the bracket is not closed")?,
        None if host.contains(':') => return Err("an IPv6 host stands in brackets"),
        None => host,
    };
    if host.is_empty() {
        return Err("the host is missing");
    }
    if host.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("a host has no blanks");
    }
    if port.starts_with('+') {
        return Err("the port is not a number from 0 to 65535");
    }
    let port = port
        .parse()
        .map_err(|_| "the port is not a number from 0 to 65535")?;
    Ok(NetAddress::new(host, port))
}

impl From<SocketAddr> for NetAddress {
    fn from(address: SocketAddr) -> Self {
        let host = match address {
            // A link-local address means something only together with its interface.
            SocketAddr::V6(v6) if v6.scope_id() != 0 => format!("{}%{}", v6.ip(), v6.scope_id()),
            _ => address.ip().to_string(),
        };
        Self::new(host, address.port())
    }
}

impl From<(IpAddr, u16)> for NetAddress {
    fn from((ip, port): (IpAddr, u16)) -> Self {
        SocketAddr::new(ip, port).into()
    }
}

impl fmt::Display for NetAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<NetAddress, String> {
        text.parse::<NetAddress>().map_err(|error| error.to_string())
    }

    #[test]
    fn hosts_of_every_kind_are_taken() {
        assert_eq!(parse("127.0.0.1:18080"), Ok(NetAddress::new("127.0.0.1", 18080)));
        assert_eq!(parse("localhost:0"), Ok(NetAddress::new("localhost", 0)));
        assert_eq!(parse("[::1]:4000"), Ok(NetAddress::new("::1", 4000)));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, problem) in [
            ("", "the port is missing"),
            ("localhost", "the port is missing"),
            (":80", "the host is missing"),
            ("[]:80", "the host is missing"),
            ("::1:80", "an IPv6 host stands in brackets"),
            ("[::1:80", "the bracket is not closed"),
            ("host:65536", "the port is not a number from 0 to 65535"),
            ("host:+80", "the port is not a number from 0 to 65535"),
            ("host:", "the port is not a number from 0 to 65535"),
            ("ho st:80", "a host has no blanks"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(problem), "{text}: {error}");
        }
    }

    #[test]
    fn a_family_picks_its_own() {
        let v4 = NetAddress::new("127.0.0.1", 80);
        assert_eq!(v4.resolve(Family::V4).unwrap(), ["127.0.0.1:80".parse().unwrap()]);
        let error = v4.resolve(Family::V6).unwrap_err();
        assert_eq!(
            error.chain(),
            "cannot resolve 127.0.0.1: no IPv6 address is known for it"
        );
    }

    #[test]
    fn a_socket_address_comes_back_as_text() {
        for text in ["127.0.0.1:80", "[::1]:80"] {
            let address: SocketAddr = text.parse().unwrap();
            assert_eq!(NetAddress::from(address).to_string(), text);
        }
    }
}
