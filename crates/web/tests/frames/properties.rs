//! Any bytes in any pieces: the reader sees what a slow and obvious one sees.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::slow::{in_pieces, slowly};

/// Heads and payloads that are right more often than not, since random bytes end at the first frame.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let first = prop_oneof![
        6 => prop::sample::select(vec![0x82_u8, 0x02, 0x00, 0x80, 0x89, 0x8a]),
        1 => prop::sample::select(vec![0x88_u8, 0x81, 0x01]),
        1 => any::<u8>(),
    ];
    let payload = prop_oneof![
        6 => vec(any::<u8>(), 0..20),
        1 => vec(any::<u8>(), 120..130),
        1 => Just(vec![3, 232]),
    ];
    let frame = (first, any::<[u8; 4]>(), payload).prop_map(|(first, mask, payload)| {
        let mut bytes = vec![first];
        match u8::try_from(payload.len()) {
            Ok(short @ 0..=125) => bytes.push(0x80 | short),
            _ => {
                bytes.push(0x80 | 126);
                bytes.extend(u16::try_from(payload.len()).expect("short").to_be_bytes());
            }
        }
        bytes.extend(mask);
        bytes.extend(payload);
        bytes
    });
    let right = vec(frame, 0..12).prop_map(|frames| frames.concat());
    (right, vec(any::<u8>(), 0..16)).prop_map(|(right, tail)| [right, tail].concat())
}

proptest! {
    #[test]
    fn pieces_mean_nothing(stream in stream(), lengths in vec(1_usize..20, 1..5)) {
        prop_assert_eq!(in_pieces(&stream, &lengths), slowly(&stream));
    }

    #[test]
    fn any_bytes_are_read_as_the_slow_reader_does(stream in vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(in_pieces(&stream, &[usize::MAX]), slowly(&stream));
    }
}
