//! All models under the same loads: what each reaches, and what it costs. Messages of 64 bytes.
//!
//! `cargo bench -p io-models --bench models`; `-- --help` says what can be asked for.

use std::process::ExitCode;

use loadgen::{Contestant, Matrix, Messages, Program};

/// One, many that take turns, many for a scheduler, many for a table.
const CONNECTIONS: [usize; 4] = [1, 64, 1_000, 8_000];

/// Each waits for its reply, or there is always more to do.
const IN_FLIGHT: [usize; 2] = [1, 16];

/// Threads of `pool`: each serves one client until it leaves, so they are as many clients.
const POOL: &str = "64";

/// The limit of those that have none in the loads above.
const ANY: usize = usize::MAX;

fn main() -> ExitCode {
    let matrix = Matrix {
        contestants: vec![
            model("iterative", &["iterative", "--bind", "127.0.0.1:0"], 1),
            model("process", &["process", "--bind", "127.0.0.1:0"], ANY),
            model("thread", &["thread", "--bind", "127.0.0.1:0"], ANY),
            model("pool", &["pool", "--bind", "127.0.0.1:0", "--threads", POOL], 64),
            // 1,024 descriptors, of which some are not clients'.
            model("select", &["select", "--bind", "127.0.0.1:0"], 1_000),
            model("poll", &["poll", "--bind", "127.0.0.1:0"], ANY),
            model("epoll-level", &["epoll-level", "--bind", "127.0.0.1:0"], ANY),
            model("epoll-edge", &["epoll-edge", "--bind", "127.0.0.1:0"], ANY),
            model("reactor", &["reactor", "--bind", "127.0.0.1:0"], ANY),
            model("completion-one", &["completion-one", "--bind", "127.0.0.1:0"], 1),
            model(
                "completion-contexts",
                &["completion-contexts", "--bind", "127.0.0.1:0"],
                ANY,
            ),
            model(
                "completion-workers",
                &["completion-workers", "--bind", "127.0.0.1:0"],
                ANY,
            ),
            model("completion", &["completion", "--bind", "127.0.0.1:0"], ANY),
            model("async", &["async", "--bind", "127.0.0.1:0"], ANY),
        ],
        reference: "async",
        messages: Messages::echo(64, false),
        connections: &CONNECTIONS,
        in_flight: &IN_FLIGHT,
    };
    matrix.main()
}

fn model(name: &'static str, arguments: &'static [&'static str], most_connections: usize) -> Contestant {
    Contestant {
        program: Program {
            name,
            path: env!("CARGO_BIN_EXE_io-models"),
            arguments,
        },
        most_connections,
    }
}
