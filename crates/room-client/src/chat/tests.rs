//! Tests of the client's state, with messages of the protocol and no connection.

use std::time::Instant;

use protocol::PacketId;
use protocol::message::*;

use super::*;
use crate::account::Secret;
use crate::game::NoGame;

mod game;
mod server;

const NONE: ErrorCode = ErrorCode::NONE;

fn notice(text: &str) -> Option<Line> {
    Some(Line::Notice(text.to_owned()))
}

fn problem(text: &str) -> Option<Line> {
    Some(Line::Problem(text.to_owned()))
}

fn message(text: &str) -> Option<Line> {
    Some(Line::Message(text.to_owned()))
}

fn view() -> View {
    View {
        now: Instant::now(),
        columns: 80,
    }
}

/// Alice is in room 1, with bob and carol.
fn alice() -> Chat {
    in_room_1(Chat::new("alice", Codec::Binary, Box::new(NoGame)))
}

fn in_room_1(mut chat: Chat) -> Chat {
    chat.ask(chat.login(Secret::new(""))).unwrap();
    chat.received(&Message::LoginRes(LoginRes { result: NONE }));
    chat.ask(Request::Enter { room: 1 }).unwrap();
    let users = [(1, "bob"), (2, "carol")];
    let users = users.map(|(unique_id, user_id)| RoomUser { unique_id, user_id });
    let list = RoomUserListNtf { users: users.into() };
    assert_eq!(chat.received(&Message::RoomUserListNtf(list)), None);
    assert_eq!(
        chat.received(&entered(1, 3)),
        notice("you are in room 1, with bob, carol")
    );
    assert!(!chat.is_waiting());
    chat
}

fn entered(room: i32, user_unique_id: u64) -> Message<'static> {
    Message::RoomEnterRes(RoomEnterRes {
        result: NONE,
        room,
        user_unique_id,
    })
}

fn refused_entry(result: ErrorCode) -> Message<'static> {
    Message::RoomEnterRes(RoomEnterRes {
        result,
        room: 0,
        user_unique_id: 0,
    })
}

fn error(error: ErrorCode) -> Message<'static> {
    Message::ErrorNtf(ErrorNtf { error })
}

/// What a line makes the client send.
fn sent(chat: &mut Chat, line: &str) -> Packet {
    let reaction = chat.typed(line, view()).unwrap();
    assert_eq!((reaction.lines, reaction.quit), (vec![], false), "{line}");
    reaction.packet.expect("a packet")
}

/// What a line makes the client show, without asking the server.
fn shown(chat: &mut Chat, line: &str) -> Vec<String> {
    let reaction = chat.typed(line, view()).unwrap();
    assert_eq!((reaction.packet, reaction.quit), (None, false), "{line}");
    reaction.lines.iter().map(Line::to_string).collect()
}

#[test]
fn lines_become_packets() {
    let mut chat = alice();
    let said = RoomChatReq {
        message: "hello, all",
    }
    .encode()
    .unwrap();
    assert_eq!(sent(&mut chat, "hello, all"), said);
    let (user_id, message) = ("bob", "hi");
    let whisper = WhisperReq { user_id, message }.encode().unwrap();
    assert_eq!(sent(&mut chat, "/whisper bob hi"), whisper);
    let invitation = RoomInviteReq { user_id }.encode().unwrap();
    assert_eq!(sent(&mut chat, "/invite bob"), invitation);
    assert_eq!(sent(&mut chat, "/leave"), RoomLeaveReq {}.encode().unwrap());
    let enter = RoomEnterReq { room: 2 }.encode().unwrap();
    assert_eq!(sent(&mut chat, "/enter 2"), enter);
}

#[test]
fn what_is_no_request_is_not_sent() {
    let mut chat = alice();
    assert_eq!(shown(&mut chat, "  "), [""; 0]);
    assert_eq!(
        shown(&mut chat, "/dance"),
        ["! /dance is not a command: /help lists them"]
    );
    assert_eq!(
        shown(&mut chat, "/\x1b[2J"),
        ["! /\\u{1b}[2J is not a command: /help lists them"]
    );
    let long = shown(&mut chat, &"x".repeat(127));
    assert_eq!(
        long,
        ["! not sent: the message has 127 bytes, and 126 are allowed"]
    );
    assert_eq!(shown(&mut chat, "/help").len(), HELP.len());
    assert_eq!(chat.typed("/quit", view()).unwrap(), Reaction::quit());
    assert!(!chat.is_waiting());
}

#[test]
fn users_have_names_from_their_coming_to_their_going() {
    let mut chat = alice();
    let say = |unique_id, text| {
        let message = text;
        Message::RoomChatNtf(RoomChatNtf { unique_id, message })
    };
    assert_eq!(chat.received(&say(2, "hi")), message("carol: hi"));
    assert_eq!(chat.received(&say(3, "hello")), message("alice: hello"));
    let user_id = "dave";
    let unique_id = 4;
    assert_eq!(
        chat.received(&Message::RoomNewUserNtf(RoomNewUserNtf { unique_id, user_id })),
        notice("dave has entered")
    );
    assert_eq!(chat.received(&say(4, "안녕")), message("dave: 안녕"));
    let unique_id = 1;
    assert_eq!(
        chat.received(&Message::RoomLeaveUserNtf(RoomLeaveUserNtf { unique_id })),
        notice("bob has left")
    );
    assert_eq!(shown(&mut chat, "/users"), ["* in room 1: carol, alice, dave"]);
    assert_eq!(chat.received(&say(1, "boo")), message("user 1: boo"));
}

#[test]
fn another_room_has_other_users() {
    let mut chat = alice();
    sent(&mut chat, "/leave");
    let left = Message::RoomLeaveRes(RoomLeaveRes { result: NONE });
    assert_eq!(chat.received(&left), notice("you have left room 1"));
    let no_room = "! you are in no room: /enter 1 enters one (ROOM_NOT_IN_USER)";
    assert_eq!(shown(&mut chat, "/users"), [no_room]);
    sent(&mut chat, "/enter 2");
    assert_eq!(chat.received(&entered(2, 1)), notice("you are in room 2, alone"));
    assert_eq!(shown(&mut chat, "/users"), ["* in room 2: alice"]);
}

#[test]
fn a_classic_server_leaves_two_results_at_0() {
    let mut chat = alice();
    let result = ErrorCode(0);
    sent(&mut chat, "hello");
    assert_eq!(chat.received(&Message::RoomChatRes(RoomChatRes { result })), None);
    sent(&mut chat, "/leave");
    let left = Message::RoomLeaveRes(RoomLeaveRes { result });
    assert_eq!(chat.received(&left), notice("you have left room 1"));
    assert!(!chat.is_waiting());
}

#[test]
fn answers_find_their_requests() {
    let mut chat = alice();
    sent(&mut chat, "/whisper bob one");
    sent(&mut chat, "/enter 2");
    sent(&mut chat, "/whisper eve two");
    let whispered = |result| Message::WhisperRes(WhisperRes { result });
    assert_eq!(chat.received(&whispered(NONE)), notice("you whisper to bob: one"));
    assert_eq!(
        chat.received(&refused_entry(ErrorCode::ENTER_ROOM_ALREADY)),
        problem("you are in a room: /leave comes first (ENTER_ROOM_ALREADY)")
    );
    assert_eq!(
        chat.received(&whispered(ErrorCode::WHISPER_NO_SUCH_USER)),
        problem("eve is not logged in (WHISPER_NO_SUCH_USER)")
    );
    assert!(!chat.is_waiting());
    assert_eq!(shown(&mut chat, "/users"), ["* in room 1: bob, carol, alice"]);
}

#[test]
fn a_dropped_request_does_not_shift_the_answers_and_is_kept() {
    let mut chat = alice();
    sent(&mut chat, "/invite eve");
    sent(&mut chat, "/enter 7");
    sent(&mut chat, "hello");
    assert_eq!(chat.received(&error(ErrorCode::RATE_LIMITED)), None);
    assert!(chat.is_limited());
    assert_eq!(
        chat.received(&refused_entry(ErrorCode::ROOM_INVALID_NUMBER)),
        problem("room 7 does not exist (ROOM_INVALID_NUMBER)")
    );
    let (user, message) = ("eve".to_owned(), "hello".to_owned());
    assert_eq!(
        chat.take_dropped(),
        [Request::Invite { user }, Request::Say { message }]
    );
    assert!(!chat.is_limited() && !chat.is_waiting());
    let dropped_sign_of_life = error(ErrorCode::RATE_LIMITED);
    assert_eq!(
        chat.received(&dropped_sign_of_life),
        problem("too many requests a second: the server has dropped some (RATE_LIMITED)")
    );
}

#[test]
fn an_error_that_answers_a_request_is_its_answer() {
    let mut chat = alice();
    sent(&mut chat, "/whisper bob hi");
    sent(&mut chat, "hello");
    let no_room = problem("you are in no room: /enter 1 enters one (ROOM_NOT_IN_USER)");
    assert_eq!(chat.received(&error(ErrorCode::ROOM_NOT_IN_USER)), no_room);
    assert!(!chat.is_waiting());
    sent(&mut chat, "/whisper bob hi");
    assert_eq!(
        chat.received(&error(ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID)),
        problem("the server does not know this request (ROOM_NOT_REGISTERED_PACKET_ID)")
    );
    assert!(!chat.is_waiting());
}

#[test]
fn invitations_go_both_ways() {
    let mut chat = alice();
    let (user_id, room) = ("bob", 2);
    assert_eq!(
        chat.received(&Message::RoomInviteNtf(RoomInviteNtf { user_id, room })),
        notice("bob invites you to room 2: /enter 2, or /decline bob")
    );
    let reaction = chat.typed("/decline bob", view()).unwrap();
    assert_eq!(
        reaction.packet,
        Some(RoomInviteDeclineReq { user_id }.encode().unwrap())
    );
    assert_eq!(
        reaction.lines,
        [Line::Notice("you have declined the invitation of bob".to_owned())]
    );
    assert!(!chat.is_waiting());
    sent(&mut chat, "/invite bob");
    assert_eq!(
        chat.received(&Message::RoomInviteRes(RoomInviteRes { result: NONE })),
        notice("bob is invited")
    );
    assert_eq!(
        chat.received(&Message::RoomInviteDeclineNtf(RoomInviteDeclineNtf { user_id })),
        notice("bob has declined your invitation")
    );
}

#[test]
fn the_last_words_of_the_server_are_kept() {
    let mut chat = alice();
    assert_eq!(chat.farewell(), None);
    assert_eq!(chat.received(&error(ErrorCode::SERVER_SHUTTING_DOWN)), None);
    let reason = "it is shutting down (SERVER_SHUTTING_DOWN)";
    assert_eq!(chat.farewell().map(|(_, reason)| reason).as_deref(), Some(reason));
}
