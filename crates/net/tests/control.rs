//! Tests of the timeouts and deadlines of a server's clients: connect timeout, read and write deadlines, keepalive.
//!
//! Of time, only lower bounds are asked: a machine may be busy. A wait that should end and does not meets
//! [`PATIENCE`], or the end of all tests.

mod support;

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use net::{Connection, NetAddress, NetError, Socket};
use socket2::{Domain, Type};
use support::{PATIENCE, pair};

const SHORT: Duration = Duration::from_millis(200);

/// No test waits for that.
const AN_HOUR: Duration = Duration::from_secs(3_600);

/// A socket of the system's choice of port; it listens only where a backlog is given.
fn bound(backlog: Option<i32>) -> (socket2::Socket, NetAddress) {
    let socket = socket2::Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    socket.bind(&any_port.into()).unwrap();
    if let Some(backlog) = backlog {
        socket.listen(backlog).unwrap();
    }
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    (socket, address.into())
}

/// What the system answered to a connect.
fn kind_of(error: &NetError) -> ErrorKind {
    match error {
        NetError::Connect { source, .. } => source.kind(),
        other => panic!("not about a connect: {other}"),
    }
}

/// Does this again and again, with a short pause, until the sender is dropped or it fails; a test that goes on
/// for longer has failed, and then meets the end of the connection.
fn slowly(mut step: impl FnMut() -> bool + Send + 'static) -> Sender<()> {
    let (stop, stopped) = channel();
    thread::spawn(move || {
        let pause = Duration::from_millis(10);
        let started = Instant::now();
        while started.elapsed() < PATIENCE
            && step()
            && stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout)
        {}
    });
    stop
}

/// A listener whose queue is full answers nothing: Linux drops what asks for more (listen(2)).
#[test]
#[cfg(target_os = "linux")]
fn a_connect_ends_at_its_timeout() {
    let (_full, address) = bound(Some(0));
    let mut queued = Vec::new();
    let (error, waited) = loop {
        let started = Instant::now();
        match Socket::connect(&address, SHORT) {
            Ok(connection) => queued.push(connection),
            Err(error) => break (error, started.elapsed()),
        }
        assert!(queued.len() < 100, "the queue never fills");
    };
    assert_eq!(error.chain(), format!("cannot connect to {address}: timed out"));
    assert_eq!(kind_of(&error), ErrorKind::TimedOut);
    assert!(waited >= SHORT, "{waited:?}");
}

#[test]
fn a_refusal_is_told_at_once_and_is_no_timeout() {
    let (_nobody_listens, address) = bound(None);
    let error = Socket::connect(&address, AN_HOUR).unwrap_err();
    assert_eq!(kind_of(&error), ErrorKind::ConnectionRefused);
    assert_eq!(
        error.chain(),
        format!("cannot connect to {address}: connection refused: is the server running?")
    );
}

#[test]
fn a_connect_needs_some_time() {
    let (_listens, address) = bound(Some(1));
    let error = Socket::connect(&address, Duration::ZERO).unwrap_err();
    assert_eq!(kind_of(&error), ErrorKind::InvalidInput);
}

#[test]
fn a_read_ends_at_its_timeout_and_the_next_one_reads() {
    let (near, far) = pair();
    near.set_read_timeout(Some(SHORT)).unwrap();
    let started = Instant::now();
    let error = near.read(&mut [0; 1]).unwrap_err();
    assert!(matches!(error, NetError::TimedOut { action: "read" }), "{error}");
    assert!(started.elapsed() >= SHORT);
    far.write_all(b"x").unwrap();
    near.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(near.read(&mut [0; 1]).unwrap(), 1);
}

#[test]
fn a_timeout_of_zero_is_none() {
    let (near, _far) = pair();
    assert!(near.set_read_timeout(Some(Duration::ZERO)).is_err());
    assert!(near.set_write_timeout(Some(Duration::ZERO)).is_err());
}

#[test]
fn a_read_by_a_deadline_waits_for_data_and_not_for_the_deadline() {
    let (near, far) = pair();
    let writer = thread::spawn(move || far.write_all(b"hello").map(|()| far));
    let mut hello = [0; 5];
    assert!(near.read_exact_by(&mut hello, Instant::now() + AN_HOUR).unwrap());
    assert_eq!(&hello, b"hello");
    drop(writer.join().unwrap());
    let deadline = Instant::now() + AN_HOUR;
    assert_eq!(near.read_by(&mut hello, deadline).unwrap(), 0, "the end is told");
}

#[test]
fn a_read_by_a_deadline_ends_there() {
    let (near, _far) = pair();
    let deadline = Instant::now() + SHORT;
    let error = near.read_by(&mut [0; 1], deadline).unwrap_err();
    assert!(matches!(error, NetError::TimedOut { action: "read" }), "{error}");
    assert!(Instant::now() >= deadline);
}

/// Somebody who was stopped until then finds the deadline over and the bytes there.
#[test]
fn what_has_come_is_read_after_a_deadline_too() {
    let (near, far) = pair();
    let deadline = Instant::now();
    far.write_all(b"hello").unwrap();
    // Loopback: it has come when the write returns, or soon.
    near.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(near.read(&mut [0; 1]).unwrap(), 1);
    assert!(near.read_exact_by(&mut [0; 3], deadline).unwrap());
    let late = near.read_exact_by(&mut [0; 2], deadline);
    assert!(matches!(late, Err(NetError::TimedOut { .. })), "{late:?}");
    near.write_all_by(b"and back", deadline).unwrap();
}

/// Each single read is served in time; all of them together are not.
#[test]
fn one_byte_at_a_time_does_not_move_a_deadline() {
    let (near, far) = pair();
    let _writing = slowly(move || far.write_all(b"x").is_ok());
    near.read_by(&mut [0; 1], Instant::now() + PATIENCE).unwrap();
    let deadline = Instant::now() + SHORT;
    let error = near.read_exact_by(&mut [0; 1 << 20], deadline).unwrap_err();
    assert!(matches!(error, NetError::TimedOut { action: "read" }), "{error}");
    assert!(Instant::now() >= deadline);
}

#[test]
fn a_write_to_a_peer_that_stops_reading_ends_at_its_timeout() {
    let (near, _far) = pair();
    near.set_write_timeout(Some(SHORT)).unwrap();
    let started = Instant::now();
    let error = near.write_all(&vec![0; 64 << 20]).unwrap_err();
    assert!(matches!(error, NetError::TimedOut { action: "write" }), "{error}");
    assert!(started.elapsed() >= SHORT);
}

/// Each single write makes progress in time; all of them together do not.
#[test]
fn a_peer_that_reads_slowly_does_not_move_a_deadline() {
    let (near, far) = pair();
    let mut taken = vec![0; 4096];
    let _reading = slowly(move || far.read(&mut taken).is_ok_and(|count| count > 0));
    let deadline = Instant::now() + SHORT;
    // More than the kernel keeps and the reader takes until then.
    let error = near.write_all_by(&vec![0; 64 << 20], deadline).unwrap_err();
    assert!(matches!(error, NetError::TimedOut { action: "write" }), "{error}");
    assert!(Instant::now() >= deadline);
}

#[test]
fn a_write_by_a_deadline_loses_nothing() {
    let (near, far) = pair();
    // More than the kernel keeps, so that the writer has to wait for the reader.
    let sent: Vec<u8> = (0..32 << 20).map(|index: u32| (index % 251) as u8).collect();
    let expected = sent.clone();
    let writer = thread::spawn(move || near.write_all_by(&sent, Instant::now() + PATIENCE));
    let mut received = vec![0; expected.len()];
    assert!(far.read_exact(&mut received).unwrap());
    assert!(received == expected);
    writer.join().unwrap().unwrap();
}

#[cfg(any(target_os = "linux", target_vendor = "apple"))]
mod keepalive {
    use net::Keepalive;
    use socket2::SockRef;

    use super::*;

    const NUMBERS: Keepalive = Keepalive {
        idle: Duration::from_secs(60),
        interval: Duration::from_secs(10),
        count: 5,
    };

    /// What the system has; `None` where it is off.
    fn read_back(connection: &Connection) -> Option<Keepalive> {
        let socket = SockRef::from(connection);
        socket.keepalive().unwrap().then(|| Keepalive {
            idle: socket.tcp_keepalive_time().unwrap(),
            interval: socket.tcp_keepalive_interval().unwrap(),
            count: socket.tcp_keepalive_retries().unwrap(),
        })
    }

    #[test]
    fn the_three_numbers_arrive_in_the_system() {
        let (near, _far) = pair();
        assert_eq!(read_back(&near), None, "off unless asked for");
        near.set_keepalive(Some(NUMBERS)).unwrap();
        assert_eq!(read_back(&near), Some(NUMBERS));
        near.set_keepalive(None).unwrap();
        assert_eq!(read_back(&near), None);
    }

    #[test]
    fn half_a_second_is_a_whole_one() {
        let (near, _far) = pair();
        let half = Duration::from_millis(500);
        let numbers = Keepalive {
            idle: half,
            interval: half,
            count: 1,
        };
        near.set_keepalive(Some(numbers)).unwrap();
        let whole = Duration::from_secs(1);
        assert_eq!(
            read_back(&near),
            Some(Keepalive {
                idle: whole,
                interval: whole,
                count: 1
            })
        );
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn numbers_that_the_system_does_not_take_are_an_error() {
        let (near, _far) = pair();
        for numbers in [
            Keepalive {
                idle: Duration::ZERO,
                ..NUMBERS
            },
            Keepalive {
                interval: Duration::from_secs(32_768),
                ..NUMBERS
            },
            Keepalive {
                count: 128,
                ..NUMBERS
            },
        ] {
            let error = near.set_keepalive(Some(numbers)).unwrap_err();
            assert!(error.chain().starts_with("cannot set keepalive: "), "{error}");
        }
    }

    /// The variable that tells the inner test where it must not be.
    #[cfg(target_os = "linux")]
    const OTHERS_NETWORK: &str = "OTHERS_NETWORK";

    /// The network namespace of this process (network_namespaces(7)).
    #[cfg(target_os = "linux")]
    fn network() -> String {
        let link = std::fs::read_link("/proc/self/ns/net").unwrap();
        link.to_str().unwrap().to_owned()
    }

    /// The cable is cut: here, the loopback of a network that this test has for itself.
    #[test]
    #[cfg(target_os = "linux")]
    fn a_dead_peer_is_found() {
        use std::io::{Write, stderr};
        use std::process::Command;

        let in_own_network = ["--map-root-user", "--net"];
        let own_network = Command::new("unshare")
            .args(in_own_network)
            .args(["ip", "link"])
            .output();
        if !own_network.is_ok_and(|output| output.status.success()) {
            // Not println!, which a passing test keeps to itself.
            let _ = writeln!(
                stderr(),
                "SKIPPED: a_dead_peer_is_found: no network of its own (unshare, ip)"
            );
            return;
        }
        let test = std::env::current_exe().unwrap();
        let output = Command::new("unshare")
            .args(in_own_network)
            .arg(test)
            .env(OTHERS_NETWORK, network())
            .args([
                "--ignored",
                "--exact",
                "keepalive::in_own_network_a_dead_peer_is_found",
            ])
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && printed.contains("1 passed"),
            "{printed}"
        );
    }

    #[test]
    #[cfg(target_os = "linux")]
    #[ignore = "takes the loopback down: run by a_dead_peer_is_found in a network of its own"]
    fn in_own_network_a_dead_peer_is_found() {
        set_loopback("up");
        let (near, _far) = pair();
        near.set_keepalive(Some(Keepalive {
            idle: Duration::from_secs(1),
            interval: Duration::from_secs(1),
            count: 2,
        }))
        .unwrap();
        set_loopback("down");
        let started = Instant::now();
        let error = near.read(&mut [0; 1]).unwrap_err();
        assert_eq!(
            error.chain(),
            "cannot read: timed out: the other side does not answer any more"
        );
        assert!(error.is_broken_connection());
        // Idle time, and an interval for each of two probes; the timers of the system are not exact.
        assert!(
            started.elapsed() >= Duration::from_millis(2_500),
            "{:?}",
            started.elapsed()
        );
        assert!(near.write_all(b"x").is_err(), "broken for good");
    }

    #[cfg(target_os = "linux")]
    fn set_loopback(state: &str) {
        // Somebody may run it by hand: the real loopback is not to be touched.
        let others = std::env::var(OTHERS_NETWORK).expect("run by a_dead_peer_is_found");
        assert_ne!(others, network(), "not a network of its own");
        let status = std::process::Command::new("ip")
            .args(["link", "set", "lo", state])
            .status();
        assert!(status.unwrap().success());
    }
}
