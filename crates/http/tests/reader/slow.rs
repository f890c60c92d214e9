//! Readers of whole streams: one that is slow and obvious, without a state and without `httparse`, and the one that
//! is tested, which gets its bytes in pieces.
//!
//! The fuzz target uses this file as well.

use http::{MAX_BODY, MAX_FIELDS, MAX_HEAD, RequestReader};

/// What was asked, as far as a service sees it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) host: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// How a stream ends: with the status that refuses the rest of it, or with so many bytes of a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    Refused(u16),
    Waiting(usize),
}

/// Reads a stream in pieces of these lengths, which are used again and again.
pub(crate) fn in_pieces(mut stream: &[u8], lengths: &[usize]) -> (Vec<Asked>, End) {
    let mut reader = RequestReader::default();
    let mut requests = Vec::new();
    for length in lengths.iter().cycle() {
        if stream.is_empty() {
            break;
        }
        let (mut piece, rest) = stream.split_at((*length).clamp(1, stream.len()));
        stream = rest;
        loop {
            match reader.read(&mut piece) {
                Ok(Some(request)) => requests.push(Asked {
                    method: request.method().to_string(),
                    path: request.path().to_owned(),
                    host: request.header("host").map(str::to_owned),
                    body: request.body().to_owned(),
                }),
                Ok(None) => break,
                Err(mistake) => return (requests, End::Refused(mistake.status())),
            }
        }
    }
    (requests, End::Waiting(reader.pending()))
}

/// What a part of a stream is: something and the rest, or not whole yet, or refused.
enum Part<'a, T> {
    Whole(T, &'a [u8]),
    Incomplete,
    Refused(u16),
}

/// Reads the same stream slowly.
pub(crate) fn slowly(mut stream: &[u8]) -> (Vec<Asked>, End) {
    let mut requests = Vec::new();
    loop {
        if let Some(rest) = stream.strip_prefix(b"\r\n") {
            stream = rest;
            if stream.starts_with(b"\r\n") {
                return (requests, End::Refused(400));
            }
        }
        match request(stream) {
            Part::Whole(asked, rest) => {
                requests.push(asked);
                stream = rest;
            }
            Part::Incomplete => return (requests, End::Waiting(stream.len())),
            Part::Refused(status) => return (requests, End::Refused(status)),
        }
    }
}

fn request(stream: &[u8]) -> Part<'_, Asked> {
    match stream.first() {
        None => return Part::Incomplete,
        Some(b'\r' | b'\n') => {}
        Some(byte) if is_token(&[*byte]) => {}
        Some(_) => return Part::Refused(400),
    }
    let (lines, rest) = match lines(stream, MAX_HEAD, 431) {
        Part::Whole(lines, rest) => (lines, rest),
        Part::Incomplete => return Part::Incomplete,
        Part::Refused(status) => return Part::Refused(status),
    };
    let (mut asked, framing) = match head(&lines) {
        Ok(head) => head,
        Err(status) => return Part::Refused(status),
    };
    let body = match framing {
        Some(length) if rest.len() < length => Part::Incomplete,
        Some(length) => Part::Whole(rest[..length].to_vec(), &rest[length..]),
        None => chunks(rest),
    };
    match body {
        Part::Whole(body, rest) => {
            asked.body = body;
            Part::Whole(asked, rest)
        }
        Part::Incomplete => Part::Incomplete,
        Part::Refused(status) => Part::Refused(status),
    }
}

/// Lines until an empty one, without their ends; together at most so many bytes.
fn lines(stream: &[u8], most: usize, too_long: u16) -> Part<'_, Vec<&[u8]>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for (at, byte) in stream.iter().enumerate() {
        if at >= most {
            return Part::Refused(too_long);
        }
        if *byte != b'\n' {
            continue;
        }
        let Some(line) = stream[start..at].strip_suffix(b"\r") else {
            return Part::Refused(400);
        };
        start = at + 1;
        if line.is_empty() {
            return Part::Whole(lines, &stream[start..]);
        }
        lines.push(line);
    }
    Part::Incomplete
}

/// The request without its body, and how long that is; `None` for chunks.
fn head(lines: &[&[u8]]) -> Result<(Asked, Option<usize>), u16> {
    let (first, fields) = lines.split_first().ok_or(400_u16)?;
    let words: Vec<&[u8]> = first.split(|byte| *byte == b' ').collect();
    let [method, target, version] = words[..] else {
        return Err(400);
    };
    let is_target = !target.is_empty() && !target.iter().any(u8::is_ascii_control);
    if !is_token(method) || !is_target || std::str::from_utf8(target).is_err() {
        return Err(400);
    }
    let is_11 = match version {
        b"HTTP/1.1" => true,
        b"HTTP/1.0" => false,
        [b'H', b'T', b'T', b'P', b'/', b'0'..=b'9', b'.', b'0'..=b'9'] => return Err(505),
        _ => return Err(400),
    };
    let fields = self::fields(fields)?;
    let (path, authority) = target_of(std::str::from_utf8(target).expect("checked"))?;
    let method = match method {
        b"HEAD" => "GET",
        b"GET" | b"POST" | b"PUT" | b"PATCH" | b"DELETE" | b"OPTIONS" => {
            std::str::from_utf8(method).expect("a token")
        }
        _ => return Err(501),
    };
    if path == "*" && method != "OPTIONS" {
        return Err(400);
    }
    let all = |name: &str| -> Vec<Vec<u8>> {
        let same = fields.iter().filter(|(one, _)| one == name);
        same.map(|(_, value)| value.clone()).collect()
    };
    let hosts = match authority {
        Some(authority) => vec![authority.into_bytes(); all("host").len()],
        None => all("host"),
    };
    let host_bytes = b"-._~%!$&'()*+,;=:[]";
    let is_host = |byte: &u8| byte.is_ascii_alphanumeric() || host_bytes.contains(byte);
    let host = match &hosts[..] {
        [] if !is_11 => None,
        [host] if host.iter().all(is_host) => Some(String::from_utf8(host.clone()).expect("ASCII")),
        _ => return Err(400),
    };
    let (lengths, codings) = (all("content-length"), all("transfer-encoding"));
    let framing = match (&lengths[..], &codings[..]) {
        ([], []) => Some(0),
        ([length], []) => Some(number(length)?),
        ([], [coding]) if coding.eq_ignore_ascii_case(b"chunked") && is_11 => None,
        _ => return Err(400),
    };
    let expected = all("expect");
    if is_11
        && !expected
            .iter()
            .all(|one| one.eq_ignore_ascii_case(b"100-continue"))
    {
        return Err(417);
    }
    let asked = Asked {
        method: method.to_owned(),
        path: path.split('?').next().unwrap_or_default().to_owned(),
        host,
        body: Vec::new(),
    };
    Ok((asked, framing))
}

/// Names in small letters, and values without the space around them.
fn fields(lines: &[&[u8]]) -> Result<Vec<(String, Vec<u8>)>, u16> {
    let mut fields = Vec::new();
    for line in lines {
        let colon = line.iter().position(|byte| *byte == b':').ok_or(400_u16)?;
        let (name, value) = (&line[..colon], &line[colon + 1..]);
        if !is_token(name) || value.iter().any(|byte| *byte != b'\t' && byte.is_ascii_control()) {
            return Err(400);
        }
        if fields.len() == MAX_FIELDS {
            return Err(431);
        }
        let is_space = |byte: &u8| *byte == b' ' || *byte == b'\t';
        let start = value.iter().take_while(|byte| is_space(byte)).count();
        let end = value.len()
            - value[start..]
                .iter()
                .rev()
                .take_while(|byte| is_space(byte))
                .count();
        let name = String::from_utf8(name.to_ascii_lowercase()).expect("a token");
        fields.push((name, value[start..end].to_vec()));
    }
    Ok(fields)
}

fn target_of(target: &str) -> Result<(String, Option<String>), u16> {
    if !target.is_ascii() || target.contains('#') {
        return Err(400);
    }
    if target.starts_with('/') || target == "*" {
        return Ok((target.to_owned(), None));
    }
    let lower = target.to_ascii_lowercase();
    let skip = ["http://", "https://"]
        .iter()
        .find(|scheme| lower.starts_with(**scheme))
        .ok_or(400_u16)?
        .len();
    let rest = &target[skip..];
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let path = match &rest[end..] {
        path if path.starts_with('/') => path.to_owned(),
        query => format!("/{query}"),
    };
    match &rest[..end] {
        "" => Err(400),
        authority => Ok((path, Some(authority.to_owned()))),
    }
}

/// The value of `Content-Length`.
fn number(digits: &[u8]) -> Result<usize, u16> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(400);
    }
    let mut number = 0_usize;
    for digit in digits {
        number = number * 10 + usize::from(digit - b'0');
        if number > MAX_BODY {
            return Err(413);
        }
    }
    Ok(number)
}

fn chunks(mut stream: &[u8]) -> Part<'_, Vec<u8>> {
    let mut body = Vec::new();
    let mut extensions = 0;
    loop {
        let Some(end) = stream.iter().take(256).position(|byte| *byte == b'\n') else {
            return if stream.len() > 256 {
                Part::Refused(400)
            } else {
                Part::Incomplete
            };
        };
        let Some(line) = stream[..end].strip_suffix(b"\r") else {
            return Part::Refused(400);
        };
        stream = &stream[end + 1..];
        let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let extension = &line[digits..];
        let spaces = extension
            .iter()
            .take_while(|byte| [b' ', b'\t', 0x0c].contains(byte))
            .count();
        let has_control = extension
            .iter()
            .any(|byte| *byte != b'\t' && byte.is_ascii_control());
        let is_extension = extension.is_empty() || extension.get(spaces) == Some(&b';');
        extensions += extension.len();
        if digits == 0 || digits > 16 || !is_extension || has_control || extensions > 8 * 1024 {
            return Part::Refused(400);
        }
        let size = std::str::from_utf8(&line[..digits]).expect("digits");
        let size = u64::from_str_radix(size, 16).expect("at most 16 of them");
        if size == 0 {
            return match trailers(stream) {
                Part::Whole((), rest) => Part::Whole(body, rest),
                Part::Incomplete => Part::Incomplete,
                Part::Refused(status) => Part::Refused(status),
            };
        }
        if size > (MAX_BODY - body.len()) as u64 {
            return Part::Refused(413);
        }
        let size = size as usize;
        body.extend_from_slice(&stream[..size.min(stream.len())]);
        stream = &stream[size.min(stream.len())..];
        match stream {
            [b'\r', b'\n', rest @ ..] => stream = rest,
            [_, b'\n', ..] | [b'\n', ..] | [_, _, _, ..] => return Part::Refused(400),
            _ => return Part::Incomplete,
        }
    }
}

fn trailers(stream: &[u8]) -> Part<'_, ()> {
    match lines(stream, MAX_HEAD, 431) {
        Part::Whole(lines, rest) => match fields(&lines) {
            Ok(_) => Part::Whole((), rest),
            Err(status) => Part::Refused(status),
        },
        Part::Incomplete => Part::Incomplete,
        Part::Refused(status) => Part::Refused(status),
    }
}

/// RFC 9110, 5.6.2.
fn is_token(bytes: &[u8]) -> bool {
    let is_one = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !bytes.is_empty() && bytes.iter().all(is_one)
}
