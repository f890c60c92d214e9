//! Where a server listens: the sockets that its flags ask for, opened one flag after the other, and a line for each.

use std::fmt::Display;
use std::io::ErrorKind;
use std::net::SocketAddr;

use anyhow::anyhow;
use net::{Listener, NetAddress, NetError, UdpSocket, includes};

/// What has been opened so far.
///
/// A flag names a host, and a host may have several addresses: then all of them are opened, and each has a line.
#[derive(Debug, Default)]
pub struct Listening {
    lines: Vec<String>,
    /// The flag of each TCP address.
    flags: Vec<(SocketAddr, String)>,
}

impl Listening {
    /// Listens on all addresses of the host. `flag` is how a user asks for it, as `--bind 127.0.0.1:80`; `service` is
    /// what stands in front of the line, which is empty for a server that has one service.
    ///
    /// # Errors
    /// Those of [`Listener::bind_all`]; where another flag has the address already, that is said.
    pub fn tcp(
        &mut self,
        flag: impl Display,
        service: impl Display,
        address: &NetAddress,
    ) -> anyhow::Result<Vec<Listener>> {
        let flag = flag.to_string();
        let listeners = Listener::bind_all(address).map_err(|error| self.explain(&flag, error))?;
        for listener in &listeners {
            let address = listener.local_address()?;
            self.add_line(&service, address);
            self.flags.push((address, flag.clone()));
        }
        Ok(listeners)
    }

    /// The same for datagrams.
    ///
    /// # Errors
    /// Those of [`UdpSocket::bind_all`].
    pub fn udp(&mut self, service: impl Display, address: &NetAddress) -> anyhow::Result<Vec<UdpSocket>> {
        let sockets = UdpSocket::bind_all(address)?;
        for socket in &sockets {
            self.add_line(&service, socket.local_address()?);
        }
        Ok(sockets)
    }

    fn add_line(&mut self, service: &impl Display, address: SocketAddr) {
        let line = format!("{service} listening on {address}");
        self.lines.push(line.trim_start().to_owned());
    }

    /// "Is another server running there?" would be a wrong question where it is this one.
    fn explain(&self, flag: &str, error: NetError) -> anyhow::Error {
        let taken = match &error {
            NetError::Listen { address, source } if source.kind() == ErrorKind::AddrInUse => *address,
            _ => return error.into(),
        };
        let own = self
            .flags
            .iter()
            .find(|(own, _)| includes(*own, taken) || includes(taken, *own));
        match own {
            Some((_, first)) => {
                let reason = anyhow!("{first} and {flag} name the same address");
                reason.context(format!("cannot listen on {taken}"))
            }
            None => error.into(),
        }
    }

    /// How many sockets there are.
    pub(crate) fn count(&self) -> usize {
        self.lines.len()
    }

    /// All lines.
    pub(crate) fn lines(&self) -> String {
        self.lines.join("\n")
    }
}
