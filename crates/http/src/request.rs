//! What a service is asked: a method, a target, fields, a body, and by whom.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

use serde::Serialize;

use crate::fields::Fields;
use crate::method::Method;

/// A request that has come whole.
#[derive(Clone)]
pub struct Request {
    method: Method,
    /// The answer goes without its body: the client has asked with HEAD.
    head_only: bool,
    target: String,
    fields: Fields,
    body: Vec<u8>,
    peer: SocketAddr,
    persistence: Persistence,
}

/// What becomes of the connection after the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Persistence {
    /// It stays open, as it does in HTTP/1.1 when nobody says anything.
    Stays,
    /// It stays open, which a client of HTTP/1.0 must be told.
    StaysAndIsTold,
    /// The client wants it closed.
    Closes,
}

impl Request {
    /// A request without a socket, for tests of a service. `target` is path and query as in a request line.
    ///
    /// ```
    /// use http::{Method, Request};
    ///
    /// let request = Request::new(Method::Get, "/rooms?game=chat").with_header("Authorization", "Bearer abc");
    /// assert_eq!(request.path(), "/rooms");
    /// assert_eq!(request.query("game").as_deref(), Some("chat"));
    /// assert_eq!(request.bearer(), Some("abc"));
    /// ```
    #[must_use]
    pub fn new(method: Method, target: &str) -> Self {
        Self::received(method, false, target.to_owned(), Fields::default())
    }

    /// As the reader makes it, before its body has come.
    pub(crate) fn received(method: Method, head_only: bool, target: String, fields: Fields) -> Self {
        Self {
            method,
            head_only,
            target,
            fields,
            body: Vec::new(),
            peer: (Ipv4Addr::UNSPECIFIED, 0).into(),
            persistence: Persistence::Stays,
        }
    }

    /// One more field.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.fields.push(name, value.as_bytes());
        self
    }

    /// With this body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// With a value as JSON, and its `Content-Type`.
    ///
    /// # Panics
    /// Where the value cannot be JSON, as a map whose keys are lists.
    #[must_use]
    pub fn with_json(self, value: &impl Serialize) -> Self {
        let body = serde_json::to_vec(value).expect("a value that can be JSON");
        self.with_header("Content-Type", "application/json")
            .with_body(body)
    }

    /// From this client.
    #[must_use]
    pub fn from(mut self, peer: SocketAddr) -> Self {
        self.peer = peer;
        self
    }

    pub(crate) fn with_persistence(mut self, persistence: Persistence) -> Self {
        self.persistence = persistence;
        self
    }

    /// What it wants. HEAD comes as [`Method::Get`]; this crate leaves the body of the answer out.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// The path as it stands in the request, without the query: escapes such as `%20` are not resolved.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target_parts().0
    }

    /// The first value of a name in the query, with `+` and escapes resolved as browsers write them; bytes that are
    /// no UTF-8 become U+FFFD.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.target_parts().1.as_bytes())
            .find(|(one, _)| one == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The value of the first field with this name, in any case. `None` where the value is no text in UTF-8.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.fields.text(name)
    }

    /// The values of every field with this name, in any case and in their order.
    pub fn headers<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.fields.all(name)
    }

    /// True where the client wants to speak this protocol from now on, and may: with GET, in HTTP/1.1, on a connection
    /// that it does not want to be closed (RFC 9110, 7.8).
    ///
    /// ```
    /// use http::{Method, Request};
    ///
    /// let request = Request::new(Method::Get, "/ws").with_header("Upgrade", "WebSocket");
    /// assert!(!request.wants_upgrade("websocket"));
    /// assert!(request.with_header("Connection", "keep-alive, Upgrade").wants_upgrade("websocket"));
    /// ```
    #[must_use]
    pub fn wants_upgrade(&self, protocol: &str) -> bool {
        self.method == Method::Get
            && !self.head_only
            && self.persistence == Persistence::Stays
            && self.fields.has_word("connection", "upgrade")
            && self.fields.has_word("upgrade", protocol)
    }

    /// The token of `Authorization: Bearer TOKEN`.
    #[must_use]
    pub fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header("authorization")?.split_once(' ')?;
        let token = token.trim_matches(' ');
        let is_token = !token.is_empty() && !token.contains([' ', '\t']);
        (scheme.eq_ignore_ascii_case("bearer") && is_token).then_some(token)
    }

    /// The body; empty where there is none.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Who asks. In tests it is 0.0.0.0 until [`from`](Self::from) says otherwise.
    #[must_use]
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    pub(crate) fn persistence(&self) -> Persistence {
        self.persistence
    }

    pub(crate) fn is_head_only(&self) -> bool {
        self.head_only
    }

    fn target_parts(&self) -> (&str, &str) {
        self.target.split_once('?').unwrap_or((&self.target, ""))
    }
}

/// Without query, fields and body: passwords and tokens are there, and this may end in a log.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path())
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("peer", &self.peer)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(target: &str) -> Request {
        Request::new(Method::Get, target)
    }

    #[test]
    fn a_query_is_decoded_and_a_path_is_not() {
        let request = get("/a%20b?x=1&name=J%C3%B6rg+A&x=2&flag&bad=%zz%ff");
        assert_eq!(request.path(), "/a%20b");
        assert_eq!(request.query("name").as_deref(), Some("Jörg A"));
        assert_eq!(request.query("x").as_deref(), Some("1"));
        assert_eq!(request.query("flag").as_deref(), Some(""));
        assert_eq!(request.query("bad").as_deref(), Some("%zz\u{fffd}"));
        assert_eq!(request.query("names"), None);
        assert_eq!(get("/").query("x"), None);
    }

    #[test]
    fn a_bearer_token_is_one_word() {
        let bearer = |value: &str| {
            let request = get("/").with_header("authorization", value);
            request.bearer().map(str::to_owned)
        };
        assert_eq!(bearer("Bearer abc").as_deref(), Some("abc"));
        assert_eq!(bearer("bEARER   abc").as_deref(), Some("abc"));
        for none in ["Bearer", "Bearer ", "Bearer a b", "Basic abc", "Bearerabc", ""] {
            assert_eq!(bearer(none), None, "{none:?}");
        }
        assert_eq!(get("/").bearer(), None);
    }

    #[test]
    fn what_is_secret_is_not_in_the_debug_form() {
        let request = get("/p?token=secret")
            .with_header("Authorization", "Bearer secret")
            .with_body("secret");
        let text = format!("{request:?}");
        assert!(text.contains("/p") && !text.contains("secret"), "{text}");
    }
}
