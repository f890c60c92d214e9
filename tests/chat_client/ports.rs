//! A room server with a port for each codec.

use crate::support::{Program, Server, address_of};

/// In the order of the ports.
pub(crate) const CODECS: [&str; 3] = ["binary", "msgpack", "protobuf"];

/// The server of this name, and the addresses of its ports.
#[track_caller]
pub(crate) fn server(name: &str, flags: &[&str]) -> (Server, [String; 3]) {
    let server = Program::of_this_build(name)
        .args(&["--listen", "msgpack=127.0.0.1:0,protobuf=127.0.0.1:0"])
        .serve_with(flags);
    let further = |codec| address_of(&server.process, codec).to_string();
    let addresses = [server.host_and_port(), further("msgpack"), further("protobuf")];
    (server, addresses)
}
