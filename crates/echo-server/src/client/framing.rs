//! How the client sends a line and reads its reply: as it is, or in a packet.

use std::io::{self, IsTerminal};

use anyhow::{Context, bail, ensure};
use command_line::LONGEST_LINE;
use protocol::message::ErrorNtf;
use protocol::{Frame, FrameDecoder, HEADER_SIZE, LARGEST_PACKET, Packet, PacketId};

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

    /// Takes in what one read has brought, appends every complete reply as a line, and counts them.
    pub(crate) fn show(&mut self, received: &[u8], text: &mut Vec<u8>) -> anyhow::Result<u64> {
        let mut count = 0;
        if received.is_empty() {
            self.check_end()?;
        }
        match self {
            Self::Lines(begun) => {
                for piece in received.split_inclusive(|byte| *byte == b'\n') {
                    begun.extend_from_slice(piece);
                    // No line that was sent is so long.
                    ensure!(
                        begun.len() <= LONGEST_LINE + 1,
                        "the server sent a line of more than {LONGEST_LINE} bytes"
                    );
                    if let Some(line) = begun.strip_suffix(b"\n") {
                        append_line(line, text);
                        begun.clear();
                        count += 1;
                    }
                }
            }
            Self::Packets(decoder) => {
                decoder.push(received);
                while let Some(frame) = decoder.next_frame()? {
                    append_line(body_of_echo(&frame)?, text);
                    count += 1;
                }
            }
        }
        Ok(count)
    }
}

impl Replies {
    fn check_end(&self) -> anyhow::Result<()> {
        match self {
            Self::Lines(begun) if !begun.is_empty() => {
                bail!(
                    "the server closed the connection {} bytes into a line",
                    begun.len()
                )
            }
            Self::Lines(_) => Ok(()),
            Self::Packets(decoder) => Ok(decoder.finish()?),
        }
    }
}

/// The body of an echoed packet; anything else is an error, which may have a name.
fn body_of_echo<'a>(frame: &Frame<'a>) -> anyhow::Result<&'a [u8]> {
    match frame.header.packet_id {
        PacketId::ECHO => Ok(frame.body()),
        PacketId::ERROR_NTF => bail!("the server says {}", ErrorNtf::decode(frame.body())?.error),
        other => bail!("expected a packet ECHO (101), got {other}"),
    }
}

/// On a terminal, control characters are shown instead of obeyed.
fn append_line(reply: &[u8], text: &mut Vec<u8>) {
    if io::stdout().is_terminal() {
        text.extend_from_slice(command_line::printable(reply).as_bytes());
    } else {
        text.extend_from_slice(reply);
    }
    text.push(b'\n');
}
