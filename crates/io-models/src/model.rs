//! The names of the models, and which function each is.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use clap::ValueEnum;
use net::Shutdown;

#[cfg(target_os = "linux")]
use crate::listener::listen_first;
use crate::{Ready, listener::listen, models, threads::caught};

/// How a server waits for its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Model {
    /// One client after another
    Iterative,
    /// A process for each client: fork, and waitpid when it ends
    Process,
    /// A thread for each client
    Thread,
    /// A fixed number of threads, which take clients from a channel
    Pool,
    /// One thread that waits for all clients with select
    Select,
    /// One thread that waits for all clients with poll
    Poll,
    /// One thread, epoll, told as long as there is something
    EpollLevel,
    /// One thread, epoll, told once when something has come
    EpollEdge,
    /// As epoll-edge, on several threads, each with a listener of its own
    #[value(alias = "reactor")]
    ThreadPerCore,
    /// io_uring, one operation at a time
    CompletionOne,
    /// io_uring, many operations at a time, each with its context
    CompletionContexts,
    /// As completion-contexts, on several threads
    CompletionWorkers,
    /// io_uring, buffers only for clients that have sent something
    Completion,
    /// What an asynchronous runtime (tokio) makes of it
    Async,
}

/// What some of the models can be told, and the others have no use for.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// For the models that have a fixed number of threads.
    pub threads: usize,
    /// For [`Model::EpollLevel`]: silence after which a client is closed.
    pub idle_timeout: Option<Duration>,
}

impl Model {
    /// The socket for this model, at an address; port 0 lets the system choose.
    ///
    /// # Errors
    /// Those of socket(2), bind(2) and listen(2), for instance where somebody listens there already.
    pub fn listen(self, address: SocketAddr) -> io::Result<TcpListener> {
        match self {
            #[cfg(target_os = "linux")]
            Self::ThreadPerCore | Self::CompletionWorkers | Self::Completion => listen_first(address),
            _ => listen(address),
        }
    }

    /// Serves the clients of `listener` with this model, until the process ends, and says when it is `ready`.
    /// `shutdown` is for the one that must clean up, since processes outlive their parent.
    ///
    /// # Errors
    /// What kept it from starting, or took its listener away; a client's error is no reason to return.
    pub fn run(
        self,
        listener: TcpListener,
        options: Options,
        shutdown: &Shutdown,
        ready: Ready<'_>,
    ) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        use models::{completion, epoll_edge, epoll_level, thread_per_core};
        use models::{iterative, pool, runtime, thread};
        #[cfg(unix)]
        use models::{poll, process, select};

        let Options {
            threads,
            idle_timeout,
        } = options;
        #[allow(unreachable_patterns, reason = "on Linux all of them are there")]
        caught(|| match self {
            Self::Iterative => nothing_more(ready, || iterative::run(&listener)),
            #[cfg(unix)]
            Self::Process => process::run(&listener, shutdown, ready),
            Self::Thread => nothing_more(ready, || thread::run(&listener)),
            Self::Pool => pool::run(&listener, threads, ready),
            #[cfg(unix)]
            Self::Select => nothing_more(ready, || select::run(&listener)),
            #[cfg(unix)]
            Self::Poll => nothing_more(ready, || poll::run(&listener)),
            #[cfg(target_os = "linux")]
            Self::EpollLevel => epoll_level::run(&listener, idle_timeout, ready),
            #[cfg(target_os = "linux")]
            Self::EpollEdge => epoll_edge::run(&listener, ready),
            #[cfg(target_os = "linux")]
            Self::ThreadPerCore => thread_per_core::run(listener, threads, ready),
            #[cfg(target_os = "linux")]
            Self::CompletionOne => completion::one::run(&listener, ready),
            #[cfg(target_os = "linux")]
            Self::CompletionContexts => completion::contexts::run(&listener, ready),
            #[cfg(target_os = "linux")]
            Self::CompletionWorkers => completion::contexts::run_on_threads(listener, threads, ready),
            #[cfg(target_os = "linux")]
            Self::Completion => completion::buffers::run(listener, threads, ready),
            Self::Async => runtime::run(listener, threads, ready),
            _ => Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "this system does not have it; Linux has",
            )),
        })
    }
}

/// For a model that needs nothing but its listener.
fn nothing_more(ready: Ready<'_>, run: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    ready();
    run()
}

/// As on the command line.
impl fmt::Display for Model {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_possible_value() {
            Some(value) => text.write_str(value.get_name()),
            None => fmt::Debug::fmt(self, text),
        }
    }
}
