//! Mistakes in the bodies of packets: MessagePack and Protocol Buffers.

use std::collections::BTreeSet;

use examine::{Check, kinds};
use protocol::Codec;

use crate::wrong::chat_codecs;
use crate::{ALL_BUT, PATIENT, Subject, failed, verify_subject};

/// The checks of a chat in another codec that a mistake with bodies may touch.
fn bodies_in(codec: Codec) -> Subject {
    let in_binary = kinds::CHAT.checks(Codec::Binary);
    let also = [
        "login",
        "ping",
        "user-list",
        "chat",
        "too-long",
        "bad-length",
        "not-utf8",
    ];
    let is_meant = |check: &Check| {
        also.contains(&check.name) || in_binary.iter().all(|binary| binary.name != check.name)
    };
    Subject {
        codec,
        checks: kinds::CHAT.checks(codec).into_iter().filter(is_meant).collect(),
        ..Subject::all_of(&kinds::CHAT)
    }
}

#[test]
fn mistakes_in_messagepack() {
    use chat_codecs::Mistake::*;
    verify_subject(
        &bodies_in(Codec::MsgPack),
        chat_codecs::start_msgpack,
        &[
            (
                AnotherSuccess,
                &["login", "user-list", "chat", "success", "other-forms", "nested"],
            ),
            (KnowsItsOwnBytesOnly, &["other-forms"]),
            (TakesTextsForNumbers, &["wrong-type"]),
            (MissingIsEmpty, &["missing-field"]),
            (TakesWhatIsThere, &["bad-length"]),
            (IgnoresTheRest, &["too-long"]),
            (ReplacesBrokenText, &["not-utf8"]),
            (FollowsAnyDepth, &["nested"]),
        ],
    );
}

#[test]
fn mistakes_in_protocol_buffers() {
    use chat_codecs::Mistake::*;
    verify_subject(
        &bodies_in(Codec::Protobuf),
        chat_codecs::start_protobuf,
        &[
            (AnotherSuccess, &[ALL_BUT, "ping"]),
            (KnowsItsOwnBytesOnly, &["other-forms"]),
            (TakesNumbersForTexts, &["wrong-type"]),
            (TakesWhatIsThere, &["bad-length"]),
            (IgnoresTheRest, &["too-long"]),
            (ReplacesBrokenText, &["not-utf8"]),
            (FollowsAnyDepth, &["nested"]),
        ],
    );
}

/// Its numbers are as wide as they can be, its names in another order, and some are unknown.
#[test]
fn another_encoder_passes_all_checks() {
    let subject = Subject {
        codec: Codec::MsgPack,
        checks: kinds::CHAT.checks(Codec::MsgPack),
        ..Subject::all_of(&kinds::CHAT)
    };
    let address = chat_codecs::start_another_encoder();
    assert_eq!(
        failed(&subject, address, &subject.checks, PATIENT),
        BTreeSet::new()
    );
}
