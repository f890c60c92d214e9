//! Any bytes as a compressed body, and as a packet to be compressed: the first two bytes are the limit.
//!
//! What is decompressed has the length that it claims, within the limit; what is compressed is the same again.
#![no_main]

#[path = "../../crates/protocol/tests/support/any_compression.rs"]
mod any_compression;

use any_compression::{check_compressed, check_compression};
use libfuzzer_sys::fuzz_target;
use protocol::message::Echo;

fuzz_target!(|input: &[u8]| {
    if let Some((limit, body)) = input.split_first_chunk() {
        check_compressed(body, u16::from_le_bytes(*limit).into());
        if let Ok(packet) = (Echo { bytes: body }).encode() {
            check_compression(packet.as_bytes());
        }
    }
});
