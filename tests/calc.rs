//! The calculator: its six steps, the finished server, and its client, each as the real program.
//!
//! Requests and replies are written down by hand, as the C++ clients of the original lay them in memory.
//! Like those of the echo server they need signals and terminals, which Windows has not.
#![cfg(unix)]

#[path = "calc/client.rs"]
mod client;
#[path = "calc/faults.rs"]
mod faults;
#[path = "calc/server.rs"]
mod server;
#[path = "calc/steps.rs"]
mod steps;
mod support;

use support::{Program, Server};

/// `op:1 left:4 right:4`, a packed struct of a little-endian machine.
fn bare(op: u8, left: i32, right: i32) -> Vec<u8> {
    [&[op][..], &left.to_le_bytes(), &right.to_le_bytes()].concat()
}

/// The same behind its length, 9.
fn request(op: u8, left: i32, right: i32) -> Vec<u8> {
    [&[9, 0, 0, 0][..], &bare(op, left, right)].concat()
}

fn reply(result: i32) -> [u8; 4] {
    result.to_le_bytes()
}

/// Starts a step, which takes its address as its one argument.
fn step(path: &str) -> Server {
    Program::new(path).args(&["127.0.0.1:0"]).serve()
}

/// Starts the finished server.
fn calc_server(arguments: &[&str]) -> Server {
    Program::new(env!("CARGO_BIN_EXE_calc-server"))
        .args(&["--bind", "127.0.0.1:0"])
        .args(arguments)
        .serve()
}
