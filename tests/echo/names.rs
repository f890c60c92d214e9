//! A name with several addresses: all are listened on, and are one server.
#![cfg(target_os = "linux")]

use std::net::{SocketAddr, TcpListener};

use crate::support::wire::{SERVER_FULL, error_packet};
use crate::support::{Client, Program, Server, address_to_ask_for, with_names};
use crate::{SERVER, is_served};

/// The program, where names are to be had.
fn program(flags: &[&str]) -> Option<Program> {
    Some(with_names(SERVER)?.args(flags))
}

/// As many addresses as the server has lines for, all with one port.
#[track_caller]
fn addresses(server: &Server, count: usize) -> Vec<SocketAddr> {
    let lines = server.process.stdout.wait_for_lines(count, "listening on ");
    let addresses: Vec<SocketAddr> = lines
        .iter()
        .map(|line| line.trim_start_matches("listening on ").parse().expect(line))
        .collect();
    let port = server.address.port();
    assert!(
        port != 0 && addresses.iter().all(|address| address.port() == port),
        "{lines:?}"
    );
    addresses
}

#[test]
fn each_address_is_a_line_and_is_served() {
    let Some(program) = program(&["--bind", "many:0"]) else {
        return;
    };
    let server = program.serve();
    let mut addresses = addresses(&server, 3);
    let mut clients: Vec<_> = addresses
        .iter()
        .map(|address| Client::connect(*address))
        .collect();
    clients.iter_mut().for_each(is_served);
    addresses.sort_unstable();
    let hosts: Vec<_> = addresses.iter().map(|address| address.ip().to_string()).collect();
    assert_eq!(hosts, ["127.0.0.2", "127.0.0.3", "::1"]);
    let finished = server.terminate().expect_success();
    assert_eq!(finished.text().lines().count(), 3, "{}", finished.text());
    let done = ": 3 clients served, 0 refused, 0 cut off; 33 bytes in, 33 bytes out";
    assert!(finished.stderr.trim_end().ends_with(done), "{}", finished.stderr);
}

#[test]
fn all_addresses_share_the_places() {
    let flags = ["--bind", "twins:0", "--packets", "--max-connections", "1"];
    let Some(program) = program(&flags) else { return };
    let server = program.serve();
    let addresses = addresses(&server, 2);
    let mut first = Client::connect(addresses[1]);
    is_served(&mut first);
    for address in addresses {
        assert_eq!(Client::connect(address).receive_rest(), error_packet(SERVER_FULL));
    }
}

#[test]
fn an_address_that_is_listed_twice_is_one() {
    let Some(program) = program(&["--bind", "twice:0"]) else {
        return;
    };
    let server = program.serve();
    is_served(&mut server.connect());
    let finished = server.terminate().expect_success();
    assert_eq!(finished.text().lines().count(), 1, "{}", finished.text());
}

#[test]
fn an_address_that_is_not_this_machines_is_a_warning() {
    let Some(program) = program(&["--bind", "partly:0"]) else {
        return;
    };
    let server = program.serve();
    let line = server.log().wait_for_line(" WARN 192.0.2.1:");
    let reason = ": address not available: is it one of this machine's?";
    assert!(
        line.contains(" is left out: cannot listen on 192.0.2.1:") && line.ends_with(reason),
        "{line}"
    );
    is_served(&mut server.connect());
    let finished = server.terminate().expect_success();
    assert_eq!(finished.text().lines().count(), 1, "{}", finished.text());
}

#[test]
fn no_address_of_this_machine_is_an_error() {
    let Some(program) = program(&["--bind", "nowhere:0", "--max-connections", "100"]) else {
        return;
    };
    assert_eq!(
        program.run().expect_failure(1),
        "echo-server: cannot listen on 192.0.2.1:0: address not available: is it one of this machine's?"
    );
}

/// All or none: clients of the other address would be another server's.
#[test]
fn one_address_in_use_is_an_error_and_no_line() {
    for host in ["::1", "127.0.0.1"] {
        let Some(program) = program(&["--max-connections", "100"]) else {
            return;
        };
        let (_kept, taken) = taken_at(host);
        let address = taken.local_addr().expect("its address");
        let name = format!("twins:{}", address.port());
        let finished = program.args(&["--bind", &name]).run();
        assert_eq!(
            finished.expect_failure(1),
            format!(
                "echo-server: cannot listen on {address}: address in use: is another server running there?"
            )
        );
        assert_eq!(finished.text(), "");
    }
}

/// Somebody who listens at this host, on a port of IPv4 that the system gives to nobody else.
fn taken_at(host: &str) -> (impl Sized, TcpListener) {
    loop {
        let (kept, address) = address_to_ask_for();
        if let Ok(taken) = TcpListener::bind((host, address.port())) {
            return (kept, taken);
        }
    }
}
