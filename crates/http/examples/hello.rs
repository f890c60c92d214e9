//! The smallest server on this crate: it tells its clients what they have asked.
//!
//! `cargo run -p http --example hello` (an address may follow), then `curl http://127.0.0.1:8080/hello`.

use std::env;

use http::{Http, Method, Request, Response, Service};
use net::{Limits, NetError, Shutdown, TcpServer};

// ANCHOR: service
struct Hello;

impl Service for Hello {
    fn answer(&self, request: &Request) -> Response {
        match (request.method(), request.path()) {
            (Method::Get, "/hello") => {
                let name = request.query("name").unwrap_or_else(|| "you".to_owned());
                Response::text(200, format!("hello, {name}\n"))
            }
            (Method::Post, "/") => {
                let length = request.body().len();
                Response::text(200, format!("POST /: {length} bytes of body\n"))
            }
            (_, "/hello") => Response::method_not_allowed(&[Method::Get]),
            (_, "/") => Response::method_not_allowed(&[Method::Post]),
            _ => Response::not_found(),
        }
    }
}
// ANCHOR_END: service

// ANCHOR: main
fn main() -> Result<(), NetError> {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let limits = Limits::default();
    let server = TcpServer::bind(&address.parse()?)?.limits(limits.clone());
    println!("listening on {}", server.local_addresses()?[0]);
    server.run(Http::new(Hello, &limits), &Shutdown::on_signals()?)?;
    Ok(())
}
// ANCHOR_END: main
