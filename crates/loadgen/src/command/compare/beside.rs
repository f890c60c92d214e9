//! Endless loops beside a comparison: how do servers do on a machine whose processors are never free?

use std::process::{Command, Stdio};

use anyhow::Context;
use command_line::ProcessGroup;

/// What computes without an end, and asks the system for nothing.
const LOOP: [&str; 2] = ["-c", "while :; do :; done"];

/// So many loops, each a process of normal priority. They end with it, and with this program, however that ends.
pub(super) struct Beside {
    _loops: Vec<ProcessGroup>,
}

impl Beside {
    /// Starts them.
    ///
    /// # Errors
    /// When there is no shell.
    pub(super) fn start(count: usize) -> anyhow::Result<Self> {
        let start = |_| {
            let mut command = Command::new("sh");
            command.args(LOOP).stdout(Stdio::null());
            ProcessGroup::start(&mut command).context("cannot start an endless loop (sh)")
        };
        let _loops = (0..count).map(start).collect::<anyhow::Result<_>>()?;
        Ok(Self { _loops })
    }
}
