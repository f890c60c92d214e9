//! The picture of two clients in the README: drawn from a session at two terminals, and compared with the one that is
//! kept.

#[path = "picture/svg.rs"]
mod svg;

use std::{env, fs, path::Path};

use svg::{Window, draw};

use crate::screen::Screen;
use crate::support::{Program, Terminal, eventually};

const KEPT: &str = "../../docs/src/figures/two-clients.svg";

/// Makes the test write the file, in place of comparing it.
const UPDATE: &str = "UPDATE_PICTURE";

/// One person at a terminal.
struct Person {
    name: &'static str,
    terminal: Terminal,
}

impl Person {
    fn sit_down(name: &'static str, server: &str) -> Self {
        let program =
            Program::new(env!("CARGO_BIN_EXE_chat-client")).args(&["--name", name, "--room", "1", server]);
        Self {
            name,
            terminal: Terminal::start(program),
        }
    }

    fn type_line(&mut self, line: &str) {
        self.terminal.type_text(&format!("{line}\r"));
    }

    /// Waits until these are the last lines above an empty prompt.
    #[track_caller]
    fn reads(&self, lines: &[&str]) {
        let expected: Vec<_> = lines.iter().chain(&[">"]).map(ToString::to_string).collect();
        eventually(&format!("{} reads {lines:?}", self.name), || {
            self.rows().ends_with(&expected)
        });
    }

    fn rows(&self) -> Vec<String> {
        Screen::after(&self.terminal.screen.text()).rows()
    }

    /// With the port that a reader's server has.
    fn window(&self, server: &str) -> Window {
        let rows = self.rows().into_iter();
        Window {
            title: format!("chat-client --name {} --room 1", self.name),
            rows: rows.map(|row| row.replace(server, "127.0.0.1:11021")).collect(),
        }
    }
}

/// Two people talk; each waits for what the other has said.
fn session() -> [Window; 2] {
    let server = Program::new(env!("CARGO_BIN_EXE_chat-server")).serve_with(&[]);
    let mut alice = Person::sit_down("alice", &server.host_and_port());
    alice.reads(&["* you are in room 1, alone"]);
    let mut bob = Person::sit_down("bob", &server.host_and_port());
    bob.reads(&["* you are in room 1, with alice"]);
    alice.reads(&["* bob has entered"]);
    for (from_alice, line) in [
        (true, "안녕, bob!"),
        (false, "hi. who holds the lock on our room?"),
        (true, "nobody: one worker owns it"),
    ] {
        let (speaker, other) = match from_alice {
            true => (&mut alice, &bob),
            false => (&mut bob, &alice),
        };
        speaker.type_line(line);
        let said = format!("{}: {line}", speaker.name);
        speaker.reads(&[&said]);
        other.reads(&[&said]);
    }
    bob.type_line("/whisper alice and if I never read?");
    bob.reads(&["* you whisper to alice: and if I never read?"]);
    alice.reads(&["bob whispers: and if I never read?"]);
    alice.type_line("/whisper bob then you alone are cut off");
    alice.reads(&["* you whisper to bob: then you alone are cut off"]);
    bob.reads(&["alice whispers: then you alone are cut off"]);
    [&alice, &bob].map(|person| person.window(&server.host_and_port()))
}

#[test]
fn the_picture_of_the_readme_is_what_two_clients_show() {
    let drawn = draw(&session());
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join(KEPT);
    if env::var_os(UPDATE).is_some() {
        fs::write(&kept, &drawn).expect("a file of the book");
    }
    let is_current = fs::read_to_string(&kept).is_ok_and(|kept| kept == drawn);
    assert!(
        is_current,
        "the clients show something else now: `{UPDATE}=1 cargo test -p chat-server --test chat-client picture` draws it"
    );
}

/// The README shows how each of the two begins: the line that starts the client, and what is on its terminal then.
#[test]
fn the_session_of_the_readme_is_what_two_people_see() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = fs::read_to_string(readme).expect("the README");
    for window in session() {
        let flags = window.title.strip_prefix("chat-client ").expect("the program");
        let command = format!("cargo run -q --release --bin chat-client -- {flags}");
        let (_, shown) = readme
            .split_once(&command)
            .expect("the README starts this client");
        if let Some(shown) = shown.strip_prefix('\n') {
            let (shown, _) = shown.split_once("\n```").expect("the end of a listing");
            let lines: Vec<_> = shown.lines().collect();
            assert_eq!(window.rows[..lines.len()], lines);
        }
    }
}
