//! The directory while Redis is stopped, dead, or has forgotten everything; and that all of it comes back by itself.

use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, unbounded};
use directory::redis::RedisSettings;
use directory::{Answer, AskError, Asked, Directory, Listening, Load, Owner, Redis, Request, Unavailable};

use crate::redis_server::RedisServer;
use crate::world::{PATIENCE, eventually, take_slot};

const LEASE: Duration = Duration::from_secs(600);

fn connect(server: &RedisServer) -> Redis {
    let settings = RedisSettings::new(server.url().parse().expect("an address"));
    Redis::connect(settings).expect("a Redis")
}

/// One that waits for a machine that is busy.
fn connect_patiently(server: &RedisServer) -> Redis {
    let settings = RedisSettings {
        timeout: PATIENCE / 3,
        ..RedisSettings::new(server.url().parse().expect("an address"))
    };
    Redis::connect(settings).expect("a Redis")
}

/// A server that listens. What it is asked it says is done.
struct Listener {
    owner: Owner,
    _listening: Listening,
}

impl Listener {
    fn new(directory: &Redis) -> Self {
        let owner = take_slot(directory, LEASE);
        let (requests, to_answer) = unbounded();
        let listening = directory.listen(&owner, requests).expect("an answer");
        thread::spawn(move || answer(&to_answer));
        Self {
            owner,
            _listening: listening,
        }
    }
}

fn answer(requests: &Receiver<Asked>) {
    requests.iter().for_each(|asked| asked.reply.send(Answer::Done));
}

fn renew(directory: &Redis, owner: &Owner) -> Result<bool, Unavailable> {
    directory.renew(owner, Load::default(), LEASE)
}

fn ask(directory: &Redis, owner: &Owner) -> Result<Answer, AskError> {
    let request = Request::Replace {
        user_id: "alice".to_owned(),
        session: 1,
    };
    // An answer may be lost with a connection.
    directory.ask(owner, request, Duration::from_secs(4))
}

/// Messages come over a connection of their own, which says nothing when its other end says nothing.
#[test]
fn a_directory_that_is_away_says_so_and_comes_back() {
    let server = RedisServer::in_memory();
    let directory = connect(&server);
    let listener = Listener::new(&directory);
    ask(&directory, &listener.owner).expect("an answer");
    server.stop();
    let (requests, _to_answer) = unbounded();
    let in_vain: [(&str, &dyn Fn() -> bool); 4] = [
        ("find", &|| directory.find("alice").is_err()),
        ("renew", &|| renew(&directory, &listener.owner).is_err()),
        ("ask", &|| {
            matches!(ask(&directory, &listener.owner), Err(AskError::Unavailable(_)))
        }),
        ("listen", &|| {
            directory.listen(&listener.owner, requests.clone()).is_err()
        }),
    ];
    for (call, is_in_vain) in in_vain {
        let start = Instant::now();
        assert!(is_in_vain(), "{call}");
        // A call has a second, and messages are waited for half a second before. What is more is the machine's.
        assert!(
            start.elapsed() < Duration::from_secs(4),
            "{call}: {:?}",
            start.elapsed()
        );
    }
    // Both ways were noticed to be dead by now, or are soon.
    let way_of_messages = || directory.listen(&listener.owner, requests.clone());
    eventually("messages are known not to come", || {
        way_of_messages().is_err_and(|error| error.0.to_string().contains("no answer within 1s"))
    });
    server.go_on();
    eventually("it answers", || directory.find("alice").is_ok());
    assert!(renew(&directory, &listener.owner).expect("an answer"));
}

/// Nobody asks for it: the thread that hears has to notice by itself.
#[test]
fn messages_come_again_after_their_connection_was_lost() {
    let server = RedisServer::in_memory();
    let directory = connect(&server);
    let listeners = [Listener::new(&directory), Listener::new(&directory)];
    let reconnects = directory.counts().reconnects();
    server.say("CLIENT KILL TYPE pubsub");
    eventually("it is made anew", || directory.counts().reconnects() > reconnects);
    for listener in &listeners {
        eventually("requests come again", || ask(&directory, &listener.owner).is_ok());
    }
}

/// One that is stopped closes nothing.
#[test]
fn a_connection_on_which_nothing_comes_is_left() {
    let server = RedisServer::in_memory();
    let directory = connect(&server);
    let listener = Listener::new(&directory);
    let of_messages = || {
        let clients = server.say("CLIENT LIST TYPE pubsub");
        let ids = clients.split_whitespace().filter(|word| word.starts_with("id="));
        ids.map(str::to_owned).collect::<Vec<_>>()
    };
    let before = of_messages();
    assert_eq!(before.len(), 1, "{before:?}");
    // A thread that gets no processor meanwhile notices nothing, so the next time is longer.
    for seconds in [2, 4, 8, 16, 32] {
        server.stop();
        thread::sleep(Duration::from_secs(seconds));
        server.go_on();
        eventually("requests come again", || ask(&directory, &listener.owner).is_ok());
        if of_messages() != before {
            return;
        }
    }
    panic!("{before:?} is used as if nothing had happened");
}

/// It is said at once that there will be no answer.
#[test]
fn nobody_waits_for_a_request_that_was_dropped() {
    let server = RedisServer::in_memory();
    let directory = connect_patiently(&server);
    let owner = take_slot(&directory, LEASE);
    let (requests, to_drop) = unbounded::<Asked>();
    let _listening = directory.listen(&owner, requests).expect("an answer");
    thread::spawn(move || to_drop.iter().for_each(drop));
    let request = Request::Reserve {
        user_id: "alice".to_owned(),
        room: None,
    };
    let start = Instant::now();
    let answer = directory.ask(&owner, request, PATIENCE);
    assert!(matches!(answer, Err(AskError::NoAnswer(_))), "{answer:?}");
    assert!(start.elapsed() < PATIENCE / 2, "{:?}", start.elapsed());
}

/// Its disk has all that it has said.
#[test]
fn a_redis_that_was_killed_knows_everything() {
    let mut server = RedisServer::start();
    let [here, there] = [(); 2].map(|()| connect(&server));
    let listener = Listener::new(&there);
    server.kill();
    let error = here.find("alice").expect_err("nobody is there");
    assert_eq!(error.to_string(), "the directory does not answer");
    server.restart();
    eventually("the lease goes on", || {
        renew(&here, &listener.owner).is_ok_and(|goes_on| goes_on)
    });
    eventually("requests come again", || ask(&here, &listener.owner).is_ok());
}

/// Then nobody has a place any more, and generations go on all the same.
#[test]
fn a_redis_that_has_lost_its_data_takes_all_places() {
    let mut server = RedisServer::start();
    let directory = connect(&server);
    let before = Listener::new(&directory);
    server.restart_empty();
    let mut renewed = None;
    eventually("it answers", || {
        renewed = renew(&directory, &before.owner).ok();
        renewed.is_some()
    });
    assert_eq!(renewed, Some(false));
    assert!(directory.servers().expect("an answer").is_empty());
    eventually("messages come", || {
        matches!(ask(&directory, &before.owner), Err(AskError::NobodyThere))
    });
    let after = Listener::new(&directory);
    assert_eq!(after.owner.slot, before.owner.slot);
    assert!(after.owner.generation > before.owner.generation);
    eventually("requests come again", || ask(&directory, &after.owner).is_ok());
}

/// Redis forgets scripts when it starts, and when somebody says so.
#[test]
fn scripts_that_redis_has_forgotten_are_told_anew() {
    let server = RedisServer::in_memory();
    let directory = connect_patiently(&server);
    let owner = take_slot(&directory, LEASE);
    server.say("SCRIPT FLUSH");
    assert!(renew(&directory, &owner).expect("an answer"));
    assert_eq!(directory.counts().failures(), 0);
}

/// Whoever can write to Redis can send anything.
#[test]
fn what_is_no_message_is_dropped() {
    let server = RedisServer::in_memory();
    let [here, there] = [(); 2].map(|()| connect_patiently(&server));
    let listener = Listener::new(&there);
    let channels = server.say("PUBSUB CHANNELS codelab:*");
    let channels: Vec<_> = channels
        .lines()
        .filter(|line| line.starts_with("codelab:"))
        .collect();
    // Of each process that of its answers, and of the one that listens that of requests.
    assert_eq!(channels.len(), 3, "{channels:?}");
    for channel in channels {
        for bytes in [&b""[..], b"\x01", b"hello", &[0xff; 10_000]] {
            let mut publish = redis::cmd("PUBLISH");
            publish.arg(channel).arg(bytes);
            let there: u64 = here
                .connection()
                .run(|link| publish.query(link))
                .expect("an answer");
            assert_eq!(there, 1, "{channel}");
        }
    }
    assert_eq!(ask(&here, &listener.owner).expect("an answer"), Answer::Done);
    let counts = [here.counts(), there.counts()].map(|counts| (counts.requests_out(), counts.requests_in()));
    assert_eq!(counts, [(1, 0), (0, 1)]);
}
