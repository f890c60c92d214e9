//! Requests to other servers: they wait in a bounded queue, and a few threads carry them.

use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, select};
use protocol::ErrorCode;
use tracing::debug;

use super::shared::Shared;
use super::task::{Errand, Place, Task};
use crate::directory::{AskError, Unavailable};
use crate::request::{Answer, Request};
use crate::server::{Owner, Way, slot_of};
use crate::ticket::{Seat, Ticket};

/// Carries requests, one after the other, until the place is left.
pub(super) fn carry(shared: &Shared, tasks: &Receiver<Task>, stop: &Receiver<()>) {
    loop {
        select! {
            recv(tasks) -> task => match task {
                Ok(task) => run(shared, task),
                Err(_) => return,
            },
            recv(stop) -> _ => return,
        }
    }
}

fn run(shared: &Shared, task: Task) {
    let asking = Asking {
        shared,
        until: task.until,
    };
    match task.errand {
        Errand::Tell {
            user_id,
            request,
            reply,
        } => reply.keep(asking.tell(&user_id, &request)),
        Errand::Seat {
            user_id,
            room,
            way,
            reply,
        } => reply.keep(asking.seat(&user_id, room, way)),
    }
}

/// A request that is under way, and the time that it has, which has begun when it was queued.
struct Asking<'a> {
    shared: &'a Shared,
    until: Instant,
}

impl Asking<'_> {
    // ANCHOR: tell
    /// One that is told "no such user" looks again: the user may have gone to another server just then.
    fn tell(&self, user_id: &str, request: &Request) -> Result<(), ErrorCode> {
        let mut before = None;
        loop {
            self.left()?;
            let found = self.shared.directory.find(user_id).map_err(nobody_knows)?;
            let there = found
                .filter(|there| before.as_ref() != Some(there))
                .ok_or(ErrorCode::WHISPER_NO_SUCH_USER)?;
            match self.ask(&there.owner, request.clone())? {
                Answer::Done => return Ok(()),
                Answer::No(ErrorCode::WHISPER_NO_SUCH_USER) => before = Some(there),
                Answer::No(reason) => return Err(reason),
                Answer::Reserved { .. } | Answer::Came(_) => return Err(ErrorCode::PEER_UNREACHABLE),
            }
        }
    }
    // ANCHOR_END: tell

    fn seat(&self, user_id: &str, room: i32, way: Way) -> Result<Place, ErrorCode> {
        self.left()?;
        let (directory, game) = (&self.shared.directory, &self.shared.offer.game);
        let slot = slot_of(room, self.shared.offer.rooms).ok_or(ErrorCode::ROOM_INVALID_NUMBER)?;
        let server = directory.owner_of(game, slot).map_err(nobody_knows)?;
        let server = server.ok_or(ErrorCode::ROOM_INVALID_NUMBER)?;
        let request = Request::Reserve {
            user_id: user_id.to_owned(),
            room: Some(room),
        };
        match self.ask(&server.owner, request)? {
            Answer::Reserved { room } => {
                let seat = Seat {
                    user_id: user_id.to_owned(),
                    owner: server.owner.clone(),
                    room,
                };
                let ticket = self.ticket(&seat)?;
                let (host, port) = server
                    .offer
                    .host_and_port(way)
                    .ok_or(ErrorCode::PEER_UNREACHABLE)?;
                let (room, host) = (seat.room, host.to_owned());
                Ok(Place {
                    room,
                    host,
                    port,
                    ticket,
                })
            }
            Answer::No(reason) => Err(reason),
            Answer::Done | Answer::Came(_) => Err(ErrorCode::PEER_UNREACHABLE),
        }
    }

    fn ticket(&self, seat: &Seat) -> Result<Ticket, ErrorCode> {
        let ticket = Ticket::random().map_err(|reason| nobody_knows(Unavailable::new(reason)))?;
        let put = self
            .shared
            .directory
            .put_ticket(&ticket, seat, self.shared.settings.ticket_worth);
        put.map_err(nobody_knows)?;
        Ok(ticket)
    }

    fn ask(&self, to: &Owner, request: Request) -> Result<Answer, ErrorCode> {
        let answer = self.shared.directory.ask(to, request, self.left()?);
        answer.map_err(|reason: AskError| {
            debug!("{to} is asked in vain: {reason}");
            ErrorCode::PEER_UNREACHABLE
        })
    }

    fn left(&self) -> Result<Duration, ErrorCode> {
        let left = self.until.checked_duration_since(Instant::now());
        left.filter(|left| !left.is_zero())
            .ok_or(ErrorCode::PEER_UNREACHABLE)
    }
}

fn nobody_knows(reason: Unavailable) -> ErrorCode {
    debug!("{reason} ({})", reason.0);
    ErrorCode::PEER_UNREACHABLE
}
