//! Clients that vanish, claims that are not kept, and a system without descriptors: the server outlives them.

use std::time::{Duration, Instant};

use crate::kinds::{Framing, KINDS, Kind, each, each_of, each_with_packets};
use crate::support::wire::echo;
use crate::support::{Client, eventually, wait_until_all_read, was_closed_for};

/// How clients leave without a word.
const WAYS_TO_LEAVE: [fn(&Kind, Client); 6] = [
    |_, client| drop(client),
    |_, client| client.reset(),
    |_, mut client| {
        client.half_close();
        client.receive_until_ended();
    },
    |kind, mut client| client.send(&kind.request[..kind.request.len() / 2]),
    |kind, mut client| {
        client.send(&kind.request[..kind.request.len() - 1]);
        client.wait_until_read();
        client.reset();
    },
    |kind, mut client| {
        // Its replies are under way.
        client.send(&kind.request.repeat(100));
        client.reset();
    },
];

#[test]
fn a_client_that_leaves_without_a_word_frees_its_place() {
    const PLACES: usize = 4;
    each(|kind| {
        let server = kind.start(&["--max-connections", "4"]);
        for round in 0..24 {
            let mut clients = Vec::new();
            eventually("all places are free again", || {
                let mut client = server.connect();
                if kind.is_answered(&mut client) {
                    clients.push(client);
                }
                clients.len() == PLACES
            });
            for (number, client) in clients.into_iter().enumerate() {
                WAYS_TO_LEAVE[(round + number) % WAYS_TO_LEAVE.len()](kind, client);
            }
        }
    });
}

#[test]
fn clients_that_have_gone_before_they_are_accepted_harm_nobody() {
    each(|kind| {
        let server = kind.start(&[]);
        let mut served = server.connect();
        kind.serves(&mut served);
        server.process.freeze();
        for _ in 0..50 {
            let mut gone = server.connect();
            gone.send(kind.request);
            gone.reset();
            drop(server.connect());
        }
        let mut patient = server.connect();
        patient.send(kind.request);
        server.process.thaw();
        kind.hears_the_reply(&mut patient);
        kind.serves(&mut served);
    });
}

#[test]
fn without_descriptors_the_server_pauses_and_then_goes_on() {
    each(|kind| {
        let server = kind.start(&[]);
        let mut served = server.connect();
        kind.serves(&mut served);
        server.process.take_away_descriptors();
        let (start, cpu_time) = (Instant::now(), server.process.cpu_time());
        // The kernel sets a descriptor aside when accept begins to wait, so the first one still gets in.
        let _last = server.connect();
        let mut waiting = server.connect();
        waiting.send(kind.request);
        server.log().wait_for_line("next try in 640ms");
        let (spent, elapsed) = (server.process.cpu_time() - cpu_time, start.elapsed());
        kind.serves(&mut served);
        waiting.expect_silence(Duration::from_millis(50));

        // A line for each pause, and each twice as long. The descriptor set aside may have made two begins of it.
        for pause in [10, 20, 40, 80, 160, 320, 640] {
            let line = format!("cannot accept: Too many open files (os error 24); next try in {pause}ms");
            let tries = server.log().count(&line);
            assert!((1..=2).contains(&tries), "{tries} pauses of {pause} ms");
        }
        assert!(spent < elapsed / 20, "computed for {spent:?} of {elapsed:?}");

        server.process.give_back_descriptors();
        kind.hears_the_reply(&mut waiting);
        kind.serves(&mut server.connect());
    });
}

#[test]
fn an_end_inside_a_request_is_logged() {
    let framed = KINDS.iter().filter(|kind| kind.framing != Framing::None);
    each_of(framed, |kind| {
        let server = kind.start(&[]);
        let mut client = server.connect();
        client.send(&kind.request[..4]);
        client.half_close();
        kind.ends_inside_a_request(&mut client);
        was_closed_for(&server, client, "the client closed 4 bytes into a request");
    });
}

#[test]
fn memory_grows_with_what_arrives_not_with_what_is_claimed() {
    const CLIENTS: u64 = 300;
    const CLAIM: u64 = 65_535;
    each_with_packets(|kind| {
        // To look whether all was read takes its time on a busy machine.
        let server = kind.start(&["--max-packet", "65535", "--frame-timeout", "0"]);
        let claim = &echo(&[b'x'; 65_530])[..6];
        let mut clients: Vec<_> = (0..CLIENTS).map(|_| server.connect()).collect();
        clients.iter_mut().for_each(|client| kind.serves(client));
        let before = server.process.resident_bytes();
        // When the second is read, the server has done with the first whatever it does with it.
        for part in [claim, b"x"] {
            clients.iter_mut().for_each(|client| client.send(part));
            wait_until_all_read(&clients);
        }
        let grown = server.process.resident_bytes().saturating_sub(before);
        assert!(grown < CLIENTS * CLAIM / 10, "{grown} bytes more");
    });
}
