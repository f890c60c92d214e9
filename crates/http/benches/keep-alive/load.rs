//! One thread that asks on many connections, each of which has one request under way.

use std::io::{Read, Write};
use std::net::{self, SocketAddr};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

/// What is asked, as short as HTTP/1.1 allows, on every server.
const REQUEST: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n";

/// Longer than any answer.
const BUFFER: usize = 4 * 1024;

/// How long an answer may take before something is wrong.
const HANG: Duration = Duration::from_secs(10);

/// Connections that stay open, with the length of an answer.
pub(crate) struct Load {
    poll: Poll,
    clients: Vec<Client>,
    answer: usize,
}

struct Client {
    stream: TcpStream,
    /// What has come of the answer.
    got: usize,
}

impl Load {
    /// Connects, and asks once on each connection.
    pub(crate) fn connect(address: SocketAddr, count: usize) -> anyhow::Result<Self> {
        let poll = Poll::new()?;
        let mut clients = Vec::with_capacity(count);
        let mut answer = 0;
        for number in 0..count {
            let stream = net::TcpStream::connect(address)
                .with_context(|| format!("connection {number} of {count} to {address}"))?;
            answer = ask_once(&stream)?;
            stream.set_nonblocking(true)?;
            let mut stream = TcpStream::from_std(stream);
            poll.registry()
                .register(&mut stream, Token(number), Interest::READABLE)?;
            clients.push(Client { stream, got: 0 });
        }
        Ok(Self {
            poll,
            clients,
            answer,
        })
    }

    /// Asks for so long, and says how many answers came, in which time.
    pub(crate) fn run(mut self, time: Duration) -> anyhow::Result<(u64, Duration)> {
        let mut events = Events::with_capacity(1_024);
        for client in &mut self.clients {
            client.stream.write_all(REQUEST)?;
        }
        let (started, mut answers) = (Instant::now(), 0_u64);
        while started.elapsed() < time {
            self.poll.poll(&mut events, Some(HANG))?;
            ensure!(!events.is_empty(), "no answer came for {HANG:?}");
            for event in &events {
                answers += self.clients[event.token().0].take_answer(self.answer)?;
            }
        }
        Ok((answers, started.elapsed()))
    }
}

impl Client {
    /// Reads what has come, and asks again where that is an answer. They all have the same length: only their dates
    /// differ.
    fn take_answer(&mut self, length: usize) -> anyhow::Result<u64> {
        let mut buffer = [0; BUFFER];
        // A read that does not fill its buffer has taken all (epoll(7)).
        let count = self.stream.read(&mut buffer)?;
        ensure!(count > 0, "the server has closed the connection");
        self.got += count;
        if self.got < length {
            return Ok(0);
        }
        ensure!(
            self.got == length,
            "an answer of {} bytes, expected {length}",
            self.got
        );
        self.got = 0;
        self.stream.write_all(REQUEST)?;
        Ok(1)
    }
}

/// The length of an answer in bytes. It comes with one read: it was sent with one write.
fn ask_once(mut stream: &net::TcpStream) -> anyhow::Result<usize> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(HANG))?;
    stream.write_all(REQUEST)?;
    let mut buffer = [0; BUFFER];
    let count = stream.read(&mut buffer)?;
    let answer = String::from_utf8_lossy(&buffer[..count]);
    ensure!(
        answer.starts_with("HTTP/1.1 200 OK\r\n"),
        "no answer that is right: {answer:?}"
    );
    Ok(count)
}
