//! What the senders say: messages that tell by themselves which one they are.
//!
//! A message starts with its room, its sender, its number, and the time when it was sent or should have been,
//! and goes on with text that belongs to these four. So a receiver needs to remember one number for each
//! sender only, and finds a message that is lost, doubled, changed, late, or in the wrong room; and it knows
//! how long the message took, whichever thread has sent it.

use std::ops::Range;
use std::sync::LazyLock;

use crate::engine::pace::Nanos;

/// Bytes of a message. In the chat's binary codec its notification has 64: 5 of header, 8 of unique id, 2 of length.
pub(crate) const MESSAGE_SIZE: usize = 49;

/// A message as it stands in a packet.
pub(crate) type Message = [u8; MESSAGE_SIZE];

/// Where the sender stands, behind the room.
const SENDER: Range<usize> = 3..6;

/// Where its number stands: enough for a million messages a second, for years.
const NUMBER: Range<usize> = 6..14;

/// Where its time stands, in nanoseconds: 48 bits are three days.
const TIME: Range<usize> = 14..22;

/// Bytes in front of the text.
const HEAD: usize = TIME.end;

/// Different texts: a prime, so that they keep in step with nothing else.
const TEXTS: usize = 509;

static TEXT: LazyLock<Vec<[u8; MESSAGE_SIZE - HEAD]>> = LazyLock::new(|| (0..TEXTS).map(text).collect());

/// The message of this number, counted from 0 for each sender in each room.
pub(crate) fn message(room: usize, sender: usize, number: u64, time: Nanos) -> Message {
    let mut message = [0; MESSAGE_SIZE];
    put_digits(&mut message[..SENDER.start], room as u64);
    put_digits(&mut message[SENDER], sender as u64);
    put_digits(&mut message[NUMBER], number);
    put_digits(&mut message[TIME], time);
    // A prime: whichever digit is changed, the text is another.
    let text = (number as usize + 37 * room + 101 * sender + time as usize) % TEXTS;
    message[HEAD..].copy_from_slice(&TEXT[text]);
    message
}

/// The sender that a message names. It may not be one at all.
pub(crate) fn sender(message: &Message) -> usize {
    digits(&message[SENDER]) as usize
}

/// The number that it names.
pub(crate) fn number(message: &Message) -> u64 {
    digits(&message[NUMBER])
}

/// When it says it was sent.
pub(crate) fn time(message: &Message) -> Nanos {
    digits(&message[TIME])
}

/// What [`put_digits`] has put.
fn digits(bytes: &[u8]) -> u64 {
    let digits = bytes.iter().rev();
    digits.fold(0, |value, &digit| {
        value << 6 | u64::from(digit.wrapping_sub(b'0') & 63)
    })
}

/// Digits of 6 bits, the least first: each is one printable byte, and needs neither a table nor a division.
fn put_digits(bytes: &mut [u8], mut value: u64) {
    for byte in bytes {
        *byte = b'0' + (value & 63) as u8;
        value >>= 6;
    }
}

/// Printable bytes that look random, others for each number: a linear congruential generator (Knuth, MMIX).
fn text(number: usize) -> [u8; MESSAGE_SIZE - HEAD] {
    let mut bits = number as u64;
    std::array::from_fn(|_| {
        bits = bits
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        b' ' + (bits >> 33) as u8 % 95
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_message_names_its_sender_its_number_and_its_time() {
        for value in [0, 1, 63, 64, 999, 100_000] {
            assert_eq!(sender(&message(5, value, 7, 9)), value);
            assert_eq!(number(&message(5, 6, value as u64, 9)), value as u64);
            assert_eq!(
                time(&message(5, 6, 7, value as u64 * 1_000_000)),
                value as u64 * 1_000_000
            );
        }
    }

    #[test]
    fn no_two_messages_are_equal() {
        let mut seen = HashSet::new();
        for room in [0, 1, 63, 64, 999] {
            for sender in [0, 1, 9, 99] {
                for number in (0..600).chain([1 << 32]) {
                    assert!(
                        seen.insert(message(room, sender, number, 5)),
                        "{room} {sender} {number}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_message_is_text_that_a_terminal_can_show() {
        assert!(
            message(999, 9, 1 << 40, 1 << 47)
                .iter()
                .all(|byte| (b' '..=b'~').contains(byte))
        );
    }
}
