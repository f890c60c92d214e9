//! Who has invited whom, and is not answered yet.

use std::collections::HashMap;

use parking_lot::Mutex;

/// Open invitations, by the numbers of the sessions. A number is never used twice, so an invitation of
/// somebody who has gone can hit nobody else. The lock is held for one look-up or one change.
#[derive(Debug, Default)]
pub(crate) struct Invitations {
    /// The invited; by whom, and to which room.
    open: Mutex<HashMap<u64, HashMap<u64, i32>>>,
}

impl Invitations {
    /// An invitation is out. Of several to the same user, the last counts.
    pub(crate) fn invite(&self, inviter: u64, invited: u64, room: i32) {
        self.open.lock().entry(invited).or_default().insert(inviter, room);
    }

    /// An invitation is declined. False where there is none.
    pub(crate) fn decline(&self, invited: u64, inviter: u64) -> bool {
        let mut open = self.open.lock();
        let Some(inviters) = open.get_mut(&invited) else {
            return false;
        };
        let was_open = inviters.remove(&inviter).is_some();
        if inviters.is_empty() {
            open.remove(&invited);
        }
        was_open
    }

    /// Somebody enters a room, which accepts all invitations to it.
    pub(crate) fn accept(&self, invited: u64, room: i32) {
        let mut open = self.open.lock();
        let Some(inviters) = open.get_mut(&invited) else {
            return;
        };
        inviters.retain(|_, to| *to != room);
        if inviters.is_empty() {
            open.remove(&invited);
        }
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
        assert!(invitations.open.lock().is_empty());
    }
}
