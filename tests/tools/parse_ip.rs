//! The program `parse-ip`.

use crate::PARSE_IP;
use crate::support::{Finished, Program};

fn parse(text: &str) -> Finished {
    Program::new(PARSE_IP).args(&[text]).run()
}

#[test]
fn an_address_has_its_usual_form_and_its_kind() {
    for (text, printed) in [
        (
            "127.0.0.1",
            "127.0.0.1\nIPv4, loopback: 127.0.0.0/8 (RFC 1122, 3.2.1.3)\n",
        ),
        ("0:0::0:1", "::1\nIPv6, loopback: ::1/128 (RFC 4291, 2.5.3)\n"),
        (
            "2001:DB8::",
            "2001:db8::\nIPv6, documentation: 2001:db8::/32 (RFC 3849)\n",
        ),
        (
            "ff02::fb",
            "ff02::fb\nIPv6, multicast, link-local scope: ff00::/8 (RFC 4291, 2.7)\n",
        ),
        (
            "::ffff:0a00:0001",
            "::ffff:10.0.0.1\nIPv6, IPv4-mapped: ::ffff:0.0.0.0/96 (RFC 4291, 2.5.5.2)\n\
             inside: 10.0.0.1, IPv4, private: 10.0.0.0/8 (RFC 1918)\n",
        ),
        (
            "::127.0.0.1",
            "::7f00:1\nIPv6, IPv4-compatible: ::/96 (RFC 4291, 2.5.5.1: not used any more)\n\
             inside: 127.0.0.1, IPv4, loopback: 127.0.0.0/8 (RFC 1122, 3.2.1.3)\n",
        ),
    ] {
        let finished = parse(text).expect_success();
        assert_eq!(finished.text(), printed);
        assert_eq!(finished.stderr, "");
    }
}

#[test]
fn no_address_is_exit_code_1_with_the_place() {
    for (text, said) in [
        (
            "10.0.256.1",
            "not an address: 256 is over 255\n  10.0.256.1\n       ^^^\n",
        ),
        (
            "1::2::3",
            "not an address: a second `::`: how many zeros would each stand for?\n  1::2::3\n      ^^\n",
        ),
        ("-1", "not an address: numbers here have no sign\n  -1\n  ^\n"),
        ("", "not an address: the text is empty\n  \n  ^\n"),
    ] {
        let finished = parse(text);
        assert_eq!(finished.status.code(), Some(1), "{finished:#?}");
        assert_eq!(finished.stderr, format!("parse-ip: {said}"));
        assert!(finished.stdout.is_empty());
    }
}

#[test]
fn control_characters_are_shown_not_obeyed() {
    let finished = parse("\x1b[2J1");
    assert_eq!(finished.status.code(), Some(1));
    assert!(
        finished.stderr.contains("\n  \\u{1b}[2J1\n  ^^^^^^\n"),
        "{}",
        finished.stderr
    );
    assert!(!finished.stderr.contains('\x1b'));
}
