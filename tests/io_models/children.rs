//! What only a process for each client has: children.

use crate::server;
use crate::support::raw_echo::is_served;
use crate::support::{Signal, eventually, is_alive, kill};

pub(crate) fn one_that_is_killed_costs_its_client_only(model: &str) {
    let server = server(model);
    let mut first = server.connect();
    is_served(&mut first);
    let child = server.process.children();
    let mut second = server.connect();
    is_served(&mut second);
    assert_eq!((child.len(), server.process.children().len()), (1, 2));

    kill(child[0], Signal::KILL);
    first.expect_end_or_reset();
    is_served(&mut second);
    eventually("the child is waited for", || server.process.children().len() == 1);
}

pub(crate) fn all_end_with_their_parent(model: &str) {
    for signal in [Signal::INT, Signal::TERM] {
        let server = server(model);
        let mut clients: Vec<_> = (0..20).map(|_| server.connect()).collect();
        clients.iter_mut().for_each(is_served);
        let children = server.process.children();
        assert_eq!(children.len(), clients.len());
        server.signal(signal);
        server.process.finish().expect_success();
        assert!(
            !children.iter().any(|id| is_alive(*id)),
            "a child has outlived its parent"
        );
    }
}
