//! The directory in memory keeps the rules of every directory.

use std::time::Duration;

use directory::Memory;
use directory::testing::{Flaky, ManualClock, World};

fn world() -> World {
    let clock = ManualClock::default();
    // One that is well changes nothing.
    let memory = Flaky::new(Memory::with_clock(clock.clock()));
    World::new(memory, Duration::from_secs(6), move |time| clock.pass(time))
}

directory::conformance!(world());
