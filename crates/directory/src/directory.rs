//! The trait: what a directory knows, what can be asked of it, and how it says that it does not know.

use std::error::Error;
use std::time::Duration;

use crossbeam_channel::Sender;
use thiserror::Error;

use crate::game_name::GameName;
use crate::presence::{LogIn, Presence};
use crate::request::{Answer, Asked, Listening, Request};
use crate::server::{Load, Offer, Owner, Server};
use crate::ticket::{Seat, Ticket};

/// Nobody knows: the directory has not answered in time, or not in a way that can be read. What was asked for may be
/// done, or not. "No" is never an error.
#[derive(Debug, Error)]
#[error("the directory does not answer")]
pub struct Unavailable(#[source] pub Box<dyn Error + Send + Sync>);

impl Unavailable {
    /// For this reason.
    pub fn new(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(reason.into())
    }
}

/// Why another server has given no answer.
#[derive(Debug, Error)]
pub enum AskError {
    /// Nobody listens there: the server has ended, or is about to.
    #[error("nobody listens there")]
    NobodyThere,
    /// It has not answered in time. It may have done what was asked, or still do it.
    #[error("no answer within {0:?}")]
    NoAnswer(Duration),
    /// The request could not be brought there.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// What has become of a [`take_slot`](Directory::take_slot).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slot {
    /// It is taken, as this owner.
    Taken(Owner),
    /// The slot that was wanted has an owner, or all have.
    NoneFree,
    /// The other servers of this game have so many rooms each, and not as many as this one offers: the same number would
    /// name two rooms.
    OtherRooms(u32),
}

/// Who is where. One such directory serves all servers of all games; each game has its own slots.
///
/// - **All calls block**, for a second or so at most: whatever lies behind it, a call ends with an answer or with
///   [`Unavailable`]. So no call belongs on a worker of a game server.
/// - **Nobody needs the right time.** Leases and the worth of tickets are durations, counted by the directory from the call
///   on. A server counts its own lease by its own clock, from before its call on, and so never longer than the directory.
/// - **An owner is valid as long as its lease**: from the end on, no call finds it, its presence or a listener of it, and
///   it cannot be renewed. What it can do is [take its slot again](Self::take_again), if nobody else has had it since.
/// - **A call that is `Unavailable` may be made again.** Each either changes nothing the second time, or says so.
pub trait Directory: Send + Sync + 'static {
    /// Takes a slot of this game for so long: the one that is wanted, or the first that is free. Its generation is higher
    /// than that of every owner that this slot has had, by the milliseconds for which the last one has had it, or by more;
    /// the first of all is at least 1.
    ///
    /// # Errors
    /// [`Unavailable`]; then a slot may be taken that nobody knows of, until its lease ends.
    fn take_slot(&self, offer: &Offer, wanted: Option<u32>, lease: Duration) -> Result<Slot, Unavailable>;

    /// Keeps a slot for so long from now on, and tells how busy its server is. False where the lease has ended before, whoever
    /// has the slot now.
    ///
    /// # Errors
    /// [`Unavailable`]; then the lease may be renewed, or not.
    fn renew(&self, owner: &Owner, load: Load, lease: Duration) -> Result<bool, Unavailable>;

    /// Takes a slot again whose lease has ended, as the same owner, where nobody else has had it since. A directory that was
    /// away for longer than a lease costs nobody a slot so. True also for one whose lease has not ended. False where
    /// somebody has had it, or it was given back, or the directory has lost what it knew; or the rooms of this game are
    /// others by now.
    ///
    /// Presence of this owner counts again, but for users who have logged in elsewhere meanwhile.
    ///
    /// # Errors
    /// [`Unavailable`]; then it may be taken, or not.
    fn take_again(&self, owner: &Owner, offer: &Offer, lease: Duration) -> Result<bool, Unavailable>;

    /// Ends a lease, if it has not ended.
    ///
    /// # Errors
    /// [`Unavailable`]; then it ends with its time.
    fn release(&self, owner: &Owner) -> Result<(), Unavailable>;

    /// All servers with a lease, of all games, ordered by game and slot.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn servers(&self) -> Result<Vec<Server>, Unavailable>;

    /// The server that has this slot of a game.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn owner_of(&self, game: &GameName, slot: u32) -> Result<Option<Server>, Unavailable>;

    /// Logs a user in: where the user is logged in nowhere, or there already, or in the session that is `replaced`, which
    /// its server has been told to end. A user has one presence, whichever game it is in.
    ///
    /// # Errors
    /// [`Unavailable`]; then the user may be logged in: [`log_out`](Self::log_out) makes sure.
    fn log_in(
        &self,
        user_id: &str,
        presence: &Presence,
        replaced: Option<&Presence>,
    ) -> Result<LogIn, Unavailable>;

    /// Logs a user out, if the user is logged in right there. A late call harms nobody who has logged in since.
    ///
    /// # Errors
    /// [`Unavailable`]; then the user may still be logged in.
    fn log_out(&self, user_id: &str, presence: &Presence) -> Result<(), Unavailable>;

    /// Where a user is logged in.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn find(&self, user_id: &str) -> Result<Option<Presence>, Unavailable>;

    /// Makes a ticket worth this seat, for so long.
    ///
    /// # Errors
    /// [`Unavailable`]; then it may be worth it, or nothing.
    fn put_ticket(&self, ticket: &Ticket, seat: &Seat, worth: Duration) -> Result<(), Unavailable>;

    /// Takes a ticket of this user at this server: the seat that it was worth, and from now on it is worth nothing. Of any
    /// number of calls one gets the seat. `None` for a ticket that is worth nothing, or not this user's, or of another
    /// server; the last two leave it as it is.
    ///
    /// # Errors
    /// [`Unavailable`]; then it may be worth nothing any more.
    fn redeem(&self, ticket: &Ticket, user_id: &str, owner: &Owner) -> Result<Option<Seat>, Unavailable>;

    /// Brings the requests of others to this server, into `requests`, as long as what it gives is kept. It does not wait for
    /// room there: a request that finds none is not answered.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn listen(&self, owner: &Owner, requests: Sender<Asked>) -> Result<Listening, Unavailable>;

    /// Asks another server, and waits so long for its answer. A request is brought there once or not at all, never twice.
    ///
    /// # Errors
    /// [`AskError`], which tells what may have happened.
    fn ask(&self, to: &Owner, request: Request, deadline: Duration) -> Result<Answer, AskError>;
}
