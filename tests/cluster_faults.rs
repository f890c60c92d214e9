//! What must survive: servers, Redis and the API server that are killed, stopped or slow, while users are there. Every test
//! does it to real processes of its own, and ends them.
//!
//! | file | what is in it |
//! |---|---|
//! | `cluster_faults/killed` | a chat server that is killed under load |
//! | `cluster_faults/stopped` | a chat server that is stopped for longer than its lease, while another takes its slot |
//! | `cluster_faults/takeover` | servers that want the same slot |
//! | `cluster_faults/redis_faults` | a Redis that is stopped, killed, emptied |
//! | `cluster_faults/slow` | a Redis whose answers take two seconds |
//! | `cluster_faults/api_killed` | an API server that is killed |
//! | `cluster_faults/full` | a match that fits nowhere, and a queue that goes on |
//! | `cluster_faults/tickets` | one ticket, and a hundred who want to log in with it |
//! | `cluster_faults/durable` | rooms whose messages outlive servers and Redis |
//! | `cluster_faults/durable_redis` | the same with a Redis that has lost something, takes nothing, or takes its time |
//! | `cluster_faults/money` | stakes of a server that is killed |
//! | `cluster_faults/talker` | a user who talks without end, and comes back |
//! | `cluster_faults/slow_redis` | a way to Redis that takes its time |
//! | `cluster/processes`, `api/caller`, `api/place` | the processes of a test, calls over HTTP, places |
//!
//! Leases are short here, and how long something has taken is printed: what is asserted is only that it comes, since the
//! machine may be busy with other things.
#![cfg(target_os = "linux")]

mod support;

#[path = "cluster_faults/api_killed.rs"]
mod api_killed;
#[allow(dead_code, reason = "the tests of the API server use all of it")]
#[path = "api/caller.rs"]
mod caller;
#[path = "cluster_faults/durable.rs"]
mod durable;
#[path = "cluster_faults/durable_redis.rs"]
mod durable_redis;
#[path = "support/folder.rs"]
mod folder;
#[path = "cluster_faults/full.rs"]
mod full;
#[path = "cluster_faults/killed.rs"]
mod killed;
#[path = "cluster_faults/money.rs"]
mod money;
#[path = "support/operator.rs"]
mod operator;
#[path = "api/place.rs"]
#[allow(dead_code, reason = "each file of tests uses its part")]
mod place;
#[path = "cluster/processes.rs"]
#[allow(dead_code, reason = "each file of tests uses its part")]
mod processes;
#[path = "support/redis.rs"]
mod redis;
#[path = "cluster_faults/redis_faults.rs"]
mod redis_faults;
#[path = "cluster_faults/slow.rs"]
mod slow;
#[path = "cluster_faults/slow_redis.rs"]
mod slow_redis;
#[path = "cluster_faults/stopped.rs"]
mod stopped;
#[path = "baccarat/table.rs"]
mod table;
#[path = "cluster_faults/takeover.rs"]
mod takeover;
#[path = "cluster_faults/talker.rs"]
mod talker;
#[path = "cluster_faults/tickets.rs"]
mod tickets;

use std::time::{Duration, Instant};

use processes::{LONG, enters};
use support::messages::{chat, said_by_oneself, whisper};
use support::{Client, eventually};

/// A lease that ends soon, and that a busy machine mostly renews in time.
const SHORT: [&str; 4] = ["--lease", "1s", "--rate-limit", "0"];

/// The same for a server that takes slots over.
const HEIR: [&str; 5] = ["--lease", "1s", "--rate-limit", "0", "--takeover"];

const WHISPER_NTF: u16 = 773;

/// This server has lost its place.
const NODE_LOST: i16 = 67;
const LOGIN_FAILED: i16 = 113;
const LOGIN_UNAVAILABLE: i16 = 114;
const NO_SUCH_USER: i16 = 152;
const PEER_UNREACHABLE: i16 = 155;

/// Longer than a server has for an answer, on a machine that is busy.
const SOON: Duration = Duration::from_secs(5);

/// Longer than it takes to come right again, on such a machine: some seconds where it has nothing else to do.
const RIGHT_AGAIN: Duration = Duration::from_secs(50);

/// Tells how long something has taken, which must be less than this.
#[track_caller]
fn took(what: &str, since: Instant, most: Duration) {
    let time = since.elapsed();
    println!("{what}: {} ms", time.as_millis());
    assert!(time < most, "{what}: {time:?}, and not less than {most:?}");
}

/// The result of a request whose answer is that and nothing else. What others whisper meanwhile comes before it.
#[track_caller]
fn result_of(client: &mut Client, request: &[u8]) -> i16 {
    client.send(request);
    let answer = u16::from_le_bytes([request[2], request[3]]) + 1;
    loop {
        let mut header = [0; 5];
        client.receive_exactly(&mut header);
        let [size, id] = [[header[0], header[1]], [header[2], header[3]]].map(u16::from_le_bytes);
        let mut body = vec![0; usize::from(size) - header.len()];
        client.receive_exactly(&mut body);
        match id {
            id if id == answer => return i16::from_le_bytes([body[0], body[1]]),
            WHISPER_NTF => {}
            other => panic!("expected {answer}, got {other}: {body:?}"),
        }
    }
}

/// Somebody who is alone in a room says something, and is answered.
#[track_caller]
fn says(client: &mut Client, unique_id: u64, text: &str) {
    client.send(&chat(text));
    // Others may have whispered before.
    client.skip_to(&said_by_oneself(unique_id, text));
}

/// Whispers until it arrives: what a server is told of others is there as soon as the directory is.
#[track_caller]
fn reaches(client: &mut Client, user: &str) {
    let request = whisper(user, "are you there?");
    eventually("a whisper arrives", || result_of(client, &request) == 1);
}
