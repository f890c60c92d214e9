//! The chat's way from one server to another: what is left when one is gone, and what is asked on the next.

use std::mem;

use net::NetAddress;
use protocol::message::RoomElsewhereNtf;
use protocol::{ErrorCode, Packet};

use super::Chat;
use crate::account::{Assignment, Secret};
use crate::game::{Surroundings, View};
use crate::request::Request;

/// What is left of the time on a server.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Left {
    /// The room that the user was in, or had asked for.
    pub(crate) room: Option<i32>,
    /// What may have arrived there, or not.
    pub(crate) unanswered: Vec<Request>,
    /// What the server has dropped for certain.
    pub(crate) dropped: Vec<Request>,
}

impl Chat {
    /// The request that lets the user in. The password is empty where no server looks at one.
    pub(crate) fn login(&self, password: Secret) -> Request {
        let name = self.name.clone();
        Request::Login { name, password }
    }

    /// Why the server has refused the login, once.
    pub(crate) fn take_turned_away(&mut self) -> Option<(ErrorCode, String)> {
        self.turned_away.take()
    }

    /// The connection is gone, and with it all that the server knew of the user.
    pub(crate) fn leave_server(&mut self) -> Left {
        self.game.left();
        self.logged_in = false;
        self.limited = false;
        self.farewell = None;
        self.turned_away = None;
        let place = self.take_move();
        self.elsewhere = None;
        let unanswered: Vec<_> = self.unanswered.drain(..).collect();
        let room = mem::take(&mut self.room).number();
        Left {
            room: wanted_room(room, &unanswered, place),
            unanswered,
            dropped: mem::take(&mut self.dropped),
        }
    }

    /// The room that the user wants to enter is on another server.
    pub(super) fn learn_place(&mut self, place: &RoomElsewhereNtf<'_>) {
        let ticket = place.ticket.split(|byte| *byte == 0).next();
        let ticket = ticket.and_then(|ticket| str::from_utf8(ticket).ok());
        // Another kind of ticket is none; the answer to the request says then what there is to say.
        self.elsewhere = ticket.map(|ticket| Assignment {
            server: NetAddress::new(place.host, place.port),
            room: place.room,
            ticket: Secret::new(ticket),
        });
    }

    /// Whether the server has told where the room is that this request was for. Then the user is to go there.
    pub(super) fn is_to_move(&mut self, request: Option<&Request>) -> bool {
        let told = self.elsewhere.as_ref().map(|place| place.room);
        let asked = match request {
            Some(Request::Enter { room }) => Some(*room),
            _ => None,
        };
        self.is_moving = told.is_some() && told == asked;
        self.is_moving
    }

    /// The user has entered a room of this server since, and so stays here.
    pub(super) fn stay(&mut self) {
        self.is_moving = false;
        self.elsewhere = None;
    }

    /// Whether the user is about to go to another server.
    pub(crate) fn is_moving(&self) -> bool {
        self.is_moving
    }

    /// Where the user is to go, once.
    pub(crate) fn take_move(&mut self) -> Option<Assignment> {
        mem::take(&mut self.is_moving).then(|| self.elsewhere.take())?
    }

    /// What the game wants to know when a lost connection has been taken up again. These are no requests that wait for
    /// their answers: should they be lost too, the user has asked for nothing.
    pub(crate) fn asks_again(&mut self, view: View) -> Vec<Packet> {
        let at = Surroundings {
            room: &self.room,
            codec: self.codec,
            view,
        };
        self.game.asks_again(&at)
    }
}

/// Where the user would be, had all that was asked been granted.
fn wanted_room(room: Option<i32>, unanswered: &[Request], place: Option<Assignment>) -> Option<i32> {
    let room = place.map_or(room, |place| Some(place.room));
    unanswered.iter().fold(room, |room, request| match request {
        Request::Enter { room } => Some(*room),
        Request::Leave => None,
        _ => room,
    })
}
