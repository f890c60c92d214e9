//! The program `loadgen`: all of it is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    loadgen::main()
}
