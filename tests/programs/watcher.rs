//! Somebody who watches a server, at the port of its flag `--admin`.

use std::net::SocketAddr;

use crate::exposition::Exposition;
use crate::support::{Client, Server, address_of, eventually};

/// The flag with which a server can be watched.
pub(crate) const WATCHED: [&str; 2] = ["--admin", "127.0.0.1:0"];

/// Somebody who watches a server.
pub(crate) struct Watcher {
    pub(crate) address: SocketAddr,
}

impl Watcher {
    /// Whoever watches this one.
    #[track_caller]
    pub(crate) fn of(server: &Server) -> Self {
        let address = address_of(&server.process, "admin");
        Self { address }
    }

    /// The status and the body.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        let mut client = Client::connect(self.address);
        client.send(request(path).as_bytes());
        let answer = String::from_utf8(client.receive_rest()).expect("text");
        let status = answer.split(' ').nth(1).expect("a status");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a head");
        (status.parse().expect("a number"), body.to_owned())
    }

    #[track_caller]
    pub(crate) fn numbers(&self) -> Exposition {
        let (status, text) = self.get("/metrics");
        assert_eq!(status, 200, "{text}");
        Exposition::parse(&text)
    }

    /// A number becomes what it should be, since it is counted a moment after somebody has noticed what it counts; and it
    /// does not grow beyond that.
    #[track_caller]
    pub(crate) fn comes_to(&self, number: &str, expected: usize) {
        eventually(number, || self.numbers().value(number) >= expected as f64);
        let value = self.numbers().value(number);
        assert!(value == expected as f64, "{number}: {value}, not {expected}");
    }
}

/// A request after which the connection ends.
pub(crate) fn request(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
}

/// The number of connections that have ended for this reason.
pub(crate) fn disconnects(reason: &str) -> String {
    format!("codelab_disconnects_total{{reason=\"{reason}\"}}")
}
