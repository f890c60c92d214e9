//! Finds the addresses in the lines with which a server says where it listens.

use std::net::SocketAddr;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use net::{Family, NetAddress};

/// What our servers say when they listen, behind the name of a service where they have several.
pub(super) const LISTENING: &str = "listening on ";

/// Another service of the same server says so this soon behind the first.
const NEXT_SERVICE: Duration = Duration::from_millis(250);

/// Where it listens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    pub(super) address: SocketAddr,
    pub(super) sessions: Option<SocketAddr>,
    pub(super) udp: Option<SocketAddr>,
}

impl Places {
    pub(super) fn only(address: SocketAddr) -> Self {
        Self {
            address,
            sessions: None,
            udp: None,
        }
    }

    fn set(&mut self, service: &str, address: SocketAddr) {
        match service {
            "daytime" => self.address = address,
            "sessions" => self.sessions = Some(address),
            "udp" => self.udp = Some(address),
            // The first of those that are not known has been taken already.
            _ => {}
        }
    }
}

/// What the line says, and those behind it where a server has several services.
pub(super) fn places(
    (service, address): (String, SocketAddr),
    lines: &Receiver<String>,
    wanted: SocketAddr,
) -> Places {
    let mut places = Places::only(address);
    if service.is_empty() {
        return places;
    }
    places.set(&service, address);
    while let Ok(line) = lines.recv_timeout(NEXT_SERVICE) {
        if let Some((service, address)) = listening_at(&line, wanted) {
            places.set(&service, address);
        }
    }
    places
}

/// What stands before and behind the words that it listens, in capitals or not.
pub(super) fn says_listening(line: &str) -> Option<(&str, &str)> {
    let at = line.to_ascii_lowercase().find(LISTENING)?;
    Some((&line[..at], &line[at + LISTENING.len()..]))
}

/// The name of the service, and its address: that of the line, but an address that can be connected to.
pub(super) fn listening_at(line: &str, wanted: SocketAddr) -> Option<(String, SocketAddr)> {
    let (service, rest) = says_listening(line)?;
    let word = rest.split_whitespace().next()?;
    let address: NetAddress = word.trim_end_matches(['.', ',', ';']).parse().ok()?;
    let mut address = address
        .resolve(Family::Any)
        .ok()?
        .into_iter()
        .min_by_key(SocketAddr::is_ipv6)?;
    if address.ip().is_unspecified() {
        address.set_ip(wanted.ip());
    }
    (address.port() != 0).then(|| (service.trim().to_lowercase(), address))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    fn places_of(lines: &[&str]) -> Places {
        let (sender, receiver) = channel();
        for line in &lines[1..] {
            sender.send((*line).to_owned()).unwrap();
        }
        drop(sender);
        let wanted = "127.0.0.1:7".parse().unwrap();
        places(listening_at(lines[0], wanted).unwrap(), &receiver, wanted)
    }

    #[test]
    fn a_server_says_where_it_listens() {
        assert_eq!(places_of(&["listening on 127.0.0.1:4000"]).address.port(), 4000);
        let anywhere = places_of(&["listening on 0.0.0.0:4000"]);
        assert_eq!(anywhere.address, "127.0.0.1:4000".parse().unwrap());
        let sentence = places_of(&["Listening on 127.0.0.1:4000, press Ctrl-C to end"]);
        assert_eq!(sentence.address.port(), 4000);
    }

    #[test]
    fn a_line_without_an_address_is_a_line_like_any_other() {
        let wanted = "127.0.0.1:7".parse().unwrap();
        for line in [
            "Server listening on port 4000",
            "listening on 4000",
            "listening on ",
            "hello",
        ] {
            assert_eq!(listening_at(line, wanted), None, "{line}");
        }
    }

    #[test]
    fn services_are_told_apart_by_their_names() {
        let places = places_of(&[
            "daytime listening on 127.0.0.1:1",
            "sessions listening on 127.0.0.1:2",
            "udp listening on 127.0.0.1:3",
        ]);
        let ports =
            [Some(places.address), places.sessions, places.udp].map(|place| place.map(|place| place.port()));
        assert_eq!(ports, [Some(1), Some(2), Some(3)]);
    }
}
