//! The end of a worker that has panicked: it answers nothing more, and sees to it that no thread waits for it.

use crossbeam_channel::select;
use net::NetError;

use super::Worker;
use crate::command::Command;
use crate::game::Game;
use crate::item::Item;
use crate::session::Session;

impl<G: Game> Worker<G> {
    /// Ends the server, and every session that is here or still comes, until the server has ended.
    pub(crate) fn bury(&mut self, cause: &str) {
        self.engine.lose_worker();
        let here = self.states.values().map(|state| &state.session);
        let ending = self.ending.iter().map(|state| &state.session);
        let in_hand = self.answered.iter().map(|(session, _)| session);
        let in_order = self.delivery.order.sessions();
        here.chain(ending)
            .chain(in_hand)
            .chain(in_order)
            .for_each(|session| lose(session, cause));
        loop {
            select! {
                recv(self.inbox.items) -> item => match item {
                    Ok(item) => self.bury_item(&item, cause),
                    Err(_) => return,
                },
                recv(self.inbox.commands) -> command => match command {
                    Ok(Command::Stop) | Err(_) => return,
                    Ok(command) => lose_moved(&command, cause),
                },
            }
        }
    }

    fn bury_item(&self, item: &Item, cause: &str) {
        lose(&item.session, cause);
        if item.end.is_some() {
            self.engine.closed();
        }
    }
}

/// One that was on its way here from another worker.
fn lose_moved<E>(command: &Command<E>, cause: &str) {
    if let Command::TakeOver(moved) = command {
        lose(&moved.0.session, cause);
    }
}

fn lose(session: &Session, cause: &str) {
    session.lose(NetError::WorkerPanicked(cause.to_owned()));
}
