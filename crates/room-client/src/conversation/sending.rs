//! What is sent: typed lines, as fast as they may be, and signs of life.

use std::slice;
use std::time::Instant;

use anyhow::{Context, anyhow, bail};
use crossbeam_channel::{after, select};
use protocol::{Packet, compress};

use super::Conversation;
use crate::chat::Reaction;
use crate::line::Line;
use crate::link::Link;
use crate::loss::Loss;
use crate::queue::Outgoing;
use crate::screen::Screen;

/// What is said of a request that was dropped, and is not sent again.
const TOO_LATE: &str =
    "too many requests a second: the server has dropped one, whose time is over now (RATE_LIMITED)";

impl Conversation {
    /// Sends what waits, as far as it may be sent now.
    pub(super) fn send_waiting(&mut self, screen: &mut impl Screen) -> anyhow::Result<()> {
        while self.is_open && !self.is_over() && !self.chat.is_held() && !self.chat.is_moving() {
            let (unanswered, is_entering) = (self.chat.unanswered(), self.chat.is_entering());
            let next = self.queue.next(unanswered, is_entering, self.options.timeout);
            match next {
                Some(Outgoing::Line(line)) => self.typed(&line, screen)?,
                Some(Outgoing::Part(message)) => {
                    let packet = self.chat.say(message)?;
                    self.send(&packet, screen)?;
                }
                Some(Outgoing::Again(request)) if request.is_too_late(Instant::now()) => {
                    screen.show(&Line::Problem(TOO_LATE.to_owned()))?;
                }
                Some(Outgoing::Again(request)) => {
                    let packet = self.chat.ask(request)?;
                    self.send(&packet, screen)?;
                }
                None => break,
            }
        }
        Ok(())
    }

    fn typed(&mut self, line: &str, screen: &mut impl Screen) -> anyhow::Result<()> {
        let Reaction { packet, lines, quit } = self.chat.typed(line, screen.view())?;
        if let Some(packet) = &packet {
            self.send(packet, screen)?;
        }
        for line in &lines {
            screen.show(line)?;
        }
        self.quit = quit;
        Ok(())
    }

    /// Sends a line of a script, and waits for its answer. What goes wrong is told with its number.
    ///
    /// A connection that is lost before the answer ends the script, also where it could be taken up again: a script cannot
    /// find out whether the line has arrived, and must neither leave it out nor say it twice.
    pub(super) fn scripted(
        &mut self,
        line: anyhow::Result<String>,
        screen: &mut impl Screen,
    ) -> anyhow::Result<()> {
        self.lines += 1;
        let outcome = line
            .and_then(|line| self.typed(&line, screen))
            .and_then(|()| self.await_answers(screen));
        let outcome = outcome.map_err(|error| match error.is::<Loss>() && self.recovery.is_possible() {
            true => anyhow!("not known whether it has arrived: {error:#}"),
            false => error,
        });
        outcome.with_context(|| format!("line {}", self.lines))
    }

    /// Goes on until the server owes nothing, and the game does not want what comes next to wait.
    pub(super) fn await_answers(&mut self, screen: &mut impl Screen) -> anyhow::Result<()> {
        let mut timeout = after(self.options.timeout);
        while self.must_wait() && !self.is_over() {
            select! {
                recv(self.reads()) -> read => self.arrived(read.ok(), screen)?,
                recv(self.ping) -> _ => self.ping(screen)?,
                recv(self.queue.pause_is_over()) -> _ => {
                    self.ask_again(screen)?;
                    timeout = after(self.options.timeout);
                },
                recv(timeout) -> _ => {
                    self.give_up(screen)?;
                    timeout = after(self.options.timeout);
                },
            }
            self.send_waiting(screen)?;
        }
        Ok(())
    }

    fn must_wait(&self) -> bool {
        self.chat.is_waiting() || self.chat.is_held() || !self.queue.is_empty()
    }

    /// The time is over, unless the server wants a pause. What has come until now counts, also where this program
    /// has been stopped and could not read it.
    pub(super) fn give_up(&mut self, screen: &mut impl Screen) -> anyhow::Result<()> {
        while self.chat.is_waiting() && !self.queue.is_paused() && !self.is_over() {
            if self.link.as_ref().is_none_or(Link::is_silent) {
                bail!(Loss::Silent(self.options.timeout));
            }
            let read = self.reads().recv();
            self.arrived(read.ok(), screen)?;
        }
        Ok(())
    }

    /// After a pause: what the server has dropped is sent again.
    pub(super) fn ask_again(&mut self, screen: &mut impl Screen) -> anyhow::Result<()> {
        let dropped = self.chat.take_dropped();
        if self.is_open {
            self.queue.go_on(dropped);
        } else {
            self.queue.go_on(Vec::new());
            let dropped = dropped.into_iter().rev().map(|request| vec![request]);
            dropped.for_each(|request| self.opening.push_front(request));
            self.go_on_opening(screen)?;
        }
        self.send_waiting(screen)
    }

    /// Shows the server that this client is there, unless the server has shown nothing since the last time.
    /// Anything counts, since a PING may be dropped for the rate limit, and what waits to be shown too.
    pub(super) fn ping(&mut self, screen: &mut impl Screen) -> anyhow::Result<()> {
        let (timeout, ping_every) = (self.options.timeout, self.options.ping_every);
        match &mut self.link {
            Some(link) if !self.queue.is_paused() => link.ping(timeout, ping_every)?,
            _ => return Ok(()),
        }
        self.send(&self.chat.ping()?, screen)
    }

    pub(super) fn send(&mut self, packet: &Packet, screen: &mut impl Screen) -> anyhow::Result<()> {
        self.send_all(slice::from_ref(packet), screen)
    }

    /// Sends these in one write.
    pub(super) fn send_all(&mut self, packets: &[Packet], screen: &mut impl Screen) -> anyhow::Result<()> {
        let over = self.options.compress_over;
        let bytes = packets.iter().flat_map(|packet| {
            let compressed = over.and_then(|over| compress(packet.as_bytes(), over));
            compressed.unwrap_or_else(|| packet.as_bytes().to_vec())
        });
        let bytes: Vec<u8> = bytes.collect();
        let written = self.link.as_ref().map(|link| link.write(&bytes));
        let Some(Err(error)) = written else {
            return Ok(());
        };
        // The server's last words may be among what has come.
        while let Some(bytes) = self.link.as_ref().and_then(Link::last_words) {
            self.take_in(&bytes, screen)?;
        }
        bail!(self.end(Some(error)))
    }
}
