//! Places on game servers, as the API server gives them, and as a game server tells of another one.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::caller::Answer;
use crate::support::messages::{log_in_with, logged_in};
use crate::support::{Client, Server};

/// A place that somebody was given.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) user: String,
    pub(crate) address: SocketAddr,
    pub(crate) room: i32,
    pub(crate) ticket: String,
}

/// Asked of an API server.
impl Server {
    /// What it says to a user with this token that wants to be in a game.
    #[track_caller]
    pub(crate) fn ask_for_place(&self, token: &str, game: &str, room: Option<i32>) -> Answer {
        let body = match room {
            Some(room) => json!({"game": game, "room": room}),
            None => json!({"game": game}),
        };
        self.call("POST /v1/assign", token, &body.to_string())
    }

    /// A place for a user with this token.
    #[track_caller]
    pub(crate) fn place(&self, user: &str, token: &str, game: &str, room: Option<i32>) -> Place {
        let Answer { body, .. } = self.ask_for_place(token, game, room).expect(200, "");
        Place::of(user, &body)
    }
}

impl Place {
    /// As the API server tells it to this user.
    #[track_caller]
    pub(crate) fn of(user: &str, body: &Value) -> Self {
        let text = |name: &str| body[name].as_str().expect(name).to_owned();
        Self {
            user: user.to_owned(),
            address: text("address").parse().expect("an address"),
            room: i32::try_from(body["room"].as_i64().expect("a room")).expect("a number of a room"),
            ticket: text("ticket"),
        }
    }

    /// Connects, and logs in with the ticket.
    #[track_caller]
    pub(crate) fn log_in(&self, result: i16) -> Client {
        let mut client = Client::connect(self.address);
        client.exchange(&log_in_with(&self.user, &self.ticket), &logged_in(result));
        client
    }
}

/// Where ROOM_ELSEWHERE_NTF (786) sends this user: `room:i32  port:u16  host_len:i8  host  ticket:[u8;16]`.
#[track_caller]
pub(crate) fn receive_elsewhere(client: &mut Client, user: &str) -> Place {
    let mut head = [0; 12];
    client.receive_exactly(&mut head);
    let [size, _, id @ .., _] = [head[0], head[1], head[2], head[3], head[4]];
    assert_eq!(u16::from_le_bytes(id), 786, "{head:?}");
    let room = i32::from_le_bytes([head[5], head[6], head[7], head[8]]);
    let port = u16::from_le_bytes([head[9], head[10]]);
    let mut rest = vec![0; usize::from(size) - head.len()];
    client.receive_exactly(&mut rest);
    let (host, ticket) = rest.split_at(usize::from(head[11]));
    let host = str::from_utf8(host).expect("a host");
    Place {
        user: user.to_owned(),
        address: format!("{host}:{port}").parse().expect("an address"),
        room,
        ticket: String::from_utf8(ticket.to_vec()).expect("base64url"),
    }
}
