//! Requests and replies, byte by byte.

use std::thread;
use std::time::{Duration, Instant};

use crate::clients::{is_served, receive};
use crate::clock::{TEXT, assert_text, assert_timestamp, timed};
use crate::server::{TimeServer, start};
#[cfg(target_os = "linux")]
use crate::support::Pause;
use crate::support::{Client, MOMENT, eventually};

/// The length of a timestamp, ten digits until the year 2286 and the line break.
const STAMP: usize = 11;

const TOO_LONG: &[u8] = b"request too long: 128 bytes at most\n";

/// What follows these bytes and the end of the client's data.
#[track_caller]
fn replies(server: &TimeServer, requests: &[u8]) -> Vec<u8> {
    let mut client = server.session();
    client.send(requests);
    client.half_close();
    client.receive_rest()
}

#[test]
fn timestamp_and_anything_else() {
    let server = start(&[]);
    let mut client = server.session();
    for request in ["timestamp\n", "timestamp\r\n", "  timestamp \t\n"] {
        assert_timestamp(&timed(|| {
            client.send(request.as_bytes());
            receive(&mut client, STAMP)
        }));
    }
    for request in [
        "time\n",
        "\n",
        "\r\n",
        "TIMESTAMP\n",
        "timestamp now\n",
        "\0\u{1b}[2J\n",
        "시간\n",
    ] {
        assert_text(&timed(|| {
            client.send(request.as_bytes());
            receive(&mut client, TEXT)
        }));
    }
}

/// `--rfc868` is for daytime and UDP.
#[test]
fn sessions_are_text_in_any_case() {
    is_served(&mut start(&["--rfc868"]).session());
}

/// Clients of the original send no line break, and wait.
#[test]
fn a_request_without_a_line_break_ends_where_nothing_follows() {
    let server = start(&[]);
    let mut client = server.session();
    for _ in 0..3 {
        let asked = Instant::now();
        assert_timestamp(&timed(|| {
            client.send(b"timestamp");
            receive(&mut client, STAMP)
        }));
        assert!(
            asked.elapsed() >= Duration::from_millis(100),
            "{:?}",
            asked.elapsed()
        );
    }
    assert_text(&timed(|| {
        client.send(b" ");
        receive(&mut client, TEXT)
    }));
}

#[test]
fn a_request_without_a_line_break_ends_with_the_client_s_data() {
    let server = start(&[]);
    assert_timestamp(&timed(|| replies(&server, b"timestamp")));
    assert_text(&timed(|| replies(&server, b"x")));
    assert_timestamp(&timed(|| replies(&server, b"timestamp\n")));
    assert_eq!(replies(&server, b""), b"");
}

#[test]
fn requests_that_come_together_have_a_reply_each() {
    let server = start(&[]);
    let mut client = server.session();
    client.send(b"timestamp\ntime\ntimestamp\r\n\ntimestamp");
    for length in [STAMP, TEXT, STAMP, TEXT, STAMP] {
        let reply = receive(&mut client, length);
        assert_eq!(reply.last(), Some(&b'\n'), "{}", reply.escape_ascii());
    }
    client.expect_silence(MOMENT);
}

/// The server is stopped between the two pieces, for longer than the silence that ends a request.
#[cfg(target_os = "linux")]
#[test]
fn a_request_whose_rest_came_in_a_pause_has_one_reply() {
    const SILENCE: Duration = Duration::from_millis(100);
    let server = start(&[]);
    eventually("the server stops in time", || {
        let mut client = server.session();
        let start = Instant::now();
        client.send(b"time");
        client.wait_until_read();
        let Some(pause) = Pause::within(SILENCE, start, &server.process) else {
            return false;
        };
        pause.send(&mut client, b"stamp\n");
        pause.lasts(SILENCE * 2);
        client.half_close();
        assert_eq!(client.receive_rest().len(), STAMP);
        true
    });
}

/// The pause makes two reads of it, and is far below the 100 ms; on a machine that is so busy that it is not, the
/// next try counts.
#[test]
fn a_request_that_comes_in_two_pieces_has_one_reply() {
    let server = start(&[]);
    let whole = b"timestamp\n";
    for cut in 1..whole.len() {
        eventually("both pieces come in time", || {
            let mut client = server.session();
            let start = Instant::now();
            client.send(&whole[..cut]);
            thread::sleep(Duration::from_millis(10));
            client.send(&whole[cut..]);
            let in_time = start.elapsed() < Duration::from_millis(90);
            client.half_close();
            let reply = client.receive_rest();
            assert!(
                !in_time || reply.len() == STAMP,
                "{cut}: {}",
                reply.escape_ascii()
            );
            in_time
        });
    }
}

#[test]
fn two_pieces_with_silence_between_them_are_two_requests() {
    let server = start(&[]);
    let mut client = server.session();
    client.send(b"time");
    receive(&mut client, TEXT);
    client.send(b"stamp\n");
    receive(&mut client, TEXT);
    client.expect_silence(MOMENT);
}

#[test]
fn ten_thousand_requests_before_the_first_reply_is_read() {
    let server = start(&[]);
    let mut client = server.session();
    let mut sender = client.second_handle();
    thread::scope(|scope| {
        scope.spawn(move || {
            sender.send(&b"timestamp\ntime\n".repeat(5_000));
            sender.half_close();
        });
        let replies = client.receive_rest();
        assert_eq!(replies.len(), 5_000 * (STAMP + TEXT));
        for pair in replies.chunks_exact(STAMP + TEXT) {
            assert_eq!((pair[STAMP - 1], pair[STAMP + TEXT - 1]), (b'\n', b'\n'));
        }
    });
}

#[test]
fn a_request_of_128_bytes_is_answered() {
    let server = start(&[]);
    let longest = [b'x'; 128];
    assert_text(&timed(|| replies(&server, &[&longest[..], b"\n"].concat())));
    assert_text(&timed(|| replies(&server, &longest)));
    let padded = [&[b' '; 119][..], b"timestamp\n"].concat();
    assert_timestamp(&timed(|| replies(&server, &padded)));
}

#[test]
fn a_longer_request_is_told_so_and_that_is_the_end() {
    let server = start(&[]);
    for rest in [&b""[..], b"\n", b"\ntimestamp\n", &[b'x'; 500_000]] {
        let mut client = server.session();
        let _ = client.try_send(&[&b"timestamp\n"[..], &[b'x'; 129], rest].concat());
        let stamp = receive(&mut client, STAMP);
        assert_eq!(stamp.last(), Some(&b'\n'));
        // No reset: what is still under way from the client does not destroy the reply.
        assert_eq!(client.receive_rest(), TOO_LONG);
        let address = client.address();
        drop(client);
        let line = server.process.stderr.wait_for_line(&format!(" peer={address} "));
        let reason = "closed: protocol error: request too long: 128 bytes at most";
        assert!(line.contains(reason), "{line}");
    }
    is_served(&mut server.session());
}

#[test]
fn a_request_that_grows_too_long_piece_by_piece_is_told_so() {
    let server = start(&["--frame-timeout", "0"]);
    let mut client = server.session();
    for _ in 0..129 {
        client.send(b"x");
    }
    assert_eq!(client.receive_rest(), TOO_LONG);
}

#[test]
fn a_thousand_clients_ask_side_by_side() {
    let server = start(&[]);
    let mut clients: Vec<Client> = (0..1_000).map(|_| server.session()).collect();
    for client in &mut clients {
        client.send(b"time?\n");
    }
    for client in clients.iter_mut().rev() {
        receive(client, TEXT);
    }
    for client in &mut clients {
        is_served(client);
    }
}
