//! HTTP/1.1 (RFC 9110 and 9112) on [`net::TcpServer`]: requests in, responses out.
//!
//! HTTP is one more framing: a head that ends with an empty line, and a body whose length the head tells. This crate
//! reads requests within bounds, keeps connections open between them, and writes responses. It knows no route and no
//! application: those are a [`Service`], which is a `match` of method and path.
//!
//! ```
//! use http::{Http, Method, Request, Response, Service};
//!
//! struct Greeter;
//!
//! impl Service for Greeter {
//!     fn answer(&self, request: &Request) -> Response {
//!         match (request.method(), request.path()) {
//!             (Method::Get, "/hello") => Response::text(200, "hello\n"),
//!             (_, "/hello") => Response::method_not_allowed(&[Method::Get]),
//!             _ => Response::not_found(),
//!         }
//!     }
//! }
//!
//! // A service needs no socket for its tests.
//! assert_eq!(Greeter.answer(&Request::new(Method::Get, "/hello")).body(), b"hello\n");
//! assert_eq!(Greeter.answer(&Request::new(Method::Post, "/hello")).status(), 405);
//!
//! // Behind a socket it is the handler of a server.
//! let limits = net::Limits::default();
//! let server = net::TcpServer::bind(&"127.0.0.1:0".parse()?)?.limits(limits.clone());
//! let shutdown = net::Shutdown::new();
//! # shutdown.request();
//! server.run(Http::new(Greeter, &limits), &shutdown)?;
//! # Ok::<(), net::NetError>(())
//! ```
//!
//! | file | what is in it |
//! |---|---|
//! | `method` | the methods that a service can be asked with |
//! | `fields` | the fields of a head: names and values |
//! | `response` | what a service answers |
//! | `status` | the words for a status |
//! | `request` | what a service is asked |
//! | `json` | the body of a request as JSON |
//! | `web_origin` | where a page comes from |
//! | `cors` | which pages may read the answers of a service |
//! | `bounds` | how long a request may be |
//! | `mistake` | what is wrong with a request, and what its client is told |
//! | `reader` | bytes to requests: heads, bodies, their bounds; without a socket |
//! | `encode` | a response as bytes |
//! | `service` | what the author of a server writes |
//! | `date` | the time as a response tells it |
//! | `refusal` | what a client is told where its service is not asked |
//! | `conversation` | one client: its requests are answered in order, on a connection that stays open |
//! | `handler` | what a `TcpServer` is given, and its parts |
//!
//! What it leaves out: HTTP/2, TLS, compression, bodies that are not held in memory, ranges and caches.
#![forbid(unsafe_code)]

mod bounds;
mod conversation;
mod cors;
mod date;
mod encode;
mod fields;
mod handler;
mod json;
mod method;
mod mistake;
mod reader;
mod refusal;
mod request;
mod response;
mod service;
mod status;
mod web_origin;

pub use bounds::{MAX_BODY, MAX_FIELDS, MAX_HEAD};
pub use cors::Cors;
pub use handler::{Http, converse, encode, last_words};
pub use method::Method;
pub use mistake::Mistake;
pub use reader::RequestReader;
pub use request::Request;
pub use response::Response;
pub use service::Service;
pub use web_origin::{WebOrigin, host_of};
