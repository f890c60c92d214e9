//! What the answers of the API server mean for a user that waits for a match, and what it is asked next.
//!
//! There is no socket, no thread and no clock in here.

use std::time::Duration;

use crate::account::{AccountError, Found, MatchState, MatchWish, Secret};

/// An answer that took less time was not waited for: then this client has to wait, or it asks without end.
const AT_ONCE: Duration = Duration::from_secs(1);

/// So many tables are found in vain. The others have waited at each of them.
const MOST_NO_SHOWS: u32 = 3;

/// What has happened.
#[derive(Debug)]
pub(crate) enum News {
    /// For the user.
    Told(String),
    /// There is a table for the user.
    Found(Found),
    /// It is none any more.
    Off,
    /// The same, and the user waits for another one, before all who have come later.
    Back,
    /// There will be none.
    Failed(AccountError),
}

/// What is to be done next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Look how far it is, at once.
    Look,
    /// The same after a moment.
    LookSoon,
    /// The same after a longer and longer wait, which has at least this length.
    LookLater(Option<Duration>),
    /// Ask for another match, after such a wait.
    AskLater(Option<Duration>),
    /// Nothing: it is over.
    End,
}

impl Next {
    /// Whether the match is asked for as before.
    pub(super) fn is_look(&self) -> bool {
        matches!(self, Self::Look | Self::LookSoon | Self::LookLater(_))
    }
}

/// What follows from an answer.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) news: Vec<News>,
    pub(super) next: Next,
}

/// Somebody who looks on.
#[derive(Debug)]
pub(super) struct Watch {
    wish: MatchWish,
    /// The ticket of the table that was found.
    table: Option<Secret>,
    no_shows: u32,
    /// What was told last: the same trouble is told once.
    told: String,
}

impl Watch {
    pub(super) fn new(wish: MatchWish) -> Self {
        Self {
            wish,
            table: None,
            no_shows: 0,
            told: String::new(),
        }
    }

    /// Whether the user waits, and could take the wish back.
    pub(super) fn is_waiting(&self) -> bool {
        self.table.is_none()
    }

    /// A match has been asked for.
    pub(super) fn asked(&mut self, answer: Result<(), AccountError>) -> Step {
        match answer {
            Ok(()) => {
                self.told.clear();
                step([News::Told(self.wish.words())], Next::Look)
            }
            Err(error) if error.may_pass() => {
                let wait = error.wait();
                step(
                    self.trouble(format!("no match yet: {error}")),
                    Next::AskLater(wait),
                )
            }
            Err(error) => step([News::Failed(error)], Next::End),
        }
    }

    /// An answer has come that took so long.
    pub(super) fn seen(&mut self, answer: Result<MatchState, AccountError>, took: Duration) -> Step {
        match answer {
            Ok(MatchState::Waiting) => self.waits(took),
            Ok(MatchState::Matched(_, true)) if !self.is_waiting() => step([], Next::End),
            Ok(MatchState::Matched(found, _)) => self.matched(found, took),
            Ok(MatchState::Failed(reason)) => self.failed(&reason),
            // Whoever has a place needs nobody to go there.
            Err(error) if !self.is_waiting() => match error {
                AccountError::NoSuchMatch => step([], Next::End),
                error if error.may_pass() => step([], Next::LookLater(error.wait())),
                _ => step([], Next::End),
            },
            Err(AccountError::NoSuchMatch) => {
                let told =
                    self.trouble("the API server has forgotten that you wait: asking again".to_owned());
                step(told, Next::AskLater(None))
            }
            Err(error) if error.may_pass() => {
                let wait = error.wait();
                step(
                    self.trouble(format!("no news of the match: {error}")),
                    Next::LookLater(wait),
                )
            }
            Err(error) => step([News::Failed(error)], Next::End),
        }
    }

    fn waits(&mut self, took: Duration) -> Step {
        self.told.clear();
        match self.table.take() {
            Some(_) => step([News::Back], Next::Look),
            None => step([], look_after(took)),
        }
    }

    fn matched(&mut self, found: Found, took: Duration) -> Step {
        self.told.clear();
        if self.table.as_ref() != Some(&found.place.ticket) {
            self.table = Some(found.place.ticket.clone());
            return step([News::Found(found)], Next::Look);
        }
        step([], look_after(took))
    }

    fn failed(&mut self, reason: &str) -> Step {
        self.table = None;
        let told = match reason {
            "no_show" => {
                self.no_shows += 1;
                if self.no_shows == MOST_NO_SHOWS {
                    return step([News::Failed(AccountError::NoShow(MOST_NO_SHOWS))], Next::End);
                }
                "you did not come in time: asking for another match".to_owned()
            }
            "gone" => {
                "the API server has heard nothing of you for a while: asking for another match".to_owned()
            }
            "" => "the match has failed: asking for another one".to_owned(),
            reason => format!("the match has failed ({reason}): asking for another one"),
        };
        step([News::Off, News::Told(told)], Next::AskLater(None))
    }

    fn trouble(&mut self, text: String) -> Option<News> {
        let is_news = self.told != text;
        text.clone_into(&mut self.told);
        is_news.then_some(News::Told(text))
    }
}

impl MatchWish {
    /// What it is to wait for it.
    pub(super) fn words(&self) -> String {
        match self.size {
            2 => "waiting for 1 more player".to_owned(),
            size => format!("waiting for {} more players", size - 1),
        }
    }
}

fn step(news: impl IntoIterator<Item = News>, next: Next) -> Step {
    let news = news.into_iter().collect();
    Step { news, next }
}

fn look_after(took: Duration) -> Next {
    match took < AT_ONCE {
        true => Next::LookSoon,
        false => Next::Look,
    }
}

#[cfg(test)]
mod tests;
