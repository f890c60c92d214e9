//! The small tools with servers and clients that others have written, and with the crate `http`. Where one is not
//! installed, its tests say so.

use std::env;
use std::io::{Write, stderr};
use std::process::Stdio;
use std::thread;

use http::{Http, Request, Response};
use net::{Limits, Shutdown, TcpServer};

use crate::support::{Process, Program};
use crate::{HTTP_HEAD, UDP_CLIENT};

/// True where it can be run; else the test says that it was not.
fn is_installed(tool: &str) -> bool {
    let folders = env::var_os("PATH").unwrap_or_default();
    let installed = env::split_paths(&folders).any(|folder| folder.join(tool).is_file());
    if !installed {
        // Not println!, which a passing test keeps to itself.
        let _ = writeln!(stderr(), "SKIPPED: tests/tools: not installed: {tool}");
    }
    installed
}

/// The `nc` of Debian says where it listens, and others may have other flags.
fn has_openbsd_netcat() -> bool {
    is_installed("nc") && {
        let help = Program::new("nc").args(&["-h"]).run();
        let is_it = help.stderr.contains("OpenBSD netcat");
        if !is_it {
            let _ = writeln!(
                stderr(),
                "SKIPPED: tests/tools: this nc is not Debian's netcat-openbsd"
            );
        }
        is_it
    }
}

/// Python's web server on a port that the system chose, with the folder of this test.
fn python_web_server() -> (Process, String) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let server = Program::new("python3")
        .args(&[
            "-u",
            "-m",
            "http.server",
            "0",
            "--bind",
            "127.0.0.1",
            "--directory",
            folder,
        ])
        .start();
    let line = server.stdout.wait_for_line("Serving HTTP on ");
    let port = line.split_whitespace().nth(5).expect("its port");
    let address = format!("127.0.0.1:{port}");
    (server, address)
}

#[test]
fn the_web_server_of_python_is_understood() {
    if !is_installed("python3") {
        return;
    }
    let (_server, address) = python_web_server();
    for version in [&[][..], &["--http1.1"]] {
        for (path, status) in [
            ("/lib.rs", "HTTP/1.0 200 OK"),
            ("/nothing", "HTTP/1.0 404 File not found"),
        ] {
            let program = Program::new(HTTP_HEAD).args(&[&address, path]).args(version);
            let printed = program.run().expect_success().text();
            let mut lines = printed.lines();
            assert_eq!(lines.next(), Some(status));
            assert!(
                lines.any(|line| line.starts_with("Server: SimpleHTTP/")),
                "{printed}"
            );
        }
    }
}

/// No other program: the crate of this workspace, which is a peer all the same.
#[test]
fn the_crate_http_is_understood() {
    let server = TcpServer::bind(&"127.0.0.1:0".parse().expect("an address")).expect("a listener");
    let address = server.local_addresses().expect("bound")[0].to_string();
    let shutdown = Shutdown::new();
    let handler = Http::new(|_: &Request| Response::text(200, "hello"), &Limits::default());
    let running = thread::spawn({
        let shutdown = shutdown.clone();
        move || server.run(handler, &shutdown)
    });
    for version in [&[][..], &["--http1.1"]] {
        let printed = Program::new(HTTP_HEAD).args(&[&address]).args(version).run();
        let printed = printed.expect_success().text();
        assert!(printed.starts_with("HTTP/1.1 200 OK\n"), "{printed}");
        assert!(printed.contains("\nContent-Length: 5\n"), "{printed}");
    }
    shutdown.request();
    let summary = running.join().expect("it does not panic").expect("it ran");
    assert_eq!((summary.served, summary.cut_off), (2, 0));
}

#[test]
fn netcat_answers_a_datagram() {
    if !has_openbsd_netcat() {
        return;
    }
    let netcat = Program::new("nc").args(&["-u", "-v", "-n", "-l", "127.0.0.1", "0"]);
    let mut netcat = Process::new(netcat.spawn(Stdio::piped(), Stdio::piped(), Stdio::piped()));
    let line = netcat.stderr.wait_for_line("Bound on ");
    let port = line.rsplit(' ').next().expect("its port");
    // It keeps what is typed until it has a peer.
    let mut keyboard = netcat.take_input();
    keyboard.write_all(b"from netcat").expect("it reads");
    let address = format!("127.0.0.1:{port}");
    let program = Program::new(UDP_CLIENT).args(&[&address, "to netcat", "--timeout", "20"]);
    assert_eq!(program.run().expect_success().text(), "from netcat\n");
    netcat.stdout.wait_for_text("to netcat");
}
