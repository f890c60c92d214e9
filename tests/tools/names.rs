//! A name with many addresses: each is tried, in the order of the system.
#![cfg(target_os = "linux")]

use std::io::Write;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::thread;

use crate::http_head::read_request;
use crate::support::with_names;
use crate::{HTTP_HEAD, RESOLVE, UDP_CLIENT};

#[test]
fn all_addresses_are_listed() {
    let Some(program) = with_names(RESOLVE) else {
        return;
    };
    let printed = program.args(&["many:80"]).run().expect_success().text();
    let mut lines: Vec<_> = printed.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["127.0.0.2:80", "127.0.0.3:80", "[::1]:80"]);
}

#[test]
fn a_family_has_its_own_addresses() {
    for (flag, expected) in [
        ("--tcp4", &["127.0.0.2:80", "127.0.0.3:80"][..]),
        ("--tcp6", &["[::1]:80"]),
    ] {
        let Some(program) = with_names(RESOLVE) else {
            return;
        };
        let printed = program.args(&["many:80", flag]).run().expect_success().text();
        let mut lines: Vec<_> = printed.lines().collect();
        lines.sort_unstable();
        assert_eq!(lines, expected);
    }
}

/// Whichever address the server has: those before it refuse.
const SERVERS: [&str; 3] = ["127.0.0.2:0", "127.0.0.3:0", "[::1]:0"];

/// The same port of `many`.
fn at_name(address: SocketAddr) -> String {
    format!("many:{}", address.port())
}

#[test]
fn http_head_tries_each_address() {
    for server in SERVERS {
        let Some(program) = with_names(HTTP_HEAD) else {
            return;
        };
        let listener = TcpListener::bind(server).expect("a free port");
        let name = at_name(listener.local_addr().expect("its address"));
        thread::spawn(move || {
            let (mut client, _) = listener.accept().expect("a client");
            read_request(&client);
            client
                .write_all(b"HTTP/1.0 200 OK\r\n\r\n")
                .expect("the client is there");
        });
        let finished = program.args(&[&name]).run().expect_success();
        assert_eq!(finished.text(), "HTTP/1.0 200 OK\n", "{server}");
    }
}

#[test]
fn udp_client_tries_each_address_whose_port_is_unreachable() {
    for server in SERVERS {
        let Some(program) = with_names(UDP_CLIENT) else {
            return;
        };
        let socket = UdpSocket::bind(server).expect("a free port");
        let address = socket.local_addr().expect("its address");
        thread::spawn(move || {
            let (_, from) = socket.recv_from(&mut [0; 10]).expect("a datagram");
            socket.send_to(b"here", from).expect("the client is there");
        });
        let finished = program
            .args(&[&at_name(address), "x", "--timeout", "3600"])
            .run()
            .expect_success();
        assert_eq!(finished.text(), "here\n");
        assert!(
            finished.stderr.contains(&format!(" from {address} after ")),
            "{}",
            finished.stderr
        );
    }
}
