//! The load: all players on one thread, their stakes at their times, and how late everything comes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::ensure;
use hdrhistogram::Histogram;
use mio::{Events, Interest, Poll, Token};
use protocol::ErrorCode;
use protocol::message::baccarat::{GameResultNtf, Message, Phase, Side, StakeReq, TableNtf};

use crate::player::Player;

/// Players of a table. All but the last stake.
pub(crate) const SEATS: usize = 7;

/// From when all sit until the measurement begins, and how long that takes.
const WARM_UP: Duration = Duration::from_secs(4);
const MEASURED: Duration = Duration::from_secs(20);

/// The longest wait: what is due is looked for so often.
const LONGEST_WAIT: Duration = Duration::from_millis(1);

/// What was found.
pub(crate) struct Outcome {
    /// In nanoseconds, of each member at each change of a phase.
    pub(crate) phases: Histogram<u64>,
    /// In nanoseconds, from when it was due.
    pub(crate) stakes: Histogram<u64>,
    pub(crate) rounds: u64,
    /// Stakes that the table has taken for too late.
    pub(crate) late: u64,
    /// Since the first player has connected.
    pub(crate) time: Duration,
}

/// What the members of a table have been told.
#[derive(Default)]
struct Told {
    /// Round and phase that came last.
    now: (u64, i8),
    /// When the one before was to end.
    due: Option<Instant>,
    /// When this one is to end: the earliest that a member may believe.
    ends: Option<Instant>,
    result: Option<(u64, GameResultNtf)>,
}

/// All players.
pub(crate) struct Load {
    poll: Poll,
    players: Vec<Player>,
    /// When the answer of each was asked for.
    asked: Vec<Option<Instant>>,
    tables: Vec<Told>,
    /// Stakes, the earliest first: when, who, in which round.
    to_stake: BinaryHeap<Reverse<(Instant, usize, u64)>>,
    outcome: Outcome,
    measures: bool,
    begin: Instant,
}

impl Load {
    /// Seats all players, who play from then on.
    pub(crate) fn new(server: SocketAddr, tables: usize) -> anyhow::Result<Self> {
        let mut load = Self {
            poll: Poll::new()?,
            players: Vec::new(),
            asked: vec![None; tables * SEATS],
            tables: std::iter::repeat_with(Told::default).take(tables).collect(),
            to_stake: BinaryHeap::new(),
            outcome: Outcome {
                phases: Histogram::new(3)?,
                stakes: Histogram::new(3)?,
                rounds: 0,
                late: 0,
                time: Duration::ZERO,
            },
            measures: false,
            begin: Instant::now(),
        };
        for number in 0..tables * SEATS {
            let mut player = Player::sit_down(server, number / SEATS, number % SEATS)?;
            let registry = load.poll.registry();
            registry.register(&mut player.stream, Token(number), Interest::READABLE)?;
            load.players.push(player);
            load.turn()?;
        }
        Ok(load)
    }

    pub(crate) fn run(mut self) -> anyhow::Result<Outcome> {
        self.play_for(WARM_UP)?;
        self.measures = true;
        self.play_for(MEASURED)?;
        ensure!(self.outcome.rounds > 0, "no round was played in {MEASURED:?}");
        self.outcome.time = self.begin.elapsed();
        Ok(self.outcome)
    }

    fn play_for(&mut self, time: Duration) -> anyhow::Result<()> {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.turn()?;
        }
        Ok(())
    }

    /// Waits shortly, reads what has come, and stakes what is due.
    fn turn(&mut self) -> anyhow::Result<()> {
        let mut events = Events::with_capacity(1_024);
        self.poll.poll(&mut events, Some(LONGEST_WAIT))?;
        for event in &events {
            self.read(event.token().0)?;
        }
        while let Some(Reverse((due, number, round))) = self.to_stake.peek().copied()
            && due <= Instant::now()
        {
            self.to_stake.pop();
            self.stake(due, number, round)?;
        }
        Ok(())
    }

    fn stake(&mut self, due: Instant, number: usize, round: u64) -> anyhow::Result<()> {
        let side = Side(i8::try_from(number % 5)? + 1);
        let amount = 1;
        let packet = StakeReq { round, side, amount }.encode()?;
        self.asked[number] = Some(due);
        self.players[number].send(packet.as_bytes())
    }

    fn read(&mut self, number: usize) -> anyhow::Result<()> {
        let now = Instant::now();
        let Self {
            players,
            tables,
            asked,
            to_stake,
            outcome,
            measures,
            ..
        } = self;
        let told = &mut tables[number / SEATS];
        players[number].read(|message| {
            match message {
                Message::TableNtf(table) => {
                    if let Some(late) = told.phase(now, &table).filter(|_| *measures) {
                        outcome.phases.record(nanoseconds(late))?;
                    }
                    let is_betting = table.phase == Phase::BETTING && table.time_left > 0;
                    if is_betting && number % SEATS < SEATS - 1 {
                        to_stake.push(Reverse((now + pause(&table, number), number, table.round)));
                    }
                }
                Message::StakeRes(staked) => {
                    outcome.late += u64::from(staked.result != ErrorCode::NONE && *measures);
                    if let Some(due) = asked[number].take().filter(|_| *measures) {
                        outcome.stakes.record(nanoseconds(now - due))?;
                    }
                }
                Message::GameResultNtf(result) => {
                    outcome.rounds += u64::from(told.result(result)? && *measures);
                }
                _ => {}
            }
            Ok(())
        })
    }
}

impl Told {
    /// A member hears of a phase; gives how late that is, where the one before had promised an end.
    fn phase(&mut self, now: Instant, table: &TableNtf) -> Option<Duration> {
        let left = u64::try_from(table.time_left).unwrap_or(0);
        let ends = (left > 0).then(|| now + Duration::from_millis(left));
        let phase = (table.round, table.phase.0);
        if phase == self.now {
            self.ends = self.ends.min(ends);
        } else {
            self.now = phase;
            self.due = std::mem::replace(&mut self.ends, ends);
        }
        self.due.map(|due| now.saturating_duration_since(due))
    }

    /// True for the first member who hears of it. The others must hear the same.
    fn result(&mut self, result: GameResultNtf) -> anyhow::Result<bool> {
        let round = self.now.0;
        match &self.result {
            Some((known, before)) if *known == round => {
                ensure!(
                    *before == result,
                    "two results of one round: {before:?}, {result:?}"
                );
                Ok(false)
            }
            _ => {
                self.result = Some((round, result));
                Ok(true)
            }
        }
    }
}

/// When in the betting this player stakes: each seat has an eighth of the time, and each table its place in that.
fn pause(table: &TableNtf, number: usize) -> Duration {
    let time = Duration::from_millis(u64::try_from(table.time_left).unwrap_or(0));
    let (table, seat) = (number / SEATS, number % SEATS);
    let place = u32::try_from(table * 61 % 100 + seat * 100).unwrap_or(0);
    time * place / 800
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
