//! Five hundred users who log in, enter, leave, chat, whisper and disappear at random.
//!
//! The seed is fixed, so each thread of users does the same in every run; how the threads meet is up to the
//! system. Whatever happens must fit the model in `views`.

use std::thread;

use protocol::ErrorCode;
use protocol::message::Message;

use crate::messages::{chat, enter, entered, leave, left, logged_in, login, whisper};
use crate::support::{Server, eventually};
use crate::user::User;
use crate::views::{Stay, Views};
use crate::{WORKERS, server, user};

const THREADS: usize = 10;
const USERS_PER_THREAD: usize = 50;
const USERS: usize = THREADS * USERS_PER_THREAD;
const STEPS_PER_THREAD: usize = 1_000;
const ROOMS: i32 = 25;

#[test]
fn a_walk_of_five_hundred_fits_the_model() {
    for workers in WORKERS {
        // Some rooms are full now and then.
        let server = server(workers, &["--rate-limit", "0", "--room-size", "20"]);
        let views = Views::default();
        thread::scope(|scope| {
            for number in 0..THREADS {
                let (server, views) = (&server, &views);
                scope.spawn(move || walk(server, views, number));
            }
        });
        views.agree();
        let mut last = user(&server, "last");
        for room in 0..ROOMS {
            // Nobody is in the list, since there is none.
            last.exchange(&enter(room), &entered(room, views.entries(room) + 1));
            last.exchange(&leave(), &left());
        }
    }
}

fn walk(server: &Server, views: &Views, number: usize) {
    let mut random = Random(number as u64);
    let first = number * USERS_PER_THREAD;
    let walkers = (first..first + USERS_PER_THREAD).map(|number| Walker::new(server, views, number));
    let mut walkers: Vec<_> = walkers.collect();
    for _ in 0..STEPS_PER_THREAD {
        let walker = random.below(walkers.len());
        walkers[walker].step(&mut random);
    }
    for walker in &mut walkers {
        walker.log_in();
        walker.close();
    }
}

/// One user, connected or not.
struct Walker<'a> {
    server: &'a Server,
    story: Story<'a>,
    user: Option<User>,
}

impl<'a> Walker<'a> {
    fn new(server: &'a Server, views: &'a Views, number: usize) -> Self {
        let story = Story {
            views,
            user_id: user_id(number),
            stay: None,
            list: Vec::new(),
            asked: 0,
        };
        Self {
            server,
            story,
            user: None,
        }
    }

    fn step(&mut self, random: &mut Random) {
        if self.user.is_none() {
            return self.log_in();
        }
        let room = i32::try_from(random.below(ROOMS as usize)).expect("a small number");
        let someone = user_id(random.below(USERS));
        match (self.story.stay.is_some(), random.below(20)) {
            (_, 0) => self.reset(),
            (_, 1) => self.close(),
            (_, 2..5) => self.whisper(&someone),
            (true, 5..8) => self.leave(),
            (true, 8..10) => self.move_and_speak(room, random.below(2) == 0),
            (true, 10) => self.enter(room, Some(ErrorCode::ENTER_ROOM_ALREADY)),
            (true, _) => self.speak(),
            (false, 5) => self.speak_outside(),
            (false, _) => self.enter(room, None),
        }
    }

    /// Right after an orderly end the name is free; after a reset it takes the server a while to notice.
    fn log_in(&mut self) {
        if self.user.is_none() {
            let mut client = self.server.connect();
            eventually("the name is free", || {
                client.is_answered(&login(&self.story.user_id), &logged_in())
            });
            self.user = Some(User::new(client));
        }
    }

    fn reset(&mut self) {
        if let Some(user) = self.user.take() {
            user.client.reset();
        }
        if let Some(stay) = self.story.stay.take() {
            self.story.views.left(stay, false);
        }
    }

    /// Says that nothing more comes, and hears everything up to the end.
    fn close(&mut self) {
        let Some(mut user) = self.user.take() else {
            return;
        };
        user.client.half_close();
        let story = &mut self.story;
        user.receive_rest(|message| assert_eq!(story.take(message), None));
        self.story.end_of_stay();
    }

    fn enter(&mut self, room: i32, refused: Option<ErrorCode>) {
        self.story.asked = self.story.views.now();
        let result = self.ask(&enter(room));
        match refused {
            Some(reason) => assert_eq!(result, reason),
            None => assert!(
                [ErrorCode::NONE, ErrorCode::ENTER_ROOM_USER_FULL].contains(&result),
                "{result}"
            ),
        }
    }

    fn leave(&mut self) {
        assert_eq!(self.ask(&leave()), ErrorCode::NONE);
    }

    fn speak(&mut self) {
        let message = self.story.next_message();
        assert_eq!(self.ask(&chat(&message)), ErrorCode::NONE);
        self.story.has_heard_itself();
    }

    fn speak_outside(&mut self) {
        let nowhere = self.ask(&chat("is anybody here?"));
        assert_eq!(nowhere, ErrorCode::ROOM_NOT_IN_USER);
    }

    /// Out of a room, into another and a word there, all before the first answer: in one write, or in three.
    fn move_and_speak(&mut self, room: i32, at_once: bool) {
        let message = format!("{room}/{}/1", self.story.user_id);
        self.story.asked = self.story.views.now();
        let requests = [leave(), enter(room), chat(&message)];
        let user = self.user.as_mut().expect("it is logged in");
        if at_once {
            user.client.send(&requests.concat());
        } else {
            requests.iter().for_each(|request| user.client.send(request));
        }
        assert_eq!(self.ask(b""), ErrorCode::NONE);
        let expected = match self.ask(b"") {
            ErrorCode::NONE => ErrorCode::NONE,
            full => {
                assert_eq!(full, ErrorCode::ENTER_ROOM_USER_FULL);
                ErrorCode::ROOM_NOT_IN_USER
            }
        };
        assert_eq!(self.ask(b""), expected);
        if expected == ErrorCode::NONE {
            self.story.next_message();
            self.story.has_heard_itself();
        }
    }

    fn whisper(&mut self, someone: &str) {
        let message = format!("{}/{someone}", self.story.user_id);
        let result = self.ask(&whisper(someone, &message));
        if someone == self.story.user_id {
            assert_eq!(result, ErrorCode::WHISPER_SELF);
        } else {
            let possible = [ErrorCode::NONE, ErrorCode::WHISPER_NO_SUCH_USER];
            assert!(possible.contains(&result), "{result}");
        }
    }

    /// Sends requests; gives the next result that comes.
    fn ask(&mut self, requests: &[u8]) -> ErrorCode {
        let user = self.user.as_mut().expect("it is logged in");
        user.client.send(requests);
        let story = &mut self.story;
        user.receive(|message| story.take(message))
    }
}

fn user_id(number: usize) -> String {
    format!("user {number}")
}

/// What one user has been told.
struct Story<'a> {
    views: &'a Views,
    user_id: String,
    stay: Option<Stay>,
    /// Who is in the room that is being entered.
    list: Vec<(u64, String)>,
    /// When that was asked for.
    asked: u64,
}

impl Story<'_> {
    /// Takes note of a message; gives the result, where it is the answer to a request.
    fn take(&mut self, message: Message<'_>) -> Option<ErrorCode> {
        match message {
            Message::RoomNewUserNtf(new) => self.stay().came(new.unique_id, new.user_id),
            Message::RoomLeaveUserNtf(left) => self.stay().left(left.unique_id),
            Message::RoomChatNtf(said) => self.stay().heard(said.unique_id, said.message),
            Message::RoomUserListNtf(list) => {
                assert!(self.stay.is_none(), "a list without a request");
                let users = list.users.iter();
                self.list
                    .extend(users.map(|user| (user.unique_id, user.user_id.to_owned())));
            }
            Message::WhisperNtf(whisper) => {
                let expected = format!("{}/{}", whisper.user_id, self.user_id);
                assert_eq!(whisper.message, expected, "for somebody else");
            }
            Message::RoomEnterRes(response) => {
                let list = std::mem::take(&mut self.list);
                if response.result == ErrorCode::NONE {
                    let stay = Stay::begin(response.room, response.user_unique_id, &self.user_id, list);
                    self.views.entered(&stay, self.asked);
                    self.stay = Some(stay);
                } else {
                    assert!(list.is_empty(), "not let in, but told of {list:?}");
                }
                return Some(response.result);
            }
            Message::RoomLeaveRes(response) => {
                self.end_of_stay();
                return Some(response.result);
            }
            Message::RoomChatRes(response) => return Some(response.result),
            Message::WhisperRes(response) => return Some(response.result),
            Message::ErrorNtf(notification) => return Some(notification.error),
            other => panic!("{other:?}"),
        }
        None
    }

    fn stay(&mut self) -> &mut Stay {
        self.stay.as_mut().expect("only members hear of a room")
    }

    fn next_message(&mut self) -> String {
        let user_id = self.user_id.clone();
        self.stay().next_message(&user_id)
    }

    fn has_heard_itself(&mut self) {
        let stay = self.stay();
        assert_eq!(stay.last_heard_of_its_own(), Some(stay.said));
    }

    fn end_of_stay(&mut self) {
        if let Some(stay) = self.stay.take() {
            self.views.left(stay, true);
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % count as u64).expect("less than a usize")
    }
}
