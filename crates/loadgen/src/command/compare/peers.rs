//! Servers in C that ours are compared with: kept in this program as their source, and compiled where they are asked for.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, id};

use anyhow::{Context, ensure};

use crate::server::ServerCommand;

/// Their names, as in a command, and their sources.
const SOURCES: [(&str, &str); 2] = [
    ("echo-pthread", include_str!("../../../peers/echo-pthread.c")),
    (
        "calc-three-calls",
        include_str!("../../../peers/calc-three-calls.c"),
    ),
];

/// The peers that have been compiled. Their files are gone with it.
#[derive(Default)]
pub(super) struct Peers {
    folder: Option<PathBuf>,
}

impl Peers {
    /// Whether a server can be started: it is installed, or it can be compiled.
    pub(super) fn can_start(command: &ServerCommand) -> bool {
        match source(command) {
            Some(_) => Command::new("cc").arg("--version").output().is_ok(),
            None => command.is_installed(),
        }
    }

    /// Compiles those of these servers that are peers, where they are not installed.
    ///
    /// # Errors
    /// When there is no compiler, or it refuses.
    pub(super) fn compile(&mut self, commands: Vec<ServerCommand>) -> anyhow::Result<Vec<ServerCommand>> {
        let compiled = |command| match source(&command) {
            Some((name, source)) => Ok(command.with_program(self.program(name, source)?)),
            None => Ok(command),
        };
        commands.into_iter().map(compiled).collect()
    }

    fn program(&mut self, name: &str, source: &str) -> anyhow::Result<PathBuf> {
        let folder = match &self.folder {
            Some(folder) => folder.clone(),
            None => self.make_folder()?,
        };
        let program = folder.join(name);
        if !program.exists() {
            let file = program.with_extension("c");
            fs::write(&file, source).with_context(|| format!("cannot write {}", file.display()))?;
            compile(&file, &program)?;
        }
        Ok(program)
    }

    fn make_folder(&mut self) -> anyhow::Result<PathBuf> {
        // A new one, which nobody else has prepared.
        let folder = env::temp_dir().join(format!("loadgen-peers-{}", id()));
        fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        self.folder = Some(folder.clone());
        Ok(folder)
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            // A folder for temporary files is emptied by the system, too.
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// The name and the source of a peer that is not installed.
fn source(command: &ServerCommand) -> Option<(&'static str, &'static str)> {
    let name = command.file_name()?;
    let peer = SOURCES.iter().find(|(peer, _)| *peer == name)?;
    (!command.is_installed()).then_some(*peer)
}

fn compile(source: &Path, program: &Path) -> anyhow::Result<()> {
    let mut compiler = Command::new("cc");
    compiler.args(["-O2", "-pthread", "-Wall", "-Wextra", "-o"]);
    let output = compiler.arg(program).arg(source).output();
    let output = output.context("cannot start the C compiler `cc`")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "cannot compile {}: {said}",
        source.display()
    );
    Ok(())
}
