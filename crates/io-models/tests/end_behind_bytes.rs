//! Edge-triggered, what lies behind the bytes of a client is told once, and maybe together with them.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;
use socket2::SockRef;

/// A server of one model, which can be stopped in the middle.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(model: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_io-models"))
            .args([model, "--bind", "127.0.0.1:0", "--log", "warn"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().expect("piped"));
        output.read_line(&mut line).expect("a line");
        let address = line.trim().trim_start_matches("listening on ").to_owned();
        Self { process, address }
    }

    /// A client that the server has accepted: it has had a reply.
    fn client(&self) -> TcpStream {
        let mut client = TcpStream::connect(&self.address).expect("connected");
        client
            .set_read_timeout(Some(Duration::from_secs(10)))
            .expect("a timeout");
        client.write_all(b"x").expect("sent");
        client.read_exact(&mut [0]).expect("a reply");
        client
    }

    fn id(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.process.id()).expect("an id"))
    }

    /// Nothing in it runs any more, when this returns.
    fn stop(&self) {
        kill(self.id(), Signal::SIGSTOP).expect("sent");
        waitpid(self.id(), Some(WaitPidFlag::WUNTRACED)).expect("stopped");
    }

    fn go_on(&self) {
        kill(self.id(), Signal::SIGCONT).expect("sent");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_end_is_found_behind_bytes_that_are_told_in_the_same_event() {
    for model in ["epoll-edge", "thread-per-core"] {
        let server = Server::start(model);
        let mut client = server.client();
        server.stop();
        client.write_all(b"the last words").expect("sent");
        client.shutdown(Shutdown::Write).expect("half closed");
        server.go_on();
        let mut replies = String::new();
        client
            .read_to_string(&mut replies)
            .expect("the end, and not for ever waiting");
        assert_eq!(replies, "the last words", "{model}");
    }
}

/// No read goes across an urgent byte: the one before it gives less than there was room for, and yet the socket is not empty.
#[test]
fn bytes_are_found_behind_an_urgent_one_that_is_told_in_the_same_event() {
    for model in ["select", "poll", "epoll-level", "epoll-edge", "thread-per-core"] {
        let server = Server::start(model);
        let mut client = server.client();
        server.stop();
        client.write_all(b"before, ").expect("sent");
        let sent = SockRef::from(&client).send_out_of_band(b"!");
        assert_eq!(sent.expect("sent"), 1);
        client.write_all(b"after").expect("sent");
        server.go_on();
        let mut replies = [0; b"before, after".len()];
        client
            .read_exact(&mut replies)
            .unwrap_or_else(|error| panic!("{model}: what is behind the urgent byte: {error}"));
        assert_eq!(&replies, b"before, after", "{model}");
    }
}
