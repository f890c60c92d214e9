//! The page at `--admin`, as an operator has it: what moves by itself, who is found, what is done.

use crate::browser::{Browser, Colours, Size, Window, browser};
use crate::folder::Folder;
use crate::operator::{Operator, TOKEN, token_file};
use crate::support::messages::{chat, enter, entered, log_in, logged_in, said_by_oneself, whispers};
use crate::support::{Client, Program, Server};

const ANNOUNCER: &str = "server announcement";
const HOSTILE: &str = "<b onload=a()>";

/// A server, the page, and two users: Alice, who is in room 7, and one whose name would be markup.
struct Watched {
    server: Server,
    window: Window,
    alice: Client,
    hostile: Client,
    _folder: Folder,
}

#[track_caller]
fn watched(browser: &'static Browser, test: &str) -> Watched {
    let folder = Folder::new(&format!("browser-admin-{test}"));
    let token = token_file(&folder);
    let token = token.to_str().expect("a path in UTF-8");
    let flags = [
        "--admin",
        "127.0.0.1:0",
        "--admin-token-file",
        token,
        "--rate-limit",
        "0",
    ];
    let server = Program::of_this_build("chat-server").serve_with(&flags);
    let [mut alice, hostile] = ["alice", HOSTILE].map(|user_id| {
        let mut user = server.connect();
        user.exchange(&log_in(user_id), &logged_in(1));
        user
    });
    alice.exchange(&enter(7), &entered(7, 1));
    let window = Window::open(browser);
    let address = Operator::of(&server.process).address;
    window.go_to(&format!("http://{address}/"));
    Watched {
        server,
        window,
        alice,
        hostile,
        _folder: folder,
    }
}

/// What stands beside the title of a chart, and how many points its line has.
fn chart(window: &Window, title: &str) -> (f64, u64) {
    let script = "const figure = document.querySelector(`[data-chart='${arguments[0]}']`);
        if (figure === null) return [0, 0];
        const points = figure.querySelector('polyline').getAttribute('points') ?? '';
        return [Number(figure.querySelector('strong').textContent), points.split(' ').length]";
    let told = window.run(script, &[title.into()]);
    let number = told[0].as_f64().unwrap_or_default();
    (number, told[1].as_u64().expect("a count"))
}

#[test]
fn the_page_shows_who_is_there_and_moves_by_itself() {
    let Some(browser) = browser() else { return };
    let mut watched = watched(browser, "live");
    let (window, alice) = (&watched.window, &mut watched.alice);
    window.reads_in("table", "Users", "alice");
    // A name is text.
    window.reads_in("table", "Users", HOSTILE);
    window.reads_in("table", "Rooms with members", "7");
    let before = chart(window, "Connections").1;
    window.wait_until("packets in the chart", || {
        alice.exchange(&chat("hello"), &said_by_oneself(1, "hello"));
        chart(window, "Packets in / s").0 > 0.0
    });
    window.wait_until("more points", || chart(window, "Connections").1 > before + 1);
    assert_eq!(chart(window, "Connections").0, 2.0);
    window.fill("searchbox", "Names that contain", "ALI");
    window.reads("Users: 2. With such a name: 1.");
    assert!(!window.text_of("table", "Users").contains(HOSTILE));
    assert_eq!(window.troubles(), [""; 0]);
}

#[test]
fn whoever_has_the_token_kicks_tells_and_ends() {
    let Some(browser) = browser() else { return };
    let Watched {
        server,
        window,
        mut alice,
        mut hostile,
        _folder,
    } = watched(browser, "acts");
    let kick = || {
        window.click("button", "Kick alice");
        window.click("button", "Press again to kick alice");
    };
    kick();
    window.reads("type the token first");
    window.fill("textbox", "Token", "a-token-that-is-wrong");
    window.click("button", "Use it");
    kick();
    window.reads("this token is wrong");
    window.fill("textbox", "Token", TOKEN);
    window.click("button", "Use it");
    // It is in no field, and in no store of the browser.
    assert_eq!(window.value_of("textbox", "Token"), "");
    assert_eq!(
        window.run("return localStorage.length + sessionStorage.length", &[]),
        0
    );
    kick();
    window.reads("alice is out");
    alice.expect(&whispers(ANNOUNCER, "an operator has ended your connection"));
    window.reads("Users: 1.");
    window.fill("textbox", "Tell all users", "ten minutes left");
    window.click("button", "Tell them");
    window.reads("users who were told: 1");
    hostile.expect(&whispers(ANNOUNCER, "ten minutes left"));
    assert_eq!(window.troubles(), [""; 0]);
    window.click("button", "End the server in order");
    window.click("button", "Press again to end it");
    drop((alice, hostile));
    server.process.finish().expect_success();
    window.reads("no answer: ");
}

#[test]
fn it_can_be_read_in_narrow_windows_and_in_the_dark() {
    let Some(browser) = browser() else { return };
    let watched = watched(browser, "seen");
    let window = &watched.window;
    window.reads_in("table", "Users", HOSTILE);
    window.resize(Size {
        width: 360,
        height: 740,
    });
    assert!(window.sideways() <= 0, "{} pixels too wide", window.sideways());
    for colours in [Colours::Light, Colours::Dark] {
        window.prefer(colours);
        let poor: Vec<_> = window
            .contrasts()
            .into_iter()
            .filter(|(_, ratio)| *ratio < 4.5)
            .collect();
        assert!(poor.is_empty(), "{colours:?}: {poor:?}");
    }
    for (role, name) in [
        ("searchbox", "Names that contain"),
        ("textbox", "Token"),
        ("textbox", "Tell all users"),
    ] {
        assert!(window.has(role, name), "{name}");
    }
}
