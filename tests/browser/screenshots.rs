//! The pictures of the page in the book. `docs/screenshots.sh` makes them anew.

use std::fs;
use std::path::Path;

use crate::browser::{Browser, Colours, Size, Window, browser};
use crate::packets::{PLAYER, TIE, stake};
use crate::site::Site;
use crate::support::Client;
use crate::support::messages::{chat, enter, invite, log_in, relay, whisper};

const FIGURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/src/figures");

/// What a page of the book may carry for each, in bytes.
const LARGEST: usize = 150 * 1024;

const PHONE: Size = Size {
    width: 360,
    height: 640,
};

#[test]
#[ignore = "it writes into the book: docs/screenshots.sh"]
fn of_the_page() {
    let browser = browser().expect("a browser");
    chat_in_a_room(browser);
    a_table_with_cards(browser);
}

/// A user over TCP, who is in this room.
#[track_caller]
fn member(site: &Site, name: &str, room: i32) -> Client {
    let mut client = site.server.connect();
    client.send(&[log_in(name), enter(room)].concat());
    client
}

fn chat_in_a_room(browser: &'static Browser) {
    let site = Site::chat(&[]);
    let alice = Window::enter(browser, &site.url(), "alice", 7);
    let mut bob = member(&site, "bob", 7);
    alice.hears("* bob has entered");
    let mut carol = member(&site, "Zoë", 7);
    alice.hears("* Zoë has entered");
    bob.send(&chat("hello from a terminal"));
    alice.hears("bob: hello from a terminal");
    carol.send(&chat("grüezi mitenand"));
    alice.hears("Zoë: grüezi mitenand");
    alice.says("the same room, in a browser");
    alice.hears("alice: the same room, in a browser");
    bob.send(&[whisper("alice", "psst: is this WebSocket?"), relay(b"wave")].concat());
    alice.hears("* bob waves");
    let mut dave = member(&site, "dave", 12);
    dave.send(&invite("alice"));
    alice.shows("group", "Invitation from dave");
    alice.focus("textbox", "Message");
    let size = Size {
        width: 900,
        height: 480,
    };
    keep(&alice, "page-chat", size);
}

fn a_table_with_cards(browser: &'static Browser) {
    let site = Site::baccarat(&["--bet-time", "1h", "--result-time", "1s"]);
    let alice = Window::enter(browser, &site.url(), "alice", 5);
    let mut bob = member(&site, "bob", 5);
    alice.hears("* bob has entered");
    for round in 1..=6 {
        alice.click("button", "Start round");
        alice.reads(&format!("round {round}: bets are open"));
        alice.fill("spinbutton", "Chips", if round % 2 == 0 { "100" } else { "10" });
        alice.click("button", "Stake on banker");
        bob.send(&[stake(round, TIE, 5), stake(round, PLAYER, 50)].concat());
        alice.reads(&format!("round {round} is over"));
        alice.reads("no round is running: you can start one");
    }
    let size = Size {
        width: 1000,
        height: 660,
    };
    keep(&alice, "page-table", size);
}

/// The window in both colours, and as it is on a phone.
#[track_caller]
fn keep(window: &Window, name: &str, desk: Size) {
    window.hide_bars();
    for (form, size, colours) in [
        ("light", desk, Colours::Light),
        ("dark", desk, Colours::Dark),
        ("phone", PHONE, Colours::Light),
    ] {
        window.resize(size);
        window.prefer(colours);
        let picture = window.picture();
        assert!(picture.len() < LARGEST, "{name}-{form}: {} bytes", picture.len());
        let path = Path::new(FIGURES).join(format!("{name}-{form}.png"));
        fs::write(path, picture).expect("the book can be written to");
    }
}
