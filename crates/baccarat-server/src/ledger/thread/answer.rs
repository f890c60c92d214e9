//! Requests to the thread, and what will be answered to each when the draft is stored.

use std::sync::Arc;
use std::time::Duration;

use super::super::book::Book;
use super::super::draft::Draft;
use super::super::reply::Reply;
use super::super::request::{Numbers, Settlement, Stake, StakeMove, Staked};
use super::super::store::Tables;
use super::super::{Amount, Closed, LedgerError, Refusal, RoundId, StakeRefused, UserId};

/// What is asked of the thread, with the way back.
pub(in super::super) enum Request {
    Balance(UserId, Reply<Amount, Refusal>),
    Stake(Stake, Reply<Staked, StakeRefused>),
    Move(StakeMove, Reply<Staked, StakeRefused>),
    End(RoundEnd),
    Shoe(i32, u64, Reply<(), Refusal>),
    Take(Tables, Reply<TakenTables, Refusal>),
    /// Store what waits, and end; keep trying for so long.
    Stop(Duration),
}

/// The tables that were taken, and how far each has come.
pub(in super::super) type TakenTables = Vec<(i32, Numbers)>;

/// The end of a round, which is tried until it is stored.
pub(in super::super) struct RoundEnd {
    pub(in super::super) ending: Ending,
    pub(in super::super) reply: Reply<Closed, Refusal>,
}

pub(in super::super) enum Ending {
    Settle(Settlement),
    Refund(RoundId),
}

/// A request that has been worked into the draft: what will be answered when the draft is stored.
pub(super) enum Answer {
    Balance(UserId, Reply<Amount, Refusal>, Result<Amount, Refusal>),
    Stake(Stake, Reply<Staked, StakeRefused>, Result<Staked, StakeRefused>),
    Move(
        StakeMove,
        Reply<Staked, StakeRefused>,
        Result<Staked, StakeRefused>,
    ),
    End(RoundEnd, Result<Closed, Refusal>),
    Shoe(i32, u64, Reply<(), Refusal>, Result<(), Refusal>),
}

/// Works a request into the draft. None where there is nothing to answer.
pub(super) fn work(draft: &mut Draft<'_>, request: Request) -> Option<Answer> {
    Some(match request {
        Request::Balance(user, reply) => {
            let outcome = draft.balance(&user);
            Answer::Balance(user, reply, outcome)
        }
        Request::Stake(stake, reply) => {
            let outcome = draft.stake(&stake);
            Answer::Stake(stake, reply, outcome)
        }
        Request::Move(moved, reply) => {
            let outcome = draft.move_stake(&moved);
            Answer::Move(moved, reply, outcome)
        }
        Request::End(end) => {
            let outcome = match &end.ending {
                Ending::Settle(settlement) => draft.settle(settlement),
                Ending::Refund(round) => draft.refund(*round),
            };
            Answer::End(end, outcome)
        }
        Request::Shoe(table, shoe, reply) => Answer::Shoe(table, shoe, reply, draft.begin_shoe(table, shoe)),
        Request::Take(..) | Request::Stop(_) => return None,
    })
}

impl Answer {
    pub(super) fn send(self) {
        match self {
            Self::Balance(_, reply, outcome) => reply.send(outcome),
            Self::Stake(_, reply, outcome) => reply.send(outcome),
            Self::Move(_, reply, outcome) => reply.send(outcome),
            Self::End(end, outcome) => end.reply.send(outcome),
            Self::Shoe(_, _, reply, outcome) => reply.send(outcome),
        }
    }

    /// The request as it was: its draft has come to nothing.
    pub(super) fn again(self) -> Request {
        match self {
            Self::Balance(user, reply, _) => Request::Balance(user, reply),
            Self::Stake(stake, reply, _) => Request::Stake(stake, reply),
            Self::Move(moved, reply, _) => Request::Move(moved, reply),
            Self::End(end, _) => Request::End(end),
            Self::Shoe(table, shoe, reply, _) => Request::Shoe(table, shoe, reply),
        }
    }

    pub(super) fn is_end(&self) -> bool {
        matches!(self, Self::End(..))
    }
}

/// Tells that nothing has happened; gives back the end of a round, which is not told so.
pub(super) fn refuse(request: Request, error: &Arc<LedgerError>, book: &Book) -> Option<RoundEnd> {
    let reason = Refusal::NotStored(Arc::clone(error));
    let refused = |user| StakeRefused {
        balance: book.balance(user),
        reason: reason.clone(),
    };
    match request {
        Request::Balance(_, reply) => reply.send(Err(reason)),
        Request::Stake(stake, reply) => reply.send(Err(refused(&stake.user))),
        Request::Move(moved, reply) => reply.send(Err(refused(&moved.user))),
        Request::Shoe(_, _, reply) => reply.send(Err(reason)),
        Request::Take(_, reply) => reply.send(Err(reason)),
        Request::End(end) => return Some(end),
        Request::Stop(_) => {}
    }
    None
}
