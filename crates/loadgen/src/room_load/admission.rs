//! How the members of a load are let in: by any name, or, at one of many servers, by a ticket.

use std::net::SocketAddr;

use anyhow::Context;
use directory::redis::RedisSettings;
use directory::{Directory, Owner, Redis, Seat, TICKET_WORTH, Ticket};

/// What a server lets members in by.
pub(crate) enum Admission {
    /// Nothing: the rooms of a server alone begin with 0, and it asks for no password.
    Free,
    /// A ticket for each login, which is made where the API server would have made it.
    Tickets(Box<Tickets>),
}

/// Where tickets are made.
pub(crate) struct Tickets {
    directory: Redis,
    owner: Owner,
    first_room: i32,
}

/// Where a member goes, and what it shows there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Admitted {
    pub(crate) room: i32,
    pub(crate) password: String,
}

impl Admission {
    /// That of the server at this address, which is in this directory, if it is in one.
    ///
    /// # Errors
    /// When the directory cannot be asked, or does not know that server.
    pub(super) fn of(address: SocketAddr, directory: Option<&RedisSettings>) -> anyhow::Result<Self> {
        let Some(settings) = directory else {
            return Ok(Self::Free);
        };
        let directory = Redis::connect(settings.clone())?;
        let text = address.to_string();
        let servers = directory.servers()?;
        let server = servers
            .into_iter()
            .find(|server| server.offer.address == text)
            .with_context(|| format!("no server of the directory is at {text}"))?;
        Ok(Self::Tickets(Box::new(Tickets {
            first_room: server.first_room(),
            owner: server.owner,
            directory,
        })))
    }

    /// For one login of this user, who wants to be in the room of this number of the load.
    ///
    /// # Errors
    /// When there are not so many rooms, or no ticket could be made.
    pub(crate) fn admit(&self, user_id: &str, room: usize) -> anyhow::Result<Admitted> {
        let room = i32::try_from(room)?;
        let Self::Tickets(tickets) = self else {
            let password = String::new();
            return Ok(Admitted { room, password });
        };
        let room = room.checked_add(tickets.first_room).context("no such room")?;
        let ticket = Ticket::random()?;
        let seat = Seat {
            user_id: user_id.to_owned(),
            owner: tickets.owner.clone(),
            room,
        };
        tickets.directory.put_ticket(&ticket, &seat, TICKET_WORTH)?;
        Ok(Admitted {
            room,
            password: ticket.as_str().to_owned(),
        })
    }
}
