//! What a keyboard alone can do.

use crate::browser::{Key, Window, browser};
use crate::site::Site;

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
