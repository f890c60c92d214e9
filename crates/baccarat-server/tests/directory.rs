//! Baccarat on one of many servers: two of them, and a chat server, in one process on one directory in memory.
#![cfg(unix)]

#[path = "../../../tests/chat/coding.rs"]
mod coding;
#[path = "../../../tests/support/many_servers.rs"]
mod server;
#[path = "../../../tests/support/mod.rs"]
mod support;

use std::sync::LazyLock;

use baccarat::Seed;
use baccarat_server::ledger::{Amount, Ledger};
use baccarat_server::{BACCARAT, Baccarat, TableSettings};
use chat_server::{CHAT, Chat};
use protocol::{Codec, DEFAULT_MAX_PACKET, Frame};

use server::{Server, World, told_where, with_two};
use support::messages::{
    decline, declines, enter, entered, has_come, invitation, invite, is_invited, not_entered, user_list,
    whisper, whispered, whispers,
};
use support::wire::{error_packet, packet};

const REPLACED: i16 = 68;
const ROOM_ELSEWHERE: i16 = 135;

/// What a table tells of itself to a newcomer: `TABLE_NTF` and `HISTORY_NTF`.
const OF_THE_TABLE: &[u16] = &[801, 806];

/// In memory, and the same for both servers.
static LEDGER: LazyLock<Ledger> = LazyLock::new(|| {
    let chips = Amount::from_chips(10_000).expect("so many chips");
    Ledger::open(None, chips).expect("a ledger in memory")
});

fn start(world: &World) -> Server {
    Server::start(world, BACCARAT, |nodes| {
        let (settings, seeds) = (TableSettings::default(), || Seed::from([7; 32]));
        Baccarat::new(settings, LEDGER.handle(), DEFAULT_MAX_PACKET, seeds).in_directory(nodes)
    })
}

/// Only the binary codec is spoken here.
fn own_message(_: Codec, _: Codec, _: &Frame<'_>) -> Option<Vec<u8>> {
    None
}

/// `BALANCE_REQ`, and the answer to a new user.
fn balance() -> (Vec<u8>, Vec<u8>) {
    (packet(811, 0, &[]), packet(812, 0, &1_000_000_i64.to_le_bytes()))
}

#[test]
fn a_whisper_reaches_a_player_on_any_server_in_its_turn() {
    with_two(|world, [first, second]| {
        let mut alice = first.user(world, "alice");
        let mut bob = second.user(world, "bob");
        let (ask, answer) = balance();
        // Each of them waits, for the ledger or for the other server.
        alice.send(
            &[
                &ask[..],
                &whisper("bob", "over there?"),
                &ask,
                &whisper("carol", "?"),
                &ask,
            ]
            .concat(),
        );
        let answers = [&answer[..], &whispered(1), &answer, &whispered(152), &answer];
        alice.expect(&answers.concat());
        bob.expect(&whispers("alice", "over there?"));
    });
}

#[test]
fn an_invitation_leads_to_a_table_of_another_server() {
    with_two(|world, [first, second]| {
        let mut alice = first.user(world, "alice").passing_over(OF_THE_TABLE);
        let mut bob = second.user(world, "bob");
        alice.exchange(&enter(3), &entered(3, 1));
        for _ in 0..2 {
            alice.exchange(&invite("bob"), &is_invited(1));
            bob.expect(&invitation("alice", 3));
            bob.send(&decline("alice"));
            alice.expect(&declines("bob"));
        }
        bob.send(&enter(3));
        let elsewhere = told_where(&mut bob, Codec::Binary);
        bob.expect(&not_entered(ROOM_ELSEWHERE));
        assert_eq!(elsewhere.address, first.address(Codec::Binary));
        let there = first.user_with(Codec::Binary, "bob", &elsewhere.ticket);
        let mut there = there.passing_over(OF_THE_TABLE);
        bob.expect(&error_packet(REPLACED));
        there.exchange(&enter(3), &[user_list(&[(1, "alice")]), entered(3, 2)].concat());
        alice.expect(&has_come(2, "bob"));
    });
}

/// A user has one presence, whatever is played.
#[test]
fn players_and_those_who_chat_reach_each_other() {
    with_two(|world, [table, _]| {
        let chat = Server::start(world, CHAT, |nodes| Chat::in_directory(nodes, DEFAULT_MAX_PACKET));
        let mut alice = chat.user(world, "alice");
        let mut bob = table.user(world, "bob");
        alice.exchange(&whisper("bob", "lucky?"), &whispered(1));
        bob.expect(&whispers("alice", "lucky?"));
        let mut playing = table.user(world, "alice");
        alice.expect(&error_packet(REPLACED));
        bob.exchange(&whisper("alice", "join me"), &whispered(1));
        playing.expect(&whispers("bob", "join me"));
        // A room of the chat is no table, whatever its number.
        let no_table = i32::try_from(server::ROOMS).expect("a small number") * 5;
        bob.exchange(&enter(no_table), &not_entered(122));
    });
}
