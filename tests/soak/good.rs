//! The finished servers pass, and what they have no limit for is skipped with the reason.

use crate::support::{Program, Server};
use crate::{Verdicts, soak};

/// A server of another package.
#[track_caller]
fn server(name: &str, flags: &[&str]) -> Server {
    Program::of_this_build(name).serve_with(flags)
}

/// Timeouts that a short soak meets.
const TIMEOUTS: [&str; 4] = ["--frame-timeout", "1s", "--write-timeout", "1s"];

#[track_caller]
fn passes(kind: &str, server: &Server, flags: &[&str], skipped: &[&str]) -> Verdicts {
    let finished = soak(kind, server, flags).run();
    let verdicts = Verdicts::of(&finished);
    assert_eq!(verdicts.that_are("failed"), [""; 0], "{:#}", verdicts.0);
    assert_eq!(verdicts.that_are("skipped"), skipped, "{:#}", verdicts.0);
    assert!(
        finished.status.success() && finished.stderr.is_empty(),
        "{finished:#?}"
    );
    verdicts
}

#[test]
fn the_echo_server_passes() {
    let server = server("echo-server", &TIMEOUTS);
    let verdicts = passes("echo", &server, &[], &["silence", "surplus", "flood"]);
    assert_eq!(verdicts.note("surplus"), "the server takes 60 connections");
    let usage = &verdicts.0["start"];
    assert!(usage["resident_kib"].as_u64() > Some(0), "{usage}");
    assert_eq!(verdicts.0["end"]["threads"], usage["threads"]);
}

#[test]
fn the_echo_server_with_packets_passes() {
    let flags = [&TIMEOUTS[..], &["--packets", "--max-connections", "40"]].concat();
    let server = server("echo-server", &flags);
    let rows = "crowd,1,2,4,8,9,12,13,21";
    let verdicts = passes("echo", &server, &["--packets", "--only", rows], &[]);
    // The control client has the other place.
    let surplus = verdicts.note("surplus");
    assert!(
        surplus.starts_with("39 places; 20 more were refused"),
        "{surplus}"
    );
}

#[test]
fn the_calc_server_passes() {
    let server = server("calc-server", &TIMEOUTS);
    passes("calc", &server, &[], &["silence", "surplus", "flood"]);
}

#[test]
fn the_chat_server_passes() {
    let timeouts = ["--login-timeout", "1s"];
    let server = server("chat-server", &[&TIMEOUTS[..], &timeouts].concat());
    let rows = "crowd,1,2,4,5,9,10,12,13,15,16,17,21";
    let verdicts = passes("chat", &server, &["--only", rows], &["surplus"]);
    let half_close = verdicts.note("half-close");
    assert!(
        half_close.starts_with("all replies to 100 requests, "),
        "{half_close}"
    );
}

/// To a client that does not play, a table is a room.
#[test]
fn the_baccarat_server_passes() {
    let timeouts = ["--login-timeout", "1s"];
    let server = server("baccarat-server", &[&TIMEOUTS[..], &timeouts].concat());
    let rows = "crowd,1,2,4,5,9,10,12,13,15,16,17,21";
    passes("chat", &server, &["--only", rows], &["surplus"]);
}

#[test]
fn the_room_servers_cut_off_who_floods_and_who_never_reads() {
    for name in ["chat-server", "baccarat-server"] {
        cuts_off_who_floods_and_who_never_reads(name);
    }
}

fn cuts_off_who_floods_and_who_never_reads(name: &str) {
    let limits = [
        "--workers",
        "4",
        "--outbox-limit",
        "16KiB",
        "--send-buffer",
        "8KiB",
    ];
    let server = server(name, &limits);
    let verdicts = passes(
        "chat",
        &server,
        &["--only", "7,14", "--scale", "0.1", "--patience", "9s"],
        &[],
    );
    let flood = verdicts.note("flood");
    assert!(flood.contains("told so, and closed after 5."), "{flood}");
    let deaf = verdicts.note("deaf-members");
    assert!(
        deaf.contains("none lost; the one who never reads was cut off"),
        "{deaf}"
    );
}

/// Some rooms are full now and then.
#[test]
fn a_walk_of_a_hundred_through_the_room_servers_fits_the_model() {
    let walks = ["chat-server", "baccarat-server"].map(|name| [(name, "1"), (name, "4")]);
    for (name, workers) in walks.concat() {
        let flags = ["--workers", workers, "--rate-limit", "0", "--room-size", "5"];
        let server = server(name, &flags);
        let walk = ["--only", "walk", "--scale", "0.2", "--clients", "100"];
        let verdicts = passes("chat", &server, &walk, &[]);
        let note = verdicts.note("walk");
        assert!(
            note.starts_with("10,000 steps of 100 users in 20 rooms: "),
            "{note}"
        );
    }
}
