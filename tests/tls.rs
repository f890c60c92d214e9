//! TLS from end to end: the real programs, and OpenSSL, curl and Python as their peers, which others have written.
//!
//! | file | what is in it |
//! |---|---|
//! | `tls/secure` | a client that speaks TLS and knows what it expects |
//! | `tls/peers` | `openssl s_client`, `curl` and Python's `ssl` |
//! | `tls/rooms` | a room server behind TLS: records and packets, last words, members who do not read |
//! | `tls/handshakes` | those who do not complete one, and a new certificate at SIGHUP |
//! | `tls/clients` | the programs that people use, at right and at wrong ports |
//! | `tls/load` | `loadgen`, which counts what comes back |
//! | `tls/web` | browsers: the page by https, packets by wss |
#![cfg(target_os = "linux")]

mod support;

#[path = "tls/clients.rs"]
mod clients;
#[path = "support/folder.rs"]
mod folder;
#[path = "tls/handshakes.rs"]
mod handshakes;
#[path = "tls/load.rs"]
mod load;
#[path = "tls/peers.rs"]
mod peers;
#[path = "tls/rooms.rs"]
mod rooms;
#[path = "tls/secure.rs"]
mod secure;
#[path = "tls/web.rs"]
mod web;

use folder::Folder;
use support::{Program, Server};

const FLEET: &str = env!("CARGO_BIN_EXE_fleet");

/// What `fleet make-certificate` has made.
struct Certificate {
    folder: Folder,
}

impl Certificate {
    fn new(name: &str) -> Self {
        let certificate = Self {
            folder: Folder::new(&format!("tls-{name}")),
        };
        certificate.make();
        certificate
    }

    fn make(&self) {
        let out = self.file("");
        let made = Program::new(FLEET)
            .args(&["make-certificate", "--out", &out])
            .run();
        made.expect_success();
    }

    /// Another one in its place, from another authority.
    fn renew(&self) {
        for file in ["ca.pem", "server.pem", "server.key"] {
            std::fs::remove_file(self.file(file)).expect("a file that was made");
        }
        self.make();
    }

    fn file(&self, name: &str) -> String {
        self.folder
            .join(name)
            .to_str()
            .expect("a path in UTF-8")
            .to_owned()
    }

    fn authority(&self) -> String {
        self.file("ca.pem")
    }

    /// A server with it, on a port of the system's choice.
    #[track_caller]
    fn serve(&self, program: &str, flags: &[&str]) -> Server {
        Program::of_this_build(program)
            .args(&["--tls-certificate", &self.file("server.pem")])
            .args(&["--tls-key", &self.file("server.key")])
            .serve_with(flags)
    }
}
