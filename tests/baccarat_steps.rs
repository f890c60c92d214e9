//! The steps of the card game, each as the real program: the new idea, and what still goes wrong.
//!
//! They send signals, which Windows has not.
#![cfg(unix)]

#[path = "baccarat_steps/score.rs"]
mod score;
mod support;
