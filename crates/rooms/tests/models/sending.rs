//! Several threads that send from one outbox: nothing is lost, doubled, cut in the middle or out of order.

use std::sync::Arc;

use loom::thread::{self, JoinHandle};

use crate::recorder::Recorder;
use crate::session::Session;
use crate::{for_every_order, packet, send_as_the_helper, send_in_a_batch, session};

/// A worker with one batch of packets, and the helper behind it.
fn worker(session: &Arc<Session>, recorder: &Recorder, packets: &'static [u8]) -> JoinHandle<()> {
    let (session, recorder) = (Arc::clone(session), recorder.clone());
    thread::spawn(move || {
        let packets: Vec<_> = packets.iter().map(|last| packet(*last)).collect();
        if send_in_a_batch(&session, &packets) {
            let helper = thread::spawn(move || send_as_the_helper(&session, &recorder));
            helper.join().expect("no panic");
        }
    })
}

/// All packets of both have come, whole, and those of each in their order.
fn has_all(recorder: &Recorder, both: [&[u8]; 2]) {
    let came = recorder.packets(|frame| (frame.bytes.len(), frame.bytes[5]));
    assert_eq!(came.len(), both.concat().len(), "{came:?}");
    assert!(came.iter().all(|(length, _)| *length == 6), "{came:?}");
    for one in both {
        let own = came
            .iter()
            .map(|(_, last)| *last)
            .filter(|last| one.contains(last));
        assert!(own.eq(one.iter().copied()), "{came:?}");
    }
}

#[test]
fn two_workers_send_to_a_client_that_reads() {
    for_every_order(|| {
        let recorder = Recorder::default();
        let session = session(1, &recorder, None);
        let workers = [b"ab", b"cd"].map(|packets| worker(&session, &recorder, packets));
        for worker in workers {
            worker.join().expect("no panic");
        }
        has_all(&recorder, [b"ab", b"cd"]);
    });
}

#[test]
fn two_workers_and_the_helper_send_to_a_client_that_hardly_reads() {
    for_every_order(|| {
        let recorder = Recorder::with_room_for(8);
        let session = session(1, &recorder, None);
        let workers = [b"ab", b"cd"].map(|packets| worker(&session, &recorder, packets));
        for worker in workers {
            worker.join().expect("no panic");
        }
        has_all(&recorder, [b"ab", b"cd"]);
        assert_eq!(session.unsent(), 0);
    });
}
