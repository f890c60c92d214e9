//! A response as bytes.

use std::io::Write;

use crate::response::Response;
use crate::status;

/// What belongs to the answer and not to what is answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms<'a> {
    /// The time in the form of RFC 9110, 5.6.7.
    pub(crate) date: &'a str,
    /// What the client is told about the connection; nothing where both sides think the same anyway.
    pub(crate) connection: Option<&'static str>,
    /// The head of what GET would be answered, and no body.
    pub(crate) head_only: bool,
}

impl<'a> Terms<'a> {
    /// The last answer on a connection, to a request that nobody has read.
    pub(crate) fn closing(date: &'a str) -> Self {
        Self {
            date,
            connection: Some("close"),
            head_only: false,
        }
    }
}

/// More than the head of most responses, so that memory is asked for once.
const USUAL_HEAD: usize = 256;

/// Appends a response to what is to be sent.
pub(crate) fn append(response: &Response, terms: Terms<'_>, out: &mut Vec<u8>) {
    let (status, body) = (response.status(), response.body());
    out.reserve(USUAL_HEAD + body.len());
    // Writing to a vector cannot fail.
    let _ = write!(out, "HTTP/1.1 {status} {}\r\n", status::reason(status));
    append_field(b"Date", terms.date.as_bytes(), out);
    if !response.has_no_body() {
        let _ = write!(out, "Content-Length: {}\r\n", body.len());
    }
    if let Some(content_type) = response.content_type() {
        append_field(b"Content-Type", content_type.as_bytes(), out);
    }
    // The type is as it says: a browser must not guess another from the bytes, which a user may have sent.
    if !response.switches() {
        append_field(b"X-Content-Type-Options", b"nosniff", out);
    }
    append_connection(response, terms.connection, out);
    for (name, value) in response.fields().iter() {
        append_field(name, value, out);
    }
    out.extend_from_slice(b"\r\n");
    if !terms.head_only && !response.has_no_body() {
        out.extend_from_slice(body);
    }
}

/// Whoever names a protocol in `Upgrade` says in `Connection` that this is between the two of them (RFC 9110, 7.8).
fn append_connection(response: &Response, connection: Option<&'static str>, out: &mut Vec<u8>) {
    let upgrade = response.header("upgrade").map(|_| "Upgrade");
    let words: Vec<_> = connection.into_iter().chain(upgrade).collect();
    if !words.is_empty() {
        append_field(b"Connection", words.join(", ").as_bytes(), out);
    }
}

fn append_field(name: &[u8], value: &[u8], out: &mut Vec<u8>) {
    for part in [name, b": ", value, b"\r\n"] {
        out.extend_from_slice(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(response: &Response, connection: Option<&'static str>, head_only: bool) -> String {
        let mut out = Vec::new();
        let terms = Terms {
            date: "Sun, 06 Nov 1994 08:49:37 GMT",
            connection,
            head_only,
        };
        append(response, terms, &mut out);
        String::from_utf8(out).expect("text")
    }

    const HEAD: &str = "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 5\r\n\
        Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n";

    #[test]
    fn a_response_has_its_length_its_type_and_its_date() {
        let response = Response::text(200, "hello").with_header("ETag", "\"1\"");
        assert_eq!(
            encoded(&response, None, false),
            format!("{HEAD}ETag: \"1\"\r\n\r\nhello")
        );
        assert_eq!(
            encoded(&Response::text(200, "hello"), Some("close"), false),
            format!("{HEAD}Connection: close\r\n\r\nhello")
        );
    }

    #[test]
    fn a_head_tells_the_length_of_the_body_that_is_left_out() {
        let response = Response::text(200, "hello");
        assert_eq!(encoded(&response, None, true), format!("{HEAD}\r\n"));
    }

    #[test]
    fn a_status_without_a_body_has_no_length() {
        for status in [204, 304] {
            let text = encoded(&Response::text(status, "hello"), None, false);
            assert!(text.ends_with("nosniff\r\n\r\n"), "{text}");
            assert!(!text.contains("Content-Length"), "{text}");
        }
        assert!(encoded(&Response::empty(200), None, false).contains("Content-Length: 0\r\n"));
    }

    #[test]
    fn a_protocol_that_is_named_stands_in_connection_too() {
        assert_eq!(
            encoded(&Response::switching_protocols("websocket"), None, false),
            "HTTP/1.1 101 Switching Protocols\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\
             Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        );
        let required = Response::text(426, "hello").with_header("Upgrade", "websocket");
        let text = encoded(&required, Some("close"), false);
        assert!(text.contains("\r\nConnection: close, Upgrade\r\n"), "{text}");
    }

    #[test]
    fn a_status_without_words_ends_with_a_space() {
        assert!(encoded(&Response::empty(299), None, false).starts_with("HTTP/1.1 299 \r\nDate"));
    }
}
