//! Clients over the limit are refused, and servers with too few threads refuse or say why they do not start.

use std::net::Ipv4Addr;

use crate::kinds::each;
use crate::support::wire::SERVER_FULL;
use crate::support::{Program, eventually, starts_or_says_why_not};
use crate::watcher::WATCHED;

#[test]
fn one_client_too_many_is_refused_until_a_place_is_free() {
    each(|kind| {
        let server = kind.start(&["--max-connections", "2"]);
        let (mut first, mut second) = (server.connect(), server.connect());
        kind.serves(&mut first);
        kind.serves(&mut second);
        let mut third = server.connect();
        kind.ends(&mut third, SERVER_FULL);
        let line = server.log().wait_for_line("refused ");
        let reason = format!("refused {}: server full: 2 connections are open", third.address());
        assert!(line.ends_with(&reason), "{line}");
        drop(first);
        eventually("the place is free", || kind.is_answered(&mut server.connect()));
        kind.serves(&mut second);
    });
}

#[test]
fn a_refused_client_that_has_spoken_already_still_hears_why() {
    each(|kind| {
        let server = kind.start(&["--max-connections", "1"]);
        kind.serves(&mut server.connect());
        let mut first = server.connect();
        eventually("the place is free", || {
            let is_answered = kind.is_answered(&mut first);
            if !is_answered {
                first = server.connect();
            }
            is_answered
        });
        for _ in 0..20 {
            let mut refused = server.connect();
            // It may be refused before it has spoken, but it must not be reset.
            let _ = refused.try_send(kind.request);
            kind.ends(&mut refused, SERVER_FULL);
        }
    });
}

#[test]
fn a_refusal_costs_no_thread() {
    each(|kind| {
        let server = kind.start(&["--max-connections", "1"]);
        let mut first = server.connect();
        kind.serves(&mut first);
        let before = server.process.threads();
        // They stay, so that the server lingers for them.
        let mut refused: Vec<_> = (0..20).map(|_| server.connect()).collect();
        for client in &mut refused {
            kind.ends(client, SERVER_FULL);
            // It may be less: what was there at first may have been on its way out.
            assert!(server.process.threads() <= before);
        }
    });
}

#[test]
fn one_address_gets_no_more_than_its_share() {
    each(|kind| {
        let server = kind.start(&["--max-per-ip", "1"]);
        let mut first = server.connect();
        kind.serves(&mut first);
        kind.ends(&mut server.connect(), SERVER_FULL);
        server
            .log()
            .wait_for_line("too many connections from one address: 1 are open");
        kind.serves(&mut server.connect_from(Ipv4Addr::new(127, 0, 0, 2)));
        drop(first);
        eventually("the place is free", || kind.is_answered(&mut server.connect()));
    });
}

#[test]
fn a_client_for_whom_there_is_no_thread_is_refused() {
    each(|kind| {
        let server = kind.start(&["--stack-size", "64MiB"]);
        server.process.leave_room_for(32 << 20);
        for _ in 0..3 {
            kind.ends(&mut server.connect(), SERVER_FULL);
        }
        server.log().wait_for_line(": no thread for the client: ");
    });
}

#[test]
fn a_start_without_threads_is_one_line() {
    each(|kind| {
        let path = Program::path_of_this_build(kind.program);
        let flags = [kind.listens, &WATCHED, &["--max-connections", "100"]].concat();
        starts_or_says_why_not(&path, &flags, |process| {
            let server = kind.server(process);
            // The one that was tried at the start is there for a client, as soon as the system has it back.
            eventually("a client is served", || kind.is_answered(&mut server.connect()));
            server.terminate().expect_success();
        });
    });
}
