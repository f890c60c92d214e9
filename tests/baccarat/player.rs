//! A player who stakes as often as it may, and remembers what it has asked and what it was told, so that its balance can
//! be computed afterwards from nothing but the results.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};

use protocol::{DEFAULT_MAX_PACKET, FrameDecoder};

use crate::support::messages::{enter, leave, log_in};
use crate::support::{Client, Server};
use crate::table::{Dealt, RESULT, Table, stake};

/// A round of a table.
pub(crate) type Round = (i32, u64);

/// So many chips on a side of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Staked {
    pub(crate) round: Round,
    pub(crate) side: i8,
    pub(crate) chips: i64,
}

/// What a player knows of its chips. It is the same player after a restart of the server.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) name: String,
    /// Answered with 1.
    pub(crate) stored: Vec<Staked>,
    /// So many of them in the servers before.
    before: usize,
    /// Sent and not answered, in their order. When the server is killed, the first few of them may be stored.
    pub(crate) open: VecDeque<Staked>,
    /// What GAME_RESULT_NTF has said.
    pub(crate) results: BTreeMap<Round, Dealt>,
    /// Rounds of which a PAYOUT_NTF has come.
    pub(crate) paid: Vec<Round>,
}

/// Answers that all players have had, for those who wait for some load.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    pub(crate) stored: AtomicUsize,
    pub(crate) paid: AtomicUsize,
}

/// A connection of a player.
pub(crate) struct Player<'a> {
    client: Client,
    decoder: FrameDecoder,
    memory: Memory,
    answers: &'a Answers,
    table: i32,
    tables: i32,
    /// The last round of which a result has come, or a TABLE_NTF.
    round: u64,
    /// Leaves its table now and then with a stake in play.
    wanders: bool,
    /// It has asked to leave: what it still hears is of the table that it leaves.
    leaves: bool,
}

impl<'a> Player<'a> {
    /// Logs in, and sits down at one of so many tables.
    pub(crate) fn sit_down(
        server: &Server,
        mut memory: Memory,
        number: usize,
        tables: i32,
        answers: &'a Answers,
    ) -> Self {
        memory.before = memory.stored.len();
        let mut client = server.connect();
        let table = i32::try_from(number).expect("few players") % tables;
        client.send(&[log_in(&memory.name), enter(table)].concat());
        Self {
            client,
            decoder: FrameDecoder::new(DEFAULT_MAX_PACKET),
            memory,
            answers,
            table,
            tables,
            round: 0,
            wanders: number.is_multiple_of(5),
            leaves: false,
        }
    }

    /// Plays until the server has gone, in whatever way.
    pub(crate) fn play(mut self) -> Memory {
        while let Ok(bytes) = self.client.receive_some()
            && !bytes.is_empty()
        {
            self.decoder.push(&bytes);
            let mut packets = Vec::new();
            while let Some(frame) = self.decoder.next_frame().expect("whole packets") {
                packets.push(frame.bytes.to_vec());
            }
            packets.iter().for_each(|packet| self.take(packet));
        }
        self.memory
    }

    fn take(&mut self, packet: &[u8]) {
        match u16::from_le_bytes([packet[2], packet[3]]) {
            801 => self.sees(Table::read(packet)),
            803 => self.is_answered(i16::from_le_bytes([packet[5], packet[6]])),
            764 => {
                let round = (self.table, self.round);
                self.memory.results.insert(round, Dealt::read(packet));
            }
            805 => {
                let round = u64::from_le_bytes(packet[5..13].try_into().expect("eight bytes"));
                self.memory.paid.push((self.table, round));
                self.answers.paid.fetch_add(1, Ordering::Relaxed);
            }
            727 => {
                self.table = self.next_table();
                self.leaves = false;
            }
            _ => {}
        }
    }

    fn next_table(&self) -> i32 {
        (self.table + 1) % self.tables
    }

    fn sees(&mut self, table: Table) {
        self.round = table.round;
        if table.phase == RESULT || table.time_left == 0 || self.leaves {
            return;
        }
        // One chip and more, on all five sides in the course of time.
        let number = i64::try_from(self.memory.stored.len()).expect("few stakes");
        let staked = [1, 2].map(|step| Staked {
            round: (self.table, table.round),
            side: i8::try_from((number + step) % 5).expect("a side") + 1,
            chips: step,
        });
        let packets = staked.map(|Staked { side, chips, .. }| stake(table.round, side, chips));
        self.memory.open.extend(staked);
        let mut to_send = packets.concat();
        if self.wanders {
            self.leaves = true;
            to_send.extend([leave(), enter(self.next_table())].concat());
        }
        let _ = self.client.try_send(&to_send);
    }

    fn is_answered(&mut self, result: i16) {
        let asked = self.memory.open.pop_front().expect("a stake under way");
        match result {
            1 => {
                self.memory.stored.push(asked);
                self.answers.stored.fetch_add(1, Ordering::Relaxed);
            }
            // Not stored; too late; the round was over.
            157 | 182 | 187 => {}
            other => panic!("{asked:?} was answered with {other}"),
        }
    }
}

impl Memory {
    /// Of somebody who has never played.
    pub(crate) fn new(name: String) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    /// What was stored in the last server, on each side of a round.
    pub(crate) fn sides(&self) -> BTreeMap<(Round, i8), i64> {
        let mut sides = BTreeMap::new();
        for staked in &self.stored[self.before..] {
            *sides.entry((staked.round, staked.side)).or_default() += staked.chips;
        }
        sides
    }

    /// What the results make of the chips that this player has begun with, in hundredths, where the first `more` of the
    /// open stakes were stored as well. What is staked in a round without a result is given back.
    pub(crate) fn balance(&self, chips: i64, results: &BTreeMap<Round, Dealt>, more: usize) -> i64 {
        let all = self.stored.iter().chain(self.open.iter().take(more));
        let change = all.map(|staked| match results.get(&staked.round) {
            Some(dealt) => dealt.returned(staked.side, staked.chips) - staked.chips * 100,
            None => 0,
        });
        chips + change.sum::<i64>()
    }
}
