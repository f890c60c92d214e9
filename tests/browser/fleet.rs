//! A fleet in the browser: an account, a seat on one of its servers, and the way to another one.

use std::net::SocketAddr;

use crate::browser::{Browser, Window, browser};
use crate::support::{Process, Program, address_of};

const PASSWORD: &str = "correct horse";

/// Two chat servers, each with a page; rooms from 1000 on are those of the second.
struct Fleet {
    _process: Process,
    pages: [SocketAddr; 2],
}

#[track_caller]
fn fleet() -> Fleet {
    let flags = ["--bind", "127.0.0.1:0", "--web", "127.0.0.1:0"];
    let process = Program::new(env!("CARGO_BIN_EXE_fleet")).args(&flags).start();
    let pages = ["web-0", "web-1"].map(|service| address_of(&process, service));
    Fleet {
        _process: process,
        pages,
    }
}

/// Fills the form in, and presses this button.
#[track_caller]
fn fill(window: &Window, name: &str, password: &str, room: i32, button: &str) {
    window.fill("textbox", "Password", password);
    window.fill("textbox", "Name", name);
    window.fill("spinbutton", "Room", &room.to_string());
    window.click("button", button);
}

/// A new account, which goes to this room.
#[track_caller]
fn newcomer(browser: &'static Browser, url: &str, name: &str, room: i32) -> Window {
    let window = Window::visit(browser, url);
    fill(&window, name, PASSWORD, room, "Register");
    window.is_in(room);
    window
}

#[test]
fn a_room_of_another_server_is_reached_from_any_page() {
    let Some(browser) = browser() else { return };
    let fleet = fleet();
    let alice = newcomer(browser, &format!("http://{}/", fleet.pages[0]), "alice", 3);
    // The page of one server, and a room of the other one from the start.
    let url = format!("http://localhost:{}/", fleet.pages[0].port());
    let bob = newcomer(browser, &url, "bob", 1003);
    alice.says("/w bob are you there");
    bob.hears("alice whispers: are you there");
    bob.fill("textbox", "User to invite", "alice");
    bob.click("button", "Invite");
    alice.click("button", "Accept invitation from bob");
    alice.hears("* room 1003 is on another server: moving there");
    alice.is_in(1003);
    bob.hears("* alice has entered");
    bob.says("here we are");
    alice.hears("bob: here we are");
    // And back, by the number of a room.
    alice.fill("spinbutton", "Other room", "3");
    alice.click("button", "Go");
    alice.is_in(3);
    bob.hears("* alice has left");
    alice.is_well();
    bob.is_well();
}

#[test]
fn a_password_is_asked_for_and_a_wrong_one_is_refused_in_words() {
    let Some(browser) = browser() else { return };
    let fleet = fleet();
    let url = format!("http://{}/", fleet.pages[1]);
    let alice = newcomer(browser, &url, "alice", 1001);
    alice.click("button", "Log out");
    fill(&alice, "alice", "battery staple", 1001, "Log in");
    alice.reads("the API server says 401: ");
    fill(&alice, "alice", PASSWORD, 1001, "Register");
    alice.reads("the API server says 409: ");
    fill(&alice, "alice", PASSWORD, 1001, "Log in");
    alice.is_in(1001);
    // It is in no store of the browser.
    let stored = alice.run("return localStorage.length + sessionStorage.length", &[]);
    assert_eq!(stored, 0);
    assert_eq!(alice.run("return document.cookie", &[]), "");
    alice.is_well();
}
