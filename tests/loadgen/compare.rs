//! `loadgen compare`: several servers in turns.

use std::fs;

use crate::support::{Finished, Program};
use crate::{json, number, run};

pub(crate) fn compare(servers: &[String], flags: &str, load: &str) -> Finished {
    let servers = servers.iter().map(String::as_str);
    let arguments = ["compare"]
        .into_iter()
        .chain(servers)
        .chain(flags.split_whitespace());
    run(&arguments
        .chain(["--"])
        .chain(load.split_whitespace())
        .collect::<Vec<_>>())
}

/// A server of this build, as `NAME=COMMAND`.
pub(crate) fn started(name: &str, server: &str, flags: &str) -> String {
    format!(
        "{name}={} --bind 127.0.0.1:0 --max-connections 100 {flags}",
        Program::path_of_this_build(server)
    )
}

#[test]
fn two_servers_are_told_side_by_side() {
    let servers = [
        started("plain", "echo-server", ""),
        started("packets", "echo-server", "--packets"),
    ];
    let load = "echo --packets --count 200 --connections 2";
    let finished = compare(&servers, "--rounds 3 --json", load).expect_success();
    let comparison = json(&finished);
    assert_eq!(comparison["rounds"], 3);
    let [plain, packets] = [&comparison["servers"][0], &comparison["servers"][1]];
    assert_eq!(
        (&plain["name"], &packets["name"]),
        (&"plain".into(), &"packets".into())
    );
    assert_eq!(plain["ratio_of_medians"], 1.0);
    for server in [plain, packets] {
        assert!(number(&server["latency_milliseconds"]["p99"]) > 0.0, "{server}");
        for spread in [
            "messages_per_second",
            "latency_p99_by_round_milliseconds",
            "ratio_by_round",
        ] {
            let values = ["min", "median", "max"].map(|name| number(&server[spread][name]));
            assert!(values[0] > 0.0 && values.is_sorted(), "{spread}: {server}");
        }
    }
    assert_eq!(
        comparison["cell"],
        serde_json::json!({"kind": "echo", "message_bytes": 64, "connections": 2, "in_flight": 1})
    );
    for machine in ["date", "system", "cores", "rust"] {
        assert!(!comparison[machine].is_null(), "{machine}: {comparison}");
    }
    let ratio =
        number(&packets["messages_per_second"]["median"]) / number(&plain["messages_per_second"]["median"]);
    assert!(
        (ratio - number(&packets["ratio_of_medians"])).abs() < 1e-9,
        "{comparison}"
    );
}

#[test]
fn the_table_and_the_figure_name_all_servers() {
    let file = format!("{}/compare.svg", env!("CARGO_TARGET_TMPDIR"));
    let servers = [
        started("one", "chat-server", "--rate-limit 0"),
        started("two", "chat-server", "--rate-limit 0"),
    ];
    let flags = format!("--rounds 1 --plot {file}");
    let finished = compare(&servers, &flags, "chat --members 3 --count 20").expect_success();
    let table = finished.text();
    assert!(table.starts_with("chat, rooms 1 x 3 members, "), "{table}");
    let figure = fs::read_to_string(&file).expect("a figure");
    for name in ["one", "two"] {
        assert_eq!(
            table
                .lines()
                .filter(|line| line.starts_with(&format!("  {name} ")))
                .count(),
            1,
            "{table}"
        );
        assert!(figure.contains(&format!("\n{name}\n")), "{figure}");
    }
}

#[test]
fn each_server_is_driven_at_parts_of_its_own_full_load() {
    let file = format!("{}/at-load.svg", env!("CARGO_TARGET_TMPDIR"));
    let servers = [
        started("one", "chat-server", "--rate-limit 0"),
        started("two", "chat-server", "--rate-limit 0 --workers 2"),
    ];
    let flags = format!("--rounds 2 --at-load 50%,20 --json --plot {file}");
    let finished = compare(&servers, &flags, "chat --members 2 --count 200");
    let comparison = json(&finished.expect_success());
    let at_load = &comparison["at_load"];
    let parts = at_load["parts"].as_array().expect("parts");
    let named: Vec<_> = parts
        .iter()
        .map(|part| {
            format!(
                "{} {}",
                part["name"].as_str().unwrap_or_default(),
                part["percent"]
            )
        })
        .collect();
    assert_eq!(named, ["one 50", "two 50", "one 20", "two 20"]);
    for (place, part) in parts.iter().enumerate() {
        let full = &comparison["servers"][place % 2]["messages_per_second"];
        // Each message comes to two members.
        let wanted = number(&full["median"]) / 2.0 * number(&part["percent"]) / 100.0;
        let rate = number(&part["rate"]);
        assert!(rate <= wanted && rate > 0.9 * wanted - 1.0, "{rate} of {wanted}");
        let reached = number(&part["rate_reached"]["median"]);
        assert!(reached > 0.0 && reached <= rate * 1.001, "{part}");
        assert!(
            number(&part["latency_p99_by_round_milliseconds"]["median"]) > 0.0,
            "{part}"
        );
    }
    let heading =
        "chat, rooms 1 x 2 members, senders 1 in each, open loop at 50%, 20% of each server's full load";
    assert_eq!(at_load["load"], heading);
    let figure = fs::read_to_string(&file).expect("a figure");
    for text in [
        "percentile",
        "99.9",
        "one",
        "two",
        "Latency p99, open loop, at parts of the full load of each server",
    ] {
        assert!(figure.contains(&format!("\n{text}\n")), "{text}: {figure}");
    }
}

#[test]
fn one_table_can_have_several_codecs() {
    let servers = [
        started("binary", "chat-server", "--rate-limit 0"),
        started("msgpack", "chat-server", "--rate-limit 0 --codec msgpack"),
        started("protobuf", "chat-server", "--rate-limit 0 --codec=protobuf"),
    ];
    let table = compare(&servers, "--rounds 2", "chat --members 3 --count 20").expect_success();
    for name in ["binary", "msgpack", "protobuf"] {
        assert!(table.text().contains(&format!("\n  {name} ")), "{}", table.text());
    }
}

/// Here the command, a script, does not say it.
#[test]
fn a_codec_behind_the_load_is_that_of_the_other_servers() {
    let file = format!(
        "{}/msgpack-{}.sh",
        env!("CARGO_TARGET_TMPDIR"),
        std::process::id()
    );
    let command = started("msgpack", "chat-server", "--codec msgpack");
    let (_, command) = command.split_once('=').expect("NAME=COMMAND");
    fs::write(&file, format!("exec {command}\n")).expect("a script");
    let server = format!("scripted=sh {file}");
    let load = "chat --members 3 --count 20 --codec msgpack";
    let finished = compare(&[server], "--rounds 1", load).expect_success();
    fs::remove_file(&file).expect("a file of this test");
    let table = finished.text();
    assert!(
        table.starts_with("chat in msgpack, rooms 1 x 3 members, "),
        "{table}"
    );
}

#[test]
fn a_server_that_is_wrong_ends_the_comparison_with_its_name() {
    // A chat server knows no ECHO from somebody who has not logged in; and the header is not there.
    let servers = [
        started("right", "echo-server", ""),
        started("wrong", "calc-server", ""),
    ];
    let finished = compare(&servers, "--rounds 1", "echo --count 10");
    let line = finished.expect_failure(1);
    assert!(line.starts_with("loadgen: wrong: "), "{line}");
}

#[test]
fn a_server_that_does_not_start_is_told() {
    let finished = compare(&["ghost=/no/such/program 1".to_owned()], "", "echo");
    let expected = "loadgen: ghost: cannot start ghost (/no/such/program): no such program";
    assert_eq!(finished.expect_failure(1), expected);
    let server = Program::path_of_this_build("echo-server");
    let finished = compare(&[format!("deaf={server} --help")], "", "echo");
    let line = finished.expect_failure(1);
    assert!(
        line.contains("`listening on` is not in its first lines"),
        "{line}"
    );
    let finished = compare(&[format!("no={server} --nonsense")], "", "echo");
    let line = finished.expect_failure(1);
    assert!(
        line.contains("it said: echo-server: unexpected argument '--nonsense' found"),
        "{line}"
    );
}

/// It may say as much as it likes.
#[test]
fn a_server_whose_line_has_no_end_is_told() {
    let finished = compare(&["endless=cat /dev/zero".to_owned()], "", "echo --timeout 60s");
    let line = finished.expect_failure(1);
    assert!(
        line.starts_with(
            "loadgen: endless: cannot start endless (cat): `listening on` is not in its first lines"
        ),
        "{line}"
    );
}

#[test]
fn a_server_that_never_says_that_it_listens_is_given_up() {
    let finished = compare(&["silent=sleep 60".to_owned()], "", "echo --timeout 200ms");
    let expected =
        "loadgen: silent: cannot start silent (sleep): it has not said `listening on` within 200ms";
    assert_eq!(finished.expect_failure(1), expected);
}

/// Their sources are in the program.
#[test]
fn servers_in_c_are_compiled_where_they_are_asked_for() {
    let servers = ["echo=echo-pthread 0", "calc=calc-three-calls 0"].map(str::to_owned);
    for (server, load) in servers.iter().zip(["echo", "calc"]) {
        let load = format!("{load} --count 100 --connections 2");
        let finished = compare(std::slice::from_ref(server), "--rounds 1", &load).expect_success();
        assert!(finished.text().starts_with(&load[..4]), "{}", finished.text());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn costs_are_told_of_a_server_and_what_it_has_started() {
    let servers = [started("one", "io-models", "process")];
    let servers = servers.map(|server| server.replace(" --max-connections 100", ""));
    let finished = compare(
        &servers,
        "--rounds 1 --costs --json",
        "echo --count 2000 --connections 3",
    );
    let comparison = json(&finished.expect_success());
    let one = &comparison["servers"][0];
    // Each client has a process, which alone has a mebibyte of memory that it shares with nobody.
    let switches = number(&one["context_switches_per_message"]["median"]);
    assert!((0.01..100.0).contains(&switches), "{one}");
    assert!(number(&one["memory_mebibytes"]["median"]) > 0.0, "{one}");
    assert!(
        number(&one["cpu_seconds_per_million_messages"]["median"]) > 0.0,
        "{one}"
    );
}
