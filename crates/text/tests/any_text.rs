//! Properties that hold for any bytes: what is shown does nothing, and what is in quotes can be told from everything
//! else.

use proptest::prelude::*;

/// Texts that are made of what matters here, more often than chance would have it.
fn any_text() -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec![
        '\u{200c}',
        '\u{200d}',
        '\u{fe0e}',
        '\u{fe0f}',
        '\u{202e}',
        '\u{3164}',
        '\u{e0061}',
        '\x1b',
        '\n',
        '"',
        '\\',
        'u',
        '{',
        '1',
        '}',
        '👨',
        '❤',
        '🏽',
        'م',
        '\u{94d}',
        'क',
        '이',
        '\u{1175}',
        '\u{110b}',
        'e',
        '\u{301}',
        ' ',
    ]);
    let character = prop_oneof![3 => special, 1 => any::<char>()];
    prop::collection::vec(character, 0..12).prop_map(String::from_iter)
}

/// The bytes again, from what [`text::quoted`] has made of them.
fn unquoted(quoted: &str) -> Vec<u8> {
    let mut rest = quoted
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .expect("quotes");
    let mut bytes = Vec::new();
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        if character != '\\' {
            bytes.extend(character.to_string().bytes());
            continue;
        }
        let kind = rest.chars().next().expect("something behind a backslash");
        rest = &rest[1..];
        match kind {
            'n' => bytes.push(b'\n'),
            'r' => bytes.push(b'\r'),
            't' => bytes.push(b'\t'),
            'x' => {
                bytes.push(u8::from_str_radix(&rest[..2], 16).expect("two digits"));
                rest = &rest[2..];
            }
            'u' => {
                let (number, behind) = rest[1..].split_once('}').expect("a brace");
                let number = u32::from_str_radix(number, 16).expect("digits");
                bytes.extend(char::from_u32(number).expect("a character").to_string().bytes());
                rest = behind;
            }
            itself => bytes.push(u8::try_from(itself).expect("a quote or a backslash")),
        }
    }
    bytes
}

proptest! {
    #[test]
    fn what_is_shown_is_shown_the_same_again(text in any_text()) {
        let shown = text::printable(text.as_bytes());
        prop_assert!(!shown.contains(char::is_control));
        prop_assert_eq!(text::printable(shown.as_bytes()), shown);
    }

    #[test]
    fn quotes_tell_which_bytes_they_are(text in any_text(), bytes in any::<Vec<u8>>()) {
        for bytes in [text.into_bytes(), bytes] {
            let quoted = text::quoted(&bytes);
            prop_assert!(!quoted.contains(char::is_control));
            prop_assert_eq!(unquoted(&quoted), bytes);
        }
    }

    #[test]
    fn a_composed_text_stays_as_it_is(text in any_text()) {
        let composed = text::composed(&text);
        prop_assert_eq!(text::composed(&composed), composed.clone());
    }
}
