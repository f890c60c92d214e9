//! The paths, and what is answered there.

use std::collections::BTreeMap;

use http::{Method, Request, Response};
use serde::Serialize;

use crate::health::Health;
use crate::metrics::Metrics;
use crate::text::CONTENT_TYPE;

/// Answers `/healthz` and `/metrics`.
#[derive(Debug)]
pub struct Service {
    health: Health,
    metrics: Metrics,
}

/// The answer of `/healthz`.
#[derive(Serialize)]
struct Status {
    status: &'static str,
    /// What it shares with others, as `"directory":"ok"`.
    #[serde(flatten)]
    others: BTreeMap<&'static str, &'static str>,
}

impl Service {
    /// Tells of a server and of its program.
    #[must_use]
    pub fn new(health: Health, metrics: Metrics) -> Self {
        Self { health, metrics }
    }

    fn health(&self) -> Response {
        let (code, status) = self.health.status();
        let others = self.health.others();
        Response::json(code, &Status { status, others })
    }
}

// ANCHOR: routes
impl http::Service for Service {
    fn answer(&self, request: &Request) -> Response {
        match (request.method(), request.path()) {
            (Method::Get, "/healthz") => self.health(),
            (Method::Get, "/metrics") => Response::bytes(200, CONTENT_TYPE, self.metrics.text()),
            (_, "/healthz" | "/metrics") => Response::method_not_allowed(&[Method::Get]),
            _ => Response::not_found(),
        }
    }
}
// ANCHOR_END: routes

#[cfg(test)]
mod tests {
    use http::Service as _;
    use net::Shutdown;

    use super::*;

    fn asked(service: &Service, method: Method, path: &str) -> (u16, String) {
        let response = service.answer(&Request::new(method, path));
        let body = String::from_utf8_lossy(response.body()).into_owned();
        (response.status(), body)
    }

    #[test]
    fn health_follows_the_life_of_the_server() {
        let shutdown = Shutdown::new();
        let health = Health::starting(&shutdown);
        let service = Service::new(health.clone(), Metrics::default());
        let look = || asked(&service, Method::Get, "/healthz");
        assert_eq!(look(), (503, r#"{"status":"starting"}"#.to_owned()));
        health.set_ready();
        assert_eq!(look(), (200, r#"{"status":"ok"}"#.to_owned()));
        shutdown.request();
        assert_eq!(look(), (503, r#"{"status":"draining"}"#.to_owned()));
    }

    #[test]
    fn what_others_lack_is_told_and_changes_nothing() {
        let health = Health::starting(&Shutdown::new());
        health.set_ready();
        let service = Service::new(health.clone(), Metrics::default());
        for (is_there, word) in [(true, "ok"), (false, "away")] {
            health.watch("directory", move || is_there);
            let expected = format!(r#"{{"status":"ok","directory":"{word}"}}"#);
            assert_eq!(asked(&service, Method::Get, "/healthz"), (200, expected));
        }
    }

    #[test]
    fn only_what_is_there_is_answered_and_nothing_can_be_changed() {
        let service = Service::new(Health::starting(&Shutdown::new()), Metrics::default());
        let (status, text) = asked(&service, Method::Get, "/metrics");
        assert_eq!(status, 200);
        assert!(text.starts_with("# HELP codelab_build_info "), "{text}");
        for path in ["/", "/metrics/", "/healthz/x", "/favicon.ico"] {
            assert_eq!(asked(&service, Method::Get, path).0, 404, "{path}");
        }
        for path in ["/metrics", "/healthz"] {
            assert_eq!(asked(&service, Method::Post, path).0, 405, "{path}");
        }
    }
}
