//! Flags that are wrong, and servers that cannot start: one clear line each, without a password.

use crate::redis::RedisServer;
use crate::support::{Finished, Program, unused_address};
use crate::{Cluster, LONG};

const SERVERS: [&str; 3] = ["api-server", "baccarat-server", "chat-server"];

fn run(program: &str, flags: &[&str]) -> Finished {
    let program = Program::of_this_build(program);
    program
        .args(&["--bind", "127.0.0.1:0", "--log", "off"])
        .args(flags)
        .run()
}

#[test]
fn what_is_for_one_of_many_needs_a_directory() {
    for program in ["baccarat-server", "chat-server"] {
        for flags in [
            ["--slot", "3"],
            LONG,
            ["--advertise", "game.example"],
            ["--directory-prefix", "test:"],
        ] {
            let problem = format!(
                "{} is for one of many servers: --directory URL must say",
                flags[0]
            );
            run(program, &flags).refuses_flags(program, &problem);
        }
    }
    let problem = "--directory-prefix is for one of many servers";
    run("api-server", &["--directory-prefix", "test:"]).refuses_flags("api-server", problem);
}

#[test]
fn wrong_flags_of_a_directory_are_exit_code_2() {
    let directory = ["--directory", "redis://127.0.0.1"];
    for (flags, problem) in [
        (
            &["--directory", "http://:secret@127.0.0.1"][..],
            "--directory: not the address of a Redis",
        ),
        (&["--lease", "299ms"], "299ms is too short: 300ms at least"),
        (
            &["--slot", "first"],
            "invalid value 'first' for '--slot <NUMBER>'",
        ),
        (
            &["--bind", "0.0.0.0:0"],
            "--advertise HOST must say which one clients are told",
        ),
        (
            &["--listen", "msgpack=[::]:0"],
            "--advertise HOST must say which one clients are told",
        ),
        (
            &["--advertise", "protobuf=game.example"],
            "this server has no port for them",
        ),
        (
            &["--advertise", "0.0.0.0"],
            "nobody can connect to each address of a machine",
        ),
    ] {
        let finished = match flags[0] {
            "--bind" => Program::of_this_build("chat-server")
                .args(&directory)
                .args(flags)
                .run(),
            "--directory" => run("chat-server", flags),
            _ => run("chat-server", &[&directory, flags].concat()),
        };
        finished.refuses_flags("chat-server", problem);
        assert!(!finished.stderr.contains("secret"), "{}", finished.stderr);
    }
    let flags = [&directory[..], &["--ledger", "chips.db"]].concat();
    let problem = "--ledger is for a server alone";
    run("baccarat-server", &flags).refuses_flags("baccarat-server", problem);
}

#[test]
fn a_redis_that_is_not_there_is_one_line() {
    let (_socket, nobody) = unused_address();
    let url = format!("redis://:secret@{nobody}");
    for program in SERVERS {
        let finished = run(program, &["--directory", &url]);
        let line = finished.expect_failure(1);
        assert!(line.starts_with(&format!("{program}: --directory: ")), "{line}");
        assert!(
            line.contains(&nobody.to_string()) && !line.contains("secret"),
            "{line}"
        );
        assert!(finished.stdout.is_empty(), "{}", finished.text());
    }
}

#[test]
fn a_slot_has_one_server() {
    let cluster = Cluster::start();
    let third = cluster.server("chat-server", &[&LONG[..], &["--slot", "3"]].concat());
    let second =
        cluster
            .program("chat-server")
            .args(&["--bind", "127.0.0.1:0", "--slot", "3", "--log", "off"]);
    let finished = second.run();
    let line = finished.expect_failure(1);
    assert!(line.contains("slot 3 has another server"), "{line}");
    let others =
        cluster
            .program("chat-server")
            .args(&["--bind", "127.0.0.1:0", "--rooms", "10", "--log", "off"]);
    let finished = others.run();
    let line = finished.expect_failure(1);
    assert!(
        line.contains("have 1000 rooms each, and this one has 10"),
        "{line}"
    );
    assert_eq!(cluster.slots("chat"), [3]);
    assert_eq!(cluster.new_place("alice", "chat", None).address, third.address);
}

/// Two services may share a Redis, and know nothing of each other.
#[test]
fn clients_are_told_what_is_advertised_and_prefixes_keep_services_apart() {
    let redis = RedisServer::start();
    let other = ["--directory-prefix", "other:"];
    let api = crate::program("api-server", &redis.url()).serve_with(&other);
    let _unseen = crate::program("chat-server", &redis.url()).serve_with(&[]);
    let flags = [
        "--bind",
        "0.0.0.0:0",
        "--advertise",
        "127.0.0.9",
        "--listen",
        "msgpack=127.0.0.1:0",
    ];
    let program = crate::program("chat-server", &redis.url())
        .args(&other)
        .args(&flags);
    let server = program.serve();
    let token = api.new_user("alice");
    let place = api.place("alice", &token, "chat", None);
    assert_eq!(
        place.address.to_string(),
        format!("127.0.0.9:{}", server.address.port())
    );
    place.enter();
    let servers = api.call("GET /v1/servers", "", "").expect(200, "").body;
    assert_eq!(servers["servers"].as_array().map(Vec::len), Some(1), "{servers}");
}
