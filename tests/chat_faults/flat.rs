//! Thousands of clients that come and go leave nothing behind.

use crate::support::messages::{chat, chatted, enter, log_in};
use crate::support::{Client, Server, eventually};
use crate::{WORKERS, alone_in, server, speaks};

const CLIENTS: usize = 1_000;
/// So many at the same time.
const AT_ONCE: usize = 50;
/// What the allocator may keep more of after so many than after so many before them.
const SLACK: u64 = 512 * 1024;
/// How often it may keep more, until it has what it needs: what is never given back is more each time.
const TIMES: usize = 5;

/// Threads and descriptors of the server.
fn in_use(server: &Server) -> (u64, usize) {
    (server.process.threads(), server.process.descriptors())
}

#[test]
fn threads_descriptors_and_memory_are_what_they_were() {
    for workers in WORKERS {
        let server = server(workers, &["--max-connections", "1000"]);
        let mut witness = alone_in(999, &server, "witness");
        let before = in_use(&server);
        let memory_after = |time: usize| {
            for number in (time * CLIENTS..(time + 1) * CLIENTS).step_by(AT_ONCE) {
                come_and_go(&server, number);
            }
            // It may be less: what was there at first may have been on its way out.
            eventually("the clients are gone", || {
                let (threads, descriptors) = in_use(&server);
                threads <= before.0 && descriptors <= before.1
            });
            server.process.resident_bytes()
        };
        let mut memory = vec![memory_after(0)];
        let is_flat = (1..=TIMES).any(|time| {
            memory.push(memory_after(time));
            memory[time] < memory[time - 1] + SLACK
        });
        assert!(is_flat, "{memory:?} bytes");
        speaks(&mut witness, 1);
    }
}

/// They meet in one room, all hear all, and go without a word.
fn come_and_go(server: &Server, first: usize) {
    let room = i32::try_from(first / AT_ONCE % 10).expect("a small number");
    let mut clients: Vec<Client> = (first..first + AT_ONCE).map(|_| server.connect()).collect();
    for (number, client) in (first..).zip(&mut clients) {
        client.send(&[log_in(&format!("guest {number}")), enter(room), chat("hello")].concat());
    }
    for (number, mut client) in (first..).zip(clients) {
        client.skip_to(&chatted(1));
        match number % 3 {
            0 => drop(client),
            1 => client.reset(),
            _ => {
                client.half_close();
                client.receive_until_ended();
            }
        }
    }
}
