//! What the system knows of TCP connections: which there are, and what of them is still under way. Linux, from
//! `/proc/net`; elsewhere it tells nothing.

#[cfg(target_os = "linux")]
pub(crate) use linux::listening_sockets;
#[cfg(target_os = "linux")]
pub use linux::{bytes_to_send, has_connections, is_all_read};

/// True where the system knows a connection from or to this port: not here.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn has_connections(_port: u16) -> bool {
    false
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::{HashMap, HashSet};
    use std::fs;
    use std::net::SocketAddr;

    use procfs::net::{TcpNetEntries, TcpNetEntry, TcpState};
    use procfs::{FromBufReadSI, current_system_info};

    /// The tables of the network that this program is in.
    const OURS: &str = "/proc/net";

    /// True where the system knows a connection from or to this port: a past one too, which it remembers for a minute
    /// (TIME-WAIT).
    #[must_use]
    pub fn has_connections(port: u16) -> bool {
        rows(OURS, &[port]).any(|row| row.state != TcpState::Listen)
    }

    /// Bytes that `here` has sent, and `there` has not said that it has; `None` where there is no such connection.
    #[must_use]
    pub fn bytes_to_send(here: SocketAddr, there: SocketAddr) -> Option<u32> {
        let row =
            rows(OURS, &[here.port()]).find(|row| (row.local_address, row.remote_address) == (here, there));
        row.map(|row| row.tx_queue)
    }

    /// True when all that the first of each pair has sent has arrived, and the second has read it. The table is slow to
    /// read, and is read once for all of them.
    #[must_use]
    pub fn is_all_read(pairs: &[(SocketAddr, SocketAddr)]) -> bool {
        let ports: HashSet<_> = pairs.iter().map(|(_, there)| there.port()).collect();
        let ports: Vec<_> = ports.into_iter().collect();
        let rows = rows(OURS, &ports).map(|row| ((row.local_address, row.remote_address), row));
        let rows: HashMap<_, _> = rows.collect();
        pairs.iter().all(|&(here, there)| {
            let (sending, reading) = (rows.get(&(here, there)), rows.get(&(there, here)));
            sending.is_some_and(|row| row.tx_queue == 0) && reading.is_some_and(|row| row.rx_queue == 0)
        })
    }

    /// The inodes of the sockets that listen on this port, in the network that this process is in.
    pub(crate) fn listening_sockets(process: &procfs::process::Process, port: u16) -> HashSet<u64> {
        let rows = rows(&format!("/proc/{}/net", process.pid()), &[port]);
        let is_it = |row: &TcpNetEntry| row.state == TcpState::Listen && row.local_address.port() == port;
        rows.filter(is_it).map(|row| row.inode).collect()
    }

    /// The rows in which one of these ports stands, on either side. On a machine that has served many, tens of thousands of
    /// others are past connections: they are left out before they are parsed.
    fn rows(folder: &str, ports: &[u16]) -> impl Iterator<Item = TcpNetEntry> + use<> {
        let written: Vec<_> = ports.iter().map(|port| format!(":{port:04X} ")).collect();
        let tables = ["tcp", "tcp6"].map(|name| fs::read_to_string(format!("{folder}/{name}")));
        let rows = tables.into_iter().flatten().flat_map(move |table| {
            let (heading, rows) = table.split_once('\n').unwrap_or_default();
            let is_wanted = |row: &&str| written.iter().any(|port| row.contains(port));
            let rows: Vec<_> = [heading]
                .into_iter()
                .chain(rows.lines().filter(is_wanted))
                .collect();
            TcpNetEntries::from_buf_read(rows.join("\n").as_bytes(), current_system_info())
        });
        rows.flat_map(|entries| entries.0)
    }

    #[cfg(test)]
    mod tests {
        use std::io::{Read, Write};
        use std::net::{TcpListener, TcpStream};

        use super::*;

        /// The system may give a port that another connection had a moment ago, and still knows that one. After many tests
        /// there may be no other.
        fn listener_without_a_past(host: &str) -> Option<TcpListener> {
            let mut listeners = (0..1_000).map_while(|_| TcpListener::bind(host).ok());
            listeners.find(|listener| !has_connections(listener.local_addr().unwrap().port()))
        }

        /// The table may miss a row while others come and go.
        fn sooner_or_later(mut is_true: impl FnMut() -> bool) -> bool {
            (0..1_000).any(|_| is_true())
        }

        #[test]
        fn what_is_sent_is_under_way_until_it_is_read() {
            // Not every machine has the second.
            for host in ["127.0.0.1:0", "[::1]:0"] {
                let listener = listener_without_a_past(host).or_else(|| TcpListener::bind(host).ok());
                let Some(listener) = listener else { continue };
                let there = listener.local_addr().unwrap();
                let mut client = TcpStream::connect(there).unwrap();
                assert!(sooner_or_later(|| has_connections(there.port())), "{there}");
                let (mut server, here) = listener.accept().unwrap();
                assert!(sooner_or_later(|| bytes_to_send(here, there) == Some(0)));
                client.write_all(b"hello").unwrap();
                assert!(!is_all_read(&[(here, there)]));
                server.read_exact(&mut [0; 5]).unwrap();
                assert!(sooner_or_later(|| is_all_read(&[(here, there)])));
                assert_eq!(bytes_to_send(there, there), None);
            }
        }
    }
}
