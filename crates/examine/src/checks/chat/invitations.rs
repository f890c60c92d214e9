//! Checks of the chat: invitations into a room, and their answers.

use protocol::ErrorCode;

use super::words::{DONE, decline, declines, error, invite, invited, invites, leave};
use crate::check::{Check, Need};
use crate::checks::room_server::user::User;
use crate::failure::Outcome;
use crate::stage::Stage;

pub(super) const CHECKS: [Check; 5] = [
    Check {
        name: "invite",
        does: "invitations of a user in no room, and of one in another room",
        rule: "ROOM_INVITE_NTF has the inviter's name and room; the inviter gets ROOM_INVITE_RES with NONE",
        hint: "look for the invited among all users, not among the members of a room",
        needs: Need::Nothing,
        play: invites_everywhere,
    },
    Check {
        name: "invite-refused",
        does: "invitations of nobody, of oneself, of a member of the same room, and from somebody in no room",
        rule: "152: the user is not logged in; 153: to oneself; 154: the invited user is in that room already; 121: \
               the inviter is in no room, in an ERROR_NTF",
        hint: "the error goes into ROOM_INVITE_RES; nobody gets a notification",
        needs: Need::Nothing,
        play: invite_refused,
    },
    Check {
        name: "decline",
        does: "an invitation that is declined, twice",
        rule: "the inviter gets ROOM_INVITE_DECLINE_NTF with the invited's name; without an open invitation the \
               request is ignored",
        hint: "an invitation is declined once: forget it then",
        needs: Need::Nothing,
        play: declined,
    },
    Check {
        name: "decline-uninvited",
        does: "a refusal from somebody who was never invited",
        rule: "ROOM_INVITE_DECLINE_REQ without an open invitation from that user is ignored",
        hint: "remember who has invited whom; no answer and no notification otherwise",
        needs: Need::Nothing,
        play: decline_uninvited,
    },
    Check {
        name: "accept",
        does: "an invited user who leaves its room, enters that of the inviter, and declines then",
        rule: "to accept, the invited user sends ROOM_ENTER_REQ (after ROOM_LEAVE_REQ where it is in another room); \
               then no invitation is open",
        hint: "a user that enters a room has accepted the invitations to it",
        needs: Need::Nothing,
        play: accepted,
    },
];

/// An invitation that comes.
fn is_invited(inviter: &mut User<'_>, room: i32, guest: &mut User<'_>) -> Outcome {
    inviter.exchange(&invite(&guest.name), &invited(DONE))?;
    guest.expect(&invites(&inviter.name, room))
}

fn invites_everywhere(stage: &Stage<'_>) -> Outcome {
    let [here, there] = stage.rooms()?;
    let [mut alice] = stage.members(here, ["alice"])?;
    let [mut bob] = stage.members(there, ["bob"])?;
    let mut carol = stage.user("carol")?;
    is_invited(&mut alice, here, &mut bob)?;
    is_invited(&mut alice, here, &mut carol)?;
    for user in [&mut alice, &mut bob, &mut carol] {
        user.hears_nothing_more()?;
    }
    Ok(())
}

fn invite_refused(stage: &Stage<'_>) -> Outcome {
    let [mut alice, mut bob] = stage.members(stage.room()?, ["alice", "bob"])?;
    for (guest, result) in [
        (stage.new_name(), ErrorCode::WHISPER_NO_SUCH_USER),
        (String::new(), ErrorCode::WHISPER_NO_SUCH_USER),
        (alice.name.clone(), ErrorCode::WHISPER_SELF),
        (bob.name.clone(), ErrorCode::INVITED_USER_IN_ROOM),
    ] {
        alice.exchange(&invite(&guest), &invited(result))?;
    }
    bob.hears_nothing_more()?;
    let mut carol = stage.user("carol")?;
    carol.exchange(&invite(&bob.name), &error(ErrorCode::ROOM_NOT_IN_USER))
}

fn declined(stage: &Stage<'_>) -> Outcome {
    let room = stage.room()?;
    let [mut alice] = stage.members(room, ["alice"])?;
    let mut bob = stage.user("bob")?;
    is_invited(&mut alice, room, &mut bob)?;
    bob.send(&decline(&alice.name))?;
    alice.expect(&declines(&bob.name))?;
    bob.send(&decline(&alice.name))?;
    bob.hears_nothing_more()?;
    alice.hears_nothing_more()
}

fn decline_uninvited(stage: &Stage<'_>) -> Outcome {
    let room = stage.room()?;
    let [mut alice] = stage.members(room, ["alice"])?;
    let mut bob = stage.user("bob")?;
    let mut carol = stage.user("carol")?;
    is_invited(&mut alice, room, &mut bob)?;
    for inviter in [alice.name.clone(), stage.new_name(), String::new()] {
        carol.send(&decline(&inviter))?;
    }
    carol.hears_nothing_more()?;
    alice.hears_nothing_more()
}

fn accepted(stage: &Stage<'_>) -> Outcome {
    let [here, there] = stage.rooms()?;
    let [mut alice] = stage.members(here, ["alice"])?;
    let [mut bob] = stage.members(there, ["bob"])?;
    is_invited(&mut alice, here, &mut bob)?;
    bob.send(&leave())?;
    bob.enter(here)?;
    bob.settle()?;
    alice.settle()?;
    bob.send(&decline(&alice.name))?;
    bob.hears_nothing_more()?;
    alice.hears_nothing_more()
}
