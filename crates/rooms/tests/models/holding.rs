//! A transport that has taken what is not on the wire yet: it is pushed by somebody, and the end is said behind it.

use std::sync::Arc;

use loom::thread;
use net::{Ending, NetError};

use crate::outbox::{Put, Sent};
use crate::recorder::{END, Recorder};
use crate::session::Session;
use crate::{for_every_order, packet, send_as_the_helper, send_in_a_batch, session};

/// Whoever has sent a part gives the rest to the helper.
fn help(session: &Arc<Session>, recorder: &Recorder, is_part: bool) {
    if is_part {
        let (session, recorder) = (Arc::clone(session), recorder.clone());
        let helper = thread::spawn(move || send_as_the_helper(&session, &recorder));
        helper.join().expect("no panic");
    }
}

/// As the client's thread does where there is a framing.
fn see_off(session: &Arc<Session>, recorder: &Recorder) {
    let mut sent = session.end(Ending::Closed);
    while let Sent::Part { .. } = sent {
        recorder.make_room_for(8);
        sent = session.send_backlog();
    }
}

#[test]
fn the_client_thread_waits_until_nothing_is_held_and_says_the_end() {
    for_every_order(|| {
        let recorder = Recorder::holding(10, 8);
        let session = session(1, &recorder, None);
        let (own, client) = (Arc::clone(&session), recorder.clone());
        let worker = thread::spawn(move || {
            let is_part = send_in_a_batch(&own, &[packet(b'a'), packet(b'b')]);
            let slow = Arc::clone(&own);
            let helper = is_part.then(|| thread::spawn(move || send_as_the_helper(&slow, &client)));
            own.finish(None);
            if let Some(helper) = helper {
                helper.join().expect("no panic");
            }
        });
        assert!(session.progress().wait_until_finished().is_none());
        see_off(&session, &recorder);
        let all = [&packet(b'a')[..], &packet(b'b'), END].concat();
        assert_eq!(recorder.taken(), all);
        assert!(recorder.has_ended());
        worker.join().expect("no panic");
    });
}

/// The server ends it while the helper is still at what came before.
#[test]
fn one_that_is_dismissed_is_finished_when_its_end_is_out() {
    for_every_order(|| {
        let recorder = Recorder::holding(10, 8);
        let session = session(1, &recorder, None);
        let (own, client) = (Arc::clone(&session), recorder.clone());
        let worker = thread::spawn(move || {
            let is_part = send_in_a_batch(&own, &[packet(b'a')]);
            let slow = Arc::clone(&own);
            let reader = client.clone();
            let helper = is_part.then(|| thread::spawn(move || send_as_the_helper(&slow, &reader)));
            own.dismiss(NetError::RateLimited(100));
            if own.finish(Some(&packet(b'b'))) == Put::List {
                let is_part = matches!(own.send(), Sent::Part { .. });
                help(&own, &client, is_part);
            }
            if let Some(helper) = helper {
                helper.join().expect("no panic");
            }
        });
        assert!(session.progress().wait_until_finished().is_none());
        let all = [&packet(b'a')[..], &packet(b'b'), END].concat();
        assert_eq!(recorder.taken(), all);
        assert!(recorder.has_ended());
        see_off(&session, &recorder);
        assert_eq!(recorder.taken(), all);
        worker.join().expect("no panic");
    });
}

/// The client's thread has a pong for its client while a worker sends: it goes out, whoever it is that sends it.
#[test]
fn what_the_client_thread_makes_it_hold_is_sent() {
    for_every_order(|| {
        let recorder = Recorder::holding(10, 4);
        let session = session(1, &recorder, None);
        let (own, client) = (Arc::clone(&session), recorder.clone());
        let worker = thread::spawn(move || {
            let is_part = send_in_a_batch(&own, &[packet(b'a')]);
            help(&own, &client, is_part);
        });
        let (own, client) = (Arc::clone(&session), recorder.clone());
        let client_thread = thread::spawn(move || {
            client.hold(b"pong");
            let is_part = matches!(own.push(), Sent::Part { .. });
            help(&own, &client, is_part);
        });
        worker.join().expect("no panic");
        client_thread.join().expect("no panic");
        assert_eq!(session.unsent(), 0);
        let taken = recorder.taken();
        let packet = packet(b'a');
        let orders = [[&packet[..], b"pong"].concat(), [b"pong", &packet[..]].concat()];
        assert!(orders.contains(&taken), "{taken:?}");
    });
}
