//! A reader of frames that is slow and obvious: it has all bytes, and looks at one frame after the other.

use web::{Control, FrameReader, MAX_FRAMES, MAX_MESSAGE, Mistake};

/// What a stream of frames says.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Said {
    pub(crate) payload: Vec<u8>,
    pub(crate) controls: Vec<Control>,
    pub(crate) mistake: Option<Mistake>,
    /// Bytes at the end of what is not whole; none behind a mistake.
    pub(crate) pending: usize,
}

/// What the reader sees when the stream comes in pieces of these lengths, over and over.
pub(crate) fn in_pieces(stream: &[u8], lengths: &[usize]) -> Said {
    let mut said = Said::default();
    let mut reader = FrameReader::default();
    let mut rest = stream;
    let mut lengths = lengths.iter().cycle();
    while !rest.is_empty() {
        let length = lengths.next().map_or(rest.len(), |length| *length);
        let (mut piece, behind) = rest.split_at(length.min(rest.len()));
        rest = behind;
        loop {
            match reader.read(&mut piece, &mut said.payload) {
                Ok(Some(control)) => said.controls.push(control),
                Ok(None) => break,
                Err(mistake) => {
                    said.mistake = Some(mistake);
                    return said;
                }
            }
        }
        assert!(piece.is_empty(), "bytes were left over");
    }
    said.pending = reader.pending();
    said
}

/// The same, read slowly.
pub(crate) fn slowly(stream: &[u8]) -> Said {
    let mut said = Said::default();
    let mut rest = stream;
    // Bytes and frames of the message that is open.
    let mut open: Option<(u64, u32)> = None;
    while let Some(frame) = head(rest) {
        let outcome = frame.and_then(|frame| {
            check(&frame, &mut open)?;
            Ok(frame)
        });
        let frame = match outcome {
            Ok(frame) => frame,
            Err(mistake) => {
                said.mistake = Some(mistake);
                said.pending = 0;
                return said;
            }
        };
        let length = usize::try_from(frame.length).expect("it was checked");
        let come = &rest[frame.head..(frame.head + length).min(rest.len())];
        let is_whole = come.len() == length;
        let plain: Vec<u8> = come
            .iter()
            .enumerate()
            .map(|(index, byte)| byte ^ frame.mask[index % 4])
            .collect();
        rest = &rest[frame.head + come.len()..];
        let size = frame.head + come.len();
        match frame.opcode {
            0..=2 => {
                said.payload.extend(plain);
                let is_end = is_whole && frame.is_final;
                said.pending = if is_end { 0 } else { said.pending + size };
            }
            _ if !is_whole => said.pending += size,
            8 => match close(&plain) {
                Ok(code) => said.controls.push(code),
                Err(mistake) => {
                    said.mistake = Some(mistake);
                    said.pending = 0;
                    return said;
                }
            },
            9 => said.controls.push(Control::Ping(plain)),
            _ => said.controls.push(Control::Pong),
        }
    }
    // A part of a head.
    said.pending += rest.len();
    said
}

struct Frame {
    opcode: u8,
    is_final: bool,
    mask: [u8; 4],
    length: u64,
    head: usize,
}

/// The head at the front of these bytes; `None` where it is not whole.
fn head(bytes: &[u8]) -> Option<Result<Frame, Mistake>> {
    let (&first, &second) = (bytes.first()?, bytes.get(1)?);
    let masked = second & 0x80 != 0;
    let (long, length) = match second & 0x7f {
        126 => (
            2,
            u64::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
        ),
        127 => (8, u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)),
        short => (0, u64::from(short)),
    };
    let head = 2 + long + if masked { 4 } else { 0 };
    let all = bytes.get(..head)?;
    let opcode = first & 0x0f;
    if !matches!(opcode, 0..=2 | 8..=10) {
        return Some(Err(Mistake::Opcode(opcode)));
    }
    if first & 0x70 != 0 {
        return Some(Err(Mistake::ReservedBits));
    }
    let least = match long {
        0 => 0,
        2 => 126,
        _ => 65_536,
    };
    if length < least {
        return Some(Err(Mistake::LongForm(length)));
    }
    if !masked {
        return Some(Err(Mistake::Unmasked));
    }
    Some(Ok(Frame {
        opcode,
        is_final: first & 0x80 != 0,
        mask: all[head - 4..].try_into().expect("four bytes"),
        length,
        head,
    }))
}

fn check(frame: &Frame, open: &mut Option<(u64, u32)>) -> Result<(), Mistake> {
    if frame.opcode >= 8 {
        return match (frame.is_final, frame.length) {
            (false, _) => Err(Mistake::ControlInPieces),
            (true, 126..) => Err(Mistake::LongControl(frame.length)),
            (true, _) => Ok(()),
        };
    }
    let (bytes, frames) = match (frame.opcode, *open) {
        (0, None) => return Err(Mistake::NothingToGoOnWith),
        (0, Some(size)) => size,
        (_, Some(_)) => return Err(Mistake::MessageInMessage),
        (1, None) => return Err(Mistake::Text),
        (_, None) => (0, 0),
    };
    let (bytes, frames) = (bytes.saturating_add(frame.length), frames + 1);
    if bytes > MAX_MESSAGE {
        return Err(Mistake::TooLong);
    }
    if frames > MAX_FRAMES {
        return Err(Mistake::TooManyPieces);
    }
    *open = (!frame.is_final).then_some((bytes, frames));
    Ok(())
}

fn close(payload: &[u8]) -> Result<Control, Mistake> {
    match payload {
        [] => Ok(Control::Close(None)),
        [_] => Err(Mistake::HalfCode),
        [high, low, reason @ ..] => {
            let number = u16::from(*high) << 8 | u16::from(*low);
            match number {
                1000..=1003 | 1007..=1014 | 3000..=4999 => {}
                _ => return Err(Mistake::Code(number)),
            }
            String::from_utf8(reason.to_vec()).map_err(|_| Mistake::Reason)?;
            Ok(Control::Close(Some(number.into())))
        }
    }
}
