//! The flags for the port where a server is watched and steered.

use std::net::IpAddr;
use std::path::PathBuf;

use admin::{Admin, Health, Metrics, Service, Token};
use anyhow::{Context, anyhow};
use net::{Listener, NetAddress};
use tracing::warn;

use crate::{Listening, secret_from_file};

/// Where a server is watched, and who may do something there.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct AdminFlag {
    /// Where to tell how the server is, by HTTP: a page for people at /, /healthz and /metrics for programs. Whoever
    /// can connect there can read them, so it should be 127.0.0.1 or a network of your own; without this flag there is no
    /// such port.
    #[arg(long, value_name = "HOST:PORT")]
    admin: Option<NetAddress>,
    /// Take actions at the port of --admin too: kick a user, tell all users something, end the server. Whoever does so must
    /// show the secret that is the first line of this file, of 16 characters at least.
    #[arg(long, value_name = "FILE", requires = "admin")]
    admin_token_file: Option<PathBuf>,
}

/// The port of a server that is watched, before it answers.
pub(crate) struct AdminPort {
    listeners: Vec<Listener>,
    /// Its name, beside its addresses.
    host: String,
    token: Option<Token>,
}

impl AdminFlag {
    /// How many ports it asks for.
    pub(crate) fn listeners(&self) -> usize {
        usize::from(self.admin.is_some())
    }

    /// Listens at each address of the host, with a warning where others than this machine can connect. `None` where nobody
    /// watches.
    pub(crate) fn listen(&self, listening: &mut Listening) -> anyhow::Result<Option<AdminPort>> {
        let Some(address) = &self.admin else {
            return Ok(None);
        };
        let token = self.token()?;
        let listeners = listening
            .tcp(format_args!("--admin {address}"), "admin", address)
            .context("admin")?;
        for listener in &listeners {
            let local = listener.local_address()?;
            if is_open_to_others(local.ip()) {
                warn!(
                    "--admin {local} can be read by everybody who reaches this address: it asks for no password"
                );
            }
        }
        Ok(Some(AdminPort {
            listeners,
            host: address.host().to_owned(),
            token,
        }))
    }

    fn token(&self) -> anyhow::Result<Option<Token>> {
        let Some(path) = &self.admin_token_file else {
            return Ok(None);
        };
        let secret = secret_from_file("token", path).context("--admin-token-file")?;
        let token = Token::new(&secret).map_err(|problem| anyhow!("{}: {problem}", path.display()));
        token.context("--admin-token-file").map(Some)
    }
}

impl AdminPort {
    /// Opens it.
    pub(crate) fn start(self, health: &Health, metrics: &Metrics) -> anyhow::Result<Admin> {
        let service = Service::new(health.clone(), metrics.clone())
            .known_as(&self.host)
            .steered_with(self.token);
        Ok(Admin::start(self.listeners, service)?)
    }
}

/// True where other machines may connect.
fn is_open_to_others(ip: IpAddr) -> bool {
    !ip.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_reaches_a_loopback_address() {
        let open = |ip: &str| is_open_to_others(ip.parse().expect("an address"));
        assert_eq!(
            ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"].map(open),
            [false; 4]
        );
        assert_eq!(["0.0.0.0", "::", "192.0.2.1", "2001:db8::1"].map(open), [true; 4]);
    }
}
