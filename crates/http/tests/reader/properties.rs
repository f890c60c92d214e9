//! Any bytes in any pieces: both readers see the same.

use proptest::prelude::*;

use crate::slow::{in_pieces, slowly};

/// Parts of requests, right and wrong, so that what is joined from them is a request now and then.
const PARTS: [&str; 40] = [
    "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
    "POST /a?b=c HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
    "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\n",
    "HEAD http://a/b HTTP/1.0\r\n",
    "OPTIONS * HTTP/1.1\r\n",
    "PRI * HTTP/2.0\r\n",
    "BREW /pot HTTP/1.1\r\n",
    "Host: a.example:80\r\n",
    "Host: a b\r\n",
    "host:\r\n",
    "Content-Length: 0\r\n",
    "Content-Length: 12\r\n",
    "Content-Length: 99999999999999999999999\r\n",
    "Content-Length: 16385\r\n",
    "Content-Length: +1\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: chunked, identity\r\n",
    "transfer-encoding:\tCHUNKED \r\n",
    "Expect: 100-continue\r\n",
    "Expect: 200-ok\r\n",
    "Connection: close\r\n",
    "X: \u{e9}\r\n",
    "Name : value\r\n",
    " folded\r\n",
    "\r\n",
    "\n",
    "\r",
    " ",
    ":",
    "0\r\n",
    "5\r\nhello\r\n",
    "a;name=\"value\"\r\n0123456789\r\n",
    "3 ;x\r\nabc\r\n",
    "FFFFFFFFFFFFFFFFF\r\n",
    "4001\r\n",
    "0000000000000001\r\nx\r\n",
    "Trailer: x\r\n\r\n",
    "5",
    "G",
];

/// Requests joined from parts, with a byte here and there that is another.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let parts = prop::collection::vec(prop::sample::select(&PARTS[..]), 1..12);
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3);
    (parts, changes).prop_map(|(parts, changes)| {
        let mut bytes = parts.concat().into_bytes();
        for (at, byte) in changes {
            *at.get_mut(&mut bytes) = byte;
        }
        bytes
    })
}

/// Parts are many, and a case takes microseconds.
const CASES: u32 = 2_000;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn parts_in_any_pieces(stream in stream(), lengths in prop::collection::vec(1_usize..40, 1..8)) {
        prop_assert_eq!(in_pieces(&stream, &lengths), slowly(&stream));
    }

    #[test]
    fn any_bytes_in_any_pieces(stream: Vec<u8>, lengths in prop::collection::vec(1_usize..40, 1..8)) {
        prop_assert_eq!(in_pieces(&stream, &lengths), slowly(&stream));
    }
}

proptest! {
    /// Bounds are met to the byte, whatever the pieces.
    #[test]
    fn what_is_just_as_long_as_it_may_be(over in 0_usize..3, which in 0_usize..4, length in 1_usize..5_000) {
        let stream = match which {
            0 => {
                let around = "GET / HTTP/1.1\r\nHost: h\r\nX: \r\n\r\n".len();
                format!("GET / HTTP/1.1\r\nHost: h\r\nX: {}\r\n\r\n", "x".repeat(8 * 1024 - 1 + over - around))
            }
            1 => {
                let fields = "X: x\r\n".repeat(62 + over);
                format!("GET / HTTP/1.1\r\nHost: h\r\n{fields}\r\n")
            }
            2 => {
                let chunk = format!("1;{}\r\nx\r\n", "e".repeat(127));
                format!("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n", chunk.repeat(63 + over))
            }
            _ => {
                let body = "x".repeat(8 * 1024);
                let chunk = format!("2000\r\n{body}\r\n");
                let rest = format!("{:x}\r\n{}\r\n", over + 1, "x".repeat(over + 1));
                format!("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}1fff\r\n{}\r\n{rest}0\r\n\r\n", &body[1..])
            }
        };
        let read = in_pieces(stream.as_bytes(), &[length]);
        prop_assert_eq!(read.0.len(), usize::from(over < 2 && !(which == 3 && over == 1)), "{:?}", read.1);
        prop_assert_eq!(read, slowly(stream.as_bytes()));
    }
}
