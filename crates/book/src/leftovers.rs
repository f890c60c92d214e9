//! Connections of the past. The system remembers each for a minute (TIME-WAIT), and `ss` shows them: to a server that has
//! got the port of an earlier one they would be strangers on the page.

use std::fs;

/// A row of the system's tables that is a listener.
const LISTEN: &str = "0A";

/// True where the system knows a connection from or to this port. Only Linux tells.
pub(crate) fn has_connections(port: u16) -> bool {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| fs::read_to_string(path).unwrap_or_default());
    tables
        .iter()
        .flat_map(|table| table.lines())
        .any(|row| is_connection(row, port))
}

/// Number, local address, remote address, state: `0: 0100007F:46A0 0100007F:9C40 06 ...`.
fn is_connection(row: &str, port: u16) -> bool {
    let end = format!(":{port:04X}");
    let mut fields = row.split_whitespace().skip(1);
    let addresses = [fields.next(), fields.next()];
    let is_here = addresses
        .into_iter()
        .flatten()
        .any(|address| address.ends_with(&end));
    is_here && fields.next() != Some(LISTEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_known_from_both_ends_and_a_listener_is_none() {
        for (row, expected) in [
            ("0: 0100007F:46A0 0100007F:9C40 06 0:0", true),
            ("0: 0100007F:9C40 0100007F:46A0 01 0:0", true),
            ("0: 0100007F:46A0 00000000:0000 0A 0:0", false),
            ("0: 0100007F:46A1 0100007F:9C40 06 0:0", false),
            ("sl  local_address rem_address   st", false),
        ] {
            assert_eq!(is_connection(row, 18_080), expected, "{row}");
        }
    }
}
