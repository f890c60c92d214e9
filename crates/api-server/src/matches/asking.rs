//! What the matchmaker asks game servers for. It waits for them, so it runs on threads that have nothing else to do.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use directory::{Answer, AskError, Directory, Owner, Request, Server};
use parking_lot::Mutex;
use protocol::ErrorCode;
use tracing::{debug, warn};

use super::party::{Roll, Seats, Table};
use super::wish::Kind;
use crate::assign::{DEADLINE, TICKET_WORTH, TRIES, load, ticket};
use crate::refusal::Refusal;

/// A server that has not answered is asked last for so long.
const SILENCE: Duration = Duration::from_secs(10);

/// Asks game servers through a directory. Clones know of the same servers that do not answer.
#[derive(Clone)]
pub(crate) struct Asking {
    directory: Arc<dyn Directory>,
    silent: Arc<Mutex<HashMap<Owner, Instant>>>,
}

impl Asking {
    pub(crate) fn new(directory: Arc<dyn Directory>) -> Self {
        Self {
            directory,
            silent: Arc::default(),
        }
    }

    // ANCHOR: reserve
    /// Seats for all of these at one table, or `None`. The least busy server is asked first, and one that does not answer
    /// has kept nothing, or seats that nobody takes and that end by themselves.
    pub(crate) fn reserve(&self, kind: &Kind, users: &[String]) -> Option<Seats> {
        let servers = match self.servers(kind) {
            Ok(servers) => servers,
            Err(refusal) => {
                warn!("no seats for a match: {refusal}");
                return None;
            }
        };
        servers
            .iter()
            .take(TRIES)
            .find_map(|server| self.reserve_at(server, users))
    }
    // ANCHOR_END: reserve

    fn servers(&self, kind: &Kind) -> Result<Vec<Server>, Refusal> {
        let mut servers = self.directory.servers()?;
        servers.retain(|server| server.owner.game == kind.game && fits(server, kind.size));
        let silent = self.silent_servers();
        servers.sort_by(|one, other| {
            let is_silent = |server: &Server| silent.contains_key(&server.owner);
            let by_load = load(one).total_cmp(&load(other));
            is_silent(one).cmp(&is_silent(other)).then(by_load)
        });
        Ok(servers)
    }

    fn reserve_at(&self, server: &Server, users: &[String]) -> Option<Seats> {
        let user_ids = users.to_vec();
        match self.ask(&server.owner, Request::ReserveAll { user_ids }) {
            Ok(Answer::Reserved { room }) => self.tickets(server, room, users),
            answer => {
                debug!("no seats at {}: {answer:?}", server.owner);
                None
            }
        }
    }

    fn tickets(&self, server: &Server, room: i32, users: &[String]) -> Option<Seats> {
        let tickets = users
            .iter()
            .map(|user| ticket(&*self.directory, user, server, room));
        let assigned = tickets.collect::<Result<_, _>>();
        let assigned = assigned.inspect_err(|refusal| warn!("no tickets for a match: {refusal}"));
        let owner = server.owner.clone();
        Some(Seats {
            table: Table { owner, room },
            assigned: assigned.ok()?,
            worth: TICKET_WORTH,
        })
    }

    /// Who of these is at the table, or has been.
    pub(crate) fn call_roll(&self, table: &Table, users: &[String]) -> Roll {
        let request = Request::WhoCame {
            room: table.room,
            user_ids: users.to_vec(),
        };
        match self.ask(&table.owner, request) {
            Ok(Answer::Came(came)) => Roll::Came((0..users.len()).map(|place| came.has(place)).collect()),
            Err(AskError::NobodyThere) | Ok(Answer::No(ErrorCode::ROOM_INVALID_NUMBER)) => Roll::Gone,
            answer => {
                debug!("who has come is not known at {}: {answer:?}", table.owner);
                Roll::Unknown
            }
        }
    }

    fn ask(&self, owner: &Owner, request: Request) -> Result<Answer, AskError> {
        let answer = self.directory.ask(owner, request, DEADLINE);
        match answer {
            Err(AskError::NoAnswer(_)) => {
                self.silent.lock().insert(owner.clone(), Instant::now());
            }
            _ => {
                self.silent.lock().remove(owner);
            }
        }
        answer
    }

    fn silent_servers(&self) -> HashMap<Owner, Instant> {
        let mut silent = self.silent.lock();
        silent.retain(|_, since| since.elapsed() < SILENCE);
        silent.clone()
    }
}

/// True where so many can sit at one table of this server.
pub(crate) fn fits(server: &Server, size: usize) -> bool {
    usize::try_from(server.offer.room_size).is_ok_and(|seats| size <= seats)
}
