//! What is staked in a round, and by whom, as the table is told.

use std::collections::BTreeMap;

use baccarat::Side;
use room_client::Room;
use unicode_width::UnicodeWidthStr;

/// Stakes by unique id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stakes {
    by_member: BTreeMap<u64, Member>,
}

/// The stakes of one member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Member {
    /// Chips by the number of their side.
    chips: BTreeMap<i8, i64>,
    /// Where a bet of one unit lies. How many chips that is, nobody is told.
    unit: Option<Side>,
}

impl Stakes {
    /// All that this member has on a side now.
    pub(crate) fn set(&mut self, unique_id: u64, side: Side, chips: i64) {
        let member = self.by_member.entry(unique_id).or_default();
        member.chips.insert(side.number(), chips);
    }

    /// A member's bet of one unit is on this side now.
    pub(crate) fn set_unit(&mut self, unique_id: u64, side: Side) {
        self.by_member.entry(unique_id).or_default().unit = Some(side);
    }

    /// Whether the user has one.
    pub(crate) fn are_of_user(&self, room: &Room) -> bool {
        self.by_member.keys().any(|unique_id| room.is_own(*unique_id))
    }

    /// A line for each member with a stake, its names in one column whatever they are written in.
    pub(crate) fn lines(&self, room: &Room) -> Vec<String> {
        let names: Vec<_> = self.by_member.keys().map(|id| room.name(*id)).collect();
        let widest = names.iter().map(|name| name.width()).max().unwrap_or(0);
        let members = names.iter().zip(self.by_member.values());
        members
            .map(|(name, member)| {
                let blanks = " ".repeat(widest - name.width());
                format!("{name}{blanks}  {}", member.text())
            })
            .collect()
    }
}

impl Member {
    fn text(&self) -> String {
        let unit = self.unit.map(|side| format!("one unit on {side}"));
        let chips = self.chips.iter().map(|(side, chips)| {
            let side = Side::try_from(*side).map_or_else(|error| error.to_string(), |side| side.to_string());
            format!("{chips} on {side}")
        });
        unit.into_iter().chain(chips).collect::<Vec<_>>().join(", ")
    }
}
