//! Ctrl-C and SIGTERM, where no prompt has the terminal: something is done before they end the program.

use std::io;

/// Does this first.
#[cfg(unix)]
pub(super) fn before_the_end(act: impl Fn() + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    let watcher = std::thread::Builder::new().name("interrupts".to_owned());
    watcher.spawn(move || {
        for signal in signals.forever() {
            act();
            // It does not come back.
            let _ = emulate_default_handler(signal);
        }
    })?;
    Ok(())
}

/// Elsewhere the API server finds out by itself that nobody asks any more.
#[cfg(not(unix))]
pub(super) fn before_the_end(_: impl Fn() + Send + 'static) -> io::Result<()> {
    Ok(())
}
