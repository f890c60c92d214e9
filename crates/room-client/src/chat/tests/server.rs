//! From one server to another.

use super::*;

fn say(message: &str) -> Request {
    let message = message.to_owned();
    Request::Say { message }
}

fn left(room: Option<i32>, unanswered: &[Request], dropped: &[Request]) -> Left {
    Left {
        room,
        unanswered: unanswered.into(),
        dropped: dropped.into(),
    }
}

#[test]
fn what_is_left_is_the_room_and_what_has_no_answer() {
    let mut chat = alice();
    sent(&mut chat, "hello");
    assert_eq!(chat.leave_server(), left(Some(1), &[say("hello")], &[]));
    // Nothing of that is left then.
    assert!(!chat.is_logged_in() && !chat.is_waiting());
    assert_eq!(chat.names().count(), 0);
    assert_eq!(chat.leave_server(), left(None, &[], &[]));
}

#[test]
fn the_room_is_that_which_was_asked_for_last() {
    let mut chat = alice();
    sent(&mut chat, "/leave");
    assert_eq!(chat.leave_server().room, None);
    let mut chat = alice();
    sent(&mut chat, "/leave");
    sent(&mut chat, "/enter 7");
    assert_eq!(chat.leave_server().room, Some(7));
}

#[test]
fn what_was_dropped_is_left_apart() {
    let mut chat = alice();
    sent(&mut chat, "one");
    sent(&mut chat, "/whisper bob two");
    sent(&mut chat, "three");
    chat.received(&error(ErrorCode::RATE_LIMITED));
    // The answer to the second shows that the first has been dropped.
    chat.received(&Message::WhisperRes(WhisperRes { result: NONE }));
    assert_eq!(chat.leave_server(), left(Some(1), &[say("three")], &[say("one")]));
    assert!(!chat.is_limited());
}

#[test]
fn a_login_that_is_refused_is_no_line_but_an_end() {
    let mut chat = Chat::new("alice", Codec::Binary, Box::new(NoGame));
    chat.ask(chat.login(Secret::new("ticket"))).unwrap();
    let result = ErrorCode::LOGIN_FAILED;
    assert_eq!(chat.received(&Message::LoginRes(LoginRes { result })), None);
    let (code, sentence) = chat.take_turned_away().unwrap();
    assert_eq!(code, ErrorCode::LOGIN_FAILED);
    assert_eq!(sentence, "the server does not let alice in (LOGIN_FAILED)");
    assert_eq!(chat.take_turned_away(), None);
}

fn elsewhere(room: i32, ticket: &[u8; 16]) -> Message<'static> {
    Message::RoomElsewhereNtf(RoomElsewhereNtf {
        room,
        port: 11_022,
        host: "game.example",
        ticket: *ticket,
    })
}

const TICKET: &[u8; 16] = b"AbCdEfGh_-012345";

/// Alice is in no room, asks for room 1200, and this is the server's answer.
fn refused_with(chat: &mut Chat, result: ErrorCode) -> Option<Line> {
    chat.received(&Message::RoomEnterRes(RoomEnterRes {
        result,
        room: 0,
        user_unique_id: 0,
    }))
}

#[test]
fn a_room_on_another_server_is_a_place_to_go_to() {
    let mut chat = alice();
    sent(&mut chat, "/enter 1200");
    assert_eq!(chat.received(&elsewhere(1200, TICKET)), None);
    assert!(!chat.is_moving());
    assert_eq!(refused_with(&mut chat, ErrorCode::ROOM_ELSEWHERE), None);
    assert!(chat.is_moving());
    let place = chat.take_move().unwrap();
    assert_eq!(
        (place.server.to_string().as_str(), place.room),
        ("game.example:11022", 1200)
    );
    assert_eq!(place.ticket, Secret::new("AbCdEfGh_-012345"));
    assert_eq!(chat.take_move(), None);
}

#[test]
fn whoever_has_entered_another_room_since_stays_there() {
    let mut chat = alice();
    sent(&mut chat, "/enter 1200");
    sent(&mut chat, "/enter 7");
    chat.received(&elsewhere(1200, TICKET));
    refused_with(&mut chat, ErrorCode::ROOM_ELSEWHERE);
    chat.received(&Message::RoomEnterRes(RoomEnterRes {
        result: NONE,
        room: 7,
        user_unique_id: 1,
    }));
    assert!(!chat.is_moving());
    assert_eq!(chat.take_move(), None);
    assert_eq!(chat.leave_server().room, Some(7));
}

#[test]
fn a_place_that_was_not_asked_for_or_that_nobody_can_use_is_a_refusal() {
    let refusal = || problem("room 1200 is on another server (ROOM_ELSEWHERE)");
    for place in [elsewhere(7, TICKET), elsewhere(1200, &[0xff; 16])] {
        let mut chat = alice();
        sent(&mut chat, "/enter 1200");
        chat.received(&place);
        assert_eq!(refused_with(&mut chat, ErrorCode::ROOM_ELSEWHERE), refusal());
        assert_eq!(chat.take_move(), None);
    }
    let mut chat = alice();
    sent(&mut chat, "/enter 1200");
    chat.received(&elsewhere(1200, TICKET));
    assert_eq!(
        refused_with(&mut chat, ErrorCode::ENTER_ROOM_ALREADY),
        problem("you are in a room: /leave comes first (ENTER_ROOM_ALREADY)")
    );
    assert_eq!(chat.take_move(), None);
    assert_eq!(chat.leave_server().room, Some(1));
}

#[test]
fn a_connection_that_is_lost_on_the_way_leads_to_the_same_room() {
    let mut chat = alice();
    sent(&mut chat, "/enter 1200");
    chat.received(&elsewhere(1200, TICKET));
    refused_with(&mut chat, ErrorCode::ROOM_ELSEWHERE);
    assert_eq!(chat.leave_server().room, Some(1200));
}
