//! What servers ask each other.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::bounded;
use directory::testing::{Flaky, Mood};
use directory::{Answer, Directory, LogIn, Memory, NodeSettings, Nodes, Place, Request};
use protocol::{Codec, ErrorCode};

use crate::server::{PATIENCE, Server, at, offer, settings, silent, told, whisper};

#[test]
fn the_server_of_the_user_is_asked() {
    let directory = Memory::new();
    let [here, there] = [(); 2].map(|()| Server::start(&directory, settings()));
    assert_eq!(here.tell("bob"), Err(ErrorCode::WHISPER_NO_SUCH_USER));
    assert_eq!(there.log_in(&directory, "bob", 1), ErrorCode::NONE);
    assert_eq!(here.tell("bob"), Ok(()));
    assert_eq!(there.asked.try_iter().collect::<Vec<_>>(), [whisper("bob")]);
    assert!(here.asked.is_empty());
}

#[test]
fn what_the_other_server_says_is_the_answer() {
    let directory = Memory::new();
    let here = Server::start(&directory, settings());
    for (answer, outcome) in [
        (
            Answer::No(ErrorCode::WHISPER_NO_SUCH_USER),
            ErrorCode::WHISPER_NO_SUCH_USER,
        ),
        (
            Answer::No(ErrorCode::INVITED_USER_IN_ROOM),
            ErrorCode::INVITED_USER_IN_ROOM,
        ),
        (Answer::Reserved { room: 1 }, ErrorCode::PEER_UNREACHABLE),
    ] {
        let there = Server::start_answering(&directory, settings(), move |_| answer);
        assert_eq!(there.log_in(&directory, "bob", 1), ErrorCode::NONE);
        assert_eq!(here.tell("bob"), Err(outcome));
        assert_eq!(there.asked.len(), 1);
    }
}

#[test]
fn a_user_who_has_just_gone_to_another_server_is_looked_for_there() {
    let directory = Memory::new();
    let [here, new] = [(); 2].map(|()| Server::start(&directory, settings()));
    let (memory, moved) = (directory.clone(), new.here(7));
    let old = Server::start_answering(&directory, settings(), move |_| {
        let there = memory.find("bob").unwrap();
        let moves = memory.log_in("bob", &moved, there.as_ref());
        assert_eq!(moves.unwrap(), LogIn::Done);
        Answer::No(ErrorCode::WHISPER_NO_SUCH_USER)
    });
    assert_eq!(old.log_in(&directory, "bob", 1), ErrorCode::NONE);
    assert_eq!(here.tell("bob"), Ok(()));
    assert_eq!((old.asked.len(), new.asked.len()), (1, 1));
}

#[test]
fn a_server_that_is_silent_is_told_in_time() {
    let directory = Memory::new();
    let (owner, listening, requests) = silent(&directory);
    directory.log_in("bob", &at(&owner, 1), None).unwrap();
    let deadline = Duration::from_millis(50);
    let here = Server::start(
        &directory,
        NodeSettings {
            deadline,
            ..settings()
        },
    );
    assert_eq!(here.tell("bob"), Err(ErrorCode::PEER_UNREACHABLE));
    // Where there was time for a request at all.
    assert!(requests.try_iter().all(|asked| asked.is_late()));
    let patient = Server::start(&directory, settings());
    drop(listening);
    // It does not even listen.
    assert_eq!(patient.tell("bob"), Err(ErrorCode::PEER_UNREACHABLE));
    directory.release(&owner).unwrap();
    assert_eq!(patient.tell("bob"), Err(ErrorCode::WHISPER_NO_SUCH_USER));
}

#[test]
fn a_directory_that_is_away_is_told_at_once() {
    let directory = Flaky::new(Memory::new());
    let here = Server::start(&directory, settings());
    directory.set(Mood::Away);
    assert_eq!(here.tell("bob"), Err(ErrorCode::PEER_UNREACHABLE));
    assert_eq!(seat(&here, 10).err(), Some(ErrorCode::PEER_UNREACHABLE));
}

#[test]
fn a_full_queue_is_told_at_once() {
    let directory = Memory::new();
    let (owner, _listening, requests) = silent(&directory);
    directory.log_in("bob", &at(&owner, 1), None).unwrap();
    let settings = NodeSettings {
        queue: 1,
        askers: 1,
        ..settings()
    };
    let here = Server::start(&directory, settings);
    let first = here.begin_to_tell("bob");
    let under_way = requests.recv_timeout(PATIENCE).expect("the first is carried");
    let second = here.begin_to_tell("bob");
    let third = here.begin_to_tell("bob");
    assert_eq!(third.try_recv(), Ok(Err(ErrorCode::PEER_UNREACHABLE)));
    assert!(first.is_empty() && second.is_empty());
    under_way.reply.send(Answer::Done);
    assert_eq!(told(first), Ok(()));
    requests
        .recv_timeout(PATIENCE)
        .expect("the second")
        .reply
        .send(Answer::Done);
    assert_eq!(told(second), Ok(()));
}

/// Also where it waits behind another one.
#[test]
fn what_waits_when_the_node_is_left_gets_its_answer() {
    let directory = Memory::new();
    let (owner, listening, requests) = silent(&directory);
    directory.log_in("bob", &at(&owner, 1), None).unwrap();
    let here = Server::start(
        &directory,
        NodeSettings {
            askers: 1,
            ..settings()
        },
    );
    let outcomes = [(); 3].map(|()| here.begin_to_tell("bob"));
    let under_way = requests.recv_timeout(PATIENCE).expect("the first is carried");
    std::thread::scope(|scope| {
        scope.spawn(|| here.nodes.leave());
        drop((under_way, listening, requests));
    });
    for outcome in outcomes {
        assert_eq!(told(outcome), Err(ErrorCode::PEER_UNREACHABLE));
    }
}

/// It has its slot before it has its rooms.
#[test]
fn a_server_that_is_about_to_start_is_waited_for() {
    let directory = Memory::new();
    let here = Server::start(&directory, settings());
    let there = Nodes::join(Arc::new(directory.clone()), offer(), settings()).expect("a slot");
    directory.log_in("bob", &at(&there.owners()[0], 1), None).unwrap();
    let outcome = here.begin_to_tell("bob");
    there.serve(|_, reply| reply.send(Answer::Done));
    assert_eq!(told(outcome), Ok(()));
}

#[test]
fn a_panic_costs_one_answer() {
    let directory = Memory::new();
    let here = Server::start(&directory, settings());
    let there = Server::start_answering(&directory, settings(), |request| {
        assert_ne!(*request, whisper("panic"));
        Answer::Done
    });
    for user_id in ["panic", "bob"] {
        assert_eq!(there.log_in(&directory, user_id, 1), ErrorCode::NONE);
    }
    assert_eq!(here.tell("panic"), Err(ErrorCode::PEER_UNREACHABLE));
    assert_eq!(here.tell("bob"), Ok(()));
}

#[test]
fn a_place_in_a_room_of_another_server_comes_with_a_ticket() {
    let directory = Memory::new();
    let here = Server::start(&directory, settings());
    let there = Server::start_answering(&directory, settings(), |request| match request {
        Request::Reserve { room: Some(19), .. } => Answer::No(ErrorCode::ENTER_ROOM_USER_FULL),
        Request::Reserve { room: Some(18), .. } => Answer::Done,
        Request::Reserve { room: Some(room), .. } => Answer::Reserved { room: *room },
        other => panic!("expected a reservation, got {other:?}"),
    });
    let place = seat(&here, 12).expect("a place");
    assert_eq!((place.room, &*place.host, place.port), (12, "127.0.0.1", 11_021));
    let reserve = Request::Reserve {
        user_id: "alice".to_owned(),
        room: Some(12),
    };
    assert_eq!(there.asked.recv().unwrap(), reserve);
    let seat_there = there.nodes.check_login("alice", place.ticket.as_str(), 1);
    assert_eq!(seat_there.map(|seat| seat.room), Ok(12));
    assert_eq!(seat(&here, 19).err(), Some(ErrorCode::ENTER_ROOM_USER_FULL));
    assert_eq!(seat(&here, 18).err(), Some(ErrorCode::PEER_UNREACHABLE));
    for nowhere in [20, i32::MAX, -1, i32::MIN] {
        assert_eq!(
            seat(&here, nowhere).err(),
            Some(ErrorCode::ROOM_INVALID_NUMBER),
            "{nowhere}"
        );
    }
    there.nodes.leave();
    assert_eq!(seat(&here, 12).err(), Some(ErrorCode::ROOM_INVALID_NUMBER));
}

fn seat(server: &Server, room: i32) -> Result<Place, ErrorCode> {
    let (sender, outcome) = bounded(1);
    let reply = move |outcome| sender.send(outcome).expect("a test");
    server.nodes.seat("alice", room, Codec::Binary, reply);
    outcome.recv_timeout(PATIENCE).expect("an answer")
}
