//! A port for browsers: the page, and the rooms behind a WebSocket.

use std::sync::Arc;

use http::{Method, Request, RequestReader, Response, Service};
use net::{ClientConnection, Decline, Declined, NetError, RateLimit};
use rooms::{Entrance, Framing};

use crate::config::WebConfig;
use crate::frames::{self, CloseCode};
use crate::handshake;
use crate::page::Page;
use crate::transport::WebTransport;
use crate::unframing::WebUnframe;

/// Where the packets are.
const SOCKET: &str = "/ws";

/// What is spoken at a port for browsers: HTTP first, which serves the page, and WebSocket at `/ws`.
#[derive(Debug)]
pub struct WebPort {
    config: WebConfig,
    page: Page,
    rate_limit: Option<RateLimit>,
}

impl WebPort {
    /// A port of this server. The rate limit is for requests, and for frames that carry nothing.
    #[must_use]
    pub fn new(config: WebConfig, rate_limit: Option<RateLimit>) -> Self {
        Self {
            page: Page::new(&config.connects_to()),
            config,
            rate_limit,
        }
    }

    fn answer(&self, request: &Request) -> Response {
        match (request.method(), request.path()) {
            (_, SOCKET) => handshake::answer(request, &self.config.origins),
            (Method::Get, "/config.json") => {
                let response = Response::json(200, &self.config).with_header("Cache-Control", "no-store");
                self.page.protect(response)
            }
            (_, "/config.json") => Response::method_not_allowed(&[Method::Get]),
            _ => self.page.answer(request).unwrap_or_else(Response::not_found),
        }
    }
}

impl Framing for WebPort {
    fn serve(&self, client: &mut ClientConnection, rooms: &dyn Entrance) -> Result<(), NetError> {
        http::converse(&Visit { port: self, rooms }, client, self.rate_limit)
    }

    fn last_words(&self, reason: &NetError, _words: Vec<u8>) -> Vec<u8> {
        http::last_words(reason)
    }

    // ANCHOR: decline
    /// A page is shown no answer of HTTP to its WebSocket: it would only learn that there is none. So its handshake is
    /// answered, and then it is told why it must go.
    fn decline(&self, reason: &NetError, words: Vec<u8>) -> Option<Decline> {
        let (origins, answer) = (self.config.origins.clone(), http::last_words(reason));
        let mut reader = RequestReader::default();
        Some(Box::new(move |mut bytes| match reader.read(&mut bytes) {
            Ok(None) => Declined::Listen(Vec::new()),
            Ok(Some(request)) if request.path() == SOCKET => {
                let mut response = http::encode(&handshake::answer(&request, &origins));
                if response.starts_with(b"HTTP/1.1 101 ") {
                    response.extend(frames::last_message(&words, CloseCode::Policy));
                }
                Declined::Said(response)
            }
            Ok(Some(_)) | Err(_) => Declined::Said(answer.clone()),
        }))
    }
    // ANCHOR_END: decline
}

/// One client of the port.
struct Visit<'a> {
    port: &'a WebPort,
    rooms: &'a dyn Entrance,
}

impl Service for Visit<'_> {
    fn answer(&self, request: &Request) -> Response {
        self.port.answer(request)
    }

    fn upgrade(&self, request: Request, client: &mut ClientConnection, rest: &[u8]) -> Result<(), NetError> {
        // What follows may last for days.
        drop(request);
        let transport = Arc::new(WebTransport::new(client.sender()));
        let unframe = Box::new(WebUnframe::new(&transport, self.port.rate_limit));
        self.rooms.enter(client, unframe, transport, rest)
    }
}
