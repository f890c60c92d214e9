//! Members that go without a word, and a start without descriptors.

use crate::support::messages::{
    chat, chatted, enter, entered, has_come, has_left, log_in, logged_in, ping, pong, said, user_list,
};
use crate::support::{Client, Program, eventually};
use crate::{SERVER, WORKERS, alone_in, server, speaks, user};

/// How members leave who do not say good-bye.
const WAYS_TO_LEAVE: [fn(Client); 6] = [
    drop,
    Client::reset,
    |mut member| {
        member.half_close();
        member.receive_until_ended();
    },
    |mut member| member.send(&chat("hi")[..7]),
    |mut member| {
        member.send(&chat("hi")[..3]);
        member.wait_until_read();
        member.reset();
    },
    |mut member| {
        // Its replies are under way.
        member.send(&ping(7).repeat(100));
        member.reset();
    },
];

#[test]
fn whoever_goes_without_a_word_is_cleaned_up_after() {
    for workers in WORKERS {
        let server = server(workers, &[]);
        let mut witness = alone_in(7, &server, "witness");
        for (unique_id, leave) in (2..).zip(WAYS_TO_LEAVE.iter().cycle().take(24)) {
            // The name was free before the others were told.
            let mut member = server.connect();
            eventually("the name is free", || {
                member.is_answered(&log_in("member"), &logged_in(1))
            });
            let welcome = [user_list(&[(1, "witness")]), entered(7, unique_id)];
            member.exchange(&enter(7), &welcome.concat());
            witness.expect(&has_come(unique_id, "member"));
            leave(member);
            witness.expect(&has_left(unique_id));
        }
        speaks(&mut witness, 1);
    }
}

/// It needs some for itself, the wake-up call of the helper among them. Where they are missing, nobody is told that it
/// listens.
#[test]
fn a_start_without_descriptors_promises_nothing() {
    for count in 3..8 {
        let script = format!("ulimit -n {count}; exec \"$0\" --bind 127.0.0.1:0 --workers 4");
        let finished = Program::new("sh").args(&["-c", &script, SERVER]).run();
        assert!(!finished.status.success(), "{count}: {finished:#?}");
        assert!(finished.stdout.is_empty(), "{count}: {}", finished.text());
    }
}

#[test]
fn a_member_hears_what_came_before_its_half_close() {
    for workers in WORKERS {
        let server = server(workers, &[]);
        let mut alice = alone_in(7, &server, "alice");
        let mut bob = user(&server, "bob");
        let everything = [enter(7), chat("hi"), ping(1)].concat();
        bob.send(&everything);
        bob.half_close();
        let heard = [
            user_list(&[(1, "alice")]),
            entered(7, 2),
            said(2, "hi"),
            chatted(1),
            pong(1),
        ];
        assert_eq!(bob.receive_rest(), heard.concat());
        alice.expect(&[has_come(2, "bob"), said(2, "hi"), has_left(2)].concat());
    }
}
