//! Flags, variables, exit codes.

use serde_json::{Value, json};

use crate::support::messages::{enter, not_entered};
use crate::support::wire::error_packet;
use crate::support::{Finished, Program};
use crate::{SERVER, first_in, goes, heard_nothing_more, server, user};

#[track_caller]
fn run(arguments: &[&str]) -> Finished {
    Program::new(SERVER).args(arguments).run()
}

#[test]
fn help_names_the_switches_and_their_variables() {
    let help = run(&["--help"]).expect_success().text();
    assert!(help.contains("--trace[=<FORMAT>]"), "{help}");
    for variable in ["TRACE", "CLASSIC_RESULTS"] {
        assert!(help.contains(&format!("[env: CHAT_SERVER_{variable}=")), "{help}");
    }
}

/// What is typed as the default has it, such as the rate limit here, is no change.
#[test]
fn settings_that_differ_from_the_defaults_are_logged_as_they_were_given() {
    let flags = [
        "--workers",
        "4",
        "--rooms=5",
        "--stats",
        "1m",
        "--trace",
        "--rate-limit=100",
        "--outbox-limit",
        "1MiB",
        "--listen=msgpack=127.0.0.1:0",
        "--listen=protobuf=127.0.0.1:0",
    ];
    let line = server(&flags).log().wait_for_line(" settings: ");
    let settings = "bind=127.0.0.1:0 listen=msgpack=127.0.0.1:0,protobuf=127.0.0.1:0 outbox-limit=1MiB rooms=5 \
                    stats=1m trace=line workers=4";
    assert!(line.ends_with(&format!(" INFO settings: {settings}")), "{line}");
}

#[test]
fn a_log_in_json_has_lists_and_switches_as_such() {
    let listen = "msgpack=127.0.0.1:0";
    let server = server(&["--log-format", "json", "--workers", "4", "--listen", listen]);
    let line = server.log().wait_for_line("settings");
    let line: Value = serde_json::from_str(&line).expect("JSON");
    let settings = &line["fields"]["settings"];
    for (flag, expected) in [
        ("workers", json!(4)),
        ("classic-results", json!(false)),
        ("listen", json!([listen])),
    ] {
        assert_eq!(settings[flag], expected, "{flag}: {line}");
    }
}

#[test]
fn variables_set_flags() {
    let program = Program::new(SERVER)
        .env("CHAT_SERVER_BIND", "127.0.0.1:0")
        .env("CHAT_SERVER_ROOMS", "3")
        .env("CHAT_SERVER_ROOM_SIZE", "1")
        .env("CHAT_SERVER_WORKERS", "2")
        .env("CHAT_SERVER_TRACE", "hex")
        .env("CHAT_SERVER_LOGIN_TIMEOUT", "1s");
    let server = program.serve();
    let line = server.log().wait_for_line(" settings: bind=");
    for setting in [
        "rooms=3",
        "room-size=1",
        "workers=2",
        "trace=hex",
        "login-timeout=1s",
    ] {
        let (name, _) = setting.split_once('=').unwrap();
        let variable = format!("CHAT_SERVER_{}", name.to_uppercase().replace('-', "_"));
        assert!(
            format!("{line} ").contains(&format!(" {setting} ({variable}) ")),
            "{line}"
        );
    }
    drop(first_in(&server, 2, "alice"));
    let _in_0 = first_in(&server, 0, "in 0");
    let mut bob = user(&server, "bob");
    bob.exchange(&enter(3), &not_entered(122));
    bob.exchange(&enter(0), &not_entered(134));
    server
        .log()
        .wait_for_line("header  packet_id = ROOM_ENTER_REQ (721)");
    assert_eq!(server.connect().receive_rest(), error_packet(61));
}

#[test]
fn wrong_flags_are_one_line_and_exit_code_2() {
    for (arguments, problem) in [
        (&["--workers", "0"][..], "0 is not in 1..=256"),
        (&["--workers", "257"], "257 is not in 1..=256"),
        (&["--rooms", "0"], "0 is not in 1..=1000000"),
        (&["--rooms", "many"], "invalid value 'many' for '--rooms <COUNT>'"),
        (
            &["--room-size", "0"],
            "invalid value '0' for '--room-size <COUNT>'",
        ),
        (&["--login-timeout", "soon"], "`soon` is not a duration"),
        (&["--stats=-1"], "`-1` seconds are out of range"),
        (
            &["--stats", "1ns"],
            "1ns is too short: 100ms at least, or 0 for never",
        ),
        (&["--stats", "99ms"], "99ms is too short: 100ms at least"),
        (&["--outbox-limit", "lots"], "`lots` is not a size"),
        (&["--trace=xml"], "invalid value 'xml' for '--trace[=<FORMAT>]'"),
    ] {
        run(arguments).refuses_flags("chat-server", problem);
    }
}

#[test]
fn only_the_address_is_printed_on_standard_output() {
    let server = server(&["--log", "trace", "--trace=hex", "--stats", "100ms"]);
    let address = server.address;
    heard_nothing_more(&mut first_in(&server, 1, "alice"));
    let finished = server.terminate().expect_success();
    assert_eq!(finished.text(), format!("listening on {address}\n"));
}

#[test]
fn the_last_line_says_what_was_done() {
    let server = server(&["--max-connections", "1"]);
    let alice = user(&server, "alice");
    server.connect().receive_rest();
    goes(alice);
    let finished = server.terminate().expect_success();
    let line = finished.stderr.lines().last().unwrap_or_default();
    // LOGIN_REQ has 37 bytes, LOGIN_RES 7.
    let done = ": 1 clients served, 1 refused, 0 cut off; 37 bytes in, 7 bytes out";
    assert!(line.contains(" served for ") && line.ends_with(done), "{line}");
}
