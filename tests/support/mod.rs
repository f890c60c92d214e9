//! Shared by the tests of all programs: start the real binary, be its client, watch it from outside.
//!
//! | file | what is in it |
//! |---|---|
//! | `program` | from a path and its arguments to a running program, or to how it ended |
//! | `process` | a running program: its output, signals, its end |
//! | `server` | a program that listens, and the clients that connect to it |
//! | `output` | what a program prints, to be waited for |
//! | `client` | a connection that knows what it expects |
//! | `passed_over` | packets that a client of a test is not told of |
//! | `coding` | clients for which the same messages are other bytes |
//! | `flags` | how every program refuses its flags |
//! | `ipv6` | whether this machine has IPv6 |
//! | `names` | Linux: names with several addresses, for one program alone |
//! | `flood` | a client that goes on over the rate limit |
//! | `raw_echo` | what every echo server of raw bytes does |
//! | `packet_echo` | what every echo server of packets does |
//! | `wire` | packets, written down by hand as in the description of the wire |
//! | `messages` | the messages of the chat, written down in the same way |
//! | `folder` | a folder for one test; included by those that need one, and no part of this module |
//! | `redis` | Linux: a `redis-server` for one test; included by those that need one, and no part of this module |
//! | `many_servers` | game servers on one directory in this process; included by those that need them, and no part of this module |
//! | `browser` | Linux: a Chromium, and what a person does in it; included by those that need one, and no part of this module |
//! | `operator` | Unix: somebody who watches and steers a server; included by those that need one, and no part of this module |
//! | `loom_sync` | the model checker's locks, for the models of `rooms` and `io-models`; no part of this module |
//! | `descriptors` | Unix: as many descriptors for a test as the system gives |
//! | `watch` | Linux: what the system knows of a process and of a connection |
//! | `late_pipe` | Unix: a full pipe that does not block |
//! | `pause` | Linux: a server that is stopped for a while |
//! | `poor` | Linux: few threads, or the first process of a container |
//! | `terminal` | Unix: a program with a terminal instead of pipes |
//!
//! Nothing in here knows any of the programs. Nothing sleeps to give a program time: a test waits for a
//! reply, a line or an end, and fails after [`PATIENCE`].

#![allow(dead_code, unused_imports, reason = "each file of tests uses its part")]

mod client;
mod coding;
#[cfg(unix)]
mod descriptors;
mod flags;
mod flood;
mod ipv6;
#[cfg(unix)]
mod late_pipe;
pub(crate) mod messages;
#[cfg(target_os = "linux")]
mod names;
mod output;
pub(crate) mod packet_echo;
mod passed_over;
#[cfg(target_os = "linux")]
mod pause;
#[cfg(target_os = "linux")]
mod poor;
mod process;
mod program;
pub(crate) mod raw_echo;
mod server;
#[cfg(unix)]
mod terminal;
#[cfg(target_os = "linux")]
mod watch;
pub(crate) mod wire;

use std::thread;
use std::time::{Duration, Instant};

pub(crate) use client::{Client, wait_until_all_read};
pub(crate) use coding::Coding;
pub(crate) use flood::flood;
pub(crate) use ipv6::has_ipv6;
#[cfg(unix)]
pub(crate) use late_pipe::LatePipe;
#[cfg(target_os = "linux")]
pub(crate) use names::with_names;
#[cfg(target_os = "linux")]
pub(crate) use pause::Pause;
#[cfg(target_os = "linux")]
pub(crate) use poor::starts_or_says_why_not;
#[cfg(unix)]
pub(crate) use process::Signal;
pub(crate) use process::{Finished, Process};
pub(crate) use program::Program;
pub(crate) use server::{
    Server, address_of, address_to_ask_for, bytes_in_and_out, step, unused_address, was_closed_for,
};
#[cfg(target_os = "linux")]
pub(crate) use terminal::stops_in_order;
#[cfg(unix)]
pub(crate) use terminal::{Terminal, ends_in_order};
#[cfg(target_os = "linux")]
pub(crate) use watch::{is_alive, kill};

/// Longer than anything here takes on a busy machine; a test that meets it has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// How long somebody is watched who must do nothing. Only a wrong program can make use of more time.
pub(crate) const MOMENT: Duration = Duration::from_millis(200);

/// Asks again until it is true: for what the system tells only those who ask.
#[track_caller]
pub(crate) fn eventually(what: &str, mut is_true: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_true() {
        assert!(Instant::now() < deadline, "still not: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}
