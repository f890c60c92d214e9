//! One member: it checks what comes, and, as a sender, sends when its pace allows.

use std::io::{ErrorKind, Write};

use mio::event::Event;
use mio::net::TcpStream;

use super::entrance::Entered;
use super::inbox::Inbox;
use super::message::MESSAGE_SIZE;
use super::room::Room;
use super::wire::dialect::Dialect;
use crate::engine::event_loop::Client;
use crate::engine::failure::{Failure, Failures};
use crate::engine::line::Line;
use crate::engine::pace::{Nanos, Pace};
use crate::engine::recorder::Recorder;

/// A member of a room.
pub(crate) struct Member<'a> {
    room: &'a Room,
    line: Line<TcpStream>,
    inbox: Inbox<'a>,
    sender: Option<Sender>,
    /// What the kernel has not taken yet.
    unsent: Vec<u8>,
}

/// What a member who talks has besides.
struct Sender {
    /// Its number in the room.
    number: usize,
    pace: Pace,
    sent: u64,
}

impl<'a> Member<'a> {
    /// A member who only listens.
    pub(crate) fn new(
        room: &'a Room,
        dialect: &'static dyn Dialect,
        entered: Entered,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            room,
            line: entered.line.non_blocking()?,
            inbox: Inbox::new(room, dialect, entered.begun),
            sender: None,
            unsent: Vec::new(),
        })
    }

    /// The same one as the sender of this number in its room.
    pub(crate) fn talking(mut self, number: usize, pace: Pace) -> Self {
        self.sender = Some(Sender {
            number,
            pace,
            sent: 0,
        });
        self
    }

    /// Begins the messages that may be sent.
    fn begin(&mut self, now: Nanos) {
        let Some(sender) = &mut self.sender else {
            return;
        };
        let received = self.inbox.received_of(sender.number);
        let at_once = sender.pace.at_once(MESSAGE_SIZE as u64);
        let most = sender.sent.saturating_add(at_once);
        let may = sender.pace.may_be_sent(received, now).min(most);
        while sender.sent < may {
            let time = sender.pace.due(sender.sent).unwrap_or(now);
            self.room.send(sender.number, sender.sent, time, &mut self.unsent);
            sender.sent += 1;
        }
    }

    fn write(&mut self, recorder: &mut Recorder) -> Result<(), Failure> {
        self.line
            .push()
            .map_err(|error| Failure::stream("write", error))?;
        while !self.unsent.is_empty() {
            match self.line.write(&self.unsent) {
                Ok(count) => {
                    recorder.sent(recorder.now(), count);
                    self.unsent.drain(..count);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Failure::stream("write", error)),
            }
        }
        Ok(())
    }
}

impl Client for Member<'_> {
    fn stream(&mut self) -> &mut TcpStream {
        self.line.socket_mut()
    }

    fn pace(&mut self) -> Option<&mut Pace> {
        self.sender.as_mut().map(|sender| &mut sender.pace)
    }

    fn begun(&self) -> u64 {
        self.sender.as_ref().map_or(0, |sender| sender.sent)
    }

    fn receive(&mut self, event: &Event, buffer: &mut [u8], recorder: &mut Recorder) -> Result<(), Failure> {
        while let Some(brought) = self.inbox.read(&mut self.line, buffer, recorder)? {
            // A read that does not fill the buffer has emptied the socket (epoll(7), question 9), unless
            // the end of the stream came with the bytes.
            if !brought.full && !event.is_read_closed() {
                break;
            }
        }
        self.unsent.append(&mut self.inbox.answers);
        Ok(())
    }

    fn send(&mut self, recorder: &mut Recorder) -> Result<(), Failure> {
        self.write(recorder)?;
        // What the kernel would not take is not begun: it would only be kept here.
        if self.unsent.is_empty() {
            self.begin(recorder.now());
        }
        self.write(recorder)
    }

    fn is_writing(&self) -> bool {
        self.line.is_holding() || !self.unsent.is_empty()
    }

    fn outstanding(&self) -> u64 {
        self.room.sent().saturating_sub(self.inbox.received())
    }

    fn minor_failures(&mut self) -> Option<&mut Failures> {
        Some(&mut self.inbox.failures)
    }
}
