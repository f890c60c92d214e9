//! The first words on a connection, which this client itself has to say: compression, the login, the room.

use super::Conversation;
use crate::account::Secret;
use crate::chat::Settled;
use crate::line::Line;
use crate::request::Request;
use crate::screen::Screen;

impl Conversation {
    /// What is to be asked on a new connection, before its user may ask for something.
    pub(super) fn will_open(&mut self, password: Secret, room: Option<i32>) {
        self.is_open = false;
        let compression = self.options.compress_over.map(|_| Request::Compression);
        let compression = compression.map(|request| vec![request]);
        let login = self.chat.login(password);
        // Whoever cannot come back has no use for a position.
        let sync = (self.recovery.is_possible() && self.chat.may_be_kept()).then_some(Request::Sync);
        let back = room
            .and_then(|room| self.chat.return_to(room))
            .filter(|_| sync.is_some());
        let requests = match back {
            Some(back) => vec![[login].into_iter().chain(sync).chain(back).collect()],
            None => {
                let enter = room.map(|room| Request::Enter { room });
                let one_by_one = [login].into_iter().chain(sync).chain(enter);
                one_by_one.map(|request| vec![request]).collect()
            }
        };
        self.opening = compression.into_iter().chain(requests).collect();
    }

    /// Asks for what comes next, in one write, when the server has answered what came before; then it is the turn of the user.
    pub(super) fn go_on_opening(&mut self, screen: &mut impl Screen) -> anyhow::Result<()> {
        while !self.is_open && self.link.is_some() && !self.chat.is_waiting() && !self.queue.is_paused() {
            match self.opening.pop_front() {
                Some(requests) => {
                    let packets = requests.into_iter().map(|request| self.chat.ask(request));
                    let packets = packets.collect::<Result<Vec<_>, _>>()?;
                    self.send_all(&packets, screen)?;
                }
                None => self.opened(screen)?,
            }
        }
        Ok(())
    }

    fn opened(&mut self, screen: &mut impl Screen) -> anyhow::Result<()> {
        self.is_open = true;
        self.settle(screen)?;
        if self.recovery.opened() {
            for packet in self.chat.asks_again(screen.view()) {
                self.send(&packet, screen)?;
            }
        }
        Ok(())
    }

    /// There will be no other connection on which the room could tell.
    pub(super) fn give_up_what_is_doubtful(&mut self, screen: &mut impl Screen) -> anyhow::Result<()> {
        for words in self.chat.give_up() {
            screen.show(&not_known(&words))?;
        }
        Ok(())
    }

    /// What had no answer on the connection before: the room has told what of it has arrived, or nobody knows.
    fn settle(&mut self, screen: &mut impl Screen) -> anyhow::Result<()> {
        let Settled { again, unknown } = self.chat.take_settled();
        for words in unknown {
            screen.show(&not_known(&words))?;
        }
        let again = again.into_iter().map(|message| Request::Say { message });
        self.queue.say_first(again.collect());
        self.send_waiting(screen)
    }
}

/// What the user is told of a request that may have arrived.
pub(super) fn not_known(words: &str) -> Line {
    Line::Problem(format!("not known whether it has arrived: {words}"))
}
