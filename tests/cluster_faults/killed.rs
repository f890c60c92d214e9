//! A chat server that is killed under load: its users are back soon, on other servers, and nobody sees a ghost of them.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::ChildStdin;
use std::thread;
use std::time::Instant;

use crate::caller::PASSWORD;
use crate::processes::Cluster;
use crate::support::messages::whisper;
use crate::support::{Process, Program, Signal, eventually};
use crate::talker::{Talkers, members};
use crate::{HEIR, NO_SUCH_USER, PEER_UNREACHABLE, RIGHT_AGAIN, SOON, reaches, result_of, took};

/// Those who talk, by turns on each of three servers; two more have the client that people use.
const TALKERS: usize = 18;

const ROOMS: i32 = 10;

/// Someone in room 0 with the client that people use.
fn person(cluster: &Cluster, name: &str) -> (Process, ChildStdin) {
    let url = format!("http://{}", cluster.api.address);
    Program::of_this_build("chat-client")
        .args(&["--api", &url, "--register", "--name", name, "--room", "0"])
        .env("CHAT_CLIENT_PASSWORD", PASSWORD)
        .start_with_keyboard()
}

/// The room that the client has told of last.
fn last_room(person: &Process) -> i32 {
    let lines = person.stdout.wait_for_lines(2, "* you are in room ");
    let number = lines[1].strip_prefix("* you are in room ").expect("such a line");
    number
        .split(',')
        .next()
        .unwrap_or_default()
        .parse()
        .expect("a number")
}

#[test]
fn users_of_a_server_that_is_killed_are_back_soon_and_leave_no_ghosts() {
    let cluster = Cluster::start();
    let flags = [&HEIR[..], &["--rooms", "10"]].concat();
    let [first, _second, _third] = [(); 3].map(|()| cluster.server("chat-server", &flags));
    let mut watcher = cluster.newcomer("watcher", ROOMS + 1);
    let people = ["pat", "kim"].map(|name| (name, person(&cluster, name)));
    for (_, (process, _)) in &people {
        process.stdout.wait_for_line("* you are in room 0");
    }
    let talkers = Talkers::new(&cluster.api);
    let (stays, killed) = thread::scope(|scope| {
        let _stop = talkers.stop_at_the_end();
        let threads: Vec<_> = (0..TALKERS)
            .map(|number| {
                let (talkers, room) = (&talkers, ROOMS * i32::try_from(number % 3).expect("0 to 2"));
                scope.spawn(move || talkers.talk(&format!("user {number}"), room))
            })
            .collect();
        eventually("all talk", || {
            talkers.are_there(TALKERS) && talkers.answered() > 500
        });
        first.signal(Signal::KILL);
        let killed = Instant::now();
        // One of those who were there, before anybody can know that they are not.
        let result = result_of(&mut watcher, &whisper("pat", "are you there?"));
        assert!([NO_SUCH_USER, PEER_UNREACHABLE].contains(&result), "{result}");
        took("a whisper to a user of the killed server", killed, SOON);
        eventually("all are back", || talkers.are_back(killed, TALKERS / 3));
        took("the last of six is back", killed, RIGHT_AGAIN);
        for (_, (process, _)) in &people {
            process.stdout.wait_for_lines(2, "* you are in room ");
        }
        took("two with chat-client are back", killed, RIGHT_AGAIN);
        talkers.stop();
        let stays: Vec<_> = threads
            .into_iter()
            .map(|thread| thread.join().expect("a talker"))
            .collect();
        (stays, killed)
    });
    let moved = stays.iter().filter(|stay| stay.since > killed).count();
    assert_eq!(moved, TALKERS / 3, "nobody else has lost a connection");
    println!("{} messages were answered", talkers.answered());

    let mut expected: Vec<_> = stays.iter().map(|stay| (stay.room, stay.user.clone())).collect();
    expected.extend(
        people
            .iter()
            .map(|(name, (process, _))| (last_room(process), (*name).to_owned())),
    );
    let token = cluster.api.new_user("visitor");
    let rooms: BTreeSet<_> = expected.iter().map(|(room, _)| *room).collect();
    for room in rooms {
        let here: BTreeSet<_> = expected
            .iter()
            .filter(|(its_room, _)| *its_room == room)
            .map(|(_, user)| user.clone())
            .collect();
        let seen = || members(&cluster.api, "visitor", &token, room);
        // The last of a room that was left may still be on the way out.
        eventually("who is there is seen, and nobody else", || seen() == here);
    }
    for (_, user) in expected.iter().filter(|(_, user)| user != "watcher") {
        reaches(&mut watcher, user);
    }
    for (name, (process, mut keyboard)) in people {
        writeln!(keyboard, "I am back").expect("the client reads");
        process.stdout.wait_for_line(&format!("{name}: I am back"));
        drop(keyboard);
        process.finish().expect_success();
    }
}
