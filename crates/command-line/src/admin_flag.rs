//! The flag for the port where a server is watched.

use std::net::IpAddr;

use admin::{Admin, Health, Metrics};
use anyhow::Context;
use net::{Listener, NetAddress, NetError};
use tracing::warn;

use crate::Listening;

/// Where a server is watched.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct AdminFlag {
    /// Where to tell how the server is, by HTTP: /healthz and /metrics. Whoever can connect there can read them, so
    /// it should be 127.0.0.1 or a network of your own; without this flag there is no such port.
    #[arg(long, value_name = "HOST:PORT")]
    admin: Option<NetAddress>,
}

impl AdminFlag {
    /// How many ports it asks for.
    pub(crate) fn listeners(&self) -> usize {
        usize::from(self.admin.is_some())
    }

    /// Listens at each address of the host, with a warning where others than this machine can connect.
    pub(crate) fn listen(&self, listening: &mut Listening) -> anyhow::Result<Vec<Listener>> {
        let Some(address) = &self.admin else {
            return Ok(Vec::new());
        };
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
        Ok(listeners)
    }
}

/// True where other machines may connect.
fn is_open_to_others(ip: IpAddr) -> bool {
    !ip.to_canonical().is_loopback()
}

/// Opens the port, where there is one.
pub(crate) fn start(
    listeners: Vec<Listener>,
    health: &Health,
    metrics: &Metrics,
) -> Result<Option<Admin>, NetError> {
    let is_on = !listeners.is_empty();
    is_on
        .then(|| Admin::start(listeners, health.clone(), metrics.clone()))
        .transpose()
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
