//! The rules of requests between servers. Answers are waited for in real time.

use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};
use protocol::ErrorCode;

use crate::directory::AskError;
use crate::request::{Answer, Asked, Came, Listening, MOST_TOGETHER, Request};
use crate::server::Owner;
use crate::testing::world::World;

/// Only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(10);

/// For an answer that does not come.
const BRIEF: Duration = Duration::from_millis(50);

/// Whatever it says.
pub fn an_answer_comes_back(world: &World) {
    let (owner, _listening, requests) = listener(world, 8);
    let answers = [
        Answer::Done,
        Answer::No(ErrorCode::WHISPER_NO_SUCH_USER),
        Answer::Reserved { room: 7 },
        Answer::Came(Came(0)),
        Answer::Came([true, false, true].into_iter().collect()),
        Answer::Came(Came(u32::MAX)),
    ];
    for answer in answers {
        thread::scope(|scope| {
            scope.spawn(|| next(&requests).reply.send(answer));
            assert_eq!(ask(world, &owner, PATIENCE).expect("an answer"), answer);
        });
    }
}

/// Every kind, with any text, to the server that it asks and to no other.
pub fn every_request_comes_as_it_was_sent(world: &World) {
    let (owner, _listening, requests) = listener(world, 8);
    let (_, _listening_too, of_other) = listener(world, 8);
    let [from, to] = ["alice", "안녕 \u{1}:\"\\"].map(str::to_owned);
    let both = || (from.clone(), to.clone());
    let ((from_w, to_w), (from_i, to_i), (from_d, to_d)) = (both(), both(), both());
    let sent = [
        Request::Whisper {
            from: from_w,
            to: to_w,
            message: "two\r\nlines".to_owned(),
        },
        Request::Invite {
            from: from_i,
            to: to_i,
            room: i32::MAX,
        },
        Request::Decline {
            from: from_d,
            to: to_d,
        },
        Request::Replace {
            user_id: to.clone(),
            session: u64::MAX,
        },
        Request::Reserve {
            user_id: to.clone(),
            room: Some(0),
        },
        Request::Reserve {
            user_id: to.clone(),
            room: None,
        },
        Request::ReserveAll {
            user_ids: vec![to.clone(); MOST_TOGETHER],
        },
        Request::WhoCame {
            room: i32::MIN,
            user_ids: vec![from, to],
        },
        Request::WhoCame {
            room: 0,
            user_ids: Vec::new(),
        },
    ];
    for request in sent {
        thread::scope(|scope| {
            let came = scope.spawn(|| {
                let asked = next(&requests);
                asked.reply.send(Answer::Done);
                asked.request
            });
            let answer = world.directory.ask(&owner, request.clone(), PATIENCE);
            assert_eq!(answer.expect("an answer"), Answer::Done);
            assert_eq!(came.join().expect("a request"), request);
        });
    }
    assert!(of_other.is_empty());
}

/// That is told at once, and is no doubt.
pub fn whoever_does_not_listen_is_not_there(world: &World) {
    let is_there = |owner: &Owner| match ask(world, owner, PATIENCE) {
        Err(AskError::NobodyThere) => false,
        Err(AskError::NoAnswer(_)) => true,
        other => panic!("expected no answer, got {other:?}"),
    };
    assert!(!is_there(&world.server()), "it has not begun to listen");
    let (owner, listening, requests) = listener(world, 1);
    // What is dropped is not answered.
    thread::scope(|scope| {
        scope.spawn(|| drop(next(&requests)));
        assert!(is_there(&owner));
    });
    drop(listening);
    assert!(!is_there(&owner), "it has stopped listening");
    let (late, _listening, _requests) = listener(world, 1);
    world.pass_a_lease();
    assert!(!is_there(&late), "its lease has ended");
    let (next, _listening, _requests) = listener(world, 1);
    let other = Owner {
        generation: next.generation + 1,
        ..next
    };
    assert!(!is_there(&other), "another generation is another server");
}

/// In time, whether it was not given or could not be brought there.
pub fn no_answer_is_told(world: &World) {
    let (owner, _listening, requests) = listener(world, 1);
    let first = ask(world, &owner, BRIEF);
    assert!(matches!(first, Err(AskError::NoAnswer(_))), "{first:?}");
    eventually("it has come", || requests.is_full());
    // A directory that tells it at once does not wait so long.
    let second = ask(world, &owner, PATIENCE);
    assert!(matches!(second, Err(AskError::NoAnswer(_))), "{second:?}");
    let first = next(&requests);
    eventually("nobody waits for it any more", || first.is_late());
    assert!(requests.is_empty(), "the second has found no room");
}

/// And disturbs no later request.
pub fn a_late_answer_is_nobodys(world: &World) {
    let (owner, _listening, requests) = listener(world, 8);
    assert!(ask(world, &owner, BRIEF).is_err());
    next(&requests).reply.send(Answer::Reserved { room: 1 });
    thread::scope(|scope| {
        scope.spawn(|| next(&requests).reply.send(Answer::Done));
        assert_eq!(ask(world, &owner, PATIENCE).expect("an answer"), Answer::Done);
    });
}

/// A server that listens, with room for so many requests.
fn listener(world: &World, room: usize) -> (Owner, Listening, Receiver<Asked>) {
    let owner = world.server();
    let (sender, requests) = bounded(room);
    let listening = world.directory.listen(&owner, sender);
    (owner, listening.expect("a directory that answers"), requests)
}

fn ask(world: &World, owner: &Owner, deadline: Duration) -> Result<Answer, AskError> {
    let request = Request::Decline {
        from: "alice".to_owned(),
        to: "bob".to_owned(),
    };
    world.directory.ask(owner, request, deadline)
}

/// For what a way between two machines may delay.
fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "still not so: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

fn next(requests: &Receiver<Asked>) -> Asked {
    requests.recv_timeout(PATIENCE).expect("a request")
}
