//! Tests with a model checker, which tries every order of the threads: the table of users, and a session with its
//! outbox.
//!
//! The files are those of the crate. Here their locks and flags are [`loom`]'s, which runs a test again and
//! again until it has seen each order in which its threads can meet, with so many switches from a thread that
//! could have gone on, and fails where all threads wait for ever.
//!
//! | file | what is in it |
//! |---|---|
//! | `tests/support/loom_sync` | the locks and flags, as the crate uses them |
//! | `models/users` | logins and log-outs that race |
//! | `models/sending` | several who send what is in one outbox |
//! | `models/holding` | transports that have taken what is not on the wire yet, and say their end |
//! | `models/farewell` | sessions that are to be closed, and logins that are to be checked |
//! | `models/working` | who takes the role of a worker |
//! | `models/waiting` | what a client's thread waits for |
#![allow(
    dead_code,
    unreachable_pub,
    reason = "the files of the crate have more than is tested here"
)]

#[path = "../src/checks.rs"]
mod checks;
#[path = "models/farewell.rs"]
mod farewell;
#[path = "models/holding.rs"]
mod holding;
#[path = "../src/outbox.rs"]
mod outbox;
#[path = "../src/progress.rs"]
mod progress;
#[path = "../src/testing/recorder.rs"]
mod recorder;
#[path = "../src/role.rs"]
mod role;
#[path = "models/sending.rs"]
mod sending;
#[path = "../src/session.rs"]
mod session;
#[path = "../../../tests/support/loom_sync.rs"]
mod sync;
#[path = "../src/ticket.rs"]
mod ticket;
#[path = "../src/transport.rs"]
mod transport;
#[path = "../src/users.rs"]
mod users;
#[path = "models/users.rs"]
mod users_models;
#[path = "models/waiting.rs"]
mod waiting;
#[path = "models/working.rs"]
mod working;

/// Where the files of the crate look for it.
mod testing {
    pub(crate) use crate::recorder::Recorder;
}

use std::sync::Arc;

use protocol::Codec;

use outbox::{Put, Sent};
use recorder::Recorder;
use session::Session;

/// Switches from a thread that could have gone on. Nearly all races need two at most (Musuvathi, Qadeer,
/// Iterative Context Bounding, 2007); each more takes many times as long.
const SWITCHES: usize = 3;

/// Runs `test` once for each order of its threads.
fn for_every_order(test: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(SWITCHES);
    builder.check(test);
}

fn session(id: u64, recorder: &Recorder, outbox_limit: Option<usize>) -> Arc<Session> {
    Arc::new(Session::new(
        id,
        Arc::new(recorder.clone()),
        Codec::Binary,
        outbox_limit,
        0,
    ))
}

/// A packet of 6 bytes that ends with this one.
fn packet(last: u8) -> [u8; 6] {
    [6, 0, 101, 0, 0, last]
}

/// What a worker does in one batch: it puts packets in, and sends where that is its part. True where the
/// helper must go on.
fn send_in_a_batch(session: &Session, packets: &[[u8; 6]]) -> bool {
    let put = packets.iter().map(|packet| session.put(packet));
    let listed = put.filter(|put| matches!(put, Put::List | Put::Over)).count() > 0;
    listed && matches!(session.send(), Sent::Part { .. })
}

/// What the helper does, as long as the client reads a little now and then.
fn send_as_the_helper(session: &Session, recorder: &Recorder) {
    let mut sent = Sent::Part { progress: true };
    while let Sent::Part { progress } = sent {
        assert!(progress, "the client had read");
        recorder.make_room_for(8);
        sent = session.send_backlog();
    }
}
