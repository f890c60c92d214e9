//! The chat's way from one server to another: what is left when one is gone, and what is asked on the next.

use std::mem;

use net::NetAddress;
use protocol::message::RoomElsewhereNtf;
use protocol::{ErrorCode, Packet};

use super::{Chat, Settled};
use crate::account::{Assignment, Secret};
use crate::game::{Surroundings, View};
use crate::line::Line;
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
        let mut unanswered: Vec<_> = self.unanswered.drain(..).collect();
        self.kept.lost(match self.kept.can_tell() {
            true => take_messages(&mut unanswered),
            false => Vec::new(),
        });
        let room = mem::take(&mut self.room).number();
        Left {
            room: wanted_room(room, &unanswered, place),
            unanswered,
            dropped: mem::take(&mut self.dropped),
        }
    }

    /// What is to be asked at once on a new connection for this room, so that nothing can come in between: a server that keeps
    /// messages tells then what was missed.
    pub(crate) fn return_to(&self, room: i32) -> Option<[Request; 2]> {
        let position = self.kept.position_in(room)?;
        Some([Request::Enter { room }, Request::History(position)])
    }

    /// Whether this is a chat whose server may keep what is said.
    pub(crate) fn may_be_kept(&self) -> bool {
        self.game.may_be_kept()
    }

    /// What was missed, when it has all come.
    pub(crate) fn take_missed(&mut self) -> Vec<Line> {
        self.kept.take_shown()
    }

    /// There will be no other connection: what may have arrived, or not.
    pub(crate) fn give_up(&mut self) -> Vec<String> {
        self.kept.left();
        self.kept.take_settled().unknown
    }

    /// What has become of what had no answer.
    pub(crate) fn take_settled(&mut self) -> Settled {
        self.kept.take_settled()
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

/// Takes out what was said in the room.
fn take_messages(requests: &mut Vec<Request>) -> Vec<String> {
    let mut messages = Vec::new();
    requests.retain_mut(|request| match request {
        Request::Say { message } => {
            messages.push(mem::take(message));
            false
        }
        _ => true,
    });
    messages
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
