//! The table of open invitations: who has invited whom, and has no answer yet.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;

/// Open invitations of one user. With one more, the oldest is forgotten: nobody can fill the memory with
/// invitations that are never answered.
const MOST_OF_ONE: usize = 100;

/// Open invitations. Sessions stand for the users of this server: a number is never used twice, so an invitation of
/// somebody who has gone can hit nobody else. Users of other servers stand by their names. The lock is held for one
/// change, which looks only at the invitations of one user.
///
/// An invitation to somebody who goes at that moment may be noted after they were forgotten. It harms nobody,
/// and ends with its inviter.
#[derive(Debug, Default)]
pub(crate) struct Invitations {
    open: Mutex<Open>,
}

/// Who is invited.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Invited {
    /// The session of a user of this server.
    Here(u64),
    /// A user of another server. Nobody tells when that one goes; the invitation ends with its inviter.
    Afar(Arc<str>),
}

#[derive(Debug, Default)]
struct Open {
    /// The invited; by whom, and to which room.
    to: HashMap<Invited, HashMap<u64, i32>>,
    /// The inviters; whom.
    of: HashMap<u64, Inviter>,
}

#[derive(Debug)]
struct Inviter {
    user_id: Arc<str>,
    /// The oldest invitation first.
    invited: VecDeque<Invited>,
}

impl Invitations {
    /// An invitation is out. Of several to the same user, the last counts.
    pub(crate) fn invite(&self, inviter: (u64, &str), invited: Invited, room: i32) {
        self.open.lock().add(inviter, invited, room);
    }

    /// An invitation is declined by a user who is here, and may have been on another server when it came. False where
    /// there is none.
    pub(crate) fn decline(&self, invited: (u64, &str), inviter: u64) -> bool {
        let mut open = self.open.lock();
        let mut was_open = false;
        for invited in names_of(invited) {
            was_open |= open.remove(inviter, &invited);
        }
        was_open
    }

    /// An invitation is declined by a user of another server. False where there is none.
    pub(crate) fn decline_from_afar(&self, invited: &str, inviter: &str) -> bool {
        let mut open = self.open.lock();
        let invited = Invited::Afar(invited.into());
        let inviters: Vec<_> = open
            .inviters_of(&invited)
            .filter(|(session, _)| open.of.get(session).is_some_and(|of| *of.user_id == *inviter))
            .collect();
        for (session, _) in &inviters {
            open.remove(*session, &invited);
        }
        !inviters.is_empty()
    }

    /// An invitation to another server has not arrived there.
    pub(crate) fn withdraw(&self, inviter: u64, invited: &str) {
        self.open.lock().remove(inviter, &Invited::Afar(invited.into()));
    }

    /// Somebody enters a room, which accepts all invitations to it.
    pub(crate) fn accept(&self, invited: (u64, &str), room: i32) {
        let mut open = self.open.lock();
        for invited in names_of(invited) {
            let of_room = open.inviters_of(&invited).filter(|(_, to)| *to == room);
            let accepted: Vec<_> = of_room.map(|(inviter, _)| inviter).collect();
            for inviter in accepted {
                open.remove(inviter, &invited);
            }
        }
    }

    /// Somebody has gone: whoever was invited by them, and by whom they were.
    pub(crate) fn forget(&self, session: u64) {
        let mut open = self.open.lock();
        let here = Invited::Here(session);
        for (inviter, _) in open.to.remove(&here).into_iter().flatten() {
            open.remove_of(inviter, &here);
        }
        let of = open.of.remove(&session);
        for invited in of.into_iter().flat_map(|of| of.invited) {
            open.remove_to(&invited, session);
        }
    }
}

/// A user who is here may have been invited here, or on another server before.
fn names_of((session, user_id): (u64, &str)) -> [Invited; 2] {
    [Invited::Here(session), Invited::Afar(user_id.into())]
}

/// Both tables say the same: each invitation is in both.
impl Open {
    fn add(&mut self, (inviter, user_id): (u64, &str), invited: Invited, room: i32) {
        self.remove(inviter, &invited);
        self.to.entry(invited.clone()).or_default().insert(inviter, room);
        let of = self.of.entry(inviter).or_insert_with(|| Inviter {
            user_id: user_id.into(),
            invited: VecDeque::new(),
        });
        of.invited.push_back(invited);
        if of.invited.len() > MOST_OF_ONE
            && let Some(oldest) = of.invited.pop_front()
        {
            self.remove_to(&oldest, inviter);
        }
    }

    fn inviters_of(&self, invited: &Invited) -> impl Iterator<Item = (u64, i32)> {
        let inviters = self.to.get(invited).into_iter().flatten();
        inviters.map(|(inviter, room)| (*inviter, *room))
    }

    fn remove(&mut self, inviter: u64, invited: &Invited) -> bool {
        self.remove_of(inviter, invited);
        self.remove_to(invited, inviter)
    }

    fn remove_to(&mut self, invited: &Invited, inviter: u64) -> bool {
        let Some(inviters) = self.to.get_mut(invited) else {
            return false;
        };
        let was_open = inviters.remove(&inviter).is_some();
        if inviters.is_empty() {
            self.to.remove(invited);
        }
        was_open
    }

    fn remove_of(&mut self, inviter: u64, invited: &Invited) {
        let Some(of) = self.of.get_mut(&inviter) else {
            return;
        };
        of.invited.retain(|one| one != invited);
        if of.invited.is_empty() {
            self.of.remove(&inviter);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: (u64, &str) = (1, "alice");
    const BOB: (u64, &str) = (2, "bob");
    const CAROL: (u64, &str) = (3, "carol");

    /// Of users who are all here.
    impl Invitations {
        fn invites(&self, inviter: (u64, &str), invited: (u64, &str), room: i32) {
            self.invite(inviter, Invited::Here(invited.0), room);
        }

        fn invites_afar(&self, inviter: (u64, &str), invited: &str, room: i32) {
            self.invite(inviter, Invited::Afar(invited.into()), room);
        }

        fn declines(&self, invited: (u64, &str), inviter: (u64, &str)) -> bool {
            self.decline(invited, inviter.0)
        }

        fn is_empty(&self) -> bool {
            let open = self.open.lock();
            open.to.is_empty() && open.of.is_empty()
        }
    }

    #[test]
    fn an_invitation_is_declined_once() {
        let invitations = Invitations::default();
        assert!(!invitations.declines(BOB, ALICE));
        invitations.invites(ALICE, BOB, 1);
        invitations.invites(ALICE, BOB, 1);
        assert!(!invitations.declines(ALICE, BOB), "the other way round");
        assert!(invitations.declines(BOB, ALICE));
        assert!(!invitations.declines(BOB, ALICE));
    }

    #[test]
    fn whoever_enters_has_accepted_all_invitations_to_that_room() {
        let invitations = Invitations::default();
        invitations.invites(ALICE, BOB, 1);
        invitations.invites(CAROL, BOB, 2);
        invitations.accept(BOB, 1);
        assert!(!invitations.declines(BOB, ALICE));
        assert!(invitations.declines(BOB, CAROL), "to another room");
        invitations.accept(BOB, 2);
    }

    #[test]
    fn who_has_gone_is_invited_by_nobody_and_has_invited_nobody() {
        let invitations = Invitations::default();
        invitations.invites(ALICE, BOB, 1);
        invitations.invites(CAROL, BOB, 1);
        invitations.invites(BOB, CAROL, 2);
        invitations.forget(ALICE.0);
        assert!(!invitations.declines(BOB, ALICE));
        assert!(invitations.declines(BOB, CAROL));
        invitations.forget(CAROL.0);
        assert!(invitations.is_empty());
    }

    #[test]
    fn nothing_is_left_of_what_is_answered() {
        let invitations = Invitations::default();
        invitations.invites(ALICE, BOB, 1);
        invitations.invites(CAROL, BOB, 1);
        invitations.invites(BOB, CAROL, 2);
        invitations.accept(BOB, 1);
        assert!(invitations.declines(CAROL, BOB));
        assert!(invitations.is_empty());
    }

    #[test]
    fn the_oldest_of_too_many_is_forgotten() {
        let invitations = Invitations::default();
        let last = BOB.0 + MOST_OF_ONE as u64;
        for invited in BOB.0..last {
            invitations.invites(ALICE, (invited, ""), 1);
        }
        // Once more: now the second is the oldest.
        invitations.invites(ALICE, BOB, 2);
        invitations.invites(ALICE, (last, ""), 1);
        assert!(!invitations.declines(CAROL, ALICE));
        let open = (BOB.0..=last).filter(|invited| invitations.declines((*invited, ""), ALICE));
        assert_eq!(open.count(), MOST_OF_ONE);
        assert!(invitations.is_empty());
    }

    #[test]
    fn who_is_on_another_server_is_known_by_name() {
        let invitations = Invitations::default();
        invitations.invites_afar(ALICE, "bob", 1);
        assert!(!invitations.decline_from_afar("bob", "carol"));
        assert!(!invitations.decline_from_afar("carol", "alice"));
        assert!(invitations.decline_from_afar("bob", "alice"));
        assert!(!invitations.decline_from_afar("bob", "alice"));
        invitations.invites_afar(ALICE, "bob", 1);
        invitations.withdraw(ALICE.0, "bob");
        assert!(invitations.is_empty());
    }

    #[test]
    fn who_comes_from_another_server_brings_the_invitation_along() {
        let invitations = Invitations::default();
        for here_too in [false, true] {
            for accepts in [false, true] {
                invitations.invites_afar(ALICE, "bob", 1);
                if here_too {
                    invitations.invites(ALICE, BOB, 1);
                }
                match accepts {
                    true => invitations.accept(BOB, 1),
                    false => assert!(invitations.declines(BOB, ALICE)),
                }
                assert!(invitations.is_empty());
            }
        }
    }

    #[test]
    fn the_end_of_a_session_ends_no_invitation_of_the_next_one() {
        let invitations = Invitations::default();
        let again = (9, "alice");
        invitations.invites_afar(ALICE, "bob", 1);
        invitations.invites_afar(again, "bob", 2);
        invitations.forget(ALICE.0);
        assert!(invitations.decline_from_afar("bob", "alice"));
        invitations.invites_afar(again, "bob", 2);
        invitations.forget(again.0);
        assert!(invitations.is_empty());
    }

    #[test]
    fn the_oldest_of_too_many_is_forgotten_also_elsewhere() {
        let invitations = Invitations::default();
        for number in 0..=MOST_OF_ONE {
            invitations.invites_afar(ALICE, &number.to_string(), 1);
        }
        let open =
            (0..=MOST_OF_ONE).filter(|number| invitations.decline_from_afar(&number.to_string(), "alice"));
        assert_eq!(open.collect::<Vec<_>>(), (1..=MOST_OF_ONE).collect::<Vec<_>>());
        assert!(invitations.is_empty());
    }
}
