//! UDP: any datagram gets the time, but for those of other servers.

use std::net::{SocketAddr, UdpSocket};

use crate::clients::Asker;
use crate::clock::{TEXT, assert_rfc868, assert_text};
use crate::server::{TimeServer, program, start};
use crate::support::{Program, address_of, has_ipv6};

/// `4 datagrams answered, 0 not; ...` of the last line of the log.
#[track_caller]
fn summary(server: TimeServer) -> String {
    let log = server.terminate().expect_success().stderr;
    let last = log.lines().last().expect("a summary");
    let parts: Vec<_> = last.split("; ").collect();
    parts[1..3].join("; ")
}

#[test]
fn any_datagram_gets_the_time() {
    let server = start(&[]);
    let asker = server.asker();
    for datagram in [&b""[..], b"time?", b"timestamp\n", b"ping", &[0; 128], &[0xff; 4]] {
        assert_text(&asker.ask(datagram));
    }
    let line = "6 datagrams answered, 0 not; 0 too long, 0 replies not sent";
    assert_eq!(summary(server), line);
}

#[test]
fn rfc_868_is_four_bytes() {
    let server = start(&["--rfc868"]);
    assert_rfc868(&server.asker().ask(b""));
    assert_rfc868(&server.asker().ask(&[0; 1_000]));
}

#[test]
fn a_datagram_that_is_too_long_is_answered_counted_and_logged() {
    let server = start(&["--log", "debug"]);
    let asker = server.asker();
    for length in [129, 1_500, 65_507] {
        assert_text(&asker.ask(&vec![b'x'; length]));
    }
    let from = format!("from={}", asker.address());
    let lines = server.process.stderr.wait_for_lines(3, &from);
    let told = "datagram longer than 128 bytes: the rest is lost";
    assert!(lines.iter().all(|line| line.contains(told)), "{lines:?}");
    assert_text(&asker.ask(&[b'x'; 128]));
    assert_eq!(
        summary(server),
        "4 datagrams answered, 0 not; 3 too long, 0 replies not sent"
    );
}

#[test]
fn each_sender_gets_its_own_reply() {
    let server = start(&[]);
    let askers: Vec<_> = (0..50).map(|_| server.asker()).collect();
    askers.iter().for_each(|asker| asker.send(b"time?"));
    for asker in askers.iter().rev() {
        assert_eq!(asker.try_receive().expect("a reply").len(), TEXT);
    }
    askers.iter().for_each(Asker::expect_nothing_now);
}

/// Two time servers must not keep each other busy: neither answers what the other says.
#[test]
fn the_reply_of_a_time_server_gets_none() {
    for (one, another) in [
        (&[][..], &[][..]),
        (&["--rfc868"], &[]),
        (&[], &["--rfc868"]),
        (&["--rfc868"], &["--rfc868"]),
    ] {
        let (time, _) = start(one).asker().ask(b"time?");
        let server = start(another);
        let asker = server.asker();
        asker.send(&time);
        asker.expect_silence();
        asker.ask(b"I am no server");
        assert_eq!(
            summary(server),
            "1 datagrams answered, 1 not; 0 too long, 0 replies not sent"
        );
    }
}

/// A sender's port that is the server's own is that of another server like it. Linux has all of 127.0.0.0/8.
#[cfg(target_os = "linux")]
#[test]
fn a_port_like_the_server_s_gets_no_reply() {
    let server = start(&[]);
    let twin = SocketAddr::from(([127, 0, 0, 2], server.udp.port()));
    let twin = UdpSocket::bind(twin).expect("an address of this machine");
    twin.send_to(b"time?", server.udp).unwrap();
    server.asker().ask(b"time?");
    assert_eq!(
        summary(server),
        "1 datagrams answered, 1 not; 0 too long, 0 replies not sent"
    );
}

/// Whoever does not wait for the reply makes the system say "nobody listens there".
#[test]
fn whoever_has_gone_does_not_end_the_service() {
    let server = start(&[]);
    for _ in 0..200 {
        server.asker().send(b"and away");
    }
    assert_text(&server.asker().ask(b"I wait"));
    server.is_alive();
}

/// The asker hears only the address that it has asked.
#[cfg(target_os = "linux")]
#[test]
fn a_server_on_all_addresses_answers_from_the_one_that_was_asked() {
    let cases = [
        ("0.0.0.0:0", "127.0.0.2"),
        ("[::]:0", "127.0.0.3"),
        ("[::]:0", "::1"),
    ];
    for (bound, asked) in &cases[..if has_ipv6() { 3 } else { 1 }] {
        let process = program(&["--udp", bound]).start();
        let port = address_of(&process, "udp").port();
        let asker = Asker::new(SocketAddr::new(asked.parse().unwrap(), port));
        assert_text(&asker.ask(b"time?"));
    }
}

/// Places are for connections.
#[test]
fn datagrams_need_no_place() {
    let server = start(&["--max-connections", "1"]);
    let _place = server.session();
    for _ in 0..10 {
        assert_text(&server.asker().ask(b"time?"));
    }
}

#[test]
fn a_reply_is_never_three_times_as_long_and_32_bytes() {
    let server = start(&[]);
    let asker = server.asker();
    for length in 0..=200 {
        let (reply, _) = asker.ask(&vec![b'?'; length]);
        assert!(reply.len() <= 3 * length + 32, "{} for {length}", reply.len());
    }
}

#[test]
fn udp_over_ipv6() {
    if !has_ipv6() {
        return;
    }
    let flags = ["--daytime", "off", "--sessions", "off", "--udp", "[::1]:0"];
    let process = Program::new(crate::SERVER).args(&flags).start();
    assert_text(&Asker::new(address_of(&process, "udp")).ask(b"time?"));
}
