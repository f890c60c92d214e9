//! What a worker does with an item: answers its packets one after the other, as far as they are its own.

use std::sync::Arc;

use net::NetError;
use protocol::ErrorCode;
use protocol::message::ErrorNtf;

use super::{Next, Worker, guard};
use crate::command::Command;
use crate::game::Game;
use crate::item::Item;
use crate::session::Session;
use crate::state::State;

impl<G: Game> Worker<G> {
    /// The session that the worker deals with from now on.
    pub(super) fn take_in_hand(&mut self, session: &Arc<Session>) {
        self.answered.push((Arc::clone(session), 0));
    }

    pub(super) fn take(&mut self, item: Item) {
        self.take_in_hand(&item.session);
        let id = item.session.id();
        let mut state = self.states.remove(&id).unwrap_or_else(|| {
            Box::new(State::new(
                Arc::clone(&item.session),
                self.engine.config.limits.rate_limit,
                item.read_at,
            ))
        });
        if state.is_parked() {
            state.wait(item);
            self.states.insert(id, state);
        } else {
            self.go_on(state, item, false);
        }
    }

    // ANCHOR: go_on
    /// Answers the packets of an item that are left, as far as they are this worker's, and then what has waited behind
    /// it. Where the session has moved here, its first packet has passed the rate limit already.
    pub(super) fn go_on(&mut self, state: Box<State>, item: Item, has_moved: bool) {
        let state = self.answer_item(state, item, has_moved);
        self.go_on_with_waiting(state);
    }

    /// Gives the state back where the session stays here.
    pub(super) fn answer_item(
        &mut self,
        mut state: Box<State>,
        mut item: Item,
        has_moved: bool,
    ) -> Option<Box<State>> {
        let next = guard(|| self.answer(&mut state, &mut item, has_moved)).unwrap_or_else(|cause| {
            state.session.cut(NetError::Panicked(cause));
            Next::Packet
        });
        // Where a panic came between the wish and its fulfilment.
        self.take_leave(Some(&mut state));
        if let Next::Worker(worker) = next {
            self.move_to(worker, state, item);
            return None;
        }
        if state.is_parked() {
            state.wait_first(item);
            return Some(state);
        }
        if let Some((_, bytes)) = self.answered.last_mut() {
            *bytes += item.packets.size();
        }
        match item.end {
            Some(end) => {
                self.end(state, end);
                None
            }
            None => Some(state),
        }
    }
    // ANCHOR_END: go_on

    /// What it has been sent here comes before what it is sent there.
    fn move_to(&mut self, worker: usize, state: Box<State>, item: Item) {
        let (session, engine) = (Arc::clone(&state.session), Arc::clone(&self.engine));
        let moved = Box::new((state, item));
        self.delivery.in_order(&session, move |_| {
            engine.command(worker, Command::TakeOver(moved));
        });
    }

    fn answer(&mut self, state: &mut State, item: &mut Item, mut admitted: bool) -> Next {
        let mut done = 0;
        for frame in item.packets.rest() {
            if state.session.has_ended() {
                break;
            }
            let next = if admitted || self.admit(state, &frame, item.read_at) {
                let next = self.dispatch(state, frame);
                self.take_leave(Some(state));
                next
            } else {
                Next::Packet
            };
            admitted = false;
            if let Next::Worker(worker) = next {
                item.packets.advance(done);
                return Next::Worker(worker);
            }
            done += frame.bytes.len();
            if state.is_parked() {
                item.packets.advance(done);
                break;
            }
        }
        Next::Packet
    }

    /// Sends an `ERROR_NTF`.
    pub(crate) fn notify(&mut self, state: &State, error: ErrorCode) {
        // A packet of one number can always be built.
        let _ = self.delivery.send(&state.session, &ErrorNtf { error });
    }
}
