//! Systems that give a program little: no second thread, and no end by signals.

use std::net::TcpListener;

use crate::support::{PATIENCE, Program, Signal, eventually, kill};
use crate::{HTTP_HEAD, PARSE_IP, RESOLVE, UDP_CLIENT};

#[test]
fn the_small_tools_need_no_thread() {
    let tools = [
        (PARSE_IP, "::1", "x"),
        (RESOLVE, "127.0.0.1:80", "a..b"),
        (HTTP_HEAD, "--version", "127.0.0.1:x"),
        (UDP_CLIENT, "--version", "127.0.0.1:x"),
    ];
    for (tool, right, wrong) in tools {
        let Some(program) = Program::with_threads(tool, 1) else {
            return;
        };
        program.args(&[right]).run().expect_success();
        let finished = Program::with_threads(tool, 1)
            .expect("as before")
            .args(&[wrong])
            .run();
        let name = tool.rsplit('/').next().expect("a name");
        assert!(
            finished.stderr.starts_with(&format!("{name}: ")),
            "{tool}: {finished:#?}"
        );
        assert!(
            matches!(finished.status.code(), Some(1 | 2)),
            "{tool}: {finished:#?}"
        );
    }
}

/// The kernel keeps signals without a handler from the first process of a container.
#[test]
fn signals_end_the_first_process_of_a_container() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let Some(program) = Program::as_first_process(HTTP_HEAD) else {
            return;
        };
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address").to_string();
        let patience = format!("{}s", 2 * PATIENCE.as_secs());
        let mut process = program.args(&[&address, "--timeout", &patience]).start();
        let _waits_for_an_answer = listener.accept().expect("a client");
        let mut first = Vec::new();
        eventually("it has been started", || {
            first = process.children();
            !first.is_empty()
        });
        kill(first[0], signal);
        assert_eq!(process.wait().code(), Some(code));
    }
}
