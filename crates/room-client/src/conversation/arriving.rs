//! What comes from the server: packets, up to the last message that is wanted, and the end of the connection.

use anyhow::{Context, bail};
use net::NetError;

use super::Conversation;
use crate::body::lines_of;
use crate::inbox::Read;
use crate::line::Line;
use crate::loss::Loss;
use crate::screen::Screen;

/// What the person sees who has pasted more than the server takes.
const AT_ITS_PACE: &str = "the server limits how fast you may send: the rest follows at that pace";

impl Conversation {
    /// Takes in one read; there is none when the server has closed.
    pub(super) fn arrived(&mut self, read: Option<Read>, screen: &mut impl Screen) -> anyhow::Result<()> {
        if let Some(link) = &mut self.link {
            link.heard();
        }
        match read {
            Some(Ok(bytes)) => self.take_in(&bytes, screen),
            Some(Err(error)) => Err(self.end(Some(error)).into()),
            None => Err(self.end(None).into()),
        }
    }

    /// Why the connection has ended: what the server said says more than a read or write that failed.
    pub(super) fn end(&self, error: Option<NetError>) -> Loss {
        match (self.chat.farewell(), error) {
            (Some((code, reason)), _) => Loss::ClosedFor { code, reason },
            (None, Some(error)) => Loss::Broken(error),
            (None, None) => Loss::Closed,
        }
    }

    /// Shows what has come, up to the last message that is wanted.
    pub(super) fn take_in(&mut self, bytes: &[u8], screen: &mut impl Screen) -> anyhow::Result<()> {
        if let Some(link) = &mut self.link {
            link.decoder().push(bytes);
        }
        while !self.is_over() {
            let Some(lines) = self.next_lines(screen)? else {
                break;
            };
            // Before it is shown that somebody has come: then the name can be completed.
            self.tell_company(screen);
            for line in lines {
                self.messages += u64::from(matches!(line, Line::Message(_)));
                screen.show(&line)?;
            }
            if let Some((code, reason)) = self.chat.take_turned_away() {
                bail!(Loss::TurnedAway { code, reason });
            }
            if self.chat.is_limited() && !self.queue.is_paused() && self.queue.pause() {
                screen.show(&Line::Notice(AT_ITS_PACE.to_owned()))?;
            }
        }
        Ok(())
    }

    /// What the next packet means; `None` where there is no whole one.
    fn next_lines(&mut self, screen: &impl Screen) -> anyhow::Result<Option<Vec<Line>>> {
        let Some(link) = &mut self.link else {
            return Ok(None);
        };
        let frame = link.decoder().next_frame();
        let frame = frame.context("the server sent no packet")?;
        frame
            .map(|frame| lines_of(&frame, &mut self.chat, screen.view()))
            .transpose()
    }

    pub(super) fn tell_company(&mut self, screen: &mut impl Screen) {
        if !self.chat.names().eq(&self.company) {
            self.company = self.chat.names().cloned().collect();
            screen.company(&self.company);
        }
    }
}
