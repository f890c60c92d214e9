//! Who can log in, and under which name.

use crate::support::Server;
use crate::support::messages::{
    enter, entered, has_come, log_in, log_in_as, logged_in, not_entered, user_list, whisper, whispered,
    whispers,
};
use crate::support::wire::error_packet;
use crate::{binary_servers, goes, heard_nothing_more, servers, user};

const DUPLICATION: i16 = 111;
const INVALID_ID: i16 = 112;

#[test]
fn names_of_1_to_16_bytes_are_taken_as_they_are() {
    for server in servers(&[]) {
        let names = [
            "a",
            "exactly sixteen!",
            "이름이다섯",
            "A",
            "é",
            "a b",
            " ",
            "alice\" x",
            "\\",
        ];
        let mut users: Vec<_> = names.iter().map(|name| user(&server, name)).collect();
        // Others see the name as it was sent.
        let mut witness = user(&server, "witness");
        for (user, name) in users.iter_mut().zip(names) {
            user.exchange(&whisper("witness", "hi"), &whispered(1));
            witness.expect(&whispers(name, "hi"));
        }
    }
}

#[test]
fn a_name_that_is_none_is_refused_and_another_taken() {
    let names: [&[u8]; 12] = [
        b"",
        b"\0alice",
        b"alice\0x",
        b"alice\0\0\0\0\0\0\0\0\0\0x",
        b"\n",
        b"alice\r",
        b"\x1b[31malice",
        b"a\tb",
        b"\x01",
        b"\x7f",
        b"\xc2\x80",
        "alice\u{9b}31m".as_bytes(),
    ];
    for server in servers(&[]) {
        let mut client = server.connect();
        for name in names {
            client.exchange(&log_in_as(name), &logged_in(INVALID_ID));
        }
        client.exchange(&enter(1), &error_packet(52));
        client.exchange(&log_in("alice"), &logged_in(1));
    }
}

/// On the screen each of the first is bob, and others look like something that they are not.
#[test]
fn a_name_that_looks_like_another_is_none() {
    let names = [
        "bob\u{3164}",
        "bob\u{115f}",
        "bob\u{34f}",
        "bob\u{fe0f}",
        "bob\u{e0100}",
        "bob\u{200d}",
        "bob\u{a0}",
        "bob\u{3000}",
        "bob\u{2800}",
        "b\u{200b}ob",
        "\u{202e}bob",
        "\u{2028}bob",
        "\u{301}bob",
        "bob\u{e000}",
        // 15 bytes, and 30 in the form in which names are compared.
        "\u{958}\u{958}\u{958}\u{958}\u{958}",
    ];
    for server in servers(&[]) {
        let mut bob = user(&server, "bob");
        let mut client = server.connect();
        for name in names {
            client.exchange(&log_in(name), &logged_in(INVALID_ID));
        }
        client.exchange(&log_in("bob smith"), &logged_in(1));
        heard_nothing_more(&mut bob);
    }
}

/// 이수, as it is typed on a Mac.
const DECOMPOSED: &str = "\u{110b}\u{1175}\u{1109}\u{116e}";

#[test]
fn two_forms_of_a_name_are_one_user() {
    for server in servers(&[]) {
        let mut isu = user(&server, DECOMPOSED);
        let mut other = server.connect();
        for form in ["이수", DECOMPOSED] {
            other.exchange(&log_in(form), &logged_in(DUPLICATION));
        }
        other.exchange(&log_in("bob"), &logged_in(1));
        // Others see the form that is the same on every system, and reach the user under both.
        isu.exchange(&enter(1), &entered(1, 1));
        for form in ["이수", DECOMPOSED] {
            other.exchange(&whisper(form, "hi"), &whispered(1));
            isu.expect(&whispers("bob", "hi"));
        }
        isu.exchange(&whisper("bob", "hi"), &whispered(1));
        other.expect(&whispers("이수", "hi"));
        other.exchange(&enter(1), &[user_list(&[(1, "이수")]), entered(1, 2)].concat());
        isu.expect(&has_come(2, "bob"));
        // And the name is free for both when the user has gone.
        goes(isu);
        server.connect().exchange(&log_in("이수"), &logged_in(1));
    }
}

/// The other codecs write a name as a text, so there it cannot be decoded: see `hostile`.
#[test]
fn a_name_that_is_no_text_is_none() {
    let names: [&[u8]; 4] = [
        b"\xff",
        b"alice\xc3",
        // Five syllables of three bytes, and a third of another.
        b"\xec\x95\x88\xec\x95\x88\xec\x95\x88\xec\x95\x88\xec\x95\x88\xec",
        // Half of a surrogate pair, as UTF-8 must not have it.
        b"\xed\xa0\x80",
    ];
    for server in binary_servers(&[]) {
        let mut client = server.connect();
        for name in names {
            client.exchange(&log_in_as(name), &logged_in(INVALID_ID));
        }
        client.exchange(&log_in("alice"), &logged_in(1));
    }
}

/// A login with this password.
#[track_caller]
fn password_is_taken(server: &Server, name: &str, password: &[u8; 16]) {
    let mut login = log_in(name);
    login[21..].copy_from_slice(password);
    server.connect().exchange(&login, &logged_in(1));
}

#[test]
fn any_password_is_taken() {
    for server in servers(&[]) {
        password_is_taken(&server, "alice", &[0; 16]);
        password_is_taken(&server, "bob", b"\0\0\0 0123456789\n\x1b");
    }
    for server in binary_servers(&[]) {
        password_is_taken(&server, "carol", &[0xff; 16]);
    }
}

#[test]
fn a_name_is_one_connections_at_a_time() {
    for server in servers(&[]) {
        let alice = user(&server, "alice");
        let mut other = server.connect();
        for _ in 0..2 {
            other.exchange(&log_in("alice"), &logged_in(DUPLICATION));
        }
        other.exchange(&log_in("Alice"), &logged_in(1));
        goes(alice);
        drop(user(&server, "alice"));
    }
}

#[test]
fn a_connection_has_one_name() {
    for server in servers(&[]) {
        let mut alice = user(&server, "alice");
        for name in ["alice", "bob"] {
            alice.exchange(&log_in(name), &logged_in(DUPLICATION));
        }
        // In a room, too; and the other name is still free.
        alice.exchange(&enter(3), &entered(3, 1));
        alice.exchange(&log_in("bob"), &logged_in(DUPLICATION));
        let mut bob = user(&server, "bob");
        bob.exchange(&enter(3), &[user_list(&[(1, "alice")]), entered(3, 2)].concat());
        alice.expect(&has_come(2, "bob"));
    }
}

#[test]
fn whoever_could_not_log_in_is_nobody() {
    for server in servers(&[]) {
        let mut alice = user(&server, "alice");
        let mut other = server.connect();
        other.exchange(&log_in("alice"), &logged_in(DUPLICATION));
        goes(other);
        // That it has gone must not free the name of the one who has it.
        server
            .connect()
            .exchange(&log_in("alice"), &logged_in(DUPLICATION));
        alice.exchange(&enter(-1), &not_entered(122));
        heard_nothing_more(&mut alice);
    }
}
