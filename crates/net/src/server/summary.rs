//! What a server has done, in numbers.

use std::fmt;

/// What a server has done between its start and its end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Clients that were served.
    pub served: u64,
    /// Clients that were refused: over a limit, or no thread for them.
    pub refused: u64,
    /// Clients that were closed for breaking a limit or the protocol.
    pub cut_off: u64,
    /// Bytes read from clients.
    pub bytes_in: u64,
    /// Bytes written to clients.
    pub bytes_out: u64,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} clients served, {} refused, {} cut off; {} bytes in, {} bytes out",
            self.served, self.refused, self.cut_off, self.bytes_in, self.bytes_out
        )
    }
}
