//! The finished calculator server and its client, each as the real program.
//!
//! Like those of the echo server they need signals and terminals, which Windows has not.
#![cfg(unix)]

#[path = "calc/client.rs"]
mod client;
#[path = "calc/faults.rs"]
mod faults;
#[path = "calc/requests.rs"]
mod requests;
#[path = "calc/server.rs"]
mod server;
mod support;

use support::{Program, Server};

/// Starts the finished server.
fn calc_server(arguments: &[&str]) -> Server {
    Program::new(env!("CARGO_BIN_EXE_calc-server")).serve_with(arguments)
}
