//! What a service answers: a status, fields, a body.

use std::fmt;

use serde::Serialize;

use crate::fields::Fields;
use crate::method::Method;
use crate::status::{self, SWITCHING_PROTOCOLS};

/// Fields that say where a response ends, or that belong to all of them: this crate writes them.
const OURS: [&str; 6] = [
    "connection",
    "content-length",
    "content-type",
    "date",
    "transfer-encoding",
    "x-content-type-options",
];

/// An answer to a request.
#[derive(Clone)]
pub struct Response {
    status: u16,
    content_type: Option<&'static str>,
    fields: Fields,
    body: Vec<u8>,
}

/// What a client is told when something is wrong.
#[derive(Serialize)]
struct Trouble<'a> {
    error: &'a str,
    message: &'a str,
}

impl Response {
    /// A value as JSON.
    ///
    /// # Panics
    /// Where the value cannot be JSON, as a map whose keys are lists; and for a status that is not one of 200 to 599.
    #[must_use]
    pub fn json(status: u16, value: &impl Serialize) -> Self {
        let body = serde_json::to_vec(value).expect("a value that can be JSON");
        Self::bytes(status, "application/json", body)
    }

    /// Text for people: `text/plain`, in UTF-8.
    ///
    /// # Panics
    /// For a status that is not one of 200 to 599.
    #[must_use]
    pub fn text(status: u16, text: impl Into<String>) -> Self {
        Self::bytes(status, "text/plain; charset=utf-8", text.into())
    }

    /// Any bytes, and what they are.
    ///
    /// # Panics
    /// For a status that is not one of 200 to 599, and where the type cannot stand in a field.
    #[must_use]
    pub fn bytes(status: u16, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        assert!(is_value(content_type), "a content type on one line");
        let mut response = Self::empty(status);
        response.content_type = Some(content_type);
        response.body = body.into();
        response
    }

    /// No body at all, as 204 has none.
    ///
    /// # Panics
    /// For a status that is not one of 200 to 599.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        assert!(
            (200..600).contains(&status),
            "{status} is no status of an answer: 200 to 599"
        );
        Self::of_status(status)
    }

    fn of_status(status: u16) -> Self {
        Self {
            status,
            content_type: None,
            fields: Fields::default(),
            body: Vec::new(),
        }
    }

    /// 101: what follows on this connection is another protocol, and [`Service::upgrade`](crate::Service::upgrade) speaks
    /// it. Only for a request that [wants it](crate::Request::wants_upgrade).
    ///
    /// # Panics
    /// Where the protocol cannot stand in a field.
    #[must_use]
    pub fn switching_protocols(protocol: &'static str) -> Self {
        Self::of_status(SWITCHING_PROTOCOLS).with_header("Upgrade", protocol)
    }

    /// What went wrong: a word for programs, a sentence for people.
    ///
    /// ```
    /// let response = http::Response::error(404, "no_such_room", "room 7 does not exist");
    /// assert_eq!(response.body(), br#"{"error":"no_such_room","message":"room 7 does not exist"}"#);
    /// ```
    ///
    /// # Panics
    /// For a status that is not one of 200 to 599.
    #[must_use]
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        let error = code;
        Self::json(status, &Trouble { error, message })
    }

    /// 404: there is nothing at this path.
    #[must_use]
    pub fn not_found() -> Self {
        Self::error(404, "not_found", "there is nothing at this path")
    }

    /// 405: the path is right and the method is not. `Allow` tells which are; HEAD is allowed where GET is.
    #[must_use]
    pub fn method_not_allowed(allowed: &[Method]) -> Self {
        let mut names: Vec<_> = allowed.iter().map(|method| method.as_str()).collect();
        if allowed.contains(&Method::Get) {
            names.push("HEAD");
        }
        let names = names.join(", ");
        let message = format!("this path allows {names}");
        Self::error(405, "method_not_allowed", &message).with_header("Allow", names)
    }

    /// One more field.
    ///
    /// # Panics
    /// Where the value has a line break or another control character: what follows it would be read as a field, or as
    /// a response, that the service has not written. And for fields that this crate writes itself, such as
    /// `Content-Length`.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        assert!(is_name(name), "`{name}` is no name of a field");
        assert!(
            !OURS.iter().any(|ours| name.eq_ignore_ascii_case(ours)),
            "`{name}` is written by this crate"
        );
        let value = value.into();
        // The value itself does not stand in the message, which is logged.
        assert!(is_value(&value), "the value of `{name}` has a control character");
        self.fields.push(name, value.as_bytes());
        self
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The first value of a field that the service has set, its name in any case; `Content-Type` too.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        if name.eq_ignore_ascii_case("content-type") {
            return self.content_type;
        }
        self.fields.text(name)
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    pub(crate) fn content_type(&self) -> Option<&'static str> {
        self.content_type
    }

    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    /// True where another protocol follows.
    pub(crate) fn switches(&self) -> bool {
        self.status == SWITCHING_PROTOCOLS
    }

    /// True where the status forbids a body.
    pub(crate) fn has_no_body(&self) -> bool {
        status::has_no_body(self.status)
    }
}

/// Without fields and body: an answer may bring a token, and this may end in a log.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("content_type", &self.content_type)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// RFC 9110, 5.6.2: `token`.
fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// RFC 9110, 5.5: `field-value`, which has no control character but the tab.
fn is_value(value: &str) -> bool {
    value
        .bytes()
        .all(|byte| byte == b'\t' || !byte.is_ascii_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowed_get_allows_head() {
        let response = Response::method_not_allowed(&[Method::Get, Method::Post]);
        assert_eq!(response.header("allow"), Some("GET, POST, HEAD"));
        let response = Response::method_not_allowed(&[Method::Post]);
        assert_eq!(response.header("allow"), Some("POST"));
    }

    #[test]
    fn a_type_is_a_header_too() {
        let response = Response::text(200, "hello");
        assert_eq!(response.header("Content-Type"), Some("text/plain; charset=utf-8"));
        assert_eq!(Response::empty(204).header("content-type"), None);
    }

    #[test]
    #[should_panic = "the value of `Location` has a control character"]
    fn a_value_cannot_begin_a_line() {
        let _ = Response::empty(303).with_header("Location", "/\r\nSet-Cookie: stolen");
    }

    #[test]
    #[should_panic = "`Content-length` is written by this crate"]
    fn a_service_cannot_say_where_its_response_ends() {
        let _ = Response::empty(200).with_header("Content-length", "5");
    }

    #[test]
    #[should_panic = "`X Y` is no name of a field"]
    fn a_name_has_no_spaces() {
        let _ = Response::empty(200).with_header("X Y", "5");
    }

    #[test]
    #[should_panic = "100 is no status of an answer"]
    fn an_answer_is_final() {
        let _ = Response::empty(100);
    }
}
