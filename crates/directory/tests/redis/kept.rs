//! What is in Redis, and for how long, in real time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use directory::{Directory, Load, LogIn, Owner, Presence, Redis, Seat, Ticket};

use crate::world::{PATIENCE, connect, eventually, settings, take_slot};

const LONG: Duration = Duration::from_secs(600);
const SHORT: Duration = Duration::from_millis(200);

fn put(directory: &Redis, owner: &Owner, worth: Duration) -> Ticket {
    let ticket = Ticket::random().expect("random bytes");
    let seat = Seat {
        user_id: "alice".to_owned(),
        owner: owner.clone(),
        room: 7,
    };
    directory.put_ticket(&ticket, &seat, worth).expect("an answer");
    ticket
}

/// All names of keys and what they hold, as text.
fn everything(directory: &Redis) -> Vec<(String, String)> {
    let dump = r"
        local all = {}
        for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
            local kind = redis.call('TYPE', key).ok
            local read = { hash = 'HGETALL', string = 'GET', set = 'SMEMBERS' }
            local value = redis.call(read[kind], key)
            table.insert(all, { key, type(value) == 'table' and table.concat(value, ' ') or value })
        end
        return all";
    let connection = directory.connection();
    let mut eval = redis::cmd("EVAL");
    eval.arg(dump).arg(0).arg(&connection.settings().prefix);
    connection.run(|link| eval.query(link)).expect("an answer")
}

/// Nobody renews it.
#[test]
fn a_lease_and_a_ticket_end_by_themselves() {
    let directory = connect(settings());
    let owner = take_slot(&directory, SHORT);
    eventually("the lease has ended", || {
        directory.servers().expect("an answer").is_empty()
    });
    assert!(
        !directory
            .renew(&owner, directory::Load::default(), LONG)
            .expect("an answer")
    );
    let ticket = put(&directory, &owner, SHORT);
    eventually("the ticket has ended", || {
        let all = everything(&directory);
        all.iter().all(|(key, _)| !key.contains("ticket:"))
    });
    assert_eq!(
        directory.redeem(&ticket, "alice", &owner).expect("an answer"),
        None
    );
}

/// Whoever reads Redis gets no ticket out of it.
#[test]
fn no_ticket_stands_in_redis() {
    let directory = connect(settings());
    let owner = take_slot(&directory, LONG);
    let ticket = put(&directory, &owner, LONG);
    let all = everything(&directory);
    assert!(
        all.iter()
            .any(|(key, value)| key.contains("ticket:") && value.contains("alice"))
    );
    for (key, value) in all {
        assert!(
            !key.contains(ticket.as_str()) && !value.contains(ticket.as_str()),
            "{key}"
        );
    }
}

/// But what is worth nothing, and is replaced in time.
#[test]
fn a_server_that_has_gone_leaves_little() {
    let directory = connect(settings());
    for _ in 0..3 {
        let owner = take_slot(&directory, LONG);
        let presence = Presence {
            owner: owner.clone(),
            session: 1,
        };
        assert_eq!(
            directory.log_in("alice", &presence, None).expect("an answer"),
            LogIn::Done
        );
        directory.release(&owner).expect("an answer");
        assert_eq!(directory.find("alice").expect("an answer"), None);
    }
    let prefix = &directory.connection().settings().prefix;
    let mut keys: Vec<_> = everything(&directory).into_iter().map(|(key, _)| key).collect();
    keys.sort();
    let expected = ["cluster", "generation:chat:0", "user:alice"].map(|name| format!("{prefix}{name}"));
    assert_eq!(keys, expected);
}

/// A generation is the time in milliseconds, unless that of before is not below it: the clock of Redis may jump back, by years
/// where its machine has got a wrong time.
#[test]
fn generations_grow_though_the_clock_jumps() {
    let directory = connect(settings());
    let connection = directory.connection();
    let key = format!("{}generation:chat:0", connection.settings().prefix);
    let now = take_slot(&directory, LONG);
    let set = |generation: u64| {
        let mut command = redis::cmd("SET");
        command.arg(&key).arg(generation);
        connection.run(|link| command.exec(link)).expect("an answer");
    };
    let millisecond_of = |generation: u64| {
        let since = UNIX_EPOCH + Duration::from_millis(generation);
        since
            .duration_since(SystemTime::now())
            .unwrap_or_else(|error| error.duration())
    };
    assert!(millisecond_of(now.generation) < PATIENCE, "{now}");
    directory.release(&now).expect("an answer");
    // The clock was two thousand years ahead when this was given.
    let far = now.generation + 2_000 * 365 * 24 * 3_600 * 1_000;
    set(far);
    let mut last = far;
    for _ in 0..3 {
        let owner = take_slot(&directory, LONG);
        assert_eq!(owner.slot, 0);
        assert!(
            owner.generation > last && owner.generation < last + 10,
            "{owner} behind {last}"
        );
        assert!(directory.renew(&owner, Load::default(), LONG).expect("an answer"));
        directory.release(&owner).expect("an answer");
        last = owner.generation;
    }
    // And it was far behind.
    set(7);
    let owner = take_slot(&directory, LONG);
    assert!(owner.generation > now.generation, "{owner}");
}

/// An operator deletes a key, or Redis does for lack of memory.
#[test]
fn a_server_whose_name_was_lost_keeps_its_slot_and_is_found_again() {
    let directory = connect(settings());
    let connection = directory.connection();
    let owner = take_slot(&directory, LONG);
    let mut lose = redis::cmd("DEL");
    lose.arg(format!("{}slots", connection.settings().prefix));
    connection.run(|link| lose.exec(link)).expect("an answer");
    let other = take_slot(&directory, LONG);
    assert_eq!((owner.slot, other.slot), (0, 1));
    assert!(directory.renew(&owner, Load::default(), LONG).expect("an answer"));
    let servers = directory.servers().expect("an answer");
    let owners: Vec<_> = servers.into_iter().map(|server| server.owner).collect();
    assert_eq!(owners, [owner, other]);
}

/// For others who keep other things there.
#[test]
fn another_prefix_is_another_directory() {
    let [here, there] = [(); 2].map(|()| connect(settings()));
    let owner = take_slot(&here, LONG);
    assert!(there.servers().expect("an answer").is_empty());
    let ticket = put(&here, &owner, LONG);
    assert_eq!(there.redeem(&ticket, "alice", &owner).expect("an answer"), None);
    assert!(
        here.redeem(&ticket, "alice", &owner)
            .expect("an answer")
            .is_some()
    );
}

#[test]
fn an_entry_that_nobody_can_read_hides_no_server() {
    let directory = connect(settings());
    let owner = take_slot(&directory, LONG);
    let connection = directory.connection();
    let settings = connection.settings();
    let junk = ["junk", "chat:", "chat:-1", "Chat:3", "chat:4"];
    let put: Result<(), _> = connection.run(|link| {
        for name in junk {
            let mut add = redis::cmd("SADD");
            add.arg(settings.key("slots")).arg(name).query::<()>(link)?;
            let mut set = redis::cmd("HSET");
            set.arg(settings.key(&format!("slot:{name}")))
                .arg("generation")
                .arg("x");
            set.query::<()>(link)?;
        }
        Ok(())
    });
    put.expect("an answer");
    let servers = directory.servers().expect("an answer");
    let owners: Vec<_> = servers.into_iter().map(|server| server.owner).collect();
    assert_eq!(owners, [owner]);
}
