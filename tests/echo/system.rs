//! What the system is told of a client: how much it keeps for it, and how its thread is scheduled.
#![cfg(target_os = "linux")]

use crate::support::eventually;
use crate::{is_served, noise, server};

#[test]
fn the_kernel_keeps_no_more_for_a_client_than_it_is_told() {
    const SIZE: u64 = 64 * 1024;
    let server = server(&["--send-buffer", "64KiB"]);
    let mut deaf = server.connect();
    deaf.send_until_stuck(&noise(65_536));
    // A server that was only slow has something to send as soon as it goes on.
    eventually("the kernel keeps replies", || deaf.bytes_on_their_way_here() > 0);
    let kept = deaf.bytes_on_their_way_here();
    // Linux doubles the size for its own bookkeeping (socket(7)), and takes one write that begins below it.
    // Without the limit it would be megabytes.
    assert!(kept <= 3 * SIZE, "{kept} bytes");
}

#[test]
fn client_threads_have_a_name_and_yield_to_others_unless_told_otherwise() {
    const SCHED_OTHER: u64 = 0;
    const SCHED_BATCH: u64 = 3;
    for (flags, class) in [
        (&[][..], SCHED_BATCH),
        (&["--batch-scheduling", "true"], SCHED_BATCH),
        (&["--batch-scheduling", "false"], SCHED_OTHER),
    ] {
        let server = server(flags);
        let mut client = server.connect();
        is_served(&mut client);
        assert_eq!(
            server.process.scheduling_class("client-1"),
            Some(class),
            "{flags:?}"
        );
    }
}
