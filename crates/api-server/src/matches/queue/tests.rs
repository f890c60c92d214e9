//! The queue by plain calls, with a time that the test makes. Thousands of orders of everything are in `seeds`.

mod seeds;

use directory::{GameName, Owner};

use super::*;
use crate::matches::party::{Roll, Seats, Table};
use crate::matches::ticket::Phase;
use crate::messages::Assigned;

const ENTRY: Duration = Duration::from_secs(15);

/// A queue and its time.
struct World {
    queue: Queue,
    now: Instant,
}

fn kind(size: usize) -> Kind {
    let game = GameName::new("baccarat");
    Kind { game, size }
}

/// A ticket has the name of its user here.
fn id(user: &str) -> MatchId {
    MatchId::of(user)
}

fn seats(users: &[&str]) -> Seats {
    let owner = Owner {
        game: GameName::new("baccarat"),
        slot: 0,
        generation: 1,
    };
    let assigned = |_: &&str| Assigned {
        game: "baccarat".to_owned(),
        address: "127.0.0.1:11031".to_owned(),
        web: None,
        room: 7,
        ticket: "0123456789abcdef".to_owned(),
        expires_in: 30,
    };
    Seats {
        table: Table { owner, room: 7 },
        assigned: users.iter().map(assigned).collect(),
        worth: Duration::from_secs(30),
    }
}

impl World {
    fn new() -> Self {
        Self {
            queue: Queue::new(ENTRY),
            now: Instant::now(),
        }
    }

    fn join(&mut self, user: &str, size: usize, rating: u64) {
        let wish = Wish {
            user: user.to_owned(),
            kind: kind(size),
            rating,
        };
        self.queue.join(id(user), wish, self.now).expect("a new user");
    }

    fn pass(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
        self.queue.pass(self.now);
    }

    fn phase(&mut self, user: &str) -> Option<Phase> {
        let view = self.queue.look(&id(user), user, self.now, Duration::ZERO);
        view.map(|view| view.phase)
    }

    /// The only errand, which is one for seats.
    #[track_caller]
    fn asked(&mut self) -> (u64, Vec<String>) {
        let errands = self.queue.take_errands();
        let [Errand::Reserve { party, users, .. }] = &*errands else {
            panic!("expected a wish for seats, got {errands:?}");
        };
        (*party, users.clone())
    }

    /// These are the next for whom seats are asked, and they get them.
    #[track_caller]
    fn expect_match(&mut self, expected: &[&str]) -> u64 {
        let (party, users) = self.asked();
        assert_eq!(users, expected);
        self.queue.reserved(party, Some(seats(expected)), self.now);
        party
    }

    #[track_caller]
    fn expect(&mut self, users: &[&str], phase: Phase) {
        for user in users {
            assert_eq!(self.phase(user), Some(phase), "{user}");
        }
    }

    /// The roll is called for this party, and these have come.
    #[track_caller]
    fn call_roll(&mut self, party: u64, roll: &Roll) {
        let errands = self.queue.take_errands();
        assert!(
            matches!(&*errands, [Errand::CallRoll { party: called, .. }] if *called == party),
            "{errands:?}"
        );
        self.queue.roll_called(party, roll, self.now);
    }
}

#[test]
fn two_who_fit_are_matched_and_the_match_stands_when_both_have_come() {
    let mut world = World::new();
    world.join("alice", 2, 1_000);
    world.join("bob", 2, 1_050);
    world.expect(&["alice", "bob"], Phase::Waiting);
    let party = world.expect_match(&["alice", "bob"]);
    world.expect(&["alice", "bob"], Phase::Matched);
    world.pass(14);
    assert_eq!(world.queue.take_errands(), []);
    world.pass(1);
    world.call_roll(party, &Roll::Came(vec![true, true]));
    world.expect(&["alice", "bob"], Phase::Settled);
    // It is known for a minute, and a new wish is free.
    assert!(matches!(
        world.queue.cancel(&id("bob"), "bob", world.now),
        Cancelled::TooLate(_)
    ));
    let view = world
        .queue
        .look(&id("bob"), "bob", world.now, Duration::ZERO)
        .unwrap();
    let (assigned, members) = view.seat.expect("a seat");
    assert_eq!(
        (assigned.expires_in, &*members),
        (15, &["alice".to_owned(), "bob".to_owned()][..])
    );
    world.pass(60);
    assert_eq!(world.phase("alice"), None);
    assert!(world.queue.is_empty());
}

#[test]
fn ratings_that_are_apart_come_together_with_time_and_kinds_never() {
    let mut world = World::new();
    world.join("alice", 2, 1_000);
    world.pass(5);
    world.join("bob", 2, 1_150);
    world.join("carol", 3, 1_000);
    for _ in 0..2 {
        assert_eq!(world.queue.take_errands(), []);
        world.pass(5);
    }
    world.expect_match(&["alice", "bob"]);
    world.expect(&["carol"], Phase::Waiting);
}

#[test]
fn who_has_come_is_in_front_again_and_who_has_not_is_out() {
    let mut world = World::new();
    for user in ["alice", "bob", "carol"] {
        world.join(user, 3, 1_000);
    }
    let party = world.expect_match(&["alice", "bob", "carol"]);
    world.pass(1);
    world.join("dave", 3, 1_000);
    world.join("erin", 3, 1_000);
    world.pass(14);
    world.call_roll(party, &Roll::Came(vec![true, false, true]));
    world.expect(&["bob"], Phase::Failed(Reason::NoShow));
    world.expect(&["alice", "carol", "dave", "erin"], Phase::Waiting);
    world.expect_match(&["alice", "carol", "dave"]);
    // Bob may ask anew.
    assert_eq!(world.queue.tally().no_show, 1);
    let wish = world.queue.tickets[&id("bob")].wish.clone();
    assert_eq!(world.queue.join(id("bob again"), wish, world.now), Ok(()));
}

#[test]
fn who_comes_back_is_in_front_of_those_who_came_before() {
    let mut world = World::new();
    world.join("erin", 2, 1_080);
    world.join("bob", 2, 1_000);
    world.join("carol", 2, 1_000);
    let party = world.expect_match(&["bob", "carol"]);
    world.pass(15);
    world.call_roll(party, &Roll::Came(vec![true, false]));
    world.expect_match(&["bob", "erin"]);
}

#[test]
fn nobody_is_out_because_a_server_is_gone_or_silent() {
    let mut world = World::new();
    world.join("alice", 2, 1_000);
    world.join("bob", 2, 1_000);
    let party = world.expect_match(&["alice", "bob"]);
    world.pass(15);
    world.call_roll(party, &Roll::Unknown);
    world.expect(&["alice", "bob"], Phase::Matched);
    world.pass(1);
    world.call_roll(party, &Roll::Gone);
    world.expect(&["alice", "bob"], Phase::Waiting);
    let party = world.expect_match(&["alice", "bob"]);
    world.pass(15);
    for _ in 0..36 {
        world.call_roll(party, &Roll::Unknown);
        world.pass(1);
    }
    // Nobody will ever know.
    world.expect(&["alice", "bob"], Phase::Settled);
}

#[test]
fn without_seats_all_wait_on_in_their_order_and_nobody_is_asked_at_once() {
    let mut world = World::new();
    for user in ["alice", "bob", "carol"] {
        world.join(user, 2, 1_000);
    }
    let (party, _) = world.asked();
    world.queue.reserved(party, None, world.now);
    world.expect(&["alice", "bob"], Phase::Waiting);
    assert_eq!(world.queue.take_errands(), []);
    world.pass(1);
    world.expect_match(&["alice", "bob"]);
}

#[test]
fn one_who_cancels_while_seats_are_asked_for_is_out_and_the_others_wait_on() {
    let mut world = World::new();
    world.join("alice", 2, 1_000);
    world.join("bob", 2, 1_000);
    let (party, _) = world.asked();
    assert!(matches!(
        world.queue.cancel(&id("bob"), "eve", world.now),
        Cancelled::Unknown
    ));
    assert!(matches!(
        world.queue.cancel(&id("bob"), "bob", world.now),
        Cancelled::Done
    ));
    world
        .queue
        .reserved(party, Some(seats(&["alice", "bob"])), world.now);
    world.expect(&["alice"], Phase::Waiting);
    assert_eq!(world.phase("bob"), None);
    world.join("carol", 2, 1_000);
    world.expect_match(&["alice", "carol"]);
    assert!(matches!(
        world.queue.cancel(&id("alice"), "alice", world.now),
        Cancelled::TooLate(_)
    ));
}

#[test]
fn a_client_that_does_not_poll_is_gone_after_half_a_minute() {
    let mut world = World::new();
    world.join("alice", 2, 1_000);
    world.pass(29);
    // A poll of 20 seconds keeps the ticket for as long, and for half a minute more.
    world
        .queue
        .look(&id("alice"), "alice", world.now, Duration::from_secs(20));
    assert!(
        world
            .queue
            .look(&id("alice"), "eve", world.now, Duration::ZERO)
            .is_none()
    );
    world.pass(49);
    assert_eq!(world.queue.phase(&id("alice")), Some(Phase::Waiting));
    world.pass(1);
    world.expect(&["alice"], Phase::Failed(Reason::Gone));
    world.join("bob", 2, 1_000);
    assert_eq!(world.queue.take_errands(), []);
    world.pass(60);
    assert_eq!(world.phase("alice"), None);
}

#[test]
fn a_user_has_one_ticket_and_a_game_two_parties_for_which_seats_are_asked() {
    let mut world = World::new();
    world.join("alice", 2, 1_000);
    let wish = world.queue.tickets[&id("alice")].wish.clone();
    assert_eq!(
        world.queue.join(id("another"), wish, world.now),
        Err(JoinError::AlreadyWaiting(id("alice")))
    );
    world.join("bob", 2, 1_000);
    for number in 0..4 {
        world.join(&format!("user {number}"), 2, 5_000);
    }
    let errands = world.queue.take_errands();
    assert_eq!(errands.len(), MOST_ASKED);
    let Errand::Reserve { party, .. } = &errands[0] else {
        panic!("{errands:?}")
    };
    world
        .queue
        .reserved(*party, Some(seats(&["alice", "bob"])), world.now);
    world.asked();
    let tally = world.queue.tally();
    assert_eq!((tally.waiting, tally.entering), (4, 2));
}
