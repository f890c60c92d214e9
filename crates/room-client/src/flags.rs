//! The flags of a client of rooms, and the whole of such a program: it connects, logs in, and lets its user talk and play.

use std::io::{self, IsTerminal};
use std::time::Duration;

use anyhow::Context;
use command_line::ClientFlags;
use net::NetAddress;
use protocol::Codec;
use tls::{Stream, TlsClient, TlsClientFlags};

use crate::account::{Account, MatchWish, Secret};
use crate::account_flags::{AccountFlags, User};
use crate::chat::Chat;
use crate::command::check_name;
use crate::conversation::{Conversation, Options};
use crate::game::Game;
use crate::matching::Matching;
use crate::recovery::Recovery;
use crate::road::{Road, Traveller, Wish, connect};
use crate::{script, terminal};

/// What every client of rooms lets its user say. The program gives `server` its default:
/// [`ProgramFlags::DEFAULTS`](command_line::ProgramFlags::DEFAULTS).
#[derive(Debug, Clone, clap::Args)]
pub struct RoomClientFlags {
    /// The server.
    #[arg(value_name = "HOST:PORT", default_value = "127.0.0.1:0")]
    server: NetAddress,
    /// Your name, 16 bytes at most; nobody else who is logged in can have it.
    // A subcommand that does not talk to a server can do without (`subcommand_negates_reqs` of clap).
    #[arg(long, value_name = "NAME", value_parser = check_name, required = true)]
    name: Option<String>,
    /// The room to enter at once; /enter takes you to another.
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    room: Option<i32>,
    /// End, with exit code 0, when this many messages have been shown: those of the room (your own too), and
    /// whispers. The end of the input does not end it then.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    exit_after: Option<u64>,
    /// How often to show the server that you are there, so that you can read without saying anything, and
    /// to see that it is there too; 0 for never.
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = command_line::duration)]
    ping_every: Duration,
    /// How the bodies of packets are written: binary, msgpack or protobuf. It must be the codec of the server's
    /// port.
    #[arg(long, value_name = "CODEC", default_value_t)]
    codec: Codec,
    /// Send bodies of more than SIZE bytes compressed, where that makes them smaller, and ask the server to do
    /// the same; 0 for bodies of any size. The server must have been started with this flag too.
    #[arg(long, value_name = "SIZE", value_parser = command_line::size)]
    compress_over: Option<usize>,
    #[command(flatten)]
    account: AccountFlags,
    #[command(flatten)]
    client: ClientFlags,
    #[command(flatten)]
    tls: TlsClientFlags,
}

/// How it begins.
struct Start {
    /// None where it is to be found yet.
    place: Option<Place>,
    recovery: Recovery,
    matching: Matching,
}

/// A connection at which nothing has been said, and what is to be said there.
struct Place {
    connection: Stream,
    password: Secret,
    room: Option<i32>,
}

impl RoomClientFlags {
    /// Finds flags that do not go together.
    ///
    /// # Errors
    /// What is wrong, for [`ProgramFlags::check`](command_line::ProgramFlags::check).
    pub fn check(&self) -> Result<(), String> {
        self.client.check()?;
        let or = ", or give --api an address that begins with https://";
        self.tls.check_beside(self.account.needs_tls(), or)
    }

    /// Talks and plays until it is over: with a prompt where standard input and output are a terminal, else line by
    /// line. `program` is the name of this program, for an error.
    ///
    /// # Errors
    /// The end of the connection; without a terminal, the first request that is refused too.
    pub fn talk(&self, program: &str, game: Box<dyn Game>) -> anyhow::Result<()> {
        let name = self.name.as_deref().context("--name must say who you are")?;
        let at_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
        if at_terminal {
            terminal::check(program)?;
        }
        let mut guard = None;
        let tls = self.open_tls()?;
        let user = User {
            program,
            game: game.name(),
            name,
        };
        let account = self
            .account
            .open(user, self.client.timeout, tls.as_ref(), &mut guard)?;
        let start = match (account, self.account.wish()) {
            (Some(account), Some(wish)) => self.start_by_match(account, tls, wish)?,
            (Some(account), None) => self.start_by_api(account, tls)?,
            (None, _) => self.start(tls.as_ref())?,
        };
        if at_terminal {
            command_line::print_line(&start.greeting())?;
        }
        let chat = Chat::new(name, self.codec, game);
        let mut conversation = Conversation::new(chat, start.recovery, start.matching, self.options());
        match start.place {
            Some(place) => {
                conversation.open(place.connection, place.password, place.room, &mut script::Lines)?;
            }
            // Whoever types can end the wait.
            None if at_terminal => {}
            None => conversation.open_by_match(&mut script::Lines)?,
        }
        if at_terminal {
            terminal::talk(conversation, guard)
        } else {
            script::talk(conversation)
        }
    }

    /// Where the API server is asked through TLS, the ticket that it gives must not be read on the way either.
    fn open_tls(&self) -> anyhow::Result<Option<TlsClient>> {
        Ok(match self.account.needs_tls() {
            true => Some(self.tls.believe()?),
            false => self.tls.open()?,
        })
    }

    /// At the server that is named.
    fn start(&self, tls: Option<&TlsClient>) -> anyhow::Result<Start> {
        Ok(Start {
            place: Some(Place {
                connection: connect(&self.client, tls, &self.server)?,
                password: Secret::new(""),
                room: self.room,
            }),
            recovery: Recovery::new(None),
            matching: Matching::none(),
        })
    }

    /// Where an API server says.
    fn start_by_api(&self, account: Account, tls: Option<TlsClient>) -> anyhow::Result<Start> {
        let road = Road::new(account, self.client.clone(), tls);
        let wish = self.room.map_or(Wish::AnyRoom, Wish::Room);
        let arrival = road.travel(wish)?;
        Ok(Start {
            place: Some(Place {
                connection: arrival.connection,
                password: arrival.ticket,
                room: Some(arrival.room),
            }),
            recovery: Recovery::new(Some(Traveller::start(road)?)),
            matching: Matching::none(),
        })
    }

    /// At the table of a match that is to be found.
    fn start_by_match(
        &self,
        account: Account,
        tls: Option<TlsClient>,
        wish: MatchWish,
    ) -> anyhow::Result<Start> {
        let matching = Matching::start(account.clone(), wish)?;
        let road = Road::new(account, self.client.clone(), tls);
        let mut recovery = Recovery::new(Some(Traveller::start(road)?));
        recovery.rest();
        Ok(Start {
            place: None,
            recovery,
            matching,
        })
    }

    fn options(&self) -> Options {
        Options {
            compress_over: self.compress_over,
            timeout: self.client.timeout,
            ping_every: self.ping_every,
            exit_after: self.exit_after,
        }
    }
}

impl Start {
    /// The first line at a terminal.
    fn greeting(&self) -> String {
        match &self.place {
            Some(place) => {
                let server = place.connection.peer_address();
                format!("connected to {server}; /help lists the commands")
            }
            None => "/quit ends the wait; at the table, /help lists the commands".to_owned(),
        }
    }
}
