//! Where clients are told to connect, which is not always where a server listens.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use net::NetAddress;
use protocol::Codec;

/// The longest host that a packet can name, in bytes: its length is one signed byte.
const LONGEST_HOST: usize = 127;

/// Where clients are told to connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// `host:port`, an IPv6 address in brackets.
    pub address: String,
    /// Where clients of other codecs connect, in the same form.
    pub by_codec: Vec<(Codec, String)>,
    /// Where browsers do, if they can.
    pub web: Option<String>,
}

/// Who is told an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whom {
    /// Clients of the codec of `--bind`.
    First,
    Codec(Codec),
    Browsers,
}

/// What `--advertise` says once: `[CODEC=]HOST[:PORT]`, or `web=HOST[:PORT]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Advertised {
    whom: Whom,
    host: String,
    /// `None` where it is the port at which the server listens.
    port: Option<u16>,
}

impl FromStr for Advertised {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (whom, place) = match text.split_once('=') {
            Some(("web", place)) => (Whom::Browsers, place),
            Some((codec, place)) => {
                let codec = codec.parse().map_err(|error| format!("{error}"))?;
                (Whom::Codec(codec), place)
            }
            None => (Whom::First, text),
        };
        let (address, port) = match without_port(place) {
            Some(address) => (address, None),
            None => {
                let address: NetAddress = place.parse().map_err(|error| {
                    format!("{error}; CODEC= stands in front of it for a port of --listen")
                })?;
                let port = Some(address.port());
                (address, port)
            }
        };
        check_host(&address)?;
        match port {
            Some(0) => Err("clients cannot connect to port 0".to_owned()),
            port => Ok(Self {
                whom,
                host: address.host().to_owned(),
                port,
            }),
        }
    }
}

/// A port where the server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listens {
    pub(crate) codec: Codec,
    pub(crate) address: NetAddress,
}

/// Where clients are told to connect, of a server with these ports, the first of which is that of `--bind`, and with this
/// one for browsers.
///
/// # Errors
/// In one sentence, where nobody could connect there, or a codec has no port.
pub(crate) fn told(
    advertised: &[Advertised],
    ports: &[Listens],
    web: Option<&NetAddress>,
) -> Result<Told, String> {
    let (first, others) = ports.split_first().ok_or("a server has a port")?;
    let whom_of = |one: &Advertised| match one.whom {
        Whom::First => Whom::Codec(first.codec),
        whom => whom,
    };
    for (index, one) in advertised.iter().enumerate() {
        let whom = whom_of(one);
        if advertised[..index].iter().any(|other| whom_of(other) == whom) {
            return Err(format!("--advertise says twice where {whom} connect"));
        }
        let has_port = match whom {
            Whom::Browsers => web.is_some(),
            whom => ports.iter().any(|port| Whom::Codec(port.codec) == whom),
        };
        if !has_port {
            return Err(format!(
                "--advertise says where {whom} connect, and this server has no port for them"
            ));
        }
    }
    let find = |whom| advertised.iter().find(|one| whom_of(one) == whom);
    // A host alone is that of all ports.
    let host = find(Whom::Codec(first.codec)).filter(|one| one.port.is_none());
    let mut by_codec = Vec::new();
    for port in others {
        let is_known = |codec: Codec| by_codec.iter().any(|(known, _)| *known == codec);
        if port.codec != first.codec && !is_known(port.codec) {
            let advertised = find(Whom::Codec(port.codec)).or(host);
            by_codec.push((port.codec, address(advertised, &port.address)?));
        }
    }
    let web = web.map(|listens| address(find(Whom::Browsers).or(host), listens));
    Ok(Told {
        address: address(find(Whom::Codec(first.codec)), &first.address)?,
        by_codec,
        web: web.transpose()?,
    })
}

/// The hosts that clients are told of, by which this server is known.
pub(crate) fn names(advertised: &[Advertised]) -> Vec<String> {
    let bare = |host: &str| match host.parse::<Ipv6Addr>() {
        Ok(number) => format!("[{number}]"),
        Err(_) => host.to_owned(),
    };
    advertised.iter().map(|one| bare(&one.host)).collect()
}

impl fmt::Display for Whom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::First => f.write_str("clients"),
            Self::Codec(codec) => write!(f, "clients of the codec {codec}"),
            Self::Browsers => f.write_str("browsers"),
        }
    }
}

fn address(advertised: Option<&Advertised>, listens: &NetAddress) -> Result<String, String> {
    match advertised {
        Some(Advertised { host, port, .. }) => {
            Ok(NetAddress::new(host.as_str(), port.unwrap_or(listens.port())).to_string())
        }
        None if is_everywhere(listens) => Err(format!(
            "{listens} means each address of this machine: --advertise HOST must say which one clients are told"
        )),
        None => Ok(listens.to_string()),
    }
}

/// A host that clients can be told: a name, or a number with or without its brackets.
///
/// ```
/// assert_eq!(room_server::host("game.example").as_deref(), Ok("game.example"));
/// assert_eq!(room_server::host("[::1]").as_deref(), Ok("::1"));
/// assert!(room_server::host("0.0.0.0").is_err());
/// ```
///
/// # Errors
/// What is wrong with it, in one sentence.
pub fn host(text: &str) -> Result<String, String> {
    let address = without_port(text).ok_or("expected the name or the number of a host, and no port")?;
    check_host(&address)?;
    Ok(address.host().to_owned())
}

/// `None` for what is no host alone.
pub(crate) fn without_port(text: &str) -> Option<NetAddress> {
    let with_port = match text.parse::<Ipv6Addr>() {
        Ok(number) => format!("[{number}]:0"),
        Err(_) => format!("{text}:0"),
    };
    with_port.parse().ok()
}

fn check_host(address: &NetAddress) -> Result<(), String> {
    match address.host() {
        _ if is_everywhere(address) => Err("nobody can connect to each address of a machine".to_owned()),
        host if host.len() > LONGEST_HOST => Err(format!("a host has {LONGEST_HOST} bytes at most")),
        _ => Ok(()),
    }
}

/// True for `0.0.0.0` and `[::]`, which mean each address of this machine.
#[must_use]
pub fn is_everywhere(address: &NetAddress) -> bool {
    let host = address.host().parse::<IpAddr>();
    host.is_ok_and(|ip| ip.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ports(ports: &[(Codec, &str)]) -> Vec<Listens> {
        let listens = |(codec, address): &(Codec, &str)| Listens {
            codec: *codec,
            address: address.parse().unwrap(),
        };
        ports.iter().map(listens).collect()
    }

    fn advertised(texts: &[&str]) -> Vec<Advertised> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    const LISTENS: [(Codec, &str); 3] = [
        (Codec::Binary, "127.0.0.1:1"),
        (Codec::MsgPack, "127.0.0.1:2"),
        (Codec::MsgPack, "127.0.0.1:3"),
    ];

    #[test]
    fn each_codec_has_an_address() {
        for (texts, address, msgpack) in [
            (&[][..], "127.0.0.1:1", "127.0.0.1:2"),
            (&["game.example"], "game.example:1", "game.example:2"),
            (&["game.example:80"], "game.example:80", "127.0.0.1:2"),
            (&["::1", "msgpack=game.example:81"], "[::1]:1", "game.example:81"),
            (&["msgpack=[::1]", "binary=h:80"], "h:80", "[::1]:2"),
        ] {
            let told = told(&advertised(texts), &ports(&LISTENS), None).unwrap();
            assert_eq!(told.address, address, "{texts:?}");
            assert_eq!(told.by_codec, [(Codec::MsgPack, msgpack.to_owned())], "{texts:?}");
        }
    }

    #[test]
    fn nobody_is_sent_to_an_address_that_is_none() {
        let everywhere = ports(&[(Codec::Binary, "0.0.0.0:1"), (Codec::MsgPack, "[::]:2")]);
        for (texts, problem) in [
            (&[][..], "[::]:2 means each address"),
            (&["msgpack=h"], "0.0.0.0:1 means each address"),
            (&["h:80"], "[::]:2 means each address"),
            (&["h", "binary=h"], "says twice"),
            (&["h", "protobuf=h"], "no port for them"),
        ] {
            let error = told(&advertised(texts), &everywhere, None).unwrap_err();
            assert!(error.contains(problem), "{texts:?}: {error}");
        }
        for text in [
            "",
            "h:0",
            "0.0.0.0:80",
            "[::]",
            "xml=h:80",
            "a b",
            "h:65536",
            "h:80/x",
        ] {
            assert!(text.parse::<Advertised>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn browsers_have_an_address_of_their_own() {
        let web = NetAddress::new("127.0.0.1", 11_080);
        for (texts, expected) in [
            (&[][..], "127.0.0.1:11080"),
            (&["game.example"], "game.example:11080"),
            (&["game.example:80"], "127.0.0.1:11080"),
            (&["game.example:80", "web=play.example:443"], "play.example:443"),
        ] {
            let told = told(&advertised(texts), &ports(&LISTENS), Some(&web)).unwrap();
            assert_eq!(told.web.as_deref(), Some(expected), "{texts:?}");
        }
        let none = told(&advertised(&["web=h"]), &ports(&LISTENS), None);
        assert!(
            none.unwrap_err()
                .contains("browsers connect, and this server has no port")
        );
        let everywhere = NetAddress::new("0.0.0.0", 11_080);
        assert!(told(&[], &ports(&LISTENS), Some(&everywhere)).is_err());
    }

    #[test]
    fn clients_are_told_a_host_or_nothing() {
        let longest = "h".repeat(LONGEST_HOST);
        for (text, told) in [
            ("game.example", "game.example"),
            ("10.0.0.1", "10.0.0.1"),
            ("::1", "::1"),
            ("[::1]", "::1"),
            (&longest, &longest),
        ] {
            assert_eq!(host(text).as_deref(), Ok(told));
        }
        let too_long = "h".repeat(LONGEST_HOST + 1);
        let no_hosts = ["", "a b", "a\nb", "\u{1b}[31m", "a/b", "[a", "[a]", "http://a"];
        let with_port = ["game.example:80", "10.0.0.1:80", "[::1]:80"];
        let everywhere = ["0.0.0.0", "::", "[::]"];
        let refused = no_hosts.iter().chain(&with_port).chain(&everywhere);
        for text in refused.chain([&too_long.as_str()]) {
            assert!(host(text).is_err(), "{text:?}");
        }
    }
}
