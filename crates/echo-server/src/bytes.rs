//! Echo of any bytes.

use net::{ClientConnection, NetError};

use crate::READ_BUFFER;

// ANCHOR: echo
/// Sends back what each read has brought, in one write: sixteen messages in flight cost what one costs.
pub(crate) fn echo(client: &mut ClientConnection) -> Result<(), NetError> {
    let mut buffer = vec![0; READ_BUFFER];
    loop {
        match client.read(&mut buffer)? {
            0 => return Ok(()),
            count => client.write_all(&buffer[..count])?,
        }
    }
}
// ANCHOR_END: echo
