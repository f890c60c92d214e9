//! Checks of the chat: whispers from one user to another.

use protocol::ErrorCode;

use super::words::{DONE, whisper, whispered, whispers};
use crate::check::{Check, Need};
use crate::failure::Outcome;
use crate::stage::Stage;

pub(super) const CHECKS: [Check; 2] = [
    Check {
        name: "whisper",
        does: "whispers to a user in the same room, in another one, and in none, and back",
        rule: "WHISPER_NTF goes to that one user, wherever it is; the sender gets WHISPER_RES with NONE",
        hint: "look for the receiver among all users, not among the members of a room",
        needs: Need::Nothing,
        play: whispers_everywhere,
    },
    Check {
        name: "whisper-refused",
        does: "whispers to nobody, to oneself, and of 0 and 127 bytes",
        rule: "152: the user is not logged in; 153: to oneself; 151: a whisper's message has 1 to 126 bytes",
        hint: "the error goes into WHISPER_RES; nobody gets a notification",
        needs: Need::Nothing,
        play: whisper_refused,
    },
];

fn whispers_everywhere(stage: &Stage<'_>) -> Outcome {
    let [here, there] = stage.rooms()?;
    let [mut alice, mut bob] = stage.members(here, ["alice", "bob"])?;
    let [mut carol] = stage.members(there, ["carol"])?;
    let mut dave = stage.user("dave")?;
    for other in [&mut bob, &mut carol, &mut dave] {
        alice.exchange(&whisper(&other.name, "안녕"), &whispered(DONE))?;
        other.expect(&whispers(&alice.name, "안녕"))?;
        other.exchange(&whisper(&alice.name, "psst"), &whispered(DONE))?;
        alice.expect(&whispers(&other.name, "psst"))?;
    }
    for user in [&mut alice, &mut bob, &mut carol, &mut dave] {
        user.hears_nothing_more()?;
    }
    Ok(())
}

fn whisper_refused(stage: &Stage<'_>) -> Outcome {
    let mut alice = stage.user("alice")?;
    let mut bob = stage.user("bob")?;
    for (receiver, message, result) in [
        (stage.new_name(), "hi", ErrorCode::WHISPER_NO_SUCH_USER),
        (String::new(), "hi", ErrorCode::WHISPER_NO_SUCH_USER),
        (alice.name.clone(), "hi", ErrorCode::WHISPER_SELF),
        (bob.name.clone(), "", ErrorCode::ROOM_CHAT_MSG_LEN),
        (bob.name.clone(), &*"x".repeat(127), ErrorCode::ROOM_CHAT_MSG_LEN),
    ] {
        alice.exchange(&whisper(&receiver, message), &whispered(result))?;
    }
    bob.hears_nothing_more()
}
