//! The table as the server has told it last: the phase and its end, the round, and what is staked.

use std::time::{Duration, Instant};

use protocol::message::baccarat::{Phase, TableNtf};
use room_client::Room;

use crate::stakes::Stakes;

/// A table.
#[derive(Debug, Clone)]
pub(crate) struct TableState {
    pub(crate) phase: Phase,
    /// When the phase ends, where it ends by time.
    pub(crate) ends: Option<Instant>,
    pub(crate) round: u64,
    pub(crate) shoe: u64,
    cards_left: i16,
    pub(crate) stakes: Stakes,
    /// The server has let the user start a round, and has not said yet that it runs.
    pub(crate) is_starting: bool,
}

impl TableState {
    /// The table after this packet. What is staked in a round stays with it.
    pub(crate) fn after(before: Option<Self>, ntf: &TableNtf, now: Instant) -> Self {
        let left = u64::try_from(ntf.time_left).unwrap_or(0);
        let same_round = before.filter(|before| before.round == ntf.round);
        let stakes = same_round.map_or_else(Stakes::default, |before| before.stakes);
        Self {
            phase: ntf.phase,
            ends: (left > 0).then(|| now + Duration::from_millis(left)),
            round: ntf.round,
            shoe: ntf.shoe,
            cards_left: ntf.cards_left,
            stakes,
            is_starting: false,
        }
    }

    /// Whether a stake is taken now, as far as anybody can know.
    pub(crate) fn is_betting(&self) -> bool {
        self.phase == Phase::BETTING && self.ends.is_some()
    }

    /// Whether a round can be started.
    pub(crate) fn is_waiting(&self) -> bool {
        self.phase == Phase::WAITING && !self.is_starting
    }

    /// The phase in words, with the time that is left of it.
    pub(crate) fn phase(&self, room: &Room, now: Instant) -> String {
        let round = self.round;
        match (self.phase, self.ends) {
            (Phase::BETTING, Some(ends)) => format!("round {round}: bets are open for {}", left(ends, now)),
            (Phase::BETTING, None) => format!("round {round}: bets are closed"),
            (Phase::RESULT, Some(ends)) => {
                format!("round {round} is over: its result stays for {}", left(ends, now))
            }
            (Phase::RESULT, None) => format!("round {round} is over"),
            (Phase::WAITING, _) => format!("no round is running: {} can /start one", master(room)),
            (other, _) => format!("round {round}: phase {other}"),
        }
    }

    /// The shoe in words.
    pub(crate) fn shoe(&self) -> String {
        format!("shoe {}: {} cards are left", self.shoe, self.cards_left)
    }
}

/// Who may start a round: the member who has been here longest. A newcomer is not told of the members yet.
fn master(room: &Room) -> String {
    match room.first() {
        Some(first) if room.is_own(first) => "you".to_owned(),
        Some(first) => room.name(first),
        None => "the member who came first".to_owned(),
    }
}

/// The time that is left, in seconds with one digit behind the point, where it is not 0.
fn left(ends: Instant, now: Instant) -> String {
    let tenths = ends.saturating_duration_since(now).as_millis().div_ceil(100);
    match (tenths / 10, tenths % 10) {
        (seconds, 0) => format!("{seconds} s"),
        (seconds, tenths) => format!("{seconds}.{tenths} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_that_is_left_is_never_too_short() {
        let now = Instant::now();
        for (millis, text) in [
            (5_000, "5 s"),
            (4_999, "5 s"),
            (4_901, "5 s"),
            (4_899, "4.9 s"),
            (1, "0.1 s"),
            (0, "0 s"),
        ] {
            assert_eq!(left(now + Duration::from_millis(millis), now), text, "{millis}");
        }
    }
}
