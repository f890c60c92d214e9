//! Parses `host:port`, and resolves it to addresses that a socket can use.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr, ToSocketAddrs};
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
fn split(text: &str) -> Result<NetAddress, String> {
    if let Some((scheme, _)) = text.split_once("://") {
        return Err(format!("leave `{scheme}://` out"));
    }
    if let Some(path) = text.find('/').filter(|at| text[..*at].contains(':')) {
        return Err(format!("leave `{}` out", &text[path..]));
    }
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => split_behind_bracket(rest)?,
        None => text.rsplit_once(':').ok_or("the port is missing")?,
    };
    if host.is_empty() {
        return Err("the host is missing".to_owned());
    }
    if host.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("a host cannot contain blanks".to_owned());
    }
    match text.starts_with('[') {
        true => check_in_brackets(host)?,
        false => check_without_brackets(host)?,
    }
    Ok(NetAddress::new(host, port_number(port)?))
}

/// The host in brackets, whose first is left out here, and the port behind them.
fn split_behind_bracket(text: &str) -> Result<(&str, &str), &'static str> {
    let (host, behind) = text.split_once(']').ok_or("the bracket is not closed")?;
    match behind.strip_prefix(':') {
        Some(port) => Ok((host, port)),
        None if behind.is_empty() => Err("the port is missing"),
        None => Err("only a colon and the port may follow the bracket"),
    }
}

/// Brackets keep the colons of an IPv6 address apart from that of the port (RFC 3986, 3.2.2), so nothing else needs
/// them.
fn check_in_brackets(host: &str) -> Result<(), String> {
    let (number, zone) = match host.split_once('%') {
        Some((number, zone)) => (number, Some(zone)),
        None => (host, None),
    };
    let address: Ipv6Addr = number.parse().map_err(|_| {
        format!("`{number}` is not an IPv6 address, and only such an address goes in brackets")
    })?;
    match zone {
        Some("") => Err("the interface is missing after `%`".to_owned()),
        // Every link has these addresses, so the system would not know which way to go (RFC 4007, 6).
        None if address.is_unicast_link_local() => Err(format!(
            "a link-local address needs its interface too, as in [{address}%eth0]"
        )),
        _ => Ok(()),
    }
}

fn check_without_brackets(host: &str) -> Result<(), &'static str> {
    match host.chars().find(|c| matches!(c, ':' | '[' | ']' | '/')) {
        Some(':') => Err("an IPv6 address goes in brackets"),
        Some('/') => Err("a host cannot contain `/`"),
        Some(_) => Err("brackets go around the whole host, or not at all"),
        None => Ok(()),
    }
}

fn port_number(text: &str) -> Result<u16, &'static str> {
    // The standard library takes a sign.
    match text.parse() {
        Ok(port) if !text.starts_with('+') => Ok(port),
        _ => Err("the port is not a number from 0 to 65535"),
    }
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
        assert_eq!(
            parse("[::ffff:10.0.0.1]:80"),
            Ok(NetAddress::new("::ffff:10.0.0.1", 80))
        );
        assert_eq!(parse("[fe80::1%eth0]:9"), Ok(NetAddress::new("fe80::1%eth0", 9)));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, problem) in [
            ("", "the port is missing"),
            ("localhost", "the port is missing"),
            (":80", "the host is missing"),
            ("[]:80", "the host is missing"),
            ("::1:80", "an IPv6 address goes in brackets"),
            ("[::1:80", "the bracket is not closed"),
            ("host:65536", "the port is not a number from 0 to 65535"),
            ("host:+80", "the port is not a number from 0 to 65535"),
            ("host:", "the port is not a number from 0 to 65535"),
            ("ho st:80", "a host cannot contain blanks"),
            ("[::1 ]:80", "a host cannot contain blanks"),
            ("[::1]", "the port is missing"),
            ("[::1]:", "the port is not a number from 0 to 65535"),
            ("[::1]x:80", "only a colon and the port may follow the bracket"),
            ("[::1]80", "only a colon and the port may follow the bracket"),
            (
                "[127.0.0.1]:80",
                "`127.0.0.1` is not an IPv6 address, and only such an address goes in brackets",
            ),
            ("[localhost]:80", "`localhost` is not an IPv6 address"),
            ("[::g]:80", "`::g` is not an IPv6 address"),
            ("[127.0.0.1%lo]:80", "`127.0.0.1` is not an IPv6 address"),
            ("localhost]:80", "brackets go around the whole host"),
            ("a[::1]:80", "brackets go around the whole host"),
            (
                "[fe80::1]:9",
                "a link-local address needs its interface too, as in [fe80::1%eth0]",
            ),
            ("[fe80::1%]:9", "the interface is missing after `%`"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(problem), "{text}: {error}");
        }
    }

    #[test]
    fn what_belongs_to_a_url_is_to_be_left_out() {
        for (text, surplus) in [
            ("http://127.0.0.1:80", "http://"),
            ("http://localhost", "http://"),
            ("https://[::1]:443/index.html", "https://"),
            ("tcp://127.0.0.1:4000", "tcp://"),
            ("://127.0.0.1:80", "://"),
            ("localhost:80/", "/"),
            ("localhost:80/a:b", "/a:b"),
            ("[::1]:80/a:b", "/a:b"),
        ] {
            let expected = format!("`{text}` is not an address: leave `{surplus}` out; expected host:port, ");
            let error = parse(text).unwrap_err();
            assert!(error.starts_with(&expected), "{text}: {error}");
        }
        let error = parse("127.0.0.1/24:80").unwrap_err();
        assert!(error.contains(": a host cannot contain `/`; "), "{error}");
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
