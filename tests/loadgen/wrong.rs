//! Servers that do something wrong, and what is told of them.

use std::io::{self, Read, Write};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use crate::support::unused_address;
use crate::{errors, fake, measure_wrong, run, server};

/// ROOM_CHAT_NTF.
pub(crate) const DELIVERY: u16 = 733;

#[test]
fn nobody_listens() {
    let (_unused, address) = unused_address();
    let address = address.to_string();
    for load in ["echo", "calc", "chat"] {
        let finished = run(&[load, &address]);
        let line = finished.expect_failure(1);
        let expected =
            format!("loadgen: {address}: cannot connect: connection refused: is the server running?");
        assert_eq!(line, expected);
        assert!(finished.stdout.is_empty(), "{}", finished.text());
    }
}

#[test]
fn one_wrong_byte_is_found_wherever_it_is() {
    for wrong in [0, 63, 64, 1_000, 12_799] {
        let address = fake::echo(move |piece, before| {
            if let Some(byte) = wrong_byte(piece, before, wrong) {
                *byte ^= 0x10;
            }
            Ok(())
        });
        let (report, line) = measure_wrong("echo", address, "--count 200 --in-flight 5 --timeout 1s");
        assert_eq!(errors(&report, "wrong_bytes"), 1, "{report}");
        let first = report["errors"]["wrong_bytes"]["first"].as_str().unwrap();
        assert!(
            first.ends_with(&format!("reply {} differs", wrong / 64)),
            "{first}"
        );
        assert!(line.starts_with("loadgen: the server was not right: "), "{line}");
    }
}

fn wrong_byte(piece: &mut [u8], before: usize, position: usize) -> Option<&mut u8> {
    piece.get_mut(position.checked_sub(before)?)
}

#[test]
fn a_reply_too_many_is_wrong() {
    let address = fake::echo(|piece, before| {
        if before == 0 {
            piece.extend_from_within(..);
        }
        Ok(())
    });
    let (report, _) = measure_wrong("echo", address, "--count 50");
    assert_eq!(errors(&report, "wrong_bytes"), 1, "{report}");
}

#[test]
fn what_comes_behind_the_last_reply_is_wrong_too() {
    let address = fake::server(|_, mut stream| {
        let mut message = [0; 64];
        stream.read_exact(&mut message)?;
        stream.write_all(&message)?;
        stream.write_all(b"!")?;
        // Nothing else comes.
        stream.read_exact(&mut message)
    });
    // On a busy machine it may come too late for one of them.
    let is_seen = || {
        let address = address.to_string();
        let finished = run(&["echo", &address, "--count", "1", "--json"]);
        finished
            .text()
            .contains("more replies came than requests were sent")
    };
    assert!((0..20).any(|_| is_seen()));
}

#[test]
fn a_load_ends_when_all_its_connections_have_failed() {
    for flags in [
        "--rate 100 --duration 1h",
        "--duration 1h",
        "--count 1000000",
        "--rate 100 --warm-up 1h",
        #[cfg(target_os = "linux")]
        &format!("--rate 100 --warm-up 1h --pid {}", std::process::id()),
    ] {
        let address = fake::server(|_, mut stream| stream.read_exact(&mut [0; 64]));
        let (report, _) = measure_wrong("echo", address, &format!("--connections 3 {flags}"));
        let closed = errors(&report, "closed") + errors(&report, "reset");
        assert_eq!(closed, 3, "{flags}: {report}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_that_ends_under_the_load_is_told_beside_the_figures() {
    let server = server("echo-server", &[]);
    let flags = format!("--count 20 --pid {}", server.process.id());
    let server = Mutex::new(Some(server));
    let address = fake::echo(move |_, before| {
        if before >= 10 * 64 {
            drop(server.lock().expect("no panic").take());
        }
        Ok(())
    });
    let (report, _) = measure_wrong("echo", address, &flags);
    assert_eq!(
        (&report["messages"], errors(&report, "ended")),
        (&20.into(), 1),
        "{report}"
    );
}

#[test]
fn a_server_that_closes_is_told_and_the_others_go_on() {
    let address = fake::server(|number, stream| {
        if number == 1 {
            return Ok(());
        }
        io::copy(&mut &stream, &mut &stream).map(drop)
    });
    let (report, _) = measure_wrong("echo", address, "--count 90 --connections 3");
    let closed = errors(&report, "closed") + errors(&report, "reset");
    assert_eq!((closed, &report["messages"]), (1, &60.into()), "{report}");
}

#[test]
fn connections_that_a_full_server_turns_away_are_told() {
    let server = server("echo-server", &["--max-per-ip", "2"]);
    let (report, _) = measure_wrong("echo", server.address, "--count 40 --connections 4");
    let closed = errors(&report, "closed") + errors(&report, "reset");
    assert_eq!((closed, &report["messages"]), (2, &20.into()), "{report}");
}

#[test]
fn a_server_that_never_answers_does_not_keep_it_for_ever() {
    let address = fake::echo(|piece, _| {
        piece.clear();
        Ok(())
    });
    for flags in [
        "--count 10",
        "--duration 100ms --warm-up 0",
        "--duration 100ms --rate 100 --warm-up 0",
    ] {
        let flags = format!("{flags} --timeout 200ms");
        let (report, _) = measure_wrong("echo", address, &flags);
        assert_eq!(report["messages"], 0, "{flags}");
        assert_eq!(report["latency_milliseconds"], serde_json::json!({}), "{flags}");
        assert!(errors(&report, "missing") > 0, "{report}");
    }
}

/// A broker that says the same for ever, or a little of it again and again.
#[test]
fn a_line_without_an_end_is_told() {
    for peer in ["nats", "redis"] {
        let begin = if peer == "nats" {
            "INFO "
        } else {
            ">3\r\n$9\r\nsubscribe\r\n"
        };
        let address = fake::server(move |_, mut stream| {
            stream.write_all(begin.as_bytes())?;
            loop {
                stream.write_all(&[b'x'; 1_000])?;
            }
        });
        let finished = run(&["chat", &address.to_string(), "--peer", peer]);
        let line = finished.expect_failure(1);
        assert!(line.contains("a line of 16384 bytes has no end: "), "{line}");
        let address = fake::server(move |_, mut stream| {
            stream.write_all(begin.as_bytes())?;
            loop {
                stream.write_all(b"x")?;
                thread::sleep(Duration::from_millis(20));
            }
        });
        let finished = run(&["chat", &address.to_string(), "--peer", peer, "--timeout", "200ms"]);
        let line = finished.expect_failure(1);
        assert!(
            line.ends_with("a member that enters has no complete answer after 200ms")
                || line.ends_with("timed out"),
            "{line}"
        );
    }
}

#[test]
fn an_error_packet_among_packets_is_told_by_its_name() {
    // SERVER_SHUTTING_DOWN in the place of the fourth packet.
    let address = fake::echo(|piece, before| {
        if before == 3 * 64 {
            *piece = crate::support::wire::error_packet(64).to_vec();
        }
        Ok(())
    });
    let (report, _) = measure_wrong("echo", address, "--packets --count 10");
    let first = &report["errors"]["error_packet"]["first"];
    assert_eq!(first, "the server says SERVER_SHUTTING_DOWN (64)", "{report}");
}

#[test]
fn a_lost_message_of_the_chat_is_missing() {
    let server = server("chat-server", &["--rate-limit", "0"]);
    // One in the middle, and the last, behind which nothing comes that could tell.
    for lost in [4, 19] {
        let address = fake::between(server.address, move |packet| {
            if (packet.client, packet.id, packet.before) == (1, DELIVERY, lost) {
                packet.bytes.clear();
            }
        });
        let (report, _) = measure_wrong("chat", address, "--members 3 --count 20 --timeout 2s");
        assert_eq!(errors(&report, "missing"), 1, "{report}");
        assert_eq!(report["messages"], 59, "{report}");
    }
}

#[test]
fn a_message_of_the_chat_that_comes_twice_is_told() {
    let server = server("chat-server", &["--rate-limit", "0"]);
    let address = fake::between(server.address, |packet| {
        if (packet.client, packet.id, packet.before) == (2, DELIVERY, 7) {
            packet.bytes.extend_from_within(..);
        }
    });
    let (report, _) = measure_wrong("chat", address, "--members 3 --count 20");
    assert_eq!(errors(&report, "repeated"), 1, "{report}");
    assert_eq!(errors(&report, "missing"), 0, "{report}");
}
