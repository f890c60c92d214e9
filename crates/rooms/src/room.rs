//! A room: its members, and what room logic can do with them. No socket, no thread and no clock in here: the time
//! comes with the call.

use std::sync::Arc;
use std::time::Instant;

use protocol::message::{Encode, RoomEnterRes, RoomLeaveUserNtf, RoomNewUserNtf, RoomUser, RoomUserListNtf};
use protocol::{Codec, ErrorCode, Packet};

use crate::delivery::{Delivery, Departure};
use crate::incoming::Incoming;
use crate::session::Session;

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

    /// A member has left. All have been told.
    fn left(&mut self, room: &mut RoomContext<'_>, member: &Member) {
        let _ = (room, member);
    }

    /// Time has passed: it is [`RoomContext::now`]. Only a room with members is told, and later than it should be
    /// where its worker has much to do. A tick that panics does not stop the next one.
    fn tick(&mut self, room: &mut RoomContext<'_>) {
        let _ = room;
    }
}

/// What room logic sees of its room.
pub struct RoomContext<'a> {
    number: i32,
    members: &'a [Member],
    delivery: &'a mut Delivery,
}

impl RoomContext<'_> {
    /// The room's number.
    #[must_use]
    pub fn number(&self) -> i32 {
        self.number
    }

    /// Who is in it, in ascending order of their unique ids.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        self.members
    }

    /// When the call was made. It is the same for the whole call, and never earlier than in a call before it.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.delivery.now()
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
        self.delivery.depart(Departure {
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

/// A room and its logic. It belongs to one worker, so no lock guards it.
pub(crate) struct Room<L> {
    number: i32,
    size: usize,
    max_packet: usize,
    last_unique_id: u64,
    members: Vec<Member>,
    logic: L,
}

impl<L: RoomLogic> Room<L> {
    pub(crate) fn new(number: i32, size: usize, max_packet: usize, logic: L) -> Self {
        Self {
            number,
            size,
            max_packet,
            last_unique_id: 0,
            members: Vec::new(),
            logic,
        }
    }

    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn unique_ids(&self) -> Vec<u64> {
        self.members.iter().map(|member| member.unique_id).collect()
    }

    pub(crate) fn member(&self, unique_id: u64) -> Option<&Member> {
        self.members.get(self.position(unique_id)?)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Takes a user in and tells everybody, in the order of the wire; gives the new unique id. The logic is
    /// told by [`entered`](Self::entered).
    pub(crate) fn enter(
        &mut self,
        session: &Arc<Session>,
        user_id: &Arc<str>,
        delivery: &mut Delivery,
    ) -> Result<u64, ErrorCode> {
        if self.members.len() >= self.size {
            return Err(ErrorCode::ENTER_ROOM_USER_FULL);
        }
        let unique_id = self.last_unique_id + 1;
        self.announce(unique_id, user_id, session, delivery)?;
        self.last_unique_id = unique_id;
        let member = Member {
            unique_id,
            user_id: Arc::clone(user_id),
            session: Arc::clone(session),
        };
        self.members.push(member);
        Ok(unique_id)
    }

    /// Tells the logic of a new member.
    pub(crate) fn entered(&mut self, unique_id: u64, delivery: &mut Delivery) {
        let Some(position) = self.position(unique_id) else {
            return;
        };
        let (mut context, logic) = self.context(delivery);
        let members = context.members;
        logic.entered(&mut context, &members[position]);
    }

    /// The members hear of the newcomer; the newcomer of the members, and then of its own success.
    fn announce(
        &self,
        unique_id: u64,
        user_id: &str,
        newcomer: &Arc<Session>,
        delivery: &mut Delivery,
    ) -> Result<(), ErrorCode> {
        let lists = self.user_lists(newcomer.codec())?;
        let sessions = self.members.iter().map(|member| &member.session);
        delivery.send_to(sessions, &RoomNewUserNtf { unique_id, user_id })?;
        for list in &lists {
            delivery.send(newcomer, list)?;
        }
        let entered = RoomEnterRes {
            result: ErrorCode::NONE,
            room: self.number,
            user_unique_id: unique_id,
        };
        delivery.send(newcomer, &entered)
    }

    fn user_lists(&self, codec: Codec) -> Result<Vec<Packet>, ErrorCode> {
        let users = self.members.iter().map(|member| RoomUser {
            unique_id: member.unique_id,
            user_id: &member.user_id,
        });
        Ok(RoomUserListNtf::split_as(codec, users, self.max_packet)?)
    }

    /// Takes a member out, and tells those who stay. The logic is told by [`left`](Self::left).
    pub(crate) fn leave(&mut self, unique_id: u64, delivery: &mut Delivery) -> Option<Member> {
        let member = self.members.remove(self.position(unique_id)?);
        let (mut context, _) = self.context(delivery);
        // A packet of one number can always be built.
        let _ = context.send_to_all(&RoomLeaveUserNtf { unique_id });
        Some(member)
    }

    /// Tells the logic of a member who has left.
    pub(crate) fn left(&mut self, member: &Member, delivery: &mut Delivery) {
        let (mut context, logic) = self.context(delivery);
        logic.left(&mut context, member);
    }

    /// A packet of a member for the logic.
    pub(crate) fn packet(
        &mut self,
        unique_id: u64,
        packet: &mut Incoming<'_>,
        delivery: &mut Delivery,
    ) -> Result<Handled, ErrorCode> {
        let position = self.position(unique_id).ok_or(ErrorCode::ROOM_NOT_IN_USER)?;
        let (mut context, logic) = self.context(delivery);
        let members = context.members;
        logic.packet(&mut context, &members[position], packet)
    }

    pub(crate) fn tick(&mut self, delivery: &mut Delivery) {
        let (mut context, logic) = self.context(delivery);
        logic.tick(&mut context);
    }

    fn position(&self, unique_id: u64) -> Option<usize> {
        // They enter at the end with a number that counts up.
        self.members
            .binary_search_by_key(&unique_id, |member| member.unique_id)
            .ok()
    }

    fn context<'a>(&'a mut self, delivery: &'a mut Delivery) -> (RoomContext<'a>, &'a mut L) {
        let context = RoomContext {
            number: self.number,
            members: &self.members,
            delivery,
        };
        (context, &mut self.logic)
    }
}
