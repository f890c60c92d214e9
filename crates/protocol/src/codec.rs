//! The codecs in which a body can be written, and the choice between them.

use std::{
    fmt::{self, Display, Formatter},
    str::FromStr,
};

/// How the body of a packet is written. The header of 5 bytes is the same in all of them.
///
/// | codec | success in a `RES` | a field that is missing |
/// |---|---|---|
/// | binary | 1 | an error |
/// | msgpack | 0 | an error |
/// | protobuf | 1 | 0 or the empty text; an error for a result |
///
/// What one codec can carry the others can: a user id has 127 bytes at most in each of them, a message 32,767,
/// a list 127 users. So what came in one codec can be sent in any other.
///
/// ```
/// use protocol::Codec;
///
/// assert_eq!("msgpack".parse(), Ok(Codec::MsgPack));
/// assert_eq!(Codec::Protobuf.to_string(), "protobuf");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Codec {
    /// Fields one behind the other, as the protocol's table has them.
    #[default]
    Binary,
    /// MessagePack: a map from the names of the fields to their values.
    MsgPack,
    /// Protocol Buffers: the messages of `proto/chat.proto`.
    Protobuf,
}

impl Codec {
    /// Every codec. The place of each is also its number, `codec as usize`.
    pub const ALL: [Self; 3] = [Self::Binary, Self::MsgPack, Self::Protobuf];

    /// Its name on a command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::MsgPack => "msgpack",
            Self::Protobuf => "protobuf",
        }
    }
}

impl Display for Codec {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Codec {
    type Err = UnknownCodec;

    fn from_str(name: &str) -> Result<Self, UnknownCodec> {
        let codec = Self::ALL.into_iter().find(|codec| codec.name() == name);
        codec.ok_or_else(|| UnknownCodec(String::from(name)))
    }
}

/// A name that is no codec's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a codec: expected binary, msgpack or protobuf")]
pub struct UnknownCodec(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_its_codec() {
        for (number, codec) in Codec::ALL.into_iter().enumerate() {
            assert_eq!(codec.to_string().parse(), Ok(codec));
            assert_eq!(codec as usize, number);
        }
        let error = "json".parse::<Codec>().unwrap_err();
        assert_eq!(
            error.to_string(),
            r#""json" is not a codec: expected binary, msgpack or protobuf"#
        );
    }
}
