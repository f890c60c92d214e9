//! Any body in MessagePack under any id: the first two bytes are the packet id, the rest is the body.
//!
//! What decodes must go through every codec and be the same again.
#![no_main]

#[path = "../../crates/protocol/tests/support/any_codec.rs"]
mod any_codec;
#[path = "../../crates/protocol/tests/support/any_table.rs"]
mod any_table;

use any_codec::check_any_codec;
use libfuzzer_sys::fuzz_target;
use protocol::{Codec, PacketId};

fuzz_target!(|input: &[u8]| {
    if let Some((id, body)) = input.split_first_chunk() {
        check_any_codec(Codec::MsgPack, PacketId(u16::from_le_bytes(*id)), body);
    }
});
