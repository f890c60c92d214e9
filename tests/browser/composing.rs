//! An input method at work, and how long a message is.

use crate::browser::{Key, Window, browser};
use crate::site::Site;
use crate::support::messages::{chat, chatted, enter, entered, said, user_list};

#[test]
fn an_enter_in_the_middle_of_a_composition_sends_nothing() {
    let Some(browser) = browser() else { return };
    let site = Site::chat(&[]);
    let alice = Window::enter(browser, &site.url(), "alice", 7);
    let mut bob = site.user("bob");
    bob.exchange(&enter(7), &[user_list(&[(1, "alice")]), entered(7, 2)].concat());
    alice.focus("textbox", "Message");
    for composed in ["ㅎ", "하", "한"] {
        alice.compose(composed);
        alice.press_enter_in_composition();
    }
    alice.end_composition("한");
    alice.compose("국");
    alice.press_enter_in_composition();
    alice.end_composition("국");
    assert_eq!(alice.value_of("textbox", "Message"), "한국");
    alice.reads_in("status", "Length", "6 of 126 bytes");
    alice.press(&[Key::Enter]);
    // The first that comes, and the only one before bob's own.
    bob.expect(&said(1, "한국"));
    bob.exchange(&chat("네"), &[said(2, "네"), chatted(1)].concat());
    alice.hears("bob: 네");
    let lines = alice.conversation();
    assert_eq!(lines[lines.len() - 2..], ["alice: 한국", "bob: 네"]);
    assert_eq!(alice.value_of("textbox", "Message"), "");
    alice.is_well();
}

/// As a Mac types Korean: in parts, which are three bytes each.
#[test]
fn a_message_has_bytes_and_is_never_cut() {
    let Some(browser) = browser() else { return };
    let site = Site::chat(&[]);
    let alice = Window::enter(browser, &site.url(), "alice", 7);
    let mut bob = site.user("bob");
    bob.exchange(&enter(7), &[user_list(&[(1, "alice")]), entered(7, 2)].concat());
    alice.fill("textbox", "Message", &"한".repeat(43));
    alice.reads_in("status", "Length", "129 of 126 bytes: 3 too many");
    alice.press(&[Key::Enter]);
    // Nothing was sent, and nothing was taken away.
    assert_eq!(alice.value_of("textbox", "Message"), "한".repeat(43));
    let decomposed = "\u{1112}\u{1161}\u{11ab}".repeat(42);
    alice.fill("textbox", "Message", "");
    alice.insert("textbox", "Message", &decomposed);
    alice.reads_in("status", "Length", "126 of 126 bytes");
    alice.press(&[Key::Enter]);
    bob.expect(&said(1, &"한".repeat(42)));
    alice.insert("textbox", "Message", "👨‍👩‍👧 family");
    alice.press(&[Key::Enter]);
    bob.expect(&said(1, "👨‍👩‍👧 family"));
    alice.hears("alice: 👨‍👩‍👧 family");
}
