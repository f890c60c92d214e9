//! Any bytes as the WebSocket frames of a client, in any pieces: what the reader sees that is slow and obvious.
#![no_main]

#[path = "../../crates/web/tests/frames/slow.rs"]
mod slow;

use libfuzzer_sys::fuzz_target;
use slow::{in_pieces, slowly};

fuzz_target!(|input: (Vec<u8>, Vec<u8>)| {
    let (cuts, stream) = input;
    // A piece of no bytes never ends a stream, so the smallest is one byte.
    let lengths: Vec<usize> = cuts
        .iter()
        .chain(&[u8::MAX])
        .map(|cut| usize::from(*cut) + 1)
        .collect();
    assert_eq!(in_pieces(&stream, &lengths), slowly(&stream));
});
