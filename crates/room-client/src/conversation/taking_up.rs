//! From one connection to the next: after a loss, and to a room on another server.

use std::mem;
use std::time::Duration;

use super::Conversation;
use super::opening::not_known;
use crate::chat::Left;
use crate::line::Line;
use crate::link::Link;
use crate::loss::Loss;
use crate::request::Request;
use crate::road::{Arrival, Travelled};
use crate::screen::Screen;

impl Conversation {
    /// After an error: where it is the end of a connection, and another one may do better, that is looked for. Else it is
    /// the end of the conversation.
    pub(super) fn take_up_again(
        &mut self,
        error: anyhow::Error,
        screen: &mut impl Screen,
    ) -> anyhow::Result<()> {
        let loss = error.downcast_ref::<Loss>();
        let (may_pass, longest) = (
            loss.is_some_and(Loss::may_pass),
            loss.and_then(Loss::longest_wait),
        );
        if !may_pass || !self.recovery.is_possible() {
            return Err(error);
        }
        let text = format!("connection lost: {error:#}");
        if self.recovery.is_news(&text) {
            screen.show(&Line::Notice(text))?;
        }
        let (lasted, left) = self.drop_link(screen);
        for words in left.unanswered.iter().filter_map(Request::words) {
            screen.show(&not_known(&words))?;
        }
        self.recovery.lost(lasted, longest)
    }

    /// Ends with this connection, and remembers where its user was.
    pub(super) fn drop_link(&mut self, screen: &mut impl Screen) -> (Duration, Left) {
        let lasted = self.link.take().map_or(Duration::ZERO, |link| link.age());
        let mut left = self.chat.leave_server();
        // Until a connection is open, the user is where the one before was.
        if mem::take(&mut self.is_open) {
            self.recovery.wants(left.room);
        }
        self.opening.clear();
        self.queue.go_on(mem::take(&mut left.dropped));
        self.tell_company(screen);
        (lasted, left)
    }

    /// It is time to set out; or nobody answers on the new connection.
    pub(super) fn timer(&mut self, screen: &mut impl Screen) -> anyhow::Result<()> {
        match self.link {
            None => self.recovery.set_out(),
            Some(_) => {
                self.give_up(screen)?;
                // The server is slow, or wants a pause.
                self.recovery.arrived(self.options.timeout);
            }
        }
        Ok(())
    }

    /// Goes to the server that the room is on, when this one has answered all that came before.
    pub(super) fn move_on(&mut self, screen: &mut impl Screen) -> anyhow::Result<()> {
        if !self.is_open || self.chat.is_waiting() {
            return Ok(());
        }
        let Some(place) = self.chat.take_move() else {
            return Ok(());
        };
        let (room, server) = (place.room, &place.server);
        if !self.recovery.is_possible() {
            let refused =
                format!("room {room} is on another server, {server}, and only with --api can you go there");
            return screen.show(&Line::Problem(refused));
        }
        screen.show(&Line::Notice(format!(
            "room {room} is on another server: moving to {server}"
        )))?;
        if let Some(link) = &self.link {
            link.leave();
        }
        self.drop_link(screen);
        self.recovery.move_to(place);
        Ok(())
    }

    /// Somebody is back from this trip, with a connection or without.
    pub(super) fn arrive(
        &mut self,
        (trip, travelled): (u64, Travelled),
        screen: &mut impl Screen,
    ) -> anyhow::Result<()> {
        match travelled {
            // The user is to be somewhere else by now.
            _ if !self.recovery.is_current(trip) => Ok(()),
            Ok(arrival) => self.begin(arrival, screen),
            Err(error) => match self.recovery.failed(error)? {
                Some(line) => screen.show(&line),
                None => Ok(()),
            },
        }
    }

    fn begin(&mut self, arrival: Arrival, screen: &mut impl Screen) -> anyhow::Result<()> {
        let Arrival {
            connection,
            room,
            ticket,
            detour,
        } = arrival;
        self.link = Some(Link::new(connection)?);
        self.recovery.arrived(self.options.timeout);
        let wanted = self.recovery.room();
        if let Some(wanted) = wanted.filter(|wanted| *wanted != room) {
            let why = detour.map_or_else(String::new, |error| error.keeps_out_of(wanted) + ": ");
            screen.show(&Line::Notice(format!("{why}you come to room {room} instead")))?;
            self.give_back_messages(wanted, screen)?;
            self.recovery.wants(Some(room));
        }
        self.will_open(ticket, wanted.map(|_| room));
        Ok(())
    }

    /// What waits was meant for this room; in the next one there are others.
    pub(super) fn give_back_messages(&mut self, room: i32, screen: &mut impl Screen) -> anyhow::Result<()> {
        for message in self.queue.take_messages() {
            let meant = format!("not sent, since it was meant for room {room}: {message}");
            screen.show(&Line::Problem(meant))?;
        }
        Ok(())
    }
}
