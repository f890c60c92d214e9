//! A room in a test without sockets: events from outside, and members that wait for one.

use std::sync::Arc;
use std::time::Duration;

use protocol::ErrorCode;
use protocol::message::ErrorNtf;

use super::waiting::{Parked, Waiting};
use super::{NUMBER, TestRoom};
use crate::command::Command;
use crate::delivery::Fill;
use crate::logic::{Handled, RoomLogic};
use crate::outside::Outside;
use crate::session::Session;
use crate::ticket::Parking;

/// How long [`TestRoom::wait_for_event`] waits. Only a test that fails waits so long.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

impl<L: RoomLogic> TestRoom<L> {
    /// The way for events from outside to this room.
    #[must_use]
    pub fn outside(&self) -> Outside<L::Event> {
        self.outside.clone()
    }

    /// Does what has come from outside. Every other call does that first.
    pub fn work(&mut self) {
        while let Ok(command) = self.commands.try_recv() {
            self.obey(command);
        }
    }

    /// Waits until something comes from outside, from another thread, and does that: one event, or one ticket.
    ///
    /// # Panics
    /// After a minute, when nothing has come.
    pub fn wait_for_event(&mut self) {
        let command = self.commands.recv_timeout(LONGEST_WAIT);
        self.obey(command.expect("an event within a minute"));
    }

    /// True while this member waits for the answer to a ticket.
    #[must_use]
    pub fn is_parked(&self, unique_id: u64) -> bool {
        let session = self.room.member(unique_id).map(|member| member.session.id());
        session
            .and_then(|session| self.parked.get(&session))
            .is_some_and(|parked| parked.tickets > 0)
    }

    /// Where things wait for this member, while it is parked.
    pub(super) fn parking_of(&mut self, unique_id: u64) -> Option<&mut Parked> {
        let session = self.room.member(unique_id)?.session.id();
        self.parked.get_mut(&session).filter(|parked| parked.tickets > 0)
    }

    /// Parks those that the call before has wanted to be parked.
    pub(super) fn park_sessions(&mut self) {
        for session in self.delivery.wishes.parked() {
            self.parked.entry(session).or_default().tickets += 1;
        }
    }

    fn fill(&mut self, filled: Vec<(u64, Option<Fill>)>) {
        for (number, fill) in filled {
            self.delivery.order.fill(number, fill);
        }
        while let Some(step) = self.delivery.release() {
            self.delivery.order.set_in_front(true);
            step(&mut self.delivery);
            self.delivery.order.set_in_front(false);
        }
        self.delivery.flush();
    }

    fn obey(&mut self, command: Command<L::Event>) {
        match command {
            Command::Event { room: NUMBER, event } => self.tell(None, event),
            Command::EventInFront { room: NUMBER, event } => {
                self.delivery.order.set_in_front(true);
                self.tell(None, event);
                self.delivery.order.set_in_front(false);
            }
            Command::Fill(filled) => self.fill(filled),
            Command::Resume { parking, event } => self.resume(parking, event),
            Command::SeeTo {
                session,
                put,
                packets,
            } => {
                self.delivery.see_to(put, &session, &packets);
                self.delivery.flush();
            }
            Command::Close(session) => self.close(session),
            Command::Reserve(wish) => {
                let until = self.now() + wish.time;
                let outcome = self.room.reserve(&wish.party, until, self.now());
                wish.reply.tell(outcome);
            }
            Command::CallRoll(call) => {
                let came = self.room.who_came(&call.users);
                call.reply.tell(Ok(came));
            }
            _ => {}
        }
    }

    fn close(&mut self, session: Arc<Session>) {
        match self
            .parked
            .get_mut(&session.id())
            .filter(|parked| parked.tickets > 0)
        {
            Some(parked) => parked.wait(Waiting::Close(session)),
            None => self.close_now(&session),
        }
    }

    /// As a worker closes a session that somebody wants to be closed.
    fn close_now(&mut self, session: &Arc<Session>) {
        let reason = session.progress().wanted_farewell();
        let (Some(reason), Some(unique_id)) = (reason, self.member_of(session.id())) else {
            return;
        };
        if let Some(member) = self.room.leave(unique_id, &mut self.delivery) {
            self.room.left(&member, &mut self.delivery);
            self.users.log_out(&member.user_id, session);
        }
        self.delivery.close(session, reason);
        self.closed.push((unique_id, reason));
        session.progress().say_farewell();
        self.settle();
    }

    fn tell(&mut self, from: Option<u64>, event: L::Event) {
        self.room.event(from, event, &mut self.delivery);
        self.settle();
    }

    fn resume(&mut self, parking: Parking, event: Option<L::Event>) {
        let parked = parking.session.and_then(|session| self.parked.get_mut(&session));
        if let Some(parked) = parked {
            parked.tickets -= 1;
        }
        if let Some(event) = event {
            self.tell(parking.session.and_then(|session| self.member_of(session)), event);
        }
        if let Some(session) = parking.session {
            self.go_on(session);
        }
    }

    fn member_of(&self, session: u64) -> Option<u64> {
        let is_it = |unique_id: &u64| {
            let member = self.room.member(*unique_id);
            member.is_some_and(|member| member.session.id() == session)
        };
        self.members().into_iter().find(is_it)
    }

    /// Does what has waited for a session, until it is parked again.
    fn go_on(&mut self, session: u64) {
        while let Some(parked) = self.parked.get_mut(&session)
            && parked.tickets == 0
        {
            match parked.waiting.pop_front() {
                Some(Waiting::Packet(unique_id, packet)) => self.answer_late(unique_id, &packet),
                Some(Waiting::Leave(unique_id)) => self.take_out(unique_id),
                Some(Waiting::Close(session)) => self.close_now(&session),
                Some(Waiting::Departure(departure)) => {
                    self.depart(departure);
                    self.settle();
                }
                None => drop(self.parked.remove(&session)),
            }
        }
    }

    /// Nobody waits for the outcome but the member, who is told as by a worker.
    fn answer_late(&mut self, unique_id: u64, packet: &[u8]) {
        let error = match self.answer(unique_id, packet) {
            Ok(Handled::Yes) => return,
            Ok(Handled::UnknownId) => ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID,
            Err(error) => error,
        };
        if let Some(member) = self.room.member(unique_id) {
            // A packet of one number can always be built.
            let _ = self.delivery.send(&member.session, &ErrorNtf { error });
        }
        self.settle();
    }
}
