//! What the servers log of a client, as text and as JSON, and a log that nobody reads or that is on a full disk.

use std::fs::{File, OpenOptions};
use std::process::Stdio;

use serde_json::Value;

use crate::kinds::each;
use crate::support::Process;

fn full_disk() -> File {
    let full = OpenOptions::new().write(true).open("/dev/full");
    full.expect("a device")
}

#[test]
fn only_addresses_are_printed_on_standard_output() {
    each(|kind| {
        let server = kind.start(&["--log", "trace"]);
        kind.serves(&mut server.connect());
        let finished = server.terminate().expect_success();
        let text = finished.text();
        assert_eq!(text.lines().count(), kind.listens.len() / 2, "{text}");
        assert!(
            text.lines().all(|line| line.contains("listening on 127.0.0.1:")),
            "{text}"
        );
    });
}

#[test]
fn debug_logs_how_every_connection_began_and_ended() {
    each(|kind| {
        let server = kind.start(&["--log", "debug"]);
        let mut client = server.connect();
        kind.serves(&mut client);
        let address = client.address();
        drop(client);
        let line = server.log().wait_for_line("closed: ");
        let ends = format!(
            "closed: end of the client's data client=1 peer={address} bytes_in={} bytes_out={}",
            kind.request.len(),
            kind.reply.len()
        );
        assert!(line.contains(&ends), "{line}");
        let line = server.log().wait_for_line("opened");
        let opened = format!("opened client=1 peer={address}");
        assert!(line.contains(&opened), "{line}");
    });
}

#[test]
fn by_default_an_orderly_client_leaves_no_line() {
    each(|kind| {
        let server = kind.start(&["--max-connections", "100"]);
        kind.serves(&mut server.connect());
        let log = server.terminate().expect_success().stderr;
        // The settings, and the summary; some say that they keep nothing.
        let lines = log.lines().filter(|line| !line.contains(" WARN no --database: "));
        assert_eq!(lines.count(), 2, "{log}");
    });
}

#[test]
fn log_off_logs_nothing() {
    each(|kind| {
        let server = kind.start(&["--log", "off", "--max-connections", "1"]);
        let mut client = server.connect();
        kind.serves(&mut client);
        server.connect().receive_rest();
        drop(client);
        assert_eq!(server.terminate().expect_success().stderr, "");
    });
}

#[test]
fn a_log_in_json_is_one_object_a_line() {
    each(|kind| {
        let server = kind.start(&["--log", "debug", "--log-format", "json"]);
        let mut client = server.connect();
        kind.serves(&mut client);
        let address = client.address().to_string();
        client.half_close();
        client.expect_end();
        drop(client);
        let log = server.terminate().expect_success().stderr;
        let parsed = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let lines: Vec<Value> = log.lines().map(parsed).collect();
        for line in &lines {
            assert!(
                line["timestamp"].is_string() && line["level"].is_string(),
                "{line}"
            );
            assert!(line["fields"]["message"].is_string(), "{line}");
        }
        let counts = lines.iter().map(|line| &line["fields"]);
        let mut counts = counts.filter(|fields| !fields["bytes_in"].is_null());
        let counts = counts
            .next()
            .unwrap_or_else(|| panic!("no count of bytes: {log}"));
        assert_eq!(counts["bytes_in"], kind.request.len());
        assert_eq!(counts["bytes_out"], kind.reply.len());
        assert_eq!(counts["peer"], address.as_str());
        assert_eq!(counts["message"], "closed: end of the client's data");
    });
}

#[test]
fn a_log_in_a_pipe_has_no_colours() {
    each(|kind| {
        let server = kind.start(&["--log", "trace", "--max-connections", "1"]);
        let mut client = server.connect();
        kind.serves(&mut client);
        server.connect().receive_rest();
        drop(client);
        let log = server.terminate().expect_success().stderr;
        assert!(log.contains(" WARN "), "{log}");
        assert!(!log.contains('\x1b'), "{log:?}");
    });
}

/// Neither while it runs, nor at its end.
#[test]
fn a_log_that_nobody_reads_does_not_stop_the_server() {
    each(|kind| {
        for is_closed_before_the_end in [true, false] {
            let program = kind.program(&["--log", "debug"]);
            let mut child = program.spawn(Stdio::null(), Stdio::piped(), Stdio::piped());
            let unread_log = child.stderr.take().expect("a pipe");
            let server = kind.server(Process::new(child));
            // Two lines each of over a hundred bytes: more than the 64 KiB of a pipe.
            for _ in 0..500 {
                kind.serves(&mut server.connect());
            }
            if is_closed_before_the_end {
                drop(unread_log);
                kind.serves(&mut server.connect());
                server.terminate().expect_success();
            } else {
                server.terminate().expect_success();
                drop(unread_log);
            }
        }
    });
}

/// The log is no output: a server goes on without it. The line that says where it listens is one.
#[test]
fn a_full_disk_stops_a_server_only_where_it_cannot_say_that_it_listens() {
    each(|kind| {
        let program = kind.program(&["--log", "debug"]);
        let child = program.spawn(Stdio::null(), Stdio::piped(), full_disk().into());
        let server = kind.server(Process::new(child));
        kind.serves(&mut server.connect());
        server.terminate().expect_success();
        let child = kind.program(&["--max-connections", "100"]).spawn(
            Stdio::null(),
            full_disk().into(),
            Stdio::piped(),
        );
        Process::new(child).finish().expect_failure(1);
    });
}
