//! One file for each model.

#[cfg(target_os = "linux")]
pub(crate) mod completion;
#[cfg(target_os = "linux")]
pub(crate) mod epoll_edge;
#[cfg(target_os = "linux")]
pub(crate) mod epoll_level;
pub(crate) mod iterative;
#[cfg(unix)]
pub(crate) mod poll;
pub(crate) mod pool;
#[cfg(unix)]
pub(crate) mod process;
pub(crate) mod runtime;
#[cfg(unix)]
pub(crate) mod select;
pub(crate) mod thread;
#[cfg(target_os = "linux")]
pub(crate) mod thread_per_core;
