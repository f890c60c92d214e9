//! Flags, services that are off, addresses in use, exit codes.

use std::net::{SocketAddr, UdpSocket};

use crate::SERVER;
use crate::clients::{Asker, is_served};
use crate::clock::{assert_text, timed};
use crate::server::{program, start, started};
use crate::support::{Client, Program, Signal, address_of, unused_address};
#[cfg(target_os = "linux")]
use crate::support::{address_to_ask_for, with_names};

#[test]
fn the_services_are_named_in_their_order_before_anything_else() {
    let server = start(&["--log", "trace"]);
    let lines = [
        format!("daytime listening on {}", server.daytime),
        format!("sessions listening on {}", server.sessions),
        format!("udp listening on {}", server.udp),
    ];
    server.is_alive();
    let finished = server.terminate().expect_success();
    assert_eq!(finished.text(), lines.join("\n") + "\n");
}

#[test]
fn each_service_can_be_switched_off() {
    for off in ["daytime", "sessions", "udp"] {
        let process = program(&[&format!("--{off}"), "off"]).start();
        let others = ["daytime", "sessions", "udp"]
            .into_iter()
            .filter(|name| *name != off);
        for name in others {
            let address = address_of(&process, name);
            match name {
                "daytime" => assert_text(&timed(|| Client::connect(address).receive_rest())),
                "sessions" => is_served(&mut Client::connect(address)),
                _ => assert_text(&Asker::new(address).ask(b"time?")),
            }
        }
        assert_eq!(process.stdout.lines().len(), 2, "{off}");
    }
}

#[test]
fn a_service_alone_ends_as_well() {
    for only in ["daytime", "sessions", "udp"] {
        let others = ["daytime", "sessions", "udp"]
            .into_iter()
            .filter(|name| *name != only);
        let flags: Vec<_> = others.map(|name| format!("--{name}=off")).collect();
        let flags: Vec<_> = flags.iter().map(String::as_str).collect();
        let process = program(&flags).start();
        address_of(&process, only);
        process.signal(crate::support::Signal::TERM);
        process.finish().expect_success();
    }
}

#[test]
fn all_services_off_is_an_error_that_says_so() {
    let flags = ["--daytime", "off", "--sessions", "off", "--udp", "off"];
    let finished = Program::new(SERVER).args(&flags).run();
    assert_eq!(
        finished.expect_failure(2),
        "time-server: --daytime, --sessions and --udp are all off: there is nothing to serve; try --help"
    );
}

#[test]
fn a_taken_address_is_one_line_that_names_the_service() {
    let (_taken, tcp) = unused_address();
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    for (service, address) in [
        ("daytime", tcp),
        ("sessions", tcp),
        ("udp", udp.local_addr().unwrap()),
    ] {
        let flags = [format!("--{service}"), address.to_string()];
        let flags = [&*flags[0], &*flags[1], "--max-connections", "100"];
        let finished = program(&flags).run();
        let expected = format!(
            "time-server: {service}: cannot listen on {address}: address in use: is another server running there?"
        );
        assert_eq!(finished.expect_failure(1), expected);
        assert!(finished.stdout.is_empty(), "{}", finished.text());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn two_services_cannot_have_one_address_but_tcp_and_udp_can() {
    let (_kept, address) = address_to_ask_for();
    let address = address.to_string();
    let both = [
        "--daytime",
        &address,
        "--sessions",
        &address,
        "--max-connections",
        "100",
    ];
    let finished = program(&both).run();
    let expected = format!(
        "time-server: sessions: cannot listen on {address}: --daytime {address} and --sessions {address} name the \
         same address"
    );
    assert_eq!(finished.expect_failure(1), expected);
    started(program(&["--sessions", &address, "--udp", &address])).is_alive();
}

/// Whichever address of the name a client takes.
#[cfg(target_os = "linux")]
#[test]
fn each_service_listens_at_each_address_of_a_name() {
    let Some(program) = with_names(SERVER) else { return };
    let flags = [
        "--daytime",
        "twins:0",
        "--sessions",
        "twins:0",
        "--udp",
        "twins:0",
    ];
    let server = program.args(&flags).start();
    for service in ["daytime", "sessions", "udp"] {
        let beginning = format!("{service} listening on ");
        let lines = server.stdout.wait_for_lines(2, &beginning);
        let addresses: Vec<SocketAddr> = lines
            .iter()
            .map(|line| line.trim_start_matches(&beginning).parse().expect(line))
            .collect();
        let [first, second] = addresses[..] else {
            panic!("{lines:?}")
        };
        assert!(
            first.is_ipv4() != second.is_ipv4() && first.port() == second.port(),
            "{lines:?}"
        );
        for address in addresses {
            match service {
                "daytime" => assert_text(&timed(|| Client::connect(address).receive_rest())),
                "sessions" => is_served(&mut Client::connect(address)),
                _ => assert_text(&Asker::new(address).ask(b"time?")),
            }
        }
    }
    server.signal(Signal::TERM);
    let finished = server.finish().expect_success();
    let done = ": 4 clients served, 0 refused, 0 cut off; 2 datagrams answered, 0 not; ";
    assert!(finished.stderr.contains(done), "{}", finished.stderr);
    assert_eq!(finished.text().lines().count(), 6, "{}", finished.text());
}

#[test]
fn wrong_flags_are_one_line_and_exit_code_2() {
    for (arguments, problem) in [
        (
            &["--udp", "127.0.0.1:65536"][..],
            "the port is not a number from 0 to 65535",
        ),
        (&["--sessions", "OFF"], "`OFF` is not an address"),
        (
            &["--sessions"],
            "a value is required for '--sessions <HOST:PORT>'",
        ),
        (&["--bind", "127.0.0.1:0"], "unexpected argument '--bind'"),
        (&["--rfc868", "yes"], "unexpected argument 'yes'"),
        (
            &["--frame-timeout", "100ms"],
            "--idle-timeout and --frame-timeout must be longer than 100ms",
        ),
        (
            &["--idle-timeout", "1ms"],
            "--idle-timeout and --frame-timeout must be longer than 100ms",
        ),
    ] {
        let finished = Program::new(SERVER).args(arguments).run();
        finished.refuses_flags("time-server", problem);
    }
}

#[test]
fn a_variable_sets_the_form_of_the_time() {
    let program = program(&[]).env("TIME_SERVER_RFC868", "true");
    let (reply, _) = started(program).asker().ask(b"time?");
    assert_eq!(reply.len(), 4);
}
