//! The echo of any bytes: reads and sends back.

use net::{ClientConnection, NetError, ReadBuffer};

// ANCHOR: echo
/// Sends back what each read has brought, in one write: sixteen messages in flight cost what one costs.
pub(crate) fn echo(client: &mut ClientConnection) -> Result<(), NetError> {
    let mut buffer = ReadBuffer::default();
    loop {
        match client.read_into(&mut buffer)? {
            [] => return Ok(()),
            bytes => client.write_all(bytes)?,
        }
    }
}
// ANCHOR_END: echo
