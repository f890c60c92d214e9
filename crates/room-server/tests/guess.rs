//! Tests of the example `guess`, a game of its own on the engine. Cargo builds an example to be run or to be tested,
//! and the book runs it.

#[expect(dead_code, reason = "its main is for running it")]
#[path = "../examples/guess.rs"]
mod guess;
