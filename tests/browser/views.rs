//! How the page looks: in a narrow window, in light and in dark colours.

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

#[test]
fn the_chat_fits_a_phone_and_can_be_read_in_both_colours() {
    let Some(browser) = browser() else { return };
    let site = Site::chat(&[]);
    let alice = Window::visit(browser, &site.url());
    looks_right(&alice, "the form to log in");
    alice.log_in("alice", 1);
    alice.is_in(1);
    let mut bob = site.user("sixteen-letters!");
    // The longest word that can be said, and lines of all kinds.
    bob.send(
        &[
            enter(1),
            chat(&"w".repeat(126)),
            whisper("alice", "psst"),
            relay(b"wave"),
            invite("alice"),
        ]
        .concat(),
    );
    alice.hears("* sixteen-letters! waves");
    alice.says("/w nobody anything");
    alice.hears("(WHISPER_NO_SUCH_USER)");
    site.user_in("carol", 3).send(&invite("alice"));
    alice.shows("group", "Invitation from carol");
    looks_right(&alice, "a room");
    site.server.terminate();
    alice.connection_is("no connection: ");
    looks_right(&alice, "no connection");
}

#[test]
fn a_table_fits_a_phone_and_can_be_read_in_both_colours() {
    let Some(browser) = browser() else { return };
    let site = Site::baccarat(&["--result-time", "1h"]);
    let alice = Window::enter(browser, &site.url(), "alice", 1);
    looks_right(&alice, "a table that waits");
    alice.click("button", "Start round");
    alice.click("button", "Stake on tie");
    alice.reads("round 1 is over");
    looks_right(&alice, "a table with cards");
}
