//! Help, version, exit codes.

use crate::support::Program;
use crate::{HTTP_HEAD, PARSE_IP, RESOLVE, UDP_CLIENT};

const TOOLS: [(&str, &str); 4] = [
    ("parse-ip", PARSE_IP),
    ("resolve", RESOLVE),
    ("http-head", HTTP_HEAD),
    ("udp-client", UDP_CLIENT),
];

#[test]
fn help_has_examples_that_begin_with_the_name() {
    for (name, path) in TOOLS {
        let help = Program::new(path).args(&["--help"]).run().expect_success().text();
        let (_, examples) = help.split_once("\nExamples:\n").expect(name);
        let lines: Vec<_> = examples.lines().collect();
        assert!(lines.len() >= 3, "{help}");
        assert!(
            lines.iter().all(|line| line.starts_with(&format!("  {name} "))),
            "{help}"
        );
    }
}

#[test]
fn the_examples_are_right_usage() {
    for (name, path) in TOOLS {
        let help = Program::new(path).args(&["--help"]).run().expect_success().text();
        let (_, examples) = help.split_once("\nExamples:\n").expect(name);
        for example in examples.lines() {
            let words: Vec<_> = example
                .split_whitespace()
                .skip(1)
                .map(|word| word.trim_matches('\''))
                .collect();
            // They ask somebody who may not be there, which is no wrong usage.
            let quick: &[&str] = if name.ends_with("client") {
                &["--tries=1", "--timeout=1ms"]
            } else {
                &[]
            };
            let quick = quick.iter().filter(|flag| {
                let name = flag.split('=').next().unwrap_or_default();
                !words.contains(&name)
            });
            let arguments: Vec<_> = words.iter().chain(quick).copied().collect();
            let finished = Program::new(path).args(&arguments).run();
            assert_ne!(finished.status.code(), Some(2), "{example}: {finished:#?}");
        }
    }
}

#[test]
fn version_is_that_of_the_package() {
    for (name, path) in TOOLS {
        let version = Program::new(path).args(&["--version"]).run().expect_success();
        assert_eq!(version.text(), format!("{name} {}\n", env!("CARGO_PKG_VERSION")));
    }
}

#[test]
fn wrong_usage_is_one_line_and_exit_code_2() {
    for (name, path, arguments, problem) in [
        (
            "parse-ip",
            PARSE_IP,
            &[][..],
            "required arguments were not provided: <TEXT>",
        ),
        ("parse-ip", PARSE_IP, &["::1", "::2"], "unexpected argument '::2'"),
        (
            "resolve",
            RESOLVE,
            &[],
            "required arguments were not provided: <HOST:PORT>",
        ),
        (
            "resolve",
            RESOLVE,
            &["localhost"],
            "`localhost` is not an address: the port is missing",
        ),
        (
            "resolve",
            RESOLVE,
            &["localhost:http"],
            "the port is not a number from 0 to 65535",
        ),
        (
            "resolve",
            RESOLVE,
            &["localhost:65536"],
            "the port is not a number from 0 to 65535",
        ),
        (
            "resolve",
            RESOLVE,
            &["::1:80"],
            "an IPv6 address goes in brackets",
        ),
        (
            "resolve",
            RESOLVE,
            &["[127.0.0.1]:80"],
            "`127.0.0.1` is not an IPv6 address, and only such an address goes in brackets",
        ),
        (
            "resolve",
            RESOLVE,
            &["[::1]x:80"],
            "only a colon and the port may follow the bracket",
        ),
        (
            "udp-client",
            UDP_CLIENT,
            &["[fe80::1]:9", "x"],
            "a link-local address needs its interface too, as in [fe80::1%eth0]",
        ),
        (
            "udp-client",
            UDP_CLIENT,
            &["udp://localhost:9", "x"],
            "leave `udp://` out",
        ),
        (
            "http-head",
            HTTP_HEAD,
            &["http://localhost:80"],
            "leave `http://` out",
        ),
        (
            "http-head",
            HTTP_HEAD,
            &["localhost:80/index.html"],
            "leave `/index.html` out",
        ),
        (
            "resolve",
            RESOLVE,
            &["a:1", "--tcp4", "--tcp6"],
            "'--tcp4' cannot be used with '--tcp6'",
        ),
        ("http-head", HTTP_HEAD, &["localhost"], "the port is missing"),
        (
            "http-head",
            HTTP_HEAD,
            &["a:1", "index.html"],
            "a path starts with /",
        ),
        (
            "http-head",
            HTTP_HEAD,
            &["a:1", "/a\r\nHost: b"],
            "a path cannot contain `\\r`: write it as %XX",
        ),
        (
            "http-head",
            HTTP_HEAD,
            &["a:1", "--timeout", "0"],
            "it must be longer than 0",
        ),
        (
            "http-head",
            HTTP_HEAD,
            &["a:1", "--timeout", "1e9"],
            "it must not be longer than a day",
        ),
        (
            "http-head",
            HTTP_HEAD,
            &["a:1", "--timeout", "soon"],
            "`soon` is not a duration",
        ),
        (
            "udp-client",
            UDP_CLIENT,
            &["a:1"],
            "required arguments were not provided: <TEXT>",
        ),
        (
            "udp-client",
            UDP_CLIENT,
            &["a:1", "b", "--tries", "0"],
            "0 is not in 1..",
        ),
        (
            "udp-client",
            UDP_CLIENT,
            &["a:1", "b", "--max-reply", "64KiB"],
            "are not between 1 and 65535",
        ),
        (
            "udp-client",
            UDP_CLIENT,
            &["a:1", "b", "--hex", "--rfc868"],
            "cannot be used with '--rfc868'",
        ),
    ] {
        let finished = Program::new(path).args(arguments).run();
        let line = finished.expect_failure(2);
        assert!(
            line.starts_with(&format!("{name}: ")) && line.contains(problem),
            "{line}"
        );
        assert!(finished.stdout.is_empty(), "{}", finished.text());
    }
}
