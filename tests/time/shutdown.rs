//! Ctrl-C and SIGTERM: all three services end, and what was read is answered.

use std::thread;

use crate::clients::{is_served, receive};
use crate::clock::TEXT;
use crate::server::start;
use crate::support::{Client, Signal, address_to_ask_for};

#[test]
fn a_signal_ends_all_services_with_0_and_one_summary() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let server = start(&[]);
        server.is_alive();
        server.asker().ask(&[b'x'; 129]);
        server.process.signal(signal);
        let finished = server.process.finish().expect_success();
        // `time?` and a line break in a session, `time?` in a datagram, 128 bytes of another.
        let summary = "2 clients served, 0 refused, 0 cut off; 2 datagrams answered, 0 not; \
                       1 too long, 0 replies not sent; 139 bytes in, 84 bytes out";
        assert!(
            finished.stderr.trim_end().ends_with(summary),
            "{}",
            finished.stderr
        );
        assert_eq!(finished.text().lines().count(), 3, "{}", finished.text());
    }
}

#[test]
fn sessions_that_wait_get_an_end_and_no_reset() {
    let server = start(&["--log", "debug"]);
    let mut clients: Vec<_> = (0..200).map(|_| server.session()).collect();
    clients.iter_mut().for_each(is_served);
    server.process.signal(Signal::TERM);
    for client in &mut clients {
        client.expect_end();
    }
    drop(clients);
    let log = server.process.finish().expect_success().stderr;
    assert_eq!(log.matches(" closed: server shutting down ").count(), 200);
    assert!(
        log.contains(" 200 clients served, 0 refused, 0 cut off; "),
        "{log}"
    );
}

/// Reading stops, so nothing follows: the request that has begun is one.
#[test]
fn a_request_that_has_begun_is_answered() {
    let server = start(&[]);
    let mut client = server.session();
    client.send(b"timest");
    client.wait_until_read();
    server.process.signal(Signal::INT);
    receive(&mut client, TEXT);
    client.expect_end();
}

#[test]
fn under_load_every_reply_is_whole() {
    let server = start(&[]);
    let mut clients: Vec<_> = (0..100).map(|_| server.session()).collect();
    clients.iter_mut().for_each(is_served);
    let asker = server.asker();
    thread::scope(|scope| {
        let talks: Vec<_> = clients
            .into_iter()
            .map(|client| scope.spawn(|| talk_until_the_end(client)))
            .collect();
        // They have begun when this is done.
        for _ in 0..20 {
            asker.ask(b"time?");
        }
        scope.spawn(|| while asker.is_answered(b"time?") {});
        server.process.signal(Signal::TERM);
        for talk in talks {
            let bytes = talk.join().expect("a talk");
            assert!(bytes.is_multiple_of(TEXT), "{bytes} bytes");
        }
    });
    let finished = server.process.finish().expect_success();
    assert!(
        finished.stderr.contains("100 clients served"),
        "{}",
        finished.stderr
    );
}

/// Asks for the time twenty times at once, and again when all replies have come. Counts their bytes.
fn talk_until_the_end(mut client: Client) -> usize {
    let (mut asked, mut received) = (0, 0);
    // The server may have ended the connection meanwhile; then the end waits here.
    loop {
        let _ = client.try_send(&b"time?\n".repeat(20));
        asked += 20 * TEXT;
        while received < asked {
            match client.receive_some().expect("no reset").len() {
                0 => return received,
                more => received += more,
            }
        }
    }
}

/// Nothing of a server that was killed is left over that would keep the next one from its addresses.
#[test]
fn a_server_that_was_killed_leaves_its_addresses() {
    let addresses = [(); 2].map(|()| address_to_ask_for());
    let [daytime, sessions] = addresses.each_ref().map(|(_kept, address)| address.to_string());
    let flags = ["--daytime", &daytime, "--sessions", &sessions];
    let server = start(&flags);
    let mut client = server.session();
    is_served(&mut client);
    server.process.signal(Signal::KILL);
    server.process.finish();
    start(&flags).is_alive();
    client.expect_end_or_reset();
}
