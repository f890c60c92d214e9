//! A server on a port of its own with a service that tells what it was asked, and clients that send raw bytes.

use std::io::{Read, Write};
use std::net::{Shutdown as Direction, SocketAddr, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use http::{Http, Method, Request, Response, Service};
use net::{Handler, Limits, NetError, Shutdown, Summary, TcpServer};

/// Nothing here takes so long, unless it hangs.
pub(crate) const HANG: Duration = Duration::from_secs(10);

/// Tells the client what it has asked.
pub(crate) struct Mirror;

impl Service for Mirror {
    fn answer(&self, request: &Request) -> Response {
        match (request.method(), request.path()) {
            (Method::Get, "/hello") => Response::text(200, "hello"),
            (_, "/hello") => Response::method_not_allowed(&[Method::Get]),
            (_, "/peer") => Response::text(200, request.peer().to_string()),
            (_, "/panic") => panic!("asked for it"),
            (_, "/missing") => Response::not_found(),
            (Method::Delete, _) => Response::empty(204),
            (method, path) => {
                let body = String::from_utf8_lossy(request.body());
                let host = request.header("host").unwrap_or("nobody");
                Response::text(200, format!("{method} {path} of {host}: {body}"))
            }
        }
    }
}

/// A server that runs until it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) shutdown: Shutdown,
    running: Option<JoinHandle<Result<Summary, NetError>>>,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with_limits(Limits::default())
    }

    pub(crate) fn with_limits(limits: Limits) -> Self {
        Self::with_service(Mirror, limits)
    }

    pub(crate) fn with_service(service: impl Service + Send + Sync + 'static, limits: Limits) -> Self {
        let handler = Http::new(service, &limits);
        Self::with_handler(handler, limits)
    }

    pub(crate) fn with_handler(handler: impl Handler, limits: Limits) -> Self {
        let server = TcpServer::bind(&"127.0.0.1:0".parse().expect("an address")).expect("a listener");
        let address = server.local_addresses().expect("bound")[0];
        let shutdown = Shutdown::new();
        let running = thread::spawn({
            let shutdown = shutdown.clone();
            move || server.limits(limits).run(handler, &shutdown)
        });
        Self {
            address,
            shutdown,
            running: Some(running),
        }
    }

    pub(crate) fn connect(&self) -> Client {
        let stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_read_timeout(Some(HANG)).expect("a timeout");
        stream.set_nodelay(true).expect("an option");
        Client {
            stream,
            unread: Vec::new(),
        }
    }

    /// All that the server answers to these bytes and their end.
    pub(crate) fn answer(&self, bytes: &[u8]) -> String {
        let mut client = self.connect();
        client.send(bytes);
        client.end();
        client.rest()
    }

    /// Ends it, and waits until it has ended.
    pub(crate) fn stop(&mut self) -> Option<Summary> {
        self.shutdown.request();
        let running = self.running.take()?;
        Some(
            running
                .join()
                .expect("the server does not panic")
                .expect("it ran"),
        )
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shutdown.request();
        if let Some(running) = self.running.take() {
            let _ = running.join();
        }
    }
}

/// A client that sends any bytes.
pub(crate) struct Client {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Client {
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).expect("sent");
    }

    /// The same, where it is not sure that the server still takes it. False where it does not.
    pub(crate) fn try_send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }

    /// The same connection for another thread, which does not read.
    pub(crate) fn clone_to_send(&self) -> Self {
        Self {
            stream: self.stream.try_clone().expect("a descriptor"),
            unread: Vec::new(),
        }
    }

    /// This side of the connection.
    pub(crate) fn address(&self) -> SocketAddr {
        self.stream.local_addr().expect("a live socket")
    }

    /// Nothing more will be sent.
    pub(crate) fn end(&self) {
        self.stream.shutdown(Direction::Write).expect("half closed");
    }

    /// One response, its body by its `Content-Length`.
    pub(crate) fn response(&mut self) -> Reply {
        let head = self.until(b"\r\n\r\n");
        let reply = Reply::new(head);
        let length = reply
            .field("content-length")
            .map_or(0, |length| length.parse().expect("a number"));
        self.fill(length);
        let body = self.unread.drain(..length).collect();
        Reply { body, ..reply }
    }

    /// The head of a response that has no body, whatever it says.
    pub(crate) fn head(&mut self) -> Reply {
        Reply::new(self.until(b"\r\n\r\n"))
    }

    /// All until the server closes.
    pub(crate) fn rest(&mut self) -> String {
        self.stream
            .read_to_end(&mut self.unread)
            .expect("an orderly end within the time");
        String::from_utf8(std::mem::take(&mut self.unread)).expect("text")
    }

    fn until(&mut self, end: &[u8]) -> String {
        loop {
            if let Some(at) = self.unread.windows(end.len()).position(|part| part == end) {
                let head = self.unread.drain(..at + end.len()).collect();
                return String::from_utf8(head).expect("text");
            }
            self.read_more();
        }
    }

    fn fill(&mut self, length: usize) {
        while self.unread.len() < length {
            self.read_more();
        }
    }

    fn read_more(&mut self) {
        let mut buffer = [0; 4096];
        let count = self.stream.read(&mut buffer).expect("bytes within the time");
        let so_far = String::from_utf8_lossy(&self.unread);
        assert!(count > 0, "the server has closed after {so_far:?}");
        self.unread.extend_from_slice(&buffer[..count]);
    }
}

/// A response as a client reads it.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    fn new(head: String) -> Self {
        let body = Vec::new();
        Self { head, body }
    }

    pub(crate) fn status(&self) -> u16 {
        let status = self.head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3));
        status.and_then(|status| status.parse().ok()).expect("a status")
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .filter(|(one, _)| one.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .next()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }
}
