//! Without a thread: the test says what time it is.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::*;
use crate::game_name::GameName;
use crate::memory::Memory;
use crate::nodes::settings::NodeSettings;
use crate::nodes::shared::Ends;
use crate::nodes::take_first;
use crate::nodes::unready::Serving;
use crate::server::Offer;

/// A server that has one slot, which is to be prepared.
struct World {
    shared: Arc<Shared>,
    preparing: Preparing,
    is_willing: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
    came: Arc<AtomicUsize>,
    /// So that the channels stay open.
    _ends: Ends,
}

fn world(also: impl Fn(&Shared) + Send + Sync + 'static) -> World {
    let offer = Offer {
        game: GameName::new("baccarat"),
        address: "127.0.0.1:11031".to_owned(),
        by_codec: Vec::new(),
        web: None,
        rooms: 10,
        room_size: 7,
    };
    let (shared, ends) = Shared::new(Arc::new(Memory::new()), offer, NodeSettings::default());
    let shared = Arc::new(shared);
    let taken = shared.has_taken(&take_first(&shared).expect("a slot"));
    let (is_willing, asked, came) = (
        Arc::<AtomicBool>::default(),
        Arc::<AtomicUsize>::default(),
        Arc::<AtomicUsize>::default(),
    );
    let (willing, asks, comes) = (Arc::clone(&is_willing), Arc::clone(&asked), Arc::clone(&came));
    let of_server = Arc::clone(&shared);
    let serving = Serving::new(
        move |_| {
            asks.fetch_add(1, Ordering::Relaxed);
            also(&of_server);
            willing
                .load(Ordering::Relaxed)
                .then_some(())
                .ok_or("not yet".into())
        },
        move |_| {
            comes.fetch_add(1, Ordering::Relaxed);
        },
    );
    let mut preparing = Preparing::new(&shared);
    preparing.add(Some(Unready::new(taken, &serving)));
    World {
        shared,
        preparing,
        is_willing,
        asked,
        came,
        _ends: ends,
    }
}

impl World {
    fn try_when_it_is_time(&mut self) {
        let next = self.preparing.next().expect("a slot that is not ready");
        self.preparing.try_all(next);
    }

    fn asked_and_came(&self) -> (usize, usize) {
        (
            self.asked.load(Ordering::Relaxed),
            self.came.load(Ordering::Relaxed),
        )
    }

    fn unready_and_unprepared(&self) -> (u64, u64) {
        let counts = self.shared.counts.read(&self.shared.held.lock());
        (counts.unready, counts.unprepared)
    }
}

fn lose(shared: &Shared) {
    let mut held = shared.held.lock();
    for owner in held.owners() {
        held.remove(&owner);
    }
}

#[test]
fn what_fails_is_tried_again_later_each_time() {
    let mut world = world(|_| ());
    assert_eq!(world.unready_and_unprepared(), (1, 0));
    let mut pauses = Vec::new();
    for _ in 0..6 {
        let before = Instant::now();
        world.try_when_it_is_time();
        let next = world.preparing.next().expect("it is tried again");
        pauses.push((next - before).as_millis() / 250);
        // Nothing before that.
        world.preparing.try_all(next - Duration::from_millis(1));
    }
    // A busy machine makes them longer, by the time of a call.
    assert!(
        pauses
            .iter()
            .zip([1, 2, 4, 8, 16, 16])
            .all(|(pause, least)| *pause >= least),
        "{pauses:?}"
    );
    assert_eq!(world.preparing.unready[0].pause, LONGEST_PAUSE);
    assert_eq!(world.asked_and_came(), (6, 0));
    assert_eq!(world.unready_and_unprepared(), (1, 6));
    world.is_willing.store(true, Ordering::Relaxed);
    world.try_when_it_is_time();
    assert_eq!(world.asked_and_came(), (7, 1));
    assert_eq!(world.unready_and_unprepared(), (0, 6));
    assert_eq!(world.preparing.next(), None);
}

#[test]
fn a_slot_that_was_lost_is_not_tried_again() {
    let mut world = world(|_| ());
    world.try_when_it_is_time();
    lose(&world.shared);
    world.try_when_it_is_time();
    assert_eq!(world.asked_and_came(), (1, 0));
    assert_eq!(world.preparing.next(), None);
}

#[test]
fn rooms_of_a_slot_that_was_lost_meanwhile_do_not_come() {
    let mut world = world(lose);
    world.is_willing.store(true, Ordering::Relaxed);
    world.try_when_it_is_time();
    assert_eq!(world.asked_and_came(), (1, 0));
    assert_eq!(world.preparing.next(), None);
}
