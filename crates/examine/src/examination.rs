//! Runs all checks of one kind, one after the other, against one server.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use anyhow::bail;
use net::panic_text;

use crate::check::Check;
use crate::failure::Failure;
use crate::kind::Kind;
use crate::server::Server;
use crate::settings::Settings;
use crate::stage::{Examination, Stage};

/// What became of one check.
#[derive(Clone)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// How it went.
    pub verdict: Verdict,
}

/// How a check went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The server does it right.
    Passed,
    /// The server does something else.
    Failed {
        /// What it does.
        failure: Box<Failure>,
        /// What has been said up to there.
        conversation: Vec<String>,
    },
    /// The check cannot be done with this server, or with these flags.
    Skipped(&'static str),
    /// There was no time left for it, or not enough, which is no success.
    NotReached,
}

impl Verdict {
    /// Whether the server is found right, as far as this check goes.
    #[must_use]
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Passed | Self::Skipped(_))
    }
}

/// Does the checks, and tells of each as soon as it is done.
///
/// A server that the examiner has started itself is started again when it has ended, and after a check that
/// it fails, since nobody knows in which state that has left it. Where it had done other checks before, that
/// check is done again, and only the second time counts.
///
/// # Errors
/// When nobody can connect to the server, or it cannot be started again.
pub fn examine(
    kind: &Kind,
    server: &mut Server,
    settings: &Settings,
    checks: &[Check],
    mut tell: impl FnMut(&Finding) -> anyhow::Result<()>,
) -> anyhow::Result<Vec<Finding>> {
    let examination = Examination::new(settings);
    let end = examination.end;
    let mut findings: Vec<Finding> = Vec::new();
    for (number, check) in (0..).zip(checks) {
        let mut play = |server: &Server| {
            let settings = server.services(settings);
            let stage = kind.stage(server.address(), &settings, &examination, number);
            play(check, stage)
        };
        let verdict = match check.needs.missing(&server.services(settings)) {
            Some(reason) => Verdict::Skipped(reason),
            None => verdict(server, end, &mut play)?,
        };
        let finding = Finding {
            check: *check,
            verdict,
        };
        let is_first = findings
            .iter()
            .all(|one| matches!(one.verdict, Verdict::Skipped(_)));
        if is_first {
            bail_if_nobody_is_there(server, &finding)?;
        }
        tell(&finding)?;
        findings.push(finding);
    }
    Ok(findings)
}

/// Where the first client of all cannot connect, the others would say the same.
fn bail_if_nobody_is_there(server: &Server, first: &Finding) -> anyhow::Result<()> {
    match &first.verdict {
        Verdict::Failed {
            failure,
            conversation,
        } if failure.is_refusal && conversation.len() == 1 => {
            bail!("no server at {}: {}", server.address(), failure.came.words)
        }
        _ => Ok(()),
    }
}

fn verdict(
    server: &mut Server,
    end: Instant,
    play: &mut impl FnMut(&Server) -> Verdict,
) -> anyhow::Result<Verdict> {
    if Instant::now() >= end || !server.is_there(end)? {
        return Ok(Verdict::NotReached);
    }
    let was_used = server.was_used();
    let mut verdict = play(server);
    if verdict.is_good() {
        server.set_used();
        return Ok(verdict);
    }
    // It may have been on its way out since the check before, and that is not the fault of this one.
    if was_used && Instant::now() < end {
        server.end();
        if server.is_there(end)? {
            verdict = play(server);
        }
    }
    // Nobody knows what would have come with more time.
    if Instant::now() >= end {
        return Ok(Verdict::NotReached);
    }
    if let (Verdict::Failed { failure, .. }, Some(status)) = (&mut verdict, server.ended()) {
        let ended = format!("the server has ended ({status})");
        let remarks = failure.remark.take().into_iter().chain([ended]);
        failure.remark = Some(remarks.collect::<Vec<_>>().join("; "));
    }
    server.end();
    Ok(verdict)
}

fn play(check: &Check, stage: Stage<'_>) -> Verdict {
    // The stage is only told out afterwards.
    let outcome = catch_unwind(AssertUnwindSafe(|| (check.play)(&stage)));
    match outcome.unwrap_or_else(|cause| Err(panicked(cause.as_ref()))) {
        Ok(()) => Verdict::Passed,
        Err(failure) => Verdict::Failed {
            failure,
            conversation: stage.into_conversation(),
        },
    }
}

/// A check that panics has failed, and no more: the others are still to be done.
fn panicked(cause: &(dyn Any + Send)) -> Box<Failure> {
    let came = format!("a panic of the check: {}", panic_text(cause));
    Failure::words("the check comes to its end", came)
        .remarked("a fault of examine, which says nothing about the server")
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use protocol::Codec;

    use super::*;
    use crate::failure::Outcome;
    use crate::kinds::ECHO_LINE;

    fn check(name: &'static str, play: fn(&Stage<'_>) -> Outcome) -> Check {
        let any = ECHO_LINE.checks(Codec::Binary)[0];
        Check { name, play, ..any }
    }

    #[test]
    fn a_check_that_panics_fails_and_the_next_one_is_done() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut server = Server::running(listener.local_addr().unwrap());
        let panics = check("panics", |stage| {
            let _client = stage.connect()?;
            panic!("no such packet")
        });
        let checks = [panics, check("connects", |stage| stage.connect().map(drop))];
        let findings = examine(&ECHO_LINE, &mut server, &Settings::default(), &checks, |_| Ok(()));
        let [first, second] = &findings.unwrap()[..] else {
            panic!("two findings");
        };
        let Verdict::Failed {
            failure,
            conversation,
        } = &first.verdict
        else {
            panic!("{:?}", first.verdict);
        };
        assert_eq!(failure.came.words, "a panic of the check: no such packet");
        assert_eq!(conversation, &["client 1 connects"]);
        assert_eq!(second.verdict, Verdict::Passed);
    }
}
