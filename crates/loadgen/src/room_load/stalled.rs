//! One member who never reads: what it costs the others.
//!
//! A server with limits cuts it off at some time, mostly within the first second; the figure holds what is
//! left of the time before, and the time after.

use std::io::{ErrorKind, Read};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::Context;
use figures::{Spread, median};

use super::Contestant;
use super::cell::{RoomCell, run_entered};
use super::entrance;
use super::flags::Flags;
use crate::bench::flags::{PATIENCE, RunFlags};
use crate::bench::rounds::alternate;
use crate::engine::report::Report;

/// How long nothing comes to the stalled member when it reads at last, if it has not been cut off.
const SILENCE: Duration = Duration::from_secs(1);

/// A server, with or without the member who never reads.
#[derive(Clone, Copy)]
struct Case<'a> {
    contestant: &'a Contestant,
    stalled: bool,
}

/// Measures each server in the same room twice: with the stalled member, and without.
pub(super) fn run(cell: RoomCell, contestants: &[Contestant], flags: &Flags) -> anyhow::Result<()> {
    for cell in flags.cells(&[cell]) {
        println!(
            "deliveries a second to those who read; window {:?}",
            flags.run.window()
        );
        println!("{cell}, of whom one never reads, and without that one");
        println!(
            "  {:<14} {:>10} {:>10} {:>10} {:>10}   {:>16} {:>9}   cut off",
            "server", "without", "with", "min", "max", "ratio of medians", "by round"
        );
        for contestant in contestants {
            measure(cell, contestant, &flags.run).with_context(|| contestant.name().to_owned())?;
        }
    }
    Ok(())
}

fn measure(cell: RoomCell, contestant: &Contestant, run: &RunFlags) -> anyhow::Result<()> {
    let cases = [false, true].map(|stalled| Case { contestant, stalled });
    let mut cut_off = 0;
    let figures = alternate(&cases, run.rounds(), |case| {
        let (figure, was_cut_off) = case.measure(cell, run)?;
        cut_off += u32::from(was_cut_off);
        Ok(figure)
    })?;
    let Spread {
        min: least,
        max: greatest,
        ..
    } = Spread::of(&figures[1]);
    let of_medians = median(&figures[1]) / median(&figures[0]);
    let of_rounds = Spread::of_ratios(&figures[1], &figures[0]).median;
    println!(
        "  {:<14} {:>10.0} {:>10.0} {least:>10.0} {greatest:>10.0}   {of_medians:>16.3} {of_rounds:>9.3}   {cut_off} of {}",
        contestant.name(),
        median(&figures[0]),
        median(&figures[1]),
        run.rounds()
    );
    Ok(())
}

impl Case<'_> {
    /// Deliveries a second to the others, and whether the server has cut off the one who never reads.
    fn measure(&self, cell: RoomCell, run: &RunFlags) -> anyhow::Result<(f64, bool)> {
        let running = self.contestant.start()?;
        let dialect = self.contestant.dialect;
        // The others are the same number in both cases.
        let members = cell.members - usize::from(!self.stalled);
        let mut entered = entrance::enter(running.address, dialect, cell.rooms, members, PATIENCE)?;
        let stalled = if self.stalled {
            entered.first_mut().and_then(Vec::pop)
        } else {
            None
        };
        let figure =
            run_entered(dialect, cell, entered, Duration::ZERO, &run.drive()).and_then(Report::flawless)?;
        let was_cut_off = match stalled {
            Some(member) => ends(member.stream)?,
            None => false,
        };
        Ok((figure, was_cut_off))
    }
}

/// True when the stream ends, after all that was on the way.
fn ends(mut stream: TcpStream) -> anyhow::Result<bool> {
    stream.set_read_timeout(Some(SILENCE))?;
    let mut buffer = [0; 64 * 1024];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(true),
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return Ok(false);
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok(true),
            Err(error) => return Err(error).context("cannot read as the stalled member"),
        }
    }
}
