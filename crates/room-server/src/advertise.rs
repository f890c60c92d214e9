//! Where clients are told to connect, which is not always where a server listens.

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
}

/// What `--advertise` says once: `[CODEC=]HOST[:PORT]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Advertised {
    /// The codec of the clients that are told so; `None` for that of `--bind`.
    codec: Option<Codec>,
    host: String,
    /// `None` where it is the port at which the server listens.
    port: Option<u16>,
}

impl FromStr for Advertised {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (codec, place) = match text.split_once('=') {
            Some((codec, place)) => (Some(codec.parse().map_err(|error| format!("{error}"))?), place),
            None => (None, text),
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
                codec,
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

/// Where clients are told to connect, of a server with these ports, the first of which is that of `--bind`.
///
/// # Errors
/// In one sentence, where nobody could connect there, or a codec has no port.
pub(crate) fn told(advertised: &[Advertised], ports: &[Listens]) -> Result<Told, String> {
    let (first, others) = ports.split_first().ok_or("a server has a port")?;
    let codec_of = |one: &Advertised| one.codec.unwrap_or(first.codec);
    for (index, one) in advertised.iter().enumerate() {
        let codec = codec_of(one);
        if advertised[..index].iter().any(|other| codec_of(other) == codec) {
            return Err(format!(
                "--advertise says twice where clients of the codec {codec} connect"
            ));
        }
        if ports.iter().all(|port| port.codec != codec) {
            return Err(format!(
                "--advertise says where clients of the codec {codec} connect, and no port of this server speaks it"
            ));
        }
    }
    let find = |codec| advertised.iter().find(|one| codec_of(one) == codec);
    let mut by_codec = Vec::new();
    for port in others {
        let is_known = |codec: Codec| by_codec.iter().any(|(known, _)| *known == codec);
        if port.codec != first.codec && !is_known(port.codec) {
            // A host alone is that of all ports.
            let host = find(first.codec).filter(|one| one.port.is_none());
            by_codec.push((port.codec, address(find(port.codec).or(host), port)?));
        }
    }
    let address = address(find(first.codec), first)?;
    Ok(Told { address, by_codec })
}

fn address(advertised: Option<&Advertised>, port: &Listens) -> Result<String, String> {
    let listens = &port.address;
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
fn without_port(text: &str) -> Option<NetAddress> {
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
            let told = told(&advertised(texts), &ports(&LISTENS)).unwrap();
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
            (&["h", "protobuf=h"], "no port of this server speaks it"),
        ] {
            let error = told(&advertised(texts), &everywhere).unwrap_err();
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
