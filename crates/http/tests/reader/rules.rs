//! What is read, what is refused, and with which mistake; each also split at every byte.

use http::{Mistake, RequestReader};

use crate::slow::{Asked, End, in_pieces, slowly};

/// Reads a stream of one request or a mistake at once; and at every split, which must make no difference.
fn read(stream: &[u8]) -> (Vec<Asked>, End) {
    let at_once = in_pieces(stream, &[stream.len()]);
    for split in 1..stream.len() {
        assert_eq!(
            in_pieces(stream, &[split, stream.len()]),
            at_once,
            "split at {split}"
        );
    }
    assert_eq!(in_pieces(stream, &[1]), at_once, "byte by byte");
    assert_eq!(slowly(stream), at_once, "the slow reader");
    at_once
}

#[track_caller]
fn one(stream: &str) -> Asked {
    let (mut requests, end) = read(stream.as_bytes());
    assert_eq!((requests.len(), end), (1, End::Waiting(0)), "{stream:?}");
    requests.remove(0)
}

#[track_caller]
fn refuses(stream: impl AsRef<[u8]>, mistake: Mistake) {
    let stream = stream.as_ref();
    let shown = String::from_utf8_lossy(stream).into_owned();
    let mut input = stream;
    let mut reader = RequestReader::default();
    let first = reader.read(&mut input).map(|request| request.is_some());
    assert_eq!(first, Err(mistake), "{shown:?}");
    assert_eq!(
        read(stream),
        (vec![], End::Refused(mistake.status())),
        "{shown:?}"
    );
}

/// A request with these lines between the first one and its end.
fn post(lines: &str) -> String {
    format!("POST / HTTP/1.1\r\nHost: h\r\n{lines}\r\n")
}

#[test]
fn a_body_ends_where_its_length_says() {
    let asked = one(&(post("Content-Length: 3\r\n") + "abc"));
    assert_eq!(
        (asked.method.as_str(), asked.body.as_slice()),
        ("POST", &b"abc"[..])
    );
    assert_eq!(one(&(post("content-length:\t3 \r\n") + "abc")).body, b"abc");
    assert_eq!(one(&(post("Content-Length: 003\r\n") + "abc")).body, b"abc");
    assert_eq!(one(&post("Content-Length: 0\r\n")).body, b"");
    assert_eq!(one(&post("")).body, b"");
}

#[test]
fn a_body_in_chunks_is_joined() {
    let chunked = post("Transfer-Encoding: Chunked\r\n");
    let bodies = [
        ("0\r\n\r\n", ""),
        ("3\r\nabc\r\n0\r\n\r\n", "abc"),
        ("1\r\na\r\n02\r\nbc\r\n000\r\n\r\n", "abc"),
        ("3;name=value;other=\"x y\"\r\nabc\r\n0;last\r\n\r\n", "abc"),
        ("3 \t;name\r\nabc\r\n0\r\n\r\n", "abc"),
        ("3\r\nabc\r\n0\r\nTrailer: x\r\nContent-Length: 5\r\n\r\n", "abc"),
        ("A\r\n\r\n0\r\n\r\n12\n\r\n0\r\n\r\n", "\r\n0\r\n\r\n12\n"),
    ];
    for (chunks, body) in bodies {
        assert_eq!(
            one(&(chunked.clone() + chunks)).body,
            body.as_bytes(),
            "{chunks:?}"
        );
    }
}

#[test]
fn requests_stand_one_behind_the_other() {
    let stream = [
        &(post("Content-Length: 3\r\n") + "abc"),
        "GET /b HTTP/1.1\r\nHost: h\r\n\r\n",
        &(post("Transfer-Encoding: chunked\r\n") + "1\r\nx\r\n0\r\n\r\n"),
        "GET /d HTTP",
    ]
    .concat();
    let (requests, end) = read(stream.as_bytes());
    let paths: Vec<_> = requests.iter().map(|asked| asked.path.as_str()).collect();
    assert_eq!((paths, end), (vec!["/", "/b", "/"], End::Waiting(11)));
}

#[test]
fn one_empty_line_in_front_is_passed_over() {
    assert_eq!(one("\r\nGET / HTTP/1.0\r\n\r\n").path, "/");
    let (requests, end) = read((post("Content-Length: 1\r\n") + "x\r\n").as_bytes());
    assert_eq!((requests.len(), end), (1, End::Waiting(0)));
    let often = (post("Content-Length: 1\r\n") + "x\r\n").repeat(3);
    assert_eq!(read(often.as_bytes()).0.len(), 3);
    refuses("\r\n\r\nGET / HTTP/1.0\r\n\r\n", Mistake::Head);
}

#[test]
fn a_target_is_a_path_or_a_whole_url() {
    let path = |line: &str| one(&format!("{line} HTTP/1.1\r\nHost: h\r\n\r\n"));
    assert_eq!(path("GET /a/b?c=d").path, "/a/b");
    assert_eq!(path("GET /a|{b}\"%zz").path, "/a|{b}\"%zz");
    assert_eq!(path("OPTIONS *").path, "*");
    let asked = path("GET http://other:81/a?b");
    assert_eq!(
        (asked.path.as_str(), asked.host.as_deref()),
        ("/a", Some("other:81"))
    );
    assert_eq!(path("GET HTTPS://other").path, "/");
    assert_eq!(path("GET http://other?b").path, "/");
    let wrong = [
        "GET *",
        "HEAD *",
        "GET a",
        "GET http:///a",
        "GET ftp://other/",
        "GET /a#b",
        "GET /\u{e9}",
        "GET host:80",
    ];
    for line in wrong {
        refuses(format!("{line} HTTP/1.1\r\nHost: h\r\n\r\n"), Mistake::Target);
    }
    // `http://a b` would be another host for the next program.
    refuses("GET http://a@b/ HTTP/1.1\r\nHost: h\r\n\r\n", Mistake::Host);
}

#[test]
fn there_is_one_host_and_it_is_one() {
    for host in ["", "h", "a.example:80", "[::1]:8080", "a_b%20"] {
        let asked = one(&format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        assert_eq!(asked.host.as_deref(), Some(host));
    }
    assert_eq!(one("GET / HTTP/1.0\r\n\r\n").host, None);
    refuses("GET / HTTP/1.1\r\n\r\n", Mistake::Host);
    refuses("GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", Mistake::Host);
    refuses("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", Mistake::Host);
    for host in ["a b", "a/b", "a@b", "a,b@", "\u{e9}"] {
        refuses(format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"), Mistake::Host);
    }
}

#[test]
fn there_is_one_length() {
    let twice = [
        "3\r\nContent-Length: 3",
        "3\r\nContent-Length: 5",
        "3\r\ncontent-length: ",
    ];
    for lengths in twice {
        refuses(
            post(&format!("Content-Length: {lengths}\r\n")),
            Mistake::ContentLength,
        );
    }
    for length in ["", "5, 5", "+5", "-5", "0x5", "5 5", "5.0", "\u{665}", "5;", "a"] {
        refuses(
            post(&format!("Content-Length: {length}\r\n")),
            Mistake::ContentLength,
        );
    }
    let both = [
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
        "Content-Length: 0\r\nTransfer-Encoding: identity\r\n",
        "Content-Length: \r\nTransfer-Encoding: \r\n",
    ];
    for lines in both {
        refuses(post(lines), Mistake::TwoLengths);
    }
}

#[test]
fn the_only_coding_is_chunked() {
    let codings = [
        "chunked, identity",
        "identity, chunked",
        "gzip, chunked",
        "chunked, chunked",
        "chunked\r\nTransfer-Encoding: chunked",
        "chunked\r\nTransfer-Encoding: identity",
        "identity",
        "gzip",
        "xchunked",
        "\"chunked\"",
        "chunked;q=1",
        "chunke\u{64}\u{b}",
        "",
    ];
    for coding in codings {
        let mistake = match coding.contains('\u{b}') {
            true => Mistake::Head,
            false => Mistake::TransferEncoding,
        };
        refuses(post(&format!("Transfer-Encoding: {coding}\r\n")), mistake);
    }
    let old = "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    refuses(old, Mistake::TransferEncoding);
}

#[test]
fn a_field_is_a_name_a_colon_and_a_value() {
    let wrong = [
        "Name : value",
        "Name\t: value",
        " Name: value",
        "X: y\r\n folded",
        "X: y\r\n\tfolded",
        "no colon",
        ": no name",
        "Na me: value",
        "N\u{e9}: value",
        "X: \0",
        "X: a\rb",
        "X: \u{7f}",
        "(X): y",
    ];
    for line in wrong {
        refuses(post(&format!("{line}\r\n")), Mistake::Head);
    }
    // The fold in front of the first field, too.
    refuses("GET / HTTP/1.1\r\n Host: h\r\n\r\n", Mistake::Head);
    assert_eq!(one(&post("X: \u{e9}\t \r\nEmpty:\r\n")).body, b"");
    assert_eq!(read(b"GET / HTTP/1.0\r\nX: \xff\xfe\r\n\r\n").0.len(), 1);
}

#[test]
fn lines_end_with_both_bytes() {
    refuses("GET / HTTP/1.1\nHost: h\r\n\r\n", Mistake::BareLf);
    refuses("GET / HTTP/1.1\r\nHost: h\n\r\n", Mistake::BareLf);
    refuses("GET / HTTP/1.1\r\nHost: h\r\n\n", Mistake::BareLf);
    refuses("\nGET / HTTP/1.1\r\n", Mistake::BareLf);
    refuses("GET / HTTP/1.1\n", Mistake::BareLf);
    refuses("GET / HTTP/1.1\rHost: h\r\n\r\n", Mistake::Head);
    let chunked = post("Transfer-Encoding: chunked\r\n");
    for chunks in [
        "3\nabc\r\n",
        "3\r\nabc\n0\r\n",
        "0\n",
        "0\r\n\n",
        "0\r\nX: y\n\r\n",
    ] {
        refuses(chunked.clone() + chunks, Mistake::BareLf);
    }
}

#[test]
fn a_request_line_has_three_words() {
    let wrong = [
        "GET /",
        "GET  / HTTP/1.1",
        "GET /  HTTP/1.1",
        "GET / HTTP/1.1 ",
        "GET /a b HTTP/1.1",
        "GET /a b HTTP/2.0",
        "GET /a HTTP/2.0 b",
        "GET /a HTTP/2.0\r\0",
        "GET\t/ HTTP/1.1",
        "GET / http/1.1",
        "GET / HTTP/11",
        "GET / HTTP/1.1x",
        "GET / HTTP/2",
        "GET / FTP/1.1",
        "G(T / HTTP/1.1",
        "GET /\u{1} HTTP/1.1",
    ];
    for line in wrong {
        refuses(format!("{line}\r\nHost: h\r\n\r\n"), Mistake::Head);
    }
    for version in ["2.0", "0.9", "1.2", "3.0"] {
        refuses(
            format!("GET / HTTP/{version}\r\nHost: h\r\n\r\n"),
            Mistake::Version,
        );
    }
    refuses("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Mistake::Version);
}

#[test]
fn a_method_is_one_that_is_known() {
    for method in ["CONNECT", "TRACE", "BREW", "get", "GETS", "M-SEARCH"] {
        refuses(format!("{method} / HTTP/1.1\r\nHost: h\r\n\r\n"), Mistake::Method);
    }
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        assert_eq!(
            one(&format!("{method} / HTTP/1.1\r\nHost: h\r\n\r\n")).method,
            method
        );
    }
    assert_eq!(one("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n").method, "GET");
}

/// A client of TLS waits for an answer: it must not wait until a timeout.
#[test]
fn what_is_no_http_is_refused_at_the_first_byte() {
    for first in [b"\x16".as_slice(), b"\x80", b"\0", b" ", b"{", b"(", b"\""] {
        refuses(first, Mistake::NotHttp);
    }
}

#[test]
fn a_chunk_is_as_long_as_it_says() {
    let chunked = post("Transfer-Encoding: chunked\r\n");
    let wrong = [
        "\r\n",
        "x\r\n",
        "-1\r\n",
        "+3\r\nabc\r\n",
        "0x3\r\nabc\r\n",
        " 3\r\nabc\r\n",
        "3 \r\nabc\r\n",
        "3\r;x\r\nabc\r\n",
        "3\u{c};x\r\nabc\r\n",
        "3;\0\r\nabc\r\n",
        "3,3\r\nabc\r\n",
        "3\r\nabcd\r\n",
        "3\r\nabcd0\r\n\r\n",
        "00000000000000003\r\nabc\r\n",
        "10000000000000003\r\nabc\r\n",
        "FFFFFFFFFFFFFFFFF\r\n",
    ];
    for chunks in wrong {
        refuses(chunked.clone() + chunks, Mistake::Chunk);
    }
    refuses(
        format!("{chunked}3;{}\r\nabc\r\n", "x".repeat(253)),
        Mistake::Chunk,
    );
    for size in ["4001", "FFFFFFFFFFFFFFFF", "8000000000000000"] {
        refuses(format!("{chunked}{size}\r\n"), Mistake::BodyTooLong);
    }
    // Together too long, the second chunk alone not.
    let first = format!("3fff\r\n{}\r\n", "x".repeat(0x3fff));
    let mut input = format!("{chunked}{first}2\r\n").into_bytes();
    let end = End::Refused(413);
    assert_eq!(in_pieces(&input, &[1_000]), (vec![], end));
    input.truncate(input.len() - 3);
    input.extend_from_slice(b"1\r\nx\r\n0\r\n\r\n");
    assert_eq!(in_pieces(&input, &[1_000]).0[0].body.len(), 16 * 1024);
}

#[test]
fn trailers_are_fields() {
    let chunked = post("Transfer-Encoding: chunked\r\n");
    for trailer in ["no colon", "X : y", " folded", "X: \0"] {
        refuses(format!("{chunked}0\r\n{trailer}\r\n\r\n"), Mistake::Head);
    }
    let many = "X: y\r\n".repeat(65);
    refuses(format!("{chunked}0\r\n{many}\r\n"), Mistake::TooManyFields);
}

#[test]
fn what_is_too_long_is_refused_before_it_has_come() {
    refuses(post("Content-Length: 16385\r\n"), Mistake::BodyTooLong);
    refuses(
        post("Content-Length: 18446744073709551621\r\n"),
        Mistake::BodyTooLong,
    );
    let long = |count: usize| format!("GET /{} HTTP/1.1\r\n", "x".repeat(count));
    let read = |stream: String| in_pieces(stream.as_bytes(), &[500]).1;
    assert_eq!(read(long(9_000)), End::Refused(431));
    assert_eq!(read("x".repeat(8_192)), End::Waiting(8_192));
    assert_eq!(read("x".repeat(8_193)), End::Refused(431));
    let chunked = post("Transfer-Encoding: chunked\r\n");
    assert_eq!(
        read(format!("{chunked}0\r\nX: {}", "x".repeat(8_190))),
        End::Refused(431)
    );
}

#[test]
fn the_only_expectation_is_to_go_on() {
    let wish = |stream: &str| {
        let mut reader = RequestReader::default();
        let whole = reader.read(&mut stream.as_bytes()).expect("no mistake").is_some();
        (
            whole,
            reader.take_wish_to_continue(),
            reader.take_wish_to_continue(),
        )
    };
    let lines = "Expect: 100-Continue\r\nContent-Length: 3\r\n";
    assert_eq!(wish(&post(lines)), (false, true, false));
    // The body is on its way already, or there is none: nobody waits.
    assert_eq!(wish(&(post(lines) + "a")), (false, false, false));
    assert_eq!(wish(&post("Expect: 100-continue\r\n")), (true, false, false));
    let chunked = "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n";
    assert_eq!(wish(&post(chunked)), (false, true, false));
    let old = "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
    assert_eq!(wish(old), (false, false, false));
    refuses(post("Expect: 200-ok\r\nContent-Length: 3\r\n"), Mistake::Expect);
    refuses(post("Expect: 100-continue\r\nExpect: x\r\n"), Mistake::Expect);
    refuses(post("Expect: \r\n"), Mistake::Expect);
}
