//! The program `api-server`: flags, listeners, accounts, and the library does the rest.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use api_server::{AccountFlags, Config};
use command_line::{BindFlag, LogFlags, ProgramFlags, ServerFlags, Settings};
use directory::{Directory, GameName, Memory, RedisFlags, RedisNumbers};
use http::{Cors, WebOrigin};
use tls::{Speaks, TlsServer, TlsServerFlags};
use tracing::warn;

const EXAMPLES: &str = "Every flag can also be set by its environment variable.

Examples:
  api-server --database accounts.db
  api-server --database accounts.db --bind '[::1]:8080' --token-time 8h
  API_SERVER_DATABASE=accounts.db api-server --log debug
  api-server --database accounts.db --directory redis://127.0.0.1";

/// Accounts, logins, and seats on game servers, over HTTP with JSON. A thread per client.
///
/// Alone, it knows no game server, so it has accounts and no seats. With --directory it knows the servers of the same
/// Redis.
#[derive(clap::Parser)]
#[command(name = "api-server", version, after_help = EXAMPLES)]
struct Flags {
    #[command(flatten)]
    accounts: AccountFlags,
    #[command(flatten)]
    directory: RedisFlags,
    #[command(flatten)]
    server: ServerFlags,
    /// Let pages of this origin call from a browser, as `http://127.0.0.1:11080` or `https://play.example`; can be given several
    /// times, or with commas in between.
    #[arg(long, value_name = "ORIGIN", value_delimiter = ',', help_heading = "Browsers")]
    web_origin: Vec<WebOrigin>,
    #[command(flatten)]
    tls: TlsServerFlags,
    #[command(flatten)]
    log: LogFlags,
}

impl ProgramFlags for Flags {
    /// In `SCHED_BATCH` a thread that wakes up waits for those that hash, some of them for a fifth of a second.
    const DEFAULTS: &'static [(&'static str, &'static str)] =
        &[("batch_scheduling", "false"), ("bind", "127.0.0.1:8080")];

    fn log(&self) -> &LogFlags {
        &self.log
    }

    fn shown(&self) -> Vec<(&'static str, String)> {
        self.directory.shown()
    }

    /// A rate limit counts requests here.
    fn check(&self) -> Result<(), String> {
        self.directory.check()?;
        self.server.refuse_max_packet("in HTTP")
    }
}

fn main() -> ExitCode {
    command_line::run(|flags: Flags, settings| serve(&flags, settings))
}

fn serve(flags: &Flags, settings: &Settings) -> anyhow::Result<()> {
    database::survive_full_files().context("cannot watch SIGXFSZ")?;
    let tls = flags.tls.open()?;
    let accounts = flags.accounts.open()?;
    let redis = flags.directory.connect().context("--directory")?;
    flags
        .server
        .serve_at(settings, BindFlag::listen, |listeners, serving| {
            tls.iter().try_for_each(TlsServer::reload_on_hangup)?;
            let directory: Arc<dyn Directory> = match redis {
                Some(redis) => {
                    serving.metrics.add(RedisNumbers::new(&redis));
                    let asked = redis.clone();
                    let any_game = GameName::new("chat");
                    let health = &serving.health;
                    health.watch("directory", move || asked.owner_of(&any_game, 0).is_ok());
                    Arc::new(redis)
                }
                None => Arc::new(Memory::new()),
            };
            let config = Config {
                limits: serving.limits,
                batch_scheduling: flags.server.batch_scheduling,
                secure: tls.map(|tls| tls.secure(Speaks::Http)),
                metrics: serving.metrics,
                health: serving.health,
                settings: accounts,
                pages: Cors::new(flags.web_origin.clone()),
            };
            let (shutdown, ready) = (serving.shutdown, serving.ready);
            let summary = api_server::run_and_tell(listeners, config, directory, shutdown, || {
                ready();
                // A server that could not say where it listens ends at once.
                if flags.accounts.are_in_memory() && !shutdown.requested() {
                    warn!("no --database: all accounts are gone when this server ends");
                }
            });
            Ok(summary?)
        })
}
