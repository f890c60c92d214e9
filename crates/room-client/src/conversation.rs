//! The main loop of a client: it answers packets that another thread has read, lines that somebody has typed, and
//! timers, one after the other, so that no state is shared.

mod arriving;
mod opening;
mod sending;
mod taking_up;

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use anyhow::Context;
use crossbeam_channel::{Receiver, never, select, tick};
use net::Connection;

use crate::account::Secret;
use crate::chat::Chat;
use crate::command::QUIT;
use crate::game::Vocabulary;
use crate::inbox::Read;
use crate::line::Line;
use crate::link::Link;
use crate::queue::Queue;
use crate::recovery::Recovery;
use crate::request::Request;
use crate::screen::{Input, Pace, Screen, Typed};

/// What the person sees whose line has to wait for the game.
const HELD: &str = "this waits for the game, as you have asked; Ctrl-C ends the client";

/// What its user wants of a conversation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options {
    /// Bodies of more bytes are sent compressed; none are without it.
    pub(crate) compress_over: Option<usize>,
    /// How long to wait for an answer that must come.
    pub(crate) timeout: Duration,
    /// Time from one PING to the next; zero for none.
    pub(crate) ping_every: Duration,
    /// After how many messages it is over.
    pub(crate) exit_after: Option<u64>,
}

/// One user's chat with a server, and with those that follow it.
pub(crate) struct Conversation {
    chat: Chat,
    /// None between a connection that was lost and the next one.
    link: Option<Link>,
    /// What is read there: nothing, ever.
    nothing: Receiver<Read>,
    options: Options,
    ping: Receiver<Instant>,
    /// What this client itself has to ask on a new connection before its user may, each when the one before is answered.
    opening: VecDeque<Request>,
    /// The user may send something: this client has asked for all that it had to.
    is_open: bool,
    /// How a lost connection is taken up again, where that can be.
    recovery: Recovery,
    messages: u64,
    /// Lines of the script that have been read.
    lines: u64,
    /// The line of a script that waits for a connection.
    held: Option<io::Result<Input>>,
    queue: Queue,
    /// Those in the room, as the screen knows them.
    company: Vec<String>,
    quit: bool,
}

impl Conversation {
    /// Starts to read from the server. What is lost ends it, unless there is a way to take it up again.
    pub(crate) fn new(
        chat: Chat,
        connection: Connection,
        recovery: Recovery,
        options: Options,
    ) -> io::Result<Self> {
        let ping = match options.ping_every {
            Duration::ZERO => never(),
            every => tick(every),
        };
        Ok(Self {
            chat,
            link: Some(Link::new(connection)?),
            nothing: never(),
            options,
            ping,
            opening: VecDeque::new(),
            is_open: false,
            recovery,
            messages: 0,
            lines: 0,
            held: None,
            queue: Queue::new(),
            company: Vec::new(),
            quit: false,
        })
    }

    /// Agrees on compression, if it is wanted, logs in, and enters a room, if one is given.
    pub(crate) fn open(
        &mut self,
        password: Secret,
        room: Option<i32>,
        screen: &mut impl Screen,
    ) -> anyhow::Result<()> {
        self.will_open(password, room);
        while !self.is_open {
            self.go_on_opening(screen)?;
            self.await_answers(screen)?;
        }
        Ok(())
    }

    /// Sends what is typed and shows what comes, until somebody ends it.
    pub(crate) fn run(
        &mut self,
        mut typed: Typed,
        pace: Pace,
        screen: &mut impl Screen,
    ) -> anyhow::Result<()> {
        while !self.is_over() {
            let outcome = self.turn(&mut typed, pace, screen);
            outcome.or_else(|error| self.take_up_again(error, screen))?;
        }
        if let Some(link) = &self.link {
            link.leave();
        }
        Ok(())
    }

    /// Waits for the next thing that happens, and does what follows from it.
    fn turn(&mut self, typed: &mut Typed, pace: Pace, screen: &mut impl Screen) -> anyhow::Result<()> {
        let nobody = never();
        let input = match self.held {
            Some(_) => &nobody,
            None => &*typed,
        };
        select! {
            recv(self.reads()) -> read => self.arrived(read.ok(), screen)?,
            recv(self.ping) -> _ => self.ping(screen)?,
            recv(self.queue.pause_is_over()) -> _ => self.ask_again(screen)?,
            recv(self.recovery.timer()) -> _ => self.timer(screen)?,
            recv(self.recovery.arrivals()) -> arrival => self.arrive(arrival?, screen)?,
            recv(input) -> input => match input {
                Ok(input) => self.take_input(input, pace, screen)?,
                // Whoever waits for messages still does when a script has nothing more to say.
                Err(_) if pace == Pace::Script && self.options.exit_after.is_some() => *typed = never(),
                Err(_) => self.quit = true,
            },
        }
        self.go_on_opening(screen)?;
        if self.is_open
            && let Some(input) = self.held.take()
        {
            self.take_input(input, pace, screen)?;
        }
        self.send_waiting(screen)?;
        self.move_on(screen)
    }

    /// What can be typed beside the chat's commands.
    pub(crate) fn vocabulary(&self) -> Vocabulary {
        self.chat.vocabulary()
    }

    fn is_over(&self) -> bool {
        self.quit || Some(self.messages) == self.options.exit_after
    }

    fn reads(&self) -> &Receiver<Read> {
        self.link.as_ref().map_or(&self.nothing, Link::reads)
    }

    fn take_input(
        &mut self,
        input: io::Result<Input>,
        pace: Pace,
        screen: &mut impl Screen,
    ) -> anyhow::Result<()> {
        if pace == Pace::Script && !self.is_open {
            self.held = Some(input);
            return Ok(());
        }
        let input = input.context("cannot read standard input");
        match (pace, input) {
            (Pace::Person, Ok(Input::Lines(lines))) => self.queue_lines(lines, screen)?,
            (Pace::Script, Ok(Input::Lines(lines))) => {
                for line in lines {
                    self.scripted(Ok(line), screen)?;
                }
            }
            (_, Ok(Input::Show(line))) => screen.show(&line)?,
            (_, Ok(Input::Quit)) => self.quit = true,
            (Pace::Person, Err(error)) => return Err(error),
            (Pace::Script, Err(error)) => self.scripted(Err(error), screen)?,
        }
        Ok(())
    }

    /// What a person has typed waits for its turn.
    fn queue_lines(&mut self, lines: Vec<String>, screen: &mut impl Screen) -> anyhow::Result<()> {
        let (is_kept, line) = match self.is_open {
            true => (true, self.chat.is_held().then(|| Line::Notice(HELD.to_owned()))),
            // Nobody waits for a connection only to end it.
            false if lines.iter().any(|line| line.trim() == QUIT) => {
                self.quit = true;
                return Ok(());
            }
            false => self.recovery.may_wait(&lines, self.queue.len()),
        };
        if is_kept {
            self.queue.push(lines);
        }
        line.map_or(Ok(()), |line| screen.show(&line))
    }
}
