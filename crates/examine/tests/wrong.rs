//! Tests the checks: servers that are right pass all of them, and each mistake fails the checks that are declared for
//! it, and no others. The servers are in `wrong`, and what is declared for each in `mistakes`.

mod mistakes;
#[path = "wrong/mod.rs"]
mod wrong;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use examine::{Check, Kind, Server, Service, Settings, Verdict, examine};
use protocol::Codec;
use wrong::{chat, tables};

/// How many servers are examined at the same time, since a wrong server mostly makes its check wait.
const AT_ONCE: usize = 10;

/// How long to wait for what must come: the machine may be busy.
const PATIENT: Duration = Duration::from_secs(20);

/// How long to wait in a check that must fail, mostly in vain.
const IN_VAIN: Duration = Duration::from_secs(1);

/// How often a mistake may go unnoticed by a check that must find it: some mistakes are races between two threads of
/// the server, and a race is not lost each time.
const TRIES: u32 = 10;

/// In front of a list: all but these.
const ALL_BUT: &str = "all but";

/// What is examined: servers of one kind, with these of their checks.
struct Subject {
    kind: &'static Kind,
    service: Service,
    codec: Codec,
    checks: Vec<Check>,
}

impl Subject {
    fn all_of(kind: &'static Kind) -> Self {
        Self {
            kind,
            service: Service::Daytime,
            codec: Codec::Binary,
            checks: kind.checks(Codec::Binary),
        }
    }
}

/// Which of these checks the server fails.
fn failed(
    subject: &Subject,
    address: SocketAddr,
    checks: &[Check],
    patience: Duration,
) -> BTreeSet<&'static str> {
    let settings = Settings {
        service: subject.service,
        codec: subject.codec,
        patience,
        total: Duration::from_secs(300),
        room_size: chat::ROOM_SIZE,
        table: tables::SETTINGS,
        ..Settings::default()
    };
    let findings = examine(
        subject.kind,
        &mut Server::running(address),
        &settings,
        checks,
        |_| Ok(()),
    );
    let findings = findings.expect("nothing is started");
    let failed = findings
        .iter()
        .filter(|one| matches!(one.verdict, Verdict::Failed { .. }));
    failed.map(|one| one.check.name).collect()
}

/// Each mistake fails the checks that are declared for it, and no others.
#[track_caller]
fn verify<M: Debug + Copy + Sync>(
    kind: &'static Kind,
    start: fn(Option<M>) -> SocketAddr,
    declared: &[(M, &[&'static str])],
) {
    verify_subject(&Subject::all_of(kind), start, declared);
}

/// The same for one service of several, or one codec.
#[track_caller]
fn verify_subject<M: Debug + Copy + Sync>(
    subject: &Subject,
    start: fn(Option<M>) -> SocketAddr,
    declared: &[(M, &[&'static str])],
) {
    let checks = &subject.checks;
    // All the servers are in this process, with hundreds of clients of theirs, and many systems begin with 1,024 descriptors.
    let _ = net::raise_descriptor_limit();
    assert_eq!(
        failed(subject, start(None), checks, PATIENT),
        BTreeSet::new(),
        "the right server"
    );
    let surprises = all_at_once(declared, |(mistake, declared)| {
        let declared = names(checks, declared);
        let (mut must_fail, must_pass): (Vec<Check>, Vec<Check>) =
            checks.iter().partition(|check| declared.contains(check.name));
        let mut found = BTreeSet::new();
        for _ in 0..TRIES {
            must_fail.retain(|check| !found.contains(check.name));
            if must_fail.is_empty() {
                break;
            }
            found.extend(failed(subject, start(Some(*mistake)), &must_fail, IN_VAIN));
        }
        found.extend(failed(subject, start(Some(*mistake)), &must_pass, PATIENT));
        (found != declared).then(|| format!("{mistake:?}: found {found:?}, declared {declared:?}"))
    });
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}

/// Looks at all of them, several at the same time.
fn all_at_once<T: Sync>(items: &[T], look: impl Fn(&T) -> Option<String> + Sync) -> Vec<String> {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let work = || {
            let items = std::iter::from_fn(|| items.get(next.fetch_add(1, Ordering::Relaxed)));
            items.filter_map(&look).collect::<Vec<_>>()
        };
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        let found = threads.into_iter().map(|thread| thread.join().expect("no panic"));
        found.flatten().collect()
    })
}

fn names(checks: &[Check], declared: &[&'static str]) -> BTreeSet<&'static str> {
    match declared.split_first() {
        Some((&ALL_BUT, passed)) => {
            let names = checks.iter().map(|check| check.name);
            names.filter(|name| !passed.contains(name)).collect()
        }
        _ => declared.iter().copied().collect(),
    }
}
