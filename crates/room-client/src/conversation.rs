//! The main loop of a client: it answers packets that another thread has read, lines that somebody has typed, and
//! timers, one after the other, so that no state is shared.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use crossbeam_channel::{Receiver, after, never, select, tick};
use net::{Connection, NetError};
use protocol::{FrameDecoder, LARGEST_PACKET, Packet, compress};

use crate::account::Secret;
use crate::body::lines_of;
use crate::chat::{Chat, Reaction};
use crate::game::Vocabulary;
use crate::inbox::{Inbox, Read};
use crate::line::Line;
use crate::queue::{Outgoing, Queue};
use crate::screen::{Input, Pace, Screen, Typed};

/// How long the server has to see that this client leaves.
const FAREWELL: Duration = Duration::from_secs(1);

/// What the person sees who has pasted more than the server takes.
const AT_ITS_PACE: &str = "the server limits how fast you may send: the rest follows at that pace";

/// What the person sees whose line has to wait for the game.
const HELD: &str = "this waits for the game, as you have asked; Ctrl-C ends the client";

/// What is said of a request that was dropped, and is not sent again.
const TOO_LATE: &str =
    "too many requests a second: the server has dropped one, whose time is over now (RATE_LIMITED)";

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

/// One user's chat with a server.
pub(crate) struct Conversation {
    chat: Chat,
    connection: Arc<Connection>,
    inbox: Inbox,
    decoder: FrameDecoder,
    options: Options,
    ping: Receiver<Instant>,
    /// When the first PING went out after which nothing has come.
    pinged: Option<Instant>,
    messages: u64,
    /// Lines of the script that have been read.
    lines: u64,
    queue: Queue,
    /// Those in the room, as the screen knows them.
    company: Vec<String>,
    quit: bool,
}

impl Conversation {
    /// Starts to read from the server.
    pub(crate) fn new(chat: Chat, connection: Connection, options: Options) -> io::Result<Self> {
        let connection = Arc::new(connection);
        let ping = match options.ping_every {
            Duration::ZERO => never(),
            every => tick(every),
        };
        Ok(Self {
            chat,
            inbox: Inbox::start(Arc::clone(&connection))?,
            connection,
            decoder: FrameDecoder::new(LARGEST_PACKET),
            options,
            ping,
            pinged: None,
            messages: 0,
            lines: 0,
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
        if self.options.compress_over.is_some() {
            let request = self.chat.ask_for_compression()?;
            self.send(&request, screen)?;
            self.await_answers(screen)?;
        }
        let login = self.chat.log_in(password)?;
        self.send(&login, screen)?;
        self.await_answers(screen)?;
        if let Some(room) = room {
            let enter = self.chat.enter(room)?;
            self.send(&enter, screen)?;
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
            select! {
                recv(self.inbox.reads()) -> read => self.arrived(read.ok(), screen)?,
                recv(self.ping) -> _ => self.ping(screen)?,
                recv(self.queue.pause_is_over()) -> _ => self.ask_again(screen)?,
                recv(typed) -> input => match input {
                    Ok(input) => self.take_input(input, pace, screen)?,
                    // Whoever waits for messages still does when a script has nothing more to say.
                    Err(_) if pace == Pace::Script && self.options.exit_after.is_some() => typed = never(),
                    Err(_) => self.quit = true,
                },
            }
            self.send_waiting(screen)?;
        }
        self.leave();
        Ok(())
    }

    /// What can be typed beside the chat's commands.
    pub(crate) fn vocabulary(&self) -> Vocabulary {
        self.chat.vocabulary()
    }

    fn is_over(&self) -> bool {
        self.quit || Some(self.messages) == self.options.exit_after
    }

    fn take_input(
        &mut self,
        input: io::Result<Input>,
        pace: Pace,
        screen: &mut impl Screen,
    ) -> anyhow::Result<()> {
        let input = input.context("cannot read standard input");
        match (pace, input) {
            (Pace::Person, Ok(Input::Lines(lines))) => {
                self.queue.push(lines);
                if self.chat.is_held() {
                    screen.show(&Line::Notice(HELD.to_owned()))?;
                }
            }
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

    /// Sends what waits, as far as it may be sent now.
    fn send_waiting(&mut self, screen: &mut impl Screen) -> anyhow::Result<()> {
        while !self.is_over() && !self.chat.is_held() {
            let next = self.queue.next(self.chat.unanswered(), self.options.timeout);
            match next {
                Some(Outgoing::Line(line)) => self.typed(&line, screen)?,
                Some(Outgoing::Part(message)) => {
                    let packet = self.chat.say(message)?;
                    self.send(&packet, screen)?;
                }
                Some(Outgoing::Again(request)) if request.is_too_late(Instant::now()) => {
                    screen.show(&Line::Problem(TOO_LATE.to_owned()))?;
                }
                Some(Outgoing::Again(request)) => {
                    let packet = self.chat.ask(request)?;
                    self.send(&packet, screen)?;
                }
                None => break,
            }
        }
        Ok(())
    }

    fn typed(&mut self, line: &str, screen: &mut impl Screen) -> anyhow::Result<()> {
        let Reaction { packet, lines, quit } = self.chat.typed(line, screen.view())?;
        if let Some(packet) = &packet {
            self.send(packet, screen)?;
        }
        for line in &lines {
            screen.show(line)?;
        }
        self.quit = quit;
        Ok(())
    }

    /// Sends a line of a script, and waits for its answer. What goes wrong is told with its number.
    fn scripted(&mut self, line: anyhow::Result<String>, screen: &mut impl Screen) -> anyhow::Result<()> {
        self.lines += 1;
        line.and_then(|line| self.typed(&line, screen))
            .and_then(|()| self.await_answers(screen))
            .with_context(|| format!("line {}", self.lines))
    }

    /// Goes on until the server owes nothing, and the game does not want what comes next to wait.
    fn await_answers(&mut self, screen: &mut impl Screen) -> anyhow::Result<()> {
        let mut timeout = after(self.options.timeout);
        while self.must_wait() && !self.is_over() {
            select! {
                recv(self.inbox.reads()) -> read => self.arrived(read.ok(), screen)?,
                recv(self.ping) -> _ => self.ping(screen)?,
                recv(self.queue.pause_is_over()) -> _ => {
                    self.ask_again(screen)?;
                    timeout = after(self.options.timeout);
                },
                recv(timeout) -> _ => {
                    self.give_up(screen)?;
                    timeout = after(self.options.timeout);
                },
            }
            self.send_waiting(screen)?;
        }
        Ok(())
    }

    fn must_wait(&self) -> bool {
        self.chat.is_waiting() || self.chat.is_held() || !self.queue.is_empty()
    }

    /// The time is over, unless the server wants a pause. What has come until now counts, also where this program
    /// has been stopped and could not read it.
    fn give_up(&mut self, screen: &mut impl Screen) -> anyhow::Result<()> {
        while self.chat.is_waiting() && !self.queue.is_paused() && !self.is_over() {
            if self.inbox.is_silent() {
                bail!("no answer within {:?}", self.options.timeout);
            }
            let read = self.inbox.reads().recv();
            self.arrived(read.ok(), screen)?;
        }
        Ok(())
    }

    /// After a pause: what the server has dropped is sent again.
    fn ask_again(&mut self, screen: &mut impl Screen) -> anyhow::Result<()> {
        let dropped = self.chat.take_dropped();
        self.queue.go_on(dropped);
        self.send_waiting(screen)
    }

    /// Takes in one read; there is none when the server has closed.
    fn arrived(&mut self, read: Option<Read>, screen: &mut impl Screen) -> anyhow::Result<()> {
        self.pinged = None;
        match read {
            Some(Ok(bytes)) => self.take_in(&bytes, screen),
            Some(Err(error)) => Err(self.end(Some(error))),
            None => Err(self.end(None)),
        }
    }

    /// Why the connection has ended: what the server said says more than a read or write that failed.
    fn end(&self, error: Option<NetError>) -> anyhow::Error {
        let closed = "the server closed the connection";
        match (self.chat.farewell(), error) {
            (Some(reason), _) => anyhow!("{closed}: {reason}"),
            (None, Some(error)) => anyhow!(error).context("the connection is broken"),
            (None, None) => anyhow!(closed),
        }
    }

    /// Shows what has come, up to the last message that is wanted.
    fn take_in(&mut self, bytes: &[u8], screen: &mut impl Screen) -> anyhow::Result<()> {
        self.decoder.push(bytes);
        while !self.is_over() {
            let frame = self.decoder.next_frame().context("the server sent no packet")?;
            let Some(frame) = frame else { break };
            for line in lines_of(&frame, &mut self.chat, screen.view())? {
                self.messages += u64::from(matches!(line, Line::Message(_)));
                screen.show(&line)?;
            }
            if self.chat.is_limited() && !self.queue.is_paused() && self.queue.pause() {
                screen.show(&Line::Notice(AT_ITS_PACE.to_owned()))?;
            }
        }
        self.tell_company(screen);
        Ok(())
    }

    fn tell_company(&mut self, screen: &mut impl Screen) {
        if !self.chat.names().eq(&self.company) {
            self.company = self.chat.names().cloned().collect();
            screen.company(&self.company);
        }
    }

    /// Shows the server that this client is there, unless the server has shown nothing since the last time.
    /// Anything counts, since a PING may be dropped for the rate limit, and what waits to be shown too.
    fn ping(&mut self, screen: &mut impl Screen) -> anyhow::Result<()> {
        if self.queue.is_paused() {
            return Ok(());
        }
        let silent = self.pinged.get_or_insert_with(Instant::now).elapsed();
        if silent >= self.options.timeout && self.inbox.is_silent() {
            let patience = self.options.timeout.max(self.options.ping_every);
            bail!("no answer within {patience:?}");
        }
        self.send(&self.chat.ping()?, screen)
    }

    fn send(&mut self, packet: &Packet, screen: &mut impl Screen) -> anyhow::Result<()> {
        let packet = packet.as_bytes();
        let over = self.options.compress_over;
        let compressed = over.and_then(|over| compress(packet, over));
        let packet = compressed.as_deref().unwrap_or(packet);
        let Err(error) = self.connection.write_all(packet) else {
            return Ok(());
        };
        // The server's last words may be among what has come.
        while let Ok(Ok(bytes)) = self.inbox.reads().recv_timeout(FAREWELL) {
            self.take_in(&bytes, screen)?;
        }
        Err(self.end(Some(error)))
    }

    /// Says that nothing more will come, and waits until the server has seen it: what was sent last must
    /// not be lost in a reset.
    fn leave(&self) {
        if self.connection.shutdown_write().is_ok() {
            let deadline = Instant::now() + FAREWELL;
            while let Ok(Ok(_)) = self.inbox.reads().recv_deadline(deadline) {}
        }
    }
}
