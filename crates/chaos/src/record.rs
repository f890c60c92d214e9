//! What users of durable rooms have said and seen, written down as it happened: nothing is concluded here.
//!
//! An event has 24 bytes at most, so that half an hour of hundreds of users fits into memory.

use std::collections::HashMap;
use std::fmt;

/// A message: who has said it, and the how many-eth of that user it is. No two are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Text {
    pub(crate) user: u16,
    pub(crate) number: u32,
}

/// As it is said in the room.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.user, self.number)
    }
}

impl Text {
    /// `None` where no user of a run has said that.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (user, number) = text.split_once('/')?;
        let (user, number) = (user.parse().ok()?, number.parse().ok()?);
        Some(Self { user, number })
    }
}

/// The time of one owner of a room. The generations of later owners are higher, also in another epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Age {
    pub(crate) generation: u64,
    pub(crate) epoch: u64,
}

/// Where a message stands in the log of its room. Ordered as the log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub(crate) age: Age,
    pub(crate) number: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.age.generation, self.number)
    }
}

/// A place in few bytes: the age is a number in [`Record::ages`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Noted {
    age: u32,
    number: u32,
}

/// What has happened to a user, or what the user has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// In the room, with a request for all that came behind this place; none where that is all that is kept.
    Asked(Option<Noted>),
    /// In the room, without a question: for the first time.
    Came,
    /// The user says its message of this number.
    Said(u32),
    /// The same message again: the history of the room did not have it.
    SaidAgain(u32),
    /// The answer to it.
    Answered(u32, i16),
    /// Somebody says something.
    Heard(Text),
    /// Where the last of what was heard stands.
    Stands(Noted),
    /// Out of the history.
    Told(Noted, Text),
    /// The end of the history.
    ToldAll(i16),
    /// Out of all that is kept, for which the user asks in the end.
    Kept(Noted, Text),
    /// The end of that.
    KeptAll,
    /// The connection has ended.
    Lost,
}

/// What one user has seen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Diary {
    pub(crate) room: i32,
    pub(crate) events: Vec<Event>,
}

/// What all users have seen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record {
    ages: Ages,
    /// By the number of the user.
    pub(crate) diaries: Vec<Diary>,
}

/// All ages of a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ages {
    all: Vec<Age>,
    numbers: HashMap<Age, u32>,
}

impl Ages {
    /// The place in few bytes. A number of more than 32 bits would take a server years.
    pub(crate) fn note(&mut self, place: Place) -> Noted {
        let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let age = *self.numbers.entry(place.age).or_insert(next);
        if age == next {
            self.all.push(place.age);
        }
        let number = u32::try_from(place.number).unwrap_or(u32::MAX);
        Noted { age, number }
    }

    fn place(&self, noted: Noted) -> Place {
        Place {
            age: self.all[noted.age as usize],
            number: u64::from(noted.number),
        }
    }
}

impl Record {
    pub(crate) fn new(ages: Ages, diaries: Vec<Diary>) -> Self {
        Self { ages, diaries }
    }

    pub(crate) fn place(&self, noted: Noted) -> Place {
        self.ages.place(noted)
    }

    /// A line for each event, for whoever looks for the cause of a violation.
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        self.diaries.iter().enumerate().flat_map(move |(user, diary)| {
            let line =
                move |event: &Event| format!("user {user} room {}: {}", diary.room, self.words(*event));
            diary.events.iter().map(line)
        })
    }

    fn words(&self, event: Event) -> String {
        let place = |noted| self.place(noted);
        match event {
            Event::Asked(Some(noted)) => format!("comes and asks behind {}", place(noted)),
            Event::Asked(None) => "comes and asks for all".to_owned(),
            Event::Came => "comes".to_owned(),
            Event::Said(number) => format!("says {number}"),
            Event::SaidAgain(number) => format!("says {number} again"),
            Event::Answered(number, result) => format!("is answered {result} to {number}"),
            Event::Heard(text) => format!("hears {text}"),
            Event::Stands(noted) => format!("is at {}", place(noted)),
            Event::Told(noted, text) => format!("is told {text} at {}", place(noted)),
            Event::ToldAll(result) => format!("is told all: {result}"),
            Event::Kept(noted, text) => format!("sees {text} kept at {}", place(noted)),
            Event::KeptAll => "has seen all that is kept".to_owned(),
            Event::Lost => "has lost the connection".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_as_it_is_written() {
        let text = Text {
            user: 299,
            number: 70_000,
        };
        assert_eq!(Text::parse(&text.to_string()), Some(text));
        for other in ["", "1", "1/", "/1", "70000/1", "a/1", "1/1/1"] {
            assert_eq!(Text::parse(other), None, "{other}");
        }
    }

    #[test]
    fn a_place_is_what_was_noted() {
        let (mut ages, mut noted) = (Ages::default(), Vec::new());
        let place = |generation, number| Place {
            age: Age { generation, epoch: 7 },
            number,
        };
        let places = [place(5, 1), place(3, 9), place(5, 2)];
        for one in places {
            noted.push(ages.note(one));
        }
        let record = Record::new(ages, Vec::new());
        assert_eq!(
            noted.iter().map(|one| record.place(*one)).collect::<Vec<_>>(),
            places
        );
        assert!(places[1] < places[0] && places[0] < places[2]);
    }

    #[test]
    fn an_event_is_small() {
        assert!(size_of::<Event>() <= 24, "{}", size_of::<Event>());
    }
}
