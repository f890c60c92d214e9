//! A check: its name, what it does, the rule and the hint, and what it needs.

use std::time::Duration;

use protocol::LARGEST_PACKET;

use crate::failure::Outcome;
use crate::settings::{Service, Settings};
use crate::stage::Stage;

/// One check. What it does is `play`; the rest is for people.
#[derive(Clone, Copy)]
pub struct Check {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub does: &'static str,
    /// The rule of the wire that it looks at. The section is that of its kind, where the rule does not name its
    /// page itself.
    pub rule: &'static str,
    /// Where to look in a server that fails it.
    pub hint: &'static str,
    /// What it cannot be done without.
    pub needs: Need,
    pub(crate) play: fn(&Stage<'_>) -> Outcome,
}

impl Check {
    /// This check with other words: what a family of checks does means something else in each kind.
    pub(crate) const fn told_as(self, rule: &'static str, hint: &'static str) -> Self {
        Self { rule, hint, ..self }
    }
}

/// Rounds that are as short are waited for without being asked.
const SHORT_ROUND: Duration = Duration::from_secs(4);

/// A shoe of one deck has about seven rounds, and each of them ends with this.
const SHORT_RESULT: Duration = Duration::from_millis(500);

/// What a check cannot be done without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It can be done with every server of its kind.
    Nothing,
    /// The time to wait for the server's login timeout.
    LoginTimeout,
    /// The time to wait for the server's idle timeout, which must be known.
    IdleTimeout,
    /// A length in front of each request.
    Length,
    /// A largest packet that is smaller than what a header can say.
    Maximum,
    /// A server that takes compressed packets.
    Compression,
    /// The address of the daytime service of a time server.
    Daytime,
    /// The address of the sessions of a time server.
    Sessions,
    /// The address of the datagrams of a time server.
    Udp,
    /// The time to wait for whole rounds of baccarat.
    Rounds,
    /// The time to wait for all rounds of a shoe.
    Shoe,
}

impl Need {
    /// Why it cannot be done, if that is so.
    pub(crate) fn missing(self, settings: &Settings) -> Option<&'static str> {
        let (is_there, reason) = match self {
            Self::Nothing => (true, ""),
            Self::LoginTimeout => (settings.slow, "needs --slow"),
            Self::IdleTimeout => (
                settings.slow && settings.idle_timeout.is_some(),
                "needs --slow and --idle-timeout",
            ),
            Self::Length => (!settings.bare, "needs a length in front"),
            Self::Maximum => (
                settings.max_packet < LARGEST_PACKET,
                "needs a smaller --max-packet",
            ),
            Self::Compression => (settings.compression, "needs --compression"),
            Self::Daytime => (settings.has(Service::Daytime), "needs --service daytime"),
            Self::Sessions => (settings.has(Service::Sessions), "needs --sessions"),
            Self::Udp => (settings.has(Service::Udp), "needs --udp"),
            // Nobody says anything meanwhile.
            Self::Rounds
                if settings
                    .idle_timeout
                    .is_some_and(|idle| idle <= settings.table.round_time()) =>
            {
                (false, "needs an --idle-timeout that is longer than a round")
            }
            Self::Rounds => (
                settings.slow || settings.table.round_time() <= SHORT_ROUND,
                "needs --slow, or a --bet-time and a --result-time of 4s together at most",
            ),
            Self::Shoe => (
                settings.table.decks == 1 && settings.table.result_time <= SHORT_RESULT,
                "needs --decks 1 and a --result-time of 500ms at most",
            ),
        };
        (!is_there).then_some(reason)
    }
}
