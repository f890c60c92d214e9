//! Which pages may read the answers of a service, besides its own (the rules of browsers for requests to another origin).
//!
//! A browser sends such a request, and lets the page have the answer only where `Access-Control-Allow-Origin` names its
//! origin. For a request that no form of HTML could make, with JSON or with `Authorization`, it asks first, with OPTIONS.
//! Cookies are never allowed along: a token stands in a field that the page itself writes.

use crate::method::Method;
use crate::request::Request;
use crate::response::Response;
use crate::web_origin::WebOrigin;

/// For how long a browser may keep what it was told, in seconds.
const MAX_AGE: &str = "600";

/// The origins whose pages may ask a service, and read what it answers.
///
/// ```
/// use http::{Cors, Method, Request, Response};
///
/// let cors = Cors::new(vec!["http://127.0.0.1:11080".parse()?]);
/// let request = Request::new(Method::Get, "/hello").with_header("Origin", "http://127.0.0.1:11080");
/// let response = cors.answer(&request, |_| Response::text(200, "hello"));
/// assert_eq!(response.header("Access-Control-Allow-Origin"), Some("http://127.0.0.1:11080"));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Cors {
    origins: Vec<WebOrigin>,
}

impl Cors {
    /// Pages of these origins may, and no others.
    #[must_use]
    pub fn new(origins: Vec<WebOrigin>) -> Self {
        Self { origins }
    }

    // ANCHOR: answer
    /// The answer of a service, with what browsers must be told. A page of another origin gets none to read.
    pub fn answer(&self, request: &Request, service: impl FnOnce(&Request) -> Response) -> Response {
        if self.origins.is_empty() {
            return service(request);
        }
        let allowed = self.allowed(request);
        let is_question =
            request.method() == Method::Options && request.header("access-control-request-method").is_some();
        let response = match (is_question, allowed) {
            (true, Some(_)) => Response::empty(204)
                .with_header("Access-Control-Allow-Methods", "GET, POST, DELETE")
                .with_header("Access-Control-Allow-Headers", "Authorization, Content-Type")
                .with_header("Access-Control-Max-Age", MAX_AGE),
            (true, None) => foreign(),
            (false, _) => service(request),
        };
        // Whoever keeps answers must not give that for one origin to another.
        let response = response.with_header("Vary", "Origin");
        match allowed {
            Some(origin) => response
                .with_header("Access-Control-Allow-Origin", origin.as_str())
                .with_header("Access-Control-Expose-Headers", "Retry-After"),
            None => response,
        }
    }
    // ANCHOR_END: answer

    /// The origin of a page that may. A browser says it once, and letter by letter.
    fn allowed(&self, request: &Request) -> Option<&WebOrigin> {
        let mut stated = request.headers("origin");
        let first = stated.next().filter(|_| stated.next().is_none())?;
        self.origins
            .iter()
            .find(|origin| origin.as_str().as_bytes() == first)
    }
}

fn foreign() -> Response {
    let message = "pages of this origin may not ask here: --web-origin of the server can allow it";
    Response::error(403, "foreign_origin", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://play.example";

    fn answer_to(request: &Request) -> Response {
        let cors = Cors::new(vec![PAGE.parse().expect("an origin")]);
        cors.answer(request, |request| match request.method() {
            Method::Get => Response::text(200, "hello"),
            _ => Response::method_not_allowed(&[Method::Get]),
        })
    }

    fn question(origin: &str) -> Response {
        let request = Request::new(Method::Options, "/v1/login")
            .with_header("Origin", origin)
            .with_header("Access-Control-Request-Method", "POST")
            .with_header("Access-Control-Request-Headers", "content-type");
        answer_to(&request)
    }

    #[test]
    fn a_browser_that_asks_first_is_told_what_a_page_may() {
        let response = question(PAGE);
        assert_eq!(response.status(), 204);
        assert_eq!(response.header("access-control-allow-origin"), Some(PAGE));
        assert_eq!(
            response.header("access-control-allow-headers"),
            Some("Authorization, Content-Type")
        );
        assert_eq!(response.header("access-control-allow-credentials"), None);
        assert_eq!(response.header("vary"), Some("Origin"));
    }

    #[test]
    fn another_page_is_told_nothing() {
        for origin in ["https://evil.example", "http://play.example", "null", ""] {
            let response = question(origin);
            assert_eq!(response.status(), 403, "{origin}");
            assert_eq!(response.header("access-control-allow-origin"), None);
            assert_eq!(response.header("vary"), Some("Origin"));
        }
        let get = Request::new(Method::Get, "/").with_header("Origin", "https://evil.example");
        let response = answer_to(&get);
        assert_eq!(response.status(), 200, "whoever is no browser may have it anyway");
        assert_eq!(response.header("access-control-allow-origin"), None);
    }

    #[test]
    fn a_page_may_read_refusals_too() {
        let request = Request::new(Method::Post, "/").with_header("Origin", PAGE);
        let response = answer_to(&request);
        assert_eq!(response.status(), 405);
        assert_eq!(response.header("access-control-allow-origin"), Some(PAGE));
        let plain = Request::new(Method::Options, "/").with_header("Origin", PAGE);
        assert_eq!(answer_to(&plain).status(), 405, "nobody has asked for a page");
    }

    #[test]
    fn a_service_without_pages_says_nothing_of_them() {
        let request = Request::new(Method::Get, "/").with_header("Origin", PAGE);
        let response = Cors::default().answer(&request, |_| Response::text(200, "hello"));
        assert_eq!(response.header("vary"), None);
    }
}
