//! `--codec`, `--listen` and `--compress-over` on the command line.

use std::net::SocketAddr;

use protocol::Codec;

use crate::support::messages::{log_in, logged_in};
use crate::support::{Client, Finished, Program, address_of, eventually, has_ipv6, unused_address};
#[cfg(target_os = "linux")]
use crate::support::{address_to_ask_for, with_names};
use crate::{SERVER, coding, server};

#[track_caller]
fn run(arguments: &[&str]) -> Finished {
    Program::new(SERVER).args(arguments).run()
}

/// What is spoken at this address.
#[track_caller]
fn speaks(codec: Codec, address: SocketAddr) {
    let mut client = Client::connect(address).with_coding(coding(codec));
    client.exchange(&log_in(""), &logged_in(112));
}

#[test]
fn help_names_the_flags_of_ports() {
    let help = run(&["--help"]).expect_success().text();
    for part in [
        "--codec <CODEC>",
        "--listen <CODEC=HOST:PORT>",
        "[env: CHAT_SERVER_LISTEN=]",
        "--compress-over <SIZE>",
        "[env: CHAT_SERVER_COMPRESS_OVER=]",
    ] {
        assert!(help.contains(part), "{part}: {help}");
    }
}

#[test]
fn every_port_is_a_line_in_the_order_of_the_flags() {
    let binary = match has_ipv6() {
        true => "binary=[::1]:0",
        false => "binary=127.0.0.1:0",
    };
    let flags = [
        "--codec",
        "protobuf",
        "--listen",
        "msgpack=127.0.0.1:0",
        "--listen",
        binary,
    ];
    let server = server(&flags);
    let [msgpack, binary] = ["msgpack", "binary"].map(|codec| address_of(&server.process, codec));
    speaks(Codec::Protobuf, server.address);
    speaks(Codec::MsgPack, msgpack);
    speaks(Codec::Binary, binary);
    let expected = format!(
        "listening on {}\nmsgpack listening on {msgpack}\nbinary listening on {binary}\n",
        server.address
    );
    assert_eq!(server.terminate().expect_success().text(), expected);
}

#[test]
fn a_codec_can_have_several_ports() {
    let server = server(&["--listen", "binary=127.0.0.1:0", "--listen", "binary=127.0.0.1:0"]);
    let lines = server.process.stdout.wait_for_lines(2, "binary listening on ");
    let [second, third] = [&lines[0], &lines[1]].map(|line| {
        let (_, address) = line.split_once("binary listening on ").expect("a name in front");
        address.parse().expect("an address")
    });
    assert!(server.address != second && second != third, "{lines:?}");
    for address in [server.address, second, third] {
        speaks(Codec::Binary, address);
    }
}

#[test]
fn a_variable_can_name_several_ports() {
    let listen = "msgpack=127.0.0.1:0,protobuf=127.0.0.1:0";
    let program = Program::new(SERVER).args(&["--bind", "127.0.0.1:0"]);
    let program = program
        .env("CHAT_SERVER_LISTEN", listen)
        .env("CHAT_SERVER_CODEC", "msgpack");
    let server = program.serve();
    speaks(Codec::MsgPack, server.address);
    for codec in [Codec::MsgPack, Codec::Protobuf] {
        speaks(codec, address_of(&server.process, codec.name()));
    }
    let line = server.log().wait_for_line(" bind=");
    assert!(line.contains(" codec=msgpack (CHAT_SERVER_CODEC) "), "{line}");
    assert!(
        line.ends_with(&format!(" listen={listen} (CHAT_SERVER_LISTEN)")),
        "{line}"
    );
}

#[test]
fn a_port_that_is_none_is_one_line_and_exit_code_2() {
    let no_port = "expected CODEC=HOST:PORT, as in msgpack=127.0.0.1:11022";
    let no_codec = "\"json\" is not a codec: expected binary, msgpack or protobuf";
    for (arguments, problem) in [
        (["--codec", "json"], no_codec),
        (["--codec", "MsgPack"], "\"MsgPack\" is not a codec"),
        (["--listen", "json=127.0.0.1:0"], no_codec),
        (["--listen", "=127.0.0.1:0"], "\"\" is not a codec"),
        (["--listen", "127.0.0.1:0"], no_port),
        (["--listen", "msgpack"], no_port),
        (["--listen", "msgpack=127.0.0.1:0,protobuf"], no_port),
        (["--listen", "msgpack="], "`` is not an address"),
        (
            ["--listen", "msgpack=nonsense"],
            "`nonsense` is not an address: the port is missing",
        ),
        (["--compress-over", "lots"], "`lots` is not a size"),
    ] {
        run(&arguments).refuses_flags("chat-server", problem);
    }
}

#[test]
fn a_port_that_is_taken_is_one_line_and_exit_code_1() {
    let (_taken, address) = unused_address();
    let occupied = format!("msgpack={address}");
    let finished = run(&[
        "--bind",
        "127.0.0.1:0",
        "--max-connections",
        "100",
        "--listen",
        &occupied,
    ]);
    let expected =
        format!("chat-server: cannot listen on {address}: address in use: is another server running there?");
    assert_eq!(finished.expect_failure(1), expected);
    // All of them, or none: whoever waits for the first line must not believe it.
    assert_eq!(finished.text(), "");
}

/// The other one is this server itself.
#[cfg(target_os = "linux")]
#[test]
fn two_flags_that_name_one_address_are_told_so() {
    let (_kept, address) = address_to_ask_for();
    let all = format!("0.0.0.0:{}", address.port());
    let at = |codec, address| format!("{codec}={address}");
    let one = address.to_string();
    for (bind, listen, first, second) in [
        (&one, at("msgpack", &one), format!("--bind {one}"), "msgpack"),
        (&all, at("binary", &one), format!("--bind {all}"), "binary"),
        (
            &"127.0.0.1:0".to_owned(),
            format!("{},{}", at("msgpack", &one), at("protobuf", &one)),
            format!("--listen msgpack={one}"),
            "protobuf",
        ),
    ] {
        let flags = ["--bind", bind, "--max-connections", "100", "--listen", &listen];
        let finished = run(&flags);
        let expected = format!(
            "chat-server: cannot listen on {one}: {first} and --listen {second}={one} name the same address"
        );
        assert_eq!(finished.expect_failure(1), expected);
        assert_eq!(finished.text(), "");
    }
}

/// The first line is the first of `--bind`, whatever follows.
#[cfg(target_os = "linux")]
#[test]
fn a_name_is_listened_on_at_each_address_with_its_codec() {
    let Some(program) = with_names(SERVER) else { return };
    let flags = ["--bind", "twins:0", "--listen", "msgpack=twins:0"];
    let server = program.args(&flags).serve();
    server.process.stdout.wait_for_lines(2, "msgpack listening on ");
    let lines = server.process.stdout.lines();
    let mut addresses = Vec::new();
    for (line, codec) in lines.iter().zip(["binary", "binary", "msgpack", "msgpack"]) {
        let (name, address) = line.split_once("listening on ").expect(line);
        assert_eq!(name, if codec == "binary" { "" } else { "msgpack " }, "{lines:?}");
        let address: SocketAddr = address.parse().expect(line);
        speaks(codec.parse().expect("a codec"), address);
        addresses.push(address);
    }
    let [first, second, third, fourth] = addresses[..] else {
        panic!("{lines:?}")
    };
    assert!(
        first.is_ipv4() != second.is_ipv4() && third.is_ipv4() != fourth.is_ipv4(),
        "{lines:?}"
    );
    assert!(
        first.port() == second.port() && third.port() == fourth.port(),
        "{lines:?}"
    );
}

/// 59 further ports, and the flags that are the same in all tests of descriptors.
fn sixty_ports(descriptors: u32) -> Program {
    let limit = format!("-n {descriptors}");
    let further = vec!["binary=127.0.0.1:0"; 59].join(",");
    let flags = ["--bind", "127.0.0.1:0", "--listen", &further];
    Program::with_descriptors(SERVER, &[&limit]).args(&flags)
}

/// Two for each port, and 16: one fewer is an error, though all could be opened.
#[test]
fn more_ports_than_descriptors_are_an_error_at_start() {
    for descriptors in [20, 100, 135] {
        let finished = sixty_ports(descriptors).run();
        let expected = format!(
            "chat-server: listening needs 136 open files, and only {descriptors} are allowed: see `ulimit -Hn`"
        );
        assert_eq!(finished.expect_failure(1), expected);
        assert_eq!(finished.text(), "");
    }
}

#[test]
fn the_port_where_it_is_watched_takes_descriptors_too() {
    let watched = |descriptors| sixty_ports(descriptors).args(&["--admin", "127.0.0.1:0"]);
    let finished = watched(137).run();
    let reason = "listening needs 138 open files, and only 137 are allowed";
    assert!(finished.expect_failure(1).contains(reason));
    let server = watched(138).serve();
    let mut watcher = Client::connect(address_of(&server.process, "admin"));
    watcher.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert!(watcher.receive_rest().ends_with(br#"{"status":"ok"}"#));
}

#[test]
fn with_just_enough_descriptors_every_port_serves() {
    let server = sixty_ports(136).serve();
    server
        .log()
        .wait_for_line("max-connections lowered from 10000 to 1: ");
    let lines = server.process.stdout.wait_for_lines(60, "listening on ");
    for line in lines {
        let (_, address) = line.split_once("listening on ").expect("an address");
        let address = address.parse().expect("an address");
        // The place of the one before is given back when its thread has ended.
        eventually("this port serves", || {
            Client::connect(address).is_answered(&log_in(""), &logged_in(112))
        });
    }
}
