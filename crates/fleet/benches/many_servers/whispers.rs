//! How long a whisper to a user of another server takes, at a fixed rate, from the time when it was due until the other user
//! has it. Whether one is slow changes nothing about when the next one is sent.

use std::io::Write;
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use hdrhistogram::Histogram;
use protocol::message::{Decode, Encode, WhisperNtf, WhisperReq, WhisperRes};
use protocol::{Codec, ErrorCode, PacketId};
use serde::Serialize;

use crate::cluster::Cluster;
use crate::user::User;

/// Whispers a second.
const RATE: u32 = 1_000;

/// Whispers that are not counted, while connections to Redis are made.
const WARM_UP: usize = 500;

const WHISPERS: usize = 5_000;

/// Each whispers to the next one, who is on the next server.
const USERS: usize = 64;

/// Times in milliseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Whispers {
    /// That came, for each second.
    pub(crate) a_second: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

pub(crate) fn measure(cluster: &Cluster) -> anyhow::Result<Whispers> {
    let users = log_in(cluster)?;
    let senders = users.iter().map(User::sender);
    let senders = senders.collect::<anyhow::Result<Vec<_>>>()?;
    let begin = Instant::now();
    let (times, took) = thread::scope(|scope| {
        let hearing = users.into_iter().enumerate();
        let hearing: Vec<_> = hearing
            .map(|(number, user)| scope.spawn(move || hear(user, number, begin)))
            .collect();
        whisper(&senders, begin)?;
        let mut times = Histogram::<u64>::new(3)?;
        for heard in hearing {
            times.add(heard.join().expect("nobody panics")?)?;
        }
        anyhow::Ok((times, begin.elapsed()))
    })?;
    let milliseconds = |quantile| times.value_at_quantile(quantile) as f64 / 1e6;
    drop(senders);
    cluster.wait_until_gone((0..USERS).map(user_id))?;
    Ok(Whispers {
        a_second: (WARM_UP + WHISPERS) as f64 / took.as_secs_f64(),
        p50: milliseconds(0.5),
        p99: milliseconds(0.99),
        max: milliseconds(1.0),
    })
}

fn user_id(number: usize) -> String {
    format!("whisperer {number}")
}

fn log_in(cluster: &Cluster) -> anyhow::Result<Vec<User>> {
    let servers = cluster.servers.iter().cycle().take(USERS).enumerate();
    let users = servers.map(|(number, server)| {
        let ticket = cluster.ticket(&user_id(number), &server.owner, server.room)?;
        User::log_in(server.running.address, &user_id(number), ticket.as_str())
    });
    users.collect()
}

/// Sends each one when it is due; one that is late is sent at once.
fn whisper(senders: &[TcpStream], begin: Instant) -> anyhow::Result<()> {
    for number in 0..WARM_UP + WHISPERS {
        let due = due(number);
        thread::sleep((begin + due).saturating_duration_since(Instant::now()));
        let request = WhisperReq {
            user_id: &user_id((number + 1) % USERS),
            message: &number.to_string(),
        };
        let packet = request.encode_as(Codec::Binary)?;
        (&senders[number % USERS]).write_all(packet.as_bytes())?;
    }
    Ok(())
}

/// Since the beginning.
fn due(number: usize) -> Duration {
    Duration::from_secs(1) / RATE * u32::try_from(number).expect("few")
}

/// Reads all that one user is whispered, in its order, and all answers to what this user has whispered.
fn hear(mut user: User, number: usize, begin: Instant) -> anyhow::Result<Histogram<u64>> {
    let mut times = Histogram::new(3)?;
    let mine = |first: usize| (first..WARM_UP + WHISPERS).step_by(USERS);
    let mut answers = mine(number).count();
    // The one before this user whispers to this user.
    let mut whispers = mine((number + USERS - 1) % USERS).peekable();
    while answers > 0 || whispers.peek().is_some() {
        match user.read()? {
            PacketId::WHISPER_RES => {
                let answer: WhisperRes = Decode::decode_as(Codec::Binary, user.body(), &mut Vec::new())?;
                ensure!(answer.result == ErrorCode::NONE, "a whisper: {}", answer.result);
                answers -= 1;
            }
            PacketId::WHISPER_NTF => {
                let came = begin.elapsed();
                let scratch = &mut Vec::new();
                let heard: WhisperNtf<'_> = Decode::decode_as(Codec::Binary, user.body(), scratch)?;
                let next = whispers.next().context("one whisper too many")?;
                ensure!(heard.message == next.to_string(), "not whisper {next}: {heard:?}");
                if next >= WARM_UP {
                    times.record(came.saturating_sub(due(next)).as_nanos() as u64)?;
                }
            }
            other => anyhow::bail!("nobody has asked for {other}"),
        }
    }
    Ok(times)
}
