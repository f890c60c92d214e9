//! The command line of `loadgen soak`: what is refused, what is listed, and Ctrl-C.

use crate::soak;
use crate::support::{Program, Signal, eventually};
use crate::wrong_servers::Fault;

fn loadgen(arguments: &[&str]) -> Program {
    Program::new(env!("CARGO_BIN_EXE_loadgen")).args(arguments)
}

#[test]
fn a_server_that_is_not_on_this_machine_is_not_attacked() {
    // Set aside for documentation (RFC 5737), so it is nobody's.
    let finished = loadgen(&["soak", "calc", "192.0.2.1:4000"]).run();
    let line = finished.expect_failure(1);
    assert!(line.contains("192.0.2.1:4000 is not on this machine"), "{line}");
}

#[test]
fn wrong_flags_are_told_in_one_line() {
    let cases: [(&[&str], i32, &str); 4] = [
        (&["--only", "floods"], 1, "`floods` is not a row for this server"),
        (&["--scale", "2"], 2, "`2` is not a share"),
        (&["--clients", "20001"], 2, "20001"),
        (&["--pid", "1"], 1, "process 1"),
    ];
    for (flags, code, reason) in cases {
        let finished = loadgen(&["soak", "calc", "127.0.0.1:1"]).args(flags).run();
        let line = finished.expect_failure(code);
        assert!(line.contains(reason), "{line}");
    }
}

#[test]
fn the_rows_are_listed_without_a_server() {
    let finished = loadgen(&["soak", "chat", "--list"]).run().expect_success();
    let text = finished.text();
    for row in ["deaf-members", "racing-logins", "walk", "churn"] {
        assert!(text.contains(row), "{row} in {text}");
    }
    let finished = loadgen(&["soak", "calc", "--list"]).run().expect_success();
    assert!(!finished.text().contains("racing-logins"));
}

#[test]
fn a_figure_that_cannot_be_written_does_not_cost_the_report() {
    let server = Fault::None.serve();
    let file = "/no/such/folder/soak.svg";
    let finished = soak("calc", &server, &["--only", "half-close", "--plot", file]).run();
    let line = finished.expect_failure(1);
    assert!(line.contains(&format!("cannot write {file}: ")), "{line}");
    assert!(finished.text().contains("\"half-close\""), "{finished:#?}");
}

#[test]
fn ctrl_c_gives_the_descriptors_back_and_tells_what_is_known() {
    let server = Fault::None.serve();
    let limit = || {
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.process.id()));
        let limits = limits.expect("the server lives");
        let line = limits.lines().find(|line| line.starts_with("Max open files"));
        line.expect("the limit").to_owned()
    };
    let before = limit();
    let running = soak("calc", &server, &["--only", "descriptors", "--patience", "15s"]).start();
    eventually("the limit is lowered", || limit() != before);
    // Two at one moment are one request.
    running.freeze();
    running.signal(Signal::INT);
    running.signal(Signal::TERM);
    running.thaw();
    let finished = running.finish();
    assert_eq!(limit(), before);
    assert_eq!(
        finished.expect_failure(1),
        "loadgen: interrupted; none of the rows that were done has failed"
    );
    assert!(finished.text().contains("\"interrupted\""), "{finished:#?}");
}
