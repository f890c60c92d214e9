//! The six steps of the calculator, each as the real program: the new idea, and what still goes wrong.
//!
//! They send signals, which Windows has not.
#![cfg(unix)]

#[path = "calc/requests.rs"]
mod requests;
mod support;

use requests::{bare, reply, request};
use support::{Client, MOMENT, Program, Server, step};
#[cfg(target_os = "linux")]
use support::{Signal, with_names};

const RAW: &str = env!("CARGO_BIN_EXE_calc-1-raw");
const LENGTH: &str = env!("CARGO_BIN_EXE_calc-2-length");
const READN: &str = env!("CARGO_BIN_EXE_calc-3-readn");
const PACKET: &str = env!("CARGO_BIN_EXE_calc-4-packet");
const SOCKET: &str = env!("CARGO_BIN_EXE_calc-5-socket");
const FACADE: &str = env!("CARGO_BIN_EXE_calc-6-facade");

/// Those with a length in front.
const WITH_LENGTH: [&str; 5] = [LENGTH, READN, PACKET, SOCKET, FACADE];

#[test]
fn step_1_answers_one_request_and_closes() {
    let server = step(RAW);
    for (op, left, right, result) in [
        (b'+', 10, 20, 30),
        (b'-', 10, 20, -10),
        (b'*', -6, 7, -42),
        (b'+', i32::MAX, 1, i32::MIN),
    ] {
        let mut client = server.connect();
        client.exchange(&bare(op, left, right), &reply(result));
        client.expect_end();
    }
}

#[test]
fn step_1_answers_only_the_first_of_a_hundred_requests() {
    let server = step(RAW);
    let mut client = server.connect();
    client.send(&bare(b'+', 10, 20).repeat(100));
    client.expect(&reply(30));
    // The other 99 are thrown away unread, so the kernel answers with a reset.
    client.expect_end_or_reset();
}

#[test]
fn an_unknown_operator_is_minus_one_in_every_step() {
    for op in *b"/%?" {
        step(RAW).connect().exchange(&bare(op, 10, 5), &reply(-1));
    }
    for path in WITH_LENGTH {
        let server = step(path);
        let mut client = server.connect();
        for op in *b"/%?" {
            client.exchange(&request(op, 10, 5), &reply(-1));
        }
        client.exchange(&request(b'+', 10, 5), &reply(15));
    }
}

#[test]
fn a_length_takes_merged_requests_apart() {
    let all = [request(b'+', 10, 20), request(b'-', 1, 2), request(b'*', 6, 7)].concat();
    for path in WITH_LENGTH {
        let server = step(path);
        let mut client = server.connect();
        client.send(&all);
        client.expect(&[reply(30), reply(-1), reply(42)].concat());
    }
}

/// The clients of the original: 1,000 and 10,000 requests before the first reply is read.
#[test]
fn ten_thousand_requests_in_one_go_are_all_answered() {
    for (path, count) in [
        (LENGTH, 1_000),
        (READN, 1_000),
        (PACKET, 10_000),
        (SOCKET, 10_000),
        (FACADE, 10_000),
    ] {
        let server = step(path);
        let mut client = server.connect();
        client.send(&request(b'+', 10, 20).repeat(count));
        client.half_close();
        client.expect(&reply(30).repeat(count));
        client.expect_end();
    }
}

#[test]
fn a_wrong_length_closes_that_connection_only() {
    for path in WITH_LENGTH {
        let server = step(path);
        for length in [0, 8, 10, -1, i32::MAX] {
            let mut client = server.connect();
            client.exchange(&request(b'+', 1, 2), &reply(3));
            client.send(&length.to_le_bytes());
            client.expect_end_or_reset();
        }
        server.connect().exchange(&request(b'+', 10, 20), &reply(30));
    }
}

/// Sends a request in two pieces, so that no read can bring both.
fn send_cut(server: &Server, cut: usize) -> Client {
    let whole = request(b'*', 100_000, -7);
    let mut client = server.connect();
    client.send(&whole[..cut]);
    client.wait_until_read();
    // The end of a connection that is out of step may come before the second piece.
    let _ = client.try_send(&whole[cut..]);
    client
}

#[test]
#[cfg(target_os = "linux")]
fn step_2_loses_its_footing_when_a_request_is_cut_in_two() {
    let server = step(LENGTH);
    let mut wrong = 0;
    for cut in 5..13 {
        let mut client = send_cut(&server, cut);
        let answer = client.receive_some().unwrap_or_default();
        wrong += usize::from(answer != reply(-700_000));
    }
    assert_eq!(wrong, 8, "no request that was cut was understood");
    server.connect().exchange(&request(b'+', 10, 20), &reply(30));
}

#[test]
fn from_step_3_on_a_request_may_come_in_pieces() {
    for path in [READN, PACKET, SOCKET, FACADE] {
        let server = step(path);
        for cut in 1..13 {
            send_cut(&server, cut).expect(&reply(-700_000));
        }
    }
}

#[test]
fn until_step_5_a_second_client_waits_for_the_first() {
    for path in [LENGTH, READN, PACKET, SOCKET] {
        let server = step(path);
        let mut first = server.connect();
        first.exchange(&request(b'+', 1, 1), &reply(2));
        let mut second = server.connect();
        second.send(&request(b'+', 10, 20));
        second.expect_silence(MOMENT);
        first.exchange(&request(b'+', 2, 2), &reply(4));
        drop(first);
        second.expect(&reply(30));
    }
}

#[test]
fn in_step_1_too_a_second_client_waits_for_the_first() {
    let server = step(RAW);
    let mut first = server.connect();
    let mut second = server.connect();
    second.send(&bare(b'+', 10, 20));
    second.expect_silence(MOMENT);
    first.exchange(&bare(b'+', 1, 1), &reply(2));
    second.expect(&reply(30));
}

/// The terminal signals, and so does the program that has started the server.
#[cfg(target_os = "linux")]
#[test]
fn in_step_6_two_signals_at_once_are_one_request() {
    let server = step(FACADE);
    let mut client = server.connect();
    client.exchange(&request(b'+', 10, 20), &reply(30));
    server.process.freeze();
    server.signal(Signal::INT);
    server.signal(Signal::TERM);
    server.process.thaw();
    client.expect_end();
    drop(client);
    let finished = server.process.finish().expect_success();
    assert!(
        finished.stderr.starts_with("1 clients served, "),
        "{}",
        finished.stderr
    );
}

#[test]
fn in_step_6_nobody_waits() {
    let server = step(FACADE);
    let mut clients: Vec<_> = (0..10).map(|_| server.connect()).collect();
    for _ in 0..2 {
        for client in clients.iter_mut().rev() {
            client.exchange(&request(b'+', 10, 20), &reply(30));
        }
    }
}

/// `twins` is a name with an address of each family.
#[cfg(target_os = "linux")]
#[test]
fn step_6_listens_on_a_name_at_each_address() {
    let Some(program) = with_names(FACADE) else { return };
    let server = program.args(&["twins:0"]).serve();
    let lines = server.process.stdout.wait_for_lines(2, "listening on ");
    assert_ne!(lines[0], lines[1]);
    for line in lines {
        let address = line.trim_start_matches("listening on ").parse();
        let mut client = Client::connect(address.expect("an address"));
        client.exchange(&request(b'+', 10, 20), &reply(30));
    }
}

#[test]
fn step_6_ends_cleanly() {
    let server = step(FACADE);
    let mut client = server.connect();
    client.exchange(&request(b'+', 10, 20), &reply(30));
    let ended = std::thread::spawn(move || client.expect_end());
    let finished = server.terminate().expect_success();
    ended.join().unwrap();
    assert!(
        finished.stderr.contains("1 clients served"),
        "{}",
        finished.stderr
    );
}

#[test]
fn a_step_says_in_one_line_why_it_cannot_listen() {
    for path in [RAW].into_iter().chain(WITH_LENGTH) {
        let holder = step(RAW);
        let address = holder.host_and_port();
        let finished = Program::new(path).args(&[&address]).run();
        let line = finished.expect_failure(1).to_lowercase();
        assert!(line.contains(&address) && line.contains("in use"), "{line}");
        let finished = Program::new(path).args(&["no address"]).run();
        assert!(finished.expect_failure(1).contains("no address"));
    }
}
