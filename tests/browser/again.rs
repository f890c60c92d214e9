//! Servers that are killed, end in order, or are full: the page says so, and comes back where that makes sense.

use crate::browser::{Window, browser};
use crate::site::Site;
use crate::support::messages::{PING, PONG, chat, enter, entered, said_by_oneself, user_list};
use crate::support::wire::{SERVER_FULL, error_packet};
use crate::support::{Client, Signal, address_to_ask_for};

#[test]
fn a_page_comes_back_into_its_room_when_its_server_does() {
    let Some(browser) = browser() else { return };
    let (_port, web) = address_to_ask_for();
    let mut site = Site::chat_at(web);
    let alice = Window::enter(browser, &site.url(), "alice", 7);
    site.server.signal(Signal::KILL);
    site.server.wait();
    alice.connection_is("no connection: ");
    alice.connection_is("trying again in ");
    // What is typed meanwhile is not lost without a word.
    alice.says("does anybody hear me");
    alice.hears("not sent: there is no connection now");
    let site = Site::chat_at(web);
    alice.is_in(7);
    let mut bob = site.user("bob");
    bob.exchange(&enter(7), &[user_list(&[(1, "alice")]), entered(7, 2)].concat());
    bob.exchange(&chat("welcome back"), &said_by_oneself(2, "welcome back"));
    alice.hears("bob: welcome back");
    alice.is_well();
}

#[test]
fn the_last_word_of_a_server_that_ends_is_shown() {
    let Some(browser) = browser() else { return };
    let site = Site::chat(&[]);
    let alice = Window::enter(browser, &site.url(), "alice", 7);
    let bob = Window::visit(browser, &site.other_url());
    site.server.terminate().expect_success();
    alice.hears("the server is shutting down (SERVER_SHUTTING_DOWN)");
    alice.connection_is("trying again in ");
    // The wait can be cut short, and given up.
    alice.click("button", "Try now");
    alice.connection_is("no connection: the server cannot be reached");
    alice.click("button", "Log out");
    alice.connection_is("not connected");
    bob.log_in("bob", 7);
    bob.connection_is("the server cannot be reached");
}

#[test]
fn a_page_waits_for_a_place_on_a_full_server() {
    let Some(browser) = browser() else { return };
    let site = Site::chat(&["--max-connections", "16", "--login-timeout", "0"]);
    let alice = Window::visit(browser, &site.url());
    alice.fill("textbox", "Name", "alice");
    alice.fill("spinbutton", "Room", "7");
    let others = all_places(&site);
    alice.click("button", "Log in");
    alice.connection_is("no connection: the server is full (SERVER_FULL)");
    drop(others);
    alice.is_in(7);
}

/// Takes all that are left, and is told of the first one that is not.
#[track_caller]
fn all_places(site: &Site) -> Vec<Client> {
    let mut others = Vec::new();
    loop {
        let mut client = site.server.connect();
        // One that is refused may be told so before it sends.
        let answer = client.try_send(&PING).and_then(|()| client.receive_some());
        let answer = answer.expect("an answer");
        if answer != PONG {
            assert_eq!(answer, error_packet(SERVER_FULL));
            return others;
        }
        others.push(client);
    }
}

/// Who logs in elsewhere, or is wanted no more, is not fought over.
#[test]
fn a_name_that_is_taken_is_asked_for_again() {
    let Some(browser) = browser() else { return };
    let site = Site::chat(&[]);
    let _first = Window::enter(browser, &site.url(), "alice", 7);
    let second = Window::visit(browser, &site.other_url());
    second.log_in("alice", 7);
    second.reads("alice is logged in already: take another name (LOGIN_USER_DUPLICATION)");
    second.shows("textbox", "Name");
    second.log_in("bob", 7);
    second.is_in(7);
}
