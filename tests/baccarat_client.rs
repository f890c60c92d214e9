//! The program `baccarat-client`, as a script and a person have it.
//!
//! | file | what is in it |
//! |---|---|
//! | `baccarat_client/round` | the real server: rounds, stakes, shoes that are verified and recorded, in every codec |
//! | `baccarat_client/refused` | the real server: what is refused is one line, and an exit code |
//! | `baccarat_client/player` | a player who acts in turns with others |
//! | `baccarat_client/dealer` | a server that is written down here, and deals as it likes |
//! | `baccarat_client/unfair` | that server cheats, and the client says so |
//! | `baccarat_client/again` | an API server that is written down too: a lost connection is taken up again |
//! | `baccarat_client/matches` | and another player is waited for |
//! | `baccarat_client/terminal` | a person at a terminal: signs, colours, Tab, a line that stays as it is |
//!
//! They open terminals, which Windows has not.
#![cfg(unix)]

mod support;

#[path = "baccarat_client/again.rs"]
mod again;
#[path = "chat_client/api.rs"]
#[allow(dead_code, reason = "the rest is for the chat's tests")]
mod api;
#[path = "baccarat_client/dealer.rs"]
mod dealer;
#[path = "baccarat_client/matches.rs"]
mod matches;
#[path = "baccarat_client/player.rs"]
mod player;
#[path = "chat_client/ports.rs"]
mod ports;
#[path = "baccarat_client/refused.rs"]
mod refused;
#[path = "baccarat_client/round.rs"]
mod round;
#[path = "chat_client/screen.rs"]
mod screen;
#[path = "chat_client/server.rs"]
#[allow(dead_code, reason = "the rest is for the chat's tests")]
mod server;
#[path = "baccarat_client/terminal.rs"]
mod terminal;
#[path = "baccarat_client/unfair.rs"]
mod unfair;

use support::{Program, Server};

/// A client at table 1, where the flags do not say another.
fn client(server: &str, name: &str, flags: &[&str]) -> Program {
    Program::new(env!("CARGO_BIN_EXE_baccarat-client"))
        .args(&["--name", name, server])
        .args(if flags.contains(&"--room") {
            &[]
        } else {
            &["--room", "1"]
        })
        .args(flags)
}

/// The real server, in which a result is soon over.
#[track_caller]
fn table(flags: &[&str]) -> Server {
    Program::new(env!("CARGO_BIN_EXE_baccarat-server"))
        .args(&["--bind", "127.0.0.1:0", "--result-time", "50ms"])
        .args(flags)
        .serve()
}

/// A path in a folder of this test alone.
fn file(name: &str) -> String {
    // Not another's who runs the same tests at this moment.
    let folder = format!("baccarat-client-{}", std::process::id());
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(name);
    let _ = std::fs::remove_file(&path);
    path.to_str().expect("UTF-8").to_owned()
}
