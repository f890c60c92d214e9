//! The examples of the help, and what is refused.

use crate::support::Program;
use crate::{HTTP_HEAD, PARSE_IP, RESOLVE, UDP_CLIENT};

const TOOLS: [(&str, &str); 4] = [
    ("parse-ip", PARSE_IP),
    ("resolve", RESOLVE),
    ("http-head", HTTP_HEAD),
    ("udp-client", UDP_CLIENT),
];

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
fn wrong_usage_is_one_line_and_exit_code_2() {
    for (name, arguments, problem) in [
        (
            "parse-ip",
            &[][..],
            "required arguments were not provided: <TEXT>",
        ),
        ("parse-ip", &["::1", "::2"], "unexpected argument '::2'"),
        (
            "resolve",
            &[],
            "required arguments were not provided: <HOST:PORT>",
        ),
        (
            "resolve",
            &["localhost"],
            "`localhost` is not an address: the port is missing",
        ),
        (
            "resolve",
            &["localhost:http"],
            "the port is not a number from 0 to 65535",
        ),
        (
            "resolve",
            &["localhost:65536"],
            "the port is not a number from 0 to 65535",
        ),
        ("resolve", &["::1:80"], "an IPv6 address goes in brackets"),
        (
            "resolve",
            &["[127.0.0.1]:80"],
            "`127.0.0.1` is not an IPv6 address, and only such an address goes in brackets",
        ),
        (
            "resolve",
            &["[::1]x:80"],
            "only a colon and the port may follow the bracket",
        ),
        (
            "udp-client",
            &["[fe80::1]:9", "x"],
            "a link-local address needs its interface too, as in [fe80::1%eth0]",
        ),
        ("udp-client", &["udp://localhost:9", "x"], "leave `udp://` out"),
        ("http-head", &["http://localhost:80"], "leave `http://` out"),
        (
            "http-head",
            &["localhost:80/index.html"],
            "leave `/index.html` out",
        ),
        (
            "resolve",
            &["a:1", "--tcp4", "--tcp6"],
            "'--tcp4' cannot be used with '--tcp6'",
        ),
        ("http-head", &["localhost"], "the port is missing"),
        ("http-head", &["a:1", "index.html"], "a path starts with /"),
        (
            "http-head",
            &["a:1", "/a\r\nHost: b"],
            "a path cannot contain `\\r`: write it as %XX",
        ),
        (
            "http-head",
            &["a:1", "--timeout", "0"],
            "it must be longer than 0",
        ),
        (
            "http-head",
            &["a:1", "--timeout", "1e9"],
            "it must not be longer than a day",
        ),
        (
            "http-head",
            &["a:1", "--timeout", "soon"],
            "`soon` is not a duration",
        ),
        (
            "udp-client",
            &["a:1"],
            "required arguments were not provided: <TEXT>",
        ),
        ("udp-client", &["a:1", "b", "--tries", "0"], "0 is not in 1.."),
        (
            "udp-client",
            &["a:1", "b", "--max-reply", "64KiB"],
            "are not between 1 and 65535",
        ),
        (
            "udp-client",
            &["a:1", "b", "--hex", "--rfc868"],
            "cannot be used with '--rfc868'",
        ),
    ] {
        let finished = Program::of_this_build(name).args(arguments).run();
        finished.refuses_flags(name, problem);
    }
}
