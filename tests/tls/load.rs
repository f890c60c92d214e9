//! `loadgen` through TLS: every message comes back, and no load begins at a server that is not believed.

use crate::Certificate;
use crate::support::{Finished, Program, Server};

fn drive(load: &str, server: &Server, flags: &str) -> Finished {
    let address = format!("localhost:{}", server.address.port());
    Program::of_this_build("loadgen")
        .args(&[load, &address, "--json"])
        .args(&flags.split_whitespace().collect::<Vec<_>>())
        .run()
}

/// A load that finds nothing wrong, and so many messages.
#[track_caller]
fn counts(load: &str, server: &Server, flags: &str, messages: u32) {
    let report = drive(load, server, flags).expect_success().text();
    assert!(
        report.contains(&format!(r#""messages":{messages},"#)) && report.contains(r#""errors":{}"#),
        "{report}"
    );
}

#[test]
fn a_load_through_tls_loses_nothing() {
    let certificate = Certificate::new("load");
    let secure = format!("--tls --tls-ca {}", certificate.authority());
    let echo = certificate.serve("echo-server", &[]);
    counts(
        "echo",
        &echo,
        &format!("--connections 3 --count 200 {secure}"),
        200,
    );
    // More than a record holds, and more than one read takes.
    let large = "--connections 2 --count 20 --size 50000 --in-flight 2";
    counts("echo", &echo, &format!("{large} {secure}"), 20);
    let chat = certificate.serve("chat-server", &["--rate-limit", "0"]);
    let rooms = "--rooms 2 --members 3 --senders 2 --in-flight 4 --count 50";
    counts("chat", &chat, &format!("{rooms} {secure}"), 150);
    let echo = echo.terminate().expect_success();
    assert!(echo.stderr.contains("0 cut off"), "{}", echo.stderr);
}

#[test]
fn a_load_does_not_begin_where_it_does_not_know_the_server() {
    let certificate = Certificate::new("load-wrong");
    let other = Certificate::new("load-other");
    let echo = certificate.serve("echo-server", &[]);
    let doubtful = drive("echo", &echo, &format!("--tls --tls-ca {}", other.authority()));
    let line = doubtful.expect_failure(1);
    let expected = "the certificate of localhost is not to be trusted: nobody who is believed here has signed it; \
                    --tls-ca FILE names somebody who has";
    assert!(line.ends_with(expected), "{line}");
}
