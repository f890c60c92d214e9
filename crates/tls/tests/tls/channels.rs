//! A channel is pure: bytes in, bytes out, whatever the pieces. The other side here is rustls itself.

use std::io::{Read, Write};
use std::sync::Arc;

use net::Channel;
use rustls::pki_types::ServerName;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ClientConnection, SupportedProtocolVersion};
use tls::{TlsChannel, authorities};

use crate::support::Certificates;

/// A server's channel and a client of rustls, after the handshake.
struct Pair {
    server: Arc<TlsChannel>,
    client: ClientConnection,
}

impl Pair {
    /// `size` bytes of the client at a time.
    fn new(certificates: &Certificates, version: &'static SupportedProtocolVersion, size: usize) -> Self {
        let roots = authorities(&certificates.made.authority).unwrap();
        let config = ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
            .with_protocol_versions(&[version])
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("localhost").unwrap();
        let client = ClientConnection::new(Arc::new(config), name).unwrap();
        let server = Arc::new(certificates.server().channel(tls::Speaks::Packets).unwrap());
        let mut pair = Self { server, client };
        while pair.client.is_handshaking() || pair.server.is_handshaking() {
            for part in pair.sent_by_client().chunks(size) {
                pair.server.agree(part).unwrap();
            }
            let mut wire = Vec::new();
            pair.server.own_bytes(&mut wire);
            pair.read_by_client(&wire);
        }
        pair
    }

    /// What the client sends.
    fn sent_by_client(&mut self) -> Vec<u8> {
        let mut wire = Vec::new();
        while self.client.wants_write() {
            self.client.write_tls(&mut wire).unwrap();
        }
        wire
    }

    /// What the client understands of these bytes.
    fn read_by_client(&mut self, mut wire: &[u8]) -> Vec<u8> {
        let mut plain = Vec::new();
        while !wire.is_empty() {
            self.client.read_tls(&mut wire).unwrap();
            self.client.process_new_packets().unwrap();
            let _ = self.client.reader().read_to_end(&mut plain);
        }
        plain
    }
}

fn random(count: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(7);
    (0..count).map(|_| random.u8(..)).collect()
}

#[test]
fn what_arrives_is_what_was_sent_however_it_comes() {
    let certificates = Certificates::new("any-pieces");
    let text = random(50_000);
    for version in [&TLS12, &TLS13] {
        for size in [1, 7, 1_000, 20_000, 100_000] {
            let mut pair = Pair::new(&certificates, version, size);
            pair.client.set_buffer_limit(None);
            pair.client.writer().write_all(&text).unwrap();
            let mut plain = Vec::new();
            let wire = pair.sent_by_client();
            let mut last = None;
            for part in wire.chunks(size) {
                last = Some(pair.server.open(part, &mut plain).unwrap());
            }
            assert!(plain == text, "{size} bytes at a time");
            assert_eq!(
                last.map(|opened| (opened.pending, opened.ended)),
                Some((0, false))
            );
            let mut wire = Vec::new();
            for part in text.chunks(size) {
                pair.server.seal(part, &mut wire).unwrap();
            }
            assert!(pair.read_by_client(&wire) == text, "{size} bytes at a time");
        }
    }
}

#[test]
fn a_record_that_is_not_complete_is_known() {
    let certificates = Certificates::new("half-record");
    let mut pair = Pair::new(&certificates, &TLS13, 100);
    pair.client.writer().write_all(b"hello").unwrap();
    let wire = pair.sent_by_client();
    let mut plain = Vec::new();
    for (index, byte) in wire.iter().enumerate() {
        let opened = pair.server.open(&[*byte], &mut plain).unwrap();
        assert_eq!(opened.pending, (index + 1) % wire.len());
        assert_eq!(plain.is_empty(), opened.pending > 0);
    }
    assert_eq!(plain, b"hello");
}

#[test]
fn two_hundred_small_messages_share_a_record() {
    let certificates = Certificates::new("one-record");
    let mut pair = Pair::new(&certificates, &TLS13, 100);
    let packets = [[9, 0, 1, 0, 0, 1, 2, 3, 4]; 200].concat();
    let mut wire = Vec::new();
    pair.server.seal(&packets, &mut wire).unwrap();
    assert_eq!(wire.len() - packets.len(), 22, "one header, one tag, one type");
    assert_eq!(pair.read_by_client(&wire), packets);
}

#[test]
fn the_end_is_said_and_understood() {
    let certificates = Certificates::new("end");
    for version in [&TLS12, &TLS13] {
        let mut pair = Pair::new(&certificates, version, 100);
        pair.client.writer().write_all(b"last").unwrap();
        pair.client.send_close_notify();
        let mut plain = Vec::new();
        let wire = pair.sent_by_client();
        let opened = pair.server.open(&wire, &mut plain).unwrap();
        assert_eq!((&plain[..], opened.ended), (&b"last"[..], true));
        // The other direction goes on.
        let mut wire = Vec::new();
        pair.server.seal(b"answer", &mut wire).unwrap();
        pair.server.end(&mut wire);
        assert_eq!(pair.read_by_client(&wire), b"answer");
        assert_eq!(
            pair.client.reader().read(&mut [0; 1]).unwrap(),
            0,
            "an end that was said"
        );
    }
}

#[test]
fn new_keys_are_answered_in_front_of_what_is_sent_next() {
    let certificates = Certificates::new("new-keys");
    let mut pair = Pair::new(&certificates, &TLS13, 100);
    pair.client.refresh_traffic_keys().unwrap();
    pair.client.writer().write_all(b"with new keys").unwrap();
    let mut plain = Vec::new();
    let wire = pair.sent_by_client();
    pair.server.open(&wire, &mut plain).unwrap();
    assert_eq!(plain, b"with new keys");
    let mut wire = Vec::new();
    pair.server.seal(b"here too", &mut wire).unwrap();
    assert_eq!(
        wire.len(),
        27 + 30,
        "a record about the keys, and one with the text"
    );
    assert_eq!(pair.read_by_client(&wire), b"here too");
}

#[test]
fn a_changed_byte_is_no_text_but_an_error_and_an_alert() {
    let certificates = Certificates::new("changed");
    let mut pair = Pair::new(&certificates, &TLS13, 100);
    let (mut plain, mut wire) = (Vec::new(), Vec::new());
    pair.client.writer().write_all(b"good").unwrap();
    pair.client.writer().flush().unwrap();
    let mut records = pair.sent_by_client();
    pair.client.writer().write_all(b"bad").unwrap();
    records.extend(pair.sent_by_client());
    *records.last_mut().unwrap() ^= 1;
    let error = pair.server.open(&records, &mut plain).unwrap_err();
    assert!(
        error.chain().contains("what came is no valid TLS"),
        "{}",
        error.chain()
    );
    assert_eq!(plain, b"good", "what came in front of it");
    pair.server.own_bytes(&mut wire);
    assert_eq!(wire.first(), Some(&23), "an alert, which is sealed as well");
}

#[test]
fn garbage_ends_a_handshake_and_takes_no_memory() {
    let certificates = Certificates::new("garbage");
    let server = certificates.server();
    let mut random = fastrand::Rng::with_seed(3);
    for _ in 0..2_000 {
        let channel = server.channel(tls::Speaks::Packets).unwrap();
        let mut garbage: Vec<u8> = (0..random.usize(1..2_000)).map(|_| random.u8(..)).collect();
        if random.bool() {
            // A header that promises a record.
            let header = [22, 3, 1, random.u8(..), random.u8(..)];
            garbage.splice(..0, header);
        }
        let _ = channel.agree(&garbage);
        assert!(channel.is_handshaking());
    }
}

#[test]
fn nothing_is_sealed_before_the_keys_are_there() {
    let certificates = Certificates::new("no-keys");
    let channel = certificates.server().channel(tls::Speaks::Packets).unwrap();
    assert!(channel.seal(b"secret", &mut Vec::new()).is_err());
}
