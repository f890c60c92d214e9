//! The first words on a connection, which this client itself has to say: compression, the login, the room.

use super::Conversation;
use crate::account::Secret;
use crate::request::Request;
use crate::screen::Screen;

impl Conversation {
    /// What is to be asked on a new connection, before its user may ask for something.
    pub(super) fn will_open(&mut self, password: Secret, room: Option<i32>) {
        self.is_open = false;
        let compression = self.options.compress_over.map(|_| Request::Compression);
        let enter = room.map(|room| Request::Enter { room });
        let login = self.chat.login(password);
        self.opening = compression.into_iter().chain([login]).chain(enter).collect();
    }

    /// Asks for what comes next, when the server has answered what came before; then it is the turn of the user.
    pub(super) fn go_on_opening(&mut self, screen: &mut impl Screen) -> anyhow::Result<()> {
        while !self.is_open && self.link.is_some() && !self.chat.is_waiting() && !self.queue.is_paused() {
            match self.opening.pop_front() {
                Some(request) => {
                    let packet = self.chat.ask(request)?;
                    self.send(&packet, screen)?;
                }
                None => self.opened(screen)?,
            }
        }
        Ok(())
    }

    fn opened(&mut self, screen: &mut impl Screen) -> anyhow::Result<()> {
        self.is_open = true;
        if self.recovery.opened() {
            for packet in self.chat.asks_again(screen.view()) {
                self.send(&packet, screen)?;
            }
        }
        Ok(())
    }
}
