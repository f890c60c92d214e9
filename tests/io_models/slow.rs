//! Clients that read late, or never.

use std::thread;

use crate::server;
use crate::support::raw_echo::{TEN_MEGABYTES, is_served, noise};
use crate::support::{MOMENT, eventually};

/// What the server may have more of for a client that never reads, buffers for all clients included; those of the
/// kernel are not its own.
const SLACK: u64 = 8_000_000;

/// While nobody reads, the server must stop reading too, in the middle of whatever it was sending.
pub(crate) fn whoever_reads_late_loses_nothing(model: &str) {
    let server = server(model);
    let mut receiver = server.connect();
    let mut sender = receiver.second_handle();
    let data: &[u8] = &TEN_MEGABYTES;
    let sent = sender.send_until_stuck(data);
    thread::scope(|scope| {
        scope.spawn(|| {
            sender.send(&data[sent % data.len()..]);
            sender.half_close();
        });
        // As often as it takes to fill the buffers of the system, and what was being sent then.
        receiver.expect(&data.repeat(sent / data.len() + 1));
        receiver.expect_end();
    });
}

pub(crate) fn whoever_never_reads_costs_neither_time_nor_memory(model: &str) {
    let server = server(model);
    let mut deaf = server.connect();
    is_served(&mut deaf);
    let memory = server.process.resident_bytes_of_family();
    deaf.send_until_stuck(&noise(65_536));
    // Its buffers may grow for a while yet, when TCP asks the client once more. A server that never rests never does this.
    eventually("it rests for a moment", || {
        let cpu_time = server.process.exact_cpu_time_of_family();
        thread::sleep(MOMENT);
        let spent = server.process.exact_cpu_time_of_family().saturating_sub(cpu_time);
        spent < MOMENT / 40
    });
    let grown = server.process.resident_bytes_of_family().saturating_sub(memory);
    assert!(grown < SLACK, "{grown} bytes more");
}

pub(crate) fn whoever_never_reads_keeps_nobody_waiting(model: &str) {
    let server = server(model);
    let mut witness = server.connect();
    is_served(&mut witness);
    let mut deaf = server.connect();
    deaf.send_until_stuck(&noise(65_536));
    for _ in 0..10 {
        is_served(&mut witness);
    }
    is_served(&mut server.connect());
}
