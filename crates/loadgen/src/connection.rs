//! One connection of the closed loop: it keeps the same number of messages on the way, and checks what
//! comes back.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;

use anyhow::{Context, bail, ensure};
use mio::event::Event;
use mio::net::TcpStream;

use crate::traffic::Traffic;

/// A connection, and how far it is in its stream.
pub(crate) struct LoadConnection {
    /// The socket, for its event loop.
    pub(crate) stream: TcpStream,
    sent: u64,
    received: u64,
}

impl LoadConnection {
    /// Connects, as the connection of this number among all.
    pub(crate) fn open(address: SocketAddr, number: usize, traffic: &Traffic) -> anyhow::Result<Self> {
        let stream = std::net::TcpStream::connect(address)
            .with_context(|| format!("cannot open connection {number} to {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let start = Traffic::start(number);
        Ok(Self {
            stream: TcpStream::from_std(stream),
            sent: traffic.requests.position(start),
            received: traffic.replies.position(start),
        })
    }

    /// True while replies to what was sent have not come.
    pub(crate) fn waits(&self, traffic: &Traffic) -> bool {
        self.received < traffic.may_come(self.sent)
    }

    /// Takes what has come, and returns how many messages that completed.
    pub(crate) fn receive(
        &mut self,
        event: &Event,
        traffic: &Traffic,
        buffer: &mut [u8],
    ) -> anyhow::Result<u64> {
        let before = traffic.replies.messages(self.received);
        loop {
            let count = match self.stream.read(buffer) {
                Ok(0) => bail!("the server has closed a connection"),
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error).context("cannot read"),
            };
            self.check(&buffer[..count], traffic)?;
            // A read that does not fill the buffer has emptied the socket (epoll(7), question 9), unless
            // the end of the stream came with the bytes.
            if count < buffer.len() && !event.is_read_closed() {
                break;
            }
        }
        Ok(traffic.replies.messages(self.received) - before)
    }

    fn check(&mut self, came: &[u8], traffic: &Traffic) -> anyhow::Result<()> {
        let end = self.received + came.len() as u64;
        ensure!(
            end <= traffic.may_come(self.sent),
            "more replies came than requests were sent"
        );
        ensure!(
            came == traffic.replies.between(self.received, end),
            "wrong bytes came on a connection, between bytes {} and {end} of its replies",
            self.received
        );
        self.received = end;
        Ok(())
    }

    /// Sends all that may be sent, in one write where the kernel takes it.
    pub(crate) fn send(&mut self, traffic: &Traffic) -> anyhow::Result<()> {
        let end = traffic.may_be_sent(self.received);
        while self.sent < end {
            match self.stream.write(traffic.requests.between(self.sent, end)) {
                Ok(count) => self.sent += count as u64,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error).context("cannot write"),
            }
        }
        Ok(())
    }
}
