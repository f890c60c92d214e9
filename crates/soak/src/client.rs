//! A client of the server: it never waits for ever, and gives up after Ctrl-C.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
pub(super) use harness::Brought;
use protocol::{HEADER_SIZE, Header, LARGEST_PACKET, PacketId};

use super::interrupt;

/// How long a server may take for an answer, or for an end that it owes.
pub(super) const ANSWER: Duration = Duration::from_secs(10);

/// How long one call waits; then it is seen whether Ctrl-C has come.
const SLICE: Duration = Duration::from_millis(100);

/// A connection, and what has come on it and is not used yet.
pub(super) struct Client {
    connection: harness::Client,
    came: Vec<u8>,
    /// Packets that nobody wants to know.
    passed_over: &'static [PacketId],
}

/// How a connection has ended.
#[derive(Debug)]
pub(super) struct End {
    /// All that has come before.
    pub(super) came: Vec<u8>,
    /// What was seen of the end.
    pub(super) orderly: bool,
}

impl Client {
    pub(super) fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        Self::new(address, harness::Client::connect)
    }

    /// A server that writes to this client soon has to wait, unless it reads.
    pub(super) fn connect_with_little_room(address: SocketAddr) -> anyhow::Result<Self> {
        Self::new(address, harness::Client::connect_with_little_room)
    }

    fn new(
        address: SocketAddr,
        connect: fn(SocketAddr, Duration) -> io::Result<harness::Client>,
    ) -> anyhow::Result<Self> {
        let connection = connect(address, ANSWER).with_context(|| format!("cannot connect to {address}"))?;
        Ok(Self::of(connection, &[]))
    }

    /// A second handle, for a thread that sends while another receives.
    pub(super) fn second_handle(&self) -> anyhow::Result<Self> {
        Ok(Self::of(self.connection.second_handle()?, self.passed_over))
    }

    fn of(connection: harness::Client, passed_over: &'static [PacketId]) -> Self {
        let came = Vec::new();
        Self {
            connection,
            came,
            passed_over,
        }
    }

    /// The same client, for which packets with these ids are as if they had not come.
    pub(super) fn passing_over(self, passed_over: &'static [PacketId]) -> Self {
        Self { passed_over, ..self }
    }

    /// From now on no call waits.
    pub(super) fn never_wait(&self) -> anyhow::Result<()> {
        Ok(self.connection.set_waiting(false)?)
    }

    /// Sends all of it, and fails where the server takes nothing for [`ANSWER`].
    pub(super) fn send(&mut self, mut bytes: &[u8]) -> anyhow::Result<()> {
        let mut deadline = Instant::now() + ANSWER;
        while !bytes.is_empty() {
            interrupt::check()?;
            let count = self.send_some(bytes)?;
            bytes = &bytes[count..];
            if count > 0 {
                deadline = Instant::now() + ANSWER;
            }
            ensure!(
                Instant::now() < deadline,
                "the server took nothing for {ANSWER:?}"
            );
        }
        Ok(())
    }

    /// Sends what the kernel takes, after a tenth of a second nothing.
    pub(super) fn send_some(&mut self, bytes: &[u8]) -> anyhow::Result<usize> {
        self.connection.send_some(bytes, SLICE).context("cannot send")
    }

    /// Reads once.
    pub(super) fn read_some(&mut self) -> anyhow::Result<Brought> {
        let brought = self.connection.receive_some(&mut self.came, usize::MAX, SLICE);
        self.take_out_passed_over();
        brought.context("cannot receive")
    }

    /// As far as whole packets have come.
    fn take_out_passed_over(&mut self) {
        let mut begin = 0;
        while !self.passed_over.is_empty()
            && let Some(head) = self.came[begin..].first_chunk::<HEADER_SIZE>()
            && let Ok(header) = Header::decode(head, LARGEST_PACKET)
        {
            let end = begin + usize::from(header.total_size);
            match self.passed_over.contains(&header.packet_id) {
                true if end <= self.came.len() => drop(self.came.drain(begin..end)),
                false if end <= self.came.len() => begin = end,
                _ => return,
            }
        }
    }

    /// Waits until so many bytes are there.
    fn wait_for(&mut self, count: usize) -> anyhow::Result<()> {
        let deadline = Instant::now() + ANSWER;
        while self.came.len() < count {
            interrupt::check()?;
            match self.read_some()? {
                Brought::Bytes => {}
                Brought::Nothing if Instant::now() < deadline => {}
                Brought::Nothing => bail!("no answer within {ANSWER:?}"),
                Brought::End => bail!("the server has closed the connection{}", After(&self.came)),
                Brought::Reset => bail!("the server has reset the connection{}", After(&self.came)),
            }
        }
        Ok(())
    }

    /// Receives exactly these bytes.
    pub(super) fn expect(&mut self, expected: &[u8]) -> anyhow::Result<()> {
        self.wait_for(expected.len())?;
        let came: Vec<u8> = self.came.drain(..expected.len()).collect();
        ensure!(
            came == expected,
            "expected {}, got {}",
            Bytes(expected),
            Bytes(&came)
        );
        Ok(())
    }

    /// Sends a request and receives exactly this reply.
    pub(super) fn exchange(&mut self, request: &[u8], reply: &[u8]) -> anyhow::Result<()> {
        self.send(request)?;
        self.expect(reply)
    }

    /// The next packet.
    pub(super) fn packet(&mut self) -> anyhow::Result<(PacketId, Vec<u8>)> {
        loop {
            if let Some(packet) = self.packet_that_came()? {
                return Ok(packet);
            }
            self.wait_for(self.came.len() + 1)?;
        }
    }

    /// The next packet, where it has come already.
    pub(super) fn packet_that_came(&mut self) -> anyhow::Result<Option<(PacketId, Vec<u8>)>> {
        let Some(head) = self.came.first_chunk::<HEADER_SIZE>() else {
            return Ok(None);
        };
        let header = Header::decode(head, LARGEST_PACKET)?;
        let size = usize::from(header.total_size);
        if self.came.len() < size {
            return Ok(None);
        }
        let body = self.came[HEADER_SIZE..size].to_vec();
        self.came.drain(..size);
        Ok(Some((header.packet_id, body)))
    }

    /// Nobody wants to know it.
    pub(super) fn forget_what_came(&mut self) {
        self.came.clear();
    }

    /// Waits for the end, whatever comes before it: an orderly one or not. `None` when it has not come within
    /// this time.
    fn wait_for_end(&mut self, time: Duration) -> anyhow::Result<Option<bool>> {
        let deadline = Instant::now() + time;
        loop {
            interrupt::check()?;
            match self.read_some()? {
                Brought::End => return Ok(Some(true)),
                Brought::Reset => return Ok(Some(false)),
                _ if Instant::now() < deadline => {}
                _ => return Ok(None),
            }
        }
    }

    /// Waits for the end, and takes all that has come before it. `None` when it has not come within this
    /// time.
    pub(super) fn end_within(&mut self, time: Duration) -> anyhow::Result<Option<End>> {
        let orderly = self.wait_for_end(time)?;
        Ok(orderly.map(|orderly| End {
            came: std::mem::take(&mut self.came),
            orderly,
        }))
    }

    /// Waits for an orderly end. What has come before it can still be taken packet by packet.
    pub(super) fn orderly_end(&mut self) -> anyhow::Result<()> {
        match self.wait_for_end(ANSWER)? {
            Some(true) => Ok(()),
            Some(false) => bail!("the server has reset the connection"),
            None => bail!("the connection is still open after {ANSWER:?}"),
        }
    }

    /// The end that the server owes this client.
    pub(super) fn end(&mut self) -> anyhow::Result<End> {
        let end = self.end_within(ANSWER)?;
        end.with_context(|| format!("the connection is still open after {ANSWER:?}"))
    }

    /// Says that nothing more will be sent.
    pub(super) fn half_close(&mut self) -> anyhow::Result<()> {
        Ok(self.connection.half_close()?)
    }

    /// Breaks the connection: the other side gets a reset instead of an end.
    pub(super) fn reset(self) -> anyhow::Result<()> {
        Ok(self.connection.reset()?)
    }
}

/// The beginning of some bytes, escaped.
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl fmt::Display for Bytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let beginning = &self.0[..self.0.len().min(40)];
        let dots = if beginning.len() < self.0.len() { "..." } else { "" };
        write!(f, "\"{}\"{dots}", beginning.escape_ascii())
    }
}

/// What came before an end that came too early.
struct After<'a>(&'a [u8]);

impl fmt::Display for After<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [] => Ok(()),
            came => write!(f, " after {}", Bytes(came)),
        }
    }
}
