//! What the server outlives: broken connections, and a system that gives it nothing.

use crate::support::wire::echo;
use crate::support::{Client, eventually, raw_echo, wait_until_all_read};
use crate::{HELLO, is_served, server, was_closed_for};

/// How clients leave who do not say good-bye.
const WAYS_TO_LEAVE: [fn(Client); 5] = [
    drop,
    Client::reset,
    |mut client| {
        client.send(&HELLO[..7]);
    },
    |mut client| {
        client.send(&HELLO[..7]);
        client.wait_until_read();
        client.reset();
    },
    |mut client| {
        // Its reply is under way.
        client.send(&HELLO.repeat(100));
        client.reset();
    },
];

#[test]
fn whoever_leaves_without_a_word_frees_the_place() {
    const PLACES: usize = 4;
    let server = server(&["--packets", "--max-connections", "4"]);
    for round in 0..25 {
        let mut clients: Vec<Client> = Vec::new();
        eventually("all places are free again", || {
            let mut client = server.connect();
            if client.is_answered(HELLO, HELLO) {
                clients.push(client);
            }
            clients.len() == PLACES
        });
        for (number, client) in clients.into_iter().enumerate() {
            WAYS_TO_LEAVE[(round + number) % WAYS_TO_LEAVE.len()](client);
        }
    }
}

#[test]
fn an_end_inside_a_packet_is_logged() {
    let server = server(&["--packets"]);
    let mut client = server.connect();
    client.send(&HELLO[..7]);
    client.half_close();
    client.expect_end();
    was_closed_for(&server, client, "the client closed 7 bytes into a request");
}

#[cfg(target_os = "linux")]
#[test]
fn clients_that_have_gone_before_they_are_accepted_harm_nobody() {
    raw_echo::clients_that_have_gone_before_they_are_accepted_harm_nobody(&server(&["--packets"]));
}

#[cfg(target_os = "linux")]
#[test]
fn without_descriptors_the_server_pauses_and_then_goes_on() {
    use std::time::{Duration, Instant};

    let server = server(&[]);
    let mut served = server.connect();
    is_served(&mut served);

    server.process.take_away_descriptors();
    let (start, cpu_time) = (Instant::now(), server.process.cpu_time());
    // The kernel sets a descriptor aside when accept begins to wait, so the first one still gets in.
    let _last = server.connect();
    let mut waiting = server.connect();
    waiting.send(HELLO);
    server.log().wait_for_line("next try in 640ms");
    let (spent, elapsed) = (server.process.cpu_time() - cpu_time, start.elapsed());
    is_served(&mut served);
    waiting.expect_silence(Duration::from_millis(50));

    // A line for each pause, and each twice as long. The descriptor set aside may have made two begins of it.
    for pause in [10, 20, 40, 80, 160, 320, 640] {
        let line = format!("cannot accept: Too many open files (os error 24); next try in {pause}ms");
        let tries = server.log().count(&line);
        assert!((1..=2).contains(&tries), "{tries} pauses of {pause} ms");
    }
    assert!(spent < elapsed / 20, "computed for {spent:?} of {elapsed:?}");

    server.process.give_back_descriptors();
    waiting.expect(HELLO);
    is_served(&mut server.connect());
}

#[cfg(target_os = "linux")]
#[test]
fn memory_grows_with_what_arrives_not_with_what_is_claimed() {
    const CLIENTS: u64 = 400;
    const CLAIM: u64 = 65_535;
    let server = server(&["--packets", "--max-packet", "65535"]);
    let claim = &echo(&[b'x'; 65_530])[..6];
    let mut clients: Vec<_> = (0..CLIENTS).map(|_| server.connect()).collect();
    clients.iter_mut().for_each(is_served);
    let before = server.process.resident_bytes();
    // When the second is read, the server has done with the first whatever it does with it.
    for part in [claim, b"x"] {
        clients.iter_mut().for_each(|client| client.send(part));
        wait_until_all_read(&clients);
    }
    let grown = server.process.resident_bytes().saturating_sub(before);
    assert!(grown < CLIENTS * CLAIM / 10, "{grown} bytes more");
}
