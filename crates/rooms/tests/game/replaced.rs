//! Sessions that somebody wants to be closed: a newer login of the same user, or another thread of the program.

use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use net::Limits;
use protocol::ErrorCode;
use protocol::message::WhisperNtf;
use rooms::{Config, Login};

use crate::notes::{Check, MIRROR, NOTE, PARK, REASON};
use crate::server::{
    Running, bytes, ends, enter, entered, error, has_come, has_left, leave, logged_in, login, login_result,
    login_with, note, packet, with_two,
};
use crate::support::{Client, eventually};

fn anybody(_: &Login<'_>) -> Result<(), ErrorCode> {
    Ok(())
}

fn mirror(text: &str) -> Vec<u8> {
    packet(MIRROR, text)
}

fn replaced() -> Vec<u8> {
    error(ErrorCode::REPLACED)
}

/// A server that lets anybody in, and Alice and Bob in room 7 of it.
fn with_alice_and_bob(test: impl Fn(&Running, Client, Client)) {
    for workers in [1, 4] {
        let config = Config {
            workers,
            ..Config::default()
        };
        let server = Running::start_with_check(config, Arc::new(anybody));
        let [mut alice, mut bob] = ["alice", "bob"].map(|user_id| server.user(user_id));
        alice.exchange(&enter(7), &[entered(7, 1, &[]), note("alice is in 7")].concat());
        let welcome = [entered(7, 2, &[(1, "alice")]), note("bob is in 7")];
        bob.exchange(&enter(7), &welcome.concat());
        alice.expect(&[has_come(2, "bob"), note("bob is in 7")].concat());
        test(&server, alice, bob);
    }
}

/// What the room hears when a new Alice takes the place of the old one.
fn alice_goes_and_comes() -> Vec<u8> {
    let packets = [
        has_left(1),
        note("alice of 2"),
        has_come(3, "alice"),
        note("alice is in 7"),
    ];
    packets.concat()
}

#[test]
fn the_old_session_leaves_before_the_new_one_enters() {
    with_alice_and_bob(|server, mut old, mut bob| {
        let whisper = WhisperNtf {
            user_id: "zoe",
            message: "for the old one",
        };
        assert!(server.outside().send_to_user("alice", &whisper));
        let mut new = server.connect();
        let welcome = [logged_in(), entered(7, 3, &[(2, "bob")]), note("alice is in 7")];
        new.exchange(&[login("alice"), enter(7)].concat(), &welcome.concat());
        bob.expect(&alice_goes_and_comes());
        assert_eq!(old.receive_rest(), [bytes(whisper.encode()), replaced()].concat());
        // Its late clean-up takes nothing from the new one.
        drop(old);
        assert_eq!(server.ended().0, "alice");
        new.exchange(&mirror("here"), &mirror("here"));
        assert!(server.outside().send_to_user("alice", &whisper));
        new.expect(&bytes(whisper.encode()));
        bob.exchange(&packet(NOTE, "hi"), &note("bob: hi"));
        new.expect(&note("bob: hi"));
        assert_eq!(server.counters.read().users, 2);
    });
}

#[test]
fn an_old_session_that_is_parked_goes_after_the_answer_and_the_new_one_waits_for_it() {
    with_alice_and_bob(|server, mut old, mut bob| {
        old.send(&[packet(PARK, ""), packet(NOTE, "not answered")].concat());
        let ticket = server.ticket();
        let mut new = server.connect();
        new.send(&[login("alice"), enter(7)].concat());
        // The name is its own at once.
        new.expect(&logged_in());
        bob.exchange(&packet(NOTE, "on"), &note("bob: on"));
        server.outside().resume(ticket, "answer".to_owned());
        bob.expect(&[note("to alice: answer"), alice_goes_and_comes()].concat());
        let rest = [note("bob: on"), note("to alice: answer"), replaced()];
        assert_eq!(old.receive_rest(), rest.concat());
        new.expect(&[entered(7, 3, &[(2, "bob")]), note("alice is in 7")].concat());
    });
}

#[test]
fn the_end_of_the_server_does_not_come_between_the_old_and_the_new_one() {
    with_alice_and_bob(|server, mut old, mut bob| {
        old.send(&packet(PARK, ""));
        let ticket = server.ticket();
        let mut new = server.connect();
        new.send(&[login("alice"), enter(7)].concat());
        new.expect(&logged_in());
        server.request_end();
        server.outside().resume(ticket, "answer".to_owned());
        let last_word = error(ErrorCode::SERVER_SHUTTING_DOWN);
        ends(&mut old, &[note("to alice: answer"), replaced()].concat());
        let welcome = [entered(7, 3, &[(2, "bob")]), note("alice is in 7")];
        ends(&mut new, &[welcome.concat(), last_word.clone()].concat());
        let all = [note("to alice: answer"), alice_goes_and_comes(), last_word];
        ends(&mut bob, &all.concat());
    });
}

#[test]
fn of_racing_logins_one_is_left_and_the_others_know_why() {
    const CLIENTS: usize = 100;
    for workers in [1, 4] {
        let config = Config {
            workers,
            // Those who are refused stay, however long this takes.
            login_timeout: None,
            limits: Limits::default(),
            ..Config::default()
        };
        let check = |login: &Login<'_>| match login.password {
            "guess" => Err(ErrorCode::LOGIN_FAILED),
            _ => Ok(()),
        };
        let server = Running::start_with_check(config, Arc::new(check));
        let start = Barrier::new(CLIENTS);
        let log_in = |number: usize| {
            let mut client = server.connect();
            let password = if number.is_multiple_of(10) { "guess" } else { "" };
            start.wait();
            client.send(&[login_with("alice", password), enter(7)].concat());
            let mut result = [0; 7];
            client.receive_exactly(&mut result);
            (client, result[..] == logged_in())
        };
        let clients: Vec<_> = thread::scope(|scope| {
            let log_in = &log_in;
            let threads: Vec<_> = (0..CLIENTS)
                .map(|number| scope.spawn(move || log_in(number)))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("a client"))
                .collect()
        });
        let mut left = Vec::new();
        for (mut client, was_let_in) in clients {
            match was_let_in {
                true => left.extend(who_is_left(client)),
                false => client.exchange(
                    &mirror("here"),
                    &error(ErrorCode::PACKET_NOT_LOGIN_USER).repeat(2),
                ),
            }
        }
        assert_eq!(left.len(), 1, "{workers} workers");
        eventually("the others have left the room", || {
            let counts = server.counters.read();
            (counts.users, counts.rooms_in_use) == (1, 1)
        });
        let others: Vec<_> = (1..CLIENTS * 9 / 10).map(|_| server.ended()).collect();
        assert!(others.iter().all(|(user_id, _)| user_id == "alice"));
        assert!(server.further_ends().is_empty());
        // The room has one member.
        let mut bob = server.user("bob");
        bob.send(&[enter(7), leave()].concat());
        left[0].skip_to(&note("bob of 2"));
    }
}

/// The client, if it is served still; otherwise it was told why not.
fn who_is_left(mut client: Client) -> Option<Client> {
    let mut heard = Vec::new();
    // Where the server has waited long enough for the client to close, the connection is gone.
    let _ = client.try_send(&mirror("here"));
    loop {
        let more = client.receive_some().unwrap_or_default();
        heard.extend_from_slice(&more);
        if heard.ends_with(&mirror("here")) {
            return Some(client);
        }
        if more.is_empty() {
            assert!(heard.ends_with(&replaced()), "{heard:?}");
            return None;
        }
    }
}

#[test]
fn a_user_is_closed_from_outside() {
    with_two(|server, mut alice, mut bob| {
        assert!(!server.outside().close_user("carol", None, REASON));
        assert!(!server.outside().close_user("bob", Some(99), REASON));
        assert!(server.outside().close_user("bob", None, REASON));
        alice.expect(&[has_left(2), note("bob of 2")].concat());
        assert_eq!(bob.receive_rest(), error(REASON));
        drop(server.user("bob"));
    });
}

/// The game finds out, while it checks a login, that an older one of that user is on its way.
#[test]
fn a_session_may_be_closed_before_it_has_its_name() {
    let gate = Arc::new(Barrier::new(2));
    let numbers = Arc::new(Mutex::new(Vec::new()));
    let check: Check = {
        let (gate, numbers) = (Arc::clone(&gate), Arc::clone(&numbers));
        Arc::new(move |login| {
            numbers.lock().expect("no panic").push(login.session);
            if login.password == "first" {
                gate.wait();
                gate.wait();
            }
            Ok(())
        })
    };
    let server = Running::start_with_check(Config::default(), check);
    let mut first = server.connect();
    first.send(&[login_with("alice", "first"), mirror("not answered")].concat());
    gate.wait();
    let number = numbers.lock().expect("no panic")[0];
    let mut second = server.user("alice");
    let outside = server.outside();
    assert!(outside.close_user("alice", Some(number), ErrorCode::REPLACED));
    gate.wait();
    assert_eq!(first.receive_rest(), replaced());
    second.exchange(&mirror("here"), &mirror("here"));
    drop(first);
    assert_eq!(server.ended(), ("alice".to_owned(), number));
    assert!(!outside.close_user("alice", Some(number), ErrorCode::REPLACED));
}

#[test]
fn without_a_check_the_name_is_taken() {
    with_two(|server, mut alice, _bob| {
        let mut second = server.connect();
        let taken = login_result(ErrorCode::LOGIN_USER_DUPLICATION);
        second.exchange(&login_with("alice", "secret"), &taken);
        alice.exchange(&mirror("here"), &mirror("here"));
    });
}
