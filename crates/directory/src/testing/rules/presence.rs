//! The rules of presence: where a user is logged in.

use crate::presence::{LogIn, Presence};
use crate::testing::world::{World, at, race};

/// Until that session is replaced.
pub fn a_user_is_in_one_place(world: &World) {
    let [here, there] = [(); 2].map(|()| world.server());
    let (first, second, third) = (at(&here, 1), at(&there, 1), at(&here, 2));
    assert_eq!(world.find("alice"), None);
    assert_eq!(log_in(world, &first, None), LogIn::Done);
    assert_eq!(log_in(world, &second, None), LogIn::Held(first.clone()));
    assert_eq!(world.find("alice"), Some(first.clone()));
    assert_eq!(log_in(world, &second, Some(&first)), LogIn::Done);
    assert_eq!(world.find("alice"), Some(second.clone()));
    // Somebody else was faster.
    assert_eq!(log_in(world, &third, Some(&first)), LogIn::Held(second.clone()));
    assert_eq!(world.find("alice"), Some(second));
    assert_eq!(world.find("bob"), None);
}

/// And all others are told who.
pub fn of_racing_logins_one_is_in(world: &World) {
    let owner = world.server();
    let directory = &world.directory;
    let outcomes = race(8, |session| {
        let outcome = directory.log_in("alice", &at(&owner, session), None);
        (session, outcome.expect("a directory that answers"))
    });
    let winner = world.find("alice").expect("one of them");
    for (session, outcome) in outcomes {
        let expected = match session == winner.session {
            true => LogIn::Done,
            false => LogIn::Held(winner.clone()),
        };
        assert_eq!(outcome, expected, "session {session}");
    }
}

/// Of those that replace the same session.
pub fn of_racing_replacements_one_is_in(world: &World) {
    let owner = world.server();
    let older = at(&owner, 100);
    assert_eq!(log_in(world, &older, None), LogIn::Done);
    let directory = &world.directory;
    let outcomes = race(8, |session| {
        let outcome = directory.log_in("alice", &at(&owner, session), Some(&older));
        outcome.expect("a directory that answers")
    });
    let winners = outcomes.iter().filter(|outcome| **outcome == LogIn::Done);
    assert_eq!(winners.count(), 1, "{outcomes:?}");
}

/// At once: nobody sweeps.
pub fn presence_ends_with_the_lease(world: &World) {
    let owner = world.server();
    let (older, newer) = (at(&owner, 1), at(&world.server(), 1));
    assert_eq!(log_in(world, &older, None), LogIn::Done);
    // The second server goes on, the first does not.
    world.pass_thirds(2);
    assert!(
        world
            .directory
            .renew(&newer.owner, crate::Load::default(), world.lease)
            .expect("an answer")
    );
    world.pass_thirds(2);
    assert_eq!(world.find("alice"), None);
    let next = world.server();
    assert_eq!(next.slot, owner.slot);
    assert_eq!(world.find("alice"), None, "another generation is another server");
    assert_eq!(log_in(world, &newer, None), LogIn::Done);
    assert_eq!(world.find("alice"), Some(newer));
}

/// Which gives its slot back.
pub fn presence_ends_with_its_server(world: &World) {
    let owner = world.server();
    assert_eq!(log_in(world, &at(&owner, 1), None), LogIn::Done);
    world.directory.release(&owner).expect("an answer");
    assert_eq!(world.find("alice"), None);
}

/// The session has been replaced meanwhile: compare and delete.
pub fn a_late_end_of_a_session_harms_nobody(world: &World) {
    let [here, there] = [(); 2].map(|()| world.server());
    let (older, newer) = (at(&here, 1), at(&there, 1));
    assert_eq!(log_in(world, &older, None), LogIn::Done);
    assert_eq!(log_in(world, &newer, Some(&older)), LogIn::Done);
    for late in [&older, &at(&there, 2)] {
        log_out(world, late);
        assert_eq!(world.find("alice").as_ref(), Some(&newer));
    }
    log_out(world, &newer);
    assert_eq!(world.find("alice"), None);
    log_out(world, &newer);
}

/// Whoever has not heard the answer says it again.
pub fn a_login_that_is_said_twice_is_one(world: &World) {
    let presence = at(&world.server(), 1);
    for _ in 0..2 {
        assert_eq!(log_in(world, &presence, None), LogIn::Done);
    }
    log_out(world, &presence);
    assert_eq!(world.find("alice"), None);
}

/// Nobody would find the user there.
pub fn a_server_without_a_lease_logs_nobody_in(world: &World) {
    let late = world.server();
    world.pass_a_lease();
    assert_eq!(log_in(world, &at(&late, 1), None), LogIn::NoLease);
    let owner = world.server();
    assert_eq!(log_in(world, &at(&owner, 1), None), LogIn::Done);
    assert_eq!(log_in(world, &at(&late, 1), Some(&at(&owner, 1))), LogIn::NoLease);
    assert_eq!(world.find("alice"), Some(at(&owner, 1)));
}

fn log_in(world: &World, presence: &Presence, replaced: Option<&Presence>) -> LogIn {
    let outcome = world.directory.log_in("alice", presence, replaced);
    outcome.expect("a directory that answers")
}

fn log_out(world: &World, presence: &Presence) {
    let outcome = world.directory.log_out("alice", presence);
    outcome.expect("a directory that answers");
}
