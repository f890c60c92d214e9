//! Messages at fixed times, and what a stall of the server does to them.

use std::io;
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use crate::{errors, fake, measure, measure_wrong, number, run, server};

const STALL: Duration = Duration::from_millis(200);

/// An echo server that stalls once, behind 100 messages of 64 bytes.
fn stalling() -> SocketAddr {
    fake::echo(|piece, before| {
        let stalls_at = 100 * 64;
        if (before..before + piece.len()).contains(&stalls_at) {
            thread::sleep(STALL);
        }
        Ok(())
    })
}

#[test]
fn in_an_open_loop_a_stall_shows_in_all_messages_that_were_due_in_it() {
    // 200 of 600 messages are due in the stall, and wait for 100 milliseconds on average.
    let report = measure("echo", stalling(), "--rate 1000 --count 600");
    let latency = &report["latency_milliseconds"];
    assert!(number(&latency["max"]) >= 199.0, "{report}");
    assert!(
        number(&latency["p90"]) >= 100.0,
        "a tenth has waited longer: {report}"
    );
}

#[test]
fn in_a_closed_loop_a_stall_hides_in_one_message() {
    let report = measure("echo", stalling(), "--count 600");
    let latency = &report["latency_milliseconds"];
    assert!(number(&latency["max"]) >= 199.0, "{report}");
    assert!(number(&latency["p90"]) < 100.0, "{report}");
}

#[test]
fn messages_are_spread_over_their_time() {
    let address = fake::echo(|_, _| Ok(()));
    let report = measure(
        "echo",
        address,
        "--rate 1000 --count 301 --connections 7 --threads 2",
    );
    // The last is due 300 milliseconds behind the first.
    assert!(number(&report["seconds"]) >= 0.3, "{report}");
    assert_eq!(report["messages"], 301);
    let (asked, reached) = (number(&report["rate"]), number(&report["rate_reached"]));
    assert!(asked == 1_000.0 && reached > 0.0 && reached <= asked, "{report}");
}

#[test]
fn a_rate_and_a_duration_make_a_number_of_messages() {
    let address = fake::echo(|_, _| Ok(()));
    let report = measure(
        "echo",
        address,
        "--rate 500 --duration 400ms --warm-up 100ms --connections 3",
    );
    assert_eq!(
        report["latency_messages"], 200,
        "those of the warm-up do not count"
    );
    // How many came in the window depends on the machine. It is as long as it was asked for, whatever came when.
    assert_eq!(report["seconds"], 0.4, "{report}");
}

/// Its clients may send as much as the sockets take, and nothing comes back.
fn deaf() -> SocketAddr {
    fake::server(|_, _stream| {
        thread::park();
        Ok(())
    })
}

#[test]
fn what_was_due_and_could_not_be_sent_is_told() {
    // A thousand messages of 1 MiB are more than any socket takes.
    let flags = "--size 1MiB --rate 5000 --duration 200ms --warm-up 0 --timeout 300ms";
    let (report, line) = measure_wrong("echo", deaf(), flags);
    let (not_sent, missing) = (errors(&report, "not_sent"), errors(&report, "missing"));
    assert!(not_sent > 0 && missing > 0, "{report}");
    assert_eq!(
        not_sent + missing,
        1_000,
        "each that was due is told once: {report}"
    );
    assert!(line.starts_with("loadgen: the server was not right: "), "{line}");
}

#[test]
fn what_was_due_on_a_connection_that_has_failed_is_told() {
    // Of two connections one is closed: half of the messages find nobody.
    let address = fake::server(|number, stream| match number {
        0 => Ok(()),
        _ => io::copy(&mut &stream, &mut &stream).map(drop),
    });
    let (report, _) = measure_wrong(
        "echo",
        address,
        "--connections 2 --rate 1000 --duration 300ms --warm-up 0",
    );
    let answered = number(&report["latency_messages"]) as u64;
    let lost = errors(&report, "missing") + errors(&report, "not_sent");
    assert_eq!((answered, lost), (150, 150), "{report}");
}

/// The busier the sender, the more is due: it must look at the clock while it sends.
#[test]
fn a_rate_that_nobody_can_keep_up_with_ends_in_time() {
    let echo = server("echo-server", &[]);
    let chat = server("chat-server", &["--rate-limit", "0"]);
    for (load, address) in [("echo", echo.address), ("chat", chat.address)] {
        let begin = Instant::now();
        let flags = "--rate 1e9 --duration 100ms --warm-up 0 --timeout 1s";
        let (report, line) = measure_wrong(load, address, flags);
        // A tenth of a second, a second for what is late, a second for the last replies; the rest is for a busy machine.
        assert!(begin.elapsed() < Duration::from_secs(30), "{load}: {report}");
        assert!(errors(&report, "not_sent") > 10_000_000, "{load}: {report}");
        if report["errors"].as_object().expect("errors").len() == 1 {
            let blame = "--rate is more than the server takes, or than this machine sends";
            assert!(line.ends_with(blame), "{line}");
        }
    }
}

#[test]
fn a_slow_rate_does_not_run_out_of_patience() {
    let address = fake::echo(|_, _| Ok(()));
    let report = measure("echo", address, "--rate 0.5 --count 2 --timeout 1s");
    assert_eq!(report["messages"], 2);
}

#[test]
fn what_does_not_come_in_time_is_missing() {
    // It takes everything and answers nothing behind the first 10 messages.
    let address = fake::echo(|piece, before| {
        piece.truncate(640_usize.saturating_sub(before));
        Ok(())
    });
    let flags = "--rate 1000 --count 100 --timeout 2s";
    let (report, _) = measure_wrong("echo", address, flags);
    assert_eq!(
        (&report["messages"], errors(&report, "missing")),
        (&10.into(), 90)
    );
    // A tenth of what was asked for, in the time of all; less where the tenth reply came late.
    assert!(number(&report["rate_reached"]) <= 100.0, "{report}");
    let address = address.to_string();
    let arguments = ["echo", &address].into_iter().chain(flags.split_whitespace());
    let finished = run(&arguments.collect::<Vec<_>>());
    let table = finished.text();
    let row = table.lines().find(|line| line.starts_with("  rate reached "));
    assert!(row.is_some_and(|row| row.contains("  NOT REACHED: ")), "{table}");
}
