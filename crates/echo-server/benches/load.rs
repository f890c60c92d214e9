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
        messages: Messages::echo(64, false),
        cells: &CELLS,
    };
    benchmark.main()
}
