//! Sends one UDP request, and waits for its reply.
//!
//! UDP loses datagrams and says nothing, so whoever wants a reply has a clock, and asks again.

use std::io::{self, ErrorKind};
use std::net::UdpSocket;
use std::time::{Duration, Instant};

/// What sends and receives: a connected socket, which takes datagrams of one address only.
pub trait Datagrams {
    /// Sends one datagram.
    ///
    /// # Errors
    /// What the system answers; `ConnectionRefused` may be about one sent before.
    fn send(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Waits for one datagram for at most this time, which is not zero. What does not fit into the buffer
    /// is lost.
    ///
    /// # Errors
    /// `WouldBlock` or `TimedOut` when the time is over, `ConnectionRefused` for an unreachable port, or what
    /// else the system answers.
    fn receive(&mut self, buffer: &mut [u8], time: Duration) -> io::Result<usize>;
}

impl Datagrams for UdpSocket {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        // A datagram is sent whole or not at all.
        UdpSocket::send(self, bytes).map(drop)
    }

    fn receive(&mut self, buffer: &mut [u8], time: Duration) -> io::Result<usize> {
        self.set_read_timeout(Some(time))?;
        self.recv(buffer)
    }
}

/// How long, how often, and how much.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// The wait after each try; not zero.
    pub timeout: Duration,
    /// How often the request is sent.
    pub tries: u32,
    /// Bytes of the longest reply that is taken.
    pub max_reply: usize,
}

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub struct Reply {
    /// The datagram.
    pub bytes: Vec<u8>,
    /// There was more of it than is taken.
    pub is_cut: bool,
    /// The time since the first try.
    pub took: Duration,
    /// How often the request had been sent. The reply may be to an earlier one: nothing in it tells.
    pub tries: u32,
}

/// Why there is no reply.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// Nothing came.
    #[error("no reply (tries: {tries}, {timeout:?} each): UDP does not say why")]
    NoReply {
        /// How often the request was sent.
        tries: u32,
        /// The wait after each.
        timeout: Duration,
    },
    /// The other machine is there and has said that nobody receives on this port (ICMP, RFC 1122, 3.2.2.1).
    #[error("port unreachable: the machine is there, and no program receives on this port")]
    Unreachable,
    /// The system did not send.
    #[error("cannot send {length} bytes as one datagram")]
    Send {
        /// Of the request.
        length: usize,
        /// What the system answered.
        source: io::Error,
    },
    /// The system did not receive.
    #[error("cannot receive")]
    Receive(#[source] io::Error),
}

// ANCHOR: exchange
/// Sends the request until a reply comes, or all tries are used.
///
/// # Errors
/// Why there is no reply; an unreachable port is told at once.
pub fn exchange(
    datagrams: &mut impl Datagrams,
    request: &[u8],
    patience: &Patience,
) -> Result<Reply, Problem> {
    // One byte more than is taken: when it is filled, the datagram was longer.
    let mut buffer = vec![0; patience.max_reply + 1];
    let started = Instant::now();
    for tries in 1..=patience.tries {
        datagrams
            .send(request)
            .map_err(|error| not_sent(error, request.len()))?;
        if let Some(count) = receive(datagrams, &mut buffer, patience.timeout)? {
            buffer.truncate(count.min(patience.max_reply));
            return Ok(Reply {
                bytes: buffer,
                is_cut: count > patience.max_reply,
                took: started.elapsed(),
                tries,
            });
        }
    }
    Err(Problem::NoReply {
        tries: patience.tries,
        timeout: patience.timeout,
    })
}
// ANCHOR_END: exchange

/// Waits for one datagram; `None` when the time is over.
fn receive(
    datagrams: &mut impl Datagrams,
    buffer: &mut [u8],
    timeout: Duration,
) -> Result<Option<usize>, Problem> {
    let started = Instant::now();
    loop {
        let left = timeout.saturating_sub(started.elapsed());
        if left.is_zero() {
            return Ok(None);
        }
        match datagrams.receive(buffer, left) {
            Ok(count) => return Ok(Some(count)),
            Err(error) => match error.kind() {
                // A signal, or the time: the clock decides.
                ErrorKind::Interrupted | ErrorKind::WouldBlock | ErrorKind::TimedOut => {}
                ErrorKind::ConnectionRefused => return Err(Problem::Unreachable),
                _ => return Err(Problem::Receive(error)),
            },
        }
    }
}

fn not_sent(source: io::Error, length: usize) -> Problem {
    match source.kind() {
        ErrorKind::ConnectionRefused => Problem::Unreachable,
        _ => Problem::Send { length, source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers each wait for a datagram with the next of these.
    struct Script {
        answers: Vec<Result<&'static [u8], ErrorKind>>,
        sent: usize,
    }

    impl Datagrams for Script {
        fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
            assert_eq!(bytes, b"request");
            self.sent += 1;
            Ok(())
        }

        fn receive(&mut self, buffer: &mut [u8], time: Duration) -> io::Result<usize> {
            let answer = match self.answers.is_empty() {
                true => Err(ErrorKind::WouldBlock),
                false => self.answers.remove(0),
            };
            match answer {
                Ok(bytes) => {
                    // As recv(2) does it.
                    let count = bytes.len().min(buffer.len());
                    buffer[..count].copy_from_slice(&bytes[..count]);
                    Ok(count)
                }
                Err(ErrorKind::WouldBlock) => {
                    std::thread::sleep(time);
                    Err(ErrorKind::WouldBlock.into())
                }
                Err(kind) => Err(kind.into()),
            }
        }
    }

    const PATIENCE: Patience = Patience {
        timeout: Duration::from_millis(5),
        tries: 3,
        max_reply: 5,
    };

    /// How often the request was sent, and what came of it.
    fn outcome(answers: &[Result<&'static [u8], ErrorKind>]) -> (usize, Result<Reply, Problem>) {
        let answers = answers.to_vec();
        let mut script = Script { answers, sent: 0 };
        let outcome = exchange(&mut script, b"request", &PATIENCE);
        (script.sent, outcome)
    }

    #[test]
    fn the_first_reply_ends_it() {
        let (sent, reply) = outcome(&[Ok(b"hello")]);
        let reply = reply.unwrap();
        assert_eq!((sent, reply.tries), (1, 1));
        assert_eq!((&*reply.bytes, reply.is_cut), (&b"hello"[..], false));
    }

    #[test]
    fn an_empty_datagram_is_a_reply() {
        let (_, reply) = outcome(&[Ok(b"")]);
        assert!(reply.unwrap().bytes.is_empty());
    }

    #[test]
    fn silence_is_followed_by_another_try() {
        let (sent, reply) = outcome(&[Err(ErrorKind::WouldBlock), Ok(b"late")]);
        let reply = reply.unwrap();
        assert_eq!((sent, reply.tries, &*reply.bytes), (2, 2, &b"late"[..]));
        assert!(reply.took >= PATIENCE.timeout, "{:?}", reply.took);
    }

    #[test]
    fn silence_for_ever_is_an_error() {
        let (sent, reply) = outcome(&[]);
        assert_eq!(sent, 3);
        assert_eq!(
            reply.unwrap_err().to_string(),
            "no reply (tries: 3, 5ms each): UDP does not say why"
        );
    }

    #[test]
    fn a_signal_costs_no_try() {
        let (sent, reply) = outcome(&[Err(ErrorKind::Interrupted), Ok(b"hello")]);
        assert_eq!((sent, reply.unwrap().tries), (1, 1));
    }

    #[test]
    fn an_unreachable_port_ends_it_at_once() {
        let (sent, reply) = outcome(&[Err(ErrorKind::ConnectionRefused), Ok(b"never")]);
        assert_eq!(sent, 1);
        assert!(matches!(reply, Err(Problem::Unreachable)), "{reply:?}");
    }

    #[test]
    fn a_reply_that_is_too_long_is_not_silently_cut() {
        let (_, reply) = outcome(&[Ok(b"hello!")]);
        let reply = reply.unwrap();
        assert_eq!((&*reply.bytes, reply.is_cut), (&b"hello"[..], true));
    }
}
