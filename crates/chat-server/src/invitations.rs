//! Who has invited whom, and is not answered yet.

use std::collections::{HashMap, HashSet};

use parking_lot::Mutex;

/// Open invitations, by the numbers of the sessions. A number is never used twice, so an invitation of
/// somebody who has gone can hit nobody else. The lock is held for one look-up or one change.
#[derive(Debug, Default)]
pub(crate) struct Invitations {
    /// The invited, and by whom.
    open: Mutex<HashMap<u64, HashSet<u64>>>,
}

impl Invitations {
    /// An invitation is out. A second one to the same user is the same.
    pub(crate) fn invite(&self, inviter: u64, invited: u64) {
        self.open.lock().entry(invited).or_default().insert(inviter);
    }

    /// An invitation is answered. False where there is none.
    pub(crate) fn answer(&self, invited: u64, inviter: u64) -> bool {
        let mut open = self.open.lock();
        let Some(inviters) = open.get_mut(&invited) else {
            return false;
        };
        let was_open = inviters.remove(&inviter);
        if inviters.is_empty() {
            open.remove(&invited);
        }
        was_open
    }

    /// Somebody has gone: whoever was invited by them, and by whom they were.
    pub(crate) fn forget(&self, session: u64) {
        let mut open = self.open.lock();
        open.remove(&session);
        open.retain(|_, inviters| {
            inviters.remove(&session);
            !inviters.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: u64 = 1;
    const BOB: u64 = 2;
    const CAROL: u64 = 3;

    #[test]
    fn an_invitation_is_answered_once() {
        let invitations = Invitations::default();
        assert!(!invitations.answer(BOB, ALICE));
        invitations.invite(ALICE, BOB);
        invitations.invite(ALICE, BOB);
        assert!(!invitations.answer(ALICE, BOB), "the other way round");
        assert!(invitations.answer(BOB, ALICE));
        assert!(!invitations.answer(BOB, ALICE));
    }

    #[test]
    fn who_has_gone_is_invited_by_nobody_and_has_invited_nobody() {
        let invitations = Invitations::default();
        invitations.invite(ALICE, BOB);
        invitations.invite(CAROL, BOB);
        invitations.invite(BOB, CAROL);
        invitations.forget(ALICE);
        assert!(!invitations.answer(BOB, ALICE));
        assert!(invitations.answer(BOB, CAROL));
        invitations.forget(CAROL);
        assert!(invitations.open.lock().is_empty());
    }
}
