//! Requests and their answers as bytes on a channel of Redis: fields one behind the other, as in packets of the game, since
//! their reader bounds every length, names what is wrong, and lets nothing over. JSON would be one more way to write a
//! message, with a library that this crate does not need else.

use std::time::Duration;

use protocol::{ErrorCode, Packet, PacketBuilder, PacketError, PacketReader};
use thiserror::Error;

use crate::request::{Answer, Came, MOST_TOGETHER, Request};

/// Servers of another version do not read what they would not understand.
const VERSION: u8 = 1;

/// A request on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Letter {
    /// Names it among those of its sender.
    pub(super) id: u64,
    /// The channel for its answer.
    pub(super) reply_to: String,
    /// How long its sender waits from now on, to the millisecond.
    pub(super) within: Duration,
    pub(super) request: Request,
}

/// What comes back for the request of this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Back {
    pub(super) id: u64,
    pub(super) said: Said,
}

/// What the other side says of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// Nobody listens there any more.
    NobodyThere,
    /// It will not be answered.
    Nothing,
    Answer(Answer),
}

/// Bytes that are no message.
#[derive(Debug, PartialEq, Eq, Error)]
pub(super) enum MessageError {
    #[error(transparent)]
    Packet(#[from] PacketError),
    #[error("{what} {number} is not known: a program of another version may use the same Redis")]
    Unknown { what: &'static str, number: u8 },
    #[error("{0} users in one request, and {MOST_TOGETHER} is the most")]
    Users(u8),
}

impl Letter {
    pub(super) fn encode(&self) -> Result<Vec<u8>, MessageError> {
        let within = u32::try_from(self.within.as_millis()).unwrap_or(u32::MAX);
        let head = Packet::new()
            .put((VERSION, self.id, within))
            .put_text_i16(&self.reply_to);
        Ok(put_request(head, &self.request)?.build()?.into_bytes())
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, MessageError> {
        let mut reader = begin(bytes)?;
        let (id, within) = reader.get::<(u64, u32)>()?;
        let letter = Self {
            id,
            reply_to: text(&mut reader)?,
            within: Duration::from_millis(within.into()),
            request: get_request(&mut reader)?,
        };
        reader.finish()?;
        Ok(letter)
    }
}

fn put_request(head: PacketBuilder, request: &Request) -> Result<PacketBuilder, MessageError> {
    Ok(match request {
        Request::Whisper { from, to, message } => head
            .put_u8(1)
            .put_text_i16(from)
            .put_text_i16(to)
            .put_text_i16(message),
        Request::Invite { from, to, room } => {
            head.put_u8(2).put_text_i16(from).put_text_i16(to).put_i32(*room)
        }
        Request::Decline { from, to } => head.put_u8(3).put_text_i16(from).put_text_i16(to),
        Request::Replace { user_id, session } => head.put_u8(4).put_text_i16(user_id).put(*session),
        Request::Reserve { user_id, room: None } => head.put_u8(5).put_text_i16(user_id),
        Request::Reserve {
            user_id,
            room: Some(room),
        } => head.put_u8(6).put_text_i16(user_id).put_i32(*room),
        Request::ReserveAll { user_ids } => put_users(head.put_u8(7), user_ids)?,
        Request::WhoCame { room, user_ids } => put_users(head.put_u8(8).put_i32(*room), user_ids)?,
    })
}

fn get_request(reader: &mut PacketReader<'_>) -> Result<Request, MessageError> {
    Ok(match reader.get::<u8>()? {
        1 => Request::Whisper {
            from: text(reader)?,
            to: text(reader)?,
            message: text(reader)?,
        },
        2 => Request::Invite {
            from: text(reader)?,
            to: text(reader)?,
            room: reader.get()?,
        },
        3 => Request::Decline {
            from: text(reader)?,
            to: text(reader)?,
        },
        4 => Request::Replace {
            user_id: text(reader)?,
            session: reader.get()?,
        },
        5 => Request::Reserve {
            user_id: text(reader)?,
            room: None,
        },
        6 => Request::Reserve {
            user_id: text(reader)?,
            room: Some(reader.get()?),
        },
        7 => Request::ReserveAll {
            user_ids: get_users(reader)?,
        },
        8 => Request::WhoCame {
            room: reader.get()?,
            user_ids: get_users(reader)?,
        },
        number => {
            let what = "the request";
            return Err(MessageError::Unknown { what, number });
        }
    })
}

fn put_users(head: PacketBuilder, user_ids: &[String]) -> Result<PacketBuilder, MessageError> {
    let count = u8::try_from(user_ids.len()).unwrap_or(u8::MAX);
    let users = user_ids.iter();
    match usize::from(count) <= MOST_TOGETHER {
        true => Ok(users.fold(head.put_u8(count), |head, user_id| head.put_text_i16(user_id))),
        false => Err(MessageError::Users(count)),
    }
}

fn get_users(reader: &mut PacketReader<'_>) -> Result<Vec<String>, MessageError> {
    let count = reader.get::<u8>()?;
    match usize::from(count) <= MOST_TOGETHER {
        true => (0..count).map(|_| text(reader)).collect(),
        false => Err(MessageError::Users(count)),
    }
}

impl Back {
    pub(super) fn encode(self) -> Vec<u8> {
        let head = Packet::new().put((VERSION, self.id));
        let all = match self.said {
            Said::NobodyThere => head.put_u8(1),
            Said::Nothing => head.put_u8(2),
            Said::Answer(Answer::Done) => head.put_u8(3),
            Said::Answer(Answer::No(ErrorCode(reason))) => head.put_u8(4).put(reason),
            Said::Answer(Answer::Reserved { room }) => head.put_u8(5).put_i32(room),
            Said::Answer(Answer::Came(Came(users))) => head.put_u8(6).put(users),
        };
        all.build().expect("it has no text").into_bytes()
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, MessageError> {
        let mut reader = begin(bytes)?;
        let id = reader.get()?;
        let said = match reader.get::<u8>()? {
            1 => Said::NobodyThere,
            2 => Said::Nothing,
            3 => Said::Answer(Answer::Done),
            4 => Said::Answer(Answer::No(ErrorCode(reader.get()?))),
            5 => Said::Answer(Answer::Reserved { room: reader.get()? }),
            6 => Said::Answer(Answer::Came(Came(reader.get()?))),
            number => {
                let what = "the answer";
                return Err(MessageError::Unknown { what, number });
            }
        };
        reader.finish()?;
        Ok(Self { id, said })
    }
}

/// Behind the version.
fn begin(bytes: &[u8]) -> Result<PacketReader<'_>, MessageError> {
    let mut reader = PacketReader::new(bytes);
    match reader.get::<u8>()? {
        VERSION => Ok(reader),
        number => {
            let what = "the version";
            Err(MessageError::Unknown { what, number })
        }
    }
}

fn text(reader: &mut PacketReader<'_>) -> Result<String, MessageError> {
    Ok(reader.get_text_i16()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(request: Request) -> Letter {
        Letter {
            id: u64::MAX,
            reply_to: "codelab:answers:1".to_owned(),
            within: Duration::from_millis(999),
            request,
        }
    }

    fn to_alice(room: Option<i32>) -> Request {
        Request::Reserve {
            user_id: "alice".to_owned(),
            room,
        }
    }

    #[test]
    fn answers_are_read_as_they_were_written() {
        for said in [
            Said::NobodyThere,
            Said::Nothing,
            Said::Answer(Answer::Done),
            Said::Answer(Answer::No(ErrorCode(-1))),
            Said::Answer(Answer::Reserved { room: i32::MIN }),
            Said::Answer(Answer::Came(Came(u32::MAX))),
        ] {
            let back = Back { id: 7, said };
            assert_eq!(Back::decode(&back.encode()), Ok(back));
        }
    }

    /// Whoever writes to the channel.
    #[test]
    fn no_part_of_a_message_is_one() {
        let letter = letter(Request::ReserveAll {
            user_ids: vec!["alice".to_owned(), "안녕".to_owned()],
        });
        let bytes = letter.encode().expect("a letter");
        assert_eq!(Letter::decode(&bytes), Ok(letter));
        for length in 0..bytes.len() {
            assert!(Letter::decode(&bytes[..length]).is_err(), "{length} bytes");
        }
        let longer = [&bytes[..], &[0]].concat();
        assert!(matches!(
            Letter::decode(&longer),
            Err(MessageError::Packet(PacketError::BytesLeft { .. }))
        ));
    }

    #[test]
    fn what_another_version_says_is_not_guessed() {
        let mut bytes = letter(to_alice(None)).encode().expect("a letter");
        bytes[0] = 2;
        let error = Letter::decode(&bytes).expect_err("another version").to_string();
        assert!(error.starts_with("the version 2 is not known"), "{error}");
        let back = [&[VERSION][..], &[0; 8], &[99]].concat();
        let error = Back::decode(&back).expect_err("no answer").to_string();
        assert!(error.starts_with("the answer 99 is not known"), "{error}");
    }

    #[test]
    fn what_is_too_large_is_not_sent() {
        let user_ids = vec!["alice".to_owned(); MOST_TOGETHER + 1];
        let error = letter(Request::ReserveAll { user_ids }).encode();
        assert_eq!(error, Err(MessageError::Users(33)));
        let user_id = "a".repeat(40_000);
        let error = letter(Request::Reserve { user_id, room: None }).encode();
        assert!(matches!(error, Err(MessageError::Packet(_))), "{error:?}");
    }
}
