//! Several servers in one program, side by side.

use std::io;
use std::panic;
use std::thread::{self, Scope, ScopedJoinHandle};

/// A server that runs on a thread of its own, beside others.
///
/// ```
/// use net::Service;
///
/// let answers = std::thread::scope(|scope| {
///     let services = ["one", "two"].map(|name| Service::spawn(scope, name, move || name.len()));
///     services.into_iter().map(|service| service.map(Service::join)).collect::<Result<Vec<_>, _>>()
/// });
/// assert_eq!(answers?, [3, 3]);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Service<'scope, T>(ScopedJoinHandle<'scope, T>);

impl<'scope, T: Send + 'scope> Service<'scope, T> {
    /// Starts it, on a thread of this name.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn spawn(
        scope: &'scope Scope<'scope, '_>,
        name: impl Into<String>,
        serve: impl FnOnce() -> T + Send + 'scope,
    ) -> io::Result<Self> {
        thread::Builder::new()
            .name(name.into())
            .spawn_scoped(scope, serve)
            .map(Self)
    }

    /// Waits for its end, and gives what it has to say. A panic of it goes on here.
    pub fn join(self) -> T {
        self.0.join().unwrap_or_else(|cause| panic::resume_unwind(cause))
    }
}
