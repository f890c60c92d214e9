//! From an account to a seat over several processes, and what users of several servers do together, byte by byte.

use crate::place::receive_elsewhere;
use crate::socket::Socket;
use crate::support::messages::{
    chat, decline, declines, enter, invitation, invite, is_invited, leave, left, log_in_with, logged_in,
    not_entered, whisper, whispered, whispers,
};
use crate::support::wire::{error_packet, packet};
use crate::support::{Client, address_of};
use crate::{Cluster, LONG, enters};

const REPLACED: i16 = 68;
const LOGIN_FAILED: i16 = 113;
const ROOM_INVALID_NUMBER: i16 = 122;
const ROOM_ELSEWHERE: i16 = 135;
const NO_SUCH_USER: i16 = 152;

#[test]
fn users_of_three_processes_reach_each_other() {
    let cluster = Cluster::start();
    let servers: [_; 2] = cluster.chat();
    let baccarat = cluster.server("baccarat-server", &LONG);
    let alice_is_at = cluster.new_place("alice", "chat", Some(0));
    assert_eq!(alice_is_at.address, servers[0].address);
    let mut alice = alice_is_at.enter();
    let bob_is_at = cluster.new_place("bob", "chat", Some(1_000));
    assert_eq!(bob_is_at.address, servers[1].address);
    let mut bob = bob_is_at.enter();
    alice.exchange(&whisper("bob", "안녕"), &whispered(1));
    bob.expect(&whispers("alice", "안녕"));
    bob.exchange(&whisper("alice", "hi"), &whispered(1));
    alice.expect(&whispers("bob", "hi"));
    alice.exchange(&whisper("carol", "hi"), &whispered(NO_SUCH_USER));
    // And from game to game.
    let carol_is_at = cluster.new_place("carol", "baccarat", None);
    assert_eq!(carol_is_at.address, baccarat.address);
    let mut carol = carol_is_at.log_in(1);
    carol.exchange(&whisper("alice", "chips?"), &whispered(1));
    alice.expect(&whispers("carol", "chips?"));
    // A declined invitation finds its way back.
    bob.exchange(&invite("alice"), &is_invited(1));
    alice.expect(&invitation("bob", 1_000));
    alice.send(&decline("bob"));
    bob.expect(&declines("alice"));
}

#[test]
fn an_invitation_leads_to_another_process() {
    let cluster = Cluster::start();
    let [_first, second] = cluster.chat();
    let mut alice = cluster.newcomer("alice", 0);
    let mut bob = cluster.newcomer("bob", 1_000);
    bob.exchange(&invite("alice"), &is_invited(1));
    alice.expect(&invitation("bob", 1_000));
    alice.exchange(&leave(), &left(1));
    alice.exchange(&enter(2_000), &not_entered(ROOM_INVALID_NUMBER));
    alice.send(&enter(1_000));
    let there = receive_elsewhere(&mut alice, "alice");
    assert_eq!((there.room, there.address), (1_000, second.address));
    alice.expect(&not_entered(ROOM_ELSEWHERE));
    // The older session goes when the newer one is there.
    let mut moved = there.log_in(1);
    alice.expect(&error_packet(REPLACED));
    alice.expect_end();
    enters_beside_others(&mut moved, 1_000);
    moved.send(&chat("here I am"));
    // ROOM_NEW_USER_NTF, and then what she says.
    let mut heard = [0; 19];
    bob.receive_exactly(&mut heard);
    assert_eq!(heard[2..4], 724_u16.to_le_bytes());
    assert!(heard.ends_with(b"alice"));
}

/// A room with one member, whose name is Bob.
#[track_caller]
fn enters_beside_others(client: &mut Client, room: i32) {
    client.send(&enter(room));
    // ROOM_USER_LIST_NTF: header, count, and one user.
    let mut list = [0; 5 + 1 + 8 + 1 + 3];
    client.receive_exactly(&mut list);
    assert!(list.ends_with(b"bob"), "{list:?}");
    let mut answer = [0; 19];
    client.receive_exactly(&mut answer);
    assert_eq!(answer[5..11], [&[1, 0][..], &room.to_le_bytes()].concat());
}

#[test]
fn a_browser_gets_in_at_the_port_that_the_api_server_names() {
    let cluster = Cluster::start();
    let api = format!("http://{}", cluster.api.address);
    // At a table, what is on it comes before the seat: a TABLE_NTF and a HISTORY_NTF without rounds.
    for (game, name, before) in [
        ("chat", "chat-server", 0),
        ("baccarat", "baccarat-server", 60 + 7),
    ] {
        let flags = [&LONG[..], &["--web", "127.0.0.1:0", "--web-api", &api]].concat();
        let server = cluster.server(name, &flags);
        let web = address_of(&server.process, "web");
        let token = cluster.api.new_user(game);
        let place = cluster.api.ask_for_place(&token, game, Some(3)).body;
        assert_eq!(place["web"], web.to_string(), "{game}");
        let ticket = place["ticket"].as_str().expect("a ticket");
        let mut browser = Socket::open(web);
        browser.exchange(&log_in_with(game, ticket), &logged_in(1));
        browser.send(&enter(3));
        browser.receive(before);
        // ROOM_ENTER_RES, whose unique id is unique among all servers.
        assert_eq!(browser.receive(19)[5..11], [1, 0, 3, 0, 0, 0]);
        browser.exchange(&whisper("nobody", "hi"), &whispered(NO_SUCH_USER));
    }
}

#[test]
fn the_newer_session_counts_on_whichever_process() {
    let cluster = Cluster::start();
    let _servers: [_; 2] = cluster.chat();
    let token = cluster.api.new_user("alice");
    for (older, newer) in [(0, 1_000), (1_000, 1_001), (1_001, 0)] {
        let mut first = cluster.api.place("alice", &token, "chat", Some(older)).log_in(1);
        let mut second = cluster.api.place("alice", &token, "chat", Some(newer)).log_in(1);
        first.expect(&error_packet(REPLACED));
        first.expect_end();
        enters(&mut second, newer);
    }
}

#[test]
fn a_ticket_is_worth_one_login_at_one_process() {
    let cluster = Cluster::start();
    let [first, second] = cluster.chat();
    let place = cluster.new_place("alice", "chat", Some(0));
    assert_eq!(place.address, first.address);
    let refused = |address, user: &str, ticket: &str| {
        let mut client = Client::connect(address);
        client.exchange(&log_in_with(user, ticket), &logged_in(LOGIN_FAILED));
    };
    refused(first.address, "bob", &place.ticket);
    refused(second.address, "alice", &place.ticket);
    refused(first.address, "alice", "AAAAAAAAAAAAAAAA");
    let _alice = place.enter();
    refused(first.address, "alice", &place.ticket);
}

/// A user is given chips once, whichever server that is: the second one would give five.
#[test]
fn chips_follow_their_user_from_process_to_process() {
    let cluster = Cluster::start();
    let _first = cluster.server("baccarat-server", &LONG);
    let _second = cluster.server("baccarat-server", &[&LONG[..], &["--chips", "5"]].concat());
    let token = cluster.api.new_user("alice");
    let balance_at = |table| {
        let mut alice = cluster
            .api
            .place("alice", &token, "baccarat", Some(table))
            .log_in(1);
        alice.send(&packet(811, 0, &[]));
        let mut answer = [0; 13];
        alice.receive_exactly(&mut answer);
        assert_eq!(answer[2..4], 812_u16.to_le_bytes());
        i64::from_le_bytes(answer[5..].try_into().expect("8 bytes"))
    };
    assert_eq!(balance_at(0), 1_000_000);
    assert_eq!(balance_at(1_000), 1_000_000);
}
