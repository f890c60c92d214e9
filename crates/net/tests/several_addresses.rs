//! One server at several addresses: the places that they share, and their end.

mod support;

use net::{Limits, Listener, Shutdown, TcpServer};
use support::{Running, TalkativeEcho, connect, echo, echo_works, ends, eventually, read_to_end, text};

/// At three addresses, one of them of IPv6 where the machine has that.
fn server(limits: Limits) -> TcpServer {
    let bind = |at: &str| Listener::bind(&at.parse().unwrap());
    let any_port = || bind("127.0.0.1:0").unwrap();
    let second = bind("[::1]:0").unwrap_or_else(|_| any_port());
    TcpServer::new([any_port(), second, any_port()]).limits(limits)
}

#[test]
fn each_address_is_served_and_all_are_counted() {
    let server = Running::run(server(Limits::default()), echo);
    let mut clients: Vec<_> = server.addresses.iter().map(|address| connect(*address)).collect();
    assert_eq!(clients.len(), 3);
    for client in clients.iter_mut().chain(&mut [server.connect()]) {
        echo_works(client);
    }
    let summary = server.end();
    assert_eq!((summary.served, summary.bytes_in, summary.bytes_out), (4, 16, 16));
    assert!(clients.iter_mut().all(ends));
}

#[test]
fn all_addresses_share_the_places() {
    let limits = Limits {
        max_connections: Some(2),
        ..Limits::default()
    };
    let server = Running::run(server(limits), TalkativeEcho);
    let [first, second, third] = server.addresses[..] else {
        panic!("three addresses")
    };
    let mut clients = [first, second].map(connect);
    clients.iter_mut().for_each(echo_works);
    let refusal = "<server full: 2 connections are open>";
    for address in [first, second, third] {
        assert_eq!(text(read_to_end(&mut connect(address))), refusal);
    }
    drop(clients);
    // Whoever comes too early is refused with the same words.
    eventually("a place is free at the third", || {
        let mut client = connect(third);
        drop(client.shutdown(std::net::Shutdown::Write));
        text(read_to_end(&mut client)).is_empty()
    });
    assert!(server.end().refused >= 3);
}

#[test]
fn all_addresses_are_free_after_the_end() {
    let running = Running::run(server(Limits::default()), echo);
    let addresses = running.addresses.clone();
    let mut clients: Vec<_> = addresses.iter().map(|address| connect(*address)).collect();
    clients.iter_mut().for_each(echo_works);
    running.end();
    for address in addresses {
        Listener::bind(&address.into()).expect("the port can be bound again at once");
    }
}

#[test]
fn a_shutdown_before_the_start_ends_all() {
    let shutdown = Shutdown::new();
    shutdown.request();
    assert_eq!(server(Limits::default()).run(echo, &shutdown).unwrap().served, 0);
}
