//! The rounds of a table for baccarat: who may start one, its phases, its stakes, and the shoe that it is dealt from.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use baccarat::{Seed, Shoe, ShoeSettings};
use protocol::ErrorCode;
use protocol::message::baccarat::{GameStartNtf, Payout, PayoutNtf, Phase, ShoeRevealNtf, Side, TableNtf};

use super::chat::{Answer, Chat};
use super::table_hands::{Dealt, wrong_hands};
use super::tables::{Mistake, SETTINGS, Stake};

/// Shoes of all tables of all servers of this test: each has cards of its own.
static SHOES: AtomicU64 = AtomicU64::new(0);

/// What is played in one room.
pub(crate) struct Table {
    pub(crate) phase: Phase,
    ends: Option<Instant>,
    pub(crate) round: u64,
    pub(crate) shoe: Shoe,
    seed: [u8; 32],
    /// The rounds of this shoe, as a history has them.
    pub(crate) rounds: Vec<u8>,
    pub(crate) stakes: Vec<Stake>,
    pub(crate) cutters: Vec<usize>,
    /// For the mistake of a new master.
    has_lost_a_member: bool,
}

fn new_seed() -> [u8; 32] {
    let number = SHOES.fetch_add(1, Ordering::Relaxed).to_le_bytes();
    std::array::from_fn(|place| number[place % number.len()])
}

fn new_shoe(seed: [u8; 32], number: u64) -> Shoe {
    let settings = ShoeSettings::new(SETTINGS.decks, 16).expect("a deck with a cut card");
    Shoe::new(Seed::from(seed), number, settings)
}

impl Table {
    pub(crate) fn new() -> Self {
        let seed = new_seed();
        Self {
            phase: Phase::WAITING,
            ends: None,
            round: 0,
            shoe: new_shoe(seed, 1),
            seed,
            rounds: Vec::new(),
            stakes: Vec::new(),
            cutters: Vec::new(),
            has_lost_a_member: false,
        }
    }

    fn wait(&mut self) {
        self.phase = Phase::WAITING;
        self.ends = None;
    }

    /// As it stands now.
    pub(crate) fn told(&self, mistake: Option<Mistake>) -> TableNtf {
        let unit = match mistake {
            Some(Mistake::TellsSeconds) => Duration::from_secs(1),
            _ => Duration::from_millis(1),
        };
        let left = self
            .ends
            .map(|ends| ends.saturating_duration_since(Instant::now()));
        TableNtf {
            phase: self.phase,
            time_left: left.map_or(0, |left| left.div_duration_f64(unit).ceil() as i32),
            round: self.round,
            shoe: self.shoe.number(),
            cards_left: i16::try_from(self.shoe.cards_left()).expect("eight decks at most"),
            commitment: *self.shoe.commitment().as_bytes(),
        }
    }

    /// The next shoe.
    fn change_shoe(&mut self) {
        self.seed = new_seed();
        self.shoe = new_shoe(self.seed, self.shoe.number() + 1);
        self.rounds.clear();
        self.cutters.clear();
    }
}

impl Chat {
    pub(crate) fn may_start(&mut self, room: i32, unique_id: u64) -> Answer {
        if self.table(room).phase != Phase::WAITING && !self.table_has(Mistake::StartsTwice) {
            return Err(ErrorCode::GAME_START_INVALID_ROOM_STATE);
        }
        let ids = self.members(room).into_iter().map(|(id, _)| id);
        let newest = self.table_has(Mistake::NewestIsMaster) && self.table(room).has_lost_a_member;
        let master = if newest { ids.max() } else { ids.min() };
        if master != Some(unique_id) && !self.table_has(Mistake::AnybodyStarts) {
            return Err(ErrorCode::GAME_START_NOT_MASTER);
        }
        Ok(())
    }

    pub(crate) fn begin_round(&mut self, room: i32) {
        let now = Instant::now();
        let time = match self.table_has(Mistake::SecondsForMilliseconds) {
            true => SETTINGS.bet_time * 1_000,
            false => SETTINGS.bet_time,
        };
        let mistake = self.casino().mistake;
        let survive = mistake == Some(Mistake::StakesSurvive);
        let same_round = mistake == Some(Mistake::SameRoundAgain);
        let table = self.table(room);
        if !same_round || table.round == 0 {
            table.round += 1;
        }
        table.phase = Phase::BETTING;
        table.ends = Some(now + time);
        if !survive {
            table.stakes.clear();
        }
        table.shoe.open();
        self.wake_at(now + time);
        let told = self.table(room).told(mistake).encode();
        self.tell(room, told, None);
        self.tell(room, GameStartNtf {}.encode(), None);
    }

    fn all_have_staked(&mut self, room: i32) -> bool {
        let mut members = self.members(room);
        if self.table_has(Mistake::ForgetsTheNewest) && members.len() > 1 {
            members.pop();
        }
        let names: Vec<_> = members.iter().map(|(_, number)| self.name(*number)).collect();
        let stakes = &self.table(room).stakes;
        let has_staked = |name: &String| stakes.iter().any(|stake| stake.name == *name);
        !names.is_empty() && names.iter().all(has_staked)
    }

    pub(crate) fn deal_if_all_have_staked(&mut self, room: i32) {
        if self.table(room).phase == Phase::BETTING && self.all_have_staked(room) {
            self.deal(room, Instant::now());
        }
    }

    fn deal(&mut self, room: i32, now: Instant) {
        let mistake = self.casino().mistake;
        let table = self.table(room);
        table.phase = Phase::RESULT;
        table.ends = Some(now + SETTINGS.result_time);
        let round = table.shoe.deal().expect("a shoe is changed when it is over");
        let dealt =
            wrong_hands(mistake, &table.seed, table.round).unwrap_or_else(|| Dealt::of(round, mistake));
        table.rounds.push(dealt.outcome.history_byte());
        let mut told = vec![table.told(mistake).encode(), dealt.told().encode()];
        match mistake {
            Some(Mistake::NoTableAtTheResult) => drop(told.remove(0)),
            Some(Mistake::ResultBeforeTable) => told.reverse(),
            _ => {}
        }
        self.wake_at(now + SETTINGS.result_time);
        told.into_iter().for_each(|packet| self.tell(room, packet, None));
        self.pay(room, &dealt);
    }

    fn wake_at(&mut self, end: Instant) {
        // It listens as long as the test lasts.
        let _ = self.casino().clock.send(end);
    }

    fn pay(&mut self, room: i32, dealt: &Dealt) {
        let mistake = self.casino().mistake;
        let stakes = self.table(room).stakes.clone();
        let mut names: Vec<_> = stakes.iter().map(|stake| stake.name.clone()).collect();
        names.sort();
        names.dedup();
        for name in names {
            let own: Vec<_> = stakes.iter().filter(|stake| stake.name == name).collect();
            let payouts: Vec<_> = (1..=5)
                .filter_map(|side| payout(mistake, dealt, Side(side), &own))
                .collect();
            let total: i64 = payouts.iter().map(|payout| payout.returned).sum();
            if mistake != Some(Mistake::PayoutIsNotBooked) {
                *self.account(&name) += total;
            }
            let payout = PayoutNtf {
                round: self.table(room).round,
                balance: *self.account(&name),
                payouts,
            };
            let members = self.members(room);
            if let Some((_, number)) = members.iter().find(|(_, number)| self.name(*number) == name) {
                self.send(*number, payout.encode());
            }
        }
    }

    pub(crate) fn leaves_the_table(&mut self, room: i32, number: usize) {
        if self.casino.is_none() {
            return;
        }
        let name = self.name(number);
        let mistake = self.casino().mistake;
        self.table(room).has_lost_a_member = true;
        let loses = [Mistake::LeaverLosesTheStake, Mistake::LeaverIsRefunded]
            .map(Some)
            .contains(&mistake);
        if loses && self.table(room).phase == Phase::BETTING {
            let (own, others) = self
                .table(room)
                .stakes
                .drain(..)
                .partition(|stake| stake.name == name);
            self.table(room).stakes = others;
            let chips: i64 = own.iter().map(|stake: &Stake| stake.amount).sum();
            if mistake == Some(Mistake::LeaverIsRefunded) {
                *self.account(&name) += chips * 100;
            }
        }
        if !self.members(room).is_empty() {
            if mistake != Some(Mistake::WaitsForWhoHasLeft) {
                self.deal_if_all_have_staked(room);
            }
        } else if mistake != Some(Mistake::LastLeaverLeavesItOpen) {
            if self.table(room).phase == Phase::BETTING {
                self.deal(room, Instant::now());
            }
            let table = self.table(room);
            table.wait();
            table.change_shoe();
            table.has_lost_a_member = false;
        }
    }

    /// Ends what ends by time.
    pub(crate) fn tick(&mut self, now: Instant) {
        let is_due = |table: &Table| table.ends.is_some_and(|ends| ends <= now);
        let tables = self.casino().tables.iter();
        let due: Vec<_> = tables
            .filter(|(_, table)| is_due(table))
            .map(|(room, _)| *room)
            .collect();
        for room in due {
            match self.table(room).phase {
                Phase::BETTING => self.deal(room, now),
                _ => self.end_round(room),
            }
        }
    }

    fn end_round(&mut self, room: i32) {
        let mistake = self.casino().mistake;
        self.table(room).wait();
        if self.table(room).shoe.is_over() {
            let table = self.table(room);
            let cuts = table.shoe.cuts().iter().map(|cut| *cut as i16);
            let mut reveal = ShoeRevealNtf {
                shoe: table.shoe.number(),
                seed: table.seed,
                cuts: cuts.collect(),
            };
            match mistake {
                Some(Mistake::RevealsAnotherSeed) => reveal.seed[0] ^= 1,
                Some(Mistake::ForgetsTheCuts) => reveal.cuts.clear(),
                _ => {}
            }
            table.change_shoe();
            self.tell(room, reveal.encode(), None);
        }
        let told = self.table(room).told(mistake).encode();
        self.tell(room, told, None);
    }
}

/// What becomes of the stakes of one user on one side, if there are any.
fn payout(mistake: Option<Mistake>, dealt: &Dealt, side: Side, own: &[&Stake]) -> Option<Payout> {
    let stakes = own.iter().filter(|stake| stake.side == side);
    let stake: i64 = stakes.map(|stake| stake.amount).sum();
    let winner = dealt.outcome.winner;
    let rules = baccarat::Side::try_from(side.0).ok()?;
    let is_a_tie = winner == baccarat::Winner::Tie && [Side::PLAYER, Side::BANKER].contains(&side);
    let per_chip = match (mistake, rules.returned_per_chip(dealt.outcome)) {
        (Some(Mistake::TieLosesTheStake), _) if is_a_tie => 0,
        (Some(Mistake::PayoutWithoutTheStake), returned @ 101..) => returned - 100,
        (Some(Mistake::NoCommission), 195) => 200,
        (_, returned) => returned,
    };
    (stake > 0).then_some(Payout {
        side,
        stake,
        returned: per_chip * stake,
    })
}
