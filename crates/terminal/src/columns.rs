//! How wide the terminal is.

/// The width where nobody knows it: that of a terminal since the VT52.
const USUAL: usize = 80;

/// The columns of the terminal behind standard output, as it is now: its window may have been made wider or narrower.
#[cfg(unix)]
#[must_use]
pub fn columns() -> usize {
    let size = rustix::termios::tcgetwinsize(std::io::stdout());
    let columns = size.map_or(0, |size| usize::from(size.ws_col));
    // A terminal that nobody has told its size has 0.
    if columns == 0 { USUAL } else { columns }
}

/// The columns of a terminal that is not asked.
#[cfg(not(unix))]
#[must_use]
pub fn columns() -> usize {
    USUAL
}
