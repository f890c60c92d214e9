//! Shared by the tests of this crate: a pair of connections, and a server with its handlers and its end.

#![allow(dead_code, reason = "each test file uses its part")]

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use net::{
    ClientConnection, Connection, Handler, Limits, Listener, NetError, Shutdown, Socket, Summary, TcpServer,
};

/// Longer than anything here takes; a test that meets it has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A limit that a test waits for.
pub(crate) const SHORT: Duration = Duration::from_millis(200);

/// Two ends of one connection.
pub(crate) fn pair() -> (Connection, Connection) {
    let listener = Listener::bind(&"127.0.0.1:0".parse().unwrap()).unwrap();
    let near = Socket::connect(&listener.local_address().unwrap().into(), PATIENCE).unwrap();
    let far = listener.accept().unwrap();
    near.set_read_timeout(Some(PATIENCE)).unwrap();
    far.set_read_timeout(Some(PATIENCE)).unwrap();
    (near, far)
}

/// Echoes, and says why it ends.
pub(crate) struct TalkativeEcho;

impl Handler for TalkativeEcho {
    fn handle(&self, client: &mut ClientConnection) -> Result<(), NetError> {
        echo(client)
    }

    fn last_words(&self, reason: &NetError) -> Vec<u8> {
        format!("<{}>", reason.chain()).into_bytes()
    }
}

pub(crate) fn echo(client: &mut ClientConnection) -> Result<(), NetError> {
    let mut buffer = [0; 4096];
    loop {
        match client.read(&mut buffer)? {
            0 => return Ok(()),
            count => client.write_all(&buffer[..count])?,
        }
    }
}

pub(crate) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// A server on a free port, on a thread of its own.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    /// All of them, the first too.
    pub(crate) addresses: Vec<SocketAddr>,
    pub(crate) shutdown: Shutdown,
    thread: Option<JoinHandle<Summary>>,
}

impl Running {
    pub(crate) fn start(limits: Limits, handler: impl Handler) -> Self {
        let server = TcpServer::bind(&"127.0.0.1:0".parse().unwrap())
            .unwrap()
            .limits(limits);
        Self::run(server, handler)
    }

    pub(crate) fn run(server: TcpServer, handler: impl Handler) -> Self {
        let addresses = server.local_addresses().unwrap();
        let shutdown = Shutdown::new();
        let flag = shutdown.clone();
        Self {
            address: addresses[0],
            addresses,
            shutdown,
            thread: Some(std::thread::spawn(move || server.run(handler, &flag).unwrap())),
        }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        connect(self.address)
    }

    /// Requests the shutdown and waits until the server has ended.
    pub(crate) fn end(mut self) -> Summary {
        self.shutdown.request();
        self.thread.take().unwrap().join().unwrap()
    }
}

/// A failed test must not leave its server waiting for clients.
impl Drop for Running {
    fn drop(&mut self) {
        self.shutdown.request();
    }
}

pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// One message there and back.
pub(crate) fn echo_works(stream: &mut TcpStream) {
    stream.write_all(b"ping").unwrap();
    let mut reply = [0; 4];
    stream.read_exact(&mut reply).unwrap();
    assert_eq!(&reply, b"ping");
}

/// Everything until an orderly end; a reset fails the test.
pub(crate) fn read_to_end(stream: &mut TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    stream.read_to_end(&mut all).expect("an orderly end");
    all
}

/// True when the connection ends, orderly or not, without another byte.
pub(crate) fn ends(stream: &mut TcpStream) -> bool {
    let mut byte = [0];
    match stream.read(&mut byte) {
        Ok(count) => count == 0,
        Err(error) => error.kind() == ErrorKind::ConnectionReset,
    }
}

/// Asks again until it is true.
pub(crate) fn eventually(what: &str, mut is_true: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_true() {
        assert!(Instant::now() < deadline, "still not: {what}");
        std::thread::yield_now();
    }
}
