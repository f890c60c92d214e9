//! The flags for browsers: where the page is served, and which pages may connect.

use std::str::FromStr;
use std::sync::Arc;

use command_line::Listening;
use http::WebOrigin;
use net::{Listener, NetAddress};
use protocol::Codec;
use rooms::{Config, Port};
use web::{Origins, WebConfig, WebPort, api_url};

use crate::advertise::without_port;

/// What browsers are told of a game, and where it is served to them.
#[derive(Debug, Clone, Copy)]
pub struct WebGame {
    /// Which page it is: `chat` or `baccarat`.
    pub name: &'static str,
    /// The port, where nobody names one.
    pub port: u16,
}

/// Serve browsers.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Browsers")]
pub(crate) struct WebFlags {
    /// Serve a page with this game to browsers, over HTTP and WebSocket: at 127.0.0.1, if nothing is said, and at the port 11080
    /// for the chat, 11081 for baccarat. Users of all ports share rooms and names.
    #[arg(long, value_name = "HOST[:PORT]", num_args = 0..=1, default_missing_value = "127.0.0.1")]
    pub(crate) web: Option<WebAddress>,
    /// Let pages of this origin connect as well, as `https://play.example`; can be given several times, or with commas in
    /// between. The page of this server may connect where its address is a number, localhost, the host of --advertise, or
    /// that of such an origin.
    #[arg(long, value_name = "ORIGIN", value_delimiter = ',')]
    pub(crate) web_origin: Vec<WebOrigin>,
    /// Where users of the page log in: an API server, with the page among its --web-origin.
    #[arg(long, value_name = "URL", value_parser = api_url)]
    pub(crate) web_api: Option<String>,
}

/// A host, and perhaps a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAddress {
    host: String,
    port: Option<u16>,
}

impl WebAddress {
    /// With this port, where none was named.
    #[must_use]
    pub fn or_port(&self, port: u16) -> NetAddress {
        NetAddress::new(self.host.as_str(), self.port.unwrap_or(port))
    }
}

impl FromStr for WebAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (address, port) = match without_port(text) {
            Some(address) => (address, None),
            None => {
                let address: NetAddress = text.parse().map_err(|error| format!("{error}"))?;
                let port = Some(address.port());
                (address, port)
            }
        };
        let host = address.host().to_owned();
        Ok(Self { host, port })
    }
}

impl WebFlags {
    /// Finds flags that do not go together.
    pub(crate) fn check(&self) -> Result<(), String> {
        let is_without = |flag, is_given| match self.web.is_none() && is_given {
            true => Err(format!("{flag} is for the page of --web")),
            false => Ok(()),
        };
        is_without("--web-origin", !self.web_origin.is_empty())?;
        is_without("--web-api", self.web_api.is_some())
    }

    /// The same where logins are checked.
    pub(crate) fn check_with_logins(&self) -> Result<(), String> {
        match self.web.is_some() && self.web_api.is_none() {
            true => Err(
                "--web with --directory needs --web-api: that is where users of the page log in".to_owned(),
            ),
            false => Ok(()),
        }
    }

    /// Where it will listen.
    pub(crate) fn address(&self, game: WebGame) -> Option<NetAddress> {
        self.web.as_ref().map(|web| web.or_port(game.port))
    }

    /// Opens the port, if there is one.
    pub(crate) fn listen(&self, game: WebGame, listening: &mut Listening) -> anyhow::Result<Vec<Listener>> {
        match self.address(game) {
            Some(address) => listening.tcp(format_args!("--web {address}"), "web", &address),
            None => Ok(Vec::new()),
        }
    }

    /// What is served there, by a server that has these names.
    pub(crate) fn serve(
        &self,
        listeners: Vec<Listener>,
        game: WebGame,
        config: &Config,
        names: Vec<String>,
    ) -> Vec<Port> {
        let origins = Origins::new(names, self.web_origin.clone());
        web_ports(listeners, game, config, self.web_api.clone(), origins)
    }
}

/// Ports for browsers at these listeners.
#[must_use]
pub fn web_ports(
    listeners: Vec<Listener>,
    game: WebGame,
    config: &Config,
    api: Option<String>,
    origins: Origins,
) -> Vec<Port> {
    let web = WebConfig {
        game: game.name.to_owned(),
        rooms: config.rooms,
        api,
        max_packet: config.limits.max_packet,
        room_size: config.room_size,
        origins,
    };
    let web = Arc::new(WebPort::new(web, config.limits.rate_limit));
    // The page speaks the binary codec, whatever others do.
    let port = |listener| Port::new(listener, Codec::Binary).framed(Arc::<WebPort>::clone(&web));
    listeners.into_iter().map(port).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_may_be_left_out() {
        for (text, address) in [
            ("127.0.0.1", "127.0.0.1:11080"),
            ("127.0.0.1:0", "127.0.0.1:0"),
            ("::1", "[::1]:11080"),
            ("[::1]:80", "[::1]:80"),
            ("0.0.0.0", "0.0.0.0:11080"),
        ] {
            let web: WebAddress = text.parse().expect("an address");
            assert_eq!(web.or_port(11_080).to_string(), address);
        }
        for text in ["", "a b", "h:65536", "h:x", "http://h"] {
            assert!(text.parse::<WebAddress>().is_err(), "{text:?}");
        }
    }
}
