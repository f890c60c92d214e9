//! A room whose messages are kept: a client that comes back is told what was said meanwhile, and says nothing twice.

use std::io::{Read, Write, copy, sink};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Stdio;

use crate::api::Api;
use crate::support::messages::{
    SYNC, chat, chatted, enter, entered, history, leave, left, log_in_with, logged_in, said, stands, synced,
    told, told_all, user_list,
};
use crate::support::wire::error_packet;
use crate::support::{PATIENCE, Process};
use crate::{python, python_is_there};

const EPOCH: u64 = 0x8123_4567_89AB_CDEF;

/// Where carol has got to when her connection is lost.
const FIRST: [u64; 3] = [EPOCH, 3, 5];

const NONE: i16 = 1;
const UNKNOWN_ID: i16 = 53;
const HISTORY_GAP: i16 = 156;

/// Carol's connection.
struct Served(TcpStream);

impl Served {
    #[track_caller]
    fn accept(listener: &TcpListener) -> Self {
        let (stream, _) = listener.accept().expect("carol comes");
        stream.set_nodelay(true).expect("a live socket");
        stream.set_read_timeout(Some(PATIENCE)).expect("a live socket");
        Self(stream)
    }

    #[track_caller]
    fn expect(&mut self, expected: &[u8]) {
        let mut received = vec![0; expected.len()];
        self.0.read_exact(&mut received).expect("all of it");
        assert_eq!(received, expected);
    }

    #[track_caller]
    fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).expect("carol reads");
    }

    /// Ends in good order.
    fn close(mut self) {
        self.0.shutdown(Shutdown::Write).expect("a live socket");
        let _ = copy(&mut self.0, &mut sink());
    }
}

/// Carol has said three things in room 7, none of which was answered, and her connection is lost; the next one has these
/// answers to all that she says at once, and then is as `serve` has it. What she has printed after that.
#[track_caller]
fn printed(answers: &[Vec<u8>], serve: impl FnOnce(&mut Served)) -> String {
    let (api, listener) = (
        Api::start(),
        TcpListener::bind("127.0.0.1:0").expect("a free port"),
    );
    let address = listener.local_addr().expect("its address").to_string();
    let program =
        python("binary", &["--api", &api.url, "carol", "7"]).env("CHAT_CLIENT_PASSWORD", "correct horse");
    let mut process = Process::new(program.spawn(Stdio::piped(), Stdio::piped(), Stdio::piped()));
    let mut keyboard = process.take_input();
    api.log_in("carol", "correct horse", "token");
    api.assign("token", Some(7), &address, 7, "ticket-1");
    let mut client = Served::accept(&listener);
    client.expect(&log_in_with("carol", "ticket-1"));
    client.send(&logged_in(NONE));
    client.expect(&[&SYNC[..], &enter(7)].concat());
    client.send(
        &[
            synced(EPOCH),
            user_list(&[(1, "bob")]),
            entered(7, 2),
            stands(FIRST),
        ]
        .concat(),
    );
    keyboard.write_all(b"one\ntwo\none\n").expect("she reads");
    client.expect(&["one", "two", "one"].map(chat).concat());
    // She hears the first, and gets no answer.
    client.send(&said(2, "one"));
    process.stdout.wait_for_line("carol: one");
    client.close();
    process
        .stdout
        .wait_for_line("* connection lost: the server closed the connection");
    keyboard.write_all(b"three\n").expect("she reads");
    drop(keyboard);
    api.log_in("carol", "correct horse", "token");
    api.assign("token", Some(7), &address, 7, "ticket-2");
    let mut client = Served::accept(&listener);
    let opening = [
        log_in_with("carol", "ticket-2"),
        SYNC.to_vec(),
        enter(7),
        history(FIRST),
    ];
    client.expect(&opening.concat());
    client.send(&[&logged_in(NONE)[..], &answers.concat()].concat());
    serve(&mut client);
    let text = process.finish().expect_success().text();
    let (_, behind) = text.rsplit_once("* you are in room 7, ").expect("she comes back");
    behind.to_owned()
}

/// What she says is heard and answered, and then she leaves.
fn hear(client: &mut Served, texts: &[&str]) {
    for text in texts {
        client.expect(&chat(text));
        client.send(&[said(2, text), chatted(NONE)].concat());
    }
    client.expect(&leave());
    client.send(&left(NONE));
}

#[test]
fn what_was_said_meanwhile_is_told_and_what_has_not_arrived_is_said_again() {
    if !python_is_there() {
        return;
    }
    let answers = [
        synced(EPOCH),
        entered(7, 2),
        told(3, 6, "carol", "one"),
        told(4, 1, "bob", "hi"),
        told(4, 2, "carol", "one"),
        told_all(NONE),
    ];
    let text = printed(&answers, |client| hear(client, &["two", "three"]));
    let expected = "alone\n* 2 messages while you were away\nbob: hi\ncarol: one\ncarol: two\ncarol: three\n";
    assert_eq!(text, expected);
}

#[test]
fn a_gap_is_told_and_so_is_what_nobody_knows() {
    if !python_is_there() {
        return;
    }
    let unknown = "! not known whether it has arrived: two\n! not known whether it has arrived: one\n";
    let gap = [synced(EPOCH + 1), entered(7, 2), told_all(HISTORY_GAP)];
    let text = printed(&gap, |client| hear(client, &["three"]));
    let title = "alone\n* what was said while you were away is not kept any more\n";
    assert_eq!(text, format!("{title}{unknown}carol: three\n"));
    // The next server keeps nothing, and is told of by no word.
    let error = error_packet(UNKNOWN_ID).to_vec();
    let nothing = [error.clone(), entered(7, 2), said(2, "ah"), error];
    let text = printed(&nothing, |client| hear(client, &["three"]));
    assert_eq!(text, format!("alone\n{unknown}carol: ah\ncarol: three\n"));
}
