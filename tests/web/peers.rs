//! Clients that others have written: `websockets` of PyPI, and Debian's `python3-websocket`. Where one is not installed,
//! its test says so; where `BOOK_TOOLS=required` is set, as in CI, it fails.

use std::env;
use std::io::{Write, stderr};
use std::path::PathBuf;
use std::process::Command;

use crate::WebServer;
use crate::support::messages::{chat, chatted, enter, entered, has_come, has_left, log_in, logged_in, said};
use crate::support::{Process, Program, Signal};

/// Where `.ci/run` puts what comes from PyPI.
fn own_python() -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.join("target/ci/bin/python")
        .to_str()
        .expect("a path in UTF-8")
        .to_owned()
}

/// A Python that has this module.
fn python_with(module: &str) -> Option<String> {
    let has = |python: &String| {
        let imported = Command::new(python)
            .args(["-c", &format!("import {module}")])
            .output();
        imported.is_ok_and(|output| output.status.success())
    };
    // What Debian packs is for the Python of Debian.
    let pythons = [own_python(), "python3".to_owned(), "/usr/bin/python3".to_owned()];
    let python = pythons.into_iter().find(has);
    if python.is_none() {
        let required = env::var_os("BOOK_TOOLS").is_some_and(|value| value == "required");
        assert!(
            !required,
            "the module {module} of Python is missing: .ci/run installs it"
        );
        // Not eprintln!, which a passing test keeps to itself.
        let _ = writeln!(
            stderr(),
            "SKIPPED: tests/web: not installed: the module {module} of Python"
        );
    }
    python
}

/// The client in Python, which says each line when it has got so far.
fn start(python: &str, script: &str, server: &WebServer) -> Process {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/web");
    let script = folder.join(script);
    let script = script.to_str().expect("a path in UTF-8");
    Program::new(python)
        .args(&["-u", script, &format!("ws://{}/ws", server.web)])
        .start()
}

/// What every client does: it logs in, enters, chats with a client over TCP, pings, and hears the end of the server.
#[track_caller]
fn talks(module: &str, script: &str) {
    let Some(python) = python_with(module) else {
        return;
    };
    let server = WebServer::start(&[]);
    let mut tcp = server.server.connect();
    tcp.exchange(
        &[log_in("tcp"), enter(1)].concat(),
        &[logged_in(1), entered(1, 1)].concat(),
    );
    let web = start(&python, script, &server);
    tcp.expect(&has_come(2, "web"));
    tcp.expect(&said(2, "hello from python"));
    tcp.exchange(&chat("hello"), &[said(1, "hello"), chatted(1)].concat());
    web.stdout.wait_for_line("heard: hello");
    web.stdout.wait_for_line("pong");
    tcp.expect(&has_left(2));
    web.stdout.wait_for_line("closed: 1000");
    web.stdout.wait_for_line("again");
    server.server.signal(Signal::TERM);
    web.stdout.wait_for_line("last word: 64");
    web.stdout.wait_for_line("closed: 1001");
    web.finish().expect_success();
}

#[test]
fn websockets_of_pypi_talks_with_a_client_over_tcp() {
    talks("websockets", "client_websockets.py");
}

#[test]
fn websocket_of_debian_talks_with_a_client_over_tcp() {
    talks("websocket", "client_websocket.py");
}
