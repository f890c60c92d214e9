//! The main loop of a client: it answers packets that another thread has read, lines that somebody has typed, and
//! timers, one after the other, so that no state is shared.

mod arriving;
mod matched;
mod opening;
mod sending;
mod taking_up;

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use anyhow::Context;
use crossbeam_channel::{Receiver, never, select, tick};
use tls::Stream;

use crate::account::{Found, Secret};
use crate::chat::Chat;
use crate::command::QUIT;
use crate::game::Vocabulary;
use crate::inbox::Read;
use crate::line::Line;
use crate::link::Link;
use crate::matching::Matching;
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
    /// None before the first connection, and between one that was lost and the next.
    link: Option<Link>,
    /// What is read there: nothing, ever.
    nothing: Receiver<Read>,
    options: Options,
    ping: Receiver<Instant>,
    /// What this client itself has to ask on a new connection before its user may: several in one write, when those before are
    /// answered.
    opening: VecDeque<Vec<Request>>,
    /// The user may send something: this client has asked for all that it had to.
    is_open: bool,
    /// How a lost connection is taken up again, where that can be.
    recovery: Recovery,
    /// How a match is found, where the user waits for one.
    matching: Matching,
    /// The table that the user is to go to.
    found: Option<Found>,
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
    /// There is no connection yet. What is lost ends it, unless there is a way to take it up again.
    pub(crate) fn new(chat: Chat, recovery: Recovery, matching: Matching, options: Options) -> Self {
        let ping = match options.ping_every {
            Duration::ZERO => never(),
            every => tick(every),
        };
        Self {
            chat,
            link: None,
            nothing: never(),
            options,
            ping,
            opening: VecDeque::new(),
            is_open: false,
            recovery,
            matching,
            found: None,
            messages: 0,
            lines: 0,
            held: None,
            queue: Queue::new(),
            company: Vec::new(),
            quit: false,
        }
    }

    /// Starts to read from the server. Agrees on compression, if it is wanted, logs in, and enters a room, if one is given.
    pub(crate) fn open(
        &mut self,
        connection: Stream,
        password: Secret,
        room: Option<i32>,
        screen: &mut impl Screen,
    ) -> anyhow::Result<()> {
        self.link = Some(Link::new(connection)?);
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
            self.turn_or_take_up_again(&mut typed, pace, screen)?;
        }
        self.give_up_what_is_doubtful(screen)?;
        self.call_off(screen)?;
        if let Some(link) = &self.link {
            link.leave();
        }
        Ok(())
    }

    /// A turn, after which a connection that was lost is taken up again. Where it is the end, nobody waits for this user.
    fn turn_or_take_up_again(
        &mut self,
        typed: &mut Typed,
        pace: Pace,
        screen: &mut impl Screen,
    ) -> anyhow::Result<()> {
        let outcome = self.turn(typed, pace, screen);
        let outcome = outcome.or_else(|error| self.take_up_again(error, screen));
        if outcome.is_err() {
            self.matching.call_off();
            self.give_up_what_is_doubtful(screen)?;
        }
        outcome
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
            recv(self.matching.news()) -> news => self.heard_of_match(news.ok(), screen)?,
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
        self.move_on(screen)?;
        self.go_to_table(screen)
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
