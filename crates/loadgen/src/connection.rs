//! One connection of the closed loop: it keeps the same number of messages on the way, and checks what
//! comes back.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;

use anyhow::{Context, bail, ensure};
use mio::event::Event;
use mio::net::TcpStream;

use crate::event_loop::Client;
use crate::traffic::Traffic;

/// A connection, and how far it is in its stream.
pub(crate) struct LoadConnection<'a> {
    stream: TcpStream,
    traffic: &'a Traffic,
    sent: u64,
    received: u64,
}

impl<'a> LoadConnection<'a> {
    /// Connects, as the connection of this number among all.
    pub(crate) fn open(address: SocketAddr, number: usize, traffic: &'a Traffic) -> anyhow::Result<Self> {
        let stream = std::net::TcpStream::connect(address)
            .with_context(|| format!("cannot open connection {number} to {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let start = Traffic::start(number);
        Ok(Self {
            stream: TcpStream::from_std(stream),
            traffic,
            sent: traffic.requests.position(start),
            received: traffic.replies.position(start),
        })
    }

    fn check(&mut self, came: &[u8]) -> anyhow::Result<()> {
        let end = self.received + came.len() as u64;
        ensure!(
            end <= self.traffic.may_come(self.sent),
            "more replies came than requests were sent"
        );
        ensure!(
            came == self.traffic.replies.between(self.received, end),
            "wrong bytes came on a connection, between bytes {} and {end} of its replies",
            self.received
        );
        self.received = end;
        Ok(())
    }
}

impl Client for LoadConnection<'_> {
    fn stream(&mut self) -> &mut TcpStream {
        &mut self.stream
    }

    fn waits(&self) -> bool {
        self.received < self.traffic.may_come(self.sent)
    }

    fn receive(&mut self, event: &Event, buffer: &mut [u8]) -> anyhow::Result<u64> {
        let before = self.traffic.replies.messages(self.received);
        loop {
            let count = match self.stream.read(buffer) {
                Ok(0) => bail!("the server has closed a connection"),
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error).context("cannot read"),
            };
            self.check(&buffer[..count])?;
            // A read that does not fill the buffer has emptied the socket (epoll(7), question 9), unless
            // the end of the stream came with the bytes.
            if count < buffer.len() && !event.is_read_closed() {
                break;
            }
        }
        Ok(self.traffic.replies.messages(self.received) - before)
    }

    /// Sends all that may be sent, in one write where the kernel takes it.
    fn send(&mut self) -> anyhow::Result<()> {
        let end = self.traffic.may_be_sent(self.received);
        while self.sent < end {
            match self.stream.write(self.traffic.requests.between(self.sent, end)) {
                Ok(count) => self.sent += count as u64,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error).context("cannot write"),
            }
        }
        Ok(())
    }
}
