//! Signals: those that stop the server, and those that end it.

use crate::server;
use crate::support::Signal;
use crate::support::raw_echo::{HELLO, is_served};

/// What waits in the kernel may come back with `EINTR` (signal(7)), and must be waited for again.
pub(crate) fn a_stop_on_the_way_is_not_noticed(model: &str) {
    let server = server(model);
    let mut client = server.connect();
    is_served(&mut client);
    server.process.freeze();
    client.send(HELLO);
    server.process.thaw();
    client.expect(HELLO);
    drop(client);
    is_served(&mut server.connect());
}

pub(crate) fn a_signal_ends_it_with_0(model: &str) {
    // Two at one moment, as from a terminal and from the program that has started this one, are one request.
    for signals in [&[Signal::INT][..], &[Signal::TERM], &[Signal::INT, Signal::TERM]] {
        let server = server(model);
        let (mut first, mut second) = (server.connect(), server.connect());
        is_served(&mut first);
        server.process.freeze();
        signals.iter().for_each(|signal| server.signal(*signal));
        server.process.thaw();
        server.process.finish().expect_success();
        first.expect_end_or_reset();
        second.expect_end_or_reset();
    }
}
