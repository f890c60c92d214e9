//! Checks of any room server: entering and leaving rooms, and what members see of it.

use protocol::{ErrorCode, HEADER_SIZE};

use super::game::Talk;
use super::words::{enter, leave, left, new_user, not_entered, user_left, user_list};
use crate::check::{Check, Need};
use crate::failure::{Failure, Outcome};
use crate::stage::Stage;

const ENTER_RULE: &str = "into a room that has members: they get ROOM_NEW_USER_NTF; the newcomer gets \
                          ROOM_USER_LIST_NTF (the others, not itself), then ROOM_ENTER_RES";

pub(crate) const CHECKS: [Check; 7] = [
    Check {
        name: "enter-empty",
        does: "ROOM_ENTER_REQ for a room in which nobody is",
        rule: "into an empty room: only ROOM_ENTER_RES, with NONE, the room and a unique id",
        hint: "no empty list, and no ROOM_NEW_USER_NTF for the newcomer itself",
        needs: Need::Nothing,
        play: enter_empty,
    },
    Check {
        name: "enter-order",
        does: "one user enters a room where another one is",
        rule: ENTER_RULE,
        hint: "make the list before the newcomer is in it, and send it before the reply",
        needs: Need::Nothing,
        play: enter_order,
    },
    Check {
        name: "user-list",
        does: "one user enters a room where three others are, one of whom has come back",
        rule: "a user list has the others, not the newcomer itself, in ascending order of unique_id",
        hint: "sort by unique_id, if your table of members does not do it",
        needs: Need::Nothing,
        play: lists_users,
    },
    Check {
        name: "unique-ids",
        does: "three users enter, and one another room; one leaves and comes back, one closes and another comes",
        rule: "unique_id counts up per room from 1, and is not used twice in the life of that room",
        hint: "a counter in the room, which only grows; not the number of members, nor a free place",
        needs: Need::Nothing,
        play: unique_ids,
    },
    Check {
        name: "enter-twice",
        does: "a member that wants to enter: the same room, another one, and one that does not exist",
        rule: "131: already in a room; ROOM_ENTER_REQ is checked for 131, 122, 134, in this order; room and id are 0 \
               on failure",
        hint: "look at the user before you look at the room",
        needs: Need::Nothing,
        play: enter_twice,
    },
    Check {
        name: "room-number",
        does: "rooms that do not exist: negative, one too many, and the largest number; then the last room",
        rule: "122: no such room; rooms are numbered from 0 to --rooms less 1; room and id are 0 on failure",
        hint: "the number has a sign: compare with both ends",
        needs: Need::Nothing,
        play: room_number,
    },
    Check {
        name: "leave",
        does: "one of two members leaves by request",
        rule: "the members that stay get ROOM_LEAVE_USER_NTF; one that left by request gets ROOM_LEAVE_RES, which says NONE",
        hint: "write the result into every RES (a server that must leave it at 0: --classic-results); take the user out \
               first, and tell the others then",
        needs: Need::Nothing,
        play: leaves,
    },
];

/// Needs somebody who says something.
pub(crate) const fn after_leave<T: Talk>() -> Check {
    Check {
        name: "after-leave",
        does: "one of two members leaves, and the other one speaks",
        rule: "ROOM_CHAT_NTF goes to every member, and to nobody else",
        hint: "take the user off the list of members before you answer",
        needs: Need::Nothing,
        play: hears_nothing_after_leaving::<T>,
    }
}

pub(crate) const DISCONNECT: Check = Check {
    name: "disconnect",
    does: "one member closes the connection, another one breaks it off, and the server closes that of a third",
    rule: "leaving or disconnecting: the members that stay get ROOM_LEAVE_USER_NTF",
    hint: "one way out of a room for everybody: call it also when the connection ends",
    needs: Need::Nothing,
    play: disconnects,
};

/// Needs somebody who says something.
pub(crate) const fn rooms_apart<T: Talk>() -> Check {
    Check {
        name: "rooms-apart",
        does: "users in two rooms, one of whom speaks, comes and goes",
        rule: "all members of a room see that room's notifications; nobody else does",
        hint: "send to the members of the room, not to all users",
        needs: Need::Nothing,
        play: users_apart::<T>,
    }
}

fn enter_empty(stage: &Stage<'_>) -> Outcome {
    let room = stage.room()?;
    let mut alice = stage.user("alice")?;
    alice.send(&enter(room))?;
    alice.expect_entered(room)?;
    alice.hears_nothing_more()
}

fn enter_order(stage: &Stage<'_>) -> Outcome {
    let room = stage.room()?;
    let [mut alice] = stage.members(room, ["alice"])?;
    let mut bob = stage.user("bob")?;
    bob.send(&enter(room))?;
    bob.expect(&user_list(&[(alice.id, &alice.name)]))?;
    let id = bob.expect_entered(room)?;
    alice.expect(&new_user(id, &bob.name))?;
    alice.hears_nothing_more()?;
    bob.hears_nothing_more()
}

fn lists_users(stage: &Stage<'_>) -> Outcome {
    let room = stage.room()?;
    let mut members = stage.members(room, ["alice", "bob", "carol"])?;
    let [alice, bob, carol] = &mut members;
    alice.send(&leave())?;
    alice.settle()?;
    alice.enter(room)?;
    let mut dave = stage.user("dave")?;
    dave.send(&enter(room))?;
    let users = [&*bob, carol, alice].map(|user| (user.id, user.name.as_str()));
    dave.expect(&user_list(&users))?;
    dave.expect_entered(room)?;
    dave.hears_nothing_more()
}

fn unique_ids(stage: &Stage<'_>) -> Outcome {
    let [room, other] = stage.rooms()?;
    let mut members = stage.members(room, ["alice", "bob", "carol"])?;
    let mut ids: Vec<_> = members.iter().map(|member| member.id).collect();
    let [alice, bob, carol] = &mut members;
    let _elsewhere = stage.members(other, ["erin"])?;
    bob.send(&leave())?;
    bob.settle()?;
    bob.enter(room)?;
    ids.push(bob.id);
    carol.half_close();
    carol.read_to_end("the end")?;
    alice.settle()?;
    let mut dave = stage.user("dave")?;
    dave.enter(room)?;
    ids.push(dave.id);
    match ids.is_sorted_by(|left, right| left + 1 == *right) {
        true => Ok(()),
        false => Err(Failure::words(
            "unique ids that count up by 1, for alice, bob, carol, bob again, and dave",
            format!("{ids:?}"),
        )),
    }
}

fn enter_twice(stage: &Stage<'_>) -> Outcome {
    let [room, other] = stage.rooms()?;
    let [mut alice] = stage.members(room, ["alice"])?;
    for number in [room, other, -1, stage.settings.rooms] {
        alice.exchange(&enter(number), &not_entered(ErrorCode::ENTER_ROOM_ALREADY))?;
    }
    alice.hears_nothing_more()
}

fn room_number(stage: &Stage<'_>) -> Outcome {
    let mut alice = stage.user("alice")?;
    for number in [-1, stage.settings.rooms, i32::MAX, i32::MIN] {
        alice.exchange(&enter(number), &not_entered(ErrorCode::ROOM_INVALID_NUMBER))?;
    }
    alice.enter(stage.settings.rooms - 1).map(drop)
}

fn leaves(stage: &Stage<'_>) -> Outcome {
    let [mut alice, mut bob] = stage.members(stage.room()?, ["alice", "bob"])?;
    bob.exchange(&leave(), &left(stage.done()))?;
    alice.expect(&user_left(bob.id))?;
    alice.hears_nothing_more()?;
    bob.hears_nothing_more()
}

// ANCHOR: after_leave
fn hears_nothing_after_leaving<T: Talk>(stage: &Stage<'_>) -> Outcome {
    let [mut alice, mut bob] = stage.members(stage.room()?, ["alice", "bob"])?;
    bob.send(&leave())?;
    bob.settle()?;
    alice.send(&T::says("are you still there?"))?;
    alice.settle()?;
    bob.hears_nothing_more()
}
// ANCHOR_END: after_leave

fn disconnects(stage: &Stage<'_>) -> Outcome {
    let names = ["alice", "bob", "carol", "dave"];
    let [mut alice, mut bob, carol, mut dave] = stage.members(stage.room()?, names)?;
    bob.half_close();
    alice.expect(&user_left(bob.id))?;
    let id = carol.id;
    carol.breaks_off();
    alice.expect(&user_left(id))?;
    // A total_size of 0.
    dave.send(&[0; HEADER_SIZE])?;
    alice.expect(&user_left(dave.id))?;
    alice.hears_nothing_more()
}

fn users_apart<T: Talk>(stage: &Stage<'_>) -> Outcome {
    let [here, there] = stage.rooms()?;
    let [mut alice] = stage.members(here, ["alice"])?;
    let [mut bob] = stage.members(there, ["bob"])?;
    for _ in 0..2 {
        bob.send(&T::says("does anybody hear me?"))?;
        bob.send(&leave())?;
        bob.settle()?;
        bob.enter(there)?;
    }
    bob.settle()?;
    alice.hears_nothing_more()
}
