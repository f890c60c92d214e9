//! Servers with a page.

use std::net::SocketAddr;

use crate::support::messages::{entered, log_in, logged_in};
use crate::support::{Client, Program, Server, address_of, messages};

/// A game server, and where its page is.
pub(crate) struct Site {
    pub(crate) server: Server,
    pub(crate) web: SocketAddr,
}

impl Site {
    #[track_caller]
    pub(crate) fn chat(flags: &[&str]) -> Self {
        Self::start("chat-server", "127.0.0.1:0", flags)
    }

    /// The chat with its page at this address.
    #[track_caller]
    pub(crate) fn chat_at(web: SocketAddr) -> Self {
        Self::start("chat-server", &web.to_string(), &[])
    }

    #[track_caller]
    pub(crate) fn baccarat(flags: &[&str]) -> Self {
        Self::start("baccarat-server", "127.0.0.1:0", flags)
    }

    #[track_caller]
    fn start(name: &str, web: &str, flags: &[&str]) -> Self {
        let program = Program::of_this_build(name).args(&["--web", web]);
        let server = program.serve_with(flags);
        let web = address_of(&server.process, "web");
        Self { server, web }
    }

    /// The page of one user.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.web)
    }

    /// The same page for another one: of another origin, so the two share nothing that a page keeps.
    pub(crate) fn other_url(&self) -> String {
        format!("http://localhost:{}/", self.web.port())
    }

    /// A user over TCP who is alone in this room.
    #[track_caller]
    pub(crate) fn user_in(&self, name: &str, room: i32) -> Client {
        let mut client = self.user(name);
        client.exchange(&messages::enter(room), &entered(room, 1));
        client
    }

    /// A user over TCP who is in no room.
    #[track_caller]
    pub(crate) fn user(&self, name: &str) -> Client {
        let mut client = self.server.connect();
        client.exchange(&log_in(name), &logged_in(1));
        client
    }
}
