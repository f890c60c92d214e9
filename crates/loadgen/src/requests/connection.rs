//! One connection: it sends when its pace allows, and checks every byte that comes back.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};

use mio::event::Event;
use mio::net::TcpStream;
use protocol::message::Message;
use protocol::{HEADER_SIZE, Header, LARGEST_PACKET};

use super::traffic::{STRETCH, Traffic};
use crate::engine::event_loop::Client;
use crate::engine::failure::{Failure, Kind};
use crate::engine::line::Line;
use crate::engine::pace::{Nanos, Pace};
use crate::engine::recorder::Recorder;

/// A connection, and how far it is in its stream.
pub(super) struct LoadConnection<'a> {
    line: Line<TcpStream>,
    /// It is no longer on its way to the server.
    stands: bool,
    traffic: &'a Traffic,
    /// An error packet may come in the place of a reply.
    packets: bool,
    pace: Pace,
    /// Messages that it begins in one turn at most.
    at_once: u64,
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
        line: Line<TcpStream>,
        number: usize,
        pace: Pace,
        traffic: &'a Traffic,
        packets: bool,
    ) -> Self {
        let first = Traffic::start(number);
        Self {
            line,
            stands: true,
            traffic,
            packets,
            at_once: pace.at_once(traffic.requests.message_size()),
            pace,
            first,
            sent: traffic.requests.position(first),
            received: traffic.replies.position(first),
            on_the_way: VecDeque::new(),
        }
    }

    /// The same, where it has been begun, and nobody has waited until it stands.
    pub(super) fn on_its_way(self) -> Self {
        Self {
            stands: false,
            ..self
        }
    }

    /// Whether it has come about: not where it was begun without waiting for that.
    fn stands(&mut self) -> Result<bool, Failure> {
        if self.stands {
            return Ok(true);
        }
        let error = match self.line.socket().take_error() {
            Ok(None) => match self.line.socket().peer_addr() {
                Err(error) if error.kind() == ErrorKind::NotConnected => return Ok(false),
                peer => peer.err(),
            },
            Ok(error) => error,
            Err(error) => Some(error),
        };
        // Either way nothing is to be waited for any more.
        self.stands = true;
        error.map_or(Ok(true), |error| Err(Failure::connect(error)))
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
        self.line.socket_mut()
    }

    fn pace(&mut self) -> Option<&mut Pace> {
        Some(&mut self.pace)
    }

    fn begun(&self) -> u64 {
        self.sent.div_ceil(self.traffic.requests.message_size()) - self.first
    }

    fn receive(&mut self, event: &Event, buffer: &mut [u8], recorder: &mut Recorder) -> Result<(), Failure> {
        if !self.stands()? {
            return Ok(());
        }
        loop {
            let count = match self.line.read(buffer) {
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

    fn send(&mut self, recorder: &mut Recorder) -> Result<(), Failure> {
        if !self.stands()? {
            return Ok(());
        }
        self.line
            .push()
            .map_err(|error| Failure::stream("write", error))?;
        let now = recorder.now();
        let begun = self.begun();
        let most = begun.saturating_add(self.at_once);
        let may = self.pace.may_be_sent(self.replies(), now).min(most);
        let end = self.traffic.requests.position(self.first + may);
        let mut outcome = Ok(());
        while self.sent < end {
            let stretch = end.min(self.sent + STRETCH as u64);
            match self.line.write(self.traffic.requests.between(self.sent, stretch)) {
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
        self.line.is_holding() || !self.sent.is_multiple_of(self.traffic.requests.message_size())
    }

    fn outstanding(&self) -> u64 {
        // One that has not come about would have sent something.
        self.begun() - self.replies() + u64::from(!self.stands)
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::net::{Ipv4Addr, TcpListener};
    use std::thread;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::engine::event_loop::{EventLoop, Span};
    use crate::engine::recorder::Window;
    use crate::engine::together::Together;
    use crate::requests::messages::Messages;

    /// Somebody who sends back what comes.
    fn echo() -> TcpStream {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            io::copy(&mut &stream, &mut &stream)
        });
        let stream = std::net::TcpStream::connect(address).unwrap();
        stream.set_nonblocking(true).unwrap();
        TcpStream::from_std(stream)
    }

    #[test]
    fn a_message_that_is_sent_late_counts_from_the_time_when_it_was_due() {
        let traffic = Traffic::new(&Messages::echo(64, false), 1);
        // One each millisecond, since 200 milliseconds: all of them are due at once.
        let pace = Pace::open(1_000.0, 0, 1, 200);
        let epoch = Instant::now().checked_sub(Duration::from_millis(200)).unwrap();
        let recorder = Recorder::new(epoch, Window::ALL, false).unwrap();
        let client = LoadConnection::new(Line::plain(echo()), 0, pace, &traffic, false);
        let span = Span {
            end: None,
            patience: Duration::from_secs(10),
        };
        let mut event_loop = EventLoop::new(vec![client], span, recorder).unwrap();
        event_loop.drive(&Together::new(1)).unwrap();
        let (recorder, failures) = event_loop.into_figures();
        assert_eq!((recorder.latencies.len(), failures.total()), (200, 0));
        // The first is 200 late at least, the last none.
        for (quantile, milliseconds) in [(1.0, 199.0), (0.5, 99.0), (0.25, 49.0)] {
            let latency = recorder.latencies.milliseconds(quantile);
            assert!(latency >= milliseconds, "{quantile}: {latency}");
        }
    }
}
