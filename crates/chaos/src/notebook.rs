//! What a user of durable rooms has to remember so that it loses nothing: where it is, and what has no answer. Everything
//! that comes is written down as well.

use std::collections::{HashSet, VecDeque};
use std::sync::atomic::Ordering;

use anyhow::{Context, anyhow, bail, ensure};
use protocol::ErrorCode;
use protocol::message::{Message, RoomHistoryNtf};

use crate::record::{Age, Event, Place, Text};
use crate::session::Wish;
use crate::shared::{Phase, Shared};

/// How a connection is going.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Its first words are not answered.
    Opens,
    /// In the room; the history is being read.
    Reads,
    /// In the room, with all that came before.
    Lives,
    /// The same in the end, when all that is kept is looked at once more.
    Audits,
}

/// What is to be done about a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Then {
    Nothing,
    /// What was asked for is not kept, so all that is; or it is the end.
    AskForAll,
    /// Something that was said on the connection before has not arrived.
    SayAgain,
}

/// The memory of one user.
pub(crate) struct Notebook<'a> {
    shared: &'a Shared,
    user: u16,
    pub(crate) events: Vec<Event>,
    pub(crate) stage: Stage,
    /// Of the logs, as the server of this connection says.
    epoch: u64,
    /// The last place that is known.
    at: Option<Place>,
    has_been_there: bool,
    /// This connection was told of a gap.
    has_gap: bool,
    said: u32,
    /// What has no answer, in the order in which it was said.
    unanswered: VecDeque<u32>,
    /// What was heard or told of it: that is in the log.
    found: HashSet<u32>,
}

impl<'a> Notebook<'a> {
    pub(crate) fn new(shared: &'a Shared, user: u16) -> Self {
        Self {
            shared,
            user,
            events: Vec::new(),
            stage: Stage::Opens,
            epoch: 0,
            at: None,
            has_been_there: false,
            has_gap: false,
            said: 0,
            unanswered: VecDeque::new(),
            found: HashSet::new(),
        }
    }

    /// What to ask for on the next connection.
    pub(crate) fn wish(&self) -> Wish {
        match self.at {
            _ if !self.has_been_there => Wish::Nothing,
            Some(place) => Wish::Behind(place),
            None => Wish::All,
        }
    }

    /// A connection begins.
    pub(crate) fn begins(&mut self) {
        (self.stage, self.has_gap) = (Stage::Opens, false);
    }

    /// It has ended.
    pub(crate) fn lost(&mut self) {
        if self.stage != Stage::Opens {
            self.events.push(Event::Lost);
        }
    }

    /// How many answers the server owes.
    pub(crate) fn unanswered(&self) -> usize {
        self.unanswered.len()
    }

    /// The next things that this user says.
    pub(crate) fn says(&mut self, count: u32) -> Vec<Text> {
        let numbers = self.said + 1..=self.said + count;
        self.said += count;
        let texts = numbers.map(|number| {
            self.unanswered.push_back(number);
            self.events.push(Event::Said(number));
            self.text(number)
        });
        texts.collect()
    }

    /// Takes a message of the server. `wish` is what was asked for on this connection.
    ///
    /// # Errors
    /// Where the server refuses something: then this connection is of no use.
    pub(crate) fn take(&mut self, message: &Message<'_>, wish: Wish) -> anyhow::Result<Then> {
        match message {
            Message::LoginRes(answer) => granted(answer.result)?,
            Message::SyncRes(answer) => {
                granted(answer.result)?;
                self.epoch = answer.epoch;
            }
            Message::RoomEnterRes(answer) => {
                granted(answer.result)?;
                self.enters(wish);
            }
            Message::RoomChatRes(answer) => self.answered(answer.result)?,
            // What is said while the history is read stands in it as well.
            Message::RoomChatNtf(said) if self.stage == Stage::Lives => {
                let text = parse(said.message)?;
                self.has(text, Event::Heard(text));
            }
            Message::RoomPositionNtf(position) if self.stage == Stage::Lives => {
                let (epoch, generation, number) = (position.epoch, position.generation, position.number);
                let age = Age { generation, epoch };
                let noted = self.is_at(Place { age, number });
                self.events.push(Event::Stands(noted));
            }
            Message::RoomHistoryNtf(told) => self.told(told)?,
            Message::RoomHistoryRes(answer) => return self.told_all(answer.result),
            Message::ErrorNtf(error) => self.error(error.error)?,
            // Who comes and goes.
            _ => {}
        }
        Ok(Then::Nothing)
    }

    fn enters(&mut self, wish: Wish) {
        let (event, stage) = match wish {
            Wish::Nothing => (Event::Came, Stage::Lives),
            Wish::Behind(place) => (Event::Asked(Some(self.shared.note(place))), Stage::Reads),
            Wish::All => (Event::Asked(None), Stage::Reads),
        };
        self.events.push(event);
        self.stage = stage;
        if !self.has_been_there {
            self.has_been_there = true;
            self.shared.came.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Answers come in the order of what was said.
    fn answered(&mut self, result: ErrorCode) -> anyhow::Result<()> {
        let number = self.unanswered.pop_front().context("an answer to nothing")?;
        self.found.remove(&number);
        self.events.push(Event::Answered(number, result.0));
        if result == ErrorCode::NONE {
            self.shared.answers.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    fn told(&mut self, told: &RoomHistoryNtf<'_>) -> anyhow::Result<()> {
        let (generation, number) = (told.generation, told.number);
        let age = Age {
            generation,
            epoch: self.epoch,
        };
        let noted = self.is_at(Place { age, number });
        let text = parse(told.message)?;
        match self.stage {
            Stage::Audits => self.events.push(Event::Kept(noted, text)),
            _ => self.has(text, Event::Told(noted, text)),
        }
        Ok(())
    }

    fn told_all(&mut self, result: ErrorCode) -> anyhow::Result<Then> {
        if self.stage == Stage::Audits {
            granted(result)?;
            self.events.push(Event::KeptAll);
            self.stage = Stage::Lives;
            return Ok(Then::Nothing);
        }
        self.events.push(Event::ToldAll(result.0));
        match result {
            ErrorCode::NONE if self.shared.phase() == Phase::Sync => {
                self.stage = Stage::Audits;
                Ok(Then::AskForAll)
            }
            ErrorCode::HISTORY_GAP if !self.has_gap => {
                self.has_gap = true;
                self.events.push(Event::Asked(None));
                Ok(Then::AskForAll)
            }
            ErrorCode::NONE => {
                self.stage = Stage::Lives;
                Ok(self.forget_what_arrived())
            }
            refused => bail!("no history: {refused}"),
        }
    }

    /// What is not in the history has not arrived, and nobody else can say it any more. Behind a gap nobody knows.
    fn forget_what_arrived(&mut self) -> Then {
        let found = std::mem::take(&mut self.found);
        let has_gap = self.has_gap;
        self.unanswered
            .retain(|number| !has_gap && !found.contains(number));
        match self.unanswered.is_empty() {
            true => Then::Nothing,
            false => Then::SayAgain,
        }
    }

    /// Says once more all that has no answer.
    pub(crate) fn says_again(&mut self) -> Vec<Text> {
        let again = self.unanswered.iter().map(|number| Event::SaidAgain(*number));
        self.events.extend(again);
        self.unanswered.iter().map(|number| self.text(*number)).collect()
    }

    fn error(&self, error: ErrorCode) -> anyhow::Result<()> {
        if error == ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID {
            self.shared.fail(&anyhow!(
                "this server keeps no messages: it does not know SYNC_REQ"
            ));
        }
        bail!("the server says {error}")
    }

    fn is_at(&mut self, place: Place) -> crate::record::Noted {
        self.at = Some(place);
        self.shared.note(place)
    }

    fn has(&mut self, text: Text, event: Event) {
        self.events.push(event);
        self.shared.deliveries.fetch_add(1, Ordering::Relaxed);
        if text.user == self.user && self.unanswered.contains(&text.number) {
            self.found.insert(text.number);
        }
    }

    fn text(&self, number: u32) -> Text {
        let user = self.user;
        Text { user, number }
    }
}

fn granted(result: ErrorCode) -> anyhow::Result<()> {
    ensure!(result == ErrorCode::NONE, "the server says {result}");
    Ok(())
}

fn parse(message: &str) -> anyhow::Result<Text> {
    Text::parse(message).with_context(|| format!("nobody has said `{message}`"))
}
