//! Flags, variables, log, exit codes.

use serde_json::{Value, json};

use crate::support::{Finished, Program, Signal, unused_address};
use crate::{HELLO, SERVER, is_served, server};

/// Every setting and its default, as the design has it.
const DEFAULTS: [(&str, &str); 15] = [
    ("batch-scheduling", "true"),
    ("bind", "127.0.0.1:18080"),
    ("drain", "5s"),
    ("frame-timeout", "10s"),
    ("idle-timeout", "120s"),
    ("ipv6-prefix", "64"),
    ("log", "info"),
    ("log-format", "text"),
    ("max-connections", "10000"),
    ("max-packet", "1024"),
    ("max-per-ip", "0"),
    ("rate-limit", "0"),
    ("send-buffer", "0"),
    ("stack-size", "256KiB"),
    ("write-timeout", "10s"),
];

#[track_caller]
fn run(arguments: &[&str]) -> Finished {
    Program::new(SERVER).args(arguments).run()
}

#[test]
fn help_names_every_flag_with_its_default_and_its_variable() {
    let finished = run(&["--help"]).expect_success();
    finished.explains_flags("echo-server", &DEFAULTS);
    let help = finished.text();
    assert!(help.contains("\n  echo-server --packets "), "{help}");
}

#[test]
fn version_is_that_of_the_package() {
    let finished = run(&["--version"]).expect_success();
    assert_eq!(
        finished.text(),
        concat!("echo-server ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn a_taken_port_is_one_line_and_exit_code_1() {
    let (_taken, address) = unused_address();
    let address = address.to_string();
    let finished = run(&["--bind", &address, "--max-connections", "100"]);
    let expected =
        format!("echo-server: cannot listen on {address}: address in use: is another server running there?");
    assert_eq!(finished.expect_failure(1), expected);
    assert!(finished.stdout.is_empty(), "{}", finished.text());
}

#[test]
fn a_foreign_address_is_one_line_and_exit_code_1() {
    // Set aside for documentation (RFC 5737), so it is nobody's.
    let finished = run(&["--bind", "192.0.2.1:0", "--max-connections", "100"]);
    assert_eq!(
        finished.expect_failure(1),
        "echo-server: cannot listen on 192.0.2.1:0: address not available: is it one of this machine's?"
    );
}

#[test]
fn wrong_flags_are_one_line_and_exit_code_2() {
    for (arguments, problem) in [
        (
            &["--bind", "nonsense"][..],
            "`nonsense` is not an address: the port is missing",
        ),
        (
            &["--bind", "127.0.0.1:65536"],
            "the port is not a number from 0 to 65535",
        ),
        (&["--bind"], "a value is required for '--bind <HOST:PORT>'"),
        (&["--no-such-flag"], "unexpected argument '--no-such-flag'"),
        (&["127.0.0.1:0"], "unexpected argument '127.0.0.1:0'"),
        (
            &["--max-packet", "255"],
            "255 bytes are not between 256 and 65535",
        ),
        (
            &["--max-packet", "65536"],
            "65536 bytes are not between 256 and 65535",
        ),
        (
            &["--max-connections=-1"],
            "invalid value '-1' for '--max-connections <COUNT>'",
        ),
        (&["--idle-timeout", "soon"], "`soon` is not a duration"),
        (
            &["--stack-size", "64KiB"],
            "65536 bytes are too few: 128KiB at least",
        ),
        (
            &["--rate-limit", "10"],
            "--rate-limit counts packets of the game protocol, and without --packets",
        ),
        (
            &["--max-packet", "2KiB"],
            "--max-packet measures packets of the game protocol, and without --packets",
        ),
        (&["--bind", "http://127.0.0.1:0"], "leave `http://` out"),
        (&["--bind", "[127.0.0.1]:0"], "`127.0.0.1` is not an IPv6 address"),
    ] {
        run(arguments).refuses_flags("echo-server", problem);
    }
}

#[test]
fn a_wrong_variable_is_one_line_and_exit_code_2() {
    let program = Program::new(SERVER).env("ECHO_SERVER_MAX_PACKET", "huge");
    let finished = program.run();
    assert!(
        finished.expect_failure(2).contains("`huge` is not a size"),
        "{}",
        finished.stderr
    );
}

#[test]
fn a_variable_sets_a_limit() {
    let program = Program::new(SERVER).args(&["--bind", "127.0.0.1:0"]);
    let server = program.env("ECHO_SERVER_MAX_CONNECTIONS", "2").serve();
    let (mut first, mut second) = (server.connect(), server.connect());
    is_served(&mut first);
    is_served(&mut second);
    server.connect().expect_end();
    server
        .log()
        .wait_for_line(" max-connections=2 (ECHO_SERVER_MAX_CONNECTIONS)");
}

#[test]
fn a_variable_sets_where_to_listen_and_a_switch() {
    let program = Program::new(SERVER).env("ECHO_SERVER_BIND", "[::1]:0");
    let server = program.env("ECHO_SERVER_PACKETS", "true").serve();
    assert!(server.address.is_ipv6());
    let mut client = server.connect();
    client.send(&[0, 0, 101, 0, 0]);
    client.expect_end();
}

#[test]
fn a_flag_beats_its_variable() {
    let program = Program::new(SERVER).args(&["--bind", "127.0.0.1:0", "--max-connections", "1"]);
    let server = program.env("ECHO_SERVER_MAX_CONNECTIONS", "2").serve();
    is_served(&mut server.connect());
    let line = server.log().wait_for_line(" settings: ");
    assert!(
        line.ends_with(" settings: bind=127.0.0.1:0 max-connections=1"),
        "{line}"
    );
}

#[test]
fn settings_that_differ_from_the_defaults_are_logged_at_start() {
    let server = server(&["--packets", "--max-packet", "2KiB", "--drain", "5s"]);
    let line = server.log().wait_for_line(" settings: ");
    let settings = " INFO settings: bind=127.0.0.1:0 max-packet=2KiB packets=true";
    assert!(line.ends_with(settings), "{line}");
    let finished = server.terminate().expect_success();
    assert!(!finished.stderr.contains("all settings"), "{}", finished.stderr);
}

#[test]
fn the_level_debug_logs_all_settings() {
    let server = server(&["--log", "debug", "--drain", "9s"]);
    let changed = server.log().wait_for_line(" INFO settings: ");
    let settings = " INFO settings: bind=127.0.0.1:0 drain=9s log=debug";
    assert!(changed.ends_with(settings), "{changed}");
    let all = server.log().wait_for_line(" DEBUG all settings: ");
    for (flag, default) in DEFAULTS.into_iter().chain([("packets", "false")]) {
        let value = match flag {
            "bind" => "127.0.0.1:0",
            "log" => "debug",
            "drain" => "9s",
            _ => default,
        };
        let setting = format!(" {flag}={value} ");
        assert!(format!("{all} ").contains(&setting), "{setting}: {all}");
    }
}

#[test]
fn a_log_in_json_has_every_setting_in_a_field() {
    let flags = [
        "--log-format",
        "json",
        "--max-packet",
        "2KiB",
        "--idle-timeout",
        "1m",
        "--packets",
    ];
    let server = server(&flags);
    let line = server.log().wait_for_line("settings");
    let line: Value = serde_json::from_str(&line).expect("JSON");
    let expected = json!({
        "batch-scheduling": true,
        "bind": "127.0.0.1:0",
        "drain": 5,
        "frame-timeout": 10,
        "idle-timeout": 60,
        "ipv6-prefix": 64,
        "log": "info",
        "log-format": "json",
        "max-connections": 10_000,
        "max-packet": 2_048,
        "max-per-ip": 0,
        "packets": true,
        "rate-limit": 0,
        "send-buffer": 0,
        "stack-size": 262_144,
        "write-timeout": 10,
    });
    assert_eq!(line["fields"]["settings"], expected);
}

#[test]
fn only_the_address_is_printed_on_standard_output() {
    let server = server(&["--log", "trace"]);
    let address = server.address;
    is_served(&mut server.connect());
    let finished = server.terminate().expect_success();
    assert_eq!(finished.text(), format!("listening on {address}\n"));
}

#[test]
fn debug_logs_how_every_connection_began_and_ended() {
    let server = server(&["--log", "debug"]);
    let mut client = server.connect();
    is_served(&mut client);
    client.send(b"x");
    client.expect(b"x");
    let address = client.address();
    drop(client);
    let line = server.log().wait_for_line("closed: ");
    let expected =
        format!("closed: end of the client's data client=1 peer={address} bytes_in=12 bytes_out=12");
    assert!(line.ends_with(&expected), "{line}");
    let line = server.log().wait_for_line("opened");
    assert!(
        line.ends_with(&format!("opened client=1 peer={address}")),
        "{line}"
    );
}

#[test]
fn by_default_an_orderly_client_leaves_no_line() {
    let server = server(&["--max-connections", "100"]);
    is_served(&mut server.connect());
    let finished = server.terminate().expect_success();
    assert_eq!(finished.stderr.lines().count(), 2, "{}", finished.stderr);
}

#[test]
fn log_off_logs_nothing() {
    let server = server(&["--log", "off", "--packets"]);
    let mut client = server.connect();
    client.send(&[0, 0, 101, 0, 0]);
    client.expect_end();
    drop(client);
    assert_eq!(server.terminate().expect_success().stderr, "");
}

#[test]
fn a_log_in_json_is_one_object_a_line() {
    let server = server(&["--log", "debug", "--log-format", "json", "--packets"]);
    let mut client = server.connect();
    is_served(&mut client);
    client.send(&[3, 0, 101, 0, 0]);
    client.expect_end();
    let address = client.address().to_string();
    drop(client);
    let finished = server.terminate().expect_success();
    let lines: Vec<Value> = finished
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    for line in &lines {
        assert!(
            line["timestamp"].is_string() && line["level"].is_string(),
            "{line}"
        );
        assert!(line["fields"]["message"].is_string(), "{line}");
    }
    let closed = lines
        .iter()
        .find(|line| line["fields"]["bytes_in"] == HELLO.len() + 5);
    let closed = closed.unwrap_or_else(|| panic!("no line with the count of bytes: {}", finished.stderr));
    assert_eq!(closed["level"], "INFO");
    assert_eq!(closed["fields"]["bytes_out"], HELLO.len());
    assert_eq!(closed["fields"]["peer"], address.as_str());
    let message = closed["fields"]["message"].as_str().unwrap();
    assert_eq!(
        message,
        "closed: protocol error: packet is 3 bytes, smaller than its header of 5"
    );
}

#[test]
fn a_log_in_a_pipe_has_no_colours() {
    let server = server(&["--log", "trace", "--max-connections", "1"]);
    let mut client = server.connect();
    is_served(&mut client);
    server.connect().expect_end();
    drop(client);
    let finished = server.terminate().expect_success();
    assert!(finished.stderr.contains(" WARN "), "{}", finished.stderr);
    assert!(!finished.stderr.contains('\x1b'), "{:?}", finished.stderr);
    assert!(!run(&["--no-such-flag"]).stderr.contains('\x1b'));
}

#[test]
fn a_log_that_nobody_reads_does_not_stop_the_server() {
    let program = Program::new(SERVER).args(&["--bind", "127.0.0.1:0", "--log", "debug"]);
    let (server, unread_log) = program.serve_with_unread_log();
    // Two lines each of over a hundred bytes: more than the 64 KiB of a pipe.
    for _ in 0..500 {
        is_served(&mut server.connect());
    }
    drop(unread_log);
    is_served(&mut server.connect());
    server.terminate().expect_success();
}

#[test]
fn a_log_that_nobody_reads_does_not_keep_the_server_from_ending() {
    let program = Program::new(SERVER).args(&["--bind", "127.0.0.1:0", "--log", "debug"]);
    let (server, unread_log) = program.serve_with_unread_log();
    for _ in 0..500 {
        is_served(&mut server.connect());
    }
    server.terminate().expect_success();
    drop(unread_log);
}

/// nohup(1) starts a program that ignores the end of its terminal.
#[test]
fn a_server_that_was_told_to_ignore_the_end_of_its_terminal_does() {
    let program = Program::new("sh").args(&["-c", "trap '' HUP; exec \"$0\" --bind 127.0.0.1:0", SERVER]);
    let server = program.serve();
    server.process.signal(Signal::HUP);
    is_served(&mut server.connect());
    server.terminate().expect_success();
}

#[cfg(target_os = "linux")]
#[test]
fn client_threads_have_a_name_and_yield_to_others_unless_told_otherwise() {
    const SCHED_OTHER: u64 = 0;
    const SCHED_BATCH: u64 = 3;
    for (flags, class) in [
        (&[][..], SCHED_BATCH),
        (&["--batch-scheduling", "true"], SCHED_BATCH),
        (&["--batch-scheduling", "false"], SCHED_OTHER),
    ] {
        let server = server(flags);
        let mut client = server.connect();
        is_served(&mut client);
        assert_eq!(
            server.process.scheduling_class("client-1"),
            Some(class),
            "{flags:?}"
        );
    }
}
