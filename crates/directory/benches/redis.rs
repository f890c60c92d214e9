//! How many logins a second go through a directory in Redis, and how long one server waits for another.
//!
//! `cargo bench -p directory --bench redis` (an address may follow `--`, such as `redis://localhost`; without one a Redis is
//! started, once as it keeps all in memory, and once as it writes everything to its disk before it answers).
//!
//! A login is two calls, as a game server makes them: the ticket is redeemed, and the user is logged in. The tickets are made
//! before. Many threads log in, as each client has one.

use std::env;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::unbounded;
use directory::redis::RedisSettings;
use directory::{
    Answer, Asked, Directory, GameName, LogIn, Offer, Owner, Presence, Redis, Request, Seat, Slot, Ticket,
};

#[path = "../../../tests/support/redis.rs"]
mod redis_server;

use redis_server::RedisServer;

const LEASE: Duration = Duration::from_secs(600);
const LOGINS: usize = 10_000;
const QUESTIONS: u32 = 5_000;

fn main() {
    // Cargo adds `--bench`.
    let address = env::args().skip(1).find(|argument| !argument.starts_with("--"));
    match address {
        Some(address) => measure(&address, &address),
        None => {
            measure("in memory", &RedisServer::in_memory().url());
            measure("appendfsync always", &RedisServer::start().url());
        }
    }
}

fn measure(what: &str, url: &str) {
    let settings = RedisSettings {
        prefix: "codelab-bench:".to_owned(),
        timeout: Duration::from_secs(20),
        ..RedisSettings::new(url.parse().expect("an address"))
    };
    let [here, there] = [(); 2].map(|()| Redis::connect(settings.clone()).expect("a Redis"));
    println!("{what}:");
    for threads in [1, 4, 16, 64] {
        let logins = logins(&here, threads);
        println!("  {threads:>3} threads: {logins:>7.0} logins a second");
    }
    println!("  a question and its answer: {:?}", question(&here, &there));
}

fn logins(directory: &Redis, threads: usize) -> f64 {
    let owner = take_slot(directory);
    let tickets: Vec<_> = (0..LOGINS)
        .map(|user| put_ticket(directory, &owner, user))
        .collect();
    let next = AtomicUsize::new(0);
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let user = next.fetch_add(1, Ordering::Relaxed)
                    && let Some(ticket) = tickets.get(user)
                {
                    log_in(directory, &owner, user, ticket);
                }
            });
        }
    });
    let took = start.elapsed();
    directory.release(&owner).expect("an answer");
    LOGINS as f64 / took.as_secs_f64()
}

fn put_ticket(directory: &Redis, owner: &Owner, user: usize) -> Ticket {
    let ticket = Ticket::random().expect("random bytes");
    let seat = Seat {
        user_id: user.to_string(),
        owner: owner.clone(),
        room: 0,
    };
    directory.put_ticket(&ticket, &seat, LEASE).expect("an answer");
    ticket
}

fn log_in(directory: &Redis, owner: &Owner, user: usize, ticket: &Ticket) {
    let user_id = user.to_string();
    let seat = directory.redeem(ticket, &user_id, owner).expect("an answer");
    assert!(seat.is_some(), "a ticket that is worth something");
    let presence = Presence {
        owner: owner.clone(),
        session: user as u64,
    };
    let outcome = directory.log_in(&user_id, &presence, None).expect("an answer");
    assert_eq!(outcome, LogIn::Done);
}

/// The median of many.
fn question(here: &Redis, there: &Redis) -> Duration {
    let owner = take_slot(there);
    let (requests, to_answer) = unbounded::<Asked>();
    let listening = there.listen(&owner, requests).expect("an answer");
    thread::spawn(move || to_answer.iter().for_each(|asked| asked.reply.send(Answer::Done)));
    let mut times: Vec<_> = (0..QUESTIONS).map(|_| ask(here, &owner)).collect();
    drop(listening);
    times.sort_unstable();
    times[times.len() / 2]
}

fn ask(directory: &Redis, owner: &Owner) -> Duration {
    let start = Instant::now();
    let request = Request::Whisper {
        from: "alice".to_owned(),
        to: "bob".to_owned(),
        message: "psst".to_owned(),
    };
    let answer = directory.ask(owner, request, Duration::from_secs(20));
    assert_eq!(answer.expect("an answer"), Answer::Done);
    start.elapsed()
}

fn take_slot(directory: &Redis) -> Owner {
    let offer = Offer {
        game: GameName::new("chat"),
        address: "127.0.0.1:11021".to_owned(),
        by_codec: Vec::new(),
        web: None,
        rooms: 10,
        room_size: 4,
    };
    match directory.take_slot(&offer, None, LEASE) {
        Ok(Slot::Taken(owner)) => owner,
        other => panic!("expected a slot, got {other:?}"),
    }
}
