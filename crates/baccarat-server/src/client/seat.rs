//! A seat at a table: what its user knows, and what follows from a typed command. What the server says is in `news`.

use baccarat::{Hundredths, Record, Side};
use protocol::message::Encode;
use protocol::message::baccarat::{
    self as message, BalanceReq, BalanceRes, CutReq, CutRes, GameBetReq, GameBetRes, GameStartReq,
    GameStartRes, StakeReq, StakeRes,
};
use protocol::{PacketError, PacketId};
use room_client::{Action, GameRequest, Line, Surroundings};

use crate::command::{Command, Until};
use crate::look::Look;
use crate::road::roads;
use crate::shoe_watch::ShoeWatch;
use crate::table_state::TableState;

/// The user's side of the game. It has no socket, no clock, no terminal and no file.
#[derive(Debug)]
pub(crate) struct Seat {
    pub(crate) look: Look,
    /// None where the user is at no table.
    pub(crate) table: Option<TableState>,
    /// The shoe is kept when the user leaves: its reveal may still come.
    pub(crate) shoe: Option<ShoeWatch>,
    pub(crate) balance: Option<Hundredths>,
    /// What is typed waits for this.
    until: Option<Until>,
    /// A result has been shown, and paid where the user had a stake, since the user started a round, bet, or waited for a
    /// result: whatever comes first, a script misses none.
    pub(crate) result_is_shown: bool,
    /// A shoe has been revealed since the user waited for one.
    pub(crate) shoe_is_over: bool,
    /// Of a shoe that is over, for whoever wants it.
    pub(crate) record: Option<Record>,
}

impl Seat {
    pub(crate) fn new(look: Look) -> Self {
        Self {
            look,
            table: None,
            shoe: None,
            balance: None,
            until: None,
            result_is_shown: false,
            shoe_is_over: false,
            record: None,
        }
    }

    /// The user has left the table.
    pub(crate) fn leave(&mut self) {
        self.table = None;
        self.until = None;
    }

    /// What the user has, as far as the server has told.
    pub(crate) fn balance(&self) -> Option<Hundredths> {
        self.balance
    }

    /// The record of a shoe that is over, once.
    pub(crate) fn take_record(&mut self) -> Option<Record> {
        self.record.take()
    }

    /// Whether what is typed has to wait.
    pub(crate) fn is_waiting(&self) -> bool {
        self.until.is_some()
    }

    /// Does what was typed. An error is a sentence for whoever typed it.
    pub(crate) fn obey(&mut self, command: Command, at: &Surroundings<'_>) -> Result<Action, String> {
        if let Command::Start | Command::Bet { .. } = command {
            self.result_is_shown = false;
        }
        match command {
            Command::Start => asked(&GameStartReq {}, GameStartRes::ID, at),
            Command::Bet { side, amount } => self.bet(side, amount, at),
            Command::Cut(position) => cut(position, at),
            Command::Balance => ask_balance(at).map(Action::Ask),
            Command::Table => self.describe(at),
            Command::Road => self.roads(at),
            Command::Wait(until) => self.wait(until),
        }
    }

    fn at_table(&self) -> Result<&TableState, String> {
        self.table
            .as_ref()
            .ok_or_else(|| "you are at no table: /enter 1 takes you to one".to_owned())
    }

    fn bet(&self, side: Side, amount: Option<i64>, at: &Surroundings<'_>) -> Result<Action, String> {
        let table = self.at_table()?;
        let side = message::Side(side.number());
        match amount {
            // The packet names no round: in the next one it would be another bet.
            None => request(&GameBetReq { side }, GameBetRes::ID, at).map(|request| {
                let too_late = table.ends;
                Action::Ask(GameRequest { too_late, ..request })
            }),
            Some(amount) => {
                let round = table.round;
                let stake = StakeReq { round, side, amount };
                asked(&stake, StakeRes::ID, at)
            }
        }
    }

    fn describe(&self, at: &Surroundings<'_>) -> Result<Action, String> {
        let table = self.at_table()?;
        let mut lines = vec![table.phase(at.room, at.view.now), table.shoe()];
        if let Some(shoe) = &self.shoe {
            lines.push(format!("commitment {}", shoe.commitment()));
        }
        if let Some(balance) = self.balance {
            lines.push(format!("you have {balance} chips"));
        }
        lines.extend(table.stakes.lines(at.room));
        Ok(Action::Show(lines.into_iter().map(Line::Notice).collect()))
    }

    fn roads(&self, at: &Surroundings<'_>) -> Result<Action, String> {
        self.at_table()?;
        let history = self.shoe.as_ref().map(ShoeWatch::history).unwrap_or_default();
        if history.is_empty() {
            let none = "no round of this shoe has been played".to_owned();
            return Ok(Action::Show(vec![Line::Notice(none)]));
        }
        Ok(Action::Show(roads(&history, at.view.columns)))
    }

    fn wait(&mut self, until: Until) -> Result<Action, String> {
        self.at_table()?;
        self.until = Some(until);
        self.look_whether_it_has_come();
        Ok(Action::Show(Vec::new()))
    }

    /// What is waited for may have come.
    pub(crate) fn look_whether_it_has_come(&mut self) {
        let Some(table) = &self.table else { return };
        let has_come = match self.until {
            None => return,
            Some(Until::Betting) => table.is_betting(),
            Some(Until::Result) => std::mem::take(&mut self.result_is_shown),
            Some(Until::Waiting) => table.is_waiting(),
            Some(Until::Shoe) => std::mem::take(&mut self.shoe_is_over),
        };
        if has_come {
            self.until = None;
        }
    }
}

fn cut(position: i16, at: &Surroundings<'_>) -> Result<Action, String> {
    let done = Some(format!("you have cut the shoe at {position}"));
    request(&CutReq { position }, CutRes::ID, at).map(|request| Action::Ask(GameRequest { done, ..request }))
}

/// An account is no matter of a room.
pub(crate) fn ask_balance(at: &Surroundings<'_>) -> Result<GameRequest, String> {
    let needs_room = false;
    request(&BalanceReq {}, BalanceRes::ID, at).map(|request| GameRequest {
        needs_room,
        ..request
    })
}

fn asked(message: &impl Encode, answer: PacketId, at: &Surroundings<'_>) -> Result<Action, String> {
    request(message, answer, at).map(Action::Ask)
}

fn request(message: &impl Encode, answer: PacketId, at: &Surroundings<'_>) -> Result<GameRequest, String> {
    let packet = message.encode_as(at.codec);
    Ok(GameRequest {
        packet: packet.map_err(|error: PacketError| error.to_string())?,
        answer,
        needs_room: true,
        done: None,
        too_late: None,
    })
}
