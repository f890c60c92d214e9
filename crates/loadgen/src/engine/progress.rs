//! A bar on standard error while the load runs, where that is a terminal.

use std::env;
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::drive::{Drive, Length};

const TEMPLATE: &str = "{wide_bar} {percent:>3}%  {msg}";

/// How far a load is. Shows nothing where nobody watches.
pub(super) struct Progress {
    bar: ProgressBar,
    begin: Instant,
    warm_up: Duration,
    length: Length,
}

/// A dumb terminal cannot take a bar away again.
fn has_screen() -> bool {
    io::stderr().is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb")
}

impl Progress {
    /// Time between two looks: as often as an eye can follow.
    pub(super) const INTERVAL: Duration = Duration::from_millis(100);

    /// Of messages each of which comes so many times.
    pub(super) fn new(drive: &Drive, epoch: Instant, copies: u64) -> Self {
        let (target, length) = match drive.length {
            _ if !drive.progress || !has_screen() => (ProgressDrawTarget::hidden(), 0),
            Length::For(window) => (ProgressDrawTarget::stderr(), window.as_millis() as u64),
            Length::Count(count) => (ProgressDrawTarget::stderr(), count.saturating_mul(copies)),
        };
        let bar = ProgressBar::with_draw_target(Some(length), target);
        // The template is a constant; a wrong one would only leave the default style.
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            bar.set_style(style);
        }
        Self {
            bar,
            begin: epoch + drive.warm_up,
            warm_up: drive.warm_up,
            length: drive.length,
        }
    }

    /// So many messages have come.
    pub(super) fn show(&self, count: u64) {
        let elapsed = self.begin.elapsed();
        match self.length {
            Length::For(window) => self.bar.set_position(elapsed.min(window).as_millis() as u64),
            Length::Count(_) => self.bar.set_position(count),
        }
        if elapsed.is_zero() && !self.warm_up.is_zero() {
            self.bar.set_message("warming up");
        } else {
            let per_second = count as f64 / elapsed.as_secs_f64().max(0.001);
            let per_second = figures::thousands(per_second);
            self.bar.set_message(format!("{per_second} messages a second"));
        }
    }

    /// Takes the bar away: the table says it all.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
