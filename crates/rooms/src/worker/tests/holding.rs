//! A transport that holds what it has taken: however much the client takes at a time, it gets all that was sent, in
//! order, and the end last.

use std::sync::Arc;

use net::{Ending, NetError};
use proptest::prelude::*;
use protocol::Codec;

use crate::outbox::{Put, Sent};
use crate::session::Session;
use crate::testing::{END, Recorder};
use crate::transport::Transport;

/// What the transport says by itself: a byte that is in no packet.
const OWN: u8 = 0xff;

/// What may happen to a session.
#[derive(Debug, Clone)]
enum Step {
    /// A worker puts a packet of this size in.
    Put(u16),
    /// The worker's batch is over.
    Flush,
    /// The client takes so much.
    Read(usize),
    /// The helper finds that it has.
    Help,
    /// The client's thread makes the transport say something.
    Own,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (5..60_u16).prop_map(Step::Put),
        Just(Step::Flush),
        (0..50_usize).prop_map(Step::Read),
        Just(Step::Help),
        Just(Step::Own),
    ];
    proptest::collection::vec(step, 0..40)
}

/// A session, and who is to send for it.
struct Bench {
    session: Arc<Session>,
    recorder: Recorder,
    put: Vec<u8>,
    own: usize,
    listed: bool,
    backlogged: bool,
}

impl Bench {
    fn new(piece: usize) -> Self {
        let recorder = Recorder::holding(piece, 0);
        let transport = Arc::new(recorder.clone());
        Self {
            session: Arc::new(Session::new(1, transport, Codec::Binary, None, 0)),
            recorder,
            put: Vec::new(),
            own: 0,
            listed: false,
            backlogged: false,
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Put(size) => {
                let packet = packet(*size, self.put.len());
                let put = self.session.put(&packet);
                self.has_put(&put);
                self.put.extend(packet);
            }
            Step::Flush if self.listed => {
                self.listed = false;
                let sent = self.session.send();
                self.has_sent(&sent);
            }
            Step::Read(count) => self.recorder.make_room_for(*count),
            Step::Help if self.backlogged => {
                self.backlogged = false;
                let sent = self.session.send_backlog();
                self.has_sent(&sent);
            }
            Step::Own => {
                self.recorder.hold(&[OWN]);
                self.own += 1;
                let sent = self.session.push();
                self.has_sent(&sent);
            }
            Step::Flush | Step::Help => {}
        }
    }

    fn has_put(&mut self, put: &Put) {
        if *put == Put::List {
            assert!(!self.listed && !self.backlogged, "two are to send");
            self.listed = true;
        }
    }

    fn has_sent(&mut self, sent: &Sent) {
        if let Sent::Part { .. } = sent {
            assert!(!self.listed && !self.backlogged, "two are to send");
            self.backlogged = true;
        }
    }

    /// The client takes whatever comes.
    fn read_all(&mut self) {
        while self.listed || self.backlogged {
            for step in [Step::Flush, Step::Read(7), Step::Help] {
                self.step(&step);
            }
        }
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let taken = self.recorder.taken();
        prop_assert!(taken.ends_with(END), "the end is not the last");
        prop_assert!(self.recorder.has_ended());
        let (own, packets): (Vec<u8>, Vec<u8>) = taken[..taken.len() - END.len()]
            .iter()
            .partition(|byte| **byte == OWN);
        prop_assert_eq!(own.len(), self.own);
        prop_assert_eq!(&packets, &self.put);
        prop_assert_eq!(self.session.unsent(), 0);
        prop_assert_eq!(self.session.bytes_out(), self.put.len() as u64);
        Ok(())
    }
}

fn packet(size: u16, fill: usize) -> Vec<u8> {
    let mut packet = vec![(fill % 200) as u8; usize::from(size)];
    packet[..5].copy_from_slice(&[size.to_le_bytes()[0], size.to_le_bytes()[1], 101, 0, 0]);
    packet
}

proptest! {
    /// The client's own thread waits until all is sent, and says the end.
    #[test]
    fn the_end_that_the_client_thread_says_is_the_last(steps in steps(), piece in 1..30_usize) {
        let mut bench = Bench::new(piece);
        steps.iter().for_each(|step| bench.step(step));
        bench.session.finish(None);
        bench.read_all();
        prop_assert!(bench.session.progress().wait_until_finished().is_none());
        let mut sent = bench.session.end(Ending::Closed);
        while let Sent::Part { .. } = sent {
            bench.recorder.make_room_for(1);
            sent = bench.session.send_backlog();
        }
        bench.check()?;
    }

    /// The server has ended it: whoever sends the last byte says the end, and then it is finished.
    #[test]
    fn the_end_that_a_worker_says_is_the_last(steps in steps(), piece in 1..30_usize) {
        let mut bench = Bench::new(piece);
        steps.iter().for_each(|step| bench.step(step));
        bench.session.dismiss(NetError::RateLimited(1));
        let last = packet(7, 0);
        let put = bench.session.finish(Some(&last));
        bench.has_put(&put);
        bench.put.extend(last);
        bench.read_all();
        prop_assert!(bench.session.progress().wait_until_finished().is_none());
        prop_assert!(matches!(bench.session.end(Ending::RateLimited), Sent::All));
        bench.check()?;
    }
}

/// The outbox is empty, and all the same the client does not read.
#[test]
fn what_is_held_counts_against_the_limit() {
    let recorder = Recorder::holding(1_000, 0);
    let session = Session::new(1, Arc::new(recorder.clone()), Codec::Binary, Some(20), 0);
    assert_eq!(session.put(&packet(15, 1)), Put::List);
    assert!(matches!(session.send(), Sent::Part { progress: true }));
    assert_eq!((session.unsent(), recorder.held()), (15, 15));
    assert!(matches!(session.send_backlog(), Sent::Part { progress: false }));
    recorder.make_room_for(1);
    assert!(matches!(session.send_backlog(), Sent::Part { progress: true }));
    assert_eq!(session.put(&packet(7, 1)), Put::Over);
}

#[test]
fn what_is_held_is_lost_when_it_is_cut() {
    let recorder = Recorder::holding(1_000, 3);
    let session = Session::new(1, Arc::new(recorder.clone()), Codec::Binary, None, 0);
    session.put(&packet(15, 1));
    let _ = session.send();
    assert!(session.cut(NetError::SlowConsumer("it does not read".to_owned())));
    assert_eq!((session.unsent(), recorder.taken().len()), (0, 3));
    assert!(matches!(session.end(Ending::SlowConsumer), Sent::NotMine));
    assert!(recorder.is_cut() && !recorder.has_ended());
}
