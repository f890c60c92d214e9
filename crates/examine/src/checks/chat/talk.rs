//! Checks of the chat: messages to a room, and relays.

use protocol::{ErrorCode, PacketId};

use super::words::{chat, chatted, error, relay, relayed, said};
use crate::check::{Check, Need};
use crate::checks::room_server::user::User;
use crate::client::Incoming;
use crate::failure::Outcome;
use crate::stage::Stage;

/// A relay's body is smaller than the largest packet by a header and a unique id.
const RELAY_OVERHEAD: usize = 13;

/// Messages of each of two members who talk at once.
const TALK: usize = 20;

pub(super) const CHECKS: [Check; 6] = [
    Check {
        name: "chat",
        does: "one of two members says something",
        rule: "every member, the sender too, gets ROOM_CHAT_NTF; the sender gets its own before its ROOM_CHAT_RES, \
               which says NONE",
        hint: "send the notification to all first, and answer then; write the result into the answer (a server that must leave it at 0: \
               --classic-results)",
        needs: Need::Nothing,
        play: chats,
    },
    Check {
        name: "chat-lengths",
        does: "messages of 0, 1, 126, 127 and 129 bytes, some of them in Korean",
        rule: "151: a message has 1 to 126 bytes",
        hint: "bytes, not characters; 151 is for a body that can be read",
        needs: Need::Nothing,
        play: chat_lengths,
    },
    Check {
        name: "chat-text",
        does: "messages in Korean, with line breaks, a zero byte and escape sequences",
        rule: "strings are UTF-8, and ROOM_CHAT_NTF has the message as it was sent",
        hint: "pass the bytes on as they are; it is the client that must not show them raw",
        needs: Need::Nothing,
        play: chat_text,
    },
    Check {
        name: "chat-order",
        does: "two members talk at once, and a third one listens",
        rule: "all members of a room see that room's notifications in one and the same order",
        hint: "one thread, or one lock, for a whole message to all members: not one for each member",
        needs: Need::Nothing,
        play: chat_order,
    },
    Check {
        name: "relay",
        does: "one of two members relays nothing, one byte, and each of the 256 bytes; a user in no room relays one",
        rule: "ROOM_RELAY_NTF is unique_id:u64, then the same bytes, and goes to all members, the sender too; no RES, \
               and 121 for a user in no room",
        hint: "a relay is bytes: do not look into them",
        needs: Need::Nothing,
        play: relays,
    },
    Check {
        name: "relay-largest",
        does: "a relay of the maximum packet less 13 bytes, and one with a byte more",
        rule: "a relay's body is at most the maximum packet less 13 bytes, else ERROR_NTF 51",
        hint: "the notification has 8 bytes more than the request, and must be a legal packet",
        needs: Need::Nothing,
        play: relay_largest,
    },
];

fn chats(stage: &Stage<'_>) -> Outcome {
    let [mut alice, mut bob] = stage.members(stage.room()?, ["alice", "bob"])?;
    for message in ["hello", "again"] {
        let notification = said(alice.id, message);
        alice.send(&chat(message))?;
        alice.expect(&notification)?;
        alice.expect(&chatted(stage.done()))?;
        bob.expect(&notification)?;
    }
    alice.hears_nothing_more()?;
    bob.hears_nothing_more()
}

/// In whatever order the speaker hears of it: that is `chat`.
fn is_said(alice: &mut User<'_>, bob: &mut User<'_>, message: &str) -> Outcome {
    let notification = said(alice.id, message);
    alice.send(&chat(message))?;
    alice.settle()?;
    bob.expect(&notification)
}

fn chat_lengths(stage: &Stage<'_>) -> Outcome {
    let [mut alice, mut bob] = stage.members(stage.room()?, ["alice", "bob"])?;
    // 43 characters of 3 bytes are 129 bytes, 42 are 126.
    for message in ["", &"x".repeat(127), &"안".repeat(43)] {
        alice.exchange(&chat(message), &chatted(ErrorCode::ROOM_CHAT_MSG_LEN))?;
    }
    for message in ["x", &"x".repeat(126), &"안".repeat(42)] {
        is_said(&mut alice, &mut bob, message)?;
    }
    bob.hears_nothing_more()
}

fn chat_text(stage: &Stage<'_>) -> Outcome {
    let [mut alice, mut bob] = stage.members(stage.room()?, ["alice", "bob"])?;
    for message in ["안녕하세요", "two\nlines\r\n", "a\0b", "\x1b[2J\x07", " "] {
        is_said(&mut alice, &mut bob, message)?;
    }
    bob.hears_nothing_more()
}

fn chat_order(stage: &Stage<'_>) -> Outcome {
    let mut members = stage.members(stage.room()?, ["alice", "bob", "carol"])?;
    for number in 0..TALK {
        for speaker in &mut members[..2] {
            speaker.send(&chat(&format!("message {number}")))?;
        }
    }
    let [alice, bob, carol] = &mut members;
    let heard = heard(alice)?;
    for other in [bob, carol] {
        let name = other.name.clone();
        for (index, notification) in heard.iter().enumerate() {
            let next = other.skip_to(PacketId::ROOM_CHAT_NTF)?;
            if next != *notification {
                let remark = format!(
                    "message {} for {name} is not the same as for {}",
                    index + 1,
                    alice.name
                );
                return Err(next.is_not(notification).remarked(&remark));
            }
        }
    }
    Ok(())
}

fn heard(member: &mut User<'_>) -> Outcome<Vec<Incoming>> {
    (0..2 * TALK)
        .map(|_| member.skip_to(PacketId::ROOM_CHAT_NTF))
        .collect()
}

fn relays(stage: &Stage<'_>) -> Outcome {
    let [mut alice, mut bob] = stage.members(stage.room()?, ["alice", "bob"])?;
    let mut carol = stage.user("carol")?;
    carol.exchange(&relay(b"x"), &error(ErrorCode::ROOM_NOT_IN_USER))?;
    let any_bytes: Vec<_> = (0..=255).collect();
    // In two halves: a packet may have no more than 256 bytes.
    let (low, high) = any_bytes.split_at(128);
    for bytes in [&b""[..], b"\xff", low, high] {
        let notification = relayed(alice.id, bytes);
        alice.exchange(&relay(bytes), &notification)?;
        bob.expect(&notification)?;
    }
    alice.hears_nothing_more()?;
    bob.hears_nothing_more()
}

fn relay_largest(stage: &Stage<'_>) -> Outcome {
    let [mut alice, mut bob] = stage.members(stage.room()?, ["alice", "bob"])?;
    let largest = vec![b'x'; stage.settings.max_packet - RELAY_OVERHEAD];
    let notification = relayed(alice.id, &largest);
    alice.exchange(&relay(&largest), &notification)?;
    bob.expect(&notification)?;
    let larger = [&largest[..], b"x"].concat();
    alice.exchange(&relay(&larger), &error(ErrorCode::PACKET_DECODING_FAIL))?;
    bob.hears_nothing_more()
}
