//! Signals: the figures so far are told, marked as such, and no server is left behind.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::{Finished, Process, Program, Signal, eventually};
use crate::{LOADGEN, fake, json, number, server};

/// The signals that end a program, and its exit code then.
const SIGNALS: [(Signal, i32); 3] = [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)];

fn start(arguments: &[&str]) -> Process {
    Program::new(LOADGEN).args(arguments).start()
}

/// A load that has been interrupted when some messages had come.
fn interrupted(flags: &str, signal: Signal) -> Finished {
    let pieces: &AtomicUsize = Box::leak(Box::default());
    let address = fake::echo(|_, _| {
        pieces.fetch_add(1, Ordering::SeqCst);
        Ok(())
    });
    let address = address.to_string();
    let arguments = ["echo", &address].into_iter().chain(flags.split_whitespace());
    let running = start(&arguments.collect::<Vec<_>>());
    eventually("some messages have come", || pieces.load(Ordering::SeqCst) > 20);
    running.signal(signal);
    running.finish()
}

#[test]
fn the_figures_so_far_are_told() {
    for (signal, code) in SIGNALS {
        for flags in [
            "--duration 1h --warm-up 0",
            "--count 1000000000",
            "--rate 1000 --duration 1h --warm-up 0",
        ] {
            let finished = interrupted(&format!("--json {flags}"), signal);
            let line = finished.expect_failure(code);
            assert_eq!(
                line, "loadgen: interrupted: these are the figures so far",
                "{flags}"
            );
            let report = json(&finished);
            assert_eq!(report["interrupted"], true, "{flags}: {report}");
            assert!(number(&report["messages"]) > 10.0, "{flags}: {report}");
            assert!(number(&report["seconds"]) < 3_000.0, "{flags}: {report}");
            assert_eq!(report["errors"], serde_json::json!({}), "{flags}: {report}");
        }
    }
}

#[test]
fn the_table_says_that_it_is_not_all() {
    let finished = interrupted("--duration 1h", Signal::INT);
    let table = finished.text();
    let heading = table.lines().next().expect("a heading");
    assert!(heading.ends_with("; interrupted"), "{table}");
    let last = table.lines().last().expect("a row");
    assert!(
        last.starts_with("  interrupted ") && last.ends_with("messages were on the way"),
        "{table}"
    );
}

#[test]
fn a_comparison_tells_its_whole_rounds() {
    for (signal, code) in SIGNALS {
        let file = format!("{}/rounds-{}", env!("CARGO_TARGET_TMPDIR"), std::process::id());
        let (script, starts) = (format!("{file}.sh"), format!("{file}.starts"));
        let server = Program::path_of_this_build("echo-server");
        fs::write(
            &script,
            format!("echo >>{starts}; exec {server} --bind 127.0.0.1:0\n"),
        )
        .expect("a script");
        let _ = fs::remove_file(&starts);
        let command = format!("scripted=sh {script}");
        let running = start(&[
            "compare", &command, "--rounds", "1000000", "--json", "--", "echo", "--count", "10",
        ]);
        eventually("three rounds have begun", || {
            fs::read_to_string(&starts).is_ok_and(|starts| starts.len() > 3)
        });
        running.signal(signal);
        let finished = running.finish();
        let line = finished.expect_failure(code);
        assert_eq!(line, "loadgen: interrupted: these are the figures so far");
        let comparison = json(&finished);
        assert_eq!(comparison["interrupted"], true, "{comparison}");
        assert!(number(&comparison["rounds"]) >= 2.0, "{comparison}");
        [script, starts]
            .iter()
            .for_each(|file| fs::remove_file(file).expect("a file of this test"));
    }
}

/// nohup(1) does so, and a shell that starts a program in the background.
#[test]
fn a_signal_that_is_ignored_at_the_start_stays_so() {
    let server = server("echo-server", &[]);
    let script = r#"trap '' INT HUP; exec "$0" "$@""#;
    let address = server.address.to_string();
    let arguments = ["-c", script, LOADGEN, "echo", &address, "--duration", "1h"];
    let running = Program::new("/bin/sh").args(&arguments).start();
    eventually("it is under way", || running.catches(Signal::TERM));
    for signal in [Signal::HUP, Signal::INT] {
        assert!(running.ignores(signal), "{signal:?}");
    }
    running.signal(Signal::TERM);
    assert_eq!(running.finish().status.code(), Some(143));
}

/// A comparison whose server, started by a script, has got its first client; and the server's number. The script ends
/// with these lines, in which the server is `SERVER` and its number goes to `ID`.
#[cfg(target_os = "linux")]
fn scripted(name: &str, lines: &str, flags: &[&str]) -> (Process, String) {
    // Its own, where the tests run twice at the same time.
    let file = format!("{}/{name}-{}", env!("CARGO_TARGET_TMPDIR"), std::process::id());
    let (script, id) = (format!("{file}.sh"), format!("{file}.pid"));
    let _ = fs::remove_file(&id);
    let server = format!(
        "{} --bind 127.0.0.1:0",
        Program::path_of_this_build("echo-server")
    );
    let lines = lines.replace("SERVER", &server);
    let lines = lines.replace("ID", &format!("{id}.new && mv {id}.new {id}"));
    fs::write(&script, lines).expect("a script");
    let command = format!("scripted=sh {script}");
    let load = ["--", "echo", "--duration", "1h"];
    let running = start(&[&["compare", &command], flags, &load].concat());
    let mut number = String::new();
    eventually("the server is started", || {
        number = fs::read_to_string(&id).unwrap_or_default().trim().to_owned();
        !number.is_empty()
    });
    let is_socket = |file: &fs::DirEntry| {
        fs::read_link(file.path()).is_ok_and(|target| target.to_string_lossy().starts_with("socket:"))
    };
    eventually("it has a client", || {
        let files = fs::read_dir(format!("/proc/{number}/fd")).into_iter().flatten();
        files.flatten().filter(is_socket).count() > 1
    });
    [script, id]
        .iter()
        .for_each(|file| fs::remove_file(file).expect("a file of this test"));
    (running, number)
}

/// The server would outlive the script.
#[cfg(target_os = "linux")]
const IN_THE_BACKGROUND: &str = "SERVER & echo $! >ID; wait";

/// One that has ended and was not waited for yet has no command line any more.
#[cfg(target_os = "linux")]
fn has_ended(number: &str) {
    let command_line = format!("/proc/{number}/cmdline");
    eventually("it has ended", || {
        fs::read(&command_line).unwrap_or_default().is_empty()
    });
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_no_server_behind() {
    for (signal, code) in SIGNALS {
        let (running, number) = scripted("signal", IN_THE_BACKGROUND, &[]);
        running.signal(signal);
        // Of the first round nothing is told.
        let finished = running.finish();
        let line = finished.expect_failure(code);
        assert!(line.starts_with("loadgen: interrupted: no"), "{line}");
        assert!(finished.stdout.is_empty(), "{}", finished.text());
        has_ended(&number);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_kill_leaves_no_server_behind() {
    for lines in [IN_THE_BACKGROUND, "echo $$ >ID; exec SERVER"] {
        let (running, number) = scripted("kill", lines, &[]);
        running.signal(Signal::KILL);
        running.finish();
        has_ended(&number);
    }
}

/// Those that this program has started.
#[cfg(target_os = "linux")]
fn loops_of(parent: u32) -> Vec<String> {
    let processes = fs::read_dir("/proc").expect("processes").flatten();
    let numbers = processes.map(|process| process.file_name().to_string_lossy().into_owned());
    let is_loop = |number: &String| {
        let file = |name| fs::read_to_string(format!("/proc/{number}/{name}")).unwrap_or_default();
        file("cmdline").contains("while :;") && file("status").contains(&format!("\nPPid:\t{parent}\n"))
    };
    numbers.filter(is_loop).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn endless_loops_end_with_the_comparison_whatever_ends_it() {
    for signal in [Signal::INT, Signal::KILL] {
        let flags = ["--beside-loops", "2"];
        let (running, _) = scripted("loops", IN_THE_BACKGROUND, &flags);
        let loops = loops_of(running.id());
        assert_eq!(loops.len(), 2, "{loops:?}");
        running.signal(signal);
        running.finish();
        for number in loops {
            has_ended(&number);
        }
    }
}
