//! What is asked of a server of requests and replies, and what it must answer.

use std::fmt;

use fastrand::Rng;
use protocol::{HEADER_SIZE, Header, PacketId};

type Message = Box<dyn Fn(usize) -> Vec<u8> + Send + Sync>;

/// How the message of a number is asked and answered. All requests have one size, and all replies.
pub(crate) struct Messages {
    /// The request of this number.
    pub(crate) request: Message,
    /// The reply that must come to it.
    pub(crate) reply: Message,
    /// They are packets, among which an error packet may come.
    pub(crate) packets: bool,
    /// The server sends back what it gets, byte by byte, and need not wait for the end of a message.
    pub(crate) by_bytes: bool,
}

impl fmt::Debug for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Messages")
            .field("packets", &self.packets)
            .finish_non_exhaustive()
    }
}

/// What the calculator knows and one in C knows too.
const OPERATORS: [u8; 3] = *b"+-*";

/// What follows the length of a calculation: an operator and two numbers.
const CALCULATION_SIZE: i32 = 9;

impl Messages {
    /// Messages of `size` bytes, which come back as they are; as ECHO packets, where those are wanted, with
    /// their header among the bytes.
    pub(crate) fn echo(size: usize, packets: bool) -> Self {
        let message = move |number: usize| {
            if !packets {
                return noise(number, size);
            }
            let header = Header {
                total_size: u16::try_from(size).unwrap_or(u16::MAX),
                packet_id: PacketId::ECHO,
                packet_type: 0,
            };
            [
                &header.encode()[..],
                &noise(number, size.saturating_sub(HEADER_SIZE)),
            ]
            .concat()
        };
        Self {
            request: Box::new(message),
            reply: Box::new(message),
            packets,
            by_bytes: !packets,
        }
    }

    /// Calculations with numbers large enough to wrap.
    pub(crate) fn calculations() -> Self {
        Self {
            request: Box::new(|number| {
                let (op, left, right) = calculation(number);
                let length = CALCULATION_SIZE.to_le_bytes();
                [&length[..], &[op], &left.to_le_bytes(), &right.to_le_bytes()].concat()
            }),
            reply: Box::new(|number| {
                let (op, left, right) = calculation(number);
                let result = match op {
                    b'+' => left.wrapping_add(right),
                    b'-' => left.wrapping_sub(right),
                    _ => left.wrapping_mul(right),
                };
                result.to_le_bytes().to_vec()
            }),
            packets: false,
            by_bytes: false,
        }
    }
}

fn calculation(number: usize) -> (u8, i32, i32) {
    let left = (number as i32).wrapping_mul(0x9E37_79B1_u32.cast_signed());
    (OPERATORS[number % OPERATORS.len()], left, number as i32 - 250)
}

/// Bytes that look random, and are others for each number.
fn noise(number: usize, size: usize) -> Vec<u8> {
    let mut bytes = vec![0; size];
    Rng::with_seed(number as u64).fill(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_echo_has_the_size_that_was_asked_for() {
        for size in [1, 7, 8, 64, 1_000] {
            let echo = Messages::echo(size, false);
            assert_eq!((echo.request)(3).len(), size);
            assert_eq!((echo.request)(3), (echo.reply)(3));
        }
        assert_ne!(
            (Messages::echo(64, false).request)(3),
            (Messages::echo(64, false).request)(4)
        );
    }

    #[test]
    fn a_packet_has_its_header_among_its_bytes() {
        let packet = (Messages::echo(12, true).request)(0);
        assert_eq!(packet.len(), 12);
        assert_eq!(packet[..5], [12, 0, 101, 0, 0]);
    }

    #[test]
    fn a_calculation_is_as_the_wire_has_it() {
        let calculations = Messages::calculations();
        // 2 is a multiplication: of 2 * 0x9E3779B1 and -248.
        let left = (2_i32).wrapping_mul(0x9E37_79B1_u32.cast_signed());
        let request = (calculations.request)(2);
        assert_eq!(request[..5], [9, 0, 0, 0, b'*']);
        assert_eq!(request[5..9], left.to_le_bytes());
        assert_eq!(request[9..], (-248_i32).to_le_bytes());
        assert_eq!((calculations.reply)(2), left.wrapping_mul(-248).to_le_bytes());
    }
}
