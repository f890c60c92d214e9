//! One server with a port for each codec: the places and limits that they share, and how they end.

use std::net::SocketAddr;
use std::thread;

use protocol::Codec;

use crate::support::messages::{
    MAX_PACKET, PING, PONG, RELAY_OVERHEAD, enter, entered, has_come, has_left, log_in, logged_in, relay,
    relayed, user_list,
};
use crate::support::wire::{
    IDLE_TIMEOUT, RATE_LIMITED, SERVER_FULL, SERVER_SHUTTING_DOWN, SLOW_CONSUMER, error_packet,
};
use crate::support::{Client, Program, Server, Signal, address_of, eventually};
use crate::{SERVER, coding, goes, heard_nothing_more, next_packet, server, was_closed_for};

const UNAUTHENTICATED: i16 = 61;

/// What the three users of most tests are called, in the order of [`Codec::ALL`].
pub(crate) const NAMES: [&str; 3] = ["비", "메시지", "프로토"];

/// A server with three ports.
pub(crate) struct Ports {
    pub(crate) server: Server,
    addresses: [SocketAddr; 3],
}

impl Ports {
    #[track_caller]
    pub(crate) fn open(flags: &[&str]) -> Self {
        let further = ["--listen=msgpack=127.0.0.1:0", "--listen", "protobuf=127.0.0.1:0"];
        let server = server(&[&further, flags].concat());
        let further = |codec| address_of(&server.process, codec);
        let addresses = [server.address, further("msgpack"), further("protobuf")];
        Self { server, addresses }
    }

    pub(crate) fn address(&self, codec: Codec) -> SocketAddr {
        self.addresses[codec as usize]
    }

    /// A client of this port, which speaks what is spoken there.
    #[track_caller]
    pub(crate) fn connect(&self, codec: Codec) -> Client {
        Client::connect(self.address(codec)).with_coding(coding(codec))
    }

    /// A client of each port, in the order of [`Codec::ALL`].
    pub(crate) fn clients(&self) -> [Client; 3] {
        Codec::ALL.map(|codec| self.connect(codec))
    }

    #[track_caller]
    pub(crate) fn user(&self, codec: Codec, name: &str) -> Client {
        let mut client = self.connect(codec);
        client.exchange(&log_in(name), &logged_in(1));
        client
    }

    /// A user of each port.
    pub(crate) fn users(&self) -> [Client; 3] {
        Codec::ALL.map(|codec| self.user(codec, NAMES[codec as usize]))
    }

    /// A member of this room from each port, with the unique ids 1 to 3, who have heard of each other.
    #[track_caller]
    pub(crate) fn members(&self, room: i32) -> [Client; 3] {
        let [mut first, mut second, mut third] = self.users();
        first.exchange(&enter(room), &entered(room, 1));
        let list = user_list(&[(1, NAMES[0])]);
        second.exchange(&enter(room), &[list, entered(room, 2)].concat());
        let list = user_list(&[(1, NAMES[0]), (2, NAMES[1])]);
        third.exchange(&enter(room), &[list, entered(room, 3)].concat());
        first.expect(&[has_come(2, NAMES[1]), has_come(3, NAMES[2])].concat());
        second.expect(&has_come(3, NAMES[2]));
        [first, second, third]
    }
}

/// With one worker, and with four.
pub(crate) fn servers(flags: &[&str]) -> impl Iterator<Item = Ports> {
    ["1", "4"]
        .into_iter()
        .map(move |workers| Ports::open(&[&["--workers", workers], flags].concat()))
}

#[test]
fn each_port_keeps_descriptors_for_those_whom_it_refuses() {
    let server = Program::with_descriptors(SERVER, &["-n 260"])
        .args(&["--bind", "127.0.0.1:0", "--login-timeout", "0"])
        .args(&["--listen", "msgpack=127.0.0.1:0,protobuf=127.0.0.1:0"])
        .serve();
    server
        .log()
        .wait_for_line("max-connections lowered from 10000 to 68");
    let further = |codec| address_of(&server.process, codec);
    let addresses = [server.address, further("msgpack"), further("protobuf")];
    let mut clients: Vec<_> = (0..68)
        .map(|number| Client::connect(addresses[number % 3]))
        .collect();
    clients
        .iter_mut()
        .for_each(|client| client.exchange(&PING, &PONG));
    let refused: Vec<_> = (0..90)
        .map(|number| {
            let codec = Codec::ALL[number % 3];
            Client::connect(addresses[number % 3]).with_coding(coding(codec))
        })
        .collect();
    for mut client in refused {
        client.expect(&error_packet(SERVER_FULL));
        client.expect_end();
    }
}

#[test]
fn all_ports_share_the_places() {
    for ports in servers(&["--max-connections", "2"]) {
        let _first = ports.user(Codec::MsgPack, "first");
        let second = ports.user(Codec::Protobuf, "second");
        for mut refused in ports.clients() {
            assert_eq!(refused.receive_rest(), error_packet(SERVER_FULL));
        }
        goes(second);
        // The place is anybody's.
        eventually("the place is free", || {
            ports.connect(Codec::Binary).is_answered(&PING, &PONG)
        });
    }
}

#[test]
fn one_address_gets_its_share_of_all_ports() {
    let ports = Ports::open(&["--max-per-ip", "1"]);
    let _alice = ports.user(Codec::MsgPack, "alice");
    for mut refused in ports.clients() {
        assert_eq!(refused.receive_rest(), error_packet(SERVER_FULL));
    }
}

#[test]
fn limits_hold_at_every_port() {
    let ports = Ports::open(&["--rate-limit", "20", "--max-packet", "256"]);
    for mut flooding in ports.clients() {
        flooding.send(&PING.repeat(100));
        flooding.skip_to(&error_packet(RATE_LIMITED));
    }
    for mut too_large in ports.clients() {
        too_large.exchange(&PING, &PONG);
        too_large = too_large.on_the_wire();
        too_large.send(&[1, 1, 101, 0, 0]);
        too_large.expect_end();
        let reason = "protocol error: packet is 257 bytes, larger than the 256 allowed";
        was_closed_for(&ports.server, too_large, reason);
    }
}

#[test]
fn whoever_is_silent_hears_why_in_its_codec() {
    let flags = ["--idle-timeout", "2s", "--login-timeout", "1s"];
    let ports = Ports::open(&flags);
    let idle = ports.users();
    for mut nobody in ports.clients() {
        assert_eq!(nobody.receive_rest(), error_packet(UNAUTHENTICATED));
    }
    for mut idle in idle {
        assert_eq!(idle.receive_rest(), error_packet(IDLE_TIMEOUT));
    }
}

/// A relay whose every byte tells its number.
fn piece(number: usize) -> [u8; MAX_PACKET - RELAY_OVERHEAD] {
    [number.to_le_bytes()[0]; _]
}

#[test]
fn whoever_does_not_read_hears_why_in_its_codec() {
    let flags = [
        "--outbox-limit",
        "0",
        "--write-timeout",
        "1s",
        "--rate-limit",
        "0",
    ];
    eventually("the last words find their place", || {
        who_does_not_read_hears_why(&Ports::open(&flags))
    });
}

/// False where the machine was so busy that somebody was cut off before it read, or that the room was used for something
/// else.
fn who_does_not_read_hears_why(ports: &Ports) -> bool {
    let deaf = Codec::ALL.map(|codec| {
        let deaf = Client::connect_with_little_room(ports.address(codec));
        let mut deaf = deaf.with_coding(coding(codec));
        deaf.exchange(&log_in(NAMES[codec as usize]), &logged_in(1));
        deaf.send(&enter(1));
        deaf.skip_to(&entered(1, codec as u64 + 1));
        deaf
    });
    let mut alice = ports.user(Codec::MsgPack, "alice");
    alice.send(&enter(1));
    alice.skip_to(&entered(1, 4));
    let mut is_heard = |number| alice.is_answered(&relay(&piece(number)), &relayed(4, &piece(number)));
    if !(0..150).all(&mut is_heard) {
        return false;
    }
    let mut deaf = deaf.map(|mut deaf| {
        while next_packet(&mut deaf) != has_come(4, "alice") {}
        // What it reads is room in the kernel, in which the last words find their place.
        (0..8).for_each(|number| deaf.expect(&relayed(4, &piece(number))));
        deaf
    });
    let mut gone: Vec<_> = deaf.iter().map(|_| next_packet(&mut alice)).collect();
    gone.sort_unstable();
    assert_eq!(gone, [1, 2, 3].map(has_left));
    let last_words = error_packet(SLOW_CONSUMER);
    deaf.iter_mut()
        .all(|deaf| deaf.receive_rest().ends_with(&last_words))
}

#[test]
fn the_end_of_the_server_is_said_at_every_port() {
    for ports in servers(&[]) {
        let members = ports.members(1);
        let nobodies = ports.clients().map(|mut nobody| {
            heard_nothing_more(&mut nobody);
            nobody
        });
        let server = thread::spawn(move || ports.server.terminate());
        for mut client in members.into_iter().chain(nobodies) {
            assert_eq!(client.receive_rest(), error_packet(SERVER_SHUTTING_DOWN));
        }
        let finished = server.join().expect("the server ends").expect_success();
        let line = finished.stderr.lines().last().unwrap_or_default();
        assert!(
            line.contains(": 6 clients served, 0 refused, 0 cut off; "),
            "{line}"
        );
    }
}

#[test]
fn the_status_counts_the_clients_of_all_ports() {
    for ports in servers(&[]) {
        let _members = ports.members(1);
        let mut nobodies = ports.clients();
        nobodies.iter_mut().for_each(heard_nothing_more);
        ports.server.signal(Signal::USR1);
        let line = " INFO 6 connections, 3 users, 1 rooms in use; ";
        ports.server.log().wait_for_line(line);
    }
}

#[test]
fn the_summary_counts_the_bytes_of_all_ports() {
    let ports = Ports::open(&["--max-connections", "3"]);
    let users = ports.users();
    for mut refused in ports.clients() {
        assert_eq!(refused.receive_rest(), error_packet(SERVER_FULL));
    }
    users.into_iter().for_each(goes);
    let count = |packets: fn(&str) -> Vec<u8>| -> usize {
        let sizes = Codec::ALL.map(|codec| {
            let packets = packets(NAMES[codec as usize]);
            let coding = coding(codec);
            coding.map_or(packets.len(), |coding| (coding.to_wire)(&packets).len())
        });
        sizes.into_iter().sum()
    };
    let (bytes_in, bytes_out) = (count(log_in), count(|_| logged_in(1)));
    let done =
        format!(": 3 clients served, 3 refused, 0 cut off; {bytes_in} bytes in, {bytes_out} bytes out");
    let finished = ports.server.terminate().expect_success();
    let line = finished.stderr.lines().last().unwrap_or_default();
    assert!(line.ends_with(&done), "{line}");
}
