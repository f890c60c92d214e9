//! One connection: it sends when its pace allows, and checks every byte that comes back.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};

use mio::event::Event;
use mio::net::TcpStream;
use protocol::message::Message;
use protocol::{HEADER_SIZE, Header, LARGEST_PACKET};

use super::traffic::{STRETCH, Traffic};
use crate::drive::event_loop::Client;
use crate::drive::failure::{Failure, Kind};
use crate::drive::pace::{Nanos, Pace};
use crate::drive::recorder::Recorder;

/// A connection, and how far it is in its stream.
pub(super) struct LoadConnection<'a> {
    stream: TcpStream,
    traffic: &'a Traffic,
    /// An error packet may come in the place of a reply.
    packets: bool,
    pace: Pace,
    /// The number of its first message in the stream.
    first: u64,
    /// Positions in the streams of requests and of replies.
    sent: u64,
    received: u64,
    /// When messages on the way were sent, and how many at each time: in a closed loop only.
    on_the_way: VecDeque<(Nanos, u64)>,
}

impl<'a> LoadConnection<'a> {
    /// The connection of this number among all.
    pub(super) fn new(
        stream: std::net::TcpStream,
        number: usize,
        pace: Pace,
        traffic: &'a Traffic,
        packets: bool,
    ) -> Result<Self, Failure> {
        stream.set_nonblocking(true).map_err(Failure::connect)?;
        let first = Traffic::start(number);
        Ok(Self {
            stream: TcpStream::from_std(stream),
            traffic,
            packets,
            pace,
            first,
            sent: traffic.requests.position(first),
            received: traffic.replies.position(first),
            on_the_way: VecDeque::new(),
        })
    }

    /// Replies that have come.
    fn replies(&self) -> u64 {
        self.traffic.replies.messages(self.received) - self.first
    }

    fn check(&mut self, came: &[u8]) -> Result<(), Failure> {
        let end = self.received + came.len() as u64;
        if end > self.traffic.may_come(self.sent) {
            return Err(self.wrong(came, "more replies came than requests were sent"));
        }
        if came != self.traffic.replies.between(self.received, end) {
            return Err(self.wrong(came, "a reply is not the one to its request"));
        }
        self.received = end;
        Ok(())
    }

    /// Why what came is wrong: an error packet says it itself.
    fn wrong(&self, came: &[u8], problem: &str) -> Failure {
        let expected = self
            .traffic
            .replies
            .between(self.received, self.received + came.len() as u64);
        let right = came
            .iter()
            .zip(expected)
            .take_while(|(came, expected)| came == expected);
        let right = right.count();
        // A header may be right by chance in its first bytes.
        let replies = self.traffic.replies.messages(self.received + right as u64);
        let start = self
            .traffic
            .replies
            .position(replies)
            .saturating_sub(self.received) as usize;
        let error = came.get(start..).filter(|_| self.packets).and_then(error_packet);
        error.unwrap_or_else(|| {
            Failure::wrong_bytes(format_args!("{problem}: reply {} differs", replies - self.first))
        })
    }

    /// So many more replies have come: how long did each take?
    fn record(&mut self, before: u64, now: Nanos, recorder: &mut Recorder) {
        let mut left = self.replies() - before;
        for number in before..before + left {
            let Some(due) = self.pace.due(number) else {
                break;
            };
            recorder.came(due, now, 1);
            left -= 1;
        }
        while let Some((sent, count)) = self.on_the_way.front_mut().filter(|_| left > 0) {
            let taken = left.min(*count);
            recorder.came(*sent, now, taken);
            *count -= taken;
            left -= taken;
            if *count == 0 {
                self.on_the_way.pop_front();
            }
        }
    }
}

/// What an ERROR_NTF says, if these bytes start with one.
fn error_packet(bytes: &[u8]) -> Option<Failure> {
    let header = Header::decode(bytes.first_chunk::<HEADER_SIZE>()?, LARGEST_PACKET).ok()?;
    let body = bytes.get(HEADER_SIZE..usize::from(header.total_size))?;
    match Message::decode(header.packet_id, body) {
        Ok(Some(Message::ErrorNtf(ntf))) => {
            let detail = format!("the server says {}", ntf.error);
            Some(Failure::new(Kind::ErrorPacket, detail))
        }
        _ => None,
    }
}

impl Client for LoadConnection<'_> {
    fn stream(&mut self) -> &mut TcpStream {
        &mut self.stream
    }

    fn pace(&mut self) -> Option<&mut Pace> {
        Some(&mut self.pace)
    }

    fn begun(&self) -> u64 {
        self.sent.div_ceil(self.traffic.requests.message_size()) - self.first
    }

    fn receive(&mut self, event: &Event, buffer: &mut [u8], recorder: &mut Recorder) -> Result<(), Failure> {
        loop {
            let count = match self.stream.read(buffer) {
                Ok(0) => return Err(Failure::closed()),
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(Failure::stream("read", error)),
            };
            let (now, before) = (recorder.now(), self.replies());
            self.check(&buffer[..count])?;
            recorder.received(now, count);
            self.record(before, now, recorder);
            // A read that does not fill the buffer has emptied the socket (epoll(7), question 9), unless
            // the end of the stream came with the bytes.
            if count < buffer.len() && !event.is_read_closed() {
                return Ok(());
            }
        }
    }

    /// Sends all that may be sent, in one write where the kernel takes it.
    fn send(&mut self, recorder: &mut Recorder) -> Result<(), Failure> {
        let now = recorder.now();
        let may = self.first + self.pace.may_be_sent(self.replies(), now);
        let (end, begun) = (self.traffic.requests.position(may), self.begun());
        let mut outcome = Ok(());
        while self.sent < end {
            let stretch = end.min(self.sent + STRETCH as u64);
            match self
                .stream
                .write(self.traffic.requests.between(self.sent, stretch))
            {
                Ok(count) => {
                    self.sent += count as u64;
                    recorder.sent(now, count);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    outcome = Err(Failure::stream("write", error));
                    break;
                }
            }
        }
        let new = self.begun() - begun;
        if new > 0 && self.pace.due(begun).is_none() {
            self.on_the_way.push_back((now, new));
        }
        outcome
    }

    fn is_writing(&self) -> bool {
        !self.sent.is_multiple_of(self.traffic.requests.message_size())
    }

    fn outstanding(&self) -> u64 {
        self.begun() - self.replies()
    }
}
