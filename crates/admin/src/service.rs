//! The paths, and what is answered there.

use std::collections::BTreeMap;

use http::{Method, Request, Response};
use serde::Serialize;

use crate::health::Health;
use crate::metrics::Metrics;
use crate::status::{Status, wanted};
use crate::text::CONTENT_TYPE;
use crate::token::Token;
use crate::{actions, asked_as, page};

/// Answers `/healthz` and `/metrics`, and shows people a page.
#[derive(Debug)]
pub struct Service {
    health: Health,
    metrics: Metrics,
    /// What must be shown by whoever does something; `None` where nothing can be done.
    token: Option<Token>,
    /// The names of this port, beside its addresses.
    names: Vec<String>,
}

/// The answer of `/healthz`.
#[derive(Serialize)]
struct Answer {
    status: &'static str,
    /// What it shares with others, as `"directory":"ok"`.
    #[serde(flatten)]
    others: BTreeMap<&'static str, &'static str>,
}

impl Service {
    /// Tells of a server and of its program.
    #[must_use]
    pub fn new(health: Health, metrics: Metrics) -> Self {
        Self {
            health,
            metrics,
            token: None,
            names: Vec::new(),
        }
    }

    /// Whoever shows this can kick users, tell them something, and end the server.
    #[must_use]
    pub fn steered_with(self, token: Option<Token>) -> Self {
        Self { token, ..self }
    }

    /// The page may be asked for under this name too, not only under an address.
    #[must_use]
    pub fn known_as(mut self, name: &str) -> Self {
        self.names.push(name.to_owned());
        self
    }

    fn health(&self) -> Response {
        let (code, status) = self.health.status();
        let others = self.health.others();
        Response::json(code, &Answer { status, others })
    }

    /// What is for people: it has names of users, and acts on them.
    fn for_people(&self, request: &Request) -> Response {
        if !asked_as::is_for_us(request.header("host"), &self.names) {
            let message = "ask for this by an address, as http://127.0.0.1:9100, or by the host of --admin: under any \
                           other name a stranger's page could read it";
            return Response::error(403, "foreign_host", message);
        }
        let action = self
            .token
            .as_ref()
            .and_then(|token| actions::answer(request, token, &self.metrics, &self.health));
        action.unwrap_or_else(|| self.shown(request))
    }

    fn shown(&self, request: &Request) -> Response {
        let shown = match request.path() {
            "/status.json" => Some(self.status(request)),
            path => page::file(path),
        };
        match (shown, request.method()) {
            (None, _) => Response::not_found(),
            (Some(response), Method::Get) => response,
            (Some(_), _) => Response::method_not_allowed(&[Method::Get]),
        }
    }

    fn status(&self, request: &Request) -> Response {
        let can_act = self.token.is_some();
        let status = Status::of(&self.health, &self.metrics, can_act, &wanted(request));
        Response::json(200, &status).with_header("Cache-Control", "no-store")
    }
}

// ANCHOR: routes
impl http::Service for Service {
    fn answer(&self, request: &Request) -> Response {
        match (request.method(), request.path()) {
            (Method::Get, "/healthz") => self.health(),
            (Method::Get, "/metrics") => Response::bytes(200, CONTENT_TYPE, self.metrics.text()),
            (_, "/healthz" | "/metrics") => Response::method_not_allowed(&[Method::Get]),
            _ => self.for_people(request),
        }
    }
}
// ANCHOR_END: routes

#[cfg(test)]
mod tests;
