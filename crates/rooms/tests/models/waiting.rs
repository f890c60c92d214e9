//! The waits of a client's thread: each of them ends. The test itself is the client's thread.

use std::sync::Arc;
use std::time::{Duration, Instant};

use loom::thread;
use net::NetError;

use crate::outbox::Put;
use crate::progress::MAX_IN_FLIGHT;
use crate::recorder::Recorder;
use crate::transport::Transport;
use crate::{for_every_order, packet, send_as_the_helper, send_in_a_batch, session};

#[test]
fn until_all_is_sent() {
    for_every_order(|| {
        let recorder = Recorder::with_room_for(8);
        let session = session(1, &recorder, None);
        let (own, client) = (Arc::clone(&session), recorder.clone());
        let worker = thread::spawn(move || {
            if send_in_a_batch(&own, &[packet(b'a'), packet(b'b')]) {
                let slow = Arc::clone(&own);
                thread::spawn(move || send_as_the_helper(&slow, &client));
            }
            own.finish(None);
        });
        assert!(session.progress().wait_until_finished().is_none());
        assert_eq!(recorder.taken(), [packet(b'a'), packet(b'b')].concat());
        worker.join().expect("no panic");
    });
}

#[test]
fn until_all_is_sent_while_somebody_whispers() {
    for_every_order(|| {
        let recorder = Recorder::default();
        let session = session(1, &recorder, None);
        let own = Arc::clone(&session);
        let worker = thread::spawn(move || {
            if own.finish(Some(&packet(b'a'))) == Put::List {
                own.send();
            }
        });
        let other = Arc::clone(&session);
        let whisperer = thread::spawn(move || send_in_a_batch(&other, &[packet(b'b')]));
        assert!(session.progress().wait_until_finished().is_none());
        // The last word is sent, and is the last.
        let taken = recorder.taken();
        assert!(taken.ends_with(&packet(b'a')), "{taken:?}");
        worker.join().expect("no panic");
        whisperer.join().expect("no panic");
        assert_eq!(recorder.taken(), taken);
    });
}

#[test]
fn until_it_is_cut_for_one_reason() {
    for_every_order(|| {
        // The client reads nothing more.
        let recorder = Recorder::with_room_for(8);
        let session = session(1, &recorder, None);
        let own = Arc::clone(&session);
        let worker = thread::spawn(move || {
            send_in_a_batch(&own, &[packet(b'a'), packet(b'b')]);
            let cut = own.cut(NetError::CutOff("too much".to_owned()));
            own.finish(None);
            cut
        });
        let slow = Arc::clone(&session);
        let helper = thread::spawn(move || slow.cut(NetError::WriteTimeout(Duration::ZERO)));
        let reason = session.progress().wait_until_finished();
        let [by_worker, by_helper] = [worker, helper].map(|thread| thread.join().expect("no panic"));
        assert!(by_worker != by_helper, "{by_worker} and {by_helper}");
        match reason {
            Some(NetError::CutOff(_)) => assert!(by_worker),
            Some(NetError::WriteTimeout(_)) => assert!(by_helper),
            other => panic!("{other:?}"),
        }
        assert!(recorder.is_cut());
        assert!(recorder.taken().len() <= 8);
    });
}

#[test]
fn until_it_is_sent_or_cut_and_then_for_a_reason() {
    for_every_order(|| {
        let recorder = Recorder::with_room_for(8);
        let session = session(1, &recorder, None);
        assert!(send_in_a_batch(&session, &[packet(b'a'), packet(b'b')]));
        let (own, client) = (Arc::clone(&session), recorder.clone());
        let helper = thread::spawn(move || {
            client.make_room_for(100);
            own.send_backlog();
            own.cut(NetError::WriteTimeout(Duration::ZERO))
        });
        let own = Arc::clone(&session);
        let worker = thread::spawn(move || own.finish(None));
        let reason = session.progress().wait_until_finished();
        worker.join().expect("no panic");
        let is_cut = helper.join().expect("no panic");
        assert_eq!(reason.is_some(), is_cut);
    });
}

#[test]
fn until_the_server_wants_it_to_end() {
    for_every_order(|| {
        let recorder = Recorder::default();
        let session = session(1, &recorder, None);
        session.progress().handed_over(MAX_IN_FLIGHT + 1);
        let own = Arc::clone(&session);
        let worker = thread::spawn(move || {
            send_in_a_batch(&own, &[packet(b'a')]);
            own.dismiss(NetError::RateLimited(100));
            own.progress().answered(MAX_IN_FLIGHT + 1);
            send_in_a_batch(&own, &[packet(b'b')]);
            own.finish(None);
        });
        assert!(session.progress().wait_until_ready().is_none());
        assert!(matches!(
            session.progress().dismissal(),
            Some(NetError::RateLimited(100))
        ));
        assert!(session.progress().wait_until_finished().is_none());
        worker.join().expect("no panic");
        // Nothing that was answered is lost.
        assert_eq!(recorder.taken(), [packet(b'a'), packet(b'b')].concat());
        assert!(!recorder.is_cut());
    });
}

#[test]
fn until_the_connection_is_broken() {
    for_every_order(|| {
        let recorder = Recorder::with_room_for(8);
        let session = session(1, &recorder, None);
        let (own, client) = (Arc::clone(&session), recorder.clone());
        let worker = thread::spawn(move || {
            let is_slow = send_in_a_batch(&own, &[packet(b'a'), packet(b'b')]);
            let slow = Arc::clone(&own);
            let helper = is_slow.then(|| thread::spawn(move || slow.send_backlog()));
            own.finish(None);
            if let Some(helper) = helper {
                helper.join().expect("no panic");
                // The helper is told of a break like of room, and tries again.
                client.cut();
                own.send_backlog();
            }
        });
        let reason = session.progress().wait_until_finished();
        assert!(matches!(reason, Some(NetError::DeadlineOver)), "{reason:?}");
        worker.join().expect("no panic");
    });
}

#[test]
fn until_the_client_takes_its_replies() {
    for_every_order(|| {
        let recorder = Recorder::with_room_for(0);
        let session = session(1, &recorder, Some(16));
        session.progress().handed_over(5);
        let (own, client) = (Arc::clone(&session), recorder.clone());
        let worker = thread::spawn(move || {
            let is_slow = send_in_a_batch(&own, &[packet(b'a')]);
            own.progress().answered(5);
            assert!(is_slow);
            send_as_the_helper(&own, &client);
        });
        assert!(session.progress().wait_until_ready().is_some());
        worker.join().expect("no panic");
        assert!(session.progress().wait_until_ready().is_some());
        assert_eq!(recorder.taken(), packet(b'a'));
    });
}

#[test]
fn until_the_server_ends() {
    for_every_order(|| {
        let recorder = Recorder::with_room_for(0);
        let session = session(1, &recorder, Some(16));
        assert!(send_in_a_batch(&session, &[packet(b'a')]));
        let slow = Arc::clone(&session);
        let helper = thread::spawn(move || slow.progress().release());
        assert!(session.progress().wait_until_ready().is_some());
        helper.join().expect("no panic");
    });
}

#[test]
fn until_another_worker_has_it() {
    for_every_order(|| {
        let session = session(1, &Recorder::default(), None);
        session.progress().handed_over(9);
        let own = Arc::clone(&session);
        let worker = thread::spawn(move || {
            own.belongs_to(1);
            own.progress().answered(9);
        });
        session.progress().wait_until_answered();
        assert_eq!(session.worker(), 1);
        worker.join().expect("no panic");
    });
}

#[test]
fn until_it_is_resumed() {
    for_every_order(|| {
        let session = session(1, &Recorder::default(), None);
        session.progress().handed_over(5);
        let now = Instant::now();
        let own = Arc::clone(&session);
        let worker = thread::spawn(move || {
            own.progress().park(now);
            own.progress().resume(now + Duration::from_secs(3));
            own.progress().answered(5);
        });
        // Before, in the middle or behind it.
        let before = session
            .progress()
            .wait_until_ready()
            .expect("nobody dismisses it");
        session.progress().wait_until_answered();
        assert_eq!(session.progress().was_parked(), before.is_zero());
        let behind = session
            .progress()
            .wait_until_ready()
            .expect("nobody dismisses it");
        assert_eq!(before + behind, Duration::from_secs(3));
        assert!(!session.progress().was_parked());
        worker.join().expect("no panic");
    });
}

#[test]
fn until_its_worker_is_lost() {
    for_every_order(|| {
        let recorder = Recorder::with_room_for(0);
        let session = session(1, &recorder, Some(16));
        session.progress().handed_over(MAX_IN_FLIGHT + 1);
        let own = Arc::clone(&session);
        let worker = thread::spawn(move || {
            own.progress().park(Instant::now());
            own.lose(NetError::WorkerPanicked("a fault".to_owned()));
        });
        assert!(session.progress().wait_until_ready().is_some());
        session.progress().wait_until_answered();
        let reason = session.progress().wait_until_finished();
        assert!(matches!(reason, Some(NetError::WorkerPanicked(_))), "{reason:?}");
        worker.join().expect("no panic");
        assert!(recorder.is_cut());
    });
}
