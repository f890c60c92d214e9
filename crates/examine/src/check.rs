//! What a check is, and which kinds of servers there are.

use std::net::{Ipv4Addr, SocketAddr};

use protocol::{Codec, LARGEST_PACKET};

use crate::checks;
use crate::failure::Outcome;
use crate::notation::Notation;
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
        };
        (!is_there).then_some(reason)
    }
}

/// Servers that speak the same, and so have the same checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// Lines come back.
    EchoLine,
    /// Packets come back.
    EchoPackets,
    /// The calculator.
    Calc,
    /// The chat with rooms.
    Chat,
    /// Daytime, sessions and UDP.
    Time,
}

impl Kind {
    /// All of its checks, in the order in which they are done. Only those of the chat differ from codec to codec.
    #[must_use]
    pub fn checks(self, codec: Codec) -> Vec<Check> {
        match self {
            Self::EchoLine => checks::echo_line(),
            Self::EchoPackets => checks::echo_packets(),
            Self::Calc => checks::calc(),
            Self::Chat => checks::chat(codec),
            Self::Time => checks::time(),
        }
    }

    /// The section of wire.md that describes it.
    #[must_use]
    pub fn section(self) -> u8 {
        match self {
            Self::EchoLine => 1,
            Self::Calc => 2,
            Self::EchoPackets | Self::Chat => 3,
            Self::Time => 4,
        }
    }

    /// As it is written on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EchoLine => "echo-line",
            Self::EchoPackets => "echo-packets",
            Self::Calc => "calc",
            Self::Chat => "chat",
            Self::Time => "time",
        }
    }

    /// Where wire.md has it.
    #[must_use]
    pub fn default_address(self) -> SocketAddr {
        let port = match self {
            Self::EchoLine => 18080,
            Self::Calc => 4000,
            Self::EchoPackets | Self::Chat => 11021,
            Self::Time => 7777,
        };
        SocketAddr::from((Ipv4Addr::LOCALHOST, port))
    }

    pub(crate) fn notation(self, codec: Codec) -> Notation {
        match self {
            Self::EchoLine | Self::Time => Notation::Text,
            Self::Calc => Notation::Numbers,
            Self::EchoPackets => Notation::Packets(Codec::Binary),
            Self::Chat => Notation::Packets(codec),
        }
    }
}
