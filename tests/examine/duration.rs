//! No server can make an examination last for ever.

use std::io::Write;
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use examine::{Settings, Verdict, kinds};
use protocol::Codec;

#[test]
fn a_server_that_says_nothing_does_not_take_longer_than_allowed() {
    // It accepts, in the queue of its listener, and that is all.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let settings = Settings {
        total: Duration::from_secs(1),
        patience: Duration::from_millis(300),
        ..Settings::default()
    };
    let started = Instant::now();
    let mut server = examine::Server::running(address);
    let checks = kinds::CHAT.checks(Codec::Binary);
    let findings =
        examine::examine(&kinds::CHAT, &mut server, &settings, &checks, |_| Ok(())).expect("it is there");
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(findings.len(), checks.len());
    let not_reached = findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::NotReached);
    assert!(not_reached.count() > checks.len() / 2);
    // Three times 300 milliseconds; the fourth has no time to fail.
    let failed = findings
        .iter()
        .filter(|finding| matches!(finding.verdict, Verdict::Failed { .. }));
    assert!(failed.count() <= 3);
    assert!(findings.iter().all(|finding| finding.verdict != Verdict::Passed));
}

/// All that a server says is looked at, but not for ever.
#[test]
fn a_server_that_says_more_and_more_is_no_trouble() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || while client.write_all(&[b'7'; 10_000]).is_ok() {});
        }
    });
    for kind in kinds::ALL {
        let settings = Settings {
            total: Duration::from_secs(2),
            sessions: Some(address),
            ..Settings::default()
        };
        let started = Instant::now();
        let mut server = examine::Server::running(address);
        let findings = examine::examine(kind, &mut server, &settings, &kind.checks(Codec::Binary), |_| {
            Ok(())
        });
        let findings = findings.expect("it is there");
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "{:?}",
            started.elapsed()
        );
        assert!(
            findings.iter().all(|finding| finding.verdict != Verdict::Passed),
            "{kind:?}"
        );
    }
}
