//! A WebSocket in front of a client's bytes (RFC 6455): what a browser does, done by a load.
//!
//! It is written as sparingly as a load is: what comes is taken out of its frames where it stands, and what goes is copied
//! once, which its mask needs anyway. Frames are checked: a server that sends one that it may not is an error.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;

use web::{Mask, SUBPROTOCOL, accept_key, apply_mask};

/// Where the rooms are.
const PATH: &str = "/ws";

/// 16 bytes that say `load of loadgen.`: the server's answer is compared with them, and they are no secret.
const KEY: &str = "bG9hZCBvZiBsb2FkZ2VuLg==";

/// The longest answer to the handshake.
const LONGEST_ANSWER: usize = 4 * 1024;

/// The longest head of a frame without a mask.
const LONGEST_HEAD: usize = 10;

/// What a frame of another kind than data carries at most.
const LONGEST_CONTROL: usize = 125;

/// Kinds of frames.
const CONTINUATION: u8 = 0;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// In the first byte of a frame: the last of its message.
const FINAL: u8 = 0x80;

/// In its second: there is a mask.
const MASKED: u8 = 0x80;

/// What stands between what a client says and its socket.
pub(super) struct WebSocket {
    /// Bytes of a head that is not complete.
    head: Vec<u8>,
    opcode: u8,
    /// Bytes of the frame that are to come.
    left: u64,
    /// What a ping or a close carries.
    control: Vec<u8>,
    mask: u32,
    has_ended: bool,
}

impl WebSocket {
    /// Asks for one, on a blocking socket. Nothing comes behind the answer before the client has said something.
    pub(super) fn agree(socket: &mut TcpStream) -> io::Result<Self> {
        let host = socket.peer_addr()?;
        let request = format!(
            "GET {PATH} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n"
        );
        socket.write_all(request.as_bytes())?;
        check_answer(&read_answer(socket)?)?;
        Ok(Self {
            head: Vec::with_capacity(LONGEST_HEAD),
            opcode: 0,
            left: 0,
            control: Vec::new(),
            mask: 1,
            has_ended: false,
        })
    }

    /// Reads bytes of packets; `answers` gets what is to be sent for pings. With `takes_all` it reads until nothing is
    /// there, as it is known by a read that does not fill its room.
    pub(super) fn read(
        &mut self,
        socket: &mut impl Read,
        buffer: &mut [u8],
        takes_all: bool,
        answers: &mut Vec<u8>,
    ) -> io::Result<usize> {
        let mut kept = 0;
        while !self.has_ended && kept < buffer.len() {
            let room = &mut buffer[kept..];
            match socket.read(room) {
                Ok(0) => break,
                Ok(count) => {
                    let is_all = !takes_all || count < room.len();
                    kept += self.take_off(&mut room[..count], answers)?;
                    if is_all && kept > 0 {
                        break;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) if kept > 0 => break,
                Err(error) => return Err(error),
            }
        }
        Ok(kept)
    }

    /// Appends the frame for these bytes.
    pub(super) fn put(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.put_frame(BINARY, bytes, out);
    }

    fn put_frame(&mut self, opcode: u8, bytes: &[u8], out: &mut Vec<u8>) {
        // Another one each time, and the same in each run: who could guess it could harm nobody here.
        self.mask = self.mask.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
        let mask = Mask::new(self.mask.to_be_bytes());
        out.push(FINAL | opcode);
        match u16::try_from(bytes.len()) {
            Ok(length @ 0..126) => out.push(MASKED | length.to_le_bytes()[0]),
            Ok(length) => {
                out.push(MASKED | 126);
                out.extend_from_slice(&length.to_be_bytes());
            }
            Err(_) => {
                out.push(MASKED | 127);
                out.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
            }
        }
        out.extend_from_slice(&mask.bytes());
        let begin = out.len();
        out.extend_from_slice(bytes);
        apply_mask(&mut out[begin..], mask);
    }

    /// Takes the bytes of packets out of their frames, to the front of `bytes`; the count of them. `answers` gets what is
    /// to be sent for pings.
    fn take_off(&mut self, bytes: &mut [u8], answers: &mut Vec<u8>) -> io::Result<usize> {
        let (mut read, mut kept) = (0, 0);
        while read < bytes.len() && !self.has_ended {
            if self.left == 0 {
                self.head.push(bytes[read]);
                read += 1;
                if self.take_head()? && self.left == 0 {
                    self.end_frame(answers);
                }
                continue;
            }
            let here = bytes.len() - read;
            let count = usize::try_from(self.left).map_or(here, |left| left.min(here));
            match self.opcode < CLOSE {
                true => {
                    bytes.copy_within(read..read + count, kept);
                    kept += count;
                }
                false => self.control.extend_from_slice(&bytes[read..read + count]),
            }
            read += count;
            self.left -= count as u64;
            if self.left == 0 {
                self.end_frame(answers);
            }
        }
        Ok(kept)
    }

    /// True where the head is complete.
    fn take_head(&mut self) -> io::Result<bool> {
        let (&first, rest) = self.head.split_first().unwrap_or((&0, &[]));
        let length = match *rest {
            [length] if length < 126 => u64::from(length),
            [126, high, low] => u64::from(u16::from_be_bytes([high, low])),
            [127, a, b, c, d, e, f, g, h] => u64::from_be_bytes([a, b, c, d, e, f, g, h]),
            [length, ..] if length > 127 => return Err(wrong("it is masked")),
            _ => return Ok(false),
        };
        self.opcode = first & 0x0f;
        self.left = length;
        self.head.clear();
        match (first & 0x70, self.opcode) {
            (0, BINARY | CONTINUATION) => Ok(true),
            (0, CLOSE | PING | PONG) if length <= LONGEST_CONTROL as u64 => Ok(true),
            _ => Err(wrong(&format!("its first byte is {first:#04x}"))),
        }
    }

    fn end_frame(&mut self, answers: &mut Vec<u8>) {
        let control = std::mem::take(&mut self.control);
        match self.opcode {
            PING => self.put_frame(PONG, &control, answers),
            CLOSE => self.has_ended = true,
            _ => {}
        }
    }
}

/// All of the answer's head, byte by byte: nothing comes behind it, but that is for the server to keep.
fn read_answer(socket: &mut TcpStream) -> io::Result<String> {
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if answer.len() == LONGEST_ANSWER || socket.read(&mut byte)? == 0 {
            return Err(io::Error::other("no whole answer to the WebSocket handshake"));
        }
        answer.extend(byte);
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// It must be 101, to this request.
fn check_answer(answer: &str) -> io::Result<()> {
    let mut lines = answer.lines();
    let status = lines.next().unwrap_or_default();
    if status.split(' ').nth(1) != Some("101") {
        let problem =
            format!("the server answers `{status}` to the WebSocket handshake: is this its --web port?");
        return Err(io::Error::other(problem));
    }
    let accept = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-accept"));
    match accept.is_some_and(|(_, value)| value.trim() == accept_key(KEY)) {
        true => Ok(()),
        false => Err(io::Error::other(
            "the answer to the WebSocket handshake is not to this key",
        )),
    }
}

fn wrong(problem: &str) -> io::Error {
    io::Error::other(format!("a wrong WebSocket frame: {problem}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web_socket() -> WebSocket {
        WebSocket {
            head: Vec::new(),
            opcode: 0,
            left: 0,
            control: Vec::new(),
            mask: 1,
            has_ended: false,
        }
    }

    /// A frame of a server.
    fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
        let length = u16::try_from(payload.len()).unwrap();
        let mut frame = vec![FINAL | opcode];
        match length {
            0..126 => frame.push(length.to_le_bytes()[0]),
            _ => frame.extend([126, length.to_be_bytes()[0], length.to_be_bytes()[1]]),
        }
        frame.extend(payload);
        frame
    }

    #[test]
    fn packets_come_out_of_frames_that_are_cut_anywhere() {
        let payload: Vec<u8> = (0..=255).collect();
        let frames = [
            frame(BINARY, b"one"),
            frame(PING, b"p"),
            frame(BINARY, &payload),
            frame(BINARY, b""),
            frame(PONG, b""),
            frame(BINARY, b"two"),
        ]
        .concat();
        let expected = [b"one", &payload[..], b"two"].concat();
        for size in [1, 2, 3, 7, 100, frames.len()] {
            let mut web_socket = web_socket();
            let (mut came, mut answers) = (Vec::new(), Vec::new());
            for piece in frames.chunks(size) {
                let mut piece = piece.to_vec();
                let kept = web_socket.take_off(&mut piece, &mut answers).unwrap();
                came.extend_from_slice(&piece[..kept]);
            }
            assert_eq!(came, expected, "in pieces of {size}");
            // A pong with a mask.
            assert_eq!(
                (answers.len(), answers[0], answers[1]),
                (7, FINAL | PONG, MASKED | 1)
            );
        }
    }

    #[test]
    fn behind_a_close_nothing_comes() {
        let mut web_socket = web_socket();
        let mut frames = [
            frame(BINARY, b"last"),
            frame(CLOSE, &[3, 232]),
            frame(BINARY, b"no"),
        ]
        .concat();
        let kept = web_socket.take_off(&mut frames, &mut Vec::new()).unwrap();
        assert_eq!((&frames[..kept], web_socket.has_ended), (&b"last"[..], true));
    }

    #[test]
    fn frames_that_a_server_may_not_send_are_an_error() {
        let text = frame(1, b"text");
        let masked = vec![FINAL | BINARY, MASKED | 1, 1, 2, 3, 4, 5];
        let reserved = vec![FINAL | 0x40 | BINARY, 0];
        let long_ping = frame(PING, &[0; 126]);
        for mut wrong in [text, masked, reserved, long_ping] {
            let outcome = web_socket().take_off(&mut wrong, &mut Vec::new());
            assert!(outcome.is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn what_is_said_has_a_head_and_a_mask() {
        for (length, head) in [(5, 6), (125, 6), (126, 8), (16_384, 8), (70_000, 14)] {
            let mut out = Vec::new();
            web_socket().put(&vec![7; length], &mut out);
            assert_eq!(out.len(), head + length);
            let mask: [u8; 4] = out[head - 4..head].try_into().unwrap();
            apply_mask(&mut out[head..], Mask::new(mask));
            assert!(out[head..].iter().all(|byte| *byte == 7));
        }
    }

    #[test]
    fn only_the_answer_to_this_request_is_taken() {
        let answer = |accept: &str| {
            format!("HTTP/1.1 101 Switching Protocols\r\nsec-websocket-accept: {accept}\r\n\r\n")
        };
        assert!(check_answer(&answer(&accept_key(KEY))).is_ok());
        assert!(check_answer(&answer(&accept_key("another"))).is_err());
        let refused = check_answer("HTTP/1.1 404 Not Found\r\n\r\n").unwrap_err();
        assert!(refused.to_string().contains("404 Not Found"), "{refused}");
    }
}
