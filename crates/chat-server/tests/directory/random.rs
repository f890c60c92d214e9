//! Users who come, go and replace each other at random, on two servers: in the end each of them is in one place at most,
//! and found there.

use std::sync::Barrier;
use std::thread;

use directory::Ticket;
use protocol::Codec;

use crate::server::{Server, World, with_two};
use crate::support::messages::{PING, PONG, log_in_with, logged_in, whisper, whispered, whispers};
use crate::support::{Client, eventually};

const NO_SUCH_USER: i16 = 152;
const USERS: [&str; 3] = ["alice", "bob", "carol"];
/// Logins at once.
const LOGINS: usize = 12;
const ROUNDS: u64 = 10;

/// A login, and what becomes of it.
struct Plan {
    user: usize,
    server: usize,
    ticket: Ticket,
    stays: bool,
}

#[test]
fn everybody_is_in_one_place_in_the_end() {
    with_two(|world, servers| {
        let mut judges = [0, 1].map(|index| servers[index].user(world, &format!("judge {index}")));
        for round in 1..=ROUNDS {
            let mut random = fastrand::Rng::with_seed(round);
            let plans: Vec<_> = std::iter::repeat_with(|| plan(&mut random, world, servers))
                .take(LOGINS)
                .collect();
            let mut users = USERS.map(|_| Vec::new());
            for (user, client) in play(servers, plans) {
                users[user].push(client);
            }
            for (user_id, clients) in USERS.into_iter().zip(users) {
                judge(world, &mut judges, user_id, clients);
            }
        }
    });
}

fn plan(random: &mut fastrand::Rng, world: &World, servers: &[Server; 2]) -> Plan {
    let (user, server) = (random.usize(..USERS.len()), random.usize(..servers.len()));
    Plan {
        user,
        server,
        ticket: world.ticket(USERS[user], &servers[server].owner()),
        stays: random.u8(..3) > 0,
    }
}

/// All at once. Gives the connections of those who stay.
fn play(servers: &[Server; 2], plans: Vec<Plan>) -> Vec<(usize, Client)> {
    let start = Barrier::new(plans.len());
    thread::scope(|scope| {
        let play = |plan: Plan| {
            let start = &start;
            scope.spawn(move || {
                let mut client = servers[plan.server].client(Codec::Binary);
                let request = log_in_with(USERS[plan.user], plan.ticket.as_str());
                start.wait();
                // Or it was replaced before it was let in.
                client.is_answered(&request, &logged_in(1));
                plan.stays.then_some((plan.user, client))
            })
        };
        let threads: Vec<_> = plans.into_iter().map(play).collect();
        let join = |thread: thread::ScopedJoinHandle<'_, _>| thread.join().expect("no panic");
        threads.into_iter().filter_map(join).collect()
    })
}

/// One of them is left at most, and gets what both judges whisper. Where none is, nobody finds one.
fn judge(world: &World, judges: &mut [Client; 2], user_id: &str, mut clients: Vec<Client>) {
    eventually("one is left at most", || {
        clients.retain_mut(|client| client.is_answered(&PING, &PONG));
        clients.len() <= 1
    });
    let Some(mut client) = clients.pop() else {
        world.is_gone(user_id);
        for judge in judges {
            judge.exchange(&whisper(user_id, "who?"), &whispered(NO_SUCH_USER));
        }
        return;
    };
    for (index, judge) in judges.iter_mut().enumerate() {
        judge.exchange(&whisper(user_id, "you?"), &whispered(1));
        client.expect(&whispers(&format!("judge {index}"), "you?"));
    }
    drop(client);
    world.is_gone(user_id);
}
