//! SIGHUP: the files are read again, as servers have done it at this signal for decades.

use std::sync::Arc;

use net::NetError;

use crate::TlsServer;

impl TlsServer {
    /// From now on [reads the files again](Self::reload) at SIGHUP, which ends the server no more. Call it when
    /// [`Shutdown::on_signals`](net::Shutdown::on_signals) has been called. Where there is no such signal, a new
    /// certificate needs a restart.
    ///
    /// # Errors
    /// [`NetError::NoThreadFor`]; [`NetError::Io`] when the signal cannot be watched.
    pub fn reload_on_hangup(self: &Arc<Self>) -> Result<(), NetError> {
        #[cfg(unix)]
        {
            use std::thread;

            use signal_hook::consts::SIGHUP;
            use signal_hook::iterator::Signals;

            net::release_hangup();
            let cannot = |error| NetError::no_thread_for("new certificates at SIGHUP", error);
            let mut signals = Signals::new([SIGHUP]).map_err(cannot)?;
            let tls = Arc::clone(self);
            let reader = thread::Builder::new().name("certificates".to_owned());
            // It ends with the process.
            reader
                .spawn(move || signals.forever().for_each(|_| tls.reload()))
                .map_err(cannot)?;
        }
        Ok(())
    }
}
