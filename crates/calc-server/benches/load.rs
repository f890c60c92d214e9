//! The finished calculator next to the original's way, in C: a thread per client, and three calls for each
//! request.
//!
//! `cargo bench -p calc-server --bench load`; `-- --help` says what else can be asked for.

use std::process::ExitCode;

use loadgen::{Benchmark, Cell, Messages, Program};

const PEER: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/calc_three_calls");
const PEER_SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peer/calc_three_calls.c");

const CELLS: [Cell; 3] = [Cell::new(64, 1), Cell::new(64, 16), Cell::new(64, 128)];

fn main() -> ExitCode {
    if let Err(error) = loadgen::compile(PEER_SOURCE, PEER) {
        eprintln!("load: {error:#}");
        return ExitCode::FAILURE;
    }
    let benchmark = Benchmark {
        programs: vec![
            Program {
                name: "calc-server",
                path: env!("CARGO_BIN_EXE_calc-server"),
                arguments: &["--bind", "127.0.0.1:0"],
            },
            Program {
                name: "c-three-calls",
                path: PEER,
                arguments: &[],
            },
        ],
        messages: Messages::calculations(),
        cells: &CELLS,
    };
    benchmark.main()
}
