//! The facade of servers that answer datagrams, over loopback.

use std::net::{SocketAddr, UdpSocket};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use net::{Datagram, DatagramHandler, DatagramSummary, Shutdown, UdpServer, longest_reply};

const PATIENCE: Duration = Duration::from_secs(60);

/// A server for datagrams of up to 600 bytes, on a free port and a thread of its own.
struct Running {
    address: SocketAddr,
    shutdown: Shutdown,
    thread: JoinHandle<DatagramSummary>,
}

impl Running {
    fn start(handler: impl DatagramHandler + Send + 'static) -> Self {
        let socket = net::UdpSocket::bind(&"127.0.0.1:0".parse().unwrap()).unwrap();
        let address = socket.local_address().unwrap();
        let shutdown = Shutdown::new();
        let flag = shutdown.clone();
        let server = UdpServer::new(socket).max_datagram(600);
        Self {
            address,
            shutdown,
            thread: thread::spawn(move || server.run(handler, &flag)),
        }
    }

    fn client(&self) -> UdpSocket {
        let client = UdpSocket::bind("127.0.0.1:0").unwrap();
        client.connect(self.address).unwrap();
        client.set_read_timeout(Some(PATIENCE)).unwrap();
        client
    }

    fn end(self) -> DatagramSummary {
        self.shutdown.request();
        self.thread.join().unwrap()
    }
}

fn exchange(client: &UdpSocket, request: &[u8]) -> Vec<u8> {
    client.send(request).unwrap();
    let mut reply = [0; 4_096];
    let count = client.recv(&mut reply).expect("a reply");
    reply[..count].to_vec()
}

fn echo(datagram: &Datagram<'_>) -> Result<Vec<u8>, &'static str> {
    Ok(datagram.bytes.to_vec())
}

#[test]
fn a_datagram_that_is_too_long_is_answered_and_counted() {
    let server = Running::start(echo);
    let client = server.client();
    for (length, answered) in [(0, 0), (600, 600), (601, 600), (9_000, 600)] {
        assert_eq!(exchange(&client, &vec![b'x'; length]).len(), answered);
    }
    let summary = server.end();
    assert_eq!((summary.answered, summary.too_long), (4, 2));
    assert_eq!(
        summary.to_string(),
        "4 datagrams answered, 0 not; 2 too long, 0 replies not sent"
    );
}

/// The request says how long a reply it wants: the longest that is allowed, or one byte more.
#[test]
fn no_reply_is_longer_than_three_times_its_request_and_32_bytes() {
    let server = Running::start(|datagram: &Datagram<'_>| {
        let more = usize::from(datagram.bytes.first() == Some(&1));
        Ok(vec![b'x'; datagram.bytes.len() * 3 + 32 + more])
    });
    let client = server.client();
    for length in 0..=600 {
        let request = vec![0; length];
        if length > 0 {
            let too_much = [&[1], &request[1..]].concat();
            client.send(&too_much).unwrap();
        }
        // Replies come in the order of the requests, so this is that of the second.
        let reply = exchange(&client, &request);
        assert_eq!(reply.len(), longest_reply(length));
    }
    let summary = server.end();
    assert_eq!((summary.answered, summary.unanswered), (601, 600));
}

#[test]
fn a_panic_costs_one_reply() {
    let server = Running::start(|datagram: &Datagram<'_>| match datagram.bytes {
        b"panic" => panic!("on demand"),
        bytes => Ok(bytes.to_vec()),
    });
    let client = server.client();
    client.send(b"panic").unwrap();
    assert_eq!(exchange(&client, b"still there?"), b"still there?");
    assert_eq!(server.end().unanswered, 1);
}

/// The system learns that nobody listens there any more, and may tell so at any later call.
#[test]
fn whoever_has_gone_costs_nobody_else_a_reply() {
    let server = Running::start(echo);
    for _ in 0..100 {
        server.client().send(b"and away").unwrap();
    }
    assert_eq!(exchange(&server.client(), b"here"), b"here");
    let summary = server.end();
    assert_eq!(summary.answered + summary.not_sent, 101);
}

#[test]
fn a_shutdown_ends_a_server_that_waits() {
    let server = Running::start(echo);
    assert_eq!(exchange(&server.client(), b"one"), b"one");
    assert_eq!(server.end().bytes_out, 3);
}
