//! A Redis whose answers take two seconds: nothing waits longer than its deadline, and all comes right again by itself.

use std::time::{Duration, Instant};

use crate::processes::{Cluster, program};
use crate::slow_redis::SlowRedis;
use crate::support::messages::{log_in_with, whisper};
use crate::support::{Client, Server, address_of, eventually};
use crate::{
    LOGIN_UNAVAILABLE, PEER_UNREACHABLE, RIGHT_AGAIN, SHORT, SOON, enters, reaches, result_of, says, took,
};

const SLOW: Duration = Duration::from_secs(2);

/// What it says of its health, on its port for that.
fn health(server: &Server) -> String {
    let mut watcher = Client::connect(address_of(&server.process, "admin"));
    watcher.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    String::from_utf8(watcher.receive_rest()).expect("UTF-8")
}

#[test]
fn a_slow_redis_holds_nobody_up_for_longer_than_a_deadline() {
    let cluster = Cluster::start();
    let slow = SlowRedis::new("slow-redis", &cluster.redis);
    let flags = [&SHORT[..], &["--admin", "127.0.0.1:0"]].concat();
    let [first, _second] = [(); 2].map(|()| program("chat-server", &slow.url()).serve_with(&flags));
    let api = program("api-server", &slow.url()).serve_with(&[]);
    let mut alice = cluster.new_place("alice", "chat", Some(0)).log_in(1);
    let alice_is = enters(&mut alice, 0);
    let mut bob = cluster.new_place("bob", "chat", Some(1_000)).log_in(1);
    let bob_is = enters(&mut bob, 1_000);
    reaches(&mut alice, "bob");
    let carol_is_at = cluster.new_place("carol", "chat", Some(1));
    let slots = cluster.owners("chat");

    slow.take(SLOW);
    let began = Instant::now();
    let mut carol = Client::connect(carol_is_at.address);
    let login = log_in_with("carol", &carol_is_at.ticket);
    assert_eq!(result_of(&mut carol, &login), LOGIN_UNAVAILABLE);
    took("a login", began, SOON);
    let asked = Instant::now();
    assert_eq!(result_of(&mut alice, &whisper("bob", "hi")), PEER_UNREACHABLE);
    took("a whisper", asked, SOON);
    let asked = Instant::now();
    let token = cluster.api.token("carol");
    api.register("dave", crate::caller::PASSWORD).expect(201, "");
    let answer = api.ask_for_place(&api.token("dave"), "chat", None);
    answer.expect(503, "directory_unavailable");
    took("a place", asked, SOON);
    // Rooms and the port for watchers know nothing of it.
    let asked = Instant::now();
    says(&mut alice, alice_is, "nobody waits for me");
    let said = health(&first);
    assert!(
        said.starts_with("HTTP/1.1 200 ") && said.contains(r#""directory":"away""#),
        "{said}"
    );
    took("a message and a look at the health", asked, SLOW);

    slow.take(Duration::ZERO);
    let right = Instant::now();
    reaches(&mut alice, "bob");
    eventually("its health is well", || {
        health(&first).contains(r#""directory":"ok""#)
    });
    took("all is well again", right, RIGHT_AGAIN);
    says(&mut bob, bob_is, "I was here all the time");
    // A lease may have ended meanwhile. Then it was taken again, and nobody has lost a slot.
    eventually("all have the slots of before", || cluster.owners("chat") == slots);
    cluster.api.place("carol", &token, "chat", Some(1)).log_in(1);
}
