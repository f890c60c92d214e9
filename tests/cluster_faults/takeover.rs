//! Servers that want the same slot: one has it.

use std::time::Instant;

use crate::processes::Cluster;
use crate::support::{Process, Signal, eventually};
use crate::{HEIR, LONG, RIGHT_AGAIN, enters, says, took};

/// All at once, and each says in one line how it went.
#[test]
fn of_servers_that_want_one_slot_one_starts() {
    const SERVERS: usize = 4;
    let cluster = Cluster::start();
    let start = || {
        let flags = [&["--bind", "127.0.0.1:0", "--slot", "7"][..], &LONG].concat();
        cluster.program("chat-server").args(&flags).start()
    };
    let mut servers: Vec<Process> = (0..SERVERS).map(|_| start()).collect();
    eventually("all but one have ended", || {
        let running = servers
            .iter_mut()
            .filter_map(|server| server.is_running().then_some(()));
        running.count() <= 1
    });
    assert_eq!(cluster.slots("chat"), [7]);
    let (mut running, ended): (Vec<_>, Vec<_>) = servers
        .into_iter()
        .map(|mut server| (server.is_running(), server))
        .partition(|(runs, _)| *runs);
    assert_eq!(ended.len(), SERVERS - 1);
    for (_, server) in ended {
        let finished = server.finish();
        assert_eq!(finished.status.code(), Some(1), "{finished:?}");
        let last = finished.stderr.lines().last().unwrap_or_default();
        assert!(last.contains("slot 7 has another server"), "{last}");
    }
    let (_, server) = running.remove(0);
    server.stdout.wait_for_line("listening on");
}

#[test]
fn of_servers_that_take_over_one_slot_one_has_it() {
    let cluster = Cluster::start();
    let [first, second, third] = [(); 3].map(|()| cluster.server("chat-server", &HEIR));
    let before = cluster.owners("chat");
    assert_eq!(before.len(), 3);
    let mut alice = cluster.new_place("alice", "chat", Some(0)).log_in(1);
    let alice_is = enters(&mut alice, 0);
    first.signal(Signal::KILL);
    let killed = Instant::now();
    let dead = first.address.to_string();
    eventually("the slot has another server", || {
        let owners = cluster.owners("chat");
        owners.len() == 3 && owners.iter().all(|(.., address)| *address != dead)
    });
    took(
        "the slot of a killed server has another one, with a lease of a second",
        killed,
        RIGHT_AGAIN,
    );
    let after = cluster.owners("chat");
    assert!(after[0].1 > before[0].1, "the generation grows");
    assert_eq!(after[1..], before[1..], "the others have what they had");
    let place = cluster
        .api
        .place("alice", &cluster.api.token("alice"), "chat", Some(0));
    assert_eq!(place.address.to_string(), after[0].2);
    let mut alice = place.log_in(1);
    let is_now = enters(&mut alice, 0);
    assert!(is_now > alice_is, "unique ids go on");
    says(&mut alice, is_now, "here again");
    let logs = [&second, &third].map(|server| server.log().count("slot 0 of chat is taken over"));
    assert_eq!(logs.iter().sum::<usize>(), 1, "{logs:?}");
}
