//! How a line travels: as it is, or in a packet.

use std::io::{self, IsTerminal, Write};

use anyhow::{Context, bail};
use protocol::message::ErrorNtf;
use protocol::{FrameDecoder, HEADER_SIZE, LARGEST_PACKET, Packet, PacketId};

/// What stands between one message and the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// A line break behind each.
    Lines,
    /// A header in front of each.
    Packets,
}

impl Framing {
    /// A line, given without its line break, as it goes on the wire.
    pub(crate) fn encode(self, line: &[u8], wire: &mut Vec<u8>) -> anyhow::Result<()> {
        match self {
            Self::Lines => {
                wire.extend_from_slice(line);
                wire.push(b'\n');
            }
            Self::Packets => {
                let packet = Packet::framed(PacketId::ECHO).put_bytes(line).build();
                let packet = packet.with_context(|| {
                    let most = LARGEST_PACKET - HEADER_SIZE;
                    format!("a line of {} bytes: a packet takes {most} at most", line.len())
                })?;
                wire.extend_from_slice(packet.as_bytes());
            }
        }
        Ok(())
    }
}

/// Finds the replies in what comes back.
pub(crate) enum Replies {
    /// What has come of a line that is not complete.
    Lines(Vec<u8>),
    /// The same for packets.
    Packets(FrameDecoder),
}

impl Replies {
    pub(crate) fn new(framing: Framing) -> Self {
        match framing {
            Framing::Lines => Self::Lines(Vec::new()),
            Framing::Packets => Self::Packets(FrameDecoder::new(LARGEST_PACKET)),
        }
    }

    /// Takes in what one read has brought, and hands on every complete reply, without its line break.
    pub(crate) fn take(
        &mut self,
        bytes: &[u8],
        mut reply: impl FnMut(&[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        match self {
            Self::Lines(begun) => {
                for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
                    begun.extend_from_slice(piece);
                    if let Some(line) = begun.strip_suffix(b"\n") {
                        reply(line)?;
                        begun.clear();
                    }
                }
            }
            Self::Packets(decoder) => {
                decoder.push(bytes);
                while let Some(frame) = decoder.next_frame()? {
                    match frame.header.packet_id {
                        PacketId::ECHO => reply(frame.body())?,
                        PacketId::ERROR_NTF => {
                            bail!("the server says {}", ErrorNtf::decode(frame.body())?.error)
                        }
                        other => bail!("expected a packet ECHO (101), got {other}"),
                    }
                }
            }
        }
        Ok(())
    }
}

/// Prints a reply as one line. On a terminal, control characters are shown instead of obeyed.
pub(crate) fn print(reply: &[u8]) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    let printed = if stdout.is_terminal() {
        writeln!(stdout, "{}", command_line::printable(reply))
    } else {
        stdout.write_all(reply).and_then(|()| stdout.write_all(b"\n"))
    };
    printed.context("cannot print")
}
