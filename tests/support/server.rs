//! A program that listens, and the clients that connect to it.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitStatus;

use socket2::{Domain, Socket, Type};

#[cfg(unix)]
use super::Signal;
use super::output::Output;
use super::{Client, Coding, Finished, Process, Program};

/// A server that listens on a port which the system chose.
pub(crate) struct Server {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
    /// What its clients translate, if they do.
    coding: Option<Coding>,
    /// Ids of packets that they are not told of.
    passed_over: &'static [u16],
}

impl Server {
    /// Waits for the first line of standard output.
    #[track_caller]
    pub(crate) fn new(process: Process) -> Self {
        let line = process.stdout.wait_for_line("");
        let (_, address) = line
            .split_once("listening on ")
            .unwrap_or_else(|| panic!("the first line is `{line}`"));
        Self::at(process, address.parse().expect("an address"))
    }

    /// One that listens there, as is known.
    pub(crate) fn at(process: Process, address: SocketAddr) -> Self {
        Self {
            process,
            address,
            coding: None,
            passed_over: &[],
        }
    }

    /// The same server, whose clients translate.
    pub(crate) fn with_coding(self, coding: Option<Coding>) -> Self {
        Self { coding, ..self }
    }

    /// The same server, whose clients are not told of packets with these ids.
    pub(crate) fn passing_over(self, passed_over: &'static [u16]) -> Self {
        Self { passed_over, ..self }
    }

    #[track_caller]
    pub(crate) fn connect(&self) -> Client {
        self.as_told(Client::connect(self.address))
    }

    fn as_told(&self, client: Client) -> Client {
        client.with_coding(self.coding).passing_over(self.passed_over)
    }

    /// A client with an address of its own. Linux answers on all of 127.0.0.0/8; other systems do not.
    #[track_caller]
    pub(crate) fn connect_from(&self, ip: Ipv4Addr) -> Client {
        self.as_told(Client::connect_from(ip, self.address))
    }

    /// A client that is soon a slow one, unless it reads.
    #[track_caller]
    pub(crate) fn connect_with_little_room(&self) -> Client {
        self.as_told(Client::connect_with_little_room(self.address))
    }

    /// What its clients make of these messages: for those who send parts of them.
    pub(crate) fn to_wire(&self, messages: &[u8]) -> Vec<u8> {
        let translated = |coding: Coding| (coding.to_wire)(messages);
        self.coding.map_or_else(|| messages.to_vec(), translated)
    }

    /// Where it listens, as on a command line.
    pub(crate) fn host_and_port(&self) -> String {
        self.address.to_string()
    }

    /// Its standard error.
    pub(crate) fn log(&self) -> &Output {
        &self.process.stderr
    }

    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: Signal) {
        self.process.signal(signal);
    }

    /// Waits until it ends by itself.
    #[track_caller]
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.process.wait()
    }

    /// Asks it to end, and waits until it has.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn terminate(self) -> Finished {
        self.signal(Signal::TERM);
        self.process.finish()
    }
}

/// Starts a step, which takes its address as its one argument.
#[track_caller]
pub(crate) fn step(path: &str) -> Server {
    Program::new(path).args(&["127.0.0.1:0"]).serve()
}

/// Waits for the line that says where one of several services listens.
#[track_caller]
pub(crate) fn address_of(process: &Process, service: &str) -> SocketAddr {
    let beginning = format!("{service} listening on ");
    let line = process.stdout.wait_for_line(&beginning);
    let address = line.strip_prefix(&beginning).expect("nothing before the name");
    address.parse().expect("an address")
}

/// An address that only a program gets which asks for its port: the system gives it to nobody else while the socket
/// lives, not even to a client that connects from there. Linux lets a second socket bind there where both have
/// SO_REUSEADDR and neither listens (socket(7)); elsewhere the port is one that was free a moment ago.
pub(crate) fn address_to_ask_for() -> (Option<Socket>, SocketAddr) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.set_reuse_address(true).expect("an option");
    let (socket, address) = bound_somewhere(socket);
    (cfg!(target_os = "linux").then_some(socket), address)
}

/// An address that nobody listens on, and that nobody can listen on while the socket lives.
pub(crate) fn unused_address() -> (Socket, SocketAddr) {
    bound_somewhere(Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket"))
}

fn bound_somewhere(socket: Socket) -> (Socket, SocketAddr) {
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    socket.bind(&any_port.into()).expect("a free port");
    let address = socket.local_addr().expect("its address").as_socket();
    (socket, address.expect("an address of the internet"))
}

/// `bytes in` and `bytes out` of the line that a server ends with.
#[track_caller]
pub(crate) fn bytes_in_and_out(log: &str) -> (usize, usize) {
    let summary = log.lines().last().expect("a summary");
    let number_before = |unit: &str| -> usize {
        let (before, _) = summary
            .split_once(unit)
            .unwrap_or_else(|| panic!("no `{unit}`: {summary}"));
        before.rsplit(' ').next().unwrap().parse().expect("a number")
    };
    (number_before(" bytes in"), number_before(" bytes out"))
}

/// The client leaves, and the log says why its connection was ended. The line comes when the client has
/// gone, or after the second that a client has for that.
#[track_caller]
pub(crate) fn was_closed_for(server: &Server, client: Client, reason: &str) {
    let address = client.address();
    drop(client);
    let line = server.log().wait_for_line(&format!(" peer={address} "));
    assert!(line.contains(&format!(" closed: {reason} client=")), "{line}");
}
