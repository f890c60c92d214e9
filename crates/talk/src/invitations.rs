//! The table of open invitations: who has invited whom, and has no answer yet.

use std::collections::{HashMap, VecDeque};

use parking_lot::Mutex;

/// Open invitations of one user. With one more, the oldest is forgotten: nobody can fill the memory with
/// invitations that are never answered.
const MOST_OF_ONE: usize = 100;

/// Open invitations, by the numbers of the sessions. A number is never used twice, so an invitation of
/// somebody who has gone can hit nobody else. The lock is held for one change, which looks only at the
/// invitations of one user.
///
/// An invitation to somebody who goes at that moment may be noted after they were forgotten. It harms nobody,
/// and ends with its inviter.
#[derive(Debug, Default)]
pub(crate) struct Invitations {
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    /// The invited; by whom, and to which room.
    to: HashMap<u64, HashMap<u64, i32>>,
    /// The inviters; whom, the oldest invitation first.
    of: HashMap<u64, VecDeque<u64>>,
}

impl Invitations {
    /// An invitation is out. Of several to the same user, the last counts.
    pub(crate) fn invite(&self, inviter: u64, invited: u64, room: i32) {
        self.open.lock().add(inviter, invited, room);
    }

    /// An invitation is declined. False where there is none.
    pub(crate) fn decline(&self, invited: u64, inviter: u64) -> bool {
        self.open.lock().remove(inviter, invited)
    }

    /// Somebody enters a room, which accepts all invitations to it.
    pub(crate) fn accept(&self, invited: u64, room: i32) {
        let mut open = self.open.lock();
        let Some(inviters) = open.to.get(&invited) else {
            return;
        };
        let of_room = inviters.iter().filter(|(_, to)| **to == room);
        let accepted: Vec<_> = of_room.map(|(inviter, _)| *inviter).collect();
        for inviter in accepted {
            open.remove(inviter, invited);
        }
    }

    /// Somebody has gone: whoever was invited by them, and by whom they were.
    pub(crate) fn forget(&self, session: u64) {
        let mut open = self.open.lock();
        for (inviter, _) in open.to.remove(&session).into_iter().flatten() {
            open.remove_of(inviter, session);
        }
        for invited in open.of.remove(&session).into_iter().flatten() {
            open.remove_to(invited, session);
        }
    }
}

/// Both tables say the same: each invitation is in both.
impl Open {
    fn add(&mut self, inviter: u64, invited: u64, room: i32) {
        self.remove(inviter, invited);
        self.to.entry(invited).or_default().insert(inviter, room);
        let of = self.of.entry(inviter).or_default();
        of.push_back(invited);
        if of.len() > MOST_OF_ONE
            && let Some(oldest) = of.pop_front()
        {
            self.remove_to(oldest, inviter);
        }
    }

    fn remove(&mut self, inviter: u64, invited: u64) -> bool {
        self.remove_of(inviter, invited);
        self.remove_to(invited, inviter)
    }

    fn remove_to(&mut self, invited: u64, inviter: u64) -> bool {
        let Some(inviters) = self.to.get_mut(&invited) else {
            return false;
        };
        let was_open = inviters.remove(&inviter).is_some();
        if inviters.is_empty() {
            self.to.remove(&invited);
        }
        was_open
    }

    fn remove_of(&mut self, inviter: u64, invited: u64) {
        let Some(of) = self.of.get_mut(&inviter) else {
            return;
        };
        of.retain(|one| *one != invited);
        if of.is_empty() {
            self.of.remove(&inviter);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: u64 = 1;
    const BOB: u64 = 2;
    const CAROL: u64 = 3;

    #[test]
    fn an_invitation_is_declined_once() {
        let invitations = Invitations::default();
        assert!(!invitations.decline(BOB, ALICE));
        invitations.invite(ALICE, BOB, 1);
        invitations.invite(ALICE, BOB, 1);
        assert!(!invitations.decline(ALICE, BOB), "the other way round");
        assert!(invitations.decline(BOB, ALICE));
        assert!(!invitations.decline(BOB, ALICE));
    }

    #[test]
    fn whoever_enters_has_accepted_all_invitations_to_that_room() {
        let invitations = Invitations::default();
        invitations.invite(ALICE, BOB, 1);
        invitations.invite(CAROL, BOB, 2);
        invitations.accept(BOB, 1);
        assert!(!invitations.decline(BOB, ALICE));
        assert!(invitations.decline(BOB, CAROL), "to another room");
        invitations.accept(BOB, 2);
    }

    #[test]
    fn who_has_gone_is_invited_by_nobody_and_has_invited_nobody() {
        let invitations = Invitations::default();
        invitations.invite(ALICE, BOB, 1);
        invitations.invite(CAROL, BOB, 1);
        invitations.invite(BOB, CAROL, 2);
        invitations.forget(ALICE);
        assert!(!invitations.decline(BOB, ALICE));
        assert!(invitations.decline(BOB, CAROL));
        invitations.forget(CAROL);
        let open = invitations.open.lock();
        assert!(open.to.is_empty() && open.of.is_empty());
    }

    #[test]
    fn nothing_is_left_of_what_is_answered() {
        let invitations = Invitations::default();
        invitations.invite(ALICE, BOB, 1);
        invitations.invite(CAROL, BOB, 1);
        invitations.invite(BOB, CAROL, 2);
        invitations.accept(BOB, 1);
        assert!(invitations.decline(CAROL, BOB));
        let open = invitations.open.lock();
        assert!(open.to.is_empty() && open.of.is_empty());
    }

    #[test]
    fn the_oldest_of_too_many_is_forgotten() {
        let invitations = Invitations::default();
        let last = BOB + MOST_OF_ONE as u64;
        for invited in BOB..last {
            invitations.invite(ALICE, invited, 1);
        }
        // Once more: now the second is the oldest.
        invitations.invite(ALICE, BOB, 2);
        invitations.invite(ALICE, last, 1);
        assert!(!invitations.decline(CAROL, ALICE));
        let open = (BOB..=last).filter(|invited| invitations.decline(*invited, ALICE));
        assert_eq!(open.count(), MOST_OF_ONE);
        let open = invitations.open.lock();
        assert!(open.to.is_empty() && open.of.is_empty());
    }
}
