//! What must be reached at least.

use serde::Serialize;

use crate::report::Report;

/// One figure, and its bound.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Goal {
    pub(crate) what: &'static str,
    pub(crate) value: f64,
    pub(crate) bound: Bound,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

impl Goal {
    pub(crate) fn is_missed(&self) -> bool {
        match self.bound {
            Bound::AtLeast(least) => self.value < least,
            Bound::AtMost(most) => self.value > most,
        }
    }
}

/// Those of what was measured.
pub(crate) fn of(report: &Report) -> Vec<Goal> {
    let mut goals = Vec::new();
    let mut add = |what, value, bound| goals.push(Goal { what, value, bound });
    if let Some(logins) = report.logins {
        add("logins a second", logins.median, Bound::AtLeast(2_000.0));
    }
    if let Some(whispers) = report.whispers {
        add(
            "whispers to another server, p50, ms",
            whispers.p50,
            Bound::AtMost(2.0),
        );
        add(
            "whispers to another server, p99, ms",
            whispers.p99,
            Bound::AtMost(20.0),
        );
    }
    if let Some(chat) = report.chat {
        let ratio = chat.ratio.median;
        add("chat in a directory to chat without", ratio, Bound::AtLeast(0.97));
    }
    if let Some(takeover) = report.takeover {
        let bound = Bound::AtMost(takeover.lease + 1.0);
        add("rooms of a dead server are back, s", takeover.after.max, bound);
    }
    goals
}
