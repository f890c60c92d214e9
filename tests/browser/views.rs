//! Each view of the page: how it looks in a narrow window, in light and in dark colours, and what a screen reader knows of
//! it.

use crate::browser::{Colours, Size, Window, browser};
use crate::site::Site;
use crate::support::messages::{chat, enter, invite, relay, whisper};

/// The least that WCAG 2 asks of a text of usual size (success criterion 1.4.3).
const LEAST_CONTRAST: f64 = 4.5;

/// A small phone.
const PHONE: Size = Size {
    width: 360,
    height: 640,
};
const DESK: Size = Size {
    width: 1280,
    height: 800,
};

/// Nothing is cut off at the side, and every text can be read.
#[track_caller]
fn looks_right(window: &Window, view: &str) {
    for size in [PHONE, DESK] {
        window.resize(size);
        let wider = window.sideways();
        assert!(wider <= 0, "{view}: wider than {} by {wider}", size.width);
    }
    for colours in [Colours::Light, Colours::Dark] {
        window.prefer(colours);
        let contrasts = window.contrasts();
        assert!(contrasts.len() >= 3, "{view}: {contrasts:?}");
        for (text, contrast) in contrasts {
            assert!(
                contrast >= LEAST_CONTRAST,
                "{view}, {colours:?}: {text:?} has a contrast of {contrast:.2}"
            );
        }
    }
}

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

/// Whoever sees it and whoever hears it can use it.
#[track_caller]
fn is_for_all(window: &Window, view: &str) {
    looks_right(window, view);
    can_be_heard(window, view);
}

#[test]
fn every_view_of_a_chat_is_for_all() {
    let Some(browser) = browser() else { return };
    let site = Site::chat(&[]);
    let alice = Window::visit(browser, &site.url());
    assert_eq!(alice.run("return document.documentElement.lang", &[]), "en");
    is_for_all(&alice, "the form to log in");
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
    is_for_all(&alice, "a room");
    let log = alice.controls().into_iter().find(|control| control.role == "log");
    assert_eq!(log.expect("the conversation").live, "polite");
    // The longest word that can be said, and lines of all kinds.
    let lines = [
        enter(1),
        chat(&"w".repeat(126)),
        whisper("alice", "psst"),
        relay(b"wave"),
        invite("alice"),
    ];
    let mut bob = site.user("sixteen-letters!");
    bob.send(&lines.concat());
    alice.hears("* sixteen-letters! waves");
    alice.says("/w nobody anything");
    alice.hears("(WHISPER_NO_SUCH_USER)");
    site.user_in("carol", 3).send(&invite("alice"));
    alice.shows("group", "Invitation from carol");
    is_for_all(&alice, "a room with an invitation");
    alice.click("button", "Leave room");
    alice.shows("heading", "No room");
    is_for_all(&alice, "no room");
    site.server.terminate();
    alice.connection_is("no connection: ");
    is_for_all(&alice, "no connection");
}

#[test]
fn every_view_of_a_table_is_for_all() {
    let Some(browser) = browser() else { return };
    let site = Site::baccarat(&["--result-time", "1h"]);
    let alice = Window::enter(browser, &site.url(), "alice", 1);
    is_for_all(&alice, "a table that waits");
    alice.click("button", "Start round");
    alice.click("button", "Stake on tie");
    alice.reads("round 1 is over");
    is_for_all(&alice, "a table with cards");
}
