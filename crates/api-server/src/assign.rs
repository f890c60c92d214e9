//! A seat at a game server: which server is asked, what it says, and the ticket for it.

use std::time::Duration;

use directory::{Answer, Directory, GameName, Request, Seat, Server, Ticket};
use protocol::ErrorCode;
use tracing::debug;

use crate::messages::Assigned;
use crate::refusal::Refusal;

/// How many servers are asked at most.
pub(crate) const TRIES: usize = 3;

/// How long each may take.
pub(crate) const DEADLINE: Duration = Duration::from_secs(1);

/// How long a ticket is worth something: long enough for a client that has to start, and no longer.
pub(crate) const TICKET_WORTH: Duration = Duration::from_secs(30);

/// Finds a seat for a user: in this room, or in any. The least busy server is asked first; one that does not answer has
/// kept nothing, or a seat that nobody takes and that ends by itself.
///
/// # Errors
/// Why there is none.
pub(crate) fn assign(
    directory: &dyn Directory,
    user: &str,
    game: &GameName,
    room: Option<i32>,
) -> Result<Assigned, Refusal> {
    let mut servers = directory.servers()?;
    servers.retain(|server| server.owner.game == *game);
    match room {
        Some(room) => keep_the_one_with(&mut servers, room)?,
        None => servers.sort_by(|one, other| load(one).total_cmp(&load(other))),
    }
    for server in servers.iter().take(TRIES) {
        if let Some(room) = reserve(directory, user, server, room)? {
            return ticket(directory, user, server, room);
        }
    }
    Err(Refusal::NoServer)
}

/// Users of all that a server has room for.
pub(crate) fn load(server: &Server) -> f64 {
    let places = f64::from(server.offer.rooms) * f64::from(server.offer.room_size);
    f64::from(server.load.users) / places.max(1.0)
}

/// All servers of a game have equally many rooms, so any of them tells which numbers there are. Slots are taken from the
/// first on: a room below that of a living server exists, though its own server may be gone at the moment. Behind the
/// last of them there is none.
fn keep_the_one_with(servers: &mut Vec<Server>, room: i32) -> Result<(), Refusal> {
    let number = u32::try_from(room).map_err(|_| Refusal::NoSuchRoom(room))?;
    let is_beyond = |server: &Server| number / server.offer.rooms.max(1) > server.owner.slot;
    if !servers.is_empty() && servers.iter().all(is_beyond) {
        return Err(Refusal::NoSuchRoom(room));
    }
    servers.retain(|server| server.has_room(room));
    Ok(())
}

/// `None` where another server may be asked.
fn reserve(
    directory: &dyn Directory,
    user: &str,
    server: &Server,
    room: Option<i32>,
) -> Result<Option<i32>, Refusal> {
    let user_id = user.to_owned();
    match (
        directory.ask(&server.owner, Request::Reserve { user_id, room }, DEADLINE),
        room,
    ) {
        (Ok(Answer::Reserved { room }), _) => Ok(Some(room)),
        (Ok(Answer::No(ErrorCode::ENTER_ROOM_USER_FULL)), Some(room)) => Err(Refusal::RoomFull(room)),
        (Ok(Answer::No(ErrorCode::ROOM_INVALID_NUMBER)), Some(room)) => Err(Refusal::NoSuchRoom(room)),
        (answer, _) => {
            debug!("no seat at {}: {answer:?}", server.owner);
            Ok(None)
        }
    }
}

/// Makes the ticket for a seat that is kept.
///
/// # Errors
/// Why there is none.
pub(crate) fn ticket(
    directory: &dyn Directory,
    user: &str,
    server: &Server,
    room: i32,
) -> Result<Assigned, Refusal> {
    let ticket = Ticket::random()?;
    let seat = Seat {
        user_id: user.to_owned(),
        owner: server.owner.clone(),
        room,
    };
    directory.put_ticket(&ticket, &seat, TICKET_WORTH)?;
    Ok(Assigned {
        game: server.owner.game.to_string(),
        address: server.offer.address.clone(),
        web: server.offer.web.clone(),
        room,
        ticket: ticket.as_str().to_owned(),
        expires_in: TICKET_WORTH.as_secs(),
    })
}

#[cfg(test)]
mod tests;
