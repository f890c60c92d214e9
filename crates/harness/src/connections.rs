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
    use std::net::SocketAddr;

    use procfs::net::{TcpNetEntry, TcpState, tcp, tcp6};

    /// True where the system knows a connection from or to this port: a past one too, which it remembers for a minute
    /// (TIME-WAIT).
    #[must_use]
    pub fn has_connections(port: u16) -> bool {
        all().any(|row| {
            let is_here = [row.local_address, row.remote_address].map(|address| address.port() == port);
            is_here.contains(&true) && row.state != TcpState::Listen
        })
    }

    /// Bytes that `here` has sent, and `there` has not said that it has; `None` where there is no such connection.
    #[must_use]
    pub fn bytes_to_send(here: SocketAddr, there: SocketAddr) -> Option<u32> {
        let row = all().find(|row| (row.local_address, row.remote_address) == (here, there));
        row.map(|row| row.tx_queue)
    }

    /// True when all that the first of each pair has sent has arrived, and the second has read it. The table is slow to
    /// read, and is read once for all of them.
    #[must_use]
    pub fn is_all_read(pairs: &[(SocketAddr, SocketAddr)]) -> bool {
        let rows = all().map(|row| ((row.local_address, row.remote_address), row));
        let rows: HashMap<_, _> = rows.collect();
        pairs.iter().all(|&(here, there)| {
            let (sending, reading) = (rows.get(&(here, there)), rows.get(&(there, here)));
            sending.is_some_and(|row| row.tx_queue == 0) && reading.is_some_and(|row| row.rx_queue == 0)
        })
    }

    /// The inodes of the sockets that listen on this port, in the network that this process is in.
    pub(crate) fn listening_sockets(process: &procfs::process::Process, port: u16) -> HashSet<u64> {
        let tables = [process.tcp(), process.tcp6()];
        let rows = tables.into_iter().flatten().flatten();
        let is_it = |row: &TcpNetEntry| row.state == TcpState::Listen && row.local_address.port() == port;
        rows.filter(is_it).map(|row| row.inode).collect()
    }

    fn all() -> impl Iterator<Item = TcpNetEntry> {
        [tcp(), tcp6()].into_iter().flatten().flatten()
    }

    #[cfg(test)]
    mod tests {
        use std::io::{Read, Write};
        use std::net::{TcpListener, TcpStream};

        use super::*;

        #[test]
        fn what_is_sent_is_under_way_until_it_is_read() {
            for host in ["127.0.0.1:0", "[::1]:0"] {
                let listener = TcpListener::bind(host).unwrap();
                let there = listener.local_addr().unwrap();
                assert!(!has_connections(there.port()), "{there}: nobody has come");
                let mut client = TcpStream::connect(there).unwrap();
                assert!(has_connections(there.port()), "{there}");
                let (mut server, here) = listener.accept().unwrap();
                assert_eq!(bytes_to_send(here, there), Some(0));
                client.write_all(b"hello").unwrap();
                assert!(!is_all_read(&[(here, there)]));
                server.read_exact(&mut [0; 5]).unwrap();
                assert!(is_all_read(&[(here, there)]));
                assert_eq!(bytes_to_send(there, there), None);
            }
        }
    }
}
