//! Runs a model on several threads, each with a listener of its own, and ends with the first thread that ends.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use net::panic_text;

#[cfg(target_os = "linux")]
use crate::{Ready, listener::listen_beside};
#[cfg(target_os = "linux")]
use std::{net::TcpListener, sync::mpsc, thread};

// ANCHOR: on_threads
/// Serves on as many threads, each with a listener of its own, until one of them fails: the clients of a listener
/// without its thread would wait for ever. It is ready when all of them are.
#[cfg(target_os = "linux")]
pub(crate) fn on_threads(
    first: TcpListener,
    threads: usize,
    ready: Ready<'_>,
    serve: fn(&TcpListener, Ready<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let address = first.local_addr()?;
    let mut listeners = vec![first];
    for _ in 1..threads {
        listeners.push(listen_beside(address)?);
    }
    let (tell, told) = mpsc::channel();
    for (number, listener) in listeners.into_iter().enumerate() {
        let tell = tell.clone();
        thread::Builder::new()
            .name(format!("worker-{number}"))
            .spawn(move || {
                let is_ready = || drop(tell.send(News::Ready));
                tell.send(News::End(caught(|| serve(&listener, &is_ready))))
            })?;
    }
    let mut still_starting = threads;
    loop {
        match told.recv().map_err(io::Error::other)? {
            News::Ready => still_starting -= 1,
            News::End(outcome) => return outcome,
        }
        if still_starting == 0 {
            ready();
        }
    }
}

/// What a thread tells.
#[cfg(target_os = "linux")]
enum News {
    Ready,
    End(io::Result<()>),
}
// ANCHOR_END: on_threads

/// What this returns, or the text of its panic as an error: a server that goes on without one of its threads only
/// looks alive.
///
/// # Errors
/// Its own, and its panic.
pub(crate) fn caught(serve: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    // Nobody uses what it has left behind: the process ends.
    catch_unwind(AssertUnwindSafe(serve)).unwrap_or_else(|panic| {
        let text = panic_text(panic.as_ref());
        Err(io::Error::other(format!("a thread panicked: {text}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_with_its_text() {
        let error = caught(|| panic!("no more {}", "places")).expect_err("it panicked");
        assert_eq!(error.to_string(), "a thread panicked: no more places");
        assert!(caught(|| Ok(())).is_ok());
    }
}
