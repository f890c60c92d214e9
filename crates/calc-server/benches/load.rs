//! The finished calculator next to the original's way, in C: a thread per client, and three calls for each
//! request.
//!
//! `cargo bench -p calc-server --bench load`; `-- --help` says what else can be asked for.

use std::process::ExitCode;

use loadgen::{Benchmark, Cell, Messages, Program};

const PEER: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/calc_three_calls");
const PEER_SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peer/calc_three_calls.c");

/// What both know; the one in C has no division.
const OPERATORS: [u8; 3] = *b"+-*";

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
        messages: Messages { request, reply },
        cells: &CELLS,
    };
    benchmark.main()
}

/// Numbers large enough to wrap.
fn calculation(number: usize) -> (u8, i32, i32) {
    let left = (number as i32).wrapping_mul(0x9E37_79B1_u32.cast_signed());
    (OPERATORS[number % OPERATORS.len()], left, number as i32 - 250)
}

fn request(number: usize) -> Vec<u8> {
    let (op, left, right) = calculation(number);
    [
        &calc_server::REQUEST_LENGTH.to_le_bytes()[..],
        &[op],
        &left.to_le_bytes(),
        &right.to_le_bytes(),
    ]
    .concat()
}

fn reply(number: usize) -> Vec<u8> {
    let (op, left, right) = calculation(number);
    let result = calc_server::calculate(op, left, right).expect("one of the known operators");
    result.to_le_bytes().to_vec()
}
