//! Flags, exit codes, and what is printed.

use std::io::Write;
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use examine::{Kind, Settings, Verdict};
use protocol::Codec;
use serde_json::Value;

use crate::support::{Program, Signal, eventually, unused_address};
use crate::{examine, program};

fn step_of_the_calculator(flags: &[&str]) -> crate::support::Finished {
    let step = program("calc-2-length");
    let command = ["--", &*step, "127.0.0.1:0"];
    examine(&[&["calc", "127.0.0.1:0"], flags, &command].concat())
}

#[test]
fn checks_can_be_listed_and_picked() {
    let all = examine(&["calc", "--list"]).expect_success().text();
    assert!(all.lines().count() > 20, "{all}");
    let two = examine(&["calc", "--list", "--only", "split", "--only", "merged"]).expect_success();
    let names: Vec<_> = two
        .text()
        .lines()
        .map(|line| line[..6].trim().to_owned())
        .collect();
    assert_eq!(names, ["merged", "split"]);
    for kind in ["echo-line", "echo-packets", "chat", "time"] {
        assert!(
            !examine(&[kind, "--list"]).expect_success().stdout.is_empty(),
            "{kind}"
        );
    }
}

#[test]
fn a_failure_is_told_with_its_bytes_its_rule_and_a_hint() {
    let finished = step_of_the_calculator(&["--only", "split", "--only", "merged"]);
    assert_eq!(finished.status.code(), Some(1));
    let text = finished.text();
    for part in [
        "ok    merged ",
        "FAIL  split ",
        "client 1 --> 10 + 20 (13 bytes), cut into 1 and 12 bytes",
        "expected   30 (4 bytes)\n                 0000 [1e]00 00 00\n",
        "came       ",
        "rule       wire.md, section 2: ",
        "hint       one read is not one request",
        "2 checks: 1 passed, 1 failed",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn another_codec_has_other_checks() {
    let names = |codec: &str| {
        let list = examine(&["chat", "--list", "--codec", codec])
            .expect_success()
            .text();
        let names = list.lines().filter_map(|line| line.split_whitespace().next());
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    let [binary, msgpack, protobuf] = ["binary", "msgpack", "protobuf"].map(names);
    for (name, has_it) in [
        ("after-leave", [true, true, true]),
        ("bomb", [true, true, true]),
        ("bad-ping", [true, false, false]),
        ("success", [false, true, false]),
        ("nested", [false, true, true]),
    ] {
        let found = [&binary, &msgpack, &protobuf].map(|names| names.iter().any(|one| one == name));
        assert_eq!(found, has_it, "{name}");
    }
}

/// A server that answers in binary: its bytes are shown as they came.
#[test]
fn in_another_codec_a_failure_is_told_with_what_came_on_the_wire() {
    let server = Program::new(&program("chat-server"))
        .args(&["--bind", "127.0.0.1:0", "--log", "off"])
        .serve();
    let address = server.host_and_port();
    let flags = ["--codec", "msgpack", "--only", "login", "--only", "echo"];
    let finished = examine(&[&["chat", &*address], &flags[..]].concat());
    assert_eq!(finished.status.code(), Some(1));
    let text = finished.text();
    for part in [
        "ok    echo ",
        "FAIL  login ",
        "expected   LOGIN_RES result=NONE (1) [msgpack] (14 bytes)\n                 \
         0000  0e 00 be 02 00 81 a6 52 65 73 75 6c 74 00\n",
        "came       LOGIN_RES body=\"3\\u{0}\" [msgpack] (body: value at byte 0 is not a map) (7 bytes)\n                 \
         0000  07 00 be 02 00 33 00\n",
        "looks like this body is binary: ",
        "rule       formats.md: LOGIN_REQ is a map",
        "2 checks: 1 passed, 1 failed",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn json_has_the_same() {
    let finished =
        step_of_the_calculator(&["--json", "--only", "split", "--only", "merged", "--only", "wrap"]);
    let report: Value = serde_json::from_slice(&finished.stdout).expect("JSON");
    assert_eq!(report["kind"], "calc");
    assert_eq!(report["good"], false);
    let verdicts: Vec<_> = report["checks"].as_array().expect("checks").iter().collect();
    let [wrap, merged, split] = verdicts[..] else {
        panic!("{report}")
    };
    assert_eq!(
        (&wrap["name"], &wrap["verdict"]),
        (&"wrap".into(), &"passed".into())
    );
    assert_eq!(merged["verdict"], "passed");
    assert_eq!(split["verdict"], "failed");
    assert_eq!(split["expected"]["words"], "30 (4 bytes)");
    assert_eq!(split["expected"]["hex"][0], "0000 [1e]00 00 00");
    assert!(
        split["rule"]
            .as_str()
            .is_some_and(|rule| rule.starts_with("wire.md, section 2"))
    );
}

#[test]
fn wrong_flags_are_one_line_and_exit_code_2() {
    for (flags, part) in [
        (
            &["calc", "--only", "nonsense"][..],
            "calc has no check `nonsense`: see --list",
        ),
        (
            &["chat", "--codec", "msgpack", "--only", "bad-ping"],
            "chat has no check `bad-ping` for msgpack: see --list --codec msgpack",
        ),
        (&["chat", "--codec", "json"], "binary, msgpack and protobuf"),
        (
            &["calc", "--codec", "msgpack"],
            "--codec and --compression are for chat",
        ),
        (&["cards"], "cards"),
        (&["chat", "--rooms", "0"], "--rooms"),
        (&["chat", "--idle-timeout", "120s"], "20s at most"),
        (&["calc", "nonsense"], "nonsense"),
    ] {
        let finished = examine(flags);
        let line = finished.expect_failure(2);
        assert!(line.starts_with("examine: ") && line.contains(part), "{line}");
    }
}

#[test]
fn a_server_that_is_not_there_is_one_line_and_exit_code_1() {
    let (listener, address) = unused_address();
    drop(listener);
    let finished = examine(&["calc", &address.to_string()]);
    let line = finished.expect_failure(1);
    assert!(
        line.starts_with(&format!("examine: no server at {address}: ")),
        "{line}"
    );
    let finished = examine(&["calc", "127.0.0.1:0", "--", "false"]);
    let line = finished.expect_failure(1);
    assert!(line.contains("false does not listen: it has ended"), "{line}");
    let finished = examine(&["calc", "127.0.0.1:0", "--", "no-such-program-at-all"]);
    assert!(
        finished
            .expect_failure(1)
            .contains("cannot start no-such-program-at-all")
    );
}

#[test]
fn a_server_that_says_nothing_does_not_take_longer_than_allowed() {
    // It accepts, in the queue of its listener, and that is all.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let settings = Settings {
        total: Duration::from_secs(1),
        patience: Duration::from_millis(300),
        ..Settings::default()
    };
    let started = Instant::now();
    let mut server = examine::Server::running(address);
    let checks = Kind::Chat.checks(Codec::Binary);
    let findings =
        examine::examine(Kind::Chat, &mut server, &settings, &checks, |_| Ok(())).expect("it is there");
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(findings.len(), checks.len());
    let not_reached = findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::NotReached);
    assert!(not_reached.count() > checks.len() / 2);
    // Three times 300 milliseconds; the fourth has no time to fail.
    let failed = findings
        .iter()
        .filter(|finding| matches!(finding.verdict, Verdict::Failed { .. }));
    assert!(failed.count() <= 3);
    assert!(findings.iter().all(|finding| finding.verdict != Verdict::Passed));
}

#[test]
fn a_server_that_was_started_is_ended() {
    let step = program("echo-4-threads");
    let (listener, address) = unused_address();
    drop(listener);
    let address = address.to_string();
    let finished = examine(&["echo-line", &address, "--only", "line", "--", &step, &address]);
    finished.expect_success();
    // Its port is free again.
    TcpListener::bind(&address).expect("nobody listens any more");
}

#[test]
fn a_server_that_does_not_say_where_it_listens_is_found_by_its_port() {
    let step = program("echo-4-threads");
    let (listener, address) = unused_address();
    drop(listener);
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
    let step = program("echo-4-threads");
    let (listener, address) = unused_address();
    drop(listener);
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
    let step = program("echo-4-threads");
    let (listener, address) = unused_address();
    drop(listener);
    let address = address.to_string();
    let command = ["--", "sh", "-c", WITH_A_CHILD, &step, &address];
    let examined = ["echo-line", &address, "--only", "line"];
    examine(&[&examined[..], &command].concat()).expect_success();
    is_free(&address);
}

#[test]
fn a_signal_in_the_middle_leaves_nothing_behind() {
    for signal in [Signal::INT, Signal::TERM] {
        let step = program("echo-3-iterate");
        let (listener, address) = unused_address();
        drop(listener);
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

/// All that a server says is looked at, but not for ever.
#[test]
fn a_server_that_says_more_and_more_is_no_trouble() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || while client.write_all(&[b'7'; 10_000]).is_ok() {});
        }
    });
    for kind in [
        Kind::Time,
        Kind::Chat,
        Kind::Calc,
        Kind::EchoLine,
        Kind::EchoPackets,
    ] {
        let settings = Settings {
            total: Duration::from_secs(2),
            sessions: Some(address),
            ..Settings::default()
        };
        let started = Instant::now();
        let mut server = examine::Server::running(address);
        let findings = examine::examine(kind, &mut server, &settings, &kind.checks(Codec::Binary), |_| {
            Ok(())
        });
        let findings = findings.expect("it is there");
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "{:?}",
            started.elapsed()
        );
        assert!(
            findings.iter().all(|finding| finding.verdict != Verdict::Passed),
            "{kind:?}"
        );
    }
}
