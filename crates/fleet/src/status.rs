//! The servers that an API server knows, as a table at a terminal: `fleet status URL`. The servers may be those of a fleet,
//! or processes of their own.

mod call;
mod table;

use std::path::PathBuf;

use anyhow::Context;
use command_line::{ClientFlags, print_line};
use tls::TlsClient;

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
    /// Believe the authorities in this file (PEM) instead of those that the system believes.
    #[arg(long, value_name = "FILE")]
    tls_ca: Option<PathBuf>,
}

impl StatusFlags {
    /// Finds flags that nothing can be done with.
    ///
    /// # Errors
    /// What is wrong, in one sentence.
    pub fn check(&self) -> Result<(), String> {
        self.client.check()?;
        match self.tls_ca.is_some() && !self.url.is_secure() {
            true => Err("--tls-ca is for an address that begins with https://".to_owned()),
            false => Ok(()),
        }
    }

    /// Asks, and prints the answer.
    ///
    /// # Errors
    /// When nobody answers there, no API server does, or it does not know; when the answer cannot be printed.
    pub fn print(&self) -> anyhow::Result<()> {
        let tls = self
            .url
            .is_secure()
            .then(|| TlsClient::new(self.tls_ca.as_deref()));
        let tls = tls.transpose()?;
        let answer = call::servers(&self.url, self.client.timeout, tls.as_ref())?;
        if self.json {
            return print_line(&answer.to_string());
        }
        let servers = serde_json::from_value(answer);
        let servers = servers.with_context(|| format!("{} answers, and is no API server", self.url))?;
        print_line(&table::text(&servers))
    }
}
