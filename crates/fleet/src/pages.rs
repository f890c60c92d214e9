//! What the servers of a fleet tell browsers: where users log in, and whose pages may connect.

use anyhow::Context;
use http::{Cors, WebOrigin};
use net::{Listener, NetAddress};
use room_server::{WebGame, web_ports};
use rooms::{Config, Port};
use web::Origins;

use crate::ports::Sockets;

/// The pages of a fleet.
pub(crate) struct Pages {
    /// Those of its own servers, each of which lets in the pages of the others, and those of the flags.
    origins: Vec<WebOrigin>,
    names: Vec<String>,
    api: String,
}

impl Pages {
    pub(crate) fn of(sockets: &Sockets, is_secure: bool) -> anyhow::Result<Self> {
        let scheme = if is_secure { "https" } else { "http" };
        let api = sockets
            .api
            .first()
            .context("a host has an address")?
            .local_address()?;
        let host = sockets.advertise.clone().unwrap_or_else(|| api.ip().to_string());
        let api = format!("{scheme}://{}", NetAddress::new(host, api.port()));
        let mut origins = sockets.web_origins.clone();
        for listener in sockets.web.iter().flatten() {
            let hosts = hosts_of(listener, sockets.advertise.as_deref())?;
            origins.extend(hosts.map(|address| WebOrigin::of_page(&address, is_secure)));
        }
        Ok(Self {
            origins,
            names: sockets.advertise.iter().cloned().collect(),
            api: sockets.web_api.clone().unwrap_or(api),
        })
    }

    /// Which pages may call the API server.
    pub(crate) fn callers(&self) -> Cors {
        Cors::new(self.origins.clone())
    }

    /// The ports of one server.
    pub(crate) fn ports(&self, listeners: Vec<Listener>, game: WebGame, config: &Config) -> Vec<Port> {
        let origins = Origins::new(self.names.clone(), self.origins.clone());
        web_ports(listeners, game, config, Some(self.api.clone()), origins)
    }
}

/// What may stand in the address line of a browser that has the page of this port.
fn hosts_of(listener: &Listener, advertise: Option<&str>) -> anyhow::Result<impl Iterator<Item = String>> {
    let address = listener.local_address()?;
    let named = |host: &str| NetAddress::new(host, address.port()).to_string();
    let local = address.ip().is_loopback() || address.ip().is_unspecified();
    let advertised = advertise.map(named);
    let localhost = local.then(|| named("localhost"));
    Ok([address.to_string()]
        .into_iter()
        .chain(advertised)
        .chain(localhost))
}
