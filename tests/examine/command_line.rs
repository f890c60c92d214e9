//! Flags, exit codes, and what is printed.

use serde_json::Value;

use crate::examine;
use crate::support::{Program, unused_address};

fn step_of_the_calculator(flags: &[&str]) -> crate::support::Finished {
    let step = Program::path_of_this_build("calc-2-length");
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
    for kind in ["echo-line", "echo-packets", "room-server", "chat", "time"] {
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
    let server = Program::of_this_build("chat-server").serve_with(&["--log", "off"]);
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
        (&["chat", "--codec", "json"], "binary, msgpack or protobuf"),
        (
            &["calc", "--codec", "msgpack"],
            "--codec and --compression are for chat",
        ),
        (
            &["chat", "--codec", "msgpack", "--classic-results"],
            "--classic-results is for chat, baccarat and room-server, with --codec binary",
        ),
        (&["cards"], "cards"),
        (&["chat", "--rooms", "0"], "--rooms"),
        (&["chat", "--idle-timeout", "120s"], "20s at most"),
        (&["baccarat", "--decks", "9"], "--decks"),
        (&["calc", "nonsense"], "nonsense"),
    ] {
        let finished = examine(flags);
        let line = finished.expect_failure(2);
        assert!(line.starts_with("examine: ") && line.contains(part), "{line}");
    }
}

#[test]
fn a_server_that_is_not_there_is_one_line_and_exit_code_1() {
    let (_held, address) = unused_address();
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
