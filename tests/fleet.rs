//! The fleet, as its users have it: every test runs the real program, and most of them clients of it.
//!
//! | file | what is in it |
//! |---|---|
//! | `fleet/starting` | what it prints, what it refuses, how it ends |
//! | `fleet/road` | from an account to a seat, byte by byte |
//! | `fleet/between` | whispers, invitations and newer sessions between two servers, byte by byte |
//! | `fleet/matches` | users who do not know each other get seats at one table |
//! | `fleet/clients` | the same with the clients that people use |
//! | `fleet/again` | those clients, when the fleet is started again, or when they are two of one user |
//! | `fleet/admin` | an operator of all servers |
//! | `fleet/pages` | browsers: whose pages are let in, and how a user goes from server to server |
//! | `web/socket` | a WebSocket of raw bytes |
//! | `fleet/status` | the table of all servers |
//! | `fleet/matched_clients` | those clients, when they wait for each other |
//! | `api/caller` | calls over HTTP, written down by hand |
//! | `api/place` | places on game servers |
#![cfg(target_os = "linux")]

mod support;

#[path = "fleet/admin.rs"]
mod admin;
#[path = "fleet/again.rs"]
mod again;
#[path = "fleet/between.rs"]
mod between;
#[allow(dead_code, reason = "the tests of the API server use all of it")]
#[path = "api/caller.rs"]
mod caller;
#[path = "fleet/clients.rs"]
mod clients;
#[path = "support/folder.rs"]
mod folder;
#[path = "fleet/matched_clients.rs"]
mod matched_clients;
#[path = "fleet/matches.rs"]
mod matches;
#[path = "support/operator.rs"]
mod operator;
#[path = "fleet/pages.rs"]
mod pages;
#[path = "api/place.rs"]
mod place;
#[path = "fleet/road.rs"]
mod road;
#[allow(dead_code, reason = "the tests of a chat server for browsers use all of it")]
#[path = "web/socket.rs"]
mod socket;
#[path = "fleet/starting.rs"]
mod starting;
#[path = "fleet/status.rs"]
mod status;

use std::net::SocketAddr;

use caller::Answer;
use place::Place;
use support::messages::{enter, entered};
use support::{Client, Program, Server, address_of};

const FLEET: &str = env!("CARGO_BIN_EXE_fleet");

/// A fleet with two chat servers and a baccarat server.
struct Fleet {
    /// The API server, and the process of all.
    api: Server,
    chat: [SocketAddr; 2],
    baccarat: SocketAddr,
}

/// On ports that the system chooses.
fn program(flags: &[&str]) -> Program {
    Program::new(FLEET).args(flags).env("FLEET_BIND", "127.0.0.1:0")
}

impl Fleet {
    #[track_caller]
    fn start(flags: &[&str]) -> Self {
        Self::of(program(flags))
    }

    /// This one, with ports for two chat servers.
    #[track_caller]
    fn of(program: Program) -> Self {
        let process = program.start();
        let address = |service| address_of(&process, service);
        let api = address("api");
        let chat = [address("chat-0"), address("chat-1")];
        let baccarat = address("baccarat-0");
        Self {
            api: Server::at(process, api),
            chat,
            baccarat,
        }
    }

    fn url(&self) -> String {
        format!("http://{}", self.api.address)
    }

    /// What the API server says to a user with this token that wants to be in a game.
    #[track_caller]
    fn ask_for_place(&self, token: &str, game: &str, room: Option<i32>) -> Answer {
        self.api.ask_for_place(token, game, room)
    }

    /// A place for a user with this token.
    #[track_caller]
    fn place(&self, user: &str, token: &str, game: &str, room: Option<i32>) -> Place {
        self.api.place(user, token, game, room)
    }

    /// A place for a new user, in this room of the chat.
    #[track_caller]
    fn new_place(&self, user: &str, room: i32) -> Place {
        let token = self.api.new_user(user);
        self.place(user, &token, "chat", Some(room))
    }

    /// A new user who is alone in a room of the chat.
    #[track_caller]
    fn newcomer(&self, user: &str, room: i32) -> Client {
        self.new_place(user, room).enter()
    }
}

impl Place {
    /// Logs in, and takes the seat, as the first in this room.
    #[track_caller]
    fn enter(&self) -> Client {
        let mut client = self.log_in(1);
        client.exchange(&enter(self.room), &entered(self.room, 1));
        client
    }
}
