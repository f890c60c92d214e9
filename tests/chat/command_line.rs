//! Flags, variables, exit codes.

use serde_json::{Value, json};

use crate::support::messages::{enter, entered, not_entered};
use crate::support::wire::error_packet;
use crate::support::{Finished, Program, unused_address};
use crate::{SERVER, first_in, goes, heard_nothing_more, server, user};

/// Every setting and its default, as the design has it.
const DEFAULTS: [(&str, &str); 22] = [
    ("batch-scheduling", "true"),
    ("bind", "127.0.0.1:11021"),
    ("codec", "binary"),
    ("drain", "5s"),
    ("frame-timeout", "10s"),
    ("idle-timeout", "120s"),
    ("ipv6-prefix", "64"),
    ("log", "info"),
    ("log-format", "text"),
    ("login-timeout", "10s"),
    ("max-connections", "10000"),
    ("max-packet", "1024"),
    ("max-per-ip", "0"),
    ("outbox-limit", "256KiB"),
    ("rate-limit", "100"),
    ("room-size", "100"),
    ("rooms", "1000"),
    ("send-buffer", "64KiB"),
    ("stack-size", "256KiB"),
    ("stats", "0"),
    ("workers", "1"),
    ("write-timeout", "10s"),
];

#[track_caller]
fn run(arguments: &[&str]) -> Finished {
    Program::new(SERVER).args(arguments).run()
}

#[test]
fn help_names_every_flag_with_its_default_and_its_variable() {
    let finished = run(&["--help"]).expect_success();
    finished.explains_flags("chat-server", &DEFAULTS);
    let help = finished.text();
    assert!(help.contains("--trace[=<FORMAT>]"), "{help}");
    for variable in ["TRACE", "CLASSIC_RESULTS"] {
        assert!(help.contains(&format!("[env: CHAT_SERVER_{variable}=")), "{help}");
    }
}

#[test]
fn version_is_that_of_the_package() {
    let finished = run(&["--version"]).expect_success();
    assert_eq!(
        finished.text(),
        concat!("chat-server ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn all_settings_are_logged_at_the_level_debug() {
    let server = server(&["--log", "debug"]);
    let settings = DEFAULTS.map(|(flag, default)| match flag {
        "bind" => "bind=127.0.0.1:0".to_owned(),
        // A switch, which has no value in the help, stands in front of it.
        "codec" => "classic-results=false codec=binary".to_owned(),
        "log" => "log=debug".to_owned(),
        _ => format!("{flag}={default}"),
    });
    let line = server.log().wait_for_line(" DEBUG all settings: ");
    assert!(
        line.ends_with(&format!(" all settings: {}", settings.join(" "))),
        "{line}"
    );
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
fn a_log_in_json_has_every_setting_in_a_field() {
    let listen = "msgpack=127.0.0.1:0";
    let server = server(&["--log-format", "json", "--workers", "4", "--listen", listen]);
    let line = server.log().wait_for_line("settings");
    let line: Value = serde_json::from_str(&line).expect("JSON");
    let settings = &line["fields"]["settings"];
    for (flag, expected) in [
        ("rate-limit", json!(100)),
        ("outbox-limit", json!(262_144)),
        ("login-timeout", json!(10)),
        ("workers", json!(4)),
        ("codec", json!("binary")),
        ("classic-results", json!(false)),
        ("listen", json!([listen])),
    ] {
        assert_eq!(settings[flag], expected, "{flag}: {line}");
    }
    for (flag, _) in DEFAULTS {
        assert!(!settings[flag].is_null(), "{flag}: {line}");
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
fn a_flag_beats_its_variable() {
    let program = Program::new(SERVER).args(&["--bind", "127.0.0.1:0", "--rooms", "2"]);
    let server = program.env("CHAT_SERVER_ROOMS", "1").serve();
    user(&server, "alice").exchange(&enter(1), &entered(1, 1));
    let line = server.log().wait_for_line(" settings: ");
    assert!(line.ends_with(" settings: bind=127.0.0.1:0 rooms=2"), "{line}");
}

#[test]
fn wrong_flags_are_one_line_and_exit_code_2() {
    for (arguments, problem) in [
        (
            &["--bind", "nonsense"][..],
            "`nonsense` is not an address: the port is missing",
        ),
        (&["--no-such-flag"], "unexpected argument '--no-such-flag'"),
        (&["127.0.0.1:0"], "unexpected argument '127.0.0.1:0'"),
        (&["--workers", "0"], "0 is not in 1..=256"),
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
        (&["--ipv6-prefix", "0"], "0 is not in 1..=128"),
        (&["--ipv6-prefix", "129"], "129 is not in 1..=128"),
        (&["--outbox-limit", "lots"], "`lots` is not a size"),
        (
            &["--max-packet", "255"],
            "255 bytes are not between 256 and 65535",
        ),
        (
            &["--max-packet", "65536"],
            "65536 bytes are not between 256 and 65535",
        ),
        (
            &["--stack-size", "64KiB"],
            "65536 bytes are too few: 128KiB at least",
        ),
        (&["--trace=xml"], "invalid value 'xml' for '--trace[=<FORMAT>]'"),
    ] {
        run(arguments).refuses_flags("chat-server", problem);
    }
}

#[test]
fn a_wrong_variable_is_one_line_and_exit_code_2() {
    let finished = Program::new(SERVER).env("CHAT_SERVER_WORKERS", "all").run();
    let line = finished.expect_failure(2);
    assert!(
        line.contains("invalid value 'all' for the variable CHAT_SERVER_WORKERS"),
        "{line}"
    );
}

#[test]
fn a_taken_port_is_one_line_and_exit_code_1() {
    let (_taken, address) = unused_address();
    let address = address.to_string();
    let finished = run(&["--bind", &address, "--max-connections", "100"]);
    let expected =
        format!("chat-server: cannot listen on {address}: address in use: is another server running there?");
    assert_eq!(finished.expect_failure(1), expected);
    assert!(finished.stdout.is_empty(), "{}", finished.text());
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
