//! Tickets, and one session of each user.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use directory::testing::{Flaky, ManualClock, Mood};
use directory::{Answer, Directory, Memory, NodeSettings, Request, Ticket};
use protocol::ErrorCode;

use crate::server::{LEASE, Server, at, eventually, replace, settings, silent, ticket};

/// For a server that does not answer.
fn brief() -> NodeSettings {
    NodeSettings {
        deadline: Duration::from_millis(50),
        ..settings()
    }
}

#[test]
fn a_ticket_lets_its_user_in_once() {
    let clock = ManualClock::default();
    let directory = Memory::with_clock(clock.clock());
    let server = Server::start(&directory, settings());
    let other = Server::start(&directory, settings());
    let right = ticket(&directory, "alice", server.owner());
    for password in ["", "open sesame", Ticket::random().unwrap().as_str()] {
        let refused = server.nodes.check_login("alice", password, 1);
        assert_eq!(refused, Err(ErrorCode::LOGIN_FAILED), "{password}");
    }
    assert_eq!(other.log_in_with(&right, "alice", 1), ErrorCode::LOGIN_FAILED);
    assert_eq!(server.log_in_with(&right, "bob", 2), ErrorCode::LOGIN_FAILED);
    assert_eq!(directory.find("alice").unwrap(), None);
    let seat = server.nodes.check_login("alice", right.as_str(), 3);
    assert_eq!(seat.map(|seat| seat.room), Ok(0));
    assert_eq!(directory.find("alice").unwrap(), Some(server.here(3)));
    assert_eq!(server.log_in_with(&right, "alice", 4), ErrorCode::LOGIN_FAILED);
    assert_eq!(directory.find("alice").unwrap(), Some(server.here(3)));
    let late = ticket(&directory, "bob", server.owner());
    // The leases end with it, so the server is not asked for anything else.
    clock.pass(LEASE);
    assert_eq!(server.log_in_with(&late, "bob", 5), ErrorCode::LOGIN_FAILED);
}

#[test]
fn of_a_hundred_logins_with_one_ticket_one_is_let_in() {
    let directory = Memory::new();
    let server = Server::start(&directory, settings());
    let ticket = ticket(&directory, "alice", server.owner());
    let (start, let_in) = (Barrier::new(100), AtomicU64::new(0));
    thread::scope(|scope| {
        for session in 1..=100 {
            let (start, let_in, server, ticket) = (&start, &let_in, &server, &ticket);
            scope.spawn(move || {
                start.wait();
                match server.log_in_with(ticket, "alice", session) {
                    ErrorCode::NONE => assert_eq!(let_in.swap(session, Ordering::Relaxed), 0),
                    refused => assert_eq!(refused, ErrorCode::LOGIN_FAILED),
                }
            });
        }
    });
    let winner = server.here(let_in.into_inner());
    assert_eq!(directory.find("alice").unwrap(), Some(winner));
    assert!(server.asked.is_empty());
}

#[test]
fn an_older_session_is_ended_wherever_it_is() {
    let directory = Memory::new();
    let [here, there] = [(); 2].map(|()| Server::start(&directory, settings()));
    assert_eq!(here.log_in(&directory, "alice", 1), ErrorCode::NONE);
    assert_eq!(here.log_in(&directory, "alice", 2), ErrorCode::NONE);
    assert_eq!(here.asked.recv().unwrap(), replace("alice", 1));
    assert_eq!(there.log_in(&directory, "alice", 1), ErrorCode::NONE);
    assert_eq!(here.asked.recv().unwrap(), replace("alice", 2));
    // What is said late of the older ones.
    here.nodes.log_out("alice", 1);
    here.nodes.log_out("alice", 2);
    assert_eq!(here.log_in(&directory, "bob", 3), ErrorCode::NONE);
    here.nodes.log_out("bob", 3);
    eventually("bob is logged out", || directory.find("bob").unwrap().is_none());
    assert_eq!(directory.find("alice").unwrap(), Some(there.here(1)));
    there.nodes.log_out("alice", 1);
    eventually("alice is logged out", || {
        directory.find("alice").unwrap().is_none()
    });
}

/// Whoever logs in last anywhere stays, and each that was in before is told, once.
#[test]
fn racing_logins_leave_one_session() {
    let directory = Memory::new();
    let servers = [(); 2].map(|()| Server::start(&directory, settings()));
    let start = Barrier::new(16);
    thread::scope(|scope| {
        for session in 0..16 {
            let (start, directory) = (&start, &directory);
            let server = &servers[session as usize % 2];
            scope.spawn(move || {
                start.wait();
                assert_eq!(server.log_in(directory, "alice", session), ErrorCode::NONE);
            });
        }
    });
    let left = directory.find("alice").unwrap().expect("the last one");
    let ended = servers.iter().flat_map(|server| server.asked.try_iter());
    let mut ended: Vec<_> = ended
        .map(|request| match request {
            Request::Replace { session, .. } => session,
            other => panic!("expected a replacement, got {other:?}"),
        })
        .collect();
    ended.push(left.session);
    ended.sort_unstable();
    ended.dedup();
    assert_eq!(ended, (0..16).collect::<Vec<_>>());
}

/// Nobody knows whether the session there has ended.
#[test]
fn a_silent_server_keeps_its_user() {
    let directory = Memory::new();
    let (owner, _listening, requests) = silent(&directory);
    let older = at(&owner, 1);
    directory.log_in("alice", &older, None).unwrap();
    let server = Server::start(&directory, brief());
    assert_eq!(
        server.log_in(&directory, "alice", 1),
        ErrorCode::LOGIN_UNAVAILABLE
    );
    // Where there was time for a request at all.
    for asked in requests.try_iter() {
        assert_eq!(asked.request, replace("alice", 1));
    }
    assert_eq!(directory.find("alice").unwrap(), Some(older));
    // With the lease its user is free.
    directory.release(&owner).unwrap();
    assert_eq!(server.log_in(&directory, "alice", 2), ErrorCode::NONE);
}

#[test]
fn a_server_that_refuses_to_end_a_session_keeps_its_user() {
    let directory = Memory::new();
    let refuse = |_: &Request| Answer::No(ErrorCode::WHISPER_NO_SUCH_USER);
    let stubborn = Server::start_answering(&directory, settings(), refuse);
    assert_eq!(stubborn.log_in(&directory, "alice", 1), ErrorCode::NONE);
    let server = Server::start(&directory, settings());
    for server in [&server, &stubborn] {
        assert_eq!(
            server.log_in(&directory, "alice", 2),
            ErrorCode::LOGIN_UNAVAILABLE
        );
    }
    assert_eq!(directory.find("alice").unwrap(), Some(stubborn.here(1)));
}

#[test]
fn a_directory_that_is_away_lets_nobody_in() {
    let directory = Flaky::new(Memory::new());
    let server = Server::start(&directory, settings());
    let ticket = ticket(&directory, "alice", server.owner());
    directory.set(Mood::Away);
    assert_eq!(
        server.log_in_with(&ticket, "alice", 1),
        ErrorCode::LOGIN_UNAVAILABLE
    );
    let no_ticket = server.nodes.check_login("alice", "open sesame", 1);
    assert_eq!(
        no_ticket,
        Err(ErrorCode::LOGIN_FAILED),
        "nobody needs to know more"
    );
    directory.set(Mood::Well);
    assert_eq!(
        server.log_in_with(&ticket, "alice", 1),
        ErrorCode::NONE,
        "it is worth it still"
    );
}

#[test]
fn a_server_without_a_lease_lets_nobody_in() {
    let directory = Memory::new();
    let server = Server::start(&directory, settings());
    directory.release(server.owner()).unwrap();
    assert_eq!(
        server.log_in(&directory, "alice", 1),
        ErrorCode::LOGIN_UNAVAILABLE
    );
    assert_eq!(directory.find("alice").unwrap(), None);
}

/// The end of a session is not forgotten.
#[test]
fn nobody_stays_logged_in_because_the_directory_was_away() {
    let (directory, server) = with_short_lease();
    assert_eq!(server.log_in(&directory, "alice", 1), ErrorCode::NONE);
    directory.set(Mood::Away);
    server.nodes.log_out("alice", 1);
    directory.set(Mood::Well);
    eventually("alice is logged out", || {
        directory.find("alice").unwrap().is_none()
    });
}

/// The directory has noted it, and its answer was lost.
#[test]
fn nobody_stays_logged_in_whose_login_has_failed() {
    let (directory, server) = with_short_lease();
    let ticket = ticket(&directory, "alice", server.owner());
    directory.set(Mood::LoginsLost);
    assert_eq!(
        server.log_in_with(&ticket, "alice", 1),
        ErrorCode::LOGIN_UNAVAILABLE
    );
    eventually("alice is logged out", || {
        directory.find("alice").unwrap().is_none()
    });
}

/// On a clock that stands still, so that a busy machine loses no lease.
fn with_short_lease() -> (Flaky<Memory>, Server) {
    let directory = Flaky::new(Memory::with_clock(ManualClock::default().clock()));
    let settings = NodeSettings {
        lease: Duration::from_millis(30),
        ..settings()
    };
    let server = Server::start(&directory, settings);
    (directory, server)
}
