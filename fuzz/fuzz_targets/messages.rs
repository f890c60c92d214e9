//! Any body under any id: the first two bytes are the packet id, the rest is the body.
//!
//! What decodes must encode to the same bytes; describe and trace must agree with it and never panic. The
//! input as a whole is shown as a packet, too.
#![no_main]

#[path = "../../crates/protocol/tests/support/any_body.rs"]
mod any_body;
#[path = "../../crates/protocol/tests/support/any_table.rs"]
mod any_table;

use any_body::{check_any_body, check_any_packet};
use libfuzzer_sys::fuzz_target;
use protocol::PacketId;

fuzz_target!(|input: &[u8]| {
    check_any_packet(input);
    if let Some((id, body)) = input.split_first_chunk() {
        check_any_body(PacketId(u16::from_le_bytes(*id)), 0, body);
    }
});
