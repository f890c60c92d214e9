//! A server that is told to end, and a Redis that is away: what users and the API server notice of it.

use crate::support::messages::{log_in_with, logged_in, whisper, whispered, whispers};
use crate::support::wire::{SERVER_SHUTTING_DOWN, error_packet};
use crate::support::{Client, Signal};
use crate::{Cluster, LONG, enters};

const LOGIN_UNAVAILABLE: i16 = 114;
const PEER_UNREACHABLE: i16 = 155;

/// Its lease would be there for minutes: nobody is sent there since the slot was given back.
#[test]
fn users_of_a_server_that_ends_are_sent_elsewhere_at_once() {
    let cluster = Cluster::start();
    let [first, second] = cluster.chat();
    let mut alice = cluster.newcomer("alice", 0);
    first.signal(Signal::TERM);
    alice.expect(&error_packet(SERVER_SHUTTING_DOWN));
    alice.expect_end();
    first.process.finish().expect_success();
    assert_eq!(cluster.slots("chat"), [1]);
    let token = cluster.api.token("alice");
    let place = cluster.api.place("alice", &token, "chat", None);
    assert_eq!(place.address, second.address);
    let mut alice = place.log_in(1);
    enters(&mut alice, place.room);
    // The room itself is gone until somebody has its slot.
    let gone = cluster.api.ask_for_place(&token, "chat", Some(0));
    let gone = gone.expect(503, "no_server");
    assert_eq!(gone.field("Retry-After"), Some("1"));
    let _third = cluster.server("chat-server", &LONG);
    assert_eq!(cluster.slots("chat"), [0, 1]);
    cluster.api.place("alice", &token, "chat", Some(0)).log_in(1);
}

/// Rooms go on; what needs others is said to be unknown, and works again by itself.
#[test]
fn a_redis_that_is_away_is_noticed_and_comes_back() {
    let cluster = Cluster::start();
    let _servers: [_; 2] = cluster.chat();
    let mut alice = cluster.newcomer("alice", 0);
    let mut bob = cluster.newcomer("bob", 1_000);
    let token = cluster.api.new_user("carol");
    let carol_is_at = cluster.api.place("carol", &token, "chat", None);
    cluster.redis.stop();
    let refused = cluster.api.ask_for_place(&token, "chat", None);
    let refused = refused.expect(503, "directory_unavailable");
    assert_eq!(refused.field("Retry-After"), Some("1"));
    // The API server lives, and its accounts are its own.
    let health = cluster.api.call("GET /healthz", "", "").expect(200, "");
    assert_eq!(health.body["directory"], "away", "{health:?}");
    cluster.api.token("carol");
    alice.exchange(&whisper("bob", "hi"), &whispered(PEER_UNREACHABLE));
    let mut carol = Client::connect(carol_is_at.address);
    carol.exchange(
        &log_in_with("carol", &carol_is_at.ticket),
        &logged_in(LOGIN_UNAVAILABLE),
    );
    cluster.redis.go_on();
    crate::support::eventually("whispers arrive again", || {
        alice.send(&whisper("bob", "again"));
        let mut answer = [0; 7];
        alice.receive_exactly(&mut answer);
        answer[..] == whispered(1)
    });
    bob.skip_to(&whispers("alice", "again"));
    cluster.api.place("carol", &token, "chat", None).log_in(1);
}
