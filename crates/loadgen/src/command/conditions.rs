//! What was measured, when, where, and for how long: for whoever reads the figures later.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::machine::Machine;

/// What was measured, when, and where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Conditions {
    #[serde(flatten)]
    pub(crate) machine: Machine,
    /// In one line.
    pub(crate) load: String,
    pub(crate) cell: CellNumbers,
    /// Messages a second, in an open loop.
    pub(crate) rate: Option<f64>,
    pub(crate) seconds: Option<f64>,
    pub(crate) warm_up_seconds: f64,
    pub(crate) count: Option<u64>,
    pub(crate) load_threads: usize,
    /// Endless loops that were computed meanwhile.
    #[serde(default, skip_serializing_if = "is_none")]
    pub(crate) beside_loops: usize,
}

/// The numbers of a load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum CellNumbers {
    Requests {
        kind: String,
        message_bytes: usize,
        connections: usize,
        /// In a closed loop.
        in_flight: Option<usize>,
    },
    Rooms {
        kind: String,
        rooms: usize,
        members: usize,
        senders: usize,
        #[serde(default, skip_serializing_if = "is_none")]
        stalled: usize,
        /// In a closed loop.
        in_flight: Option<usize>,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

impl CellNumbers {
    /// All of them.
    pub(crate) fn connections(&self) -> usize {
        match self {
            Self::Requests { connections, .. } => *connections,
            Self::Rooms {
                rooms,
                members,
                stalled,
                ..
            } => rooms * (members + stalled),
        }
    }

    /// Messages on the way from each, in a closed loop.
    pub(crate) fn in_flight(&self) -> Option<usize> {
        match self {
            Self::Requests { in_flight, .. } | Self::Rooms { in_flight, .. } => *in_flight,
        }
    }
}

/// Where, and how long, in a sentence.
impl fmt::Display for Conditions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, load threads {}", self.machine, self.load_threads)?;
        if let CellNumbers::Requests { message_bytes, .. } = &self.cell {
            write!(f, ", messages of {message_bytes} bytes")?;
        }
        if let Some(seconds) = self.seconds {
            write!(f, ", {seconds} s each")?;
        }
        f.write_str(&self.beside())
    }
}

impl Conditions {
    /// What else was computed, behind a comma; nothing where that is nothing.
    pub(crate) fn beside(&self) -> String {
        match self.beside_loops {
            0 => String::new(),
            1 => ", beside an endless loop".to_owned(),
            count => format!(", beside {count} endless loops"),
        }
    }

    /// True where the same was measured on the same machine, whenever that was.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let machine = other.machine.clone();
        self.machine.is_same(&machine)
            && Self {
                machine,
                ..self.clone()
            } == *other
    }
}

#[cfg(test)]
impl Conditions {
    /// Some.
    pub(crate) fn of_a_test() -> Self {
        Self {
            machine: Machine::now(),
            load: "echo".to_owned(),
            cell: CellNumbers::Requests {
                kind: "echo".to_owned(),
                message_bytes: 64,
                connections: 1,
                in_flight: Some(1),
            },
            rate: None,
            seconds: Some(1.0),
            warm_up_seconds: 0.3,
            count: None,
            load_threads: 1,
            beside_loops: 0,
        }
    }
}
