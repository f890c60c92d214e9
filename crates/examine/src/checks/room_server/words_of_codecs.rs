//! The texts of checks that mean something else in MessagePack or Protocol Buffers than in binary.

use protocol::Codec;

use crate::check::Check;

/// The checks with the words that fit the codec.
pub(crate) fn told_in(codec: Codec, checks: &[Check]) -> Vec<Check> {
    checks.iter().map(|check| one_told_in(codec, *check)).collect()
}

fn one_told_in(codec: Codec, check: Check) -> Check {
    match (codec, check.name) {
        (Codec::Binary, _) => check,
        (Codec::MsgPack, "login") => check.told_as(
            "formats.md: LOGIN_REQ is a map with UserID and UserPW, texts of at most 16 bytes; LOGIN_RES is a map \
             whose Result says NONE, which is 0 in this codec",
            "5 bytes of header, and the rest is the map; names are compared byte by byte, capitals too",
        ),
        (Codec::Protobuf, "login") => check.told_as(
            "formats.md: LOGIN_REQ is LoginReq of chat.proto; LOGIN_RES is LoginRes, whose result says NONE (1)",
            "5 bytes of header, and the rest is the message: nothing around it, and no length in front",
        ),
        (_, "ping") => check.told_as(
            "PING_RES has the number of its PING_REQ, or none; also before login",
            "the number may be missing: that is not a 0, and it is missing in the reply then",
        ),
        (_, "names-refused") => Check {
            does: "names that are empty, hold control characters, or go on behind a zero byte",
            ..check.told_as(
                "112: an empty user id, or one that holds control characters; a zero byte is one, too",
                "look at each character of the text",
            )
        },
        (_, "names-allowed") => Check {
            does: "a name of 16 bytes, which is the longest, and one that is not English",
            ..check.told_as(
                "formats.md: a user id is a text of at most 16 bytes",
                "count bytes, and not characters",
            )
        },
        _ => check,
    }
}
