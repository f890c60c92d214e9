//! The request that asks for a WebSocket, and its answer (RFC 6455, 4.2).

use base64ct::{Base64, Encoding};
use http::{Method, Request, Response};
use sha1_smol::Sha1;

use crate::origins::Origins;

/// What is spoken inside of the messages: the packets of the wire, in the binary codec.
pub const SUBPROTOCOL: &str = "codelab.v1";

/// The only version that there is.
const VERSION: &str = "13";

/// What the standard lays behind a key, so that nobody who knows no WebSocket answers by chance.
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The answer: 101 for a client that may speak WebSocket here from now on, else what is wrong.
pub(crate) fn answer(request: &Request, origins: &Origins) -> Response {
    match accept(request, origins) {
        Ok(key) => Response::switching_protocols("websocket")
            .with_header("Sec-WebSocket-Accept", key)
            .with_header("Sec-WebSocket-Protocol", SUBPROTOCOL),
        Err(refusal) => refusal,
    }
}

// ANCHOR: accept
/// The answer to the key of a request for a WebSocket that is right.
fn accept(request: &Request, origins: &Origins) -> Result<String, Response> {
    if request.method() != Method::Get {
        return Err(Response::method_not_allowed(&[Method::Get]));
    }
    let version = only(request, "sec-websocket-version");
    if !request.wants_upgrade("websocket") || version != Ok(Some(VERSION)) {
        return Err(upgrade_required());
    }
    if !may_connect(request, origins) {
        let message = "this page may not connect here: --web-origin of the server can allow it";
        return Err(Response::error(403, "foreign_origin", message));
    }
    let key = only(request, "sec-websocket-key").ok().flatten();
    let key = key.filter(|key| is_key(key)).ok_or_else(bad_key)?;
    match offers(request) {
        true => Ok(accept_key(key)),
        false => Err(unknown_subprotocol()),
    }
}

/// What a server answers to the key of a client, which shows that it has understood: it knows WebSocket.
///
/// ```
/// // The example of RFC 6455, 1.3.
/// assert_eq!(web::accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
/// ```
#[must_use]
pub fn accept_key(key: &str) -> String {
    let hash = Sha1::from(format!("{key}{GUID}")).digest().bytes();
    Base64::encode_string(&hash)
}
// ANCHOR_END: accept

/// The value of a field that may be there once at most.
fn only<'a>(request: &'a Request, name: &str) -> Result<Option<&'a str>, ()> {
    let mut values = request.headers(name);
    let first = values.next().map(std::str::from_utf8);
    match values.next() {
        None => first.transpose().map_err(drop),
        Some(_) => Err(()),
    }
}

/// A request without an origin is of no browser, and could say any.
fn may_connect(request: &Request, origins: &Origins) -> bool {
    let host = request.header("host").unwrap_or_default();
    match only(request, "origin") {
        Ok(None) => true,
        Ok(Some(origin)) => origins.allows(origin, host),
        Err(()) => false,
    }
}

/// Sixteen bytes, which say nothing, in base64.
fn is_key(key: &str) -> bool {
    let mut bytes = [0; 16];
    Base64::decode(key, &mut bytes).is_ok_and(|bytes| bytes.len() == 16)
}

/// Letters count in the name of a subprotocol.
fn offers(request: &Request) -> bool {
    let mut offered = request
        .headers("sec-websocket-protocol")
        .flat_map(|value| value.split(|&byte| byte == b','));
    offered.any(|one| one.trim_ascii() == SUBPROTOCOL.as_bytes())
}

fn upgrade_required() -> Response {
    let message = "here only WebSocket is spoken: GET in HTTP/1.1 with `Connection: Upgrade`, `Upgrade: websocket` and \
                   `Sec-WebSocket-Version: 13`";
    Response::error(426, "upgrade_required", message)
        .with_header("Upgrade", "websocket")
        .with_header("Sec-WebSocket-Version", VERSION)
}

fn bad_key() -> Response {
    let message = "`Sec-WebSocket-Key` must be there once: 16 bytes in base64";
    Response::error(400, "bad_key", message)
}

fn unknown_subprotocol() -> Response {
    let message = format!("expected `Sec-WebSocket-Protocol: {SUBPROTOCOL}`");
    Response::error(400, "unknown_subprotocol", &message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: [(&str, &str); 6] = [
        ("Host", "127.0.0.1:11080"),
        ("Connection", "keep-alive, Upgrade"),
        ("Upgrade", "WebSocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("Sec-WebSocket-Protocol", "other.v2, codelab.v1"),
    ];

    /// The answer where these fields stand in place of those with their names; an empty one is left out.
    fn answer_to(method: Method, others: &[(&str, &str)]) -> Response {
        let is_other = |name: &str| others.iter().any(|(other, _)| *other == name);
        let kept = RIGHT.iter().filter(|(name, _)| !is_other(name));
        let fields = kept.chain(others).filter(|(_, value)| !value.is_empty());
        let request = fields.fold(Request::new(method, "/ws"), |request, (name, value)| {
            request.with_header(name, value)
        });
        answer(&request, &Origins::default())
    }

    #[test]
    fn a_right_request_is_answered_with_its_key() {
        let response = answer_to(Method::Get, &[]);
        assert_eq!(response.status(), 101);
        let field = |name| response.header(name).unwrap_or_default().to_owned();
        assert_eq!(field("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(field("sec-websocket-protocol"), "codelab.v1");
        assert_eq!(field("upgrade"), "websocket");
        assert_eq!(response.header("sec-websocket-extensions"), None);
    }

    #[test]
    fn what_is_no_request_for_a_websocket_is_told_how() {
        for other in [
            ("Connection", ""),
            ("Connection", "close"),
            ("Upgrade", "h2c"),
            ("Sec-WebSocket-Version", ""),
            ("Sec-WebSocket-Version", "8"),
            ("Sec-WebSocket-Version", "13, 8"),
        ] {
            let response = answer_to(Method::Get, &[other]);
            assert_eq!(response.status(), 426, "{other:?}");
            assert_eq!(response.header("upgrade"), Some("websocket"));
            assert_eq!(response.header("sec-websocket-version"), Some("13"));
        }
        assert_eq!(answer_to(Method::Post, &[]).status(), 405);
    }

    #[test]
    fn a_wrong_key_or_subprotocol_is_400() {
        for other in [
            ("Sec-WebSocket-Key", ""),
            ("Sec-WebSocket-Key", "abc"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25j"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZSBub25jZQ=="),
            ("Sec-WebSocket-Protocol", ""),
            ("Sec-WebSocket-Protocol", "CODELAB.v1"),
            ("Sec-WebSocket-Protocol", "codelab.v12"),
        ] {
            assert_eq!(answer_to(Method::Get, &[other]).status(), 400, "{other:?}");
        }
        let key = ("Sec-WebSocket-Key", RIGHT[4].1);
        assert_eq!(answer_to(Method::Get, &[key, key]).status(), 400);
    }

    #[test]
    fn a_foreign_page_is_403_whatever_else_is_right() {
        for origin in ["http://evil.example", "null", "http://127.0.0.1:11081"] {
            assert_eq!(
                answer_to(Method::Get, &[("Origin", origin)]).status(),
                403,
                "{origin}"
            );
        }
        let own = ("Origin", "http://127.0.0.1:11080");
        assert_eq!(answer_to(Method::Get, &[own]).status(), 101);
        assert_eq!(answer_to(Method::Get, &[own, own]).status(), 403);
    }
}
