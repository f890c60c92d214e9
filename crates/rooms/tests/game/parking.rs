//! Members and users that wait for an answer from outside: what waits with them, and what goes on.

use std::thread;
use std::time::Duration;

use net::Limits;
use protocol::ErrorCode;
use rooms::Config;

use crate::notes::{AGAIN, ASK, ELSEWHERE, MIRROR, NOTE, PANIC, PARK, REMOVE};
use crate::server::{
    Running, ends, enter, entered, error, has_left, leave, left, note, packet, refused, with_two,
    with_two_and,
};
use crate::support::eventually;

#[test]
fn what_a_parked_member_says_waits_and_the_room_goes_on() {
    with_two(|server, mut alice, mut bob| {
        alice.send(&[packet(PARK, ""), packet(NOTE, "one")].concat());
        let ticket = server.ticket();
        alice.send(&packet(NOTE, "two"));
        alice.send(&packet(MIRROR, "three"));
        bob.exchange(&packet(NOTE, "meanwhile"), &note("bob: meanwhile"));
        server.outside().resume(ticket, "answer".to_owned());
        let all = [note("to alice: answer"), note("alice: one"), note("alice: two")].concat();
        bob.expect(&all);
        alice.expect(&note("bob: meanwhile"));
        alice.expect(&all);
        alice.expect(&packet(MIRROR, "three"));
    });
}

#[test]
fn a_ticket_that_is_dropped_lets_the_member_go_on() {
    with_two(|server, mut alice, _bob| {
        alice.send(&[packet(PARK, ""), packet(NOTE, "one")].concat());
        drop(server.ticket());
        alice.expect(&note("alice: one"));
    });
}

#[test]
fn a_member_with_two_tickets_waits_for_both() {
    with_two(|server, mut alice, mut bob| {
        alice.send(&[packet(PARK, ""), packet(NOTE, "one")].concat());
        server.resume(AGAIN);
        let ticket = server.ticket();
        alice.expect(&note("to alice: again"));
        bob.exchange(
            &packet(NOTE, "meanwhile"),
            &[note("to alice: again"), note("bob: meanwhile")].concat(),
        );
        server.outside().resume(ticket, "at last".to_owned());
        let all = [
            note("bob: meanwhile"),
            note("to alice: at last"),
            note("alice: one"),
        ];
        alice.expect(&all.concat());
    });
}

#[test]
fn whoever_has_gone_goes_after_the_answer() {
    with_two(|server, mut alice, mut bob| {
        alice.send(&[packet(PARK, ""), packet(NOTE, "one")].concat());
        drop(alice);
        let ticket = server.ticket();
        // Her name is taken, and she is a member.
        bob.exchange(&packet(NOTE, "meanwhile"), &note("bob: meanwhile"));
        server.outside().resume(ticket, "answer".to_owned());
        let all = [
            note("to alice: answer"),
            note("alice: one"),
            has_left(1),
            note("alice of 2"),
        ];
        bob.expect(&all.concat());
        drop(server.user_again("alice"));
    });
}

#[test]
fn whoever_is_to_go_goes_after_what_came_before() {
    with_two(|server, mut alice, mut bob| {
        alice.send(&[packet(PARK, ""), packet(NOTE, "one")].concat());
        let ticket = server.ticket();
        // However often.
        bob.send(&packet(REMOVE, "alice").repeat(3));
        bob.exchange(&packet(NOTE, "meanwhile"), &note("bob: meanwhile"));
        server.outside().resume(ticket, "answer".to_owned());
        let all = [
            note("to alice: answer"),
            note("alice: one"),
            has_left(1),
            note("alice of 2"),
        ];
        bob.expect(&all.concat());
        alice.expect(&[note("bob: meanwhile"), all[..3].concat()].concat());
        alice.exchange(&packet(NOTE, "still here"), &error(ErrorCode::ROOM_NOT_IN_USER));
    });
}

#[test]
fn whoever_has_left_by_itself_meanwhile_is_not_taken_out_of_the_next_room() {
    with_two(|server, mut alice, mut bob| {
        alice.send(&[packet(PARK, ""), leave(), enter(8)].concat());
        let ticket = server.ticket();
        bob.send(&packet(REMOVE, "alice"));
        bob.exchange(&packet(NOTE, "meanwhile"), &note("bob: meanwhile"));
        server.outside().resume(ticket, "answer".to_owned());
        bob.expect(&[note("to alice: answer"), has_left(1), note("alice of 2")].concat());
        let all = [
            note("bob: meanwhile"),
            note("to alice: answer"),
            left(),
            entered(8, 1, &[]),
            note("alice is in 8"),
        ];
        alice.expect(&all.concat());
        alice.exchange(&packet(NOTE, "here"), &note("alice: here"));
    });
}

#[test]
fn the_game_gets_the_answer_that_it_has_asked_for() {
    with_two(|server, mut alice, _bob| {
        // In a room, and in none.
        for last in [left(), error(ErrorCode::ROOM_NOT_IN_USER)] {
            alice.send(&[packet(ASK, ""), packet(MIRROR, "one"), leave()].concat());
            server.resume("answer");
            let all = [packet(MIRROR, "alice: answer"), packet(MIRROR, "one"), last];
            alice.expect(&all.concat());
        }
    });
}

#[test]
fn the_game_answers_for_rooms_that_are_elsewhere() {
    with_two(|server, mut alice, _bob| {
        alice.send(&[enter(ELSEWHERE), leave(), enter(ELSEWHERE), enter(ELSEWHERE + 1)].concat());
        let all = [
            refused(ErrorCode::ENTER_ROOM_ALREADY),
            left(),
            packet(MIRROR, "alice: answer"),
            refused(ErrorCode::ROOM_INVALID_NUMBER),
        ];
        server.resume("answer");
        alice.expect(&all.concat());
        alice.exchange(&enter(8), &[entered(8, 1, &[]), note("alice is in 8")].concat());
    });
}

#[test]
fn an_answer_that_panics_ends_the_one_who_has_waited() {
    for id in [PARK, ASK] {
        with_two(|server, mut alice, mut bob| {
            alice.send(&[packet(id, ""), packet(NOTE, "one")].concat());
            server.resume(PANIC);
            alice.expect_end_or_reset();
            bob.expect(&[has_left(1), note("alice of 2")].concat());
            drop(server.user_again("alice"));
        });
    }
}

/// As whoever waits has waited for longer than a client may be silent, or may take for a packet.
#[test]
fn the_time_of_waiting_is_not_the_clients() {
    const TIMEOUT: Duration = Duration::from_secs(1);
    let config = Config {
        limits: Limits {
            idle_timeout: Some(TIMEOUT),
            frame_timeout: Some(TIMEOUT),
            ..Limits::default()
        },
        ..Config::default()
    };
    let server = Running::start(config);
    let [mut idle, mut halfway] = ["idle", "halfway"].map(|user_id| server.user(user_id));
    let (half, rest) = (&packet(MIRROR, "whole")[..7], &packet(MIRROR, "whole")[7..]);
    idle.send(&packet(ASK, ""));
    let ticket = server.ticket();
    halfway.send(&[&packet(ASK, ""), half].concat());
    let tickets = [ticket, server.ticket()];
    idle.expect_silence(TIMEOUT * 2);
    for ticket in tickets {
        server.outside().resume(ticket, "answer".to_owned());
    }
    idle.expect(&packet(MIRROR, "idle: answer"));
    idle.exchange(&packet(MIRROR, "me"), &packet(MIRROR, "me"));
    halfway.expect(&packet(MIRROR, "halfway: answer"));
    halfway.exchange(rest, &packet(MIRROR, "whole"));
    server.end();
}

#[test]
fn the_end_of_the_server_waits_for_the_answer() {
    with_two(|server, mut alice, mut bob| {
        alice.send(&[packet(PARK, ""), packet(NOTE, "one")].concat());
        let ticket = server.ticket();
        bob.exchange(&packet(NOTE, "meanwhile"), &note("bob: meanwhile"));
        server.request_end();
        server.outside().resume(ticket, "answer".to_owned());
        let all = [
            note("bob: meanwhile"),
            note("to alice: answer"),
            note("alice: one"),
            error(ErrorCode::SERVER_SHUTTING_DOWN),
        ];
        ends(&mut alice, &all.concat());
        ends(&mut bob, &all[1..].concat());
    });
}

#[test]
fn the_end_of_the_server_does_not_wait_for_ever() {
    let config = Config {
        limits: Limits {
            drain: Some(Duration::from_millis(100)),
            ..Limits::default()
        },
        ..Config::default()
    };
    with_two_and(&config, |server, mut alice, _bob| {
        alice.send(&packet(PARK, ""));
        let ticket = server.ticket();
        server.request_end();
        alice.expect_end_or_reset();
        // Longer than the server lives.
        let outside = server.outside().clone();
        thread::spawn(move || outside.resume(ticket, "too late".to_owned()));
        eventually("the room takes no events", || {
            !server.outside().send(7, "too late".to_owned())
        });
    });
}
