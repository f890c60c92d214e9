//! Servers as processes of their own over one Redis, as somebody runs them on many machines: an API server, chat servers,
//! a baccarat server. What one of them does alone is tested in its own file.
//!
//! | file | what is in it |
//! |---|---|
//! | `cluster/road` | accounts, places, and what users of several servers do together, byte by byte |
//! | `cluster/ending` | a server that ends, a Redis that is away |
//! | `cluster/slots` | a server that is gone for too long: stopped, or killed |
//! | `cluster/watching` | numbers, health, log, and the table of all servers |
//! | `cluster/starting` | flags that are wrong, and servers that cannot start |
//! | `api/caller`, `api/place` | calls over HTTP, and places on game servers |
//!
//! The programs belong to other packages than this test, so they must be built: `cargo test --workspace` does that.
#![cfg(target_os = "linux")]

mod support;

#[allow(dead_code, reason = "the tests of the API server use all of it")]
#[path = "api/caller.rs"]
mod caller;
#[path = "cluster/ending.rs"]
mod ending;
#[path = "api/place.rs"]
mod place;
#[path = "support/redis.rs"]
mod redis;
#[path = "cluster/road.rs"]
mod road;
#[path = "cluster/slots.rs"]
mod slots;
#[path = "cluster/starting.rs"]
mod starting;
#[path = "cluster/watching.rs"]
mod watching;

use place::Place;
use redis::RedisServer;
use support::messages::enter;
use support::{Client, Program, Server};

/// Longer than any test: a slot comes free by being given back, and by nothing else.
const LONG: [&str; 2] = ["--lease", "600s"];

/// A Redis, and an API server that knows the servers there.
struct Cluster {
    redis: RedisServer,
    api: Server,
}

/// A program that finds the directory in its variable, where a password would be.
fn program(name: &str, redis: &RedisServer) -> Program {
    let variable = format!("{name}_DIRECTORY").to_uppercase().replace('-', "_");
    Program::of_this_build(name).env(&variable, &redis.url())
}

impl Cluster {
    #[track_caller]
    fn start() -> Self {
        let redis = RedisServer::start();
        let api = program("api-server", &redis).serve_with(&["--admin", "127.0.0.1:0"]);
        Self { redis, api }
    }

    fn program(&self, name: &str) -> Program {
        program(name, &self.redis)
    }

    #[track_caller]
    fn server(&self, name: &str, flags: &[&str]) -> Server {
        self.program(name).serve_with(flags)
    }

    /// Chat servers with slots in their order.
    #[track_caller]
    fn chat<const N: usize>(&self) -> [Server; N] {
        [(); N].map(|()| self.server("chat-server", &LONG))
    }

    /// A place for a new user.
    #[track_caller]
    fn new_place(&self, user: &str, game: &str, room: Option<i32>) -> Place {
        let token = self.api.new_user(user);
        self.api.place(user, &token, game, room)
    }

    /// A new user in a room of the chat, where nobody else is.
    #[track_caller]
    fn newcomer(&self, user: &str, room: i32) -> Client {
        self.new_place(user, "chat", Some(room)).enter()
    }

    /// The slots of a game that have servers.
    fn slots(&self, game: &str) -> Vec<u64> {
        let servers = self.api.call("GET /v1/servers", "", "").expect(200, "").body;
        let servers = servers["servers"].as_array().expect("a list");
        let of_game = servers.iter().filter(|server| server["game"] == game);
        of_game
            .map(|server| server["slot"].as_u64().expect("a slot"))
            .collect()
    }
}

impl Place {
    /// Logs in, and takes the seat in a room where nobody else is.
    #[track_caller]
    fn enter(&self) -> Client {
        let mut client = self.log_in(1);
        enters(&mut client, self.room);
        client
    }
}

/// Enters a room where nobody else is. Which unique id that gives depends on the generation of the server.
#[track_caller]
fn enters(client: &mut Client, room: i32) {
    client.send(&enter(room));
    let mut answer = [0; 19];
    client.receive_exactly(&mut answer);
    let expected = [&[19, 0, 210, 2, 0, 1, 0][..], &room.to_le_bytes()].concat();
    assert_eq!(answer[..11], expected, "{answer:?}");
}
