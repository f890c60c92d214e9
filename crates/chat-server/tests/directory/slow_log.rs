//! Durable rooms whose log takes its time: what waits for it, what does not, and in which order it comes when the log has
//! answered.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use admin::Metrics;
use chat_server::{CHAT, Chat};
use protocol::DEFAULT_MAX_PACKET;
use protocol::message::WhisperNtf;
use room_log::{InDirectory, Writer};

use crate::server::{Server, World};
use crate::stepped_log::{SteppedLog, Steps};
use crate::support::messages::{
    SYNC, chat, chatted, enter, entered, has_come, has_left, history, leave, left, ping, pong, said, stands,
    synced, told, told_all, user_list, whisper, whispered, whispers,
};
use crate::support::{Client, MOMENT, eventually};

const NOT_STORED: i16 = 157;

/// That of a log in memory which has never lost anything.
const EPOCH: u64 = 1;

/// A server with one worker, whose answers to one user say how far it is with all others.
fn start(world: &World) -> (Server, Steps) {
    let (log, steps) = SteppedLog::new();
    let server = Server::start(world, CHAT, |nodes| {
        let writer = Writer::new(log, InDirectory::new(Arc::clone(&nodes))).expect("an epoch");
        let chat = Chat::in_directory(nodes, DEFAULT_MAX_PACKET);
        chat.durable(writer, &Metrics::default()).expect("a thread")
    });
    (server, steps)
}

/// Runs a test with Alice and Bob in room 0, where they have the unique ids 1 and 2, and Carol in none.
fn with_two_members(test: impl FnOnce(&World, &Server, &Steps, [Client; 3])) {
    let world = World::new(1);
    let (server, steps) = start(&world);
    let mut users = ["alice", "bob", "carol"].map(|user| server.user(&world, user));
    let [alice, bob, _] = &mut users;
    alice.exchange(&enter(0), &entered(0, 1));
    bob.exchange(&enter(0), &[user_list(&[(1, "alice")]), entered(0, 2)].concat());
    alice.expect(&has_come(2, "bob"));
    test(&world, &server, &steps, users);
    drop(steps);
    server.end();
}

/// The worker has done all that was sent to it before, and has sent what came of it.
#[track_caller]
fn all_is_done(witness: &mut Client) {
    witness.exchange(&ping(7), &pong(7));
}

/// It was sent nothing: what was sent before would be here.
#[track_caller]
fn hears_nothing(client: &mut Client) {
    client.expect_silence(Duration::from_millis(1));
}

#[test]
fn all_that_members_get_stays_behind_a_message_and_others_wait_for_nothing() {
    with_two_members(|_, _, steps, [mut alice, mut bob, mut carol]| {
        let requests = [
            chat("a"),
            ping(1),
            whisper("bob", "psst"),
            whisper("carol", "now"),
            chat("b"),
            leave(),
            ping(2),
        ];
        alice.send(&requests.concat());
        let first = steps.next();
        assert_eq!(first[0], "a");
        // Carol's own answer is not held up by Bob, who has to wait.
        carol.expect(&whispers("alice", "now"));
        carol.exchange(&whisper("bob", "and?"), &whispered(1));
        all_is_done(&mut carol);
        hears_nothing(&mut alice);
        hears_nothing(&mut bob);
        let _ = steps.store_all(first.len(), 2);
        let answers = [
            said(1, "a"),
            chatted(1),
            pong(1),
            whispered(1),
            whispered(1),
            said(1, "b"),
            chatted(1),
            left(1),
            pong(2),
        ];
        alice.expect(&answers.concat());
        let heard = [
            said(1, "a"),
            whispers("alice", "psst"),
            said(1, "b"),
            has_left(1),
            whispers("carol", "and?"),
        ];
        bob.expect(&heard.concat());
    });
}

#[test]
fn a_history_that_is_asked_for_meanwhile_has_each_message_once() {
    with_two_members(|world, server, steps, [mut alice, mut bob, mut carol]| {
        let generation = server.owner().generation;
        alice.send(&chat("a"));
        assert_eq!(steps.next(), ["a"]);
        let back = [SYNC.to_vec(), enter(0), history([0; 3])];
        carol.send(&back.concat());
        let list = user_list(&[(1, "alice"), (2, "bob")]);
        carol.expect(&[synced(EPOCH), list, entered(0, 3)].concat());
        // Behind her request, so it is live for her.
        bob.send(&chat("b"));
        let mut witness = server.user(world, "witness");
        bob.wait_until_read();
        all_is_done(&mut witness);
        hears_nothing(&mut carol);
        let _ = steps.store_all(1, 2);
        let heard = [
            told(generation, 1, "alice", "a"),
            stands([EPOCH, generation, 1]),
            told_all(1),
            said(2, "b"),
            stands([EPOCH, generation, 2]),
        ];
        carol.expect(&heard.concat());
        let seen = [said(1, "a"), chatted(1), has_come(3, "carol"), said(2, "b")];
        alice.expect(&seen.concat());
    });
}

#[test]
fn what_is_not_stored_is_told_in_its_place_and_to_its_sender_alone() {
    with_two_members(|_, _, steps, [mut alice, mut bob, _]| {
        alice.send(&[chat("a"), ping(1)].concat());
        bob.send(&ping(2));
        assert_eq!(steps.next(), ["a"]);
        steps.refuse();
        alice.expect(&[chatted(NOT_STORED), pong(1)].concat());
        alice.send(&chat("b"));
        assert_eq!(steps.next(), ["b"]);
        steps.store();
        alice.expect(&[said(1, "b"), chatted(1)].concat());
        bob.expect(&[pong(2), said(1, "b")].concat());
    });
}

/// Whoever speaks for the server may have to say why nothing comes.
#[test]
fn the_words_of_an_operator_wait_for_no_log() {
    with_two_members(|_, server, steps, [mut alice, mut bob, _]| {
        let words = |message| WhisperNtf {
            user_id: "server announcement",
            message,
        };
        alice.send(&chat("a"));
        assert_eq!(steps.next(), ["a"]);
        assert_eq!(server.control.send_to_all(words("the disk is slow")), 3);
        alice.expect(&whispers("server announcement", "the disk is slow"));
        bob.expect(&whispers("server announcement", "the disk is slow"));
        // What Alice has asked for before is answered all the same, and then it ends.
        assert!(server.control.dismiss("alice", &words("good-bye")));
        alice.expect(&whispers("server announcement", "good-bye"));
        steps.store();
        alice.expect(&[said(1, "a"), chatted(1)].concat());
        alice.expect_end();
        bob.expect(&[said(1, "a"), has_left(1)].concat());
    });
}

/// Ten users send 250 KB together. What is at the log is bounded, and so is what waits behind it: the rest stays with the
/// clients' own threads, and then with the clients.
#[test]
fn what_is_at_the_log_is_bounded() {
    const MEMBERS: usize = 10;
    /// Nearly as many as a client may send at once: it has logged in and entered before.
    const EACH: usize = 190;
    /// Half of what an outbox may hold, and then one more read of a client's thread. Without a bound it would be as many as
    /// the log takes into one append, which are a thousand.
    const MOST_TOGETHER: usize = 128 * 1024 / (126 + 64) + 1 + EACH;
    let message = "x".repeat(126);
    let world = World::new(1);
    let (server, steps) = start(&world);
    let mut witness = server.user(&world, "witness");
    let mut members: Vec<Client> = Vec::new();
    for unique_id in 1..=MEMBERS as u64 {
        let name = format!("user-{unique_id}");
        let mut newcomer = server.user(&world, &name);
        newcomer.send(&enter(0));
        newcomer.skip_to(&entered(0, unique_id));
        members
            .iter_mut()
            .for_each(|member| member.expect(&has_come(unique_id, &name)));
        members.push(newcomer);
    }
    members
        .iter_mut()
        .for_each(|member| member.send(&chat(&message).repeat(EACH)));
    let first = steps.next().len();
    // Nobody is answered any more, whatever room it is in.
    eventually("the worker takes nothing more", || {
        !witness.is_answered_within(MOMENT, &ping(7), &pong(7))
    });
    let all = said(1, &message).len() * MEMBERS * EACH + chatted(1).len() * EACH;
    thread::scope(|scope| {
        for member in &mut members {
            scope.spawn(move || member.receive_exactly(&mut vec![0; all]));
        }
        let together = steps.store_all(first, MEMBERS * EACH);
        let most = together.iter().max().copied().unwrap_or_default();
        assert!(most <= MOST_TOGETHER, "{most} messages at once: {together:?}");
    });
    // As soon as there is room, all goes on.
    witness.expect(&pong(7));
    drop((members, steps));
    server.end();
}
