//! A Redis, an API server, and game servers: processes of their own, as on many machines.

use crate::place::Place;
use crate::redis::RedisServer;
use crate::support::messages::enter;
use crate::support::{Client, Program, Server};

/// Longer than any test: a slot comes free by being given back, and by nothing else.
pub(crate) const LONG: [&str; 2] = ["--lease", "600s"];

/// A Redis, and an API server that knows the servers there.
pub(crate) struct Cluster {
    pub(crate) redis: RedisServer,
    pub(crate) api: Server,
}

/// A program that finds the directory in its variable, where a password would be.
pub(crate) fn program(name: &str, redis: &str) -> Program {
    let variable = format!("{name}_DIRECTORY").to_uppercase().replace('-', "_");
    Program::of_this_build(name).env(&variable, redis)
}

impl Cluster {
    #[track_caller]
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same with these flags of the API server.
    #[track_caller]
    pub(crate) fn start_with(flags: &[&str]) -> Self {
        let redis = RedisServer::start();
        // Many may log in at once, and the machine may be busy: nobody is sent away for that here.
        let own = ["--admin", "127.0.0.1:0", "--hash-wait", "60s"];
        let flags = [&own[..], flags].concat();
        let api = program("api-server", &redis.url()).serve_with(&flags);
        Self { redis, api }
    }

    pub(crate) fn program(&self, name: &str) -> Program {
        program(name, &self.redis.url())
    }

    #[track_caller]
    pub(crate) fn server(&self, name: &str, flags: &[&str]) -> Server {
        self.program(name).serve_with(flags)
    }

    /// Chat servers with slots in their order.
    #[track_caller]
    pub(crate) fn chat<const N: usize>(&self) -> [Server; N] {
        [(); N].map(|()| self.server("chat-server", &LONG))
    }

    /// A place for a new user.
    #[track_caller]
    pub(crate) fn new_place(&self, user: &str, game: &str, room: Option<i32>) -> Place {
        let token = self.api.new_user(user);
        self.api.place(user, &token, game, room)
    }

    /// A new user in a room of the chat, where nobody else is.
    #[track_caller]
    pub(crate) fn newcomer(&self, user: &str, room: i32) -> Client {
        self.new_place(user, "chat", Some(room)).enter()
    }

    /// The slots of a game that have servers: the number, the generation, and where the server is.
    pub(crate) fn owners(&self, game: &str) -> Vec<(u64, u64, String)> {
        let answer = self.api.call("GET /v1/servers", "", "");
        // It says so where it does not know.
        let servers = answer.body["servers"].as_array().map_or(&[][..], Vec::as_slice);
        let of_game = servers.iter().filter(|server| server["game"] == game);
        let number = |value: &serde_json::Value| value.as_u64().expect("a number");
        of_game
            .map(|server| {
                let address = server["address"].as_str().expect("an address");
                (
                    number(&server["slot"]),
                    number(&server["generation"]),
                    address.to_owned(),
                )
            })
            .collect()
    }

    /// Their numbers alone.
    pub(crate) fn slots(&self, game: &str) -> Vec<u64> {
        self.owners(game).into_iter().map(|(slot, ..)| slot).collect()
    }
}

impl Place {
    /// Logs in, and takes the seat in a room where nobody else is.
    #[track_caller]
    pub(crate) fn enter(&self) -> Client {
        let mut client = self.log_in(1);
        enters(&mut client, self.room);
        client
    }
}

/// Enters a room where nobody else is. Which unique id that gives depends on the generation of the server.
#[track_caller]
pub(crate) fn enters(client: &mut Client, room: i32) -> u64 {
    client.send(&enter(room));
    let mut answer = [0; 19];
    client.receive_exactly(&mut answer);
    let expected = [&[19, 0, 210, 2, 0, 1, 0][..], &room.to_le_bytes()].concat();
    assert_eq!(answer[..11], expected, "{answer:?}");
    u64::from_le_bytes(answer[11..].try_into().expect("eight bytes"))
}
