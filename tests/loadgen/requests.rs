//! Echo and calculator: counts, bytes, and what the process of the server has used.

use std::net::{Ipv4Addr, SocketAddr};

use socket2::{Domain, Socket, Type};

use crate::support::Program;
use crate::{errors, measure, measure_wrong, number, server};

#[test]
fn an_echo_is_counted_to_the_byte() {
    let server = server("echo-server", &[]);
    for flags in [
        "--count 1000",
        "--count 1000 --connections 3 --in-flight 4",
        "--count 1000 --connections 7 --in-flight 50 --threads 2",
        "--count 1000 --rate 5000",
        "--count 1000 --rate 5000 --connections 7 --threads 3",
    ] {
        let report = measure("echo", server.address, flags);
        assert_eq!(report["messages"], 1_000, "{flags}");
        assert_eq!(report["bytes_sent"], 64_000, "{flags}");
        assert_eq!(report["bytes_received"], 64_000, "{flags}");
    }
}

#[test]
fn fewer_messages_than_connections_are_as_many_as_were_asked_for() {
    let server = server("echo-server", &[]);
    let report = measure("echo", server.address, "--count 2 --connections 5 --in-flight 3");
    assert_eq!(
        (&report["messages"], &report["connections"]),
        (&2.into(), &5.into())
    );
}

#[test]
fn messages_of_any_size_come_back() {
    let server = server("echo-server", &[]);
    for (size, count) in [("1", 500_u64), ("7", 500), ("100KiB", 30)] {
        let flags = format!("--count {count} --size {size} --in-flight 3 --connections 2");
        let report = measure("echo", server.address, &flags);
        assert_eq!(report["messages"], count, "{size}");
    }
}

/// A socket takes four megabytes or so of it at once, and the server sends them back before it has the rest.
#[test]
fn half_of_a_message_may_come_back_before_the_other_half_is_sent() {
    let server = server("echo-server", &[]);
    let report = measure("echo", server.address, "--size 8MiB --count 2");
    assert_eq!(report["bytes_received"], 16 << 20);
}

#[test]
fn packets_come_back_from_a_server_of_packets() {
    let server = server("echo-server", &["--packets"]);
    for size in [5, 6, 1_024] {
        let flags = format!("--packets --size {size} --count 300 --connections 2 --in-flight 4");
        let report = measure("echo", server.address, &flags);
        assert_eq!(report["bytes_received"], 300 * size);
    }
}

#[test]
fn a_calculation_has_13_bytes_and_a_result_4() {
    let server = server("calc-server", &[]);
    let report = measure(
        "calc",
        server.address,
        "--count 1000 --connections 3 --in-flight 16",
    );
    assert_eq!(report["messages"], 1_000);
    assert_eq!(
        (&report["bytes_sent"], &report["bytes_received"]),
        (&13_000.into(), &4_000.into())
    );
}

#[test]
fn a_duration_is_measured_behind_a_warm_up() {
    let server = server("echo-server", &[]);
    let report = measure(
        "echo",
        server.address,
        "--duration 200ms --warm-up 100ms --connections 2",
    );
    assert_eq!(report["seconds"], 0.2, "{report}");
    let messages = number(&report["messages"]);
    assert!(messages > 0.0, "{report}");
    assert_eq!(report["bytes_received"], 64.0 * messages, "{report}");
    let per_second = messages / number(&report["seconds"]);
    assert!(
        (per_second - number(&report["messages_per_second"])).abs() < 1.0,
        "{report}"
    );
}

#[test]
fn percentiles_are_in_order() {
    let server = server("echo-server", &[]);
    let report = measure("echo", server.address, "--count 500 --connections 4");
    let latency = &report["latency_milliseconds"];
    let values = ["p50", "p90", "p99", "p99.9", "max"].map(|name| number(&latency[name]));
    assert!(values[0] > 0.0 && values.is_sorted(), "{report}");
    assert!(number(&report["setup_seconds"]) > 0.0);
}

#[cfg(target_os = "linux")]
#[test]
fn the_process_of_the_server_is_measured_too() {
    let server = server("echo-server", &[]);
    let flags = format!("--count 20000 --connections 4 --pid {}", server.process.id());
    let report = measure("echo", server.address, &flags);
    let usage = &report["server"];
    let per_million = number(&usage["cpu_seconds"]) * 1e6 / 20_000.0;
    let told = number(&usage["cpu_seconds_per_million_messages"]);
    assert!((told - per_million).abs() < 1e-6 * per_million, "{report}");
    let per_message = number(&usage["context_switches"]) / 20_000.0;
    assert_eq!(usage["context_switches_per_message"], per_message, "{report}");
    assert!(number(&usage["cpu_seconds"]) > 0.0, "{report}");
    assert!(number(&usage["context_switches"]) > 0.0, "{report}");
    assert!(
        number(&usage["peak_memory_bytes"]) > f64::from(1 << 20),
        "{report}"
    );
}

/// It is looked at before the warm-up: to look at it costs time on its processors.
#[cfg(target_os = "linux")]
#[test]
fn what_the_server_has_used_is_for_the_messages_of_the_warm_up_too() {
    let server = server("echo-server", &[]);
    let pid = server.process.id();
    let flags = format!("--rate 1000 --duration 100ms --warm-up 200ms --pid {pid}");
    let report = measure("echo", server.address, &flags);
    assert_eq!(
        (&report["latency_messages"], &report["server"]["messages"]),
        (&100.into(), &300.into()),
        "{report}"
    );
}

#[test]
fn a_server_may_be_given_by_its_name() {
    let server = Program::of_this_build("echo-server").serve_with(&["--max-connections", "10"]);
    let address = format!("localhost:{}", server.address.port());
    assert_eq!(measure("echo", address, "--count 10")["messages"], 10);
}

#[test]
fn all_connections_can_be_opened_at_the_same_time() {
    let server = server("echo-server", &[]);
    let report = measure("echo", server.address, "--at-once --connections 50 --count 200");
    assert_eq!(
        (&report["connections"], &report["messages"]),
        (&50.into(), &200.into())
    );
}

/// Each of them is told, and nothing is waited for.
#[test]
fn connections_that_are_refused_at_the_same_time_are_told() {
    // The port of a service that nobody runs any more.
    let (report, _) = measure_wrong("echo", "127.0.0.1:1", "--at-once --connections 5 --count 5");
    assert_eq!(errors(&report, "connect_refused"), 5, "{report}");
    assert_eq!(errors(&report, "missing"), 0, "{report}");
}

/// Whoever is never accepted has no answer.
#[test]
fn a_connection_that_does_not_come_about_is_missing() {
    let queue = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    queue
        .bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())
        .expect("a free port");
    queue.listen(0).expect("a queue that has hardly a place");
    let address = queue
        .local_addr()
        .expect("its address")
        .as_socket()
        .expect("an address of IPv4");
    let flags = "--at-once --connections 3 --count 3 --timeout 300ms";
    let (report, _) = measure_wrong("echo", address, flags);
    assert_eq!(errors(&report, "missing"), 3, "{report}");
}
