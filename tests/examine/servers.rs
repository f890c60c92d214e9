//! The finished servers pass, with their default limits.

use std::fs;
use std::path::Path;

use crate::examine;
use crate::support::{Program, Server, Signal, eventually};

#[track_caller]
fn server(name: &str, flags: &[&str]) -> Server {
    Program::of_this_build(name).serve_with(flags)
}

/// All checks pass, and the server has seen nobody who was too fast or did not read.
#[track_caller]
fn passes(kind: &str, flags: &[&str], server: &Server) {
    let address = server.host_and_port();
    // The machine may be busy.
    let arguments = [&[kind, &*address, "--patience", "8s"], flags].concat();
    let finished = examine(&arguments).expect_success();
    assert!(finished.text().contains(" 0 failed"), "{}", finished.text());
    assert!(!finished.text().contains("FAIL"), "{}", finished.text());
}

#[test]
fn the_echo_server_passes() {
    passes("echo-line", &[], &server("echo-server", &[]));
    passes("echo-packets", &[], &server("echo-server", &["--packets"]));
}

#[test]
fn the_calculator_passes_with_and_without_lengths() {
    let server = server("calc-server", &[]);
    passes("calc", &[], &server);
    passes("calc", &["--no-length"], &server);
}

/// The chat is one of them, and a game that knows nothing of messages is another.
#[test]
fn every_server_with_rooms_passes_what_all_of_them_must_do() {
    passes("room-server", &[], &server("chat-server", &[]));
    let guess = Program::of_this_build("examples/guess").serve_with(&[]);
    passes("room-server", &[], &guess);
}

#[test]
fn the_chat_server_passes_twice_with_any_number_of_workers() {
    for workers in ["1", "4"] {
        let server = server("chat-server", &["--workers", workers]);
        passes("chat", &[], &server);
        passes("chat", &[], &server);
        // It is left as it was found.
        eventually("all have gone", || {
            server.signal(Signal::USR1);
            server
                .log()
                .text()
                .contains(" 0 connections, 0 users, 0 rooms in use;")
        });
        assert!(
            !server.log().text().contains("rate limit"),
            "{}",
            server.log().text()
        );
    }
}

#[test]
fn the_chat_server_passes_in_each_codec_with_compression() {
    let server = Program::of_this_build("chat-server")
        .args(&["--bind", "127.0.0.1:0", "--codec", "msgpack"])
        .args(&["--listen", "binary=127.0.0.1:0"])
        .args(&["--listen", "protobuf=127.0.0.1:0"])
        .args(&["--compress-over", "100"])
        .start();
    for (codec, beginning) in [
        ("msgpack", "listening on "),
        ("binary", "binary listening on "),
        ("protobuf", "protobuf listening on "),
    ] {
        let line = server.stdout.wait_for_line(beginning);
        let address = line.replace(beginning, "");
        let flags = ["--codec", codec, "--compression", "--patience", "8s"];
        let finished = examine(&[&["chat", &*address], &flags[..]].concat()).expect_success();
        let text = finished.text();
        assert!(
            text.contains("ok    compressed ") && text.contains(" 0 failed"),
            "{text}"
        );
    }
}

/// Tables whose rounds and shoes are short, so that nothing is skipped but what needs --slow.
const SHORT: [&str; 8] = [
    "--bet-time",
    "2s",
    "--result-time",
    "300ms",
    "--decks",
    "1",
    "--max",
    "5000",
];

#[test]
fn the_baccarat_server_passes_in_each_codec_with_any_number_of_workers() {
    for (codec, workers) in [("binary", "1"), ("msgpack", "4"), ("protobuf", "4")] {
        let in_codec = ["--codec", codec];
        let server = server(
            "baccarat-server",
            &[&SHORT[..], &in_codec, &["--workers", workers]].concat(),
        );
        passes("baccarat", &[&SHORT[..], &in_codec].concat(), &server);
    }
}

/// With its defaults, and with a ledger that is stored.
#[test]
fn the_baccarat_server_passes_with_a_ledger_in_a_file() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("examine-baccarat");
    // What an earlier run has left.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for tests");
    let ledger = folder.join("chips.db");
    let server = server("baccarat-server", &["--ledger", ledger.to_str().expect("UTF-8")]);
    passes("baccarat", &[], &server);
}

/// A round in which nobody says anything must not be longer than a client may be silent.
#[test]
fn rounds_are_waited_for_where_the_idle_timeout_allows_it() {
    let server = server("baccarat-server", &["--bet-time", "1s", "--result-time", "200ms"]);
    for (idle_timeout, line) in [
        ("1200ms", "-     phases             needs an --idle-timeout"),
        ("1300ms", "ok    phases "),
    ] {
        let flags = ["--only", "phases", "--bet-time", "1s", "--result-time", "200ms"];
        let address = server.host_and_port();
        let about_silence = ["--idle-timeout", idle_timeout, "--patience", "8s"];
        let finished = examine(&[&["baccarat", &*address], &flags[..], &about_silence].concat());
        assert!(finished.expect_success().text().contains(line), "{line}");
    }
}

#[test]
fn compression_that_is_not_there_is_found_missing() {
    let server = server("chat-server", &[]);
    let flags = ["--compression", "--only", "compressed", "--only", "bomb"];
    let finished = examine(&[&["chat", &*server.host_and_port()], &flags[..]].concat());
    assert_eq!(finished.status.code(), Some(1), "{finished:#?}");
    let text = finished.text();
    assert!(
        text.contains("ok    bomb ") && text.contains("FAIL  compressed "),
        "{text}"
    );
}

/// A server that says 0 is right for who asks for that, and wrong for everybody else; and the other way round.
#[test]
fn classic_results_are_right_where_they_are_asked_for() {
    let about_results = ["chat", "merged", "leave"].map(|name| ["--only", name]);
    for server_flags in [&[][..], &["--classic-results"]] {
        let server = server("chat-server", server_flags);
        let address = server.host_and_port();
        for examine_flags in [&[][..], &["--classic-results"]] {
            let arguments = [&["chat", &*address], examine_flags, about_results.as_flattened()].concat();
            let finished = examine(&arguments);
            let ending = match server_flags == examine_flags {
                true => "3 checks: 3 passed, 0 failed\n",
                false => "3 checks: 0 passed, 3 failed\n",
            };
            assert!(finished.text().ends_with(ending), "{}", finished.text());
        }
    }
}

#[test]
fn the_time_server_passes_as_text_and_as_four_bytes() {
    for format in [&[][..], &["--rfc868"]] {
        let anywhere = ["--daytime", "--sessions", "--udp"].map(|service| [service, "127.0.0.1:0"]);
        let server = Program::of_this_build("time-server")
            .args(anywhere.as_flattened())
            .args(format)
            .start();
        let [daytime, sessions, udp] = ["daytime", "sessions", "udp"].map(|service| {
            let beginning = format!("{service} listening on ");
            server.stdout.wait_for_line(&beginning).replace(&beginning, "")
        });
        let services = ["time", &daytime, "--sessions", &sessions, "--udp", &udp];
        let arguments = [&services[..], &["--patience", "8s"], format].concat();
        let finished = examine(&arguments).expect_success();
        assert!(finished.text().contains(" 0 failed"), "{}", finished.text());
    }
}

#[test]
fn other_limits_can_be_told() {
    let server = server(
        "chat-server",
        &["--rooms", "50", "--room-size", "60", "--max-packet", "2000"],
    );
    let flags = ["--rooms", "50", "--room-size", "60", "--max-packet", "2000"];
    passes("chat", &flags, &server);
    let failed = examine(&["chat", &server.host_and_port(), "--only", "room-number"]);
    assert_eq!(failed.status.code(), Some(1), "{failed:#?}");
}

/// The smallest and the largest, and those in which a notification is longer than its request.
#[test]
fn packets_may_have_any_largest_size() {
    for size in ["256", "268", "65535"] {
        let flags = ["--max-packet", size];
        let server = server("chat-server", &[&flags[..], &["--compress-over", "100"]].concat());
        passes("chat", &[&flags[..], &["--compression"]].concat(), &server);
        passes(
            "echo-packets",
            &flags,
            &self::server("echo-server", &[&flags[..], &["--packets"]].concat()),
        );
    }
}

/// There a list may have no more users than its count can say.
#[test]
fn a_list_of_users_is_too_long_for_the_largest_packet() {
    let flags = ["--max-packet", "65535", "--room-size", "140"];
    let server = server("chat-server", &flags);
    passes(
        "room-server",
        &[&flags[..], &["--only", "long-list"]].concat(),
        &server,
    );
}

/// Who is silent for longer than that has to say something now and then, while the other timeout is waited for.
#[test]
fn an_idle_timeout_may_be_shorter_than_the_login_timeout() {
    let timeouts = ["--login-timeout", "3s", "--idle-timeout", "1500ms"];
    let server = server("chat-server", &timeouts);
    let only = ["--slow", "--only", "login-timeout", "--only", "idle-timeout"];
    passes("chat", &[&timeouts[..], &only].concat(), &server);
}

#[test]
fn timeouts_of_another_length_have_flags_that_the_hints_name() {
    let server = server("chat-server", &["--login-timeout", "1s", "--idle-timeout", "1s"]);
    let slow = [
        "--slow",
        "--idle-timeout",
        "3s",
        "--only",
        "login-timeout",
        "--only",
        "idle-timeout",
    ];
    let finished = examine(&[&["chat", &*server.host_and_port()], &slow[..]].concat());
    let text = finished.text();
    assert!(text.ends_with("2 checks: 0 passed, 2 failed\n"), "{text}");
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("where yours is not 10 s: --login-timeout;"),
        "{text}"
    );
    assert!(
        words.contains("(--idle-timeout says how long yours is)"),
        "{text}"
    );
}

#[test]
fn timeouts_are_waited_for_when_asked() {
    let server = server("chat-server", &["--login-timeout", "1s", "--idle-timeout", "2s"]);
    let flags = ["--slow", "--login-timeout", "1s", "--idle-timeout", "2s"];
    let only = ["--only", "login-timeout", "--only", "idle-timeout"];
    let address = server.host_and_port();
    let arguments = [&["chat", &*address], &flags[..], &only].concat();
    let finished = examine(&arguments).expect_success();
    assert!(
        finished.text().ends_with("2 checks: 2 passed, 0 failed\n"),
        "{}",
        finished.text()
    );
}
