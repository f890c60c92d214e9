//! Calls end in time, whatever becomes of Redis, and go on by themselves when it is there again.

use std::thread;
use std::time::{Duration, Instant};

use directory::Unavailable;
use directory::redis::{RedisConnection, RedisSettings};

use crate::redis_server::RedisServer;

/// Only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(30);

fn settings(server: &RedisServer) -> RedisSettings {
    RedisSettings::new(server.url().parse().expect("an address"))
}

fn open(server: &RedisServer) -> RedisConnection {
    RedisConnection::open(&settings(server)).expect("a Redis")
}

fn visit(connection: &RedisConnection) -> Result<u64, Unavailable> {
    let key = connection.settings().key("visits");
    connection.run(|link| redis::cmd("INCR").arg(&key).query(link))
}

fn reason(outcome: Result<u64, Unavailable>) -> String {
    outcome.expect_err("nobody is there").0.to_string()
}

#[track_caller]
fn visit_again(connection: &RedisConnection) -> u64 {
    let start = Instant::now();
    loop {
        match visit(connection) {
            Ok(visits) => return visits,
            Err(error) => assert!(start.elapsed() < PATIENCE, "still {}", error.0),
        }
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn many_threads_share_a_few_connections() {
    let server = RedisServer::in_memory();
    let patient = RedisSettings {
        timeout: PATIENCE,
        ..settings(&server)
    };
    let connection = RedisConnection::open(&patient).expect("a Redis");
    thread::scope(|scope| {
        for _ in 0..50 {
            scope.spawn(|| {
                for _ in 0..5 {
                    visit(&connection).expect("an answer");
                }
            });
        }
    });
    assert_eq!(visit(&connection).expect("an answer"), 251);
    assert_eq!(connection.counts().calls(), 251);
    assert_eq!(connection.counts().failures(), 0);
    assert_eq!(connection.counts().reconnects(), 0);
    let clients = server
        .say("CLIENT LIST")
        .lines()
        .filter(|line| line.contains("id="))
        .count();
    assert!((2..=17).contains(&clients), "{clients} with the one that asks");
}

/// However many wait behind it, each for its own time.
#[test]
fn a_redis_that_is_stopped_holds_nobody_up() {
    let server = RedisServer::in_memory();
    let connection = open(&server);
    server.stop();
    let longest = || (0..3).map(|_| timed(&connection)).max().expect("three calls");
    let waited = thread::scope(|scope| {
        let threads: Vec<_> = (0..50).map(|_| scope.spawn(longest)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .max()
    });
    // A call has a second. What is more is the machine's.
    assert!(waited < Some(Duration::from_secs(3)), "{waited:?}");
    server.go_on();
    visit_again(&connection);
    assert!(connection.counts().reconnects() > 0);
}

/// How long a call takes that is in vain.
fn timed(connection: &RedisConnection) -> Duration {
    let start = Instant::now();
    let reason = reason(visit(connection));
    let known = ["no answer within 1s", "no connection is free"];
    assert!(known.iter().any(|known| reason.contains(known)), "{reason}");
    start.elapsed()
}

/// Also while calls are under way.
#[test]
fn a_redis_that_has_died_is_found_again() {
    let mut server = RedisServer::start();
    let connection = open(&server);
    assert_eq!(visit(&connection).expect("an answer"), 1);
    server.kill();
    let start = Instant::now();
    while !reason(visit(&connection)).contains("nothing listens there: is redis-server running") {
        assert!(start.elapsed() < PATIENCE);
    }
    // Known once, it is told at once.
    let start = Instant::now();
    for _ in 0..100 {
        reason(visit(&connection));
    }
    assert!(start.elapsed() < PATIENCE);
    server.restart();
    assert!(visit_again(&connection) > 1, "its data is there");
    server.restart_empty();
    assert_eq!(visit_again(&connection), 1);
}

/// Nobody calls meanwhile: the next call finds a connection that lives.
#[test]
fn the_end_of_a_connection_is_noticed_without_a_call() {
    let server = RedisServer::in_memory();
    let connection = open(&server);
    visit(&connection).expect("an answer");
    server.say("CLIENT KILL TYPE normal SKIPME yes");
    let start = Instant::now();
    while connection.counts().reconnects() == 0 {
        assert!(start.elapsed() < PATIENCE, "the end is not noticed");
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(visit(&connection).expect("an answer"), 2);
    assert_eq!(connection.counts().failures(), 0);
}

/// What it was asked may be done then, or not.
#[test]
fn a_redis_that_is_slow_is_waited_for_so_long() {
    let server = RedisServer::in_memory();
    let connection = open(&server);
    server.say("CLIENT PAUSE 1500");
    let waited = timed(&connection);
    assert!(waited >= Duration::from_millis(500), "{waited:?}");
    assert!(visit_again(&connection) >= 1);
}

/// They have the time of one call together.
#[test]
fn a_call_of_many_commands_ends_in_time() {
    let server = RedisServer::in_memory();
    let connection = open(&server);
    server.stop();
    let start = Instant::now();
    let outcome: Result<(), _> = connection.run(|link| {
        let mut pipeline = redis::pipe();
        for _ in 0..20 {
            pipeline.cmd("PING").ignore();
        }
        pipeline.query(link)
    });
    assert!(outcome.is_err());
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    server.go_on();
}

/// An error of Redis is none of the connection.
#[test]
fn what_redis_refuses_costs_no_connection() {
    let server = RedisServer::in_memory();
    let connection = open(&server);
    let outcome: Result<(), _> = connection.run(|link| redis::cmd("NONSENSE").exec(link));
    let reason = outcome.expect_err("an error").0.to_string();
    assert!(reason.contains("unknown command"), "{reason}");
    visit(&connection).expect("an answer");
    let counts = connection.counts();
    assert_eq!(
        (counts.calls(), counts.failures(), counts.reconnects()),
        (2, 1, 0)
    );
}
