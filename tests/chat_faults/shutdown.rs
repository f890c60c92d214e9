//! Ctrl-C and SIGTERM under load: what was read is answered, nobody is said to leave, everybody hears the last
//! words, nobody is reset.

use std::sync::mpsc::{self, Sender};
use std::thread;

use protocol::ErrorCode;
use protocol::message::Message;

use crate::support::messages::{chat, enter, log_in};
use crate::support::{PATIENCE, Server, Signal, bytes_in_and_out};
use crate::user::User;
use crate::{WORKERS, server};

const CLIENTS: usize = 200;
const ROOMS: usize = 10;
/// Bytes of a request: a full buffer of the server has no part of one at its end.
const REQUEST: usize = 64;
const MESSAGE: &str = "0123456789012345678901234567890123456789012345678901 ";
const SIGNALS: [Signal; 2] = [Signal::INT, Signal::TERM];

/// A member of one of the rooms.
struct Member {
    number: usize,
    user: User,
    heard: Heard,
}

/// What a member has heard.
#[derive(Default)]
struct Heard {
    /// Who has said what.
    said: Vec<(u64, String)>,
    /// Its own requests that were answered.
    answered: usize,
    last_words: bool,
}

impl Heard {
    /// Takes note of a message; true for the answer to a chat, and for the last words.
    fn take(&mut self, message: Message<'_>) -> bool {
        assert!(!self.last_words, "behind the last words: {message:?}");
        match message {
            Message::RoomChatNtf(said) => self.said.push((said.unique_id, said.message.to_owned())),
            Message::RoomNewUserNtf(_) => {}
            Message::RoomChatRes(response) => {
                assert_eq!(response.result, ErrorCode::NONE);
                self.answered += 1;
                return true;
            }
            Message::ErrorNtf(notification) => {
                assert_eq!(notification.error, ErrorCode::SERVER_SHUTTING_DOWN);
                self.last_words = true;
                return true;
            }
            other => panic!("{other:?}"),
        }
        false
    }
}

impl Member {
    fn enter(server: &Server, number: usize) -> Self {
        let mut user = User::log_in(server, &format!("member {number}"));
        user.enter(i32::try_from(number % ROOMS).expect("a small number"));
        let heard = Heard::default();
        Self { number, user, heard }
    }

    /// Hears what comes, up to the answer or the last words.
    fn hear_the_answer(&mut self) {
        let heard = &mut self.heard;
        self.user.receive(|message| heard.take(message).then_some(()));
    }

    /// Hears all that comes, up to an orderly end.
    fn hear_the_rest(&mut self) {
        let heard = &mut self.heard;
        self.user.receive_rest(|message| {
            heard.take(message);
        });
        assert!(heard.last_words, "no last words");
        // Otherwise the server lingers for a second.
        self.user.client.half_close();
    }
}

fn request(count: usize) -> Vec<u8> {
    let request = chat(&format!("{MESSAGE}{count:04}"));
    assert_eq!(request.len(), REQUEST);
    request
}

/// All of a room have heard the same, which is everything that was answered; and so the bytes add up.
#[track_caller]
fn all_is_answered(members: &[Member], log: &str) {
    for room in 0..ROOMS {
        let in_room = members.iter().filter(|member| member.number % ROOMS == room);
        let heard: Vec<_> = in_room.map(|member| &member.heard).collect();
        let answered: usize = heard.iter().map(|heard| heard.answered).sum();
        assert_eq!(heard[0].said.len(), answered, "room {room}");
        assert!(
            heard.iter().all(|other| other.said == heard[0].said),
            "room {room}"
        );
    }
    let requests: usize = members.iter().map(|member| member.heard.answered * REQUEST).sum();
    let beginnings = members.len() * (log_in("").len() + enter(0).len());
    let received: usize = members.iter().map(|member| member.user.received()).sum();
    assert_eq!(bytes_in_and_out(log), (beginnings + requests, received));
}

/// With the server frozen while the requests and the signal come, all of them are under way at once.
#[test]
fn requests_under_way_are_answered_whole_or_not_at_all() {
    for (workers, signal) in WORKERS.into_iter().zip(SIGNALS) {
        let server = server(workers, &["--rate-limit", "0"]);
        let mut members: Vec<_> = (0..CLIENTS)
            .map(|number| Member::enter(&server, number))
            .collect();
        server.process.freeze();
        for member in &mut members {
            let requests: Vec<_> = (0..20).flat_map(request).collect();
            member.user.client.send(&requests);
        }
        server.signal(signal);
        server.process.thaw();
        members.iter_mut().for_each(Member::hear_the_rest);
        let finished = server.process.finish().expect_success();
        all_is_answered(&members, &finished.stderr);
    }
}

#[test]
fn members_in_the_middle_of_a_chat_hear_the_last_words() {
    for (workers, signal) in WORKERS.into_iter().zip(SIGNALS) {
        let server = server(workers, &["--rate-limit", "0"]);
        let members: Vec<_> = (0..CLIENTS)
            .map(|number| Member::enter(&server, number))
            .collect();
        let (sender, chatting) = mpsc::channel();
        let members: Vec<_> = thread::scope(|scope| {
            let chat = |member| {
                let sender = sender.clone();
                scope.spawn(move || chat_until_the_last_words(member, &sender))
            };
            let chats: Vec<_> = members.into_iter().map(chat).collect();
            let all_are_chatting = (0..CLIENTS).all(|_| chatting.recv_timeout(PATIENCE).is_ok());
            // Whatever has gone wrong: without a signal they would chat for ever.
            server.signal(signal);
            assert!(all_are_chatting, "not everybody was answered");
            chats
                .into_iter()
                .map(|chat| chat.join().expect("a chat"))
                .collect()
        });
        let finished = server.process.finish().expect_success();
        all_is_answered(&members, &finished.stderr);
    }
}

fn chat_until_the_last_words(mut member: Member, chatting: &Sender<()>) -> Member {
    let mut count = 0;
    while !member.heard.last_words {
        // The server may have ended the connection meanwhile; then its last words wait here.
        let _ = member.user.client.try_send(&request(count));
        member.hear_the_answer();
        if count == 0 {
            chatting.send(()).expect("the test waits for it");
        }
        count += 1;
    }
    member.hear_the_rest();
    member
}
