//! The flags of a game server that may be one of many: in which directory, and what it does there.

use std::time::Duration;

use command_line::duration;
use directory::RedisFlags;

use crate::advertise::Advertised;

/// How long a server keeps its rooms where nobody says otherwise.
const LEASE: Duration = Duration::from_secs(6);

/// Be one of many servers.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Directory")]
pub struct DirectoryFlags {
    #[command(flatten)]
    pub(crate) redis: RedisFlags,
    /// How long this server keeps its rooms when nothing is heard of it, 300ms at least; it reports at a third of that. 6s, if
    /// nothing is said.
    #[arg(long, value_name = "DURATION", value_parser = lease)]
    lease: Option<Duration>,
    /// Take this slot, which decides on the numbers of its rooms: with 1,000 rooms each, slot 3 has those from 3000 on. The
    /// first one that is free, if nothing is said.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) slot: Option<u32>,
    /// Take further slots whose servers are gone, beside the own one. Their rooms are on this server then, empty at first, until
    /// it ends.
    #[arg(long)]
    pub(crate) takeover: bool,
    /// Where clients are told to connect, if that is not where this server listens: behind a router, or with --bind 0.0.0.0:11021.
    /// Without the port it is that of --bind. With a codec in front it is for the clients of that port of --listen, with
    /// web= for browsers; can be given several times, or with commas in between.
    #[arg(long, value_name = "[CODEC=]HOST[:PORT]", value_delimiter = ',')]
    pub(crate) advertise: Vec<Advertised>,
}

/// A lease as a flag has it.
///
/// # Errors
/// For what is no duration, and for less than a busy machine may be late.
pub fn lease(text: &str) -> Result<Duration, String> {
    const LEAST: Duration = Duration::from_millis(300);
    // For so long nobody has the rooms of a server that was killed.
    const MOST: Duration = Duration::from_secs(3_600);
    match duration(text)? {
        time if time < LEAST => Err(format!("{time:?} is too short: {LEAST:?} at least")),
        time if time > MOST => Err(format!("`{text}` is over an hour, the longest lease")),
        time => Ok(time),
    }
}

impl DirectoryFlags {
    /// The directory, if there is one.
    #[must_use]
    pub fn redis(&self) -> &RedisFlags {
        &self.redis
    }

    /// What a log shows in place of the flags that may have a password in them, for
    /// [`ProgramFlags::shown`](command_line::ProgramFlags::shown).
    #[must_use]
    pub fn shown(&self) -> Vec<(&'static str, String)> {
        self.redis.shown()
    }

    pub(crate) fn lease(&self) -> Duration {
        self.lease.unwrap_or(LEASE)
    }

    /// Finds flags that do not go together, whatever the ports are.
    pub(crate) fn check(&self) -> Result<(), String> {
        self.redis.check()?;
        for (flag, is_given) in [
            ("--lease", self.lease.is_some()),
            ("--slot", self.slot.is_some()),
            ("--takeover", self.takeover),
            ("--advertise", !self.advertise.is_empty()),
        ] {
            self.redis.refuse_without(flag, is_given)?;
        }
        Ok(())
    }
}
