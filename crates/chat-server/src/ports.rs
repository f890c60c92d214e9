//! Where the program listens, and what is spoken there.

use std::str::FromStr;

use command_line::{Addresses, BindFlag};
use net::{Listener, NetAddress};
use protocol::Codec;
use rooms::Port;

/// The ports of one server. Users of all of them share names and rooms.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct PortFlags {
    #[command(flatten)]
    bind: BindFlag,
    /// How the bodies of packets are written at the address of --bind: binary, msgpack or protobuf.
    #[arg(long, value_name = "CODEC", default_value_t)]
    codec: Codec,
    /// Listen at one more address, with the codec of the bodies there; can be given several times, or with commas
    /// in between. Users of all addresses share rooms and names.
    #[arg(long, value_name = "CODEC=HOST:PORT", value_delimiter = ',')]
    listen: Vec<FurtherPort>,
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
        1 + self.listen.len()
    }
}

impl PortFlags {
    /// Opens all ports, or none; and a line for each that says where it is. The first is the same whether or not
    /// there are others: whoever waits for it need not know.
    pub(crate) fn listen(&self) -> anyhow::Result<(Vec<Port>, String)> {
        let listener = Listener::bind(&self.bind.bind)?;
        let mut lines = vec![format!("listening on {}", listener.local_address()?)];
        let codec = self.codec;
        let mut ports = vec![Port { listener, codec }];
        for FurtherPort { codec, address } in &self.listen {
            let (listener, codec) = (Listener::bind(address)?, *codec);
            lines.push(format!("{codec} listening on {}", listener.local_address()?));
            ports.push(Port { listener, codec });
        }
        Ok((ports, lines.join("\n")))
    }
}
