//! Packets in one write, and packets in pieces: TCP knows no packets, and the server must not mind.

use crate::support::wait_until_all_read;
use crate::wire::{chat, enter, entered, log_in, logged_in, said_by_oneself};
use crate::{servers, user};

/// LOGIN, ENTER and CHAT of one user in a room of its own; and what is answered.
fn conversation(number: usize) -> [Vec<u8>; 2] {
    let room = i32::try_from(number).expect("few rooms");
    [
        [log_in(&format!("user {number}")), enter(room), chat("안녕")].concat(),
        [logged_in(1), entered(room, 1), said_by_oneself(1, "안녕")].concat(),
    ]
}

#[test]
fn login_enter_and_chat_in_one_write_all_succeed() {
    for server in servers(&[]) {
        for number in 0..8 {
            let [sent, expected] = conversation(number);
            server.connect().exchange(&sent, &expected);
        }
    }
}

#[test]
fn login_enter_and_chat_can_be_cut_anywhere() {
    let cuts = 1..conversation(0)[0].len();
    let servers: Vec<_> = servers(&[]).collect();
    let places = || {
        servers
            .iter()
            .flat_map(|server| cuts.clone().map(move |cut| (server, cut)))
    };
    let mut clients: Vec<_> = places()
        .map(|(server, cut)| {
            let mut client = server.connect();
            client.send(&conversation(cut)[0][..cut]);
            client
        })
        .collect();
    // So that the rest comes with another read.
    wait_until_all_read(&clients);
    for ((_, cut), client) in places().zip(&mut clients) {
        let [sent, expected] = conversation(cut);
        client.exchange(&sent[cut..], &expected);
    }
}

#[test]
fn login_enter_and_chat_can_come_byte_by_byte() {
    for server in servers(&[]) {
        let [sent, expected] = conversation(1);
        let mut client = server.connect();
        for byte in sent {
            client.send(&[byte]);
        }
        client.expect(&expected);
    }
}

#[test]
fn every_byte_of_a_header_can_come_with_a_read_of_its_own() {
    let servers: Vec<_> = servers(&[]).collect();
    let mut users: Vec<_> = servers.iter().map(|server| user(server, "alice")).collect();
    let request = enter(2);
    let (header, body) = request.split_at(5);
    for byte in header {
        users.iter_mut().for_each(|user| user.send(&[*byte]));
        wait_until_all_read(&users);
    }
    for user in &mut users {
        user.exchange(body, &entered(2, 1));
    }
}
