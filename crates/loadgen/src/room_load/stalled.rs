//! Members that never read: whether the server has cut them off when a load is over.

use std::io::{ErrorKind, Read};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::Context;

use super::entrance::Entered;
use crate::engine::report::Stalled;

/// How long nothing comes to them when they read at last, if they have not been cut off.
const SILENCE: Duration = Duration::from_secs(1);

/// A wait, since none at all would be for ever.
const MOMENT: Duration = Duration::from_millis(1);

/// Reads what is on the way to them, and counts those whose stream ends behind it; nothing where there are none.
///
/// # Errors
/// When the system does not let one read.
pub(super) fn look_at(members: Vec<Entered>) -> anyhow::Result<Option<Stalled>> {
    if members.is_empty() {
        return Ok(None);
    }
    // They have all been silent for the same time.
    let end = Instant::now() + SILENCE;
    let mut cut_off = 0;
    for member in &members {
        cut_off += usize::from(ends(member.line.socket(), end).context("cannot read as a stalled member")?);
    }
    Ok(Some(Stalled {
        members: members.len(),
        cut_off,
    }))
}

/// True when the stream ends, sealed or not, after all that was on the way.
fn ends(mut stream: &TcpStream, silent_until: Instant) -> std::io::Result<bool> {
    let mut buffer = [0; 64 * 1024];
    loop {
        let left = silent_until.saturating_duration_since(Instant::now());
        stream.set_read_timeout(Some(left.max(MOMENT)))?;
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(true),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok(true),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return Ok(false);
            }
            Err(error) => return Err(error),
        }
    }
}
