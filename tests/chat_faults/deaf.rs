//! A member that never reads, in a room of a hundred that chat.

use std::time::Instant;

use protocol::message::Message;

use crate::support::messages::{chat, enter, log_in};
use crate::support::{Client, PATIENCE, Server};
use crate::user::User;
use crate::{WORKERS, server, was_closed_for};

/// The others in the room, who read.
const OTHERS: usize = 99;
/// Those of them who chat.
const CHATTERS: usize = 5;
const ROOM: i32 = 7;
/// A long message fills the buffers sooner.
const FILLING: &str =
    "....................................................................................................";
/// With it all have heard everything.
const LAST: &str = "the last word";

#[test]
fn at_the_outbox_limit_it_is_cut_off_and_the_others_notice_nothing() {
    let flags = ["--outbox-limit", "16KiB", "--write-timeout", "0"];
    let reason = "outbox limit: the client has left more than 16384 bytes unread";
    cuts_off_the_deaf_one(&flags, reason);
}

#[test]
fn at_the_write_timeout_it_is_cut_off_and_the_others_notice_nothing() {
    let flags = ["--outbox-limit", "0", "--write-timeout", "1s"];
    let reason = "write timeout: the client took nothing for 1s";
    cuts_off_the_deaf_one(&flags, reason);
}

fn cuts_off_the_deaf_one(flags: &[&str], reason: &str) {
    for workers in WORKERS {
        let usual = ["--rate-limit", "0", "--send-buffer", "8KiB"];
        let server = server(workers, &[&usual, flags].concat());
        let deaf = deaf_member(&server);
        let mut others: Vec<_> = (0..OTHERS)
            .map(|number| Member::enter(&server, &format!("member {number}")))
            .collect();
        let rounds = chat_until_somebody_leaves(&mut others);
        was_closed_for(&server, deaf, reason);

        others[0].user.client.send(&chat(LAST));
        others.iter_mut().for_each(Member::hear_the_last_word);
        let heard = &others[0].heard;
        for member in &others {
            assert!(member.heard == *heard, "not all have heard the same");
        }
        let left = |heard: &&Heard| matches!(heard, Heard::Left(_));
        let left: Vec<_> = heard.iter().filter(left).collect();
        assert_eq!(left, [&Heard::Left(1)]);
        for chatter in 0..CHATTERS {
            let own: Vec<_> = heard.iter().filter_map(|heard| heard.round_of(chatter)).collect();
            assert!(own.into_iter().eq(0..rounds), "something of {chatter} is lost");
        }
        does_not_find_the_deaf_one(&server);
    }
}

/// The first member of the room, whose buffers are small.
fn deaf_member(server: &Server) -> Client {
    let mut deaf = User::new(server.connect_with_little_room());
    deaf.client.send(&log_in("deaf"));
    assert_eq!(deaf.enter(ROOM), 1);
    deaf.client
}

/// All say something, and all hear all of it, again and again; gives how often.
fn chat_until_somebody_leaves(members: &mut [Member]) -> usize {
    let start = Instant::now();
    let mut round = 0;
    while !members[0].heard.contains(&Heard::Left(1)) {
        assert!(start.elapsed() < PATIENCE, "nobody has been cut off");
        for (chatter, member) in members.iter_mut().take(CHATTERS).enumerate() {
            member
                .user
                .client
                .send(&chat(&format!("{chatter} {round} {FILLING}")));
        }
        members.iter_mut().for_each(Member::hear_a_round);
        round += 1;
    }
    round
}

fn does_not_find_the_deaf_one(server: &Server) {
    let mut last = User::log_in(server, "last");
    last.client.send(&enter(ROOM));
    let mut members = 0;
    last.receive(|message| match message {
        Message::RoomUserListNtf(list) => {
            members += list.users.len();
            assert!(list.users.iter().all(|user| user.user_id != "deaf"));
            None
        }
        Message::RoomEnterRes(_) => Some(()),
        other => panic!("{other:?}"),
    });
    assert_eq!(members, OTHERS);
}

/// What all members hear.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    Said(String),
    Left(u64),
}

impl Heard {
    fn round_of(&self, chatter: usize) -> Option<usize> {
        let Self::Said(message) = self else {
            return None;
        };
        let rest = message.strip_prefix(&format!("{chatter} "))?;
        rest.split(' ').next()?.parse().ok()
    }
}

/// One who reads.
struct Member {
    user: User,
    heard: Vec<Heard>,
}

impl Member {
    fn enter(server: &Server, user_id: &str) -> Self {
        let mut user = User::log_in(server, user_id);
        user.enter(ROOM);
        let heard = Vec::new();
        Self { user, heard }
    }

    /// One message of each chatter.
    fn hear_a_round(&mut self) {
        for _ in 0..CHATTERS {
            self.hear();
        }
    }

    fn hear_the_last_word(&mut self) {
        while self.hear() != LAST {}
    }

    /// The next message.
    fn hear(&mut self) -> String {
        let heard = &mut self.heard;
        self.user.receive(|message| match message {
            Message::RoomChatNtf(said) => {
                heard.push(Heard::Said(said.message.to_owned()));
                Some(said.message.to_owned())
            }
            Message::RoomLeaveUserNtf(left) => {
                heard.push(Heard::Left(left.unique_id));
                None
            }
            Message::RoomChatRes(_) | Message::RoomNewUserNtf(_) => None,
            other => panic!("{other:?}"),
        })
    }
}
