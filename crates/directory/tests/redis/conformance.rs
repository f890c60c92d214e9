//! The rules that every directory keeps.

use std::time::Duration;

use directory::testing::World;

use crate::world::{connect, pass, settings};

/// Longer than any test takes, so that a busy machine loses no lease: time passes where a rule says so.
const LEASE: Duration = Duration::from_secs(600);

fn world() -> World {
    let directory = connect(settings());
    let connection = directory.connection().clone();
    World::new(directory, LEASE, move |time| pass(&connection, time))
}

directory::conformance!(world());
