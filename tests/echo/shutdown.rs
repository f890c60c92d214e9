//! Ctrl-C and SIGTERM: what was read is answered, everybody hears the last words, nobody is reset.

use std::net::TcpStream;
use std::sync::Barrier;
use std::thread;

use crate::support::wire::{SERVER_SHUTTING_DOWN, echo, error_packet};
use crate::support::{Client, Signal, bytes_in_and_out, eventually};
use crate::{HELLO, is_served, noise, server};

const CLIENTS: usize = 200;

/// Takes SERVER_SHUTTING_DOWN off the end.
#[track_caller]
fn without_last_words(received: &[u8]) -> &[u8] {
    let last_words = error_packet(SERVER_SHUTTING_DOWN);
    let replies = received.strip_suffix(&last_words);
    replies.unwrap_or_else(|| panic!("no last words: {} bytes", received.len()))
}

/// With the server frozen while the requests and the signal come, all of them are under way at once.
#[cfg(target_os = "linux")]
#[test]
fn requests_under_way_are_answered_whole_or_not_at_all() {
    for signal in [Signal::INT, Signal::TERM] {
        let server = server(&["--packets"]);
        let mut clients: Vec<_> = (0..CLIENTS).map(|_| server.connect()).collect();
        clients.iter_mut().for_each(is_served);
        server.process.freeze();
        // 64 bytes each, so that a full buffer of the server has no part of one at its end.
        let requests = echo(&noise(59)).repeat(100);
        for talkative in clients.iter_mut().step_by(2) {
            talkative.send(&requests);
        }
        server.signal(signal);
        server.process.thaw();

        let mut answered = CLIENTS * HELLO.len();
        for client in &mut clients {
            let received = client.receive_rest();
            let replies = without_last_words(&received);
            assert!(
                requests.starts_with(replies) && replies.len().is_multiple_of(64),
                "{} bytes",
                replies.len()
            );
            answered += replies.len();
        }
        drop(clients);
        let finished = server.process.finish().expect_success();
        let last_words = CLIENTS * error_packet(SERVER_SHUTTING_DOWN).len();
        assert_eq!(
            bytes_in_and_out(&finished.stderr),
            (answered, answered + last_words)
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn any_bytes_under_way_come_back_without_last_words() {
    let server = server(&[]);
    let mut clients: Vec<_> = (0..20).map(|_| server.connect()).collect();
    clients.iter_mut().for_each(is_served);
    server.process.freeze();
    let data = noise(10_000);
    clients.iter_mut().for_each(|client| client.send(&data));
    server.signal(Signal::INT);
    server.process.thaw();
    let received: Vec<_> = clients.iter_mut().map(Client::receive_rest).collect();
    assert!(received.iter().all(|bytes| data.starts_with(bytes)));
    let answered = received.iter().map(Vec::len).sum::<usize>() + clients.len() * HELLO.len();
    drop(clients);
    let finished = server.process.finish().expect_success();
    assert_eq!(bytes_in_and_out(&finished.stderr), (answered, answered));
}

#[test]
fn clients_in_the_middle_of_a_talk_hear_the_last_words() {
    let server = server(&["--packets"]);
    let clients: Vec<_> = (0..CLIENTS).map(|_| server.connect()).collect();
    let all_are_talking = Barrier::new(CLIENTS + 1);
    let exchanges: usize = thread::scope(|scope| {
        let talks: Vec<_> = clients
            .into_iter()
            .map(|client| scope.spawn(|| talk_until_the_last_words(client, &all_are_talking)))
            .collect();
        all_are_talking.wait();
        server.signal(Signal::TERM);
        talks.into_iter().map(|talk| talk.join().expect("a talk")).sum()
    });
    let finished = server.process.finish().expect_success();
    let answered = exchanges * HELLO.len();
    let last_words = CLIENTS * error_packet(SERVER_SHUTTING_DOWN).len();
    assert_eq!(
        bytes_in_and_out(&finished.stderr),
        (answered, answered + last_words)
    );
}

/// Counts the requests that were answered.
fn talk_until_the_last_words(mut client: Client, all_are_talking: &Barrier) -> usize {
    is_served(&mut client);
    all_are_talking.wait();
    let mut exchanges = 1;
    loop {
        // The server may have ended the connection meanwhile; then its last words wait here.
        let _ = client.try_send(HELLO);
        let mut received = Vec::new();
        while received.len() < HELLO.len() {
            match client.receive_some().expect("no reset").as_slice() {
                [] => {
                    assert!(without_last_words(&received).is_empty(), "{received:?}");
                    return exchanges;
                }
                bytes => received.extend_from_slice(bytes),
            }
        }
        if received == HELLO {
            exchanges += 1;
        } else {
            received.extend(client.receive_rest());
            assert_eq!(without_last_words(&received), HELLO);
            return exchanges + 1;
        }
    }
}

#[test]
fn what_the_kernel_has_not_taken_yet_is_delivered_within_the_drain_time() {
    let server = server(&["--drain", "30s"]);
    let mut slow = server.connect();
    let mut sender = slow.second_handle();
    let data = noise(65_536);
    sender.send_until_stuck(&data);
    server.signal(Signal::TERM);
    eventually("the server drains", || {
        TcpStream::connect(server.address).is_err()
    });
    let received = slow.receive_rest();
    drop((slow, sender));
    let finished = server.process.finish().expect_success();
    assert_eq!(
        bytes_in_and_out(&finished.stderr),
        (received.len(), received.len())
    );
    let expected: Vec<u8> = data.iter().copied().cycle().take(received.len()).collect();
    assert!(received == expected, "{} bytes", received.len());
}
