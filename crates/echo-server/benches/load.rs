//! The finished echo server next to a plain thread-per-client server in C: messages of 64 bytes.
//!
//! `cargo bench -p echo-server --bench load`; `-- --help` says what else can be asked for.

use std::process::ExitCode;

use loadgen::{Benchmark, Cell, Messages, Program};

const PEER: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/echo_pthread");
const PEER_SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peer/echo_pthread.c");

/// One message under way in the whole system, many clients that take turns, a thread for each of a thousand
/// clients, and batches.
const CELLS: [Cell; 4] = [
    Cell::new(1, 1),
    Cell::new(64, 1),
    Cell::new(1000, 1),
    Cell::new(64, 16),
];

fn main() -> ExitCode {
    if let Err(error) = loadgen::compile(PEER_SOURCE, PEER) {
        eprintln!("load: {error:#}");
        return ExitCode::FAILURE;
    }
    let benchmark = Benchmark {
        programs: vec![
            Program {
                name: "echo-server",
                path: env!("CARGO_BIN_EXE_echo-server"),
                // Room for ten thousand idle clients and for those that come after them.
                arguments: &["--bind", "127.0.0.1:0", "--max-connections", "12000"],
            },
            Program {
                name: "c-pthread",
                path: PEER,
                arguments: &[],
            },
        ],
        messages: Messages {
            request: message,
            reply: message,
        },
        cells: &CELLS,
    };
    benchmark.main()
}

/// 64 bytes that look random, and are others for each number: splitmix64 (Steele et al. 2014).
fn message(number: usize) -> Vec<u8> {
    let word = |index: u64| {
        let mut bits = (number as u64 * 8 + index).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (bits ^ (bits >> 31)).to_le_bytes()
    };
    (0..8).flat_map(word).collect()
}
