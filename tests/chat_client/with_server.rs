//! The client with the real server, in every codec: the wrong port, and compression.

use crate::support::{Program, Server, address_of, eventually};

const CODECS: [&str; 3] = ["binary", "msgpack", "protobuf"];

/// The server with a port for each codec, and the ports' addresses in the order of `CODECS`.
#[track_caller]
fn server(flags: &[&str]) -> (Server, [String; 3]) {
    let server = Program::new(env!("CARGO_BIN_EXE_chat-server"))
        .args(&["--bind", "127.0.0.1:0"])
        .args(&["--listen", "msgpack=127.0.0.1:0,protobuf=127.0.0.1:0"])
        .args(flags)
        .serve();
    let further = |codec| address_of(&server.process, codec).to_string();
    let addresses = [server.host_and_port(), further("msgpack"), further("protobuf")];
    (server, addresses)
}

fn client(address: &str, name: &str, flags: &[&str]) -> Program {
    Program::new(env!("CARGO_BIN_EXE_chat-client"))
        .args(&["--name", name, "--room", "1", address])
        .args(flags)
}

#[test]
fn a_port_of_another_codec_is_told_at_the_login() {
    let (_server, addresses) = server(&[]);
    for codec in CODECS {
        // Logins of all lengths: none may look like one of another codec.
        for name in ["al", "앨리스", "fifteen-letters", "sixteen-letters!"] {
            for (address, spoken) in addresses.iter().zip(CODECS) {
                let finished = client(address, name, &["--codec", codec]).run_with(b"hello\n");
                if codec == spoken {
                    finished.expect_success();
                    continue;
                }
                let line = finished.expect_failure(1);
                assert!(
                    line.ends_with(": does this port speak another codec (--codec)?"),
                    "{codec} to {spoken}: {line}"
                );
            }
        }
    }
}

#[test]
fn both_sides_compress_where_both_have_the_flag() {
    let (server, addresses) = server(&["--compress-over", "60", "--trace", "--log", "off"]);
    let long = "all work and no play ".repeat(6);
    for (codec, address) in CODECS.iter().zip(&addresses) {
        let form = match *codec {
            "binary" => "compressed".to_owned(),
            codec => format!("{codec}, compressed"),
        };
        let plain = client(address, "bob", &["--codec", codec]).run_with(long.as_bytes());
        assert!(plain.expect_success().text().contains(long.trim_end()));
        is_traced(
            &server,
            "<-- ROOM_CHAT_RES",
            if *codec == "binary" { "" } else { codec },
        );
        let compressed = server.log().count(&form);
        assert_eq!(compressed, 0, "{codec} without the flag is sent compressed");
        let flags = ["--codec", codec, "--compress-over", "60"];
        let finished = client(address, "alice", &flags).run_with(long.as_bytes());
        let heard = finished.expect_success().text();
        assert!(heard.contains(&format!("alice: {}", long.trim_end())), "{heard}");
        // The PING that asks, the message, and its notification.
        for part in [
            "--> PING_REQ",
            "--> ROOM_CHAT_REQ len=12",
            "<-- ROOM_CHAT_NTF unique_id=",
        ] {
            is_traced(&server, part, &form);
        }
    }
}

/// The server has written such a line: a client may be done before that.
#[track_caller]
fn is_traced(server: &Server, part: &str, form: &str) {
    eventually(&format!("a line with `{part}` and `{form}`"), || {
        let lines = server.log().lines();
        lines
            .iter()
            .any(|line| line.contains(part) && line.contains(form))
    });
}

#[test]
fn a_server_without_compression_is_named_as_the_cause() {
    let (_server, addresses) = server(&[]);
    for (codec, address) in CODECS.iter().zip(&addresses) {
        let flags = ["--codec", codec, "--compress-over", "60"];
        let finished = client(address, "alice", &flags).run_with(b"hello\n");
        assert_eq!(
            finished.expect_failure(1),
            "chat-client: the server takes no compressed packets: was it started with --compress-over? \
             (PACKET_DECODING_FAIL)",
            "{codec}"
        );
    }
}
