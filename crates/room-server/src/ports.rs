//! The flags for addresses and codecs: at which port which codec is spoken.

use std::str::FromStr;
use std::sync::Arc;

use command_line::{Addresses, BindFlag, Listening};
use net::{Listener, NetAddress};
use protocol::Codec;
use rooms::Port;
use tls::{Speaks, TlsServer};

use crate::advertise::Listens;
use crate::web_flags::{WebFlags, WebGame};

/// The ports of one server. Users of all of them share names and rooms.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct PortFlags {
    #[command(flatten)]
    bind: BindFlag,
    /// How the bodies of packets are written at the address of --bind: binary, msgpack or protobuf.
    #[arg(long, value_name = "CODEC", default_value_t)]
    codec: Codec,
    /// Listen at one more port, with the codec of the bodies there; can be given several times, or with commas in
    /// between. Users of all ports share rooms and names.
    #[arg(long, value_name = "CODEC=HOST:PORT", value_delimiter = ',')]
    listen: Vec<FurtherPort>,
    #[command(flatten)]
    pub(crate) web: WebFlags,
}

/// What a server has opened.
pub(crate) struct Ports {
    pub(crate) ports: Vec<Port>,
    /// For browsers. What is spoken there is known when the limits are.
    pub(crate) web: Vec<Listener>,
    /// For all of them.
    pub(crate) tls: Option<Arc<TlsServer>>,
}

/// What `--listen` says.
#[derive(Debug, Clone)]
struct FurtherPort {
    codec: Codec,
    address: NetAddress,
}

impl FromStr for FurtherPort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((codec, address)) = text.split_once('=') else {
            return Err("expected CODEC=HOST:PORT, as in msgpack=127.0.0.1:11022".to_owned());
        };
        Ok(Self {
            codec: codec.parse().map_err(|error| format!("{error}"))?,
            address: address.parse().map_err(|error| format!("{error}"))?,
        })
    }
}

impl Addresses for PortFlags {
    fn listeners(&self) -> usize {
        1 + self.listen.len() + usize::from(self.web.web.is_some())
    }
}

impl PortFlags {
    /// Where it will listen, that of `--bind` first.
    pub(crate) fn listens(&self) -> Vec<Listens> {
        let first = Listens {
            codec: self.codec,
            address: self.bind.bind.clone(),
        };
        let others = self.listen.iter().map(|port| Listens {
            codec: port.codec,
            address: port.address.clone(),
        });
        std::iter::once(first).chain(others).collect()
    }

    /// Opens all ports, or none, at each address of their hosts.
    pub(crate) fn listen(
        &self,
        game: WebGame,
        tls: Option<Arc<TlsServer>>,
        listening: &mut Listening,
    ) -> anyhow::Result<Ports> {
        let mut ports = at(self.bind.listen(listening)?, self.codec);
        for FurtherPort { codec, address } in &self.listen {
            let flag = format_args!("--listen {codec}={address}");
            ports.extend(at(listening.tcp(flag, codec, address)?, *codec));
        }
        let web = self.web.listen(game, listening)?;
        Ok(Ports { ports, web, tls })
    }
}

/// Where it listens, with the ports that the system has chosen; for browsers, of several addresses the first.
pub(crate) fn listening(ports: &Ports) -> anyhow::Result<(Vec<Listens>, Option<NetAddress>)> {
    let listens = |port: &Port| {
        let address = address_of(&port.listener)?;
        let codec = port.codec;
        Ok(Listens { codec, address })
    };
    let for_clients: anyhow::Result<_> = ports.ports.iter().map(listens).collect();
    let for_browsers = ports.web.first().map(address_of);
    Ok((for_clients?, for_browsers.transpose()?))
}

fn address_of(listener: &Listener) -> anyhow::Result<NetAddress> {
    let address = listener.local_address()?;
    Ok(NetAddress::new(address.ip().to_string(), address.port()))
}

/// The same ports with TLS. What is framed begins as HTTP.
pub fn secured(ports: impl IntoIterator<Item = Port>, tls: &Arc<TlsServer>) -> Vec<Port> {
    let secured = |port: Port| {
        let speaks = match port.framing {
            Some(_) => Speaks::Http,
            None => Speaks::Packets,
        };
        port.secured(tls.secure(speaks))
    };
    ports.into_iter().map(secured).collect()
}

/// A name may have several addresses: the engine does not mind whether they are one port or several.
fn at(listeners: Vec<Listener>, codec: Codec) -> Vec<Port> {
    let port = |listener| Port::new(listener, codec);
    listeners.into_iter().map(port).collect()
}
