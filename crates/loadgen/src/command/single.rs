//! `loadgen echo`, `calc` and `chat`: one load on a server that runs already.

use std::net::SocketAddr;

use anyhow::{Context, ensure};
use clap::Args;
use command_line::print_line;
use figures::check_file;
use net::Family;

use super::flags::{LoadCommand, OneLoad};
use super::load::Load;
use crate::engine::Drive;
use crate::engine::failure::Failure;
use crate::engine::line::Way;
use crate::engine::process::Watch;
use crate::engine::report::Report;
use crate::interrupt;

/// Runs the load, with so many open files at most, and tells of it. An error, too, when the server did something wrong.
pub(super) fn run(command: LoadCommand, limit: Option<u64>) -> anyhow::Result<()> {
    match command {
        LoadCommand::Echo(flags) => run_one(&flags, &Load::echo(&flags.load), limit),
        LoadCommand::Calc(flags) => run_one(&flags, &Load::calc(&flags.load), limit),
        LoadCommand::Chat(flags) => run_one(&flags, &Load::chat(&flags.load), limit),
    }
}

/// A name may have several addresses, and the server may listen at one of them only. Where it listens at
/// none, the reason of the first is told.
fn run_at_any(addresses: &[SocketAddr], load: &Load, drive: &Drive) -> anyhow::Result<Report> {
    let mut first = None;
    for address in addresses {
        match load.run(*address, None, drive) {
            Err(error) if is_connect(&error) => first = first.or(Some(error)),
            outcome => return outcome,
        }
    }
    Err(first.context("no address")?)
}

/// True where no connection has come about.
fn is_connect(error: &anyhow::Error) -> bool {
    error
        .downcast_ref()
        .is_some_and(|failure: &Failure| failure.kind.is_connect())
}

fn run_one<L: Args>(flags: &OneLoad<L>, load: &Load, limit: Option<u64>) -> anyhow::Result<()> {
    load.fits(&flags.drive, limit)?;
    if let Some(pid) = flags.pid {
        // A wrong number must not be found out only after the load.
        Watch::begin(pid)?;
    }
    if let Some(path) = &flags.output.plot {
        check_file(path)?;
    }
    let addresses = flags.address.host_and_port.resolve(Family::Any)?;
    let mut drive = flags.drive.drive(flags.output.plot.is_some(), flags.pid);
    drive.way = match flags.address.is_web {
        true => Way::WebSocket,
        false => flags.drive.way(flags.address.host_and_port.host())?,
    };
    let report = run_at_any(&addresses, load, &drive)?;
    let mut heading = format!("{}, at {}", load.heading(&flags.drive), flags.address);
    if report.interrupted.is_some() {
        heading += "; interrupted";
    }
    if flags.output.json {
        print_line(&serde_json::to_string(&report.json(load.kind()))?)?;
    } else {
        print_line(&report.table(&heading))?;
    }
    if let Some(path) = &flags.output.plot {
        report.plot(path, &heading)?;
    }
    if report.interrupted.is_some() {
        interrupt::check(interrupt::FIGURES_SO_FAR)?;
    }
    report.failures.verdict()?;
    let came = report.messages + report.latencies.len();
    ensure!(came > 0, "no message came in the time that is measured");
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::net::{Ipv4Addr, TcpListener};
    use std::thread;

    use clap::Parser;

    use super::super::flags::{Command, Flags};
    use super::*;

    /// A load of three messages, at the first of these addresses where somebody listens.
    fn run_at(addresses: &[SocketAddr]) -> anyhow::Result<Report> {
        let flags = Flags::parse_from(["loadgen", "echo", "somewhere:1", "--count", "3"]);
        let Command::Load(LoadCommand::Echo(flags)) = flags.command else {
            panic!("an echo was asked for");
        };
        run_at_any(
            addresses,
            &Load::echo(&flags.load),
            &flags.drive.drive(false, None),
        )
    }

    #[test]
    fn a_server_may_listen_at_any_address_of_its_name() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            io::copy(&mut &stream, &mut &stream)
        });
        // The ports of services that nobody runs any more.
        let [nobody, nobody_else] = [1, 2].map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let report = run_at(&[nobody, address, nobody_else]).unwrap();
        assert_eq!((report.messages, report.failures.total()), (3, 0));
        let error = format!("{:#}", run_at(&[nobody, nobody_else]).unwrap_err());
        assert!(
            error.starts_with("127.0.0.1:1: cannot connect: connection refused"),
            "{error}"
        );
    }
}
