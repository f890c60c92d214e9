//! The finished chat server next to two message brokers, Debian's `redis-server` 7 and `nats-server` 2.
//!
//! `cargo bench -p chat-server --bench load`; `-- --help` says what else can be asked for. A peer that is not
//! installed is left out (`apt-get install redis-server nats-server`).
//!
//! Every message has 49 bytes, the same on all wires. In the chat that makes a notification of 64 bytes; what
//! a broker puts around a message is its own affair (NATS some 20 bytes, Redis some 40).

use std::process::ExitCode;

use loadgen::{FanOut, Program, RoomCell, Wire};
use protocol::Codec;

/// Its defaults but for what the load needs.
const CHAT_SERVER: Program = Program {
    name: "chat-server",
    path: env!("CARGO_BIN_EXE_chat-server"),
    arguments: &[
        "--bind",
        "127.0.0.1:0",
        // The clients of --idle, and some more.
        "--max-connections",
        "12000",
        // The largest cell has a room of a thousand, --idle has a thousand rooms.
        "--room-size",
        "1000",
        "--rooms",
        "1000",
        // The load is meant. The brokers have no such limit.
        "--rate-limit",
        "0",
    ],
};

/// Its defaults but for these. One thread does all the work: with `--io-threads 2` it delivered less in every
/// cell on 2 cores (try `--server io-threads='redis-server --io-threads 2'`).
const REDIS: Program = Program {
    name: "redis-server",
    path: "redis-server",
    arguments: &[
        "--bind",
        "127.0.0.1",
        // Nothing is written to a disk.
        "--save",
        "",
        "--appendonly",
        "no",
        // It cuts off no subscriber, however much waits for it: 32 MB would be its default.
        "--client-output-buffer-limit",
        "pubsub",
        "0",
        "0",
        "0",
        // No statistics of how long each command takes.
        "--latency-tracking",
        "no",
        "--maxclients",
        "12000",
        // A thousand members that connect at once need no second try.
        "--tcp-backlog",
        "4096",
    ],
};

/// Its defaults: all cores, nothing on a disk (JetStream is off), 64 MB for each client that is slow.
const NATS: Program = Program {
    name: "nats-server",
    path: "nats-server",
    // A port of its choice.
    arguments: &["--addr", "127.0.0.1", "--port", "-1"],
};

const CELLS: [RoomCell; 5] = [
    cell(1, 100, 1, 16, &[("redis-server", 1.0), ("nats-server", 1.2)]),
    cell(100, 4, 1, 1, &[("redis-server", 1.2), ("nats-server", 1.2)]),
    cell(10, 100, 10, 4, &[("redis-server", 1.2), ("nats-server", 3.0)]),
    cell(1, 1000, 1, 4, &[("redis-server", 1.0), ("nats-server", 1.0)]),
    cell(100, 4, 4, 16, &[("redis-server", 1.2), ("nats-server", 1.5)]),
];

const fn cell(
    rooms: usize,
    members: usize,
    senders: usize,
    in_flight: usize,
    at_least: &'static [(&'static str, f64)],
) -> RoomCell {
    RoomCell {
        rooms,
        members,
        senders,
        in_flight,
        at_least,
    }
}

fn main() -> ExitCode {
    let bench = FanOut {
        servers: vec![
            (CHAT_SERVER, Wire::Chat(Codec::Binary)),
            (REDIS, Wire::Redis),
            (NATS, Wire::Nats),
        ],
        cells: &CELLS,
        stalled: cell(1, 100, 1, 16, &[]),
    };
    bench.main()
}
