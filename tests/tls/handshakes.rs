//! Those who do not complete a handshake, and a new certificate at SIGHUP.

use std::io::Write;
use std::time::Duration;

use crate::secure::{End, Secure, believer, connect};
use crate::support::messages::{PING, PONG, log_in, logged_in};
use crate::support::{Client, PATIENCE, Signal, eventually};
use crate::{Certificate, FLEET};

#[test]
fn a_thousand_who_say_nothing_are_cut_off_and_others_served() {
    const SILENT: usize = 1_000;
    let certificate = Certificate::new("silent");
    let server = certificate.serve("chat-server", &["--login-timeout", "2s"]);
    let good = Secure::connect(&server, &certificate);
    good.exchange(&log_in("alice"), &logged_in(1));
    let mut others: Vec<_> = (0..SILENT).map(|_| Client::connect(server.address)).collect();
    // A third begins a record, another one sends what is none.
    for (number, client) in others.iter_mut().enumerate() {
        match number % 3 {
            0 => client.send(&[22, 3, 1, 2, 0, 1]),
            1 => client.send(&[0xFF; 64]),
            _ => {}
        }
    }
    good.exchange(&PING, &PONG);
    let line = "closed: handshake timeout: no handshake within 2s";
    server.log().wait_for_lines(SILENT * 2 / 3, line);
    good.exchange(&PING, &PONG);
    drop(others);
    let summary = server.terminate().expect_success();
    assert!(summary.stderr.contains("1000 cut off"), "{}", summary.stderr);
    assert_eq!(good.receive_rest().1, End::Said);
}

#[test]
fn a_byte_now_and_then_does_not_put_the_end_off() {
    let certificate = Certificate::new("slow");
    let server = certificate.serve("chat-server", &["--login-timeout", "1s"]);
    let mut slow = std::net::TcpStream::connect(server.address).expect("the server accepts");
    slow.set_read_timeout(Some(Duration::from_millis(50)))
        .expect("a live socket");
    slow.write_all(&[22, 3, 1, 2, 0]).expect("a header");
    eventually("the server has closed", || {
        let _ = slow.write_all(&[1]);
        matches!(std::io::Read::read(&mut slow, &mut [0; 64]), Ok(0))
            || server.log().count("handshake timeout") > 0
    });
    server
        .log()
        .wait_for_line("closed: handshake timeout: no handshake within 1s");
}

#[test]
fn at_sighup_new_clients_get_the_new_certificate() {
    let certificate = Certificate::new("reload");
    let server = certificate.serve("echo-server", &[]);
    let old_believer = believer(&certificate);
    let old = Secure::connect(&server, &certificate);
    old.exchange(b"before", b"before");
    // What is broken changes nothing.
    std::fs::write(certificate.file("server.pem"), "nothing").expect("a file");
    server.signal(Signal::HUP);
    let line = server.log().wait_for_line("the certificate stays as it was");
    assert!(line.contains("server.pem has no certificate"), "{line}");
    Secure::connect(&server, &certificate).exchange(b"as before", b"as before");
    certificate.renew();
    server.signal(Signal::HUP);
    server
        .log()
        .wait_for_line("new clients get the certificate that is in");
    Secure::connect(&server, &certificate).exchange(b"new", b"new");
    old.exchange(b"goes on", b"goes on");
    let refusal = old_believer
        .secure(connect(&server), "localhost", PATIENCE)
        .unwrap_err();
    assert!(refusal.to_string().contains("is not to be trusted"), "{refusal}");
    server.terminate().expect_success();
}

#[test]
fn wrong_files_are_one_line_at_the_start() {
    let certificate = Certificate::new("wrong-files");
    let (pem, key) = (certificate.file("server.pem"), certificate.file("server.key"));
    let missing = certificate.file("missing.pem");
    let programs = [
        "echo-server",
        "chat-server",
        "baccarat-server",
        "api-server",
        "fleet",
    ];
    for program in programs {
        for (pem, key, problem) in [
            (&missing, &key, "cannot read "),
            (&key, &key, "has no certificate"),
            (&pem, &pem, "has no private key"),
        ] {
            let flags = [
                "--bind",
                "127.0.0.1:0",
                "--tls-certificate",
                pem,
                "--tls-key",
                key,
            ];
            let finished = crate::support::Program::of_this_build(program).args(&flags).run();
            let line = finished.expect_failure(1);
            assert!(line.contains(problem), "{line}");
        }
        let finished = crate::support::Program::of_this_build(program)
            .args(&["--tls-key", &key])
            .run();
        assert_eq!(finished.status.code(), Some(2), "{}", finished.stderr);
    }
}

#[test]
fn a_certificate_says_how_it_is_used_and_is_not_overwritten() {
    let certificate = Certificate::new("made");
    let out = certificate.file("");
    let again = crate::support::Program::new(FLEET)
        .args(&["make-certificate", "--out", &out])
        .run();
    let line = again.expect_failure(1);
    assert!(
        line.ends_with("is there already, and is not overwritten"),
        "{line}"
    );
    let elsewhere = certificate.file("elsewhere");
    let made = crate::support::Program::new(FLEET)
        .args(&["make-certificate", "--host", "game.example", "--out", &elsewhere])
        .run()
        .expect_success();
    let text = made.text();
    let commands = [
        format!("fleet --tls-certificate {elsewhere}/server.pem --tls-key {elsewhere}/server.key"),
        format!("chat-client --api https://game.example:8080 --tls-ca {elsewhere}/ca.pem"),
    ];
    for command in commands {
        assert!(text.contains(&command), "{text}");
    }
}
