//! Finds the requests in the bytes of a session. No socket, no thread and no clock in here.

use std::time::SystemTime;

use crate::TimeFormat;
use crate::format::unix_seconds;

/// The longest request, in bytes, without its line break.
pub const LONGEST_REQUEST: usize = 128;

/// What a client wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// `timestamp`: the Unix time, in seconds.
    Timestamp,
    /// Anything else: the time as text.
    Text,
}

/// A request goes on past what is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("request too long: {LONGEST_REQUEST} bytes at most")]
pub struct RequestTooLong;

impl Request {
    /// White space around the word does not count, so a line may end as on Windows.
    fn of(line: &[u8]) -> Self {
        match line.trim_ascii() {
            b"timestamp" => Self::Timestamp,
            _ => Self::Text,
        }
    }

    /// The reply, a line.
    #[must_use]
    pub fn reply(self, now: SystemTime) -> Vec<u8> {
        match self {
            Self::Timestamp => format!("{}\n", unix_seconds(now)).into_bytes(),
            Self::Text => TimeFormat::Text.bytes(now),
        }
    }
}

/// The requests of one client: each ends with its line break, or where the caller knows that nothing follows.
///
/// ```
/// use time_server::{Request, Requests};
///
/// let mut requests = Requests::default();
/// let mut found = Vec::new();
/// assert_eq!(requests.take(b"timestamp\r\nwhat ti", |request| found.push(request)), Ok(1));
/// assert_eq!(requests.take(b"me is it?\ntimestamp", |request| found.push(request)), Ok(1));
/// found.extend(requests.end());
/// assert_eq!(found, [Request::Timestamp, Request::Text, Request::Timestamp]);
/// ```
#[derive(Debug, Default)]
pub struct Requests {
    /// What has come of a request that has not ended.
    begun: Vec<u8>,
}

impl Requests {
    // ANCHOR: take
    /// Hands every request that `bytes` complete to `found`, and counts them.
    ///
    /// # Errors
    /// [`RequestTooLong`], after the requests before the one that is.
    pub fn take(
        &mut self,
        mut bytes: &[u8],
        mut found: impl FnMut(Request),
    ) -> Result<usize, RequestTooLong> {
        let mut completed = 0;
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            self.begin(&bytes[..end])?;
            found(Request::of(&self.begun));
            self.begun.clear();
            completed += 1;
            bytes = &bytes[end + 1..];
        }
        self.begin(bytes)?;
        Ok(completed)
    }

    /// Nothing follows: what has begun is a request.
    pub fn end(&mut self) -> Option<Request> {
        let request = (!self.begun.is_empty()).then(|| Request::of(&self.begun));
        self.begun.clear();
        request
    }
    // ANCHOR_END: take

    /// Bytes of a request that has not ended.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.begun.len()
    }

    /// Nothing is kept of what is too long.
    fn begin(&mut self, bytes: &[u8]) -> Result<(), RequestTooLong> {
        if self.begun.len() + bytes.len() > LONGEST_REQUEST {
            return Err(RequestTooLong);
        }
        self.begun.extend_from_slice(bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What the pieces bring, and then the end.
    fn found<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Request>, Result<(), RequestTooLong>) {
        let mut requests = Requests::default();
        let mut all = Vec::new();
        for piece in pieces {
            if let Err(error) = requests.take(piece, |request| all.push(request)) {
                return (all, Err(error));
            }
        }
        all.extend(requests.end());
        (all, Ok(()))
    }

    #[test]
    fn replies_are_lines() {
        let now = "2026-11-21T12:30:59.5Z"
            .parse::<jiff::Timestamp>()
            .unwrap()
            .into();
        assert_eq!(Request::Timestamp.reply(now), b"1795264259\n");
        assert_eq!(Request::Text.reply(now), b"2026-11-21T12:30:59Z\n");
    }

    #[test]
    fn only_the_word_itself_is_a_timestamp() {
        use Request::{Text, Timestamp};
        for (line, request) in [
            ("timestamp\n", Timestamp),
            ("timestamp", Timestamp),
            ("timestamp\r\n", Timestamp),
            (" \ttimestamp  \n", Timestamp),
            ("\n", Text),
            (" ", Text),
            ("Timestamp\n", Text),
            ("timestamps\n", Text),
            ("time stamp\n", Text),
            ("timestamp timestamp\n", Text),
            ("timestamp\0\n", Text),
        ] {
            assert_eq!(found([line.as_bytes()]), (vec![request], Ok(())), "{line:?}");
        }
        assert_eq!(found([&b""[..]]), (vec![], Ok(())));
    }

    #[test]
    fn a_request_has_at_most_128_bytes() {
        let longest = [b'x'; LONGEST_REQUEST];
        assert_eq!(found([&longest[..]]).0, [Request::Text]);
        assert_eq!(found([&longest[..], b"\n"]).0, [Request::Text]);
        for too_long in [&b"x"[..], b"\r\n", b" \n"] {
            assert_eq!(found([&longest[..], too_long]), (vec![], Err(RequestTooLong)));
        }
        let after_others = [&b"timestamp\n\n"[..], &longest, b"x"].concat();
        let (requests, outcome) = found([&after_others[..]]);
        assert_eq!(requests, [Request::Timestamp, Request::Text]);
        let error = outcome.unwrap_err();
        assert_eq!(error.to_string(), "request too long: 128 bytes at most");
    }

    /// The obvious way: all bytes are there.
    fn expected(stream: &[u8]) -> (Vec<Request>, Result<(), RequestTooLong>) {
        let mut all = Vec::new();
        let mut lines: Vec<_> = stream.split(|byte| *byte == b'\n').collect();
        if lines.last().is_some_and(|line| line.is_empty()) {
            lines.pop();
        }
        for line in lines {
            if line.len() > LONGEST_REQUEST {
                return (all, Err(RequestTooLong));
            }
            all.push(Request::of(line));
        }
        (all, Ok(()))
    }

    fn line() -> impl Strategy<Value = Vec<u8>> {
        let word = prop::sample::select(vec![
            &b"timestamp"[..],
            b"timestamp\r",
            b" timestamp",
            b"",
            b"time",
        ]);
        prop_oneof![
            8 => word.prop_map(<[u8]>::to_vec),
            2 => prop::collection::vec(any::<u8>(), 0..40),
            1 => (120_usize..140).prop_map(|length| vec![b'x'; length]),
        ]
    }

    proptest! {
        #[test]
        fn any_cut_gives_the_same_requests(
            lines in prop::collection::vec(line(), 0..20),
            ends in any::<bool>(),
            cuts in prop::collection::vec(1_usize..60, 1..10),
        ) {
            let mut stream = lines.join(&b'\n');
            if ends {
                stream.push(b'\n');
            }
            let mut pieces = Vec::new();
            let mut rest = &stream[..];
            for cut in cuts.iter().cycle() {
                let (piece, after) = rest.split_at((*cut).min(rest.len()));
                pieces.push(piece);
                rest = after;
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert_eq!(found(pieces), expected(&stream));
        }

        #[test]
        fn never_more_than_one_request_is_kept(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..20)) {
            let mut requests = Requests::default();
            for piece in pieces {
                let _ = requests.take(&piece, |_| {});
                prop_assert!(requests.pending() <= LONGEST_REQUEST);
            }
        }
    }
}
