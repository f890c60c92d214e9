//! Peers that others have written: `openssl s_client`, `curl`, Python's `ssl`.

use std::io::Write;

use crate::Certificate;
use crate::support::{Program, Server};

fn s_client(server: &Server, certificate: &Certificate, flags: &[&str]) -> Program {
    Program::new("openssl")
        .args(&[
            "s_client",
            "-connect",
            &format!("localhost:{}", server.address.port()),
        ])
        .args(&[
            "-CAfile",
            &certificate.authority(),
            "-verify_return_error",
            "-no_ign_eof",
        ])
        .args(&["-verify_hostname", "localhost"])
        .args(flags)
}

#[test]
fn openssl_speaks_both_versions_and_takes_up_a_session() {
    let certificate = Certificate::new("openssl");
    let server = certificate.serve("echo-server", &[]);
    let file = certificate.file("session");
    for (version, name) in [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")] {
        for (flag, kind) in [("-sess_out", "New"), ("-sess_in", "Reused")] {
            let (peer, mut keyboard) =
                s_client(&server, &certificate, &[version, flag, &file]).start_with_keyboard();
            peer.stdout.wait_for_line(&format!("{kind}, {name}"));
            writeln!(keyboard, "said through TLS").expect("it reads");
            peer.stdout.wait_for_line("said through TLS");
            drop(keyboard);
            let finished = peer.finish().expect_success();
            assert!(
                finished.text().contains("Verify return code: 0 (ok)"),
                "{}",
                finished.text()
            );
        }
    }
}

#[test]
fn openssl_finds_no_older_version_and_no_renegotiation() {
    let certificate = Certificate::new("old");
    let server = certificate.serve("echo-server", &["--log", "debug"]);
    let refused = s_client(&server, &certificate, &["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]).run();
    assert!(!refused.status.success(), "{}", refused.text());
    let (peer, mut keyboard) = s_client(&server, &certificate, &["-tls1_2"]).start_with_keyboard();
    peer.stdout.wait_for_line("Secure Renegotiation IS supported");
    // A line with R alone asks for new keys by a whole new handshake.
    write!(keyboard, "R\nstill here\n").expect("it reads");
    let finished = {
        let mut peer = peer;
        let _ = keyboard.flush();
        peer.wait();
        peer.finish()
    };
    assert!(!finished.text().contains("\nstill here"), "{}", finished.text());
}

#[test]
fn openssl_is_told_the_end() {
    let certificate = Certificate::new("said-end");
    let server = certificate.serve("echo-server", &[]);
    let (peer, mut keyboard) = s_client(&server, &certificate, &["-tls1_3", "-msg"]).start_with_keyboard();
    // A client is done with the handshake before the server is; an answer comes when both are.
    writeln!(keyboard, "said through TLS").expect("it reads");
    peer.stdout.wait_for_line("said through TLS");
    let log = server.terminate().expect_success();
    let finished = peer.finish();
    drop(keyboard);
    let text = finished.text();
    assert!(
        text.contains("<<< TLS 1.3, Alert [length 0002], warning close_notify"),
        "{text}"
    );
    assert!(log.stderr.contains("1 clients served"), "{}", log.stderr);
}

#[test]
fn curl_calls_the_api_and_is_told_where_it_forgets_tls() {
    let certificate = Certificate::new("curl");
    let server = certificate.serve("api-server", &[]);
    let port = server.address.port();
    let curl = |url: &str| {
        Program::new("curl")
            .args(&[
                "--silent",
                "--show-error",
                "--max-time",
                "60",
                "--cacert",
                &certificate.authority(),
            ])
            .args(&["--write-out", "\n%{http_version} %{http_code}", url])
            .run()
    };
    let body = |path: &str| {
        curl(&format!("https://localhost:{port}{path}"))
            .expect_success()
            .text()
    };
    assert!(
        body("/v1/servers").ends_with("}\n1.1 200"),
        "{}",
        body("/v1/servers")
    );
    let plain = curl(&format!("http://localhost:{port}/v1/servers"))
        .expect_success()
        .text();
    assert_eq!(plain, "this port speaks TLS: write https:// for it\n\n1.1 400");
    server
        .log()
        .wait_for_line("a request of HTTP without TLS came to a port that speaks TLS");
}

#[test]
fn python_chats_through_tls() {
    let certificate = Certificate::new("python");
    let server = certificate.serve("chat-server", &[]);
    let script = format!("{}/../../docs/clients/chat_binary.py", env!("CARGO_MANIFEST_DIR"));
    let port = server.address.port();
    let python = |flags: &[&str]| {
        Program::new("python3")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("LC_ALL", "C")
            .args(&[&script, &format!("localhost:{port}"), "alice", "1", "hello"])
            .args(flags)
            .run()
    };
    let authority = certificate.authority();
    let heard = python(&["--tls", "--tls-ca", &authority, "--listen", "1"]).expect_success();
    assert!(heard.text().contains("alice: hello"), "{}", heard.text());
    let refused = python(&["--tls"]);
    assert!(
        refused.expect_failure(1).contains("certificate verify failed"),
        "{refused:?}"
    );
}
