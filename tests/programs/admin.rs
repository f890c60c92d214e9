//! The port of `--admin`: whether the server takes clients, and its numbers, which are right after known traffic.

use std::net::UdpSocket;

use crate::flags::variable;
use crate::kinds::{Framing, KINDS, each, each_of, servers};
use crate::support::wire::{IDLE_TIMEOUT, SERVER_FULL};
use crate::support::{Client, PATIENCE, Signal, address_of, eventually, unused_address};
use crate::watcher::{WATCHED, Watcher, disconnects, request};

#[test]
fn the_numbers_are_those_of_the_traffic() {
    each(|kind| {
        let program = kind
            .program(&[])
            .env(&variable(kind.program, "admin"), "127.0.0.1:0");
        let server = kind.started(program);
        let watcher = Watcher::of(&server);
        assert_eq!(watcher.get("/healthz"), (200, r#"{"status":"ok"}"#.to_owned()));
        let mut clients = [(); 3].map(|()| server.connect());
        clients.iter_mut().for_each(|client| kind.serves(client));
        let numbers = watcher.numbers();
        assert_eq!(numbers.value("codelab_connections"), 3.0);
        assert_eq!(numbers.sum("codelab_disconnects_total"), 0.0);
        let bytes = |direction| format!("codelab_bytes_total{{direction=\"{direction}\"}}");
        watcher.comes_to(&bytes("in"), 3 * kind.request.len());
        watcher.comes_to(&bytes("out"), 3 * kind.reply.len());
        if kind.has_rooms() {
            watcher.comes_to("codelab_packets_total{direction=\"in\"}", 3);
            watcher.comes_to("codelab_packets_total{direction=\"out\"}", 3);
            eventually("the batches are counted", || {
                watcher.numbers().value("codelab_batch_seconds_count") > 0.0
            });
        }
        drop(clients);
        watcher.comes_to(&disconnects("closed"), 3);
        eventually("all have gone", || {
            watcher.numbers().value("codelab_connections") == 0.0
        });
        assert_eq!(watcher.numbers().sum("codelab_disconnects_total"), 3.0);
        server.terminate().expect_success();
    });
}

#[test]
fn datagrams_have_numbers_of_their_own() {
    each_of(servers().filter(|kind| kind.listens.contains(&"--udp")), |kind| {
        let server = kind.start(&WATCHED);
        let watcher = Watcher::of(&server);
        let asker = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        asker.set_read_timeout(Some(PATIENCE)).expect("a live socket");
        let service = address_of(&server.process, "udp");
        asker.send_to(kind.request, service).expect("it is sent");
        let mut reply = [0; 64];
        let length = asker.recv(&mut reply).expect("a reply");
        watcher.comes_to("codelab_datagrams_total{result=\"answered\"}", 1);
        let bytes = |direction| format!("codelab_datagram_bytes_total{{direction=\"{direction}\"}}");
        watcher.comes_to(&bytes("in"), kind.request.len());
        watcher.comes_to(&bytes("out"), length);
        assert_eq!(watcher.numbers().sum("codelab_bytes_total"), 0.0);
    });
}

#[test]
fn each_limit_that_bites_is_counted_by_its_word() {
    each(|kind| {
        let limits = ["--max-connections", "1", "--idle-timeout", "300ms"];
        let server = kind.start(&[&WATCHED[..], &limits].concat());
        let watcher = Watcher::of(&server);
        let mut silent = server.connect();
        kind.ends(&mut server.connect(), SERVER_FULL);
        watcher.comes_to("codelab_refused_total{reason=\"server_full\"}", 1);
        assert_eq!(watcher.numbers().value("codelab_max_connections"), 1.0);
        kind.ends(&mut silent, IDLE_TIMEOUT);
        drop(silent);
        watcher.comes_to(&disconnects("idle_timeout"), 1);
    });
}

#[test]
fn what_is_wrong_with_a_client_is_counted_by_its_word() {
    let framed = KINDS.iter().filter(|kind| kind.framing != Framing::None);
    each_of(framed, |kind| {
        let server = kind.start(&[&WATCHED[..], &["--frame-timeout", "300ms"]].concat());
        let watcher = Watcher::of(&server);
        let mut wrong = server.connect();
        // No length of anybody, and no method.
        wrong.send(&[0; 16]);
        wrong.receive_until_ended();
        drop(wrong);
        watcher.comes_to(&disconnects("protocol_error"), 1);
        let mut slow = server.connect();
        slow.send(&kind.request[..1]);
        slow.receive_until_ended();
        drop(slow);
        watcher.comes_to(&disconnects("frame_timeout"), 1);
        let mut hasty = server.connect();
        hasty.send(&kind.request[..1]);
        hasty.half_close();
        hasty.receive_until_ended();
        drop(hasty);
        watcher.comes_to(&disconnects("inside_packet"), 1);
    });
}

#[test]
fn a_login_that_does_not_come_is_counted_by_its_word() {
    each_of(KINDS.iter().filter(|kind| kind.has_rooms()), |kind| {
        let server = kind.start(&[&WATCHED[..], &["--login-timeout", "300ms"]].concat());
        server.connect().receive_until_ended();
        Watcher::of(&server).comes_to(&disconnects("login_timeout"), 1);
    });
}

#[test]
fn bytes_that_nobody_reads_are_seen_while_they_wait() {
    each_of(KINDS.iter().filter(|kind| kind.has_rooms()), |kind| {
        let server = kind.start(&[&WATCHED[..], &["--write-timeout", "0"]].concat());
        let watcher = Watcher::of(&server);
        let mut deaf = server.connect_with_little_room();
        deaf.send_until_stuck(&kind.request.repeat(10_000));
        eventually("replies wait", || {
            watcher.numbers().value("codelab_outbox_bytes") > 0.0
        });
        drop(deaf);
        eventually("none waits", || {
            watcher.numbers().value("codelab_outbox_bytes") == 0.0
        });
    });
}

#[test]
fn a_server_that_drains_says_so_until_it_has_ended() {
    each(|kind| {
        let patient = ["--write-timeout", "0", "--drain", "300s"];
        let server = kind.start(&[&WATCHED[..], &patient].concat());
        let watcher = Watcher::of(&server);
        let mut deaf = server.connect_with_little_room();
        deaf.send_until_stuck(&kind.request.repeat(10_000));
        server.signal(Signal::TERM);
        let draining = (503, r#"{"status":"draining"}"#.to_owned());
        eventually("it drains", || watcher.get("/healthz") == draining);
        assert_eq!(watcher.numbers().value("codelab_connections"), 1.0);
        drop(deaf);
        server.process.finish().expect_success();
        assert!(Client::try_connect(watcher.address).is_err());
    });
}

/// More than it takes, silent ones and slow ones: the server has its own places.
#[test]
fn whoever_besets_the_port_disturbs_nobody_else() {
    each(|kind| {
        let server = kind.start(&[&WATCHED[..], &["--max-connections", "1"]].concat());
        let watcher = Watcher::of(&server);
        let mut witness = server.connect();
        kind.serves(&mut witness);
        let mut beset: Vec<_> = (0..40).map(|_| Client::connect(watcher.address)).collect();
        for client in &mut beset {
            // It may be refused already.
            let _ = client.try_send(b"GET /metrics HT");
        }
        kind.serves(&mut witness);
        beset.truncate(16);
        let mut late = Client::connect(watcher.address);
        let refusal = late.receive_until_ended();
        assert!(
            refusal.starts_with(b"HTTP/1.1 503 "),
            "{}",
            refusal.escape_ascii()
        );
        drop(late);
        kind.serves(&mut witness);
        drop(beset);
        let is_answered = || {
            let mut client = Client::connect(watcher.address);
            let _ = client.try_send(request("/metrics").as_bytes());
            client.receive_until_ended().starts_with(b"HTTP/1.1 200 ")
        };
        eventually("it answers again", is_answered);
        kind.serves(&mut witness);
        let _silent = Client::connect(watcher.address);
        drop(witness);
        let log = server.terminate().expect_success().stderr;
        let last = log.lines().last().unwrap_or_default();
        assert!(
            last.contains(" 1 clients served, 0 refused, 0 cut off; "),
            "{last}"
        );
    });
}

#[test]
fn a_port_that_cannot_be_had_is_one_line() {
    each(|kind| {
        let (_socket, taken) = unused_address();
        let taken = taken.to_string();
        let refused = kind.program(&["--admin", &taken]).run();
        let reason = "address in use: is another server running there?";
        let expected = format!("{}: admin: cannot listen on {taken}: {reason}", kind.program);
        assert_eq!(refused.expect_failure(1), expected);
        assert!(refused.stdout.is_empty(), "{}", refused.text());
    });
}
