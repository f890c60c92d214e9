//! A session that is to be closed while it moves to another worker, or ends: somebody closes it, once, and those who wait
//! for that go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use loom::thread;
use protocol::ErrorCode;

use crate::for_every_order;
use crate::progress::Question;
use crate::recorder::Recorder;
use crate::session;
use crate::session::Session;
use crate::ticket::{Parking, Ticket};

/// A ticket that counts when it comes back.
fn ticket(came_back: &Arc<AtomicUsize>) -> Ticket {
    let parking = Parking {
        worker: 0,
        session: Some(2),
        room: None,
    };
    let came_back = Arc::clone(came_back);
    Ticket::new(
        parking,
        Arc::new(move |_| {
            came_back.fetch_add(1, Ordering::SeqCst);
        }),
    )
}

/// What a worker does with a session that it has: true where it is the one that closes it.
fn close_if_wanted(session: &Session) -> bool {
    let is_wanted = session.progress().wanted_farewell().is_some();
    if is_wanted {
        session.progress().say_farewell();
    }
    is_wanted
}

/// The command to close it goes to the worker that it belongs to; that one has it still, or the next one has looked.
#[test]
fn one_that_moves_is_closed_by_one_worker() {
    for_every_order(|| {
        let session = session(1, &Recorder::default(), None);
        let came_back = Arc::new(AtomicUsize::new(0));
        let moving = Arc::clone(&session);
        let next_worker = thread::spawn(move || {
            moving.belongs_to(1);
            close_if_wanted(&moving)
        });
        let is_wanted = session
            .progress()
            .want_farewell(ErrorCode::REPLACED, Some(ticket(&came_back)));
        assert!(is_wanted);
        let commanded = session.worker();
        let has_looked = next_worker.join().expect("no panic");
        // Worker 0 has it no more; worker 1 obeys when it has taken it over.
        let obeyed = commanded == 1 && close_if_wanted(&session);
        assert!(has_looked != obeyed, "{has_looked} and {obeyed}");
        assert_eq!(came_back.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn nobody_waits_for_one_that_ends_by_itself() {
    for_every_order(|| {
        let session = session(1, &Recorder::default(), None);
        let came_back = Arc::new(AtomicUsize::new(0));
        let ending = Arc::clone(&session);
        let worker = thread::spawn(move || ending.progress().say_farewell());
        let others = [(); 2].map(|()| {
            let (session, ticket) = (Arc::clone(&session), ticket(&came_back));
            thread::spawn(move || {
                let progress = session.progress();
                progress.want_farewell(ErrorCode::REPLACED, Some(ticket));
            })
        });
        worker.join().expect("no panic");
        for other in others {
            other.join().expect("no panic");
        }
        assert_eq!(came_back.load(Ordering::SeqCst), 2);
    });
}

/// The client's thread asks the game, and hears when there is nothing more to ask.
#[test]
fn a_question_comes_to_the_client_thread_before_the_answer_to_its_item() {
    for_every_order(|| {
        let session = session(1, &Recorder::default(), None);
        let came_back = Arc::new(AtomicUsize::new(0));
        session.progress().handed_over(5);
        let (own, ticket) = (Arc::clone(&session), ticket(&came_back));
        let worker = thread::spawn(move || {
            own.progress().ask(Question {
                user_id: "bob".to_owned(),
                password: String::new(),
                ticket,
            });
        });
        let question = session.progress().next_question().expect("a question");
        worker.join().expect("no panic");
        let own = Arc::clone(&session);
        let worker = thread::spawn(move || {
            drop(question.ticket);
            own.progress().answered(5);
        });
        assert!(session.progress().next_question().is_none());
        worker.join().expect("no panic");
        assert_eq!(came_back.load(Ordering::SeqCst), 1);
    });
}
