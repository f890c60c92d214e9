//! The daytime service, which sends the time to every client that connects (RFC 867 over TCP; with four bytes RFC 868
//! over TCP).

use std::time::SystemTime;

use net::{ClientConnection, NetError};

use crate::TimeFormat;

// ANCHOR: serve
/// Sends the time. What the client may have sent is not read here: when this returns, the server shuts its side
/// and throws that away, so that it cannot destroy the reply.
pub(crate) fn serve(
    client: &mut ClientConnection,
    format: TimeFormat,
    now: SystemTime,
) -> Result<(), NetError> {
    client.write_all(&format.bytes(now))
}
// ANCHOR_END: serve
