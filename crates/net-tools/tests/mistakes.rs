//! Texts that are not an address: the reason, its place, and that the standard library agrees.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use net_tools::ip::{mistake, parse};
use proptest::prelude::*;

#[test]
fn every_mistake_has_its_reason_and_its_place() {
    for (text, carets, problem) in [
        ("", "^", "the text is empty"),
        ("10.0.256.1", "     ^^^", "256 is over 255"),
        (
            "10.0.0.99999999999",
            "       ^^^^^^^^^^^",
            "99999999999 is over 255",
        ),
        ("10.0.0", "      ^", "too few parts: 3 of 4"),
        ("2130706433", "^^^^^^^^^^", "2130706433 is over 255"),
        ("10", "  ^", "too few parts: 1 of 4"),
        ("10.0.0.1.2", "        ^^", "too many parts: 4 make an address"),
        ("10..0.1", "   ^", "a number is missing"),
        ("10.0.0.", "       ^", "a number is missing"),
        (".10.0.0", "^", "a number is missing"),
        (
            "10.0.0.010",
            "       ^",
            "a leading zero: inet_aton(3) reads 010 as octal, others do not",
        ),
        ("10.0.0.a", "       ^", "expected a digit"),
        (
            "10.0.0.0x1",
            "        ^",
            "hexadecimal numbers have no 0x in front, and only IPv6 has them",
        ),
        ("10.0.0.-1", "       ^", "numbers here have no sign"),
        ("10.0.0.1 ", "        ^", "an address cannot contain blanks"),
        (
            "127.0.0.1:80",
            "         ^^^",
            "a port is not part of an address, and IPv6 cannot follow either",
        ),
        (
            "10.0.0.0/8",
            "        ^^",
            "a prefix length is not part of an address: it makes a block of many",
        ),
        (
            "http://127.0.0.1",
            "^^^^^^^",
            "this is the beginning of a URL, not part of an address",
        ),
        (
            "[::1]:80",
            "^",
            "brackets are not part of an address: they keep it apart from a port",
        ),
        (
            "fe80::1%eth0",
            "       ^^^^^",
            "a zone is not part of an address: it names an interface of one machine (RFC 4007)",
        ),
        (
            "localhost",
            "^",
            "`l` cannot be in an address; is this a name? try resolve",
        ),
        (
            "1:2:3",
            "     ^",
            "too few groups: 3 of 8, and no `::` for the others",
        ),
        (
            "1:2:3:4:5:6:7:8:9",
            "                ^",
            "too many groups: 8 make an address, and an IPv4 address counts as 2",
        ),
        (
            "1:2:3:4::5:6:7:8",
            "               ^",
            "too many groups: `::` stands for one at least, so 7 others are the most",
        ),
        (
            "1::2::3",
            "    ^^",
            "a second `::`: how many zeros would each stand for?",
        ),
        ("1:::2", " ^^^", "three colons: `::` stands for zeros"),
        (":1::2", "^", "one colon in front of the first group"),
        ("1::2:", "    ^", "one colon after the last group"),
        ("1::12345", "   ^^^^^", "5 digits: a group has 4 at most"),
        ("::1.2.3", "       ^", "too few parts: 3 of 4"),
        ("::1.2.3.256", "        ^^^", "256 is over 255"),
        (
            "::1.2.3.4:80",
            "  ^^^^^^^",
            "an IPv4 address inside IPv6 comes last; a port cannot follow",
        ),
        (
            "안녕",
            "^^",
            "`안` cannot be in an address; is this a name? try resolve",
        ),
    ] {
        let mistake = parse(text).expect_err(text);
        let expected = format!("not an address: {problem}\n  {text}\n  {carets}");
        assert_eq!(mistake.to_string(), expected);
    }
}

#[test]
fn control_characters_are_shown_and_counted() {
    let mistake = parse("1\x1b[31m.2").expect_err("no address");
    assert_eq!(
        mistake.to_string(),
        "not an address: `\\u{1b}` cannot be in an address; is this a name? try resolve\n  1\\u{1b}[31m.2\n   ^^^^^^"
    );
}

/// Texts that are nearly addresses, and some that are.
fn near_address() -> impl Strategy<Value = String> {
    let characters = prop::collection::vec(prop::sample::select(b"0123456789abfF.::.%[x".to_vec()), 0..24);
    let parts = prop::collection::vec(prop::sample::select(vec!["0", "1", "01", "255", "256", ""]), 0..6);
    let piece = prop::sample::select(vec![
        "", ":", "::", "1", "ffff", "12345", "1:", ":1", "1.2.3.4", "1.2.3", "1.2.3.04", "0",
    ]);
    let pieces = prop::collection::vec(piece.clone(), 0..12);
    let grouped = prop::collection::vec(piece, 0..10);
    prop_oneof![
        characters.prop_map(|bytes| String::from_utf8(bytes).expect("ASCII")),
        parts.prop_map(|parts| parts.join(".")),
        pieces.prop_map(|pieces| pieces.concat()),
        grouped.prop_map(|groups| groups.join(":")),
        any::<[u8; 4]>().prop_map(|octets| Ipv4Addr::from(octets).to_string()),
        any::<[u16; 8]>().prop_map(|groups| Ipv6Addr::from(groups).to_string()),
        prop::collection::vec(0_u16..3, 8).prop_map(|groups| {
            let groups: [u16; 8] = groups.try_into().expect("eight");
            Ipv6Addr::from(groups).to_string()
        }),
    ]
}

fn agrees(text: &str) -> Result<(), TestCaseError> {
    let verdict = text.parse::<IpAddr>();
    // The search for mistakes knows nothing of the verdict, and must come to the same.
    prop_assert_eq!(mistake(text).is_none(), verdict.is_ok(), "{}", text);
    prop_assert_eq!(parse(text).ok(), verdict.ok(), "{}", text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn the_standard_library_agrees_about_what_is_nearly_an_address(text in near_address()) {
        agrees(&text)?;
    }

    #[test]
    fn the_standard_library_agrees_about_any_text(text in any::<String>()) {
        agrees(&text)?;
    }

    #[test]
    fn the_place_is_in_the_text(text in near_address()) {
        if let Some(mistake) = mistake(&text) {
            prop_assert!(text.get(mistake.place).is_some());
        }
    }
}

/// Every text of up to seven characters out of those that matter.
#[test]
fn the_standard_library_agrees_about_every_short_text() {
    const CHARACTERS: &[u8] = b"01af.:";
    let mut texts = vec![String::new()];
    for _ in 0..7 {
        texts = texts
            .iter()
            .flat_map(|text| CHARACTERS.iter().map(move |c| format!("{text}{}", *c as char)))
            .collect();
        for text in &texts {
            assert_eq!(mistake(text).is_none(), text.parse::<IpAddr>().is_ok(), "{text}");
        }
    }
}
