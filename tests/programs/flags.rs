//! The flags of the servers: what the help says of them, what is wrong with one, and addresses that cannot be had.

use std::net::SocketAddr;

use crate::kinds::{Kind, each_of, servers};
use crate::support::{Client, Finished, Program, unused_address, with_names};

/// The flags that all servers have, with their defaults, as the design has them.
pub(crate) const DEFAULTS: [(&str, &str); 12] = [
    ("batch-scheduling", "true"),
    ("drain", "5s"),
    ("frame-timeout", "10s"),
    ("idle-timeout", "120s"),
    ("ipv6-prefix", "64"),
    ("log", "info"),
    ("log-format", "text"),
    ("max-connections", "10000"),
    ("max-packet", "1024"),
    ("max-per-ip", "0"),
    ("stack-size", "256KiB"),
    ("write-timeout", "10s"),
];

/// The flags of this server with their defaults: those of all servers, but for what it has by itself.
pub(crate) fn defaults_of(program: &str) -> Vec<(&'static str, &'static str)> {
    let own = own_defaults(program);
    let is_common = |flag: &str| own.iter().all(|(one, _)| *one != flag);
    let common = DEFAULTS.into_iter().filter(|(flag, _)| is_common(flag));
    common.chain(own.iter().copied()).collect()
}

/// The flags that this server has beside them, or with a default of its own.
fn own_defaults(program: &str) -> &'static [(&'static str, &'static str)] {
    match program {
        "api-server" => &[
            ("address-attempts", "10"),
            ("address-pause", "10m"),
            ("batch-scheduling", "false"),
            ("bind", "127.0.0.1:8080"),
            ("entry-time", "15s"),
            ("hash-wait", "5s"),
            ("hashes", "2"),
            ("rate-limit", "0"),
            ("send-buffer", "0"),
            ("token-time", "1h"),
            ("user-attempts", "5"),
            ("user-pause", "1m"),
        ],
        "baccarat-server" => &[
            ("bet-time", "5s"),
            ("bind", "127.0.0.1:11031"),
            ("chips", "10000"),
            ("cut-card", "16"),
            ("decks", "8"),
            ("max", "10000"),
            ("min", "1"),
            ("result-time", "10s"),
            ("rounds", "manual"),
            ("unit", "10"),
            ("codec", "binary"),
            ("login-timeout", "10s"),
            ("outbox-limit", "256KiB"),
            ("rate-limit", "100"),
            ("room-size", "100"),
            ("rooms", "1000"),
            ("send-buffer", "64KiB"),
            ("stats", "0"),
            ("workers", "1"),
        ],
        "calc-server" => &[
            ("bind", "127.0.0.1:4000"),
            ("rate-limit", "0"),
            ("send-buffer", "0"),
        ],
        "chat-server" => &[
            ("bind", "127.0.0.1:11021"),
            ("codec", "binary"),
            ("login-timeout", "10s"),
            ("outbox-limit", "256KiB"),
            ("rate-limit", "100"),
            ("room-size", "100"),
            ("rooms", "1000"),
            ("send-buffer", "64KiB"),
            ("stats", "0"),
            ("workers", "1"),
        ],
        "echo-server" => &[
            ("bind", "127.0.0.1:18080"),
            ("rate-limit", "0"),
            ("send-buffer", "0"),
        ],
        "time-server" => &[
            ("daytime", "127.0.0.1:7777"),
            ("rate-limit", "0"),
            ("send-buffer", "0"),
            ("sessions", "127.0.0.1:1200"),
            ("udp", "127.0.0.1:1200"),
        ],
        other => panic!("{other} has no row"),
    }
}

/// The variable that stands for a flag of this server.
pub(crate) fn variable(program: &str, flag: &str) -> String {
    format!("{program}_{flag}").to_uppercase().replace('-', "_")
}

#[track_caller]
fn run(program: &str, arguments: &[&str]) -> Finished {
    Program::of_this_build(program).args(arguments).run()
}

/// Every flag that takes a value stands in a table above.
#[test]
fn help_names_every_flag_with_its_default_and_its_variable() {
    for Kind { program, .. } in servers() {
        let help = run(program, &["--help"]).expect_success().text();
        let defaults = defaults_of(program);
        for (flag, default) in &defaults {
            let (_, about) = help.split_once(&format!("--{flag} <")).expect(flag);
            let about = about.split("\n      --").next().expect("the first part");
            for part in [
                format!("[default: {default}]"),
                format!("[env: {}=", variable(program, flag)),
            ] {
                assert!(about.contains(&part), "{flag}: {about}");
            }
        }
        assert_eq!(help.matches("[default: ").count(), defaults.len(), "{help}");
    }
}

/// The flag that says where the first service listens.
fn bind(kind: &Kind) -> &'static str {
    kind.listens[0]
}

#[test]
fn wrong_flags_are_one_line_and_exit_code_2() {
    for kind in servers() {
        let bind = bind(kind);
        let no_value = format!("a value is required for '{bind} <HOST:PORT>'");
        for (arguments, problem) in [
            (
                &[bind, "nonsense"][..],
                "`nonsense` is not an address: the port is missing",
            ),
            (
                &[bind, "127.0.0.1:65536"],
                "the port is not a number from 0 to 65535",
            ),
            (&[bind, "http://127.0.0.1:0"], "leave `http://` out"),
            (&[bind, "[127.0.0.1]:0"], "`127.0.0.1` is not an IPv6 address"),
            (&[bind], &no_value),
            (&["127.0.0.1:0"], "unexpected argument '127.0.0.1:0'"),
            (
                &["--max-packet", "255"],
                "255 bytes are not between 256 and 65535",
            ),
            (
                &["--max-packet", "65536"],
                "65536 bytes are not between 256 and 65535",
            ),
            (
                &["--max-connections=-1"],
                "invalid value '-1' for '--max-connections <COUNT>'",
            ),
            (&["--idle-timeout", "soon"], "`soon` is not a duration"),
            (
                &["--stack-size", "64KiB"],
                "65536 bytes are too few: 128KiB at least",
            ),
            (&["--ipv6-prefix", "0"], "0 is not in 1..=128"),
            (&["--ipv6-prefix", "129"], "129 is not in 1..=128"),
        ] {
            run(kind.program, arguments).refuses_flags(kind.program, problem);
        }
    }
}

#[test]
fn limits_of_packets_are_refused_where_there_are_none() {
    for program in ["calc-server", "echo-server", "time-server"] {
        for (flags, problem) in [
            (
                ["--rate-limit", "10"],
                "--rate-limit counts packets of the game protocol, and ",
            ),
            (
                ["--max-packet", "2KiB"],
                "--max-packet measures packets of the game protocol, and ",
            ),
        ] {
            run(program, &flags).refuses_flags(program, problem);
        }
    }
    let problem = "--max-packet measures packets of the game protocol, and in HTTP there are none";
    run("api-server", &["--max-packet", "2KiB"]).refuses_flags("api-server", problem);
}

/// The start of a server that cannot listen at this address.
#[track_caller]
fn cannot_listen(kind: &Kind, address: &str, reason: &str) {
    let finished = run(kind.program, &[bind(kind), address, "--max-connections", "100"]);
    let service = match bind(kind) {
        "--bind" => String::new(),
        flag => format!("{}: ", flag.trim_start_matches("--")),
    };
    let expected = format!("{}: {service}cannot listen on {address}: {reason}", kind.program);
    assert_eq!(finished.expect_failure(1), expected);
    assert!(finished.stdout.is_empty(), "{}", finished.text());
}

#[test]
fn an_address_that_cannot_be_had_is_one_line_and_exit_code_1() {
    let (_taken, address) = unused_address();
    for kind in servers() {
        let taken = "address in use: is another server running there?";
        cannot_listen(kind, &address.to_string(), taken);
        // Set aside for documentation (RFC 5737), so it is nobody's.
        let foreign = "address not available: is it one of this machine's?";
        cannot_listen(kind, "192.0.2.1:0", foreign);
    }
}

#[test]
fn a_stack_for_which_there_is_no_room_is_told_at_the_start() {
    each_of(servers(), |kind| {
        // More than there are addresses.
        let flags = ["--stack-size", "128TiB", "--max-connections", "100"];
        let finished = kind.program(&flags).run();
        let reason = "--stack-size is too large, or the system has no memory or threads left: no thread for a client, \
                      with a stack of 140737488355328 bytes";
        let line = finished.expect_failure(1);
        assert!(line.starts_with(&format!("{}: {reason}", kind.program)), "{line}");
        assert!(finished.stdout.is_empty(), "{}", finished.text());
    });
}

/// `twins` is a name with an address of each family.
#[test]
fn a_name_is_listened_on_at_each_of_its_addresses() {
    for kind in servers() {
        let path = Program::path_of_this_build(kind.program);
        let Some(program) = with_names(&path) else { return };
        let services = kind.listens.iter().filter(|flag| flag.starts_with("--"));
        let process = services
            .clone()
            .fold(program, |program, service| program.args(&[service, "twins:0"]))
            .start();
        for service in services {
            let name = service.trim_start_matches("--");
            let beginning = match name {
                "bind" => "listening on ".to_owned(),
                name => format!("{name} listening on "),
            };
            let lines = process.stdout.wait_for_lines(2, &beginning);
            let addresses = lines
                .iter()
                .map(|line| line.trim_start_matches(&beginning).parse());
            let addresses: Vec<SocketAddr> = addresses.map(|address| address.expect("an address")).collect();
            assert!(
                addresses[0].is_ipv4() != addresses[1].is_ipv4()
                    && addresses[0].port() == addresses[1].port(),
                "{lines:?}"
            );
            if kind.is_asked_at(name) {
                for address in addresses {
                    kind.serves(&mut Client::connect(address));
                }
            }
        }
    }
}
