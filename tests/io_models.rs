//! The same echo server in every I/O model, as its users have it: every test runs the real program.
//!
//! | file | what is in it |
//! |---|---|
//! | `support/raw_echo` | any bytes: what the models have in common with the finished echo server |
//! | `io_models/addresses` | IPv6, and names with several addresses |
//! | `io_models/slow` | who reads late, or never |
//! | `io_models/crowd` | many at once |
//! | `io_models/places` | models with fewer places than clients |
//! | `io_models/leaving` | what is left of a client that has gone: nothing |
//! | `io_models/descriptors` | a system that gives the server none |
//! | `io_models/idle` | silent clients, where the model has a timer |
//! | `io_models/ending` | Ctrl-C and SIGTERM |
//! | `io_models/end_behind_bytes` | an end, or an urgent byte, that is told together with bytes |
//! | `io_models/children` | what only a process for each client has |
//! | `io_models/io_uring` | where it is not permitted |
//! | `io_models/command_line` | flags, exit codes |
//!
//! Each model is a module, and each of its tests is one line in a list below: what every model can do, and what
//! only some can.
#![cfg(target_os = "linux")]

mod support;

#[path = "io_models/addresses.rs"]
mod addresses;
#[path = "io_models/children.rs"]
mod children;
#[path = "io_models/command_line.rs"]
mod command_line;
#[path = "io_models/crowd.rs"]
mod crowd;
#[path = "io_models/descriptors.rs"]
mod descriptors;
#[path = "io_models/end_behind_bytes.rs"]
mod end_behind_bytes;
#[path = "io_models/ending.rs"]
mod ending;
#[path = "io_models/idle.rs"]
mod idle;
#[path = "io_models/io_uring.rs"]
mod io_uring;
#[path = "io_models/leaving.rs"]
mod leaving;
#[path = "io_models/places.rs"]
mod places;
#[path = "io_models/slow.rs"]
mod slow;

use support::{Program, Server};

const PROGRAM: &str = env!("CARGO_BIN_EXE_io-models");

/// The server on a free port. `model` is its name, with flags behind it where it needs some.
#[track_caller]
fn server(model: &str) -> Server {
    server_at("127.0.0.1:0", model)
}

#[track_caller]
fn server_at(address: &str, model: &str) -> Server {
    // `select` has no room for descriptors beyond 1,023, and a thousand clients need nearly all of those before.
    let program = Program::with_descriptors(PROGRAM, &[]);
    program.args(&arguments(address, model)).serve()
}

fn arguments<'a>(address: &'a str, model: &'a str) -> Vec<&'a str> {
    ["--bind", address].into_iter().chain(model.split(' ')).collect()
}

/// Conversations with a server that has just been started.
macro_rules! conversations {
    ($model:literal: $($case:ident,)+) => { $(
        #[test]
        fn $case() {
            if crate::io_uring::is_there_for($model) {
                crate::support::raw_echo::$case(&crate::server($model));
            }
        }
    )+ };
}

/// Cases that start the server themselves.
macro_rules! cases {
    ($model:literal: $($file:ident::$case:ident,)+) => { $(
        #[test]
        fn $case() {
            if crate::io_uring::is_there_for($model) {
                crate::$file::$case($model);
            }
        }
    )+ };
}

macro_rules! every_model {
    ($model:literal) => {
        conversations! { $model:
            lines_come_back,
            no_line_break_is_needed,
            bytes_of_every_value_come_back,
            what_would_be_a_bad_packet_comes_back_too,
            ten_megabytes_come_back_while_they_are_still_being_sent,
            ten_thousand_lines_before_a_half_close_are_all_answered,
            clients_that_have_gone_before_they_are_accepted_harm_nobody,
        }
        cases! { $model:
            addresses::clients_come_over_ipv6,
            addresses::all_addresses_of_ipv6_serve_ipv4_too,
            slow::whoever_reads_late_loses_nothing,
            slow::whoever_never_reads_costs_neither_time_nor_memory,
            leaving::whoever_leaves_leaves_nothing_behind,
            leaving::a_client_that_is_killed_leaves_nothing_behind,
            ending::a_stop_on_the_way_is_not_noticed,
            ending::a_signal_ends_it_with_0,
            descriptors::what_it_needs_is_there_before_it_says_that_it_listens,
        }
    };
}

macro_rules! many_at_once {
    ($model:literal) => {
        conversations! { $model:
            a_hundred_clients_are_served_side_by_side,
            a_silent_client_keeps_nobody_waiting,
        }
        cases! { $model:
            slow::whoever_never_reads_keeps_nobody_waiting,
            crowd::what_clients_send_at_the_same_time_is_not_mixed,
        }
    };
}

macro_rules! a_thousand_at_once {
    ($model:literal) => {
        cases! { $model: crowd::a_thousand_clients_are_served_at_once, }
    };
}

macro_rules! one_at_a_time {
    ($model:literal) => {
        conversations! { $model: the_second_client_waits_for_the_first, }
        cases! { $model: descriptors::without_descriptors_it_pauses_and_then_goes_on, }
    };
}

/// All clients at once hold descriptors of the same process.
macro_rules! in_one_process {
    ($model:literal) => {
        cases! { $model: descriptors::without_descriptors_it_pauses_and_whoever_leaves_makes_room, }
    };
}

/// The models, as on the command line; each is a module below.
const MODELS: [&str; 14] = [
    "iterative",
    "process",
    "thread",
    "pool",
    "select",
    "poll",
    "epoll-level",
    "epoll-edge",
    "thread-per-core",
    "completion-one",
    "completion-contexts",
    "completion-workers",
    "completion",
    "async",
];

mod iterative {
    every_model!("iterative");
    one_at_a_time!("iterative");
}

mod process {
    every_model!("process");
    many_at_once!("process");
    a_thousand_at_once!("process");
    cases! { "process":
        children::one_that_is_killed_costs_its_client_only,
        children::all_end_with_their_parent,
        descriptors::without_descriptors_it_pauses_and_then_goes_on,
    }
}

mod thread {
    every_model!("thread");
    many_at_once!("thread");
    a_thousand_at_once!("thread");
    in_one_process!("thread");
}

mod pool {
    every_model!("pool");
    many_at_once!("pool --threads 100");
    a_thousand_at_once!("pool --threads 1000");
    in_one_process!("pool --threads 100");
    cases! { "pool --threads 2": places::the_third_client_of_two_threads_waits, }
}

mod select {
    every_model!("select");
    many_at_once!("select");
    a_thousand_at_once!("select");
    in_one_process!("select");
    cases! { "select": places::descriptors_beyond_1024_are_refused_and_the_log_says_so, }
}

mod poll {
    every_model!("poll");
    many_at_once!("poll");
    a_thousand_at_once!("poll");
    in_one_process!("poll");
}

mod epoll_level {
    every_model!("epoll-level");
    many_at_once!("epoll-level");
    a_thousand_at_once!("epoll-level");
    in_one_process!("epoll-level");
}

mod epoll_edge {
    every_model!("epoll-edge");
    many_at_once!("epoll-edge");
    a_thousand_at_once!("epoll-edge");
    in_one_process!("epoll-edge");
}

mod thread_per_core {
    every_model!("thread-per-core");
    many_at_once!("thread-per-core");
    a_thousand_at_once!("thread-per-core");
    in_one_process!("thread-per-core");
}

mod completion_one {
    every_model!("completion-one");
    one_at_a_time!("completion-one");
}

mod completion_contexts {
    every_model!("completion-contexts");
    many_at_once!("completion-contexts");
    a_thousand_at_once!("completion-contexts");
    in_one_process!("completion-contexts");
}

mod completion_workers {
    every_model!("completion-workers");
    many_at_once!("completion-workers");
    a_thousand_at_once!("completion-workers");
    in_one_process!("completion-workers");
}

mod completion {
    every_model!("completion");
    many_at_once!("completion");
    a_thousand_at_once!("completion");
    in_one_process!("completion");
    cases! { "completion --threads 1": crowd::idle_clients_hold_no_buffers, }
}

mod runtime {
    every_model!("async");
    many_at_once!("async");
    a_thousand_at_once!("async");
    in_one_process!("async");
}
