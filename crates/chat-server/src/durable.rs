//! The flag that makes messages outlive the server: where their log is.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use directory::Nodes;
use directory::redis::RedisSettings;
use room_log::{InDirectory, RedisLog, SqliteLog, Writer};
use room_server::DirectoryFlags;

use crate::CHAT;

/// Keep what is said.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Rooms")]
pub struct DurableFlags {
    /// Keep the last 1,000 messages of each room, so that they outlive this server: nobody sees a message before it is stored.
    /// A server alone needs a FILE, which one server can have; with --directory they are in its Redis, and there is no FILE.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = IN_REDIS)]
    durable: Option<PathBuf>,
}

/// What stands for no file: no file has this name.
const IN_REDIS: &str = "/";

impl DurableFlags {
    fn file(&self) -> Option<&PathBuf> {
        self.durable.as_ref().filter(|file| file.as_os_str() != IN_REDIS)
    }

    /// What a log shows where no file is named.
    #[must_use]
    pub fn shown(&self) -> Option<(&'static str, String)> {
        let in_redis = self.durable.as_ref().filter(|_| self.file().is_none());
        in_redis.map(|_| ("durable", "in the Redis of --directory".to_owned()))
    }

    /// Finds flags that do not go together.
    ///
    /// # Errors
    /// What is wrong, in one sentence.
    pub fn check(&self, directory: &DirectoryFlags) -> Result<(), String> {
        match (directory.redis().is_given(), self.file(), &self.durable) {
            (true, Some(_), _) => Err(
                "--durable FILE is for a server alone: with --directory messages are kept in its Redis; leave the FILE out"
                    .to_owned(),
            ),
            (false, None, Some(_)) => Err(
                "--durable needs a FILE to keep messages in, or --directory URL, whose Redis keeps them".to_owned(),
            ),
            _ => Ok(()),
        }
    }

    /// The log of a server alone, if there is one.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn in_file(&self) -> anyhow::Result<Option<Writer>> {
        let Some(file) = self.file() else {
            return Ok(None);
        };
        let log = open_log(file)?;
        let owner = log.owner();
        Ok(Some(Writer::new(log, owner).context("--durable")?))
    }

    /// The log of one of many servers, if there is one.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub fn in_redis(&self, redis: &DirectoryFlags, nodes: &Arc<Nodes>) -> anyhow::Result<Option<Writer>> {
        let (Some(_), Some(settings)) = (&self.durable, redis.redis().settings()) else {
            return Ok(None);
        };
        let settings = RedisSettings {
            timeout: RedisLog::TIMEOUT,
            ..settings
        };
        let log = RedisLog::connect(&settings, CHAT).context("--durable")?;
        let owner = InDirectory::new(Arc::clone(nodes));
        Ok(Some(Writer::new(log, owner).context("--durable")?))
    }
}

/// Opens the log in this file, or makes it, as `--durable` does. All chat servers of one process can have it.
///
/// # Errors
/// When the file cannot be used.
pub fn open_log(file: &Path) -> anyhow::Result<SqliteLog> {
    #[cfg(unix)]
    database::survive_full_files().context("cannot watch SIGXFSZ")?;
    SqliteLog::open(file).context("--durable")
}
