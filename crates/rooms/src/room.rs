//! A room with its members, and the seats that are kept for others.

use std::sync::Arc;
use std::time::Instant;

use protocol::message::{RoomEnterRes, RoomLeaveUserNtf, RoomNewUserNtf, RoomUser, RoomUserListNtf};
use protocol::{Codec, ErrorCode, Packet};

use crate::config::Config;
use crate::delivery::Delivery;
use crate::incoming::Incoming;
use crate::logic::{Handled, Member, RoomContext, RoomLogic, Sessions, position};
use crate::reservation::{Party, ReservedSeats};
use crate::session::Session;

/// A room and its logic. It belongs to one worker, so no lock guards it.
pub(crate) struct Room<L> {
    number: i32,
    size: usize,
    max_packet: usize,
    last_unique_id: u64,
    members: Vec<Member>,
    /// The sessions of the members, where somebody has asked for them since the last one came or went.
    sessions: Option<Sessions>,
    reserved: ReservedSeats,
    logic: L,
}

impl<L> Room<L> {
    /// The room of this number, empty.
    pub(crate) fn new(number: i32, first_unique_id: u64, config: &Config, logic: L) -> Self {
        Self {
            number,
            size: config.room_size,
            max_packet: config.limits.max_packet,
            last_unique_id: first_unique_id.saturating_sub(1),
            members: Vec::new(),
            sessions: None,
            reserved: ReservedSeats::default(),
            logic,
        }
    }

    pub(crate) fn number(&self) -> i32 {
        self.number
    }

    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn unique_ids(&self) -> Vec<u64> {
        self.members.iter().map(|member| member.unique_id).collect()
    }

    pub(crate) fn member(&self, unique_id: u64) -> Option<&Member> {
        self.members.get(position(&self.members, unique_id)?)
    }

    pub(crate) fn members(&self) -> &[Member] {
        &self.members
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

impl<L: RoomLogic> Room<L> {
    /// Takes a user in: the members hear of the newcomer, and the newcomer of them. Gives the new unique id;
    /// [`welcome`](Self::welcome) comes next.
    pub(crate) fn enter(
        &mut self,
        session: &Arc<Session>,
        user_id: &Arc<str>,
        delivery: &mut Delivery,
    ) -> Result<u64, ErrorCode> {
        self.places_for(&Party::One(Arc::clone(user_id)), delivery.now())?;
        let unique_id = self.last_unique_id + 1;
        self.announce(unique_id, user_id, session, delivery)?;
        self.reserved.give(user_id);
        self.last_unique_id = unique_id;
        let member = Member {
            unique_id,
            user_id: Arc::clone(user_id),
            session: Arc::clone(session),
        };
        self.members.push(member);
        self.sessions = None;
        Ok(unique_id)
    }

    // ANCHOR: reserve
    /// Keeps a seat for each user of a party, or for none.
    pub(crate) fn reserve(&mut self, party: &Party, until: Instant, now: Instant) -> Result<i32, ErrorCode> {
        self.reserved.forget_old(now);
        match party {
            Party::One(user_id) if self.has_member(user_id) => {}
            _ => self.places_for(party, now)?,
        }
        for user_id in party.users() {
            self.reserved.keep(user_id, until);
        }
        Ok(self.number)
    }

    /// Whether these users get their seats.
    pub(crate) fn places_for(&self, party: &Party, now: Instant) -> Result<(), ErrorCode> {
        let users = party.users();
        let has_places = match party {
            Party::One(_) => self.taken(users, now) < self.size,
            Party::Together(_) => !self.has_others(users, now) && users.len() <= self.size,
        };
        has_places.then_some(()).ok_or(ErrorCode::ENTER_ROOM_USER_FULL)
    }

    /// How many seats are taken, for these users.
    pub(crate) fn taken_for(&self, party: &Party, now: Instant) -> usize {
        self.taken(party.users(), now)
    }

    /// A seat that is reserved for a member is the one that it has: that connection ends when the user comes again.
    fn taken(&self, users: &[Arc<str>], now: Instant) -> usize {
        let others = self.reserved.users(now);
        let others = others.filter(|other| !is_among(users, other) && !self.has_member(other));
        self.members.len() + others.count()
    }

    /// True where somebody else is here, or on the way.
    fn has_others(&self, users: &[Arc<str>], now: Instant) -> bool {
        let members = self.members.iter().map(|member| &*member.user_id);
        let mut all = members.chain(self.reserved.users(now));
        all.any(|user_id| !is_among(users, user_id))
    }
    // ANCHOR_END: reserve

    /// Who of these has come, here or for the seat that was kept. The seats of the others are given up.
    pub(crate) fn who_came(&mut self, users: &[Arc<str>]) -> Vec<bool> {
        let came = users
            .iter()
            .map(|user| self.has_member(user) || !self.reserved.is_awaited(user));
        let came = came.collect();
        users.iter().for_each(|user| self.reserved.give(user));
        came
    }

    fn has_member(&self, user_id: &str) -> bool {
        self.members.iter().any(|member| *member.user_id == *user_id)
    }

    /// Tells a new member that it is in, and the logic before and after that.
    pub(crate) fn welcome(&mut self, unique_id: u64, delivery: &mut Delivery) {
        let Some(position) = position(&self.members, unique_id) else {
            return;
        };
        let (mut context, logic) = self.context(delivery);
        let member = &context.members()[position];
        logic.entering(&mut context, member);
        let entered = RoomEnterRes {
            result: ErrorCode::NONE,
            room: context.number(),
            user_unique_id: unique_id,
        };
        // A packet of three numbers can always be built.
        let _ = context.send(&member.session, &entered);
        logic.entered(&mut context, member);
    }

    /// The members hear of the newcomer, the newcomer of the members.
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
        Ok(())
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
        let member = self.members.remove(position(&self.members, unique_id)?);
        self.sessions = None;
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
        let position = position(&self.members, unique_id).ok_or(ErrorCode::ROOM_NOT_IN_USER)?;
        let (mut context, logic) = self.context(delivery);
        let members = context.members();
        logic.packet(&mut context, &members[position], packet)
    }

    /// Something from outside, for the room or as an answer to a member.
    pub(crate) fn event(&mut self, from: Option<u64>, event: L::Event, delivery: &mut Delivery) {
        let position = from.and_then(|unique_id| position(&self.members, unique_id));
        let (mut context, logic) = self.context(delivery);
        let members = context.members();
        logic.event(&mut context, position.map(|position| &members[position]), event);
    }

    /// True where the room has nothing more to do before the server ends.
    pub(crate) fn closing(&mut self, delivery: &mut Delivery) -> bool {
        let (mut context, logic) = self.context(delivery);
        logic.closing(&mut context)
    }

    pub(crate) fn abandoned(&mut self, delivery: &mut Delivery) {
        let (mut context, logic) = self.context(delivery);
        logic.abandoned(&mut context);
    }

    pub(crate) fn tick(&mut self, delivery: &mut Delivery) {
        let (mut context, logic) = self.context(delivery);
        logic.tick(&mut context);
    }

    fn context<'a>(&'a mut self, delivery: &'a mut Delivery) -> (RoomContext<'a>, &'a mut L) {
        let context = RoomContext::new(self.number, &self.members, &mut self.sessions, delivery);
        (context, &mut self.logic)
    }
}

fn is_among(users: &[Arc<str>], user_id: &str) -> bool {
    users.iter().any(|user| **user == *user_id)
}
