//! A kind of server: its section and port in the wire, how its clients begin, and its checks. Which kinds there are is
//! said in `kinds`.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

use protocol::Codec;

use crate::check::Check;
use crate::notation::Notation;
use crate::settings::Settings;
use crate::stage::{Examination, Opening, Stage};

/// Servers that speak the same, and so have the same checks.
pub struct Kind {
    /// As it is written on the command line.
    pub name: &'static str,
    /// What such a server does, in a few words.
    pub does: &'static str,
    /// The section of wire.md that describes it.
    pub section: u8,
    /// The port that wire.md has for it.
    pub port: u16,
    /// Whether its packets may be in other codecs than binary, and compressed.
    pub has_codecs: bool,
    /// Whether it has several services, each with an address of its own.
    pub has_services: bool,
    pub(crate) notation: fn(Codec) -> Notation,
    /// Nothing where no reply is known before it comes.
    pub(crate) opening: Option<Opening>,
    pub(crate) checks: fn(Codec) -> Vec<Check>,
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Kind {
    /// All of its checks, in the order in which they are done. Only where it has codecs they differ from codec to codec.
    #[must_use]
    pub fn checks(&self, codec: Codec) -> Vec<Check> {
        (self.checks)(codec)
    }

    /// Where wire.md has it.
    #[must_use]
    pub fn default_address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// For one check of it.
    pub(crate) fn stage<'a>(
        &'a self,
        server: SocketAddr,
        settings: &'a Settings,
        examination: &'a Examination,
        number: u32,
    ) -> Stage<'a> {
        let notation = (self.notation)(settings.codec);
        let opening = self.opening.as_ref();
        Stage::new(notation, opening, server, settings, examination, number)
    }
}
