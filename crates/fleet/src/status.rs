//! The servers that an API server knows, as a table at a terminal: `fleet status URL`. The servers may be those of a fleet,
//! or processes of their own.

mod call;
mod table;

use anyhow::Context;
use command_line::{ClientFlags, print_line};

pub use call::ApiUrl;

/// Which servers an API server knows.
#[derive(Debug, Clone, clap::Args)]
pub struct StatusFlags {
    /// The API server.
    #[arg(value_name = "URL", default_value = "http://127.0.0.1:8080")]
    url: ApiUrl,
    /// Print what the API server says, one JSON object, in place of a table.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    client: ClientFlags,
}

impl StatusFlags {
    /// Finds flags that nothing can be done with.
    ///
    /// # Errors
    /// What is wrong, in one sentence.
    pub fn check(&self) -> Result<(), String> {
        self.client.check()
    }

    /// Asks, and prints the answer.
    ///
    /// # Errors
    /// When nobody answers there, no API server does, or it does not know; when the answer cannot be printed.
    pub fn print(&self) -> anyhow::Result<()> {
        let answer = call::servers(&self.url, self.client.timeout)?;
        if self.json {
            return print_line(&answer.to_string());
        }
        let servers = serde_json::from_value(answer);
        let servers = servers.with_context(|| format!("{} answers, and is no API server", self.url))?;
        print_line(&table::text(&servers))
    }
}
