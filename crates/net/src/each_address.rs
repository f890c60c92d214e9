//! A socket at each address of a host: which of them there are, and one port for all.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};

use tracing::warn;

use crate::{Family, NetAddress, NetError, os};

/// How often another port is tried where the system has chosen one for the first address, and somebody has it at
/// another. Half of the ports would have to be taken before this many tries in a row fail now and then.
const MOST_TRIES: usize = 16;

/// True where whoever listens on `one` gets the clients of `other` too: it is the same, or all addresses of the
/// machine. Those of IPv6 include those of IPv4 here.
#[must_use]
pub fn includes(one: SocketAddr, other: SocketAddr) -> bool {
    let all = match one.ip() {
        IpAddr::V4(ip) => ip.is_unspecified() && other.is_ipv4(),
        IpAddr::V6(ip) => ip.is_unspecified(),
    };
    one == other || (all && one.port() == other.port())
}

/// Opens a socket at each address of the host. `open` gives the socket and where it is.
///
/// # Errors
/// [`NetError::Resolve`]; the first error of `open` that is no warning of [`open_all`].
pub(crate) fn open_each<T>(
    address: &NetAddress,
    open: impl FnMut(SocketAddr) -> Result<(T, SocketAddr), NetError>,
) -> Result<Vec<T>, NetError> {
    open_all(&address.resolve(Family::Any)?, open)
}

// ANCHOR: open_all
/// Opens all of them or none, each once. An address that this machine does not have is left out with a warning, as
/// `::1` of `localhost` where IPv6 is off; it is an error where no address is left.
fn open_all<T>(
    addresses: &[SocketAddr],
    mut open: impl FnMut(SocketAddr) -> Result<(T, SocketAddr), NetError>,
) -> Result<Vec<T>, NetError> {
    let addresses = each_once(addresses);
    let mut tries = 1;
    loop {
        match open_at_one_port(&addresses, &mut open) {
            // All that were opened are closed again, so the system may choose the same port once more, or not.
            Err(Failed::AtChosenPort(_)) if tries < MOST_TRIES => tries += 1,
            Err(Failed::AtChosenPort(error) | Failed::Otherwise(error)) => return Err(error),
            Ok(opened) => return Ok(opened),
        }
    }
}
// ANCHOR_END: open_all

/// Without those that others include: a name may list an address twice.
fn each_once(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let mut kept: Vec<SocketAddr> = Vec::new();
    for address in addresses {
        if !kept.iter().any(|other| includes(*other, *address)) {
            kept.retain(|other| !includes(*address, *other));
            kept.push(*address);
        }
    }
    kept
}

/// Why one of several was not opened.
enum Failed {
    /// Somebody has the port there that the system has chosen elsewhere.
    AtChosenPort(NetError),
    Otherwise(NetError),
}

/// Where the system chooses the port, it does so for the first, and the others get the same.
fn open_at_one_port<T>(
    addresses: &[SocketAddr],
    open: &mut impl FnMut(SocketAddr) -> Result<(T, SocketAddr), NetError>,
) -> Result<Vec<T>, Failed> {
    let mut opened = Vec::new();
    let mut absent = Vec::new();
    let mut port = None;
    for address in addresses {
        let mut wanted = *address;
        wanted.set_port(port.unwrap_or(address.port()));
        match open(wanted) {
            Ok((socket, local)) => {
                opened.push(socket);
                port = Some(local.port());
            }
            Err(error) if is_absent(&error) => absent.push((wanted, error)),
            Err(error) if wanted != *address && is_in_use(&error) => {
                return Err(Failed::AtChosenPort(error));
            }
            Err(error) => return Err(Failed::Otherwise(error)),
        }
    }
    if opened.is_empty() {
        // No list of addresses is empty, so there is one.
        let (_, error) = absent.swap_remove(0);
        return Err(Failed::Otherwise(error));
    }
    for (address, error) in absent {
        warn!("{address} is left out: {}", error.chain());
    }
    Ok(opened)
}

fn is_in_use(error: &NetError) -> bool {
    matches!(error, NetError::Listen { source, .. } if source.kind() == ErrorKind::AddrInUse)
}

/// This machine does not have the address, or nothing of its whole family.
fn is_absent(error: &NetError) -> bool {
    match error {
        NetError::Listen { source, .. } | NetError::Io { source, .. } => {
            source.kind() == ErrorKind::AddrNotAvailable || os::is_family_missing(source.io_error())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::io;

    use super::*;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    /// A machine whose system chooses the ports 1001, 1002 and so on, and has some addresses in use and some not
    /// at all.
    #[derive(Default)]
    struct Machine {
        last_port: u16,
        in_use: HashSet<SocketAddr>,
        absent: HashSet<SocketAddr>,
        opened: Vec<SocketAddr>,
    }

    impl Machine {
        fn with(in_use: &[&str], absent: &[&str]) -> Self {
            Self {
                last_port: 1_000,
                in_use: addresses(in_use).into_iter().collect(),
                absent: addresses(absent).into_iter().collect(),
                opened: Vec::new(),
            }
        }

        fn open(&mut self, mut address: SocketAddr) -> Result<(SocketAddr, SocketAddr), NetError> {
            if address.port() == 0 {
                self.last_port += 1;
                address.set_port(self.last_port);
            }
            self.opened.push(address);
            let kind = match () {
                () if self.in_use.contains(&address) => ErrorKind::AddrInUse,
                () if self.absent.iter().any(|absent| absent.ip() == address.ip()) => {
                    ErrorKind::AddrNotAvailable
                }
                () => return Ok((address, address)),
            };
            Err(NetError::listen(address, kind.into()))
        }

        fn open_all(&mut self, texts: &[&str]) -> Result<Vec<SocketAddr>, String> {
            open_all(&addresses(texts), |address| self.open(address)).map_err(|error| error.chain())
        }
    }

    const IN_USE: &str = "address in use: is another server running there?";

    #[test]
    fn every_address_is_opened_once() {
        let mut machine = Machine::with(&[], &[]);
        let twice = ["127.0.0.1:80", "[::1]:80", "127.0.0.1:80"];
        assert_eq!(
            machine.open_all(&twice),
            Ok(addresses(&["127.0.0.1:80", "[::1]:80"]))
        );
        for all in [["0.0.0.0:80", "[::]:80"], ["[::]:80", "127.0.0.1:80"]] {
            assert_eq!(machine.open_all(&all), Ok(addresses(&["[::]:80"])), "{all:?}");
        }
    }

    #[test]
    fn the_port_that_the_system_chooses_is_the_same_at_all() {
        let mut machine = Machine::with(&["[::1]:1001", "127.0.0.2:1002"], &[]);
        let opened = machine.open_all(&["127.0.0.1:0", "[::1]:0", "127.0.0.2:0"]);
        let expected = addresses(&["127.0.0.1:1003", "[::1]:1003", "127.0.0.2:1003"]);
        assert_eq!(opened, Ok(expected));
    }

    #[test]
    fn the_search_for_a_common_port_ends() {
        let taken: Vec<_> = (1_001..1_100).map(|port| format!("[::1]:{port}")).collect();
        let taken: Vec<_> = taken.iter().map(String::as_str).collect();
        let mut machine = Machine::with(&taken, &[]);
        let error = machine.open_all(&["127.0.0.1:0", "[::1]:0"]).unwrap_err();
        assert_eq!(error, format!("cannot listen on [::1]:1016: {IN_USE}"));
        assert_eq!(machine.opened.len(), 2 * MOST_TRIES);
    }

    #[test]
    fn one_that_is_in_use_is_an_error_of_all() {
        let mut machine = Machine::with(&["[::1]:80"], &[]);
        let error = machine.open_all(&["127.0.0.1:80", "[::1]:80"]).unwrap_err();
        assert_eq!(error, format!("cannot listen on [::1]:80: {IN_USE}"));
        assert_eq!(machine.opened.len(), 2, "tried again");
    }

    #[test]
    fn an_address_that_is_not_there_is_left_out_unless_none_is() {
        let mut machine = Machine::with(&[], &["[::1]:0"]);
        let opened = machine.open_all(&["[::1]:0", "127.0.0.1:0"]);
        assert_eq!(opened, Ok(addresses(&["127.0.0.1:1002"])));
        let error = machine.open_all(&["[::1]:80"]).unwrap_err();
        assert_eq!(
            error,
            "cannot listen on [::1]:80: address not available: is it one of this machine's?"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_family_that_is_not_there_is_left_out_as_well() {
        let missing = || io::Error::from_raw_os_error(libc::EAFNOSUPPORT);
        let open = |address: SocketAddr| match address.is_ipv6() {
            true => Err(NetError::io("make a socket", missing())),
            false => Ok((address, address)),
        };
        let opened = open_all(&addresses(&["[::1]:80", "127.0.0.1:80"]), open).unwrap();
        assert_eq!(opened, addresses(&["127.0.0.1:80"]));
        let error = open_all(&addresses(&["[::1]:80"]), open).unwrap_err();
        assert!(
            error.chain().starts_with("cannot make a socket: "),
            "{}",
            error.chain()
        );
    }

    #[test]
    fn sockets_of_both_families_get_one_port() {
        if !crate::ipv6::is_there() {
            return;
        }
        let open = |address: SocketAddr| {
            let listener = crate::Listener::bind(&address.into())?;
            let local = listener.local_address()?;
            Ok((listener, local))
        };
        let listeners = open_all(&addresses(&["127.0.0.1:0", "[::1]:0"]), open).unwrap();
        let local: Vec<_> = listeners.iter().map(|one| one.local_address().unwrap()).collect();
        let port = local[0].port();
        assert_ne!(port, 0);
        assert_eq!(
            local,
            addresses(&[&format!("127.0.0.1:{port}"), &format!("[::1]:{port}")])
        );
    }
}
