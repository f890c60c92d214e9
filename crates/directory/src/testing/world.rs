//! A directory with the time, as the rules want it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use protocol::Codec;

use crate::directory::{Directory, Slot};
use crate::game_name::GameName;
use crate::presence::Presence;
use crate::server::{Offer, Owner};

/// Rooms of each server.
const ROOMS: u32 = 10;

/// A directory in which nothing is yet, and a way to let time pass in it.
pub struct World {
    /// The directory.
    pub directory: Arc<dyn Directory>,
    /// How long a lease lasts, and a ticket. What a rule does between two calls to [`pass`](Self::pass) takes less.
    pub lease: Duration,
    pass: Box<dyn Fn(Duration)>,
}

impl World {
    /// `pass` lets so much time pass in the directory, and returns when it has.
    pub fn new(directory: impl Directory, lease: Duration, pass: impl Fn(Duration) + 'static) -> Self {
        Self {
            directory: Arc::new(directory),
            lease,
            pass: Box::new(pass),
        }
    }

    /// So many thirds of a lease pass.
    pub(super) fn pass_thirds(&self, thirds: u32) {
        (self.pass)(self.lease / 3 * thirds);
    }

    /// All leases and tickets end.
    pub(super) fn pass_a_lease(&self) {
        (self.pass)(self.lease * 5 / 4);
    }

    pub(super) fn take(&self, offer: &Offer, wanted: Option<u32>) -> Slot {
        let slot = self.directory.take_slot(offer, wanted, self.lease);
        slot.expect("a directory that answers")
    }

    /// A server of the chat, which takes the first free slot.
    pub(super) fn server(&self) -> Owner {
        taken(self.take(&offer(), None))
    }

    pub(super) fn find(&self, user_id: &str) -> Option<Presence> {
        self.directory.find(user_id).expect("a directory that answers")
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("lease", &self.lease)
            .finish_non_exhaustive()
    }
}

pub(super) fn taken(slot: Slot) -> Owner {
    match slot {
        Slot::Taken(owner) => owner,
        other => panic!("expected a slot, got {other:?}"),
    }
}

/// What a server of the chat offers.
pub(super) fn offer() -> Offer {
    Offer {
        game: GameName::new("chat"),
        address: "127.0.0.1:11021".to_owned(),
        by_codec: vec![(Codec::MsgPack, "127.0.0.1:11022".to_owned())],
        web: Some("127.0.0.1:11080".to_owned()),
        rooms: ROOMS,
        room_size: 4,
    }
}

/// In this session of a server.
pub(super) fn at(owner: &Owner, session: u64) -> Presence {
    Presence {
        owner: owner.clone(),
        session,
    }
}

/// What so many threads at once get.
pub(super) fn race<T: Send>(threads: u64, each: impl Fn(u64) -> T + Sync) -> Vec<T> {
    let start = std::sync::Barrier::new(usize::try_from(threads).expect("a small number"));
    std::thread::scope(|scope| {
        let run = |number| {
            let (start, each) = (&start, &each);
            scope.spawn(move || {
                start.wait();
                each(number)
            })
        };
        let threads: Vec<_> = (0..threads).map(run).collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, T>| thread.join().expect("no panic");
        threads.into_iter().map(join).collect()
    })
}
