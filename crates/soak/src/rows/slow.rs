//! The rows of slow clients: in sending, in saying anything at all, in reading.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use figures::thousands;
use protocol::ErrorCode;
use protocol::message::Message;

use crate::chat::{self, FIRST_ROOM, message};
use crate::client::{Brought, Client};
use crate::interrupt;
use crate::plan::Plan;
use crate::report::kib;
use crate::row::Outcome;
use crate::service::Service;

/// What a client that never reads may cost: nothing, but for what was read of it and is being answered.
const KIB_PER_DEAF_CLIENT: u64 = 2 * 1024;
const KIB_BESIDES: u64 = 4 * 1024;

/// Requests of one client that the buffers of both kernels hold, and far more than that.
const MORE_THAN_BUFFERS: usize = 32 * 1024 * 1024;

/// The others in the room, and those of them who chat.
const OTHERS: usize = 99;
const CHATTERS: usize = 20;

/// Between two rounds of the chat: 40 messages a second of each are under every usual rate limit.
const ROUND: Duration = Duration::from_millis(25);

/// Between two looks at clients that say nothing, and how many of them come without one.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
const ROUND_OF_LOOKS: usize = 100;

/// A packet byte by byte.
pub(crate) fn byte_a_second(plan: &Plan) -> anyhow::Result<Outcome> {
    let interval = plan.patience / 15;
    let count = plan.crowd_size(200)?;
    let clients = (0..count).map(|number| plan.connect_as(&format!("slow {number}")));
    let mut clients = clients.collect::<anyhow::Result<Vec<_>>>()?;
    clients.iter().try_for_each(Client::never_wait)?;
    let packet = plan.service.long_request();
    let (begin, mut times) = (Instant::now(), Times::default());
    // The last byte is never sent: a whole packet would be answered.
    for tick in 0.. {
        if begin.elapsed() > plan.patience || clients.is_empty() {
            break;
        }
        let byte = packet[..packet.len() - 1].get(tick..=tick).unwrap_or_default();
        let mut open = Vec::with_capacity(clients.len());
        for mut client in clients {
            let ended = client.send_some(byte).is_err()
                || matches!(client.read_some()?, Brought::End | Brought::Reset);
            if ended {
                times.add(begin.elapsed());
            } else {
                open.push(client);
            }
        }
        clients = open;
        interrupt::pause(interval)?;
    }
    let what = format!(
        "{} clients with a byte every {:.1} s",
        thousands(count),
        interval.as_secs_f64()
    );
    times.outcome(&what, count, plan.patience)
}

/// Nothing at all, or no login.
pub(crate) fn silence(plan: &Plan) -> anyhow::Result<Outcome> {
    let count = plan.crowd_size(2_000)?;
    let (begin, mut silent) = (Instant::now(), Silent::default());
    for number in 0..count {
        plan.pace(number)?;
        let (mut client, opened) = (plan.connect()?, Instant::now());
        // Signs of life are not a login.
        let speaks = plan.service == Service::Chat && number % 2 == 1;
        if speaks {
            plan.greet(&mut client)?;
        }
        client.never_wait()?;
        silent.open.push((client, opened));
        if number % ROUND_OF_LOOKS == 0 {
            silent.look(plan.service)?;
        }
    }
    while !silent.open.is_empty() && begin.elapsed() < plan.patience {
        interrupt::pause(LOOK_AGAIN)?;
        silent.look(plan.service)?;
    }
    let what = format!("{} clients that say nothing", thousands(count));
    silent.times.outcome(&what, count, plan.patience)
}

/// Those that say nothing, with the time at which each was opened.
#[derive(Default)]
struct Silent {
    open: Vec<(Client, Instant)>,
    times: Times,
}

impl Silent {
    /// Notes whose end has come. All of them, every few milliseconds: whoever waits for one takes the others' ends for
    /// later than they were.
    fn look(&mut self, service: Service) -> anyhow::Result<()> {
        for (mut client, opened) in std::mem::take(&mut self.open) {
            let Some(end) = client.end_within(Duration::ZERO)? else {
                self.open.push((client, opened));
                continue;
            };
            self.times.add(opened.elapsed());
            if service == Service::Chat {
                let reason = chat::error(ErrorCode::DISCONNECT_UNAUTHENTICATED_USER);
                ensure!(
                    end.came == reason && end.orderly,
                    "closed without the reason: {end:?}"
                );
            }
        }
        Ok(())
    }
}

/// Requests, and nobody who reads the replies.
pub(crate) fn deaf(plan: &Plan) -> anyhow::Result<Outcome> {
    let count = plan.crowd_size(10)?;
    // The kernel takes a little now and then, when it asks whether there is room again, and that sets the
    // server's clock back.
    let patience = 2 * plan.patience;
    let before = plan.usage()?;
    let requests = plan.service.request(7).repeat(1_000);
    let mut most = None;
    let mut clients = Vec::with_capacity(count);
    for _ in 0..count {
        let client = Client::connect_with_little_room(plan.address)?;
        client.never_wait()?;
        clients.push(Deaf { client, sent: 0 });
    }
    let (mut times, mut stuck_since) = (Times::default(), Instant::now());
    let begin = stuck_since;
    while !clients.is_empty() && stuck_since.elapsed() < patience {
        let mut open = Vec::with_capacity(clients.len());
        for mut client in clients {
            let sent = client.sent;
            if !client.send_until_stuck(&requests)? {
                times.add(begin.elapsed());
                continue;
            }
            if client.sent > sent {
                stuck_since = Instant::now();
            }
            open.push(client);
        }
        clients = open;
        most = most.max(plan.grown_kib(before)?);
        interrupt::pause(Duration::from_millis(100))?;
    }
    let grown = most;
    let allowed = count as u64 * KIB_PER_DEAF_CLIENT + KIB_BESIDES;
    ensure!(
        grown.is_none_or(|grown| grown < allowed),
        "{count} clients that never read cost {}",
        kib(grown.unwrap_or_default())
    );
    let cost = grown.map_or(String::new(), |grown| format!(" (memory: {} more)", kib(grown)));
    times.outcome(&format!("{count} clients that never read{cost}"), count, patience)
}

/// One who sends and never reads.
struct Deaf {
    client: Client,
    sent: usize,
}

impl Deaf {
    /// Sends all that is taken now. False when it was cut off.
    fn send_until_stuck(&mut self, requests: &[u8]) -> anyhow::Result<bool> {
        loop {
            interrupt::check()?;
            match self.client.send_some(&requests[self.sent % requests.len()..]) {
                Ok(0) => return Ok(true),
                Ok(count) => self.sent += count,
                Err(_) => return Ok(false),
            }
            ensure!(
                self.sent < MORE_THAN_BUFFERS,
                "the server has read {} bytes of one client that reads no reply, and goes on",
                self.sent
            );
        }
    }
}

/// A member who never reads, in a room that chats.
pub(crate) fn deaf_member(plan: &Plan) -> anyhow::Result<Outcome> {
    let others = plan.crowd_size(OTHERS)?;
    let deaf = Client::connect_with_little_room(plan.address)?;
    let mut deaf = chat::log_in(deaf, "deaf")?;
    let deaf_id = chat::enter_room(&mut deaf, FIRST_ROOM)?;
    let members = (0..others).map(|number| Member::enter(plan, &format!("member {number}")));
    let mut members = members.collect::<anyhow::Result<Vec<_>>>()?;
    let chatters = CHATTERS.min(others);
    let speakers: HashMap<u64, usize> = members[..chatters]
        .iter()
        .map(|member| member.unique_id)
        .zip(0..)
        .collect();
    let begin = Instant::now();
    let mut rounds = 0;
    while begin.elapsed() < plan.patience + plan.patience / 3 && !members.iter().all(|member| member.left) {
        let start = Instant::now();
        for (number, member) in members[..chatters].iter_mut().enumerate() {
            member
                .client
                .send(&chat::say(&filled(format!("{number} {rounds} "))))?;
        }
        for member in &mut members {
            member.hear_round(rounds, &speakers, deaf_id)?;
        }
        let first = &members[0].order;
        let differs = members.iter().any(|member| member.order != *first);
        ensure!(
            !differs,
            "the members received round {rounds} in different orders"
        );
        rounds += 1;
        interrupt::pause(ROUND.saturating_sub(start.elapsed()))?;
    }
    let figures = format!(
        "{} messages to each of {others}, none lost",
        thousands(rounds * chatters)
    );
    match members.iter().filter(|member| member.left).count() {
        0 => Outcome::skipped(format!("{figures}; the one who never reads was not cut off")),
        told if told < others => {
            bail!("{figures}; only {told} were told that the one who never reads has left")
        }
        _ => Outcome::passed(format!(
            "{figures}; the one who never reads was cut off after {:.1} s",
            begin.elapsed().as_secs_f64()
        )),
    }
}

/// As long as a message may be.
fn filled(mut message: String) -> String {
    const LONGEST_MESSAGE: usize = 126;
    let filling = LONGEST_MESSAGE - message.len();
    message.extend(std::iter::repeat_n('.', filling));
    message
}

/// One who reads.
struct Member {
    client: Client,
    unique_id: u64,
    /// It was told that the one who never reads has left.
    left: bool,
    /// Who has spoken in this round, in the order in which it was heard.
    order: Vec<u64>,
}

impl Member {
    fn enter(plan: &Plan, user_id: &str) -> anyhow::Result<Self> {
        let mut client = chat::user(plan.address, user_id)?;
        let unique_id = chat::enter_room(&mut client, FIRST_ROOM)?;
        Ok(Self {
            client,
            unique_id,
            left: false,
            order: Vec::new(),
        })
    }

    /// A message of each who chats, and nothing else but the end of the one who never reads.
    fn hear_round(
        &mut self,
        round: usize,
        speakers: &HashMap<u64, usize>,
        deaf_id: u64,
    ) -> anyhow::Result<()> {
        self.order.clear();
        while self.order.len() < speakers.len() {
            match message(&self.client.packet()?)? {
                Message::RoomChatNtf(said) => {
                    let speaker = speakers.get(&said.unique_id).context("a message from nobody")?;
                    let expected = format!("{speaker} {round} ");
                    ensure!(
                        said.message.starts_with(&expected),
                        "expected `{expected}`, heard `{}`",
                        said.message
                    );
                    self.order.push(said.unique_id);
                }
                Message::RoomLeaveUserNtf(left) if left.unique_id == deaf_id => self.left = true,
                Message::RoomChatRes(response) if response.result == ErrorCode::NONE => {}
                Message::RoomNewUserNtf(_) => {}
                other => bail!("a member got {other:?}"),
            }
        }
        Ok(())
    }
}

/// When clients were closed, since they began.
#[derive(Default)]
struct Times {
    count: usize,
    least: Option<Duration>,
    most: Option<Duration>,
}

impl Times {
    fn add(&mut self, time: Duration) {
        self.count += 1;
        self.least = Some(self.least.map_or(time, |least| least.min(time)));
        self.most = Some(self.most.map_or(time, |most| most.max(time)));
    }

    /// All were closed, or none: then the server has no such timeout, or a longer one.
    fn outcome(&self, what: &str, count: usize, patience: Duration) -> anyhow::Result<Outcome> {
        let seconds = |time: Option<Duration>| time.unwrap_or_default().as_secs_f64();
        let (least, most) = (seconds(self.least), seconds(self.most));
        match self.count {
            0 => Outcome::skipped(format!("{what}: none was closed within {patience:?}")),
            closed if closed < count => {
                bail!("{what}: {closed} were closed within {patience:?}, the others not")
            }
            _ => Outcome::passed(format!("{what}: all closed, after {least:.1} to {most:.1} s")),
        }
    }
}
