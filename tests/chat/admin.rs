//! An operator at the port of `--admin`: what is seen of users, and what is done to them.

use std::thread;

use serde_json::{Value, json};

use crate::folder::Folder;
use crate::operator::{Operator, column, token_file};
use crate::ports::Ports;
use crate::support::eventually;
use crate::support::messages::{
    PING, PONG, chat, enter, entered, has_left, log_in, logged_in, said, said_by_oneself, user_list, whispers,
};
use crate::support::wire::{SERVER_SHUTTING_DOWN, error_packet};
use crate::{first_in, heard_nothing_more, pair_in, server, servers, user};

/// Who speaks for the server; no user can.
const ANNOUNCER: &str = "server announcement";
const KICKED: &str = "an operator has ended your connection";

/// The flags of a server that is steered with the token in this folder.
fn steered(folder: &Folder, flags: &[&str]) -> Vec<String> {
    let token = token_file(folder);
    let token = token.to_str().expect("a path in UTF-8");
    let own = ["--admin", "127.0.0.1:0", "--admin-token-file", token];
    own.iter().chain(flags).map(|flag| (*flag).to_owned()).collect()
}

/// Runs a test with these flags.
fn with_flags(name: &str, flags: &[&str], test: impl Fn(&[&str])) {
    let folder = Folder::new(name);
    let flags = steered(&folder, flags);
    test(&flags.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn users_of_all_codecs_hear_what_is_said_to_all() {
    with_flags("admin-broadcast", &["--workers", "4"], |flags| {
        let ports = Ports::open(flags);
        let operator = Operator::of(&ports.server.process);
        let mut members = ports.members(6);
        let mut nowhere = ports.user(protocol::Codec::Binary, "nowhere");
        let mut stranger = ports.connect(protocol::Codec::Binary);
        let longest = "안".repeat(42);
        for message in ["ten minutes left", &longest] {
            let told = operator.act("/v1/broadcast", &json!({ "message": message }));
            assert_eq!((told.status, told.json()), (200, json!({"users": 4})));
            for user in members.iter_mut().chain([&mut nowhere]) {
                user.expect(&whispers(ANNOUNCER, message));
            }
        }
        for message in ["", &format!("{longest}x")] {
            let told = operator.act("/v1/broadcast", &json!({ "message": message }));
            assert_eq!(told.error(), (400, "invalid_message".to_owned()));
        }
        // Nobody but a user, and nobody can say it in the place of the server.
        stranger.exchange(&log_in(&ANNOUNCER[..16]), &logged_in(1));
        members.iter_mut().for_each(heard_nothing_more);
    });
}

#[test]
fn whoever_is_kicked_hears_why_and_the_room_sees_it() {
    with_flags("admin-kick", &[], |flags| {
        for server in servers(flags) {
            let operator = Operator::of(&server.process);
            let [mut alice, mut bob] = pair_in(&server, 4, ["alice", "밥"]);
            let kick = |user_id: &str| operator.act("/v1/kick", &json!({ "user_id": user_id }));
            for nobody in ["carol", "Alice", "", &"x".repeat(200)] {
                assert_eq!(kick(nobody).error(), (404, "no_such_user".to_owned()));
            }
            let told = kick("밥");
            assert_eq!((told.status, told.json()), (200, json!({"closed": 1})));
            alice.expect(&has_left(2));
            bob.expect(&whispers(ANNOUNCER, KICKED));
            bob.half_close();
            bob.expect_end();
            server.log().wait_for_line(" closed: an operator has closed it ");
            assert_eq!(kick("밥").status, 404);
            // It is no ban.
            let mut again = user(&server, "밥");
            again.exchange(&enter(4), &[user_list(&[(1, "alice")]), entered(4, 3)].concat());
        }
    });
}

#[test]
fn a_client_that_does_not_read_is_seen_and_can_be_kicked() {
    let patient = ["--write-timeout", "0", "--rate-limit", "0"];
    with_flags("admin-slow", &patient, |flags| {
        let server = server(flags);
        let operator = Operator::of(&server.process);
        let mut alice = first_in(&server, 1, "alice");
        let mut deaf = server.connect_with_little_room();
        deaf.exchange(&log_in("deaf"), &logged_in(1));
        deaf.exchange(&enter(1), &[user_list(&[(1, "alice")]), entered(1, 2)].concat());
        deaf.send_until_stuck(&PING.repeat(10_000));
        eventually("it is slow", || {
            !column(&operator.status("")["slow"], "user_id").is_empty()
        });
        let slow = &operator.status("")["slow"]["list"][0];
        assert_eq!((&slow["user_id"], &slow["room"]), (&json!("deaf"), &json!(1)));
        assert_eq!(slow["address"], json!(deaf.address().to_string()));
        assert!(slow["unsent"].as_u64() > Some(0), "{slow}");
        let told = operator.act("/v1/kick", &json!({"user_id": "deaf"}));
        assert_eq!(told.status, 200, "{told:?}");
        alice.skip_to(&has_left(2));
        let users = &operator.status("")["users"];
        assert_eq!(column(users, "user_id"), [json!("alice")]);
        // Nobody waits until its connection has ended.
        user(&server, "deaf");
    });
}

#[test]
fn a_name_is_text_whatever_is_in_it() {
    with_flags("admin-names", &[], |flags| {
        let server = server(flags);
        let operator = Operator::of(&server.process);
        let names = ["\"},{\"", "</script>", "<b onload=a()>", "a\\u0000b", "안녕 ' \""];
        let _users = names.map(|name| user(&server, name));
        let users = &operator.status("")["users"];
        assert_eq!(column(users, "user_id"), names.map(Value::from));
        // As a name stands in an address.
        let found = &operator.status("filter=%3Cb+ONLOAD")["users"];
        assert_eq!(column(found, "user_id"), [json!("<b onload=a()>")]);
        for name in names {
            let told = operator.act("/v1/kick", &json!({ "user_id": name }));
            assert_eq!(told.status, 200, "{told:?}");
        }
        let page = operator.get("/");
        assert!(page.head.contains("script-src 'self';"), "{}", page.head);
        assert!(!page.head.contains("unsafe-"), "{}", page.head);
    });
}

/// Whoever looks costs the others nothing: all chats are heard, in order, while there are many looks.
#[test]
fn a_thousand_users_are_seen_while_two_of_them_talk() {
    const OTHERS: usize = 1_000;
    const CHATS: usize = 300;
    with_flags("admin-crowd", &["--rate-limit", "0", "--workers", "4"], |flags| {
        let server = server(flags);
        let operator = Operator::of(&server.process);
        let [mut alice, mut bob] = pair_in(&server, 0, ["alice", "bob"]);
        let mut others: Vec<_> = (0..OTHERS).map(|_| server.connect()).collect();
        for (number, other) in others.iter_mut().enumerate() {
            let room = 1 + i32::try_from(number % 40).expect("a small number");
            let user_id = format!("user {number:04}");
            other.send(&[log_in(&user_id), enter(room), PING.to_vec()].concat());
        }
        others.iter_mut().for_each(|other| other.skip_to(&PONG));
        thread::scope(|scope| {
            let looks = scope.spawn(|| (0..20).map(|_| all_names(&operator)).collect::<Vec<_>>());
            for number in 0..CHATS {
                let message = format!("message {number}");
                alice.exchange(&chat(&message), &said_by_oneself(1, &message));
                bob.expect(&said(1, &message));
            }
            let all = looks.join().expect("looks");
            for names in all {
                assert_eq!(names.len(), OTHERS + 2);
                assert!(names.is_sorted());
            }
        });
        let rooms = &operator.status("")["rooms"];
        assert_eq!(column(rooms, "members")[..2], [json!(25), json!(25)]);
        assert_eq!((column(rooms, "room").len(), &rooms["more"]), (20, &json!(21)));
    });
}

/// The names of all users, page by page.
fn all_names(operator: &Operator) -> Vec<String> {
    let (mut names, mut from) = (Vec::new(), String::new());
    loop {
        let users = &operator.status(&format!("count=400&from={from}"))["users"];
        names.extend(
            column(users, "user_id")
                .iter()
                .map(|name| name.as_str().expect("a name").to_owned()),
        );
        match users["next"].as_str() {
            Some(next) => from = next.replace(' ', "+"),
            None => return names,
        }
    }
}

#[test]
fn an_end_is_in_order_however_much_is_under_way() {
    with_flags("admin-drain", &["--rate-limit", "0"], |flags| {
        for server in servers(flags) {
            let operator = Operator::of(&server.process);
            let mut users: Vec<_> = (0..20)
                .map(|number| first_in(&server, number, &format!("user {number}")))
                .collect();
            for user in &mut users {
                user.send(&chat("hello").repeat(50));
            }
            let told = operator.act("/v1/drain", &json!({}));
            assert_eq!((told.status, told.json()), (202, json!({"status": "draining"})));
            let last_word = error_packet(SERVER_SHUTTING_DOWN);
            for mut user in users {
                let heard = user.receive_rest();
                assert!(heard.ends_with(&last_word), "{}", heard.escape_ascii());
            }
            server.process.finish().expect_success();
        }
    });
}
