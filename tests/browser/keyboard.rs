//! What a screen reader knows of each view, and what a keyboard alone can do.

use crate::browser::{Key, Window, browser};
use crate::site::Site;

/// Everything that can be used has a name, and the conversation is told as it grows.
#[track_caller]
fn can_be_heard(window: &Window, view: &str) {
    let controls = window.controls();
    let usable: Vec<_> = controls.iter().filter(|control| control.is_usable()).collect();
    assert!(usable.len() >= 3, "{view}: {controls:#?}");
    let nameless: Vec<_> = usable
        .iter()
        .filter(|control| control.name.trim().is_empty())
        .collect();
    assert!(nameless.is_empty(), "{view}: no name: {nameless:#?}");
    // And all that is there to be used is among them: what the tree does not have, nobody hears of.
    let script = "return [...document.querySelectorAll('button, input, select, textarea, a[href]')]
        .filter((element) => element.checkVisibility() && element.type !== 'hidden').length";
    let seen = window.run(script, &[]).as_u64().expect("a number");
    assert_eq!(usable.len() as u64, seen, "{view}: {usable:#?}");
    let headings = controls.iter().filter(|control| control.role == "heading");
    assert!(headings.count() >= 1, "{view}");
    let pictures = controls
        .iter()
        .filter(|control| ["image", "img"].contains(&&*control.role));
    pictures.for_each(|picture| assert!(!picture.name.is_empty(), "{view}: {picture:?}"));
}

#[test]
fn every_control_of_every_view_has_a_name() {
    let Some(browser) = browser() else { return };
    let chat = Site::chat(&[]);
    let alice = Window::visit(browser, &chat.url());
    assert_eq!(alice.run("return document.documentElement.lang", &[]), "en");
    can_be_heard(&alice, "the form to log in");
    // WebDriver computes names by rules of its own.
    for (selector, role, name) in [
        ("#name", "textbox", "Name"),
        ("#room", "spinbutton", "Room"),
        ("#login button", "button", "Log in"),
    ] {
        assert_eq!(alice.computed(selector), (role.to_owned(), name.to_owned()));
    }
    alice.log_in("alice", 1);
    alice.is_in(1);
    can_be_heard(&alice, "a room");
    let log = alice.controls().into_iter().find(|control| control.role == "log");
    assert_eq!(log.expect("the conversation").live, "polite");
    let bob = Window::enter(browser, &chat.other_url(), "bob", 2);
    bob.fill("textbox", "User to invite", "alice");
    bob.click("button", "Invite");
    alice.shows("group", "Invitation from bob");
    can_be_heard(&alice, "an invitation");
    alice.click("button", "Leave room");
    alice.shows("heading", "No room");
    can_be_heard(&alice, "no room");
}

#[test]
fn every_control_of_a_table_has_a_name() {
    let Some(browser) = browser() else { return };
    let site = Site::baccarat(&["--result-time", "1h"]);
    let alice = Window::enter(browser, &site.url(), "alice", 1);
    can_be_heard(&alice, "a table that waits");
    alice.click("button", "Start round");
    alice.click("button", "Stake on tie");
    alice.reads("round 1 is over");
    can_be_heard(&alice, "a table with cards");
}

/// Nothing is pressed but keys: Tab goes to each control in the order in which it is read.
#[test]
fn a_keyboard_is_enough() {
    let Some(browser) = browser() else { return };
    let site = Site::chat(&[]);
    let alice = Window::visit(browser, &site.url());
    tab_to(&alice, "name");
    alice.type_here("alice");
    tab_to(&alice, "room");
    // A number field is full of what was in it: the text of it is chosen when one comes by Tab.
    alice.type_here("12");
    alice.press(&[Key::Enter]);
    alice.is_in(12);
    // The focus is where one goes on.
    alice.wait_until("the focus is in the message", || focus(&alice) == "message");
    alice.type_here("by keys alone");
    alice.press(&[Key::Enter]);
    alice.hears("alice: by keys alone");
    tab_to(&alice, "wave");
    alice.press(&[Key::Enter]);
    alice.hears("* alice waves");
    tab_to(&alice, "leave");
    alice.press(&[Key::Enter]);
    alice.shows("heading", "No room");
}

/// Which element has the focus.
fn focus(window: &Window) -> String {
    let id = window.run("return document.activeElement?.id ?? ''", &[]);
    id.as_str().expect("a text").to_owned()
}

/// Presses Tab until this has the focus.
#[track_caller]
fn tab_to(window: &Window, id: &str) {
    let mut passed = Vec::new();
    while focus(window) != id {
        passed.push(focus(window));
        assert!(passed.len() < 60, "Tab does not come to {id}, but to {passed:?}");
        window.press(&[Key::Tab]);
    }
}
