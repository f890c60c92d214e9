//! A whole head: what is asked, its fields, and which body follows.
//!
//! `httparse` takes it apart, and refuses what RFC 9112 calls invalid. The rules here are those that need more than
//! one field, or a bound.

use std::borrow::Cow;

use httparse::{Error, Status};

use crate::bounds::{MAX_BODY, MAX_FIELDS};
use crate::fields::Fields;
use crate::method::Method;
use crate::mistake::Mistake;
use crate::request::{Persistence, Request};

/// A head, and what it says of the body behind it.
pub(super) struct Head {
    pub(super) request: Request,
    pub(super) framing: Framing,
    /// In bytes.
    pub(super) length: usize,
    pub(super) expects_continue: bool,
}

/// Where a body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Length(usize),
    Chunked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    Http10,
    Http11,
}

impl Head {
    /// `bytes` end with the empty line.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Mistake> {
        let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
        let mut head = httparse::Request::new(&mut fields);
        match head.parse(bytes) {
            Ok(Status::Complete(_)) => {}
            Ok(Status::Partial) => return Err(Mistake::Head),
            Err(error) => return Err(mistake(error, bytes)),
        }
        let version = match head.version {
            Some(1) => Version::Http11,
            _ => Version::Http10,
        };
        let target = Target::parse(head.path.unwrap_or_default())?;
        let fields = keep(head.headers, target.authority);
        let (method, head_only) = match head.method.unwrap_or_default() {
            "HEAD" => (Method::Get, true),
            other => (Method::parse(other).ok_or(Mistake::Method)?, false),
        };
        if target.path == "*" && method != Method::Options {
            return Err(Mistake::Target);
        }
        check_host(&fields, version)?;
        let framing = framing(&fields, version)?;
        let expects_continue = expects_continue(&fields, version)?;
        let persistence = persistence(&fields, version);
        let request = Request::received(method, head_only, target.path.into_owned(), fields);
        Ok(Self {
            request: request.with_persistence(persistence),
            framing,
            length: bytes.len(),
            expects_continue,
        })
    }
}

fn mistake(error: Error, head: &[u8]) -> Mistake {
    match error {
        Error::TooManyHeaders => Mistake::TooManyFields,
        Error::Version if names_a_version(head) => Mistake::Version,
        _ => Mistake::Head,
    }
}

/// True where the first line is right but for its version, as `GET / HTTP/2.0`.
fn names_a_version(head: &[u8]) -> bool {
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let mut words = line.split(|&byte| byte == b' ').skip(2);
    let version = words.next().unwrap_or_default();
    words.next().is_none()
        && matches!(version, [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
            if major.is_ascii_digit() && minor.is_ascii_digit())
}

/// What the request line asks for.
struct Target<'a> {
    /// Path and query, or `*`.
    path: Cow<'a, str>,
    /// The host of a whole URL.
    authority: Option<&'a str>,
}

impl<'a> Target<'a> {
    fn parse(text: &'a str) -> Result<Self, Mistake> {
        // A fragment stays with the client (RFC 9110, 7.1), and what is not ASCII must be escaped.
        let is_valid = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
        if !is_valid {
            return Err(Mistake::Target);
        }
        if text.starts_with('/') || text == "*" {
            let (path, authority) = (text.into(), None);
            return Ok(Self { path, authority });
        }
        Self::of_url(text).ok_or(Mistake::Target)
    }

    /// As a proxy is asked, and as every server must understand it (RFC 9112, 3.2.2).
    fn of_url(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let known = ["http", "https"]
            .iter()
            .any(|one| scheme.eq_ignore_ascii_case(one));
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let path = match path.starts_with('/') {
            true => path.into(),
            false => format!("/{path}").into(),
        };
        (known && !authority.is_empty()).then_some(Self {
            path,
            authority: Some(authority),
        })
    }
}

/// The fields, in memory of their own. The host of a whole URL counts instead of `Host` (RFC 9112, 3.2.2).
fn keep(parsed: &[httparse::Header<'_>], authority: Option<&str>) -> Fields {
    let bytes = parsed.iter().map(|field| field.name.len() + field.value.len());
    let mut fields = Fields::with_capacity(parsed.len(), bytes.sum());
    for field in parsed {
        match authority {
            Some(authority) if field.name.eq_ignore_ascii_case("host") => {
                fields.push(field.name, authority.as_bytes());
            }
            _ => fields.push(field.name, field.value),
        }
    }
    fields
}

/// RFC 9112, 3.2: exactly one in HTTP/1.1, and 400 for another count or a value that is none.
fn check_host(fields: &Fields, version: Version) -> Result<(), Mistake> {
    let is_host = |value: &[u8]| {
        value
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=:[]".contains(byte))
    };
    let mut hosts = fields.all("host");
    match (hosts.next(), hosts.next()) {
        (Some(host), None) if is_host(host) => Ok(()),
        (None, _) if version == Version::Http10 => Ok(()),
        _ => Err(Mistake::Host),
    }
}

// ANCHOR: framing
/// Which body follows. Where two programs could read two different lengths there is none: that is how a request is
/// smuggled inside another past a program that looks at requests (RFC 9112, 6.3 and 11.2).
fn framing(fields: &Fields, version: Version) -> Result<Framing, Mistake> {
    let mut lengths = fields.all("content-length");
    let mut codings = fields.all("transfer-encoding");
    match (lengths.next(), codings.next()) {
        (None, None) => Ok(Framing::Length(0)),
        (Some(_), Some(_)) => Err(Mistake::TwoLengths),
        (Some(length), None) if lengths.next().is_none() => body_length(length),
        (Some(_), None) => Err(Mistake::ContentLength),
        (None, Some(coding)) => {
            let is_ours = coding.eq_ignore_ascii_case(b"chunked") && codings.next().is_none();
            match is_ours && version == Version::Http11 {
                true => Ok(Framing::Chunked),
                false => Err(Mistake::TransferEncoding),
            }
        }
    }
}

/// Digits alone. `5, 5` is refused, although RFC 9110, 8.6 allows to take it as 5: no client means it.
fn body_length(value: &[u8]) -> Result<Framing, Mistake> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return Err(Mistake::ContentLength);
    }
    let number = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
    // A number that does not fit into memory is too long as well.
    match number {
        Some(length) if length <= MAX_BODY => Ok(Framing::Length(length)),
        _ => Err(Mistake::BodyTooLong),
    }
}
// ANCHOR_END: framing

/// RFC 9110, 10.1.1. A client of HTTP/1.0 does not know the word that it would be sent.
fn expects_continue(fields: &Fields, version: Version) -> Result<bool, Mistake> {
    let mut expected = fields.all("expect").peekable();
    if version == Version::Http10 || expected.peek().is_none() {
        return Ok(false);
    }
    match expected.all(|one| one.eq_ignore_ascii_case(b"100-continue")) {
        true => Ok(true),
        false => Err(Mistake::Expect),
    }
}

/// RFC 9112, 9.3.
fn persistence(fields: &Fields, version: Version) -> Persistence {
    if fields.has_word("connection", "close") {
        return Persistence::Closes;
    }
    match version {
        Version::Http11 => Persistence::Stays,
        Version::Http10 if fields.has_word("connection", "keep-alive") => Persistence::StaysAndIsTold,
        Version::Http10 => Persistence::Closes,
    }
}
