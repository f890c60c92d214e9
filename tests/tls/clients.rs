//! The programs that people use, at right and at wrong ports.

use std::io::Write;

use crate::support::{Program, Server, address_of};
use crate::{Certificate, FLEET};

fn at(server: &Server) -> String {
    format!("localhost:{}", server.address.port())
}

#[test]
fn echo_clients_send_much_through_tls() {
    let certificate = Certificate::new("echo-client");
    let server = certificate.serve("echo-server", &[]);
    let text: String = (0..40_000)
        .map(|number| format!("line {number} of a longer text\n"))
        .collect();
    let finished = Program::of_this_build("echo-client")
        .args(&["--tls", "--tls-ca", &certificate.authority(), &at(&server)])
        .run_with(text.as_bytes())
        .expect_success();
    assert!(finished.text() == text);
}

#[test]
fn chat_clients_meet_through_tls() {
    let certificate = Certificate::new("chat-client");
    let server = certificate.serve("chat-server", &[]);
    let authority = certificate.authority();
    let client = |name: &str| {
        Program::of_this_build("chat-client")
            .args(&[
                "--tls",
                "--tls-ca",
                &authority,
                "--name",
                name,
                "--room",
                "1",
                &at(&server),
            ])
            .start_with_keyboard()
    };
    let (alice, alice_types) = client("alice");
    alice.stdout.wait_for_line("* you are in room 1, alone");
    let (bob, mut bob_types) = client("bob");
    writeln!(bob_types, "hello").expect("bob reads");
    alice.stdout.wait_for_line("bob: hello");
    drop((alice_types, bob_types));
    alice.finish().expect_success();
    bob.finish().expect_success();
}

#[test]
fn whoever_comes_to_the_wrong_port_is_told_what_to_do() {
    let certificate = Certificate::new("wrong-port");
    let authority = certificate.authority();
    let (secure, plain) = (
        certificate.serve("chat-server", &[]),
        Program::of_this_build("chat-server").serve_with(&[]),
    );
    let chat = |server: &Server, flags: &[&str]| {
        let finished = Program::of_this_build("chat-client")
            .args(&["--name", "alice", "--room", "1", &at(server)])
            .args(flags)
            .run();
        finished.expect_failure(1).to_owned()
    };
    let line = chat(&secure, &[]);
    assert!(
        line.contains("the server speaks TLS at this port: add --tls"),
        "{line}"
    );
    secure
        .log()
        .wait_for_line("was the client started without --tls?");
    let line = chat(&plain, &["--tls", "--tls-ca", &authority]);
    assert!(
        line.contains("does not speak TLS at this port") && line.contains("leave --tls out"),
        "{line}"
    );
    plain
        .log()
        .wait_for_line("a handshake of TLS at a port that speaks none");
    let line = chat(&secure, &["--tls", "--tls-ca", &certificate.file("server.key")]);
    assert!(line.contains("has no certificate"), "{line}");
    let other = Certificate::new("wrong-authority");
    let line = chat(&secure, &["--tls", "--tls-ca", &other.authority()]);
    assert!(
        line.contains("the certificate of localhost is not to be trusted"),
        "{line}"
    );
}

#[test]
fn a_fleet_speaks_tls_at_every_port() {
    let certificate = Certificate::new("fleet");
    let process = Program::new(FLEET)
        .args(&["--tls-certificate", &certificate.file("server.pem")])
        .args(&[
            "--tls-key",
            &certificate.file("server.key"),
            "--bind",
            "127.0.0.1:0",
        ])
        .start();
    let api = address_of(&process, "api");
    let authority = certificate.authority();
    let client = |name: &str, url: &str| {
        Program::of_this_build("chat-client")
            .args(&["--api", url, "--register", "--name", name, "--room", "0"])
            .env("CHAT_CLIENT_PASSWORD", "correct horse")
    };
    let url = format!("https://{api}");
    let talks = client("alice", &url)
        .args(&["--tls-ca", &authority])
        .run_with(b"hello\n")
        .expect_success();
    assert!(talks.text().contains("alice: hello"), "{}", talks.text());
    let plain = client("bob", &format!("http://{api}")).run();
    let line = plain.expect_failure(1);
    assert!(
        line.contains("it speaks TLS, so its address begins with https://"),
        "{line}"
    );
    let other = Certificate::new("fleet-other");
    let doubtful = client("bob", &url).args(&["--tls-ca", &other.authority()]).run();
    let line = doubtful.expect_failure(1);
    assert!(
        line.contains("no TLS with the API") && line.contains("is not to be trusted"),
        "{line}"
    );
    let status = Program::new(FLEET)
        .args(&["status", &url, "--tls-ca", &authority])
        .run()
        .expect_success();
    assert!(status.text().contains("chat 0"), "{}", status.text());
}

#[test]
fn an_authority_for_nothing_is_a_wrong_flag() {
    for program in ["chat-client", "baccarat-client"] {
        let finished = Program::of_this_build(program)
            .args(&["--name", "alice", "--tls-ca", "ca.pem"])
            .run();
        assert_eq!(finished.status.code(), Some(2), "{}", finished.stderr);
        assert!(
            finished.stderr.contains("add --tls, or give --api"),
            "{}",
            finished.stderr
        );
    }
}
