//! One load on a server that is there.

use anyhow::{Context, bail};
use clap::Args;
use command_line::print_line;
use net::Family;

use super::flags::{LoadCommand, OneLoad};
use super::load::Load;
use crate::drive::process::Watched;

/// Runs the load and tells of it. An error, too, when the server did something wrong.
pub(super) fn run(command: LoadCommand) -> anyhow::Result<()> {
    match command {
        LoadCommand::Echo(flags) => run_one(&flags, &Load::echo(&flags.load)),
        LoadCommand::Calc(flags) => run_one(&flags, &Load::calc(&flags.load)),
        LoadCommand::Chat(flags) => run_one(&flags, &Load::chat(&flags.load)),
    }
}

fn run_one<L: Args>(flags: &OneLoad<L>, load: &Load) -> anyhow::Result<()> {
    if let Some(pid) = flags.pid {
        // A wrong number shall not be found out after the load.
        Watched::new(pid).begin()?;
    }
    let addresses = flags.address.resolve(Family::Any)?;
    let address = *addresses.first().context("no address")?;
    let drive = flags.drive.drive(flags.output.plot.is_some(), true, flags.pid);
    let report = load.run(address, None, &drive)?;
    let heading = format!("{}, at {}", load.heading(&flags.drive), flags.address);
    if flags.output.json {
        print_line(&serde_json::to_string(&report.json(load.kind()))?)?;
    } else {
        print_line(&report.table(&heading))?;
    }
    if let Some(path) = &flags.output.plot {
        report.plot(path, &heading)?;
    }
    if report.messages == 0 && report.failures.is_empty() {
        bail!("no message came");
    }
    match report.failures.total() {
        0 => Ok(()),
        1 => bail!("the server was not right: 1 error"),
        count => bail!("the server was not right: {count} errors"),
    }
}
