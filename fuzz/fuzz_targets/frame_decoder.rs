//! Any bytes, in any pieces, against any limit: the frames of the decoder that is obviously right.
#![no_main]

#[path = "../../crates/protocol/tests/support/decoders.rs"]
mod decoders;

use decoders::{all_at_once, fast_decoder, one_by_one, slow_decoder};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u16, Vec<u8>, Vec<u8>)| {
    let (max_packet, cuts, stream) = input;
    let max_packet = usize::from(max_packet);
    // A piece of no bytes never ends a stream, so the smallest is one byte.
    let cuts: Vec<usize> = cuts
        .iter()
        .chain(&[u8::MAX])
        .map(|cut| usize::from(*cut) + 1)
        .collect();
    let expected = slow_decoder(&stream, max_packet);
    for take in [one_by_one, all_at_once] {
        assert_eq!(fast_decoder(&stream, &cuts, max_packet, take), expected);
    }
});
