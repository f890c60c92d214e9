//! Servers that are started: how they are found, what is said of those that cannot be, and that none is left behind.

use std::net::TcpListener;

use crate::examine;
use crate::support::{Program, Signal, address_to_ask_for, eventually, unused_address};

#[test]
fn a_server_that_was_started_is_ended() {
    let step = Program::path_of_this_build("echo-4-threads");
    let (_kept, address) = address_to_ask_for();
    let address = address.to_string();
    let finished = examine(&["echo-line", &address, "--only", "line", "--", &step, &address]);
    finished.expect_success();
    // Its port is free again.
    TcpListener::bind(&address).expect("nobody listens any more");
}

#[test]
fn a_server_that_does_not_say_where_it_listens_is_found_by_its_port() {
    let step = Program::path_of_this_build("echo-4-threads");
    let (_kept, address) = address_to_ask_for();
    let address = address.to_string();
    let command = format!("exec {step} {address} > /dev/null");
    let finished = examine(&[
        "echo-line",
        &address,
        "--only",
        "line",
        "--",
        "sh",
        "-c",
        &command,
    ]);
    assert!(finished.expect_success().text().contains("1 passed"));
}

/// A line that says that it listens, but not where.
#[test]
fn a_server_that_prints_what_it_wants_is_found_by_its_port() {
    let step = Program::path_of_this_build("echo-4-threads");
    let (_kept, address) = address_to_ask_for();
    let (address, port) = (address.to_string(), address.port());
    let command = format!(
        "printf '\\377\\376\\n'; head -c 100000 /dev/zero; echo; echo 'Server listening on port {port}'; \
         exec {step} {address} > /dev/null"
    );
    let finished = examine(&["echo-line", &address, "--", "sh", "-c", &command]);
    assert!(finished.expect_success().text().contains(" 0 failed"));
}

#[test]
fn a_server_of_which_no_place_is_known_is_one_line() {
    let command = ["--", "sh", "-c", "echo listening on port 4000; exit 3"];
    let finished = examine(&[&["calc", "127.0.0.1:0"], &command[..]].concat());
    let line = finished.expect_failure(1);
    assert!(
        line.contains("exit status: 3") && line.contains("--with-log"),
        "{line}"
    );
}

/// Another server has the port: it is not the one that was asked for.
#[test]
fn another_server_at_the_same_port_is_not_examined() {
    let (listener, address) = unused_address();
    let address = address.to_string();
    let command = ["--", "sh", "-c", "sleep 1; exit 1"];
    let finished = examine(&[&["echo-line", &*address], &command[..]].concat());
    let line = finished.expect_failure(1);
    assert!(line.contains("it has ended: exit status: 1"), "{line}");
    drop(listener);
}

/// The shell is what was started, and the server is its child, which does not listen to SIGTERM.
const WITH_A_CHILD: &str = "trap '' TERM; $0 $1; true";

/// Whether nobody listens there any more.
#[track_caller]
fn is_free(address: &str) {
    eventually("the server has ended", || TcpListener::bind(address).is_ok());
}

#[test]
fn what_a_server_has_started_is_ended_with_it() {
    let step = Program::path_of_this_build("echo-4-threads");
    let (_kept, address) = address_to_ask_for();
    let address = address.to_string();
    let command = ["--", "sh", "-c", WITH_A_CHILD, &step, &address];
    let examined = ["echo-line", &address, "--only", "line"];
    examine(&[&examined[..], &command].concat()).expect_success();
    is_free(&address);
}

#[test]
fn a_signal_in_the_middle_leaves_nothing_behind() {
    for signal in [Signal::INT, Signal::TERM] {
        let step = Program::path_of_this_build("echo-3-iterate");
        let (_kept, address) = address_to_ask_for();
        let address = address.to_string();
        let command = ["--", "sh", "-c", WITH_A_CHILD, &step, &address];
        // A check that waits for long.
        let examined = [
            "echo-line",
            &address,
            "--only",
            "line",
            "--only",
            "silence",
            "--patience",
            "40s",
        ];
        let process = Program::new(env!("CARGO_BIN_EXE_examine"))
            .args(&[&examined[..], &command].concat())
            .start();
        process.stdout.wait_for_line("ok    line");
        process.signal(signal);
        assert_eq!(process.finish().status.code(), Some(130));
        is_free(&address);
    }
}

#[test]
fn a_server_that_has_crashed_is_told_with_its_signal() {
    let command = r#"
import os, socket
with socket.create_server(("127.0.0.1", 0)) as listener:
    print("listening on %s:%d" % listener.getsockname(), flush=True)
    listener.accept()[0].recv(100)
    os.kill(os.getpid(), 11)
"#;
    let finished = examine(&[
        "calc",
        "127.0.0.1:0",
        "--only",
        "calculation",
        "--",
        "python3",
        "-c",
        command,
    ]);
    assert_eq!(finished.status.code(), Some(1));
    let text = finished.text();
    assert!(
        text.contains("the server has ended (signal: 11 (SIGSEGV)"),
        "{text}"
    );
}
