//! Thousands of clients that connect at once: how many are answered, and when the last.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use mio::event::Event;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::requests::messages::Messages;
use crate::requests::traffic::Traffic;
use crate::server::ServerCommand;

/// How long the last answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client of the burst.
struct BurstClient {
    stream: TcpStream,
    state: State,
    /// What has come back so far.
    came: Vec<u8>,
}

#[derive(PartialEq)]
enum State {
    Connecting,
    Sent,
    /// One way or the other. The connection stays open, since others may still be waiting for theirs.
    Ended,
}

/// How the clients fared.
#[derive(Default)]
struct Outcome {
    answered: usize,
    refused: usize,
    failed: usize,
    /// What the first that failed was told.
    first_failure: Option<String>,
    /// From the first connect to the time when all connects had been issued.
    issued: Duration,
    /// From the first connect to the last answer.
    last_answer: Duration,
}

/// One burst a round at each server, each on a server started for it.
pub(crate) fn run(
    messages: &Messages,
    servers: &[ServerCommand],
    count: usize,
    rounds: u32,
) -> anyhow::Result<()> {
    println!("burst of {count} clients, each with one message");
    println!(
        "  {:<14} {:>6} {:>9} {:>8} {:>7} {:>11} {:>10} {:>15}",
        "server", "round", "answered", "refused", "failed", "unanswered", "issued ms", "last answer ms"
    );
    for round in 1..=rounds {
        for server in servers {
            let running = server.start()?;
            let outcome = burst(messages, running.address, count).with_context(|| server.name.clone())?;
            outcome.print(&server.name, round, count);
        }
    }
    Ok(())
}

fn burst(messages: &Messages, address: SocketAddr, count: usize) -> anyhow::Result<Outcome> {
    let traffic = Traffic::new(messages, 1);
    let mut outcome = Outcome::default();
    let begin = Instant::now();
    let mut clients = connect_all(address, count, &mut outcome);
    outcome.issued = begin.elapsed();
    let mut poll = Poll::new()?;
    register_all(&poll, &mut clients)?;
    let mut events = Events::with_capacity(1_024);
    while outcome.ended() < count && begin.elapsed() < PATIENCE {
        let left = PATIENCE.saturating_sub(begin.elapsed());
        match poll.poll(&mut events, Some(left)) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            other => other?,
        }
        for event in &events {
            let number = event.token().0;
            let end = clients[number].advance(event, Traffic::start(number), &traffic);
            outcome.note(end, begin)?;
        }
    }
    Ok(outcome)
}

/// Issues all connects without waiting for one.
fn connect_all(address: SocketAddr, count: usize, outcome: &mut Outcome) -> Vec<BurstClient> {
    let mut clients = Vec::with_capacity(count);
    for _ in 0..count {
        match TcpStream::connect(address) {
            Ok(stream) => clients.push(BurstClient {
                stream,
                state: State::Connecting,
                came: Vec::new(),
            }),
            Err(error) => outcome.note_failure(&error),
        }
    }
    clients
}

fn register_all(poll: &Poll, clients: &mut [BurstClient]) -> io::Result<()> {
    let interest = Interest::READABLE | Interest::WRITABLE;
    for (token, client) in clients.iter_mut().enumerate() {
        poll.registry()
            .register(&mut client.stream, Token(token), interest)?;
    }
    Ok(())
}

impl BurstClient {
    /// Does what the event allows. `Some` when that was the end: an answer, right or wrong, or an error.
    fn advance(&mut self, event: &Event, message: u64, traffic: &Traffic) -> Option<io::Result<bool>> {
        if self.state == State::Ended {
            return None;
        }
        let reply = traffic.replies.message(message);
        let end = match self.step(event, traffic.requests.message(message), reply.len()) {
            Ok(()) if self.came.len() < reply.len() => return None,
            Ok(()) => Ok(self.came == reply),
            Err(error) => Err(error),
        };
        self.state = State::Ended;
        Some(end)
    }

    fn step(&mut self, event: &Event, request: &[u8], reply_size: usize) -> io::Result<()> {
        if self.state == State::Connecting {
            self.send(event, request)?;
        }
        if event.is_readable() {
            self.receive(reply_size)?;
        }
        Ok(())
    }

    /// Sends the request once the connection stands; an empty socket takes it whole.
    fn send(&mut self, event: &Event, request: &[u8]) -> io::Result<()> {
        if let Some(error) = self.stream.take_error()? {
            return Err(error);
        }
        if event.is_writable() {
            self.stream.write_all(request)?;
            self.state = State::Sent;
        }
        Ok(())
    }

    fn receive(&mut self, reply_size: usize) -> io::Result<()> {
        let mut buffer = [0; 256];
        while self.came.len() < reply_size {
            match self.stream.read(&mut buffer) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(count) => self.came.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Outcome {
    fn ended(&self) -> usize {
        self.answered + self.refused + self.failed
    }

    fn note(&mut self, end: Option<io::Result<bool>>, begin: Instant) -> anyhow::Result<()> {
        match end {
            None => {}
            Some(Ok(right)) => {
                ensure!(right, "wrong bytes came back");
                self.answered += 1;
                self.last_answer = begin.elapsed();
            }
            Some(Err(error)) => self.note_failure(&error),
        }
        Ok(())
    }

    fn note_failure(&mut self, error: &io::Error) {
        if error.kind() == ErrorKind::ConnectionRefused {
            self.refused += 1;
        } else {
            self.failed += 1;
            self.first_failure.get_or_insert_with(|| error.to_string());
        }
    }

    fn print(&self, name: &str, round: u32, count: usize) {
        println!(
            "  {name:<14} {round:>6} {:>9} {:>8} {:>7} {:>11} {:>10.1} {:>15.1}",
            self.answered,
            self.refused,
            self.failed,
            count - self.ended(),
            self.issued.as_secs_f64() * 1_000.0,
            self.last_answer.as_secs_f64() * 1_000.0
        );
        if let Some(error) = &self.first_failure {
            println!("  {name:<14} the first failure: {error}");
        }
    }
}
