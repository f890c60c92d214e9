//! Many clients at once.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::leaving::{InUse, come_and_go_orderly};
use crate::server;
use crate::support::raw_echo::noise;

const CLIENTS: usize = 1_000;

/// For a crowd as long as this lives: no other crowd at the same time. It holds many descriptors, and there are as many
/// again in the server, or as many processes.
pub(crate) fn the_only_crowd() -> MutexGuard<'static, ()> {
    static ONE_CROWD: Mutex<()> = Mutex::new(());
    ONE_CROWD.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn a_thousand_clients_are_served_at_once(model: &str) {
    let _alone = the_only_crowd();
    let server = server(model);
    come_and_go_orderly(&server, 20);
    let before = InUse::by(&server);
    let mut clients: Vec<_> = (0..CLIENTS).map(|_| server.connect()).collect();
    for round in 0..2 {
        let message = |number: usize| format!("{round}: I am client {number}\n").into_bytes();
        for (number, client) in clients.iter_mut().enumerate() {
            client.send(&message(number));
        }
        for (number, client) in clients.iter_mut().enumerate().rev() {
            client.expect(&message(number));
        }
    }
    drop(clients);
    before.is_all_again(&server);
}

/// Nobody has a buffer of his own, though each has filled one.
pub(crate) fn idle_clients_hold_no_buffers(model: &str) {
    const BUFFER: usize = 16 * 1024;
    let _alone = the_only_crowd();
    let server = server(model);
    come_and_go_orderly(&server, 20);
    let before = server.process.resident_bytes();
    let message = noise(BUFFER);
    let mut clients: Vec<_> = (0..CLIENTS).map(|_| server.connect()).collect();
    for client in &mut clients {
        client.exchange(&message, &message);
    }
    let grown = server.process.resident_bytes().saturating_sub(before);
    assert!(grown < (CLIENTS * BUFFER / 2) as u64, "{grown} bytes more");
}

/// Each sends and receives at the same time, in pieces of its own size.
pub(crate) fn what_clients_send_at_the_same_time_is_not_mixed(model: &str) {
    const BYTES: usize = 200_000;
    let server = server(model);
    let data = noise(8 * BYTES);
    thread::scope(|scope| {
        for (number, data) in data.chunks(BYTES).enumerate() {
            let mut receiver = server.connect();
            let mut sender = receiver.second_handle();
            scope.spawn(move || {
                data.chunks(1_000 * (number + 1) + 7)
                    .for_each(|piece| sender.send(piece));
                sender.half_close();
            });
            scope.spawn(move || {
                receiver.expect(data);
                receiver.expect_end();
            });
        }
    });
}
