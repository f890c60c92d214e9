//! Answers the calculations in the bytes that one read has brought. No socket, no thread and no clock in here.

use protocol::{PacketError, PacketReader};

use crate::{CalculationError, calculate};

/// What the length in front of a request must say: `op:1 left:4 right:4`.
pub const REQUEST_LENGTH: i32 = 9;

/// The fields of a request behind its length.
type Request = (u8, i32, i32);

/// Why a stream of requests cannot go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The length is not that of a request.
    #[error("the length of a request is {0}, not {REQUEST_LENGTH}")]
    Length(i32),
    /// A request that cannot be calculated.
    #[error(transparent)]
    Calculation(#[from] CalculationError),
    /// A request that cannot be read.
    #[error(transparent)]
    Packet(#[from] PacketError),
}

/// How a client writes its requests. Its first byte tells: the one right length starts with 9, no operator.
/// A wrong length such as 43, which is a `+`, cannot be told from a request without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// 9 bytes, as clients of the first lesson send them.
    Bare,
    /// A length of 4 bytes in front of the 9.
    WithLength,
}

impl Style {
    fn of(first_byte: u8) -> Self {
        match first_byte {
            b'+' | b'-' | b'*' | b'/' | b'%' => Self::Bare,
            _ => Self::WithLength,
        }
    }

    /// Reads the next request; `None` when its rest has not come.
    fn next(self, reader: &mut PacketReader<'_>) -> Result<Option<Request>, RequestError> {
        if self == Self::WithLength {
            // A length that cannot be is refused as soon as it has come.
            let Ok(length) = reader.get::<i32>() else {
                return Ok(None);
            };
            if length != REQUEST_LENGTH {
                return Err(RequestError::Length(length));
            }
        }
        if reader.left() < REQUEST_LENGTH as usize {
            return Ok(None);
        }
        Ok(Some(reader.get()?))
    }
}

/// The requests of one client.
///
/// ```
/// use calc_server::Requests;
///
/// let mut requests = Requests::default();
/// let mut replies = Vec::new();
/// let request = [9, 0, 0, 0, b'+', 10, 0, 0, 0, 20, 0, 0, 0];
/// assert_eq!(requests.answer(&request[..5], &mut replies), Ok(0));
/// assert_eq!(requests.answer(&request[5..], &mut replies), Ok(1));
/// assert_eq!(replies, 30_i32.to_le_bytes());
/// ```
#[derive(Debug, Default)]
pub struct Requests {
    style: Option<Style>,
    /// What has come and is not answered.
    begun: Vec<u8>,
}

impl Requests {
    // ANCHOR: answer
    /// Appends the replies to all requests that `bytes` complete, and counts them.
    ///
    /// # Errors
    /// [`RequestError`], with the replies to all requests before the bad one appended.
    pub fn answer(&mut self, bytes: &[u8], replies: &mut Vec<u8>) -> Result<usize, RequestError> {
        self.begun.extend_from_slice(bytes);
        let Some(first) = self.begun.first() else {
            return Ok(0);
        };
        let style = *self.style.get_or_insert(Style::of(*first));
        let mut reader = PacketReader::new(&self.begun);
        let mut answered = 0;
        let mut completed = 0;
        while let Some((op, left, right)) = style.next(&mut reader)? {
            replies.extend_from_slice(&calculate(op, left, right)?.to_le_bytes());
            answered = reader.position();
            completed += 1;
        }
        self.begun.drain(..answered);
        Ok(completed)
    }
    // ANCHOR_END: answer

    /// Bytes of a request that is not complete.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.begun.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn request(op: u8, left: i32, right: i32) -> Vec<u8> {
        [
            &REQUEST_LENGTH.to_le_bytes()[..],
            &[op],
            &left.to_le_bytes(),
            &right.to_le_bytes(),
        ]
        .concat()
    }

    fn results(replies: &[u8]) -> Vec<i32> {
        let replies = replies.chunks_exact(4);
        replies
            .map(|reply| i32::from_le_bytes(reply.try_into().expect("4 bytes")))
            .collect()
    }

    #[test]
    fn requests_that_come_together_are_answered_together() {
        let mut replies = Vec::new();
        let all = [request(b'+', 10, 20), request(b'-', 1, 2), request(b'*', 6, 7)].concat();
        assert_eq!(Requests::default().answer(&all, &mut replies), Ok(3));
        assert_eq!(results(&replies), [30, -1, 42]);
    }

    #[test]
    fn requests_before_a_bad_one_are_answered() {
        for (bad, error) in [
            (
                8_i32.to_le_bytes().to_vec(),
                "the length of a request is 8, not 9",
            ),
            (request(b'/', 1, 0), "division by zero: 1 / 0"),
            (
                request(b'?', 1, 0),
                "unknown operator '?' (0x3f): expected one of + - * / %",
            ),
        ] {
            let mut replies = Vec::new();
            let all = [request(b'+', 10, 20), bad].concat();
            let outcome = Requests::default().answer(&all, &mut replies);
            assert_eq!(outcome.unwrap_err().to_string(), error);
            assert_eq!(results(&replies), [30]);
        }
    }

    #[test]
    fn a_client_of_the_first_lesson_needs_no_length() {
        for op in *b"+-*/%" {
            let mut replies = Vec::new();
            let bare = request(op, 17, 5)[4..].repeat(3);
            assert_eq!(Requests::default().answer(&bare, &mut replies), Ok(3));
            assert_eq!(results(&replies), [calculate(op, 17, 5).unwrap(); 3]);
        }
    }

    proptest! {
        #[test]
        fn any_cut_gives_the_same_replies(
            sums in prop::collection::vec((prop::sample::select(b"+-*".to_vec()), any::<i32>(), any::<i32>()), 1..30),
            cuts in prop::collection::vec(1_usize..40, 1..10),
            bare in any::<bool>(),
        ) {
            let skip = if bare { 4 } else { 0 };
            let stream: Vec<u8> =
                sums.iter().flat_map(|(op, left, right)| request(*op, *left, *right).split_off(skip)).collect();
            let mut requests = Requests::default();
            let mut replies = Vec::new();
            let mut rest = &stream[..];
            for cut in cuts.iter().cycle() {
                let (piece, after) = rest.split_at((*cut).min(rest.len()));
                requests.answer(piece, &mut replies)?;
                rest = after;
                if rest.is_empty() {
                    break;
                }
            }
            let expected: Vec<_> =
                sums.iter().map(|(op, left, right)| calculate(*op, *left, *right).unwrap()).collect();
            prop_assert_eq!(results(&replies), expected);
            prop_assert_eq!(requests.pending(), 0);
        }

        #[test]
        fn any_bytes_are_taken_without_a_panic(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 0..20)) {
            let mut requests = Requests::default();
            let mut replies = Vec::new();
            for piece in pieces {
                if requests.answer(&piece, &mut replies).is_err() {
                    break;
                }
            }
        }
    }
}
