//! A user that waits for a match: what happens to it, and the way to the table.

use crossbeam_channel::never;

use super::Conversation;
use crate::account::Found;
use crate::command::as_typed;
use crate::line::Line;
use crate::matching::News;
use crate::screen::{Pace, Screen};

/// Why there is no match, for a user that sits at the table,
const OTHERS_DID_NOT_COME: &str = "the others did not come";
/// and for one that could not get there.
const TABLE_IS_GONE: &str = "the table is gone";

impl Conversation {
    /// Waits for a match, and for the place at its table, before anything is read that a script has to say: so it says it
    /// there, whenever that is.
    pub(crate) fn open_by_match(&mut self, screen: &mut impl Screen) -> anyhow::Result<()> {
        self.matching.call_off_when_interrupted()?;
        let mut nobody = never();
        while !self.is_open {
            self.turn_or_take_up_again(&mut nobody, Pace::Script, screen)?;
        }
        Ok(())
    }

    /// Takes what has happened; there is none when nothing more can.
    pub(super) fn heard_of_match(
        &mut self,
        news: Option<News>,
        screen: &mut impl Screen,
    ) -> anyhow::Result<()> {
        match news {
            Some(News::Told(text)) => screen.show(&Line::Notice(text)),
            Some(News::Found(found)) => {
                self.found = Some(found);
                Ok(())
            }
            Some(News::Off) => {
                self.table_is_off(screen);
                Ok(())
            }
            Some(News::Back) => {
                let why = if self.is_open {
                    OTHERS_DID_NOT_COME
                } else {
                    TABLE_IS_GONE
                };
                self.table_is_off(screen);
                screen.show(&Line::Notice(format!(
                    "{why}: you wait again, before all who have come later"
                )))
            }
            // Whoever is in a room has somebody to talk to.
            Some(News::Failed(error)) if self.is_open => screen.show(&Line::Notice(error.to_string())),
            Some(News::Failed(error)) => Err(error.into()),
            None => {
                self.matching.is_over();
                self.recovery.table_stands();
                Ok(())
            }
        }
    }

    /// The user is not to go there any more, and stays where that has been done.
    fn table_is_off(&mut self, screen: &mut impl Screen) {
        self.found = None;
        if !self.is_open {
            self.drop_link(screen);
            self.recovery.rest();
        }
    }

    /// Goes to the table that has been found, when the server has answered all that came before. That is also done where the
    /// user sits at it already, and its match was made again: the ticket shows the API server who has come.
    pub(super) fn go_to_table(&mut self, screen: &mut impl Screen) -> anyhow::Result<()> {
        if self.is_open && self.chat.is_waiting() {
            return Ok(());
        }
        let Some(Found { place, members }) = self.found.take() else {
            return Ok(());
        };
        let (server, room) = (&place.server, place.room);
        let others = self.others(&members);
        screen.show(&Line::Notice(format!("matched{others}: room {room} at {server}")))?;
        if let Some(link) = &self.link {
            link.leave();
        }
        if let Some(left) = self.chat.room_number().filter(|left| *left != room) {
            self.give_back_messages(left, screen)?;
        }
        self.drop_link(screen);
        self.recovery.go_to_table(place);
        Ok(())
    }

    fn others(&self, members: &[String]) -> String {
        let others = members.iter().filter(|member| *member != self.chat.name());
        let others: Vec<_> = others.map(|member| as_typed(member)).collect();
        match others.is_empty() {
            true => String::new(),
            false => format!(" with {}", others.join(", ")),
        }
    }

    /// The user waits no longer, where that was so.
    pub(super) fn call_off(&mut self, screen: &mut impl Screen) -> anyhow::Result<()> {
        match self.matching.call_off() {
            Some(words) => screen.show(&Line::Notice(words)),
            None => Ok(()),
        }
    }
}
