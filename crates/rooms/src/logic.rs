//! The rules of a room, and what they can do with it. No socket, no thread and no clock in here: the time comes with the
//! call.

use std::sync::Arc;
use std::time::Instant;

use protocol::ErrorCode;
use protocol::message::Encode;

use crate::delivery::Delivery;
use crate::incoming::Incoming;
use crate::place::Place;
use crate::session::Session;
use crate::ticket::Ticket;
use crate::wishes::Departure;

/// A user in a room.
#[derive(Debug, Clone)]
pub struct Member {
    /// Counts up per room from 1, and is not used twice in the life of the room.
    pub unique_id: u64,
    /// The user's name.
    pub user_id: Arc<str>,
    /// Where packets for this member go.
    pub session: Arc<Session>,
}

/// What a packet was to the logic that got it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handled {
    /// It is answered.
    Yes,
    /// The logic does not know its id.
    UnknownId,
}

/// The rules of one room: a chat, a card game. It gets its room and a way to send with every call, so its
/// tests are plain calls.
pub trait RoomLogic: Send + 'static {
    /// What comes to a room from outside, by [`Outside`](crate::Outside): an answer of a database, a request of another
    /// server. `std::convert::Infallible` where nothing does.
    type Event: Send + 'static;

    /// A member enters: it is among the members, all others have been told, and it has the list of them. What it is sent
    /// in here comes before its `ROOM_ENTER_RES`.
    fn entering(&mut self, room: &mut RoomContext<'_>, member: &Member) {
        let _ = (room, member);
    }

    /// A member has entered. All have been told.
    fn entered(&mut self, room: &mut RoomContext<'_>, member: &Member) {
        let _ = (room, member);
    }

    /// A packet of a member that is not about entering or leaving.
    ///
    /// # Errors
    /// What the member is told in an `ERROR_NTF`.
    fn packet(
        &mut self,
        room: &mut RoomContext<'_>,
        from: &Member,
        packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode>;

    /// Something has come from outside: for the room, in which there may be nobody; or the answer that `from` has
    /// [waited](RoomContext::park) for, whose further packets come after this call.
    fn event(&mut self, room: &mut RoomContext<'_>, from: Option<&Member>, event: Self::Event) {
        let _ = (room, from, event);
    }

    /// A member has left. All have been told.
    fn left(&mut self, room: &mut RoomContext<'_>, member: &Member) {
        let _ = (room, member);
    }

    /// The time has come that the room has [asked for](RoomContext::wake_at), or is over by now: it is
    /// [`RoomContext::now`]. It comes late where the worker has much to do, also where nobody is in the room, and not
    /// while the server ends.
    fn tick(&mut self, room: &mut RoomContext<'_>) {
        let _ = room;
    }

    /// The server has lost this room, and another one may have it by now: nothing that happens here counts any more. It is
    /// the last call. What the members are sent in here still arrives, before the reason for which all of them are closed.
    fn abandoned(&mut self, room: &mut RoomContext<'_>) {
        let _ = room;
    }

    /// The server ends: all that its clients have said is answered, and they are told next that it ends. Asked once of
    /// each room with members; where the answer is false, the room waits for something from outside, and is asked again
    /// after each [`event`](Self::event), as long as the drain time lasts. What is sent meanwhile still arrives.
    fn closing(&mut self, room: &mut RoomContext<'_>) -> bool {
        let _ = room;
        true
    }
}

/// The sessions of the members of a room at some moment.
pub type Sessions = Arc<[Arc<Session>]>;

/// What room logic sees of its room.
pub struct RoomContext<'a> {
    number: i32,
    members: &'a [Member],
    sessions: &'a mut Option<Sessions>,
    delivery: &'a mut Delivery,
}

impl<'a> RoomContext<'a> {
    pub(crate) fn new(
        number: i32,
        members: &'a [Member],
        sessions: &'a mut Option<Sessions>,
        delivery: &'a mut Delivery,
    ) -> Self {
        Self {
            number,
            members,
            sessions,
            delivery,
        }
    }

    /// The room's number.
    #[must_use]
    pub fn number(&self) -> i32 {
        self.number
    }

    /// Who is in it, in ascending order of their unique ids.
    #[must_use]
    pub fn members(&self) -> &'a [Member] {
        self.members
    }

    /// When the call was made. It is the same for the whole call, and never earlier than in a call before it.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.delivery.now()
    }

    // ANCHOR: wake_at
    /// Asks for [`tick`](RoomLogic::tick) at this time. A room has one such time: the earliest that it has asked for
    /// since the last tick. So a tick asks again for whatever comes next.
    pub fn wake_at(&mut self, time: Instant) {
        self.delivery.alarms().set(self.number, time);
    }
    // ANCHOR_END: wake_at

    // ANCHOR: park
    /// Parks a member when this call is over: its further packets, its end and its removal wait, in their order, until
    /// the ticket is back, while the room goes on with the others. The answer comes to [`event`](RoomLogic::event) with
    /// this member. One with several tickets waits for all of them; somebody who is not in this room is not parked.
    pub fn park(&mut self, member: &Member) -> Ticket {
        let is_here = position(self.members, member.unique_id).is_some();
        let session = is_here.then(|| member.session.id());
        self.delivery.wishes.park(session, Some(self.number))
    }
    // ANCHOR_END: park

    /// Keeps a place in the order of what all members get: see [`Delivery::keep_place`]. The sessions are those of the
    /// members now, for whom it is.
    pub fn keep_place_for_all(&mut self, size: usize) -> (Place, Sessions) {
        let members = self.members;
        let of_members = || members.iter().map(|member| Arc::clone(&member.session)).collect();
        let sessions = Arc::clone(self.sessions.get_or_insert_with(of_members));
        (self.delivery.keep_place(&*sessions, size), sessions)
    }

    /// The same for one client.
    pub fn keep_place(&mut self, session: &Arc<Session>, size: usize) -> Place {
        self.delivery.keep_place([session], size)
    }

    // ANCHOR: remove
    /// Takes a member out of the room as soon as this call is over. All members are told by a
    /// `ROOM_LEAVE_USER_NTF`, the one that is taken out too, which may enter this or another room afterwards; then
    /// the logic is told by [`left`](RoomLogic::left). Nothing happens where nobody here has this unique id.
    pub fn remove(&mut self, unique_id: u64) {
        self.depart(unique_id, None);
    }

    /// Ends the connection of a member as soon as this call is over. The member is taken out as by
    /// [`remove`](Self::remove), logged out, and told `reason` in an `ERROR_NTF`, which is the last packet of that
    /// connection.
    pub fn close(&mut self, unique_id: u64, reason: ErrorCode) {
        self.depart(unique_id, Some(reason));
    }
    // ANCHOR_END: remove

    fn depart(&mut self, unique_id: u64, reason: Option<ErrorCode>) {
        self.delivery.wishes.depart(Departure {
            room: self.number,
            unique_id,
            reason,
        });
    }

    // ANCHOR: send_to_all
    /// Sends a message to all members: encoded once for each codec that they speak.
    ///
    /// # Errors
    /// [`ErrorCode::PACKET_DECODING_FAIL`] for a message that could not be encoded.
    pub fn send_to_all(&mut self, message: &impl Encode) -> Result<(), ErrorCode> {
        let sessions = self.members.iter().map(|member| &member.session);
        self.delivery.send_to(sessions, message)
    }
    // ANCHOR_END: send_to_all

    /// Sends a message to one client, a member or not.
    ///
    /// # Errors
    /// [`ErrorCode::PACKET_DECODING_FAIL`] for a message that could not be encoded.
    pub fn send(&mut self, session: &Arc<Session>, message: &impl Encode) -> Result<(), ErrorCode> {
        self.delivery.send(session, message)
    }

    /// The session of a user who is logged in, in this room or not.
    #[must_use]
    pub fn find_user(&self, user_id: &str) -> Option<Arc<Session>> {
        self.delivery.find_user(user_id)
    }
}

/// Where a member stands.
pub(crate) fn position(members: &[Member], unique_id: u64) -> Option<usize> {
    // They enter at the end with a number that counts up.
    members
        .binary_search_by_key(&unique_id, |member| member.unique_id)
        .ok()
}
