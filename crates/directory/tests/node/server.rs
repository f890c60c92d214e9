//! A server that notes down what it is asked, and answers as the test wants.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded, unbounded};
use directory::{
    Answer, Asked, Directory, GameName, Listening, NodeSettings, Nodes, Offer, Owner, Presence, Request,
    Seat, Slot, Ticket,
};
use protocol::ErrorCode;

/// Only a test that fails waits so long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) const LEASE: Duration = Duration::from_secs(60);

pub(crate) fn offer() -> Offer {
    Offer {
        game: GameName::new("chat"),
        address: "127.0.0.1:11021".to_owned(),
        by_codec: Vec::new(),
        web: None,
        rooms: 10,
        room_size: 4,
    }
}

pub(crate) fn settings() -> NodeSettings {
    NodeSettings {
        lease: LEASE,
        deadline: PATIENCE,
        ..NodeSettings::default()
    }
}

/// A server with its places.
pub(crate) struct Server {
    pub(crate) nodes: Arc<Nodes>,
    /// Who it is in its first slot.
    owner: Owner,
    /// What it was asked.
    pub(crate) asked: Receiver<Request>,
}

impl Server {
    pub(crate) fn start(directory: &(impl Directory + Clone), settings: NodeSettings) -> Self {
        Self::start_answering(directory, settings, |_| Answer::Done)
    }

    pub(crate) fn start_answering(
        directory: &(impl Directory + Clone),
        settings: NodeSettings,
        answer: impl Fn(&Request) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let nodes = Nodes::join(Arc::new(directory.clone()), offer(), settings).expect("a slot");
        let (sender, asked) = unbounded();
        nodes.serve(move |request, reply| {
            let answer = answer(&request);
            // First, so that whoever has its answer finds the note.
            sender.send(request).expect("a test");
            reply.send(answer);
        });
        let owner = nodes.owners().remove(0);
        Self { nodes, owner, asked }
    }

    /// Who it is in its first slot, or was there.
    pub(crate) fn owner(&self) -> &Owner {
        &self.owner
    }

    pub(crate) fn here(&self, session: u64) -> Presence {
        at(self.owner(), session)
    }

    /// What the user is told who logs in with such a ticket.
    pub(crate) fn log_in(&self, directory: &impl Directory, user_id: &str, session: u64) -> ErrorCode {
        let ticket = ticket(directory, user_id, self.owner());
        self.log_in_with(&ticket, user_id, session)
    }

    pub(crate) fn log_in_with(&self, ticket: &Ticket, user_id: &str, session: u64) -> ErrorCode {
        let seat = self.nodes.check_login(user_id, ticket.as_str(), session);
        seat.err().unwrap_or(ErrorCode::NONE)
    }

    /// What becomes of a whisper.
    pub(crate) fn tell(&self, to: &str) -> Result<(), ErrorCode> {
        told(self.begin_to_tell(to))
    }

    pub(crate) fn begin_to_tell(&self, to: &str) -> Receiver<Result<(), ErrorCode>> {
        let (sender, outcome) = bounded(1);
        let reply = move |outcome| sender.send(outcome).expect("a test");
        self.nodes.tell(to, whisper(to), reply);
        outcome
    }
}

pub(crate) fn told(outcome: Receiver<Result<(), ErrorCode>>) -> Result<(), ErrorCode> {
    outcome.recv_timeout(PATIENCE).expect("an answer")
}

pub(crate) fn whisper(to: &str) -> Request {
    Request::Whisper {
        from: "alice".to_owned(),
        to: to.to_owned(),
        message: "psst".to_owned(),
    }
}

/// A server that has a lease, listens, and never answers.
pub(crate) fn silent(directory: &impl Directory) -> (Owner, Listening, Receiver<Asked>) {
    let slot = directory.take_slot(&offer(), None, LEASE);
    let Slot::Taken(owner) = slot.expect("an answer") else {
        panic!("a slot is free");
    };
    let (sender, requests) = bounded(100);
    let listening = directory.listen(&owner, sender).expect("an answer");
    (owner, listening, requests)
}

pub(crate) fn at(owner: &Owner, session: u64) -> Presence {
    Presence {
        owner: owner.clone(),
        session,
    }
}

pub(crate) fn ticket(directory: &impl Directory, user_id: &str, owner: &Owner) -> Ticket {
    let ticket = Ticket::random().expect("random bytes");
    let seat = Seat {
        user_id: user_id.to_owned(),
        owner: owner.clone(),
        room: owner.slot as i32 * 10,
    };
    directory.put_ticket(&ticket, &seat, LEASE).expect("an answer");
    ticket
}

pub(crate) fn replace(user_id: &str, session: u64) -> Request {
    Request::Replace {
        user_id: user_id.to_owned(),
        session,
    }
}

pub(crate) fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(
            start.elapsed() < PATIENCE,
            "after {PATIENCE:?} it is not yet so: {what}"
        );
        std::thread::sleep(Duration::from_micros(50));
    }
}
