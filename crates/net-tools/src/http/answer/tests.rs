//! Tests of reading an answer: in pieces, whole, cut, too large, or not HTTP at all.

use super::*;

/// A connection that brings these pieces, one a read, and then the end.
fn answer_to(pieces: &[&[u8]]) -> Result<Answer, Problem> {
    let mut pieces = pieces.iter();
    receive(|buffer| {
        let piece = pieces.next().copied().unwrap_or_default();
        buffer[..piece.len()].copy_from_slice(piece);
        Ok(piece.len())
    })
}

fn lines(pieces: &[&[u8]]) -> Vec<String> {
    answer_to(pieces).expect("an answer").lines().collect()
}

fn problem(pieces: &[&[u8]]) -> String {
    answer_to(pieces).expect_err("no answer").to_string()
}

const ANSWER: &[u8] = b"HTTP/1.0 200 OK\r\nServer: x\r\nContent-Length: 5\r\n\r\nhello";

#[test]
fn the_lines_before_the_empty_one_are_the_answer() {
    assert_eq!(
        lines(&[ANSWER]),
        ["HTTP/1.0 200 OK", "Server: x", "Content-Length: 5"]
    );
    assert_eq!(lines(&[b"HTTP/1.1 404\n\n"]), ["HTTP/1.1 404"]);
}

#[test]
fn an_answer_may_come_in_pieces_cut_anywhere() {
    for cut in 0..ANSWER.len() {
        let (first, second) = ANSWER.split_at(cut);
        let pieces: Vec<_> = [first, second]
            .into_iter()
            .filter(|piece| !piece.is_empty())
            .collect();
        assert_eq!(lines(&pieces), lines(&[ANSWER]), "cut at {cut}");
    }
    let bytes: Vec<_> = ANSWER.chunks(1).collect();
    assert_eq!(lines(&bytes), lines(&[ANSWER]));
}

#[test]
fn what_comes_before_the_answer_is_none() {
    let hints = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
    assert_eq!(lines(&[hints, ANSWER]), lines(&[ANSWER]));
    assert_eq!(lines(&[b"HTTP/1.1 101 x\r\n\r\n"]), ["HTTP/1.1 101 x"]);
    assert_eq!(
        problem(&[hints]),
        "the server closed the connection before the answer, after 37 bytes of interim headers"
    );
}

#[test]
fn control_characters_are_shown() {
    let answer = b"HTTP/1.0 200 \x1b[31mOK\r\nX: \x07\xff\r\n\r\n";
    assert_eq!(
        lines(&[answer]),
        ["HTTP/1.0 200 \\u{1b}[31mOK", "X: \\u{7}\u{fffd}"]
    );
}

#[test]
fn what_is_no_http_is_shown() {
    for (bytes, shown) in [
        (&b"220 mail\r\n"[..], "220 mail\\u{d}\\u{a}"),
        (b"SSH-2.0-x\n", "SSH-2.0-x\\u{a}"),
        (
            b"\x15\x03\x01\x00\x02\x02\x16",
            "\\u{15}\\u{3}\\u{1}\\u{0}\\u{2}\\u{2}\\u{16}",
        ),
        (b"HTTP/2 200\r\n", "HTTP/2 200"),
        (b"HTTP/1.1 OK\r\n", "HTTP/1.1 OK"),
        (b"HTTP/1.1 2000\r\n", "HTTP/1.1 2000"),
    ] {
        assert_eq!(
            problem(&[bytes]),
            format!("this is not HTTP: it begins with `{shown}`")
        );
    }
    let long = [b'x'; 100];
    let shown = "x".repeat(60);
    assert_eq!(
        problem(&[&long]),
        format!("this is not HTTP: it begins with `{shown}...`")
    );
}

#[test]
fn an_end_is_said_with_its_place() {
    assert_eq!(problem(&[]), "the server closed the connection without an answer");
    assert_eq!(
        problem(&[b"HTTP/1.0 200 OK\r\nA: b"]),
        "the server closed the connection in the middle of its headers, after 21 bytes"
    );
}

#[test]
fn headers_have_an_end() {
    let status: &[u8] = b"HTTP/1.0 200 OK\r\n";
    let header: &[u8] = b"a: b\r\n";
    let with = |count: usize| [vec![status], vec![header; count], vec![b"\r\n"]].concat();
    for count in [0, 100, 101, 150, 10_000] {
        assert_eq!(lines(&with(count)).len(), count + 1);
    }

    let too_long = "the headers are too long: more than 65536 bytes, and their end has not come";
    assert_eq!(problem(&with(11_000)), too_long);
    let piece = [b'x'; 4096];
    let endless = [vec![status], vec![&piece; 16]].concat();
    assert_eq!(problem(&endless), too_long);
    // To the byte, and without what comes behind the end.
    let to_the_byte = |more: usize| {
        let last = vec![b'x'; 4096 - status.len() - b"\r\n\r\n".len() + more];
        let end = &b"\r\n\r\n"[..];
        let pieces = [vec![status], vec![&piece; 15], vec![&last, end]].concat();
        let answer = pieces.concat();
        let mut reads: Vec<_> = answer.chunks(4096).collect();
        reads.push(&piece);
        answer_to(&reads).map(|answer| answer.lines().count())
    };
    assert_eq!(to_the_byte(0).expect("64 KiB"), 2);
    assert_eq!(to_the_byte(1).expect_err("a byte more").to_string(), too_long);
}

#[test]
fn a_server_that_is_late_is_told_from_one_that_is_silent() {
    let timed_out = || NetError::TimedOut { action: "read" };
    let silent = receive(|_| Err(timed_out())).expect_err("silent");
    assert_eq!(silent.to_string(), "no answer");
    let mut first = true;
    let late = receive(|buffer| {
        if !std::mem::take(&mut first) {
            return Err(timed_out());
        }
        buffer[..4].copy_from_slice(b"HTTP");
        Ok(4)
    });
    assert_eq!(
        late.expect_err("late").to_string(),
        "the answer is not complete after 4 bytes"
    );
}

#[test]
fn an_answer_that_ends_in_its_first_line_was_one_all_the_same() {
    for cut in [&b"HTTP/1.1 200 O"[..], b"HTTP/1.1 200 OK\r", b"HTT"] {
        let told = problem(&[cut]);
        assert!(told.contains("in the middle of its headers"), "{told}");
    }
    assert_eq!(
        problem(&[b"HTTP/1.1 100 Continue\r\n\r\nHTT"]),
        "the server closed the connection in the middle of its headers, after 28 bytes"
    );
    assert!(problem(&[b"SSH-2.0"]).contains("not HTTP"));
}
