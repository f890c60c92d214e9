//! Makes listeners at an address: all steps from no socket to one that listens.

use crate::each_address::open_each;
use crate::listener::BACKLOG;
use crate::{Listener, NetAddress, NetError, Socket};

impl Listener {
    // ANCHOR: bind
    /// All steps from no socket to a listener at once, as a server wants them, at the first address of the host;
    /// port 0 lets the system choose.
    ///
    /// # Errors
    /// [`NetError::Resolve`] or [`NetError::Listen`].
    pub fn bind(address: &NetAddress) -> Result<Self, NetError> {
        Socket::tcp(address)?
            .reuse_address(true)?
            .bind(address)?
            .listen(BACKLOG)
    }
    // ANCHOR_END: bind

    // ANCHOR: bind_all
    /// The same at every address of the host, all with one port: a name can have an address of each family, and a
    /// client takes whichever it likes. Those that this machine does not have are left out with a warning, unless
    /// none is left. Never an empty list.
    ///
    /// # Errors
    /// [`NetError::Resolve`], or [`NetError::Listen`] where the port is taken at one of them.
    pub fn bind_all(address: &NetAddress) -> Result<Vec<Self>, NetError> {
        open_each(address, |one| {
            let listener = Self::bind(&one.into())?;
            let local = listener.local_address()?;
            Ok((listener, local))
        })
    }
    // ANCHOR_END: bind_all
}
