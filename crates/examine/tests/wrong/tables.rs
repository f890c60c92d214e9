//! Tables for baccarat in the rooms of the chat: what their members ask for, and what can be wrong with the answers.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use examine::Table as Settings;
use protocol::message::baccarat::{BalanceReq, BalanceRes, CutReq, GameStartReq, HistoryNtf, Side};
use protocol::{ErrorCode, Frame, Packet, PacketId};

use super::chat::{Answer, Chat, decode, lock, serve_shared};
use super::table_rounds::Table;

/// Times that are long enough for a busy machine and short enough for a test. A side is full before an account is
/// empty.
pub(crate) const SETTINGS: Settings = Settings {
    bet_time: Duration::from_secs(3),
    result_time: Duration::from_millis(200),
    unit: 10,
    max: 5_000,
    chips: 10_000,
    decks: 1,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mistake {
    // Of the original.
    TwoCountsOneAndTenNine,
    ThirdCardByItsNumber,
    PlayerStoodAfterTheDraw,
    SecondsForMilliseconds,
    StakesSurvive,
    BetUnderTheIdOfStart,
    NewestIsMaster,
    // Others.
    AnybodyStarts,
    StartsTwice,
    TellsSeconds,
    NoTableForNewcomers,
    HistoryBeforeTable,
    HistoryFromZero,
    NoTableAtTheResult,
    ResultBeforeTable,
    SameRoundAgain,
    BetBeforeItsAnswer,
    BetCostsNothing,
    SecondBetAdds,
    SameSideAgain,
    ErrorForABadBody,
    TakesLateStakes,
    TakesEarlyStakes,
    TakesAnyRound,
    TakesAnySide,
    ForgetsWhatIsOnTheSide,
    NoFundsNeeded,
    StakeBeforeItsAnswer,
    TellsTheAddition,
    ForgetsTheNewest,
    WaitsForWhoHasLeft,
    LeaverLosesTheStake,
    LeaverIsRefunded,
    LastLeaverLeavesItOpen,
    UndrawnIsFiftyTwo,
    LowerScoreWins,
    PayoutWithoutTheStake,
    TieLosesTheStake,
    NoCommission,
    PayoutIsNotBooked,
    CutsTwice,
    CutsAtAnyTime,
    ForgetsTheCuts,
    RevealsAnotherSeed,
    DealsOtherCards,
}

/// All that is played.
pub(crate) struct Casino {
    pub(crate) mistake: Option<Mistake>,
    pub(crate) tables: BTreeMap<i32, Table>,
    /// In hundredths of a chip.
    balances: BTreeMap<String, i64>,
    /// Takes the times at which phases end.
    pub(crate) clock: Sender<Instant>,
}

/// Chips of one user on one side.
#[derive(Clone)]
pub(crate) struct Stake {
    pub(crate) name: String,
    pub(crate) side: Side,
    pub(crate) amount: i64,
    /// Whether it is a bet, which can be moved.
    pub(crate) is_bet: bool,
}

pub(crate) fn start(mistake: Option<Mistake>) -> SocketAddr {
    let (clock, ends) = channel();
    let casino = Casino {
        mistake,
        tables: BTreeMap::new(),
        balances: BTreeMap::new(),
        clock,
    };
    let chat = Arc::new(Mutex::new(Chat {
        casino: Some(casino),
        ..Chat::default()
    }));
    let address = serve_shared(&chat);
    thread::spawn(move || tick_at(&ends, &chat));
    address
}

/// Ends what ends by time. Hundreds of these servers are left when their checks are done, so one in which nothing is played
/// costs nothing.
fn tick_at(ends: &Receiver<Instant>, chat: &Mutex<Chat>) {
    let mut waiting = BTreeSet::new();
    loop {
        let next: Option<&Instant> = waiting.first();
        let told = match next {
            Some(next) => ends.recv_timeout(next.saturating_duration_since(Instant::now())),
            None => ends.recv().map_err(RecvTimeoutError::from),
        };
        match told {
            Ok(end) => drop(waiting.insert(end)),
            Err(RecvTimeoutError::Timeout) => {
                let now = Instant::now();
                waiting.retain(|end| *end > now);
                let mut chat = lock(chat);
                chat.tick(now);
                chat.flush();
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

impl Chat {
    pub(crate) fn table_has(&self, mistake: Mistake) -> bool {
        self.casino
            .as_ref()
            .is_some_and(|casino| casino.mistake == Some(mistake))
    }

    pub(crate) fn casino(&mut self) -> &mut Casino {
        self.casino.as_mut().expect("cards are played here")
    }

    pub(crate) fn table(&mut self, room: i32) -> &mut Table {
        self.casino().tables.entry(room).or_insert_with(Table::new)
    }

    pub(crate) fn account(&mut self, name: &str) -> &mut i64 {
        let accounts = &mut self.casino().balances;
        accounts.entry(name.to_owned()).or_insert(SETTINGS.chips * 100)
    }

    pub(crate) fn comes_to_the_table(&mut self, room: i32) {
        if self.casino.is_some() {
            self.table(room);
        }
    }

    pub(crate) fn for_newcomers(&self, room: i32) -> Vec<Packet> {
        let Some(casino) = &self.casino else {
            return Vec::new();
        };
        let table = &casino.tables[&room];
        let from_zero = self.table_has(Mistake::HistoryFromZero);
        let rounds: Vec<_> = table
            .rounds
            .iter()
            .map(|byte| byte - u8::from(from_zero))
            .collect();
        let table = table.told(casino.mistake).encode().expect("numbers");
        let history = HistoryNtf { rounds: &rounds }.encode().expect("few rounds");
        match casino.mistake {
            Some(Mistake::NoTableForNewcomers) => vec![history],
            Some(Mistake::HistoryBeforeTable) => vec![history, table],
            _ => vec![table, history],
        }
    }

    pub(crate) fn table_packet(
        &mut self,
        number: usize,
        seat: Option<(i32, u64)>,
        frame: &Frame<'_>,
    ) -> Answer {
        let id = frame.header.packet_id;
        if id == PacketId::BALANCE_REQ {
            decode(frame, BalanceReq::decode)?;
            let name = self.name(number);
            let balance = *self.account(&name);
            self.send(number, BalanceRes { balance }.encode());
            return Ok(());
        }
        let known = [
            PacketId::GAME_START_REQ,
            PacketId::GAME_BET_REQ,
            PacketId::STAKE_REQ,
            PacketId::CUT_REQ,
        ];
        if !known.contains(&id) {
            return Err(ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID);
        }
        let (room, unique_id) = seat.ok_or(ErrorCode::ROOM_NOT_IN_USER)?;
        match id {
            PacketId::GAME_START_REQ => {
                let outcome =
                    decode(frame, GameStartReq::decode).and_then(|_| self.may_start(room, unique_id));
                self.answer(number, PacketId::GAME_START_RES, outcome);
                if outcome.is_ok() {
                    self.begin_round(room);
                }
            }
            PacketId::GAME_BET_REQ => return self.bet_or_refuse(number, (room, unique_id), frame),
            PacketId::STAKE_REQ => return self.stake_or_refuse(number, (room, unique_id), frame),
            _ => {
                let outcome = self.cut(number, room, frame);
                self.answer(number, PacketId::CUT_RES, outcome);
            }
        }
        Ok(())
    }

    fn cut(&mut self, number: usize, room: i32, frame: &Frame<'_>) -> Answer {
        let CutReq { position } = decode(frame, CutReq::decode)?;
        let refused = ErrorCode::GAME_BET_INVALID_ROOM_STATE;
        let (twice, any_time) = (
            self.table_has(Mistake::CutsTwice),
            self.table_has(Mistake::CutsAtAnyTime),
        );
        let table = self.table(room);
        if table.cutters.contains(&number) && !twice {
            return Err(refused);
        }
        let position = u16::try_from(position).map_err(|_| refused)?;
        if table.shoe.is_open() && any_time {
            return Ok(());
        }
        table.shoe.cut(position).map_err(|_| refused)?;
        table.cutters.push(number);
        Ok(())
    }
}
