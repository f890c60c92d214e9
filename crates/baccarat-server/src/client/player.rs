//! The game of the client: a seat at a table, and the file that its shoes are recorded in.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use baccarat::Record;
use protocol::{ErrorCode, Packet, PacketId};
use room_client::{Action, Game, GameRequest, News, Room, Surroundings, Vocabulary};

use crate::command::{Command, VOCABULARY};
use crate::look::Look;
use crate::refusal::refusal;
use crate::seat::{Seat, ask_balance};

/// A user at a table.
#[derive(Debug)]
pub(crate) struct Player {
    seat: Seat,
    file: Option<(PathBuf, File)>,
}

impl Player {
    /// Opens the file now: whoever wants a record must know before the first stake that there will be none.
    pub(crate) fn new(look: Look, record: Option<&Path>) -> anyhow::Result<Self> {
        let open = |path: &Path| {
            let file = File::options().append(true).create(true).open(path);
            let file = file.with_context(|| format!("cannot write {}", path.display()))?;
            anyhow::Ok((path.to_owned(), file))
        };
        Ok(Self {
            seat: Seat::new(look),
            file: record.map(open).transpose()?,
        })
    }

    fn write(&mut self, record: &Record) -> anyhow::Result<()> {
        let Some((path, file)) = &mut self.file else {
            return Ok(());
        };
        // All at once: several clients may write into one file.
        file.write_all(record.to_string().as_bytes())
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

impl Game for Player {
    fn name(&self) -> &'static str {
        "baccarat"
    }

    fn vocabulary(&self) -> Vocabulary {
        VOCABULARY
    }

    fn command(&mut self, word: &str, rest: &str, at: &Surroundings<'_>) -> Option<Result<Action, String>> {
        let command = Command::parse(word, rest)?;
        Some(command.and_then(|command| self.seat.obey(command, at)))
    }

    fn packet(&mut self, id: PacketId, body: &[u8], at: &Surroundings<'_>) -> anyhow::Result<Option<News>> {
        let news = self.seat.packet(id, body, at)?;
        if let Some(record) = self.seat.take_record() {
            self.write(&record)?;
        }
        Ok(news)
    }

    fn left(&mut self) {
        self.seat.leave();
    }

    fn asks_again(&mut self, at: &Surroundings<'_>) -> Vec<Packet> {
        let balance = ask_balance(at).map(|request| request.packet);
        balance.into_iter().collect()
    }

    fn refusal(&self, error: ErrorCode, request: Option<&GameRequest>, room: &Room) -> Option<String> {
        refusal(error, request?, room, self.seat.balance())
    }

    fn holds_input(&self) -> bool {
        self.seat.is_waiting()
    }
}
