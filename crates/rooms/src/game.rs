//! What a game gives the engine besides its rooms: what users can do outside of rooms.

use protocol::ErrorCode;

use crate::delivery::Delivery;
use crate::incoming::Incoming;
use crate::logic::{Handled, RoomLogic};
use crate::login::Login;
use crate::outside::Outside;
use crate::user::User;

/// A game, or a chat: its rooms, and what users can do outside of them.
pub trait Game: Send + Sync + 'static {
    /// The rules of one room.
    type Room: RoomLogic;

    /// The way for events from outside into the rooms, before there are any. A game that asks somebody else, a database
    /// say, keeps it or gives it to the thread that answers.
    fn start(&self, outside: Outside<EventOf<Self>>) {
        let _ = outside;
    }

    /// The rules of this room, before anybody is in it.
    fn new_room(&self, number: i32) -> Self::Room;

    /// A packet of a user that the engine does not know, in a room or not. What is
    /// [`Handled::UnknownId`] here is for the room.
    ///
    /// # Errors
    /// What the user is told in an `ERROR_NTF`.
    fn packet(
        &self,
        delivery: &mut Delivery,
        from: &User<'_>,
        packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode>;

    /// Packets that only a member of a room may send: anybody else gets `ROOM_NOT_IN_USER`.
    fn needs_room(&self, packet: &Incoming<'_>) -> bool;

    /// This user wants to enter a room that is not here. True where the game answers, with a `ROOM_ENTER_RES` in the end,
    /// which it may [wait](Delivery::park) for; otherwise there is no such room.
    fn elsewhere(&self, delivery: &mut Delivery, user: &User<'_>, room: i32) -> bool {
        let _ = (delivery, user, room);
        false
    }

    /// The answer that this user has [waited](Delivery::park) for, in a room or not. Its further packets come after
    /// this call.
    fn event(&self, delivery: &mut Delivery, user: &User<'_>, event: EventOf<Self>) {
        let _ = (delivery, user, event);
    }

    /// A user is logged in no more.
    fn logged_out(&self, user: &User<'_>) {
        let _ = user;
    }

    /// True where logins are checked: only then is [`check_login`](Self::check_login) called, and a password looked at.
    fn checks_logins(&self) -> bool {
        false
    }

    /// Is this user who it says it is? It is asked on the thread of that client alone, and so it may wait for somebody
    /// else; a second at most, since the client waits too.
    ///
    /// # Errors
    /// What the `LOGIN_RES` says: [`ErrorCode::LOGIN_FAILED`], or [`ErrorCode::LOGIN_UNAVAILABLE`] where nobody knows.
    fn check_login(&self, login: &Login<'_>) -> Result<(), ErrorCode> {
        let _ = login;
        Ok(())
    }

    /// A session whose login was let in by [`check_login`](Self::check_login) has ended, and the last of it is answered.
    /// It comes once for each such login, on the thread of that client, so it may wait as well.
    fn session_ended(&self, user_id: &str, session: u64) {
        let _ = (user_id, session);
    }
}

/// What comes from outside to a game and its rooms.
pub type EventOf<G> = <<G as Game>::Room as RoomLogic>::Event;
