//! How many clients there may be, and what happens to one over the limit.

#[cfg(target_os = "linux")]
use crate::server_at;
#[cfg(target_os = "linux")]
use crate::support::Client;
use crate::support::Program;
#[cfg(target_os = "linux")]
use crate::support::wait_until_all_read;
use crate::support::wire::{SERVER_FULL, echo, error_packet};
use crate::{SERVER, is_served, noise};

/// Memory that an allocation does not get ends the process: there are as many places as have room.
#[cfg(target_os = "linux")]
#[test]
fn with_little_memory_there_are_fewer_places_and_the_server_lives() {
    let flags = ["--bind", "127.0.0.1:0", "--packets", "--max-packet", "65535"];
    let limit = format!("--as={}", 100 << 20);
    let server = Program::new("prlimit")
        .args(&[&limit, SERVER])
        .args(&flags)
        .serve();
    let line = server
        .log()
        .wait_for_line("max-connections lowered from 10000 to ");
    let places = line.split(" to ").nth(1).and_then(|rest| rest.split(':').next());
    let places: usize = places.expect("a number").parse().expect("a number");
    assert!(places > 50, "{line}");
    let largest = echo(&noise(65_530));
    let mut clients: Vec<_> = (0..places).map(|_| server.connect()).collect();
    // Each makes the server keep as much as it can.
    for client in &mut clients {
        client.send(&largest[..60_000]);
    }
    wait_until_all_read(&clients);
    let mut refused = server.connect();
    assert_eq!(refused.receive_rest(), error_packet(SERVER_FULL));
    for client in &mut clients {
        client.exchange(&largest[60_000..], &largest);
    }
    drop(clients);
    server.terminate().expect_success();
}

/// Addresses of two networks, and one of IPv4.
#[cfg(target_os = "linux")]
const FAR_AWAY: [&str; 4] = [
    "2001:db8::1/128",
    "2001:db8::2/128",
    "2001:db8:0:1::1/128",
    "192.0.2.1/32",
];

#[cfg(target_os = "linux")]
#[test]
fn one_network_of_ipv6_gets_no_more_than_its_share() {
    use std::io::{Write, stderr};

    // An address of IPv6 is looked for on the network before it can be used, unless somebody says that nobody else has it.
    let add = |address: &str| {
        let at_once = if address.contains(':') { "nodad" } else { "" };
        format!("ip addr add {address} dev lo {at_once}")
    };
    let setup = ["ip link set lo up".to_owned()]
        .into_iter()
        .chain(FAR_AWAY.map(add));
    let setup = setup.collect::<Vec<_>>().join(" && ");
    let in_own_network = |then: &str| {
        let script = format!("{setup} && {then}");
        // With processes of its own too: a test that fails inside leaves no server behind.
        let own = ["--map-root-user", "--net", "--pid", "--fork", "--kill-child"];
        Program::new("unshare").args(&own).args(&["sh", "-c", &script])
    };
    if !in_own_network("true").run().status.success() {
        // Not println!, which a passing test keeps to itself.
        let _ = writeln!(
            stderr(),
            "SKIPPED: one_network_of_ipv6_gets_no_more_than_its_share: no network of its own (unshare, ip)"
        );
        return;
    }
    let test = std::env::current_exe().expect("this program");
    let test = test.to_str().expect("UTF-8");
    let name = "places::in_own_network_one_network_of_ipv6_gets_no_more_than_its_share";
    let inside = in_own_network("exec \"$0\" \"$@\"").args(&[test, "--ignored", "--exact", name]);
    let finished = inside.run();
    assert!(
        finished.status.success() && finished.text().contains("1 passed"),
        "{finished:#?}"
    );
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs addresses of its own: run by one_network_of_ipv6_gets_no_more_than_its_share"]
fn in_own_network_one_network_of_ipv6_gets_no_more_than_its_share() {
    let far_away = FAR_AWAY.map(|address| {
        let (address, _) = address.split_once('/').expect("a length");
        address.parse().expect("an address")
    });
    for (bits, refused, whom) in [
        ("64", [false, true, false, false], "2001:db8::/64"),
        ("48", [false, true, true, false], "2001:db8::/48"),
        ("128", [false; 4], ""),
    ] {
        let flags = ["--packets", "--max-per-ip", "1", "--ipv6-prefix", bits];
        let server = server_at("[::]:0", &flags);
        let mut served = Vec::new();
        for (ip, refused) in far_away.into_iter().zip(refused) {
            let mut here = server.address;
            here.set_ip(ip);
            let mut client = Client::connect_from(ip, here);
            match refused {
                true => assert_eq!(client.receive_rest(), error_packet(SERVER_FULL), "{ip} /{bits}"),
                false => is_served(&mut client),
            }
            served.push(client);
        }
        if !whom.is_empty() {
            let reason = format!(": too many connections from {whom}: 1 are open");
            server.log().wait_for_line(&reason);
        }
    }
}

/// The soft limit of open files is raised to the hard one, and 64 of them are kept.
fn with_200_descriptors() -> Program {
    Program::with_descriptors(SERVER, &["-S -n 100", "-H -n 200"])
}

#[test]
fn more_connections_than_the_system_allows_are_not_promised() {
    let server = with_200_descriptors().serve_with(&["--packets"]);
    server
        .log()
        .wait_for_line("max-connections lowered from 10000 to 136");
    let mut clients: Vec<_> = (0..136).map(|_| server.connect()).collect();
    clients.iter_mut().for_each(is_served);
    assert_eq!(server.connect().receive_rest(), error_packet(SERVER_FULL));
}

#[test]
fn without_a_limit_the_log_says_how_many_the_system_allows() {
    let server = with_200_descriptors().serve_with(&["--max-connections", "0"]);
    server
        .log()
        .wait_for_line("max-connections 0: as many as the system allows, 136");
}
