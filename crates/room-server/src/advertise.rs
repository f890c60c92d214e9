//! Where clients are told to connect, which is not always where a server listens.

use std::net::{IpAddr, Ipv6Addr};

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
    let with_port = match text.parse::<Ipv6Addr>() {
        Ok(number) => format!("[{number}]:0"),
        Err(_) => format!("{text}:0"),
    };
    let address: NetAddress = with_port
        .parse()
        .map_err(|_| "expected the name or the number of a host, and no port".to_owned())?;
    check_host(&address)?;
    Ok(address.host().to_owned())
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
