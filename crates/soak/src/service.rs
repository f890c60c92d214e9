//! What the server speaks: requests and replies of each kind, and what is wrong or unfinished there.

use protocol::message::{Echo, PingReq, PingRes};
use protocol::{Header, PacketId};

use super::chat::{self, bytes};

/// What a server is asked for, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    /// Any bytes come back.
    Bytes,
    /// Packets with a header come back.
    Packets,
    /// Requests with a length are calculated.
    Calculator,
    /// Packets with a header, for a chat with rooms.
    Chat,
}

/// Everybody.
pub(super) const ALL: &[Service] = &[
    Service::Bytes,
    Service::Packets,
    Service::Calculator,
    Service::Chat,
];
/// Those that have packets, with a size in front.
pub(super) const SIZED: &[Service] = &[Service::Packets, Service::Calculator, Service::Chat];
/// Those that send a reply to each request and to nobody else.
pub(super) const REPLYING: &[Service] = &[Service::Bytes, Service::Packets, Service::Calculator];
/// The chat.
pub(super) const CHAT: &[Service] = &[Service::Chat];

/// Bytes of an echo.
const ECHO_SIZE: usize = 32;

impl Service {
    /// A request that is answered before a login too.
    pub(super) fn request(self, number: usize) -> Vec<u8> {
        match self {
            Self::Bytes => text(number),
            Self::Packets => echo(&text(number)),
            Self::Calculator => calculation(number),
            Self::Chat => bytes(
                PingReq {
                    number: Some(short(number)),
                }
                .encode(),
            ),
        }
    }

    /// What must come back.
    pub(super) fn reply(self, number: usize) -> Vec<u8> {
        match self {
            Self::Bytes | Self::Packets => self.request(number),
            Self::Calculator => integer(number).wrapping_mul(2).to_le_bytes().to_vec(),
            Self::Chat => bytes(
                PingRes {
                    number: Some(short(number)),
                }
                .encode(),
            ),
        }
    }

    /// The beginnings of packets whose size cannot be.
    pub(super) fn wrong_sizes(self) -> Vec<Vec<u8>> {
        match self {
            Self::Bytes => Vec::new(),
            Self::Packets | Self::Chat => (0..5).map(|size| header(size).to_vec()).collect(),
            Self::Calculator => [0, 8, 10, -1, i32::MAX]
                .map(|length| length.to_le_bytes().to_vec())
                .to_vec(),
        }
    }

    /// A packet that is begun, and claims more than has come.
    pub(super) fn claim(self) -> Vec<u8> {
        match self {
            Self::Bytes => Vec::new(),
            Self::Packets | Self::Chat => [&header(1_024)[..], b"abc"].concat(),
            Self::Calculator => calculation(1)[..5].to_vec(),
        }
    }

    /// A packet that somebody may take long to send.
    pub(super) fn long_request(self) -> Vec<u8> {
        match self {
            Self::Packets => echo(&[b'x'; 100]),
            Self::Chat => chat::say(&"x".repeat(100)),
            Self::Bytes | Self::Calculator => self.request(1),
        }
    }
}

fn echo(bytes_to_echo: &[u8]) -> Vec<u8> {
    bytes(Echo { bytes: bytes_to_echo }.encode())
}

fn text(number: usize) -> Vec<u8> {
    format!("{number:0width$}\n", width = ECHO_SIZE - 1).into_bytes()
}

fn calculation(number: usize) -> Vec<u8> {
    const LENGTH: i32 = 9;
    let number = integer(number).to_le_bytes();
    [&LENGTH.to_le_bytes()[..], b"+", &number, &number].concat()
}

fn header(total_size: u16) -> [u8; protocol::HEADER_SIZE] {
    Header {
        total_size,
        packet_id: PacketId::ECHO,
        packet_type: 0,
    }
    .encode()
}

/// The number, or what is left of it in 32 bits.
fn integer(number: usize) -> i32 {
    i32::try_from(number % (1 << 31)).unwrap_or_default()
}

/// The number, or what is left of it in 16 bits.
fn short(number: usize) -> i16 {
    i16::try_from(number % (1 << 15)).unwrap_or_default()
}
