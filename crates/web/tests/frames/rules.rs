//! The rules of RFC 6455, one by one. The names of the sections are those of the test cases of Autobahn, whose ideas these
//! are.

use web::{CloseCode, Control, MAX_FRAMES, MAX_MESSAGE, Mistake};

use crate::slow::{Said, in_pieces};

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// A frame of a client: the first byte of its head, and what it carries.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    let length = payload.len();
    match length {
        0..=125 => bytes.push(0x80 | u8::try_from(length).expect("short")),
        126..=65_535 => {
            bytes.push(0x80 | 126);
            bytes.extend(u16::try_from(length).expect("two bytes").to_be_bytes());
        }
        _ => {
            bytes.push(0x80 | 127);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    bytes.extend(MASK);
    let masked = payload
        .iter()
        .zip(MASK.iter().cycle())
        .map(|(byte, mask)| byte ^ mask);
    bytes.extend(masked);
    bytes
}

const FINAL: u8 = 0x80;
const BINARY: u8 = 2;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;

fn read(stream: &[u8]) -> Said {
    let said = in_pieces(stream, &[usize::MAX]);
    assert_eq!(said, in_pieces(stream, &[1]), "byte by byte");
    said
}

fn mistake(stream: &[u8]) -> Option<Mistake> {
    read(stream).mistake
}

#[test]
fn messages_of_any_length() {
    for length in [0, 1, 125, 126, 127, 128, 65_535, 65_536] {
        let payload: Vec<u8> = (0..=255).cycle().take(length).collect();
        let said = read(&frame(FINAL | BINARY, &payload));
        assert_eq!((said.payload, said.mistake), (payload, None), "{length}");
    }
}

#[test]
fn pings_and_pongs() {
    let longest = [b'p'; 125];
    let stream = [
        frame(PING, b""),
        frame(PING, b"\0\xff\xfe"),
        frame(PING, &longest),
        frame(PONG, b"nobody asked"),
    ];
    let expected = [
        Control::Ping(Vec::new()),
        Control::Ping(b"\0\xff\xfe".to_vec()),
        Control::Ping(longest.to_vec()),
        Control::Pong,
    ];
    assert_eq!(read(&stream.concat()).controls, expected);
    for kind in [PING, PONG, CLOSE] {
        assert_eq!(mistake(&frame(kind, &[0; 126])), Some(Mistake::LongControl(126)));
        assert_eq!(
            mistake(&frame(kind & !FINAL, b"")),
            Some(Mistake::ControlInPieces)
        );
    }
}

#[test]
fn reserved_bits_are_for_extensions() {
    for bits in 1..8 {
        let first = FINAL | bits << 4 | BINARY;
        assert_eq!(mistake(&frame(first, b"abc")), Some(Mistake::ReservedBits));
        assert_eq!(
            mistake(&frame(PING | bits << 4, b"")),
            Some(Mistake::ReservedBits)
        );
    }
}

#[test]
fn there_are_six_kinds_of_frames() {
    for opcode in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
        let stream = [frame(FINAL | BINARY, b"before"), frame(FINAL | opcode, b"")].concat();
        let said = read(&stream);
        assert_eq!(said.mistake, Some(Mistake::Opcode(opcode)));
        assert_eq!(said.payload, b"before", "what was right before counts");
    }
}

#[test]
fn a_message_in_pieces_with_a_ping_in_between() {
    let stream = [
        frame(BINARY, b"one "),
        frame(PING, b"between"),
        frame(0, b""),
        frame(0, b"two "),
        frame(PONG, b""),
        frame(FINAL, b"three"),
        frame(FINAL | BINARY, b" four"),
    ];
    let said = read(&stream.concat());
    assert_eq!(said.payload, b"one two three four");
    assert_eq!(said.controls, [Control::Ping(b"between".to_vec()), Control::Pong]);
    assert_eq!(said.mistake, None);
}

#[test]
fn pieces_follow_a_beginning_and_nothing_else() {
    let nothing = Some(Mistake::NothingToGoOnWith);
    assert_eq!(mistake(&frame(0, b"abc")), nothing);
    assert_eq!(mistake(&frame(FINAL, b"abc")), nothing);
    let ended = [frame(FINAL | BINARY, b"a"), frame(FINAL, b"b")].concat();
    assert_eq!(mistake(&ended), nothing);
    for second in [FINAL | BINARY, BINARY, FINAL | 1] {
        let stream = [frame(BINARY, b"a"), frame(second, b"b")].concat();
        assert_eq!(mistake(&stream), Some(Mistake::MessageInMessage));
    }
}

#[test]
fn text_is_no_packet() {
    for first in [1, FINAL | 1] {
        let text = mistake(&frame(first, b"hello"));
        assert_eq!(text, Some(Mistake::Text));
        assert_eq!(Mistake::Text.close_code(), CloseCode::Unsupported);
    }
}

#[test]
fn what_has_no_mask_is_of_no_client() {
    assert_eq!(mistake(b"\x82\x03abc"), Some(Mistake::Unmasked));
    assert_eq!(mistake(b"\x89\x00"), Some(Mistake::Unmasked));
}

#[test]
fn a_length_has_one_form() {
    let two = [&[FINAL | BINARY, 0xfe, 0, 125][..], &MASK].concat();
    assert_eq!(mistake(&two), Some(Mistake::LongForm(125)));
    let eight = [&[FINAL | BINARY, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff][..], &MASK].concat();
    assert_eq!(mistake(&eight), Some(Mistake::LongForm(65_535)));
}

#[test]
fn a_claim_is_refused_before_what_it_claims() {
    let longest = usize::try_from(MAX_MESSAGE).expect("it fits");
    let too_long = frame(FINAL | BINARY, &vec![0; longest + 1]);
    assert_eq!(mistake(&too_long[..14]), Some(Mistake::TooLong));
    let absurd = [&[FINAL | BINARY, 0xff][..], &[0xff; 8], &MASK].concat();
    assert_eq!(mistake(&absurd), Some(Mistake::TooLong));
    let in_pieces = [frame(BINARY, &vec![0; longest]), frame(0, b"1")].concat();
    assert_eq!(mistake(&in_pieces), Some(Mistake::TooLong));
    let without_end = frame(0, b"").repeat(MAX_FRAMES as usize);
    let without_end = [frame(BINARY, b""), without_end].concat();
    assert_eq!(mistake(&without_end), Some(Mistake::TooManyPieces));
    assert_eq!(Mistake::TooLong.close_code(), CloseCode::Size);
}

#[test]
fn a_close_has_a_code_that_is_sent_and_a_reason_that_is_text() {
    let close = |payload: &[u8]| read(&frame(CLOSE, payload));
    assert_eq!(close(b"").controls, [Control::Close(None)]);
    assert_eq!(
        close(b"\x03\xe8bye").controls,
        [Control::Close(Some(CloseCode::Normal))]
    );
    assert_eq!(close(b"\x03").mistake, Some(Mistake::HalfCode));
    assert_eq!(close(b"\x03\xed").mistake, Some(Mistake::Code(1005)));
    assert_eq!(close(b"\x03\xe8\xff").mistake, Some(Mistake::Reason));
    assert_eq!(Mistake::Reason.close_code(), CloseCode::Invalid);
}
