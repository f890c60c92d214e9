//! One member of the closed loop: it checks what comes, and, as a sender, keeps the same number of its own
//! messages on the way: the next one goes when one has come back to it.

use std::io::{ErrorKind, Write};

use anyhow::Context;
use mio::event::Event;
use mio::net::TcpStream;

use super::entrance::Entered;
use super::inbox::Inbox;
use super::room::Room;
use super::wire::Dialect;
use crate::event_loop::Client;

/// A member of a room.
pub(crate) struct Member<'a> {
    room: &'a Room,
    stream: TcpStream,
    inbox: Inbox<'a>,
    sender: Option<Sender>,
    /// What the kernel has not taken yet.
    unsent: Vec<u8>,
}

/// What a member who talks has besides.
struct Sender {
    /// Its number in the room.
    number: usize,
    in_flight: u64,
    sent: u64,
}

impl<'a> Member<'a> {
    /// A member who only listens.
    pub(crate) fn new(
        room: &'a Room,
        dialect: &'static dyn Dialect,
        entered: Entered,
    ) -> anyhow::Result<Self> {
        entered.stream.set_nonblocking(true)?;
        Ok(Self {
            room,
            stream: TcpStream::from_std(entered.stream),
            inbox: Inbox::new(room, dialect, entered.begun),
            sender: None,
            unsent: Vec::new(),
        })
    }

    /// The same one as the sender of this number in its room.
    pub(crate) fn talking(mut self, number: usize, in_flight: usize) -> Self {
        self.sender = Some(Sender {
            number,
            in_flight: in_flight as u64,
            sent: 0,
        });
        self
    }

    fn write(&mut self) -> anyhow::Result<()> {
        while !self.unsent.is_empty() {
            match self.stream.write(&self.unsent) {
                Ok(count) => drop(self.unsent.drain(..count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error).context("cannot write"),
            }
        }
        Ok(())
    }
}

impl Client for Member<'_> {
    fn stream(&mut self) -> &mut TcpStream {
        &mut self.stream
    }

    fn receive(&mut self, event: &Event, buffer: &mut [u8]) -> anyhow::Result<u64> {
        let mut deliveries = 0;
        while let Some(brought) = self.inbox.read(&mut self.stream, buffer)? {
            deliveries += brought.deliveries;
            // A read that does not fill the buffer has emptied the socket (epoll(7), question 9), unless
            // the end of the stream came with the bytes.
            if !brought.full && !event.is_read_closed() {
                break;
            }
        }
        self.unsent.append(&mut self.inbox.answers);
        Ok(deliveries)
    }

    fn send(&mut self) -> anyhow::Result<()> {
        if let Some(sender) = &mut self.sender {
            let may_be_sent = self.inbox.received_of(sender.number) + sender.in_flight;
            while sender.sent < may_be_sent {
                self.room.send(sender.number, sender.sent, &mut self.unsent);
                sender.sent += 1;
            }
        }
        self.write()
    }

    fn waits(&self) -> bool {
        self.inbox.received() < self.room.sent()
    }
}
