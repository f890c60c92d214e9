//! Servers that answer as a test says, on a directory in memory.

use std::thread;

use crossbeam_channel::unbounded;
use directory::{Listening, Load, Memory, Offer, Owner, Slot};

use super::*;

const CHAT: GameName = GameName::new("chat");
const LEASE: Duration = Duration::from_secs(600);
const ROOMS: u32 = 100;
const FULL: Answer = Answer::No(ErrorCode::ENTER_ROOM_USER_FULL);

/// A server with so many users.
fn server(directory: &Memory, users: u32) -> Owner {
    let offer = Offer {
        game: CHAT,
        address: format!("127.0.0.1:{users}"),
        by_codec: Vec::new(),
        web: None,
        rooms: ROOMS,
        room_size: 10,
    };
    let taken = directory.take_slot(&offer, None, LEASE).unwrap();
    let Slot::Taken(owner) = taken else {
        panic!("{taken:?}")
    };
    let load = Load {
        users,
        connections: 0,
    };
    assert!(directory.renew(&owner, load, LEASE).unwrap());
    owner
}

/// It gives this answer to every request.
fn answers(directory: &Memory, owner: &Owner, answer: Answer) -> Listening {
    let (sender, asked) = unbounded();
    let listening = directory.listen(owner, sender).unwrap();
    thread::spawn(move || asked.iter().for_each(|asked| asked.reply.send(answer)));
    listening
}

fn reserved(room: i32) -> Answer {
    Answer::Reserved { room }
}

fn assigned(directory: &Memory, room: Option<i32>) -> Result<(String, i32), Refusal> {
    assign(directory, "alice", &CHAT, room).map(|assigned| (assigned.address, assigned.room))
}

#[test]
fn the_least_busy_server_is_asked_and_its_ticket_is_for_this_user_there() {
    let directory = Memory::new();
    let owners = [7, 3, 5].map(|users| server(&directory, users));
    let _answer = [0, 1, 2].map(|index| answers(&directory, &owners[index], reserved(100 * index as i32)));
    let assigned = assign(&directory, "alice", &CHAT, None).unwrap();
    assert_eq!((assigned.address.as_str(), assigned.room), ("127.0.0.1:3", 100));
    assert_eq!((assigned.game.as_str(), assigned.expires_in), ("chat", 30));
    let ticket = Ticket::parse(&assigned.ticket).unwrap();
    assert_eq!(directory.redeem(&ticket, "bob", &owners[1]).unwrap(), None);
    assert_eq!(directory.redeem(&ticket, "alice", &owners[0]).unwrap(), None);
    let seat = directory.redeem(&ticket, "alice", &owners[1]).unwrap().unwrap();
    assert_eq!(seat.room, 100);
}

#[test]
fn a_server_that_says_no_or_nothing_is_passed_over_three_times_at_most() {
    let directory = Memory::new();
    let owners = [1, 2, 3, 4].map(|users| server(&directory, users));
    // Nobody listens at the first one.
    let _full = answers(&directory, &owners[1], FULL);
    let third = answers(&directory, &owners[2], reserved(222));
    let _fourth = answers(&directory, &owners[3], reserved(333));
    assert_eq!(
        assigned(&directory, None).unwrap(),
        ("127.0.0.1:3".to_owned(), 222)
    );
    drop(third);
    assert!(matches!(assigned(&directory, None), Err(Refusal::NoServer)));
}

#[test]
fn a_server_that_does_not_answer_in_time_is_passed_over() {
    let directory = Memory::new();
    let owners = [1, 2].map(|users| server(&directory, users));
    let (sender, _kept) = unbounded();
    let _listening = directory.listen(&owners[0], sender).unwrap();
    let _second = answers(&directory, &owners[1], reserved(100));
    assert_eq!(assigned(&directory, None).unwrap().1, 100);
}

#[test]
fn a_room_is_asked_for_at_its_own_server() {
    let directory = Memory::new();
    let owners = [1, 2].map(|users| server(&directory, users));
    let _first = answers(&directory, &owners[0], FULL);
    let _second = answers(&directory, &owners[1], reserved(107));
    assert_eq!(
        assigned(&directory, Some(107)).unwrap(),
        ("127.0.0.1:2".to_owned(), 107)
    );
    assert!(matches!(assigned(&directory, Some(7)), Err(Refusal::RoomFull(7))));
}

#[test]
fn a_room_behind_the_last_server_and_one_whose_server_is_gone() {
    let directory = Memory::new();
    assert!(matches!(assigned(&directory, Some(7)), Err(Refusal::NoServer)));
    assert!(matches!(
        assigned(&directory, Some(-1)),
        Err(Refusal::NoSuchRoom(-1))
    ));
    let [owner, gone, _last] = [1, 2, 3].map(|users| server(&directory, users));
    directory.release(&gone).unwrap();
    for room in [100, 199] {
        let refused = assigned(&directory, Some(room));
        assert!(matches!(refused, Err(Refusal::NoServer)), "{room}");
    }
    for room in [300, i32::MAX, i32::MIN] {
        let refused = assigned(&directory, Some(room));
        assert!(matches!(refused, Err(Refusal::NoSuchRoom(_))), "{room}");
    }
    // A server may know better.
    let _answer = answers(&directory, &owner, Answer::No(ErrorCode::ROOM_INVALID_NUMBER));
    assert!(matches!(
        assigned(&directory, Some(7)),
        Err(Refusal::NoSuchRoom(7))
    ));
}

#[test]
fn another_game_has_other_servers() {
    let directory = Memory::new();
    let owner = server(&directory, 1);
    let _answer = answers(&directory, &owner, reserved(0));
    let baccarat = GameName::new("baccarat");
    let refused = assign(&directory, "alice", &baccarat, None);
    assert!(matches!(refused, Err(Refusal::NoServer)));
}
