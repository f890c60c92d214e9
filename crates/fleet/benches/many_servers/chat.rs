//! Chat in rooms, in a closed loop: as many messages as a server brings to all members, alone and as one of many. A directory
//! has no part in it, so both must be the same.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::ensure;
use figures::Spread;
use harness::RunningServer;
use protocol::message::{Encode, RoomChatNtf, RoomChatReq};
use protocol::{Codec, PacketId};
use serde::Serialize;

use crate::cluster::{Cluster, chat_server};
use crate::user::User;

/// Many and short: two neighbours differ by a tenth, whichever server they are of, and only the median of many tells more.
const ROUNDS: usize = 31;

/// Of each server in each round.
const TIME: Duration = Duration::from_millis(400);

const ROOMS: i32 = 8;
const MEMBERS: usize = 8;

/// Messages that the one who talks in a room sends before the answers are waited for.
const TOGETHER: usize = 16;

/// Messages that members got in a second.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Chat {
    pub(crate) alone: Spread,
    pub(crate) in_directory: Spread,
    /// Of each round with a directory to its neighbour without one.
    pub(crate) ratio: Spread,
}

/// In turns, and every second round the other way round. Each time the server is a new one.
pub(crate) fn measure() -> anyhow::Result<Chat> {
    // What a server does by itself is part of it: it keeps its lease.
    let mut cluster = Cluster::start(0, &[])?;
    let (mut alone, mut in_directory) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        for turn in [round % 2, (round + 1) % 2] {
            match turn {
                0 => alone.push(measure_alone()?),
                _ => in_directory.push(measure_one_of_many(&mut cluster)?),
            }
        }
    }
    Ok(Chat {
        alone: Spread::of(&alone),
        in_directory: Spread::of(&in_directory),
        ratio: Spread::of_ratios(&in_directory, &alone),
    })
}

fn measure_alone() -> anyhow::Result<f64> {
    let server = chat_server(&[])?;
    chat(&server, 0, |user_id, _| User::log_in(server.address, user_id, ""))
}

fn measure_one_of_many(cluster: &mut Cluster) -> anyhow::Result<f64> {
    cluster.add(&["--lease", "1s"])?;
    let server = &cluster.servers[0];
    let address = server.running.address;
    let outcome = chat(&server.running, server.room, |user_id, room| {
        let ticket = cluster.ticket(user_id, &server.owner, room)?;
        User::log_in(address, user_id, ticket.as_str())
    });
    cluster.servers.clear();
    outcome
}

/// Deliveries a second.
fn chat(
    server: &RunningServer,
    first_room: i32,
    log_in: impl Fn(&str, i32) -> anyhow::Result<User>,
) -> anyhow::Result<f64> {
    let rooms = (first_room..first_room + ROOMS).map(|room| Room::enter(room, &log_in));
    let rooms = rooms.collect::<anyhow::Result<Vec<_>>>()?;
    let begin = Instant::now();
    let deliveries = thread::scope(|scope| {
        let rooms = rooms.into_iter().map(|room| scope.spawn(|| room.talk(begin)));
        let rooms: Vec<_> = rooms.collect();
        let rooms = rooms.into_iter().map(|room| room.join().expect("nobody panics"));
        rooms.sum::<anyhow::Result<usize>>()
    })?;
    let a_second = deliveries as f64 / begin.elapsed().as_secs_f64();
    ensure!(deliveries > 0, "nobody talks at {}", server.address);
    Ok(a_second)
}

/// A room whose first member talks.
struct Room {
    members: Vec<User>,
    said: Vec<u8>,
    /// The body of each delivery.
    heard: Vec<u8>,
}

impl Room {
    fn enter(number: i32, log_in: impl Fn(&str, i32) -> anyhow::Result<User>) -> anyhow::Result<Self> {
        let message = &"x".repeat(49);
        let mut members = Vec::new();
        let mut unique_id = None;
        for member in 0..MEMBERS {
            let mut user = log_in(&format!("{number}-{member}"), number)?;
            let own = user.enter(number)?;
            unique_id.get_or_insert(own);
            members.push(user);
        }
        let unique_id = unique_id.unwrap_or_default();
        let said = RoomChatReq { message }.encode_as(Codec::Binary)?;
        let heard = RoomChatNtf { unique_id, message }.encode_as(Codec::Binary)?;
        Ok(Self {
            members,
            said: said.as_bytes().repeat(TOGETHER),
            heard: heard.as_bytes()[protocol::HEADER_SIZE..].to_owned(),
        })
    }

    /// Gives how many messages the members have got.
    fn talk(mut self, begin: Instant) -> anyhow::Result<usize> {
        let mut deliveries = 0;
        while begin.elapsed() < TIME {
            self.members[0].send_bytes(&self.said)?;
            for member in &mut self.members {
                hear(member, &self.heard)?;
                deliveries += TOGETHER;
            }
        }
        Ok(deliveries)
    }
}

/// Reads what was said at once. Newcomers are told of before that, and answers in between.
fn hear(member: &mut User, expected: &[u8]) -> anyhow::Result<()> {
    let mut missing = TOGETHER;
    while missing > 0 {
        if member.read()? == PacketId::ROOM_CHAT_NTF {
            ensure!(member.body() == expected, "another message: {:?}", member.body());
            missing -= 1;
        }
    }
    Ok(())
}
