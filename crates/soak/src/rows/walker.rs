//! One user of the row `walk`: what it does next, and what it may hear then.

use std::mem;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use fastrand::Rng;
use protocol::ErrorCode;
use protocol::message::{Message, RoomEnterRes};

use super::views::{Stay, Views};
use crate::chat::{self, FIRST_ROOM, message};
use crate::client::{ANSWER, Client};
use crate::interrupt;

/// Rooms that are walked in, from [`FIRST_ROOM`] on.
pub(super) const ROOMS: usize = 20;

/// After a login that found its name taken.
const PAUSE: Duration = Duration::from_millis(10);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    LogIn,
    Enter(i32),
    /// Refused: a member asks for a room before it has left its own.
    EnterAnother(i32),
    /// Out of a room, into another and a word there, all before the first answer: in one write, or in three.
    Move(i32, bool),
    Speak,
    /// Refused: it is in no room.
    SpeakOutside,
    /// To the walker of this number, who may be anywhere.
    Whisper(usize),
    Leave,
    Close,
    Reset,
}

/// One user, connected or not.
pub(super) struct Walker<'a> {
    address: SocketAddr,
    views: &'a Views,
    number: usize,
    client: Option<Client>,
    stay: Option<Stay>,
    /// What it has asked for, and when.
    asked: Option<(Step, u64)>,
    /// Who is in the room that is being entered.
    list: Vec<(u64, String)>,
}

impl<'a> Walker<'a> {
    pub(super) fn new(address: SocketAddr, views: &'a Views, number: usize) -> Self {
        Self {
            address,
            views,
            number,
            client: None,
            stay: None,
            asked: None,
            list: Vec::new(),
        }
    }

    pub(super) fn name(&self) -> String {
        name(self.number)
    }

    /// Sends whatever it wants next; `users` are all who walk.
    pub(super) fn ask_for_something(&mut self, random: &mut Rng, users: usize) -> anyhow::Result<()> {
        let step = self.choose(random, users);
        self.ask(step)
    }

    fn choose(&self, random: &mut Rng, users: usize) -> Step {
        let room = FIRST_ROOM + i32::try_from(random.usize(..ROOMS)).unwrap_or_default();
        match (&self.client, &self.stay, random.u32(..20)) {
            (None, _, _) => Step::LogIn,
            (_, _, 0) => Step::Close,
            (_, _, 1) => Step::Reset,
            (_, _, 2..5) => Step::Whisper(random.usize(..users)),
            (_, None, 5) => Step::SpeakOutside,
            (_, None, _) => Step::Enter(room),
            (_, _, 5..8) => Step::Leave,
            (_, _, 8..10) => Step::Move(room, random.bool()),
            (_, _, 10) => Step::EnterAnother(room),
            _ => Step::Speak,
        }
    }

    /// Sends what belongs to the step.
    fn ask(&mut self, step: Step) -> anyhow::Result<()> {
        self.asked = Some((step, self.views.now()));
        let name = self.name();
        if step == Step::LogIn {
            self.client = Some(chat::connect(self.address)?);
        }
        if step == Step::Reset {
            return self.reset();
        }
        let client = self.client.as_mut().context("it is connected")?;
        match step {
            Step::LogIn => client.send(&chat::login(&name)),
            Step::Enter(room) | Step::EnterAnother(room) => client.send(&chat::enter(room)),
            Step::Move(room, at_once) => {
                let word = chat::say(&format!("{room}/{name}/1"));
                let requests = [chat::leave(), chat::enter(room), word];
                match at_once {
                    true => client.send(&requests.concat()),
                    false => requests.iter().try_for_each(|request| client.send(request)),
                }
            }
            Step::Leave => client.send(&chat::leave()),
            Step::Speak => {
                let stay = self.stay.as_mut().context("it is in a room")?;
                client.send(&chat::say(&stay.next_message(&name)))
            }
            Step::SpeakOutside => client.send(&chat::say("is anybody here?")),
            Step::Whisper(someone) => client.send(&chat::whisper(&self::name(someone), &name)),
            Step::Close => client.half_close(),
            Step::Reset => Ok(()),
        }
    }

    fn reset(&mut self) -> anyhow::Result<()> {
        if let Some(stay) = self.stay.take() {
            self.views.left(stay, false);
        }
        self.asked = None;
        self.client.take().map_or(Ok(()), Client::reset)
    }

    /// Takes what comes, until its step is done.
    pub(super) fn wait(&mut self) -> anyhow::Result<()> {
        let Some((step, asked)) = self.asked.take() else {
            return Ok(());
        };
        match step {
            Step::LogIn => return self.wait_for_name(),
            Step::Close => return self.hear_the_end(),
            _ => {}
        }
        loop {
            let packet = self.client()?.packet()?;
            if self.take(&message(&packet)?, step, asked)? {
                return Ok(());
            }
        }
    }

    /// Right after an orderly end the name is free; after a reset it takes the server a while to notice.
    fn wait_for_name(&mut self) -> anyhow::Result<()> {
        let deadline = Instant::now() + ANSWER;
        loop {
            let packet = self.client()?.packet()?;
            let Message::LoginRes(response) = message(&packet)? else {
                bail!("{packet:?} came instead of the answer to a login");
            };
            if response.result == ErrorCode::NONE {
                return Ok(());
            }
            let is_taken = response.result == ErrorCode::LOGIN_USER_DUPLICATION;
            ensure!(
                is_taken && Instant::now() < deadline,
                "login: {}",
                response.result
            );
            interrupt::pause(PAUSE)?;
            let login = chat::login(&self.name());
            self.client()?.send(&login)?;
        }
    }

    /// Takes note of a message. True when it is the last answer to the step.
    fn take(&mut self, message: &Message<'_>, step: Step, asked: u64) -> anyhow::Result<bool> {
        match (message, step) {
            (Message::RoomNewUserNtf(new), _) => self.stay()?.came(new.unique_id, new.user_id)?,
            (Message::RoomLeaveUserNtf(left), _) => self.stay()?.left(left.unique_id)?,
            (Message::RoomChatNtf(said), _) => self.stay()?.heard(said.unique_id, said.message)?,
            (Message::WhisperNtf(whisper), _) => {
                let is_for_it = whisper.message == whisper.user_id && whisper.user_id != self.name();
                ensure!(is_for_it, "a whisper of somebody else: {whisper:?}");
            }
            (Message::RoomUserListNtf(list), Step::Enter(_) | Step::Move(..)) => {
                ensure!(self.stay.is_none(), "a list of a room that was not left");
                let users = list.users.iter();
                self.list
                    .extend(users.map(|user| (user.unique_id, user.user_id.to_owned())));
            }
            (Message::RoomEnterRes(response), Step::Enter(room) | Step::Move(room, _)) => {
                self.is_entered(response, room, asked)?;
                return match step {
                    Step::Move(..) => self.has_spoken_there(),
                    _ => Ok(true),
                };
            }
            _ => return self.take_answer(message, step),
        }
        Ok(false)
    }

    /// The same for what is about neither a room's members nor the way into it.
    fn take_answer(&mut self, message: &Message<'_>, step: Step) -> anyhow::Result<bool> {
        let (result, expected): (_, &[ErrorCode]) = match (message, step) {
            (Message::RoomLeaveRes(response), Step::Leave | Step::Move(..)) => {
                self.end_of_stay();
                (response.result, &[ErrorCode::NONE])
            }
            (Message::RoomChatRes(response), Step::Speak | Step::Move(..)) => {
                self.stay()?.has_heard_itself()?;
                (response.result, &[ErrorCode::NONE])
            }
            (Message::RoomEnterRes(response), Step::EnterAnother(_)) => {
                (response.result, &[ErrorCode::ENTER_ROOM_ALREADY])
            }
            (Message::ErrorNtf(notification), Step::SpeakOutside | Step::Move(..)) => {
                ensure!(self.stay.is_none(), "refused, though it is in a room");
                (notification.error, &[ErrorCode::ROOM_NOT_IN_USER])
            }
            (Message::WhisperRes(response), Step::Whisper(someone)) if someone == self.number => {
                (response.result, &[ErrorCode::WHISPER_SELF])
            }
            (Message::WhisperRes(response), Step::Whisper(_)) => (
                response.result,
                &[ErrorCode::NONE, ErrorCode::WHISPER_NO_SUCH_USER],
            ),
            (other, step) => bail!("{other:?} came at {step:?}"),
        };
        ensure!(expected.contains(&result), "{step:?}: {result}");
        let is_last = !matches!((message, step), (Message::RoomLeaveRes(_), Step::Move(..)));
        Ok(is_last)
    }

    /// It is in the room now, or the room is full.
    fn is_entered(&mut self, response: &RoomEnterRes, room: i32, asked: u64) -> anyhow::Result<()> {
        let list = mem::take(&mut self.list);
        if response.result == ErrorCode::ENTER_ROOM_USER_FULL {
            ensure!(list.is_empty(), "not let in, but told of {list:?}");
            return Ok(());
        }
        let result = response.result;
        ensure!(result == ErrorCode::NONE, "cannot enter room {room}: {result}");
        let stay = Stay::begin(room, response.user_unique_id, &self.name(), list)?;
        self.views.entered(&stay, asked)?;
        self.stay = Some(stay);
        Ok(())
    }

    /// The word that it has sent behind its request is the first of its stay. It is not the last answer.
    fn has_spoken_there(&mut self) -> anyhow::Result<bool> {
        let name = self.name();
        if let Some(stay) = &mut self.stay {
            stay.next_message(&name);
        }
        Ok(false)
    }

    /// Logs in, which it can as soon as its name is free, and then leaves in good order.
    pub(super) fn go(&mut self) -> anyhow::Result<()> {
        if self.client.is_none() {
            self.ask(Step::LogIn)?;
            self.wait()?;
        }
        self.ask(Step::Close)?;
        self.wait()
    }

    /// Everything up to the end, which must be an orderly one.
    fn hear_the_end(&mut self) -> anyhow::Result<()> {
        let mut client = self.client.take().context("it is connected")?;
        client.orderly_end()?;
        while let Some(packet) = client.packet_that_came()? {
            let answer = self.take(&message(&packet)?, Step::Close, 0)?;
            ensure!(!answer, "an answer to nothing");
        }
        self.end_of_stay();
        Ok(())
    }

    fn client(&mut self) -> anyhow::Result<&mut Client> {
        self.client.as_mut().context("it is connected")
    }

    fn stay(&mut self) -> anyhow::Result<&mut Stay> {
        self.stay.as_mut().context("only members hear of a room")
    }

    fn end_of_stay(&mut self) {
        if let Some(stay) = self.stay.take() {
            self.views.left(stay, true);
        }
    }
}

/// The user id of the walker of this number.
fn name(number: usize) -> String {
    format!("w{number}")
}
