//! Users and members of rooms, and what they do to see that they are served.

use crate::support::messages::{chat, chatted, enter, entered, log_in, logged_in, ping, pong, said};
use crate::support::{Client, Server};

/// The server answers this client, logged in or not.
#[track_caller]
pub(crate) fn is_served(client: &mut Client) {
    client.exchange(&ping(7), &pong(7));
}

/// A client that is logged in.
#[track_caller]
pub(crate) fn user(server: &Server, user_id: &str) -> Client {
    let mut client = server.connect();
    client.exchange(&log_in(user_id), &logged_in(1));
    client
}

/// A user alone in a room.
#[track_caller]
pub(crate) fn alone_in(room: i32, server: &Server, user_id: &str) -> Client {
    let mut client = user(server, user_id);
    client.exchange(&enter(room), &entered(room, 1));
    client
}

/// Speaks in its room, and hears that alone.
#[track_caller]
pub(crate) fn speaks(client: &mut Client, unique_id: u64) {
    client.exchange(&chat("hi"), &[said(unique_id, "hi"), chatted(1)].concat());
}
