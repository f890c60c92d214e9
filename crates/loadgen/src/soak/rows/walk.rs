//! The row `walk`: users that enter, chat, leave and disappear at random. Whatever they see must fit the model in
//! `views`.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use protocol::ErrorCode;
use protocol::message::Message;

use super::views::{Stay, Views};
use crate::soak::chat::{self, FIRST_ROOM, message};
use crate::soak::client::Client;
use crate::soak::interrupt;
use crate::soak::plan::Plan;
use crate::soak::report::grouped;
use crate::soak::row::Outcome;

const THREADS: usize = 4;
const USERS: usize = 500;
const ROOMS: usize = 20;
const STEPS: usize = 50_000;

/// Between two steps of one user: under every usual rate limit.
const ROUND: Duration = Duration::from_millis(25);

/// All walkers, until they have taken their steps.
pub(in crate::soak) fn walk(plan: &Plan) -> anyhow::Result<Outcome> {
    let users = plan.crowd_size(USERS)?.max(2 * THREADS);
    let rounds = (plan.count(STEPS) / users).max(10);
    let views = Views::default();
    thread::scope(|scope| {
        let walks = (0..THREADS).map(|number| {
            let views = &views;
            let address = plan.address;
            scope.spawn(move || {
                let walkers = (number..users).step_by(THREADS);
                let walkers = walkers.map(|walker| Walker::new(address, views, walker));
                walk_together(walkers.collect(), Random(number as u64), rounds)
            })
        });
        // All are started before the first is waited for.
        let walks: Vec<_> = walks.collect();
        walks
            .into_iter()
            .try_for_each(|walk| walk.join().unwrap_or_else(|_| bail!("a walk has panicked")))
    })?;
    let notifications = views.agree()?;
    Outcome::passed(format!(
        "{} steps of {users} users in {ROOMS} rooms: all {} notifications fit the model",
        grouped(users * rounds),
        grouped(notifications)
    ))
}

/// Each asks for something before the first of them waits, so that all are under way at once.
fn walk_together(mut walkers: Vec<Walker<'_>>, mut random: Random, rounds: usize) -> anyhow::Result<()> {
    for _ in 0..rounds {
        let start = Instant::now();
        for walker in &mut walkers {
            let step = walker.choose(&mut random);
            walker.ask(step)?;
        }
        for walker in &mut walkers {
            walker
                .wait()
                .with_context(|| format!("what `{}` has seen", walker.user_id))?;
        }
        interrupt::pause(ROUND.saturating_sub(start.elapsed()))?;
    }
    for walker in &mut walkers {
        if walker.client.is_some() {
            walker.ask(Step::Close)?;
            walker
                .wait()
                .with_context(|| format!("what `{}` has seen", walker.user_id))?;
        }
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    LogIn,
    Enter(i32),
    Speak,
    Leave,
    Close,
    Reset,
}

/// One user, connected or not.
struct Walker<'a> {
    address: SocketAddr,
    views: &'a Views,
    number: usize,
    /// Each visit has a name of its own: after a reset the old one is taken until the server has noticed.
    visits: usize,
    user_id: String,
    client: Option<Client>,
    stay: Option<Stay>,
    /// What it has asked for, and when.
    asked: Option<(Step, u64)>,
    /// Who is in the room that is being entered.
    list: Vec<(u64, String)>,
}

impl<'a> Walker<'a> {
    fn new(address: SocketAddr, views: &'a Views, number: usize) -> Self {
        Self {
            address,
            views,
            number,
            visits: 0,
            user_id: String::new(),
            client: None,
            stay: None,
            asked: None,
            list: Vec::new(),
        }
    }

    fn choose(&self, random: &mut Random) -> Step {
        let room = FIRST_ROOM + i32::try_from(random.below(ROOMS)).unwrap_or_default();
        match (&self.client, &self.stay, random.below(20)) {
            (None, _, _) => Step::LogIn,
            (_, _, 0) => Step::Close,
            (_, _, 1) => Step::Reset,
            (_, None, _) => Step::Enter(room),
            (_, _, 2..5) => Step::Leave,
            _ => Step::Speak,
        }
    }

    /// Sends what belongs to the step.
    fn ask(&mut self, step: Step) -> anyhow::Result<()> {
        self.asked = Some((step, self.views.now()));
        if step == Step::LogIn {
            self.visits += 1;
            self.user_id = format!("w{}-{}", self.number, self.visits);
            self.client = Some(Client::connect(self.address)?);
        }
        if step == Step::Reset {
            return self.reset();
        }
        let client = self.client.as_mut().context("it is connected")?;
        match step {
            Step::LogIn => client.send(&chat::login(&self.user_id)),
            Step::Enter(room) => client.send(&chat::enter(room)),
            Step::Leave => client.send(&chat::leave()),
            Step::Speak => {
                let stay = self.stay.as_mut().context("it is in a room")?;
                client.send(&chat::say(&stay.next_message(&self.user_id)))
            }
            Step::Close => client.half_close(),
            Step::Reset => Ok(()),
        }
    }

    fn reset(&mut self) -> anyhow::Result<()> {
        if let Some(stay) = self.stay.take() {
            self.views.left(stay, false);
        }
        self.asked = None;
        self.client.take().map_or(Ok(()), Client::reset)
    }

    /// Takes what comes, until its step is done.
    fn wait(&mut self) -> anyhow::Result<()> {
        let Some((step, asked)) = self.asked.take() else {
            return Ok(());
        };
        if step == Step::Close {
            return self.hear_the_end();
        }
        loop {
            let packet = self.client.as_mut().context("it is connected")?.packet()?;
            if self.take(&message(&packet)?, step, asked)? {
                return Ok(());
            }
        }
    }

    /// Takes note of a message. True when it is the answer to the step.
    fn take(&mut self, message: &Message<'_>, step: Step, asked: u64) -> anyhow::Result<bool> {
        match (message, step) {
            (Message::RoomNewUserNtf(new), _) => self.stay()?.came(new.unique_id, new.user_id)?,
            (Message::RoomLeaveUserNtf(left), _) => self.stay()?.left(left.unique_id)?,
            (Message::RoomChatNtf(said), _) => self.stay()?.heard(said.unique_id, said.message)?,
            (Message::RoomUserListNtf(list), Step::Enter(_)) => {
                let users = list.users.iter();
                self.list
                    .extend(users.map(|user| (user.unique_id, user.user_id.to_owned())));
            }
            (Message::RoomEnterRes(response), Step::Enter(room)) => {
                if response.result == ErrorCode::ENTER_ROOM_USER_FULL {
                    return Ok(true);
                }
                ensure!(
                    response.result == ErrorCode::NONE,
                    "cannot enter room {room}: {}",
                    response.result
                );
                let list = std::mem::take(&mut self.list);
                let stay = Stay::begin(room, response.user_unique_id, &self.user_id, list)?;
                self.views.entered(&stay, asked)?;
                self.stay = Some(stay);
                return Ok(true);
            }
            (Message::LoginRes(response), Step::LogIn) => {
                ensure!(response.result == ErrorCode::NONE, "login: {}", response.result);
                return Ok(true);
            }
            (Message::RoomLeaveRes(response), Step::Leave) => {
                ensure!(response.result == ErrorCode::NONE, "leaving: {}", response.result);
                self.end_of_stay();
                return Ok(true);
            }
            (Message::RoomChatRes(response), Step::Speak) => {
                ensure!(response.result == ErrorCode::NONE, "chat: {}", response.result);
                self.stay()?.has_heard_itself()?;
                return Ok(true);
            }
            (other, step) => bail!("{other:?} came at {step:?}"),
        }
        Ok(false)
    }

    /// Everything up to the end, which must be an orderly one.
    fn hear_the_end(&mut self) -> anyhow::Result<()> {
        let mut client = self.client.take().context("it is connected")?;
        client.orderly_end()?;
        while let Some(packet) = client.packet_that_came()? {
            let answer = self.take(&message(&packet)?, Step::Close, 0)?;
            ensure!(!answer, "an answer to nothing");
        }
        self.end_of_stay();
        Ok(())
    }

    fn stay(&mut self) -> anyhow::Result<&mut Stay> {
        self.stay.as_mut().context("only members hear of a room")
    }

    fn end_of_stay(&mut self) {
        if let Some(stay) = self.stay.take() {
            self.views.left(stay, true);
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % count as u64).unwrap_or_default()
    }
}
