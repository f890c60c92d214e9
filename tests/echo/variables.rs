//! Environment variables: how switches are written, empty ones, and what is wrong with one.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::support::{Client, Program};
use crate::{CLIENT, SERVER, is_served};

fn program() -> Program {
    Program::new(SERVER).args(&["--bind", "127.0.0.1:0"])
}

/// A server with `--packets` does not echo bytes as they are.
fn takes_packets(client: &mut Client) {
    client.send(&[0, 0, 101, 0, 0]);
    client.expect_end();
}

#[test]
fn a_switch_is_written_in_many_ways() {
    for yes in ["1", "yes", "YES", "on", "On", "true", "TRUE"] {
        let server = program().env("ECHO_SERVER_PACKETS", yes).serve();
        takes_packets(&mut server.connect());
        server.log().wait_for_line(" packets=true (ECHO_SERVER_PACKETS)");
    }
    for no in ["0", "no", "No", "off", "OFF", "false", "False", ""] {
        let server = program().env("ECHO_SERVER_PACKETS", no).serve();
        is_served(&mut server.connect());
    }
    for (value, setting) in [("No", "false"), ("0", "false"), ("ON", "true")] {
        let program = program().env("ECHO_SERVER_BATCH_SCHEDULING", value);
        let server = program.args(&["--log", "debug"]).serve();
        let setting = format!(" all settings: batch-scheduling={setting} (ECHO_SERVER_BATCH_SCHEDULING) ");
        server.log().wait_for_line(&setting);
    }
}

#[test]
fn an_empty_variable_is_none() {
    let empty = [
        "BIND",
        "MAX_CONNECTIONS",
        "IDLE_TIMEOUT",
        "LOG",
        "BATCH_SCHEDULING",
    ];
    let program = empty.iter().fold(Program::new(SERVER), |program, name| {
        program.env(&format!("ECHO_SERVER_{name}"), "")
    });
    let server = program.args(&["--bind", "127.0.0.1:0"]).serve();
    let line = server.log().wait_for_line(" settings: ");
    assert!(line.ends_with(" settings: bind=127.0.0.1:0"), "{line}");
    let help = Program::new(SERVER).env("ECHO_SERVER_LOG", "").args(&["--help"]);
    let help = help.run().expect_success().text();
    assert!(help.contains("[env: ECHO_SERVER_LOG=]"), "{help}");
}

#[test]
fn a_wrong_variable_is_named() {
    for (name, value, problem) in [
        (
            "MAX_PACKET",
            "huge",
            "invalid value 'huge' for the variable ECHO_SERVER_MAX_PACKET: `huge` is not a size",
        ),
        (
            "PACKETS",
            "perhaps",
            "invalid value 'perhaps' for the variable ECHO_SERVER_PACKETS: `perhaps` is not a switch: expected 1, \
             yes, on or true, or 0, no, off or false",
        ),
        (
            "LOG",
            "loud",
            "invalid value 'loud' for the variable ECHO_SERVER_LOG [possible values: off, error,",
        ),
    ] {
        let program = program().env(&format!("ECHO_SERVER_{name}"), value);
        program.run().refuses_flags("echo-server", problem);
    }
}

#[test]
fn what_is_typed_is_not_the_fault_of_a_variable() {
    let program = Program::new(SERVER).env("ECHO_SERVER_MAX_PACKET", "huge");
    let finished = program.args(&["--max-packet", "huge"]).run();
    finished.refuses_flags("echo-server", "invalid value 'huge' for '--max-packet <SIZE>'");
    let server = self::program()
        .env("ECHO_SERVER_MAX_PACKET", "huge")
        .args(&["--packets", "--max-packet", "2KiB"])
        .serve();
    server.log().wait_for_line(" max-packet=2KiB packets=true");
}

/// What the program finds out itself.
#[test]
fn a_variable_that_goes_with_nothing_is_named() {
    let finished = Program::new(CLIENT).env("ECHO_CLIENT_TIMEOUT", "0").run();
    let problem = "--timeout must be longer than 0 (--timeout comes from the variable ECHO_CLIENT_TIMEOUT)";
    finished.refuses_flags("echo-client", problem);
    let typed = Program::new(CLIENT)
        .env("ECHO_CLIENT_TIMEOUT", "1s")
        .args(&["--timeout", "0"]);
    typed
        .run()
        .refuses_flags("echo-client", "--timeout must be longer than 0; try");
    let finished = program().env("ECHO_SERVER_RATE_LIMIT", "10").run();
    finished.refuses_flags(
        "echo-server",
        "(--rate-limit comes from the variable ECHO_SERVER_RATE_LIMIT)",
    );
}

#[test]
fn a_variable_that_is_no_text_is_named() {
    let value = OsStr::from_bytes(b"1\xff");
    for name in [
        "ECHO_SERVER_MAX_PACKET",
        "ECHO_SERVER_PACKETS",
        "ECHO_SERVER_BIND",
    ] {
        let finished = Program::new(SERVER).env_bytes(name, value).run();
        let problem = format!("the variable {name} is not UTF-8: \"1\\xFF\"");
        finished.refuses_flags("echo-server", &problem);
    }
}
