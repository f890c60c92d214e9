//! A room on another server: the first one tells where, and the client goes there.

use crate::account::alice_of;
use crate::again::welcome;
use crate::api::Api;
use crate::screen::shows;
use crate::server::{NONE, Served, Server};
use crate::support::messages::{
    chat, enter, entered, invitation, is_elsewhere, left, not_entered, user_list,
};
use crate::support::{Terminal, unused_address};

const ROOM_ELSEWHERE: i16 = 135;
const TICKET: &str = "AbCdEfGh_-012345";

/// The answer to one who wants to enter room 1200.
fn is_there(server: &str) -> Vec<u8> {
    let (host, port) = server.rsplit_once(':').expect("an address");
    let ticket = TICKET.as_bytes().try_into().expect("16 bytes");
    let told = is_elsewhere(1200, port.parse().expect("a port"), host, ticket);
    [told, not_entered(ROOM_ELSEWHERE)].concat()
}

/// Lets alice into room 1200, where carol is.
#[track_caller]
fn welcome_to_1200(client: &mut Served, ticket: &str) {
    client.let_in(ticket);
    client.expect(&enter(1200));
    client.send(&[user_list(&[(1, "carol")]), entered(1200, 8)].concat());
}

#[test]
fn who_enters_a_room_elsewhere_is_taken_there() {
    let (api, here, there) = (Api::start(), Server::start(), Server::start());
    let mut terminal = Terminal::start(alice_of(&api, &[]));
    let mut client = welcome(&api, &here);
    client.send(&invitation("carol", 1200));
    terminal
        .screen
        .wait_for_text("* carol invites you to room 1200: /enter 1200");
    // What is typed behind it is said there.
    terminal.type_text("/leave\r/enter 1200\r");
    client.expect(&crate::support::messages::leave());
    client.send(&left(NONE));
    client.expect(&enter(1200));
    client.send(&is_there(&there.address));
    client.expect_end();
    drop(client);
    let mut client = there.accept();
    terminal.type_text("hello\r");
    welcome_to_1200(&mut client, TICKET);
    let moving = format!("* room 1200 is on another server: moving to {}", there.address);
    client.hear_alice("hello");
    terminal.screen.wait_for_texts(&[
        "* you have left room 1",
        &moving,
        "* you are in room 1200, with carol",
        "alice: hello",
    ]);
    terminal.press("\x04");
    client.expect_end();
    assert_eq!(terminal.process.wait().code(), Some(0));
}

#[test]
fn what_is_pasted_behind_an_entry_is_said_in_that_room() {
    let (api, here, there) = (Api::start(), Server::start(), Server::start());
    let mut terminal = Terminal::start(alice_of(&api, &[]));
    let mut client = welcome(&api, &here);
    shows(&terminal, &["> "]);
    terminal.paste("/leave\n/enter 1200\nhello\n/whisper carol hi");
    terminal.type_text("\r");
    client.expect(&crate::support::messages::leave());
    client.send(&left(NONE));
    client.expect(&enter(1200));
    client.send(&is_there(&there.address));
    // Nothing that was meant for room 1200 has been said here.
    client.expect_end();
    drop(client);
    let mut client = there.accept();
    welcome_to_1200(&mut client, TICKET);
    client.hear_alice("hello");
    client.next_packet();
}

#[test]
fn the_road_is_the_same_in_a_script() {
    let (api, here, there) = (Api::start(), Server::start(), Server::start());
    let input = "/leave\n/enter 1200\nhello\n";
    let finished = std::thread::scope(|scope| {
        let finished = scope.spawn(|| alice_of(&api, &[]).run_with(input.as_bytes()));
        let mut client = welcome(&api, &here);
        client.next_packet();
        client.send(&left(NONE));
        client.expect(&enter(1200));
        client.send(&is_there(&there.address));
        client.expect_end();
        drop(client);
        let mut client = there.accept();
        welcome_to_1200(&mut client, TICKET);
        client.hear_alice("hello");
        client.expect_end();
        drop(client);
        finished.join().expect("no panic")
    });
    let expected = [
        "* you are in room 1, with bob",
        "* you have left room 1",
        &format!("* room 1200 is on another server: moving to {}", there.address),
        "* you are in room 1200, with carol",
        "alice: hello",
        "",
    ];
    assert_eq!(finished.expect_success().text(), expected.join("\n"));
}

#[test]
fn a_server_that_is_not_there_is_asked_for_again() {
    let (api, here, there) = (Api::start(), Server::start(), Server::start());
    let (_held, nobody) = unused_address();
    let mut terminal = Terminal::start(alice_of(&api, &[]));
    let mut client = welcome(&api, &here);
    shows(&terminal, &["> "]);
    terminal.type_text("/leave\r/enter 1200\r");
    client.next_packet();
    client.send(&left(NONE));
    client.expect(&enter(1200));
    client.send(&is_there(&nobody.to_string()));
    client.expect_end();
    drop(client);
    terminal.screen.wait_for_text("* no connection yet: ");
    api.assign("token", Some(1200), &there.address, 1200, "ticket-2");
    let mut client = there.accept();
    welcome_to_1200(&mut client, "ticket-2");
    shows(&terminal, &["* you are in room 1200, with carol", "> "]);
}

#[test]
fn without_an_api_server_it_is_a_refusal() {
    let server = Server::start();
    let mut terminal = Terminal::start(crate::alice(&server.address, &["--room", "1"]));
    let mut client = server.welcome();
    shows(&terminal, &["> "]);
    terminal.type_text("/enter 1200\r");
    client.expect(&enter(1200));
    client.send(&is_there("127.0.0.1:9"));
    let refused = "! room 1200 is on another server, 127.0.0.1:9, and only with --api can you go there";
    shows(&terminal, &[refused, "> "]);
    terminal.type_text("hello\r");
    client.expect(&chat("hello"));
}
