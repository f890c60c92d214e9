//! Checks of any room server: full rooms, long lists, and a member that does not read.

use protocol::message::RoomUserListNtf;
use protocol::{Codec, ErrorCode, HEADER_SIZE, PacketId};

use super::game::Talk;
use super::user::{User, id_of};
use super::words::{enter, leave, login, new_user, not_entered};
use crate::check::{Check, Need};
use crate::checks::any;
use crate::client::Incoming;
use crate::failure::{Failure, Outcome};
use crate::stage::Stage;

/// Users that one list may have, and a few more than that.
const MOST_LISTED: usize = 127;
const SURPLUS: usize = 5;

/// Members of whom one list has no room for all, when each has a name of 16 bytes.
fn crowd(codec: Codec, max_packet: usize) -> usize {
    let bytes_of_a_member = match codec {
        Codec::Binary => 25,
        // The number of a member is one byte or two, and so is the length of the name.
        Codec::MsgPack => 18,
        // Before each of them stand the number and the kind of the field.
        Codec::Protobuf => 22,
    };
    (max_packet / bytes_of_a_member).min(MOST_LISTED) + SURPLUS
}

/// Members who talk while another one does not read, and how much they say: more than the buffers of two
/// sockets hold, and less than a server allows each of them.
const TALKERS: usize = 12;
const ROUNDS: usize = 17;
const IN_A_ROUND: usize = 10;

pub(crate) const CHECKS: [Check; 2] = [
    Check {
        name: "room-full",
        does: "as many users as --room-size enter a room, and one more, and a member again; one leaves, and the other enters",
        rule: "134: the room is full, and 131 for a user in a room already, which is checked first; room and id are 0 on \
               failure",
        hint: "look at the user, and count the members then, before you let one in; a member that leaves makes room",
        needs: Need::Nothing,
        play: room_full,
    },
    Check {
        name: "long-list",
        does: "a user enters a room with more members than one list has room for, whose names have 16 bytes",
        rule: "a user list that does not fit into one packet is sent as several ROOM_USER_LIST_NTF, one after the \
               other, in ascending order",
        hint: "start a new list before this one is larger than the largest packet, or has over 127 users (which is seen \
               only in rooms for more: --room-size)",
        needs: Need::Nothing,
        play: long_list,
    },
];

/// Needs others who talk.
pub(crate) const fn slow_reader<T: Talk>() -> Check {
    Check {
        name: "slow-reader",
        does: "a member that does not read, in a room where 12 others talk",
        rule: "one slow client must not block its room (the last line of \"Where the original errs\")",
        hint: "never wait in a write to one client while others wait for you: keep what it does not take, or cut it off",
        needs: Need::Nothing,
        play: talks_on::<T>,
    }
}

fn room_full(stage: &Stage<'_>) -> Outcome {
    let room = stage.room()?;
    let mut members = Vec::new();
    for number in 0..stage.settings.room_size {
        let mut member = stage.user(&format!("m{number}"))?;
        member.enter(room)?;
        members.push(member);
    }
    let mut surplus = stage.user("last")?;
    surplus.exchange(&enter(room), &not_entered(ErrorCode::ENTER_ROOM_USER_FULL))?;
    if let Some(member) = members.last_mut() {
        member.settle()?;
        member.exchange(&enter(room), &not_entered(ErrorCode::ENTER_ROOM_ALREADY))?;
        member.send(&leave())?;
        member.settle()?;
    }
    surplus.enter(room).map(drop)
}

fn long_list(stage: &Stage<'_>) -> Outcome {
    let room = stage.room()?;
    let crowd = crowd(stage.settings.codec, stage.settings.max_packet);
    let crowd = crowd.min(stage.settings.room_size.saturating_sub(1));
    let mut members = Vec::new();
    for number in 0..crowd {
        let name = stage.name(&format!("m{number}"));
        members.push(stage.user_called(format!("{name:x<16}"))?);
    }
    for member in &mut members {
        member.enter(room)?;
    }
    let mut last = stage.user("last")?;
    last.send(&enter(room))?;
    let lists = all_lists(&mut last, stage.settings.max_packet)?;
    let listed: Vec<_> = lists
        .iter()
        .flat_map(|list| list[HEADER_SIZE + 1..].to_vec())
        .collect();
    let expected: Vec<_> = members
        .iter()
        .flat_map(|member| new_user(member.id, &member.name)[HEADER_SIZE..].to_vec())
        .collect();
    match listed == expected {
        true => last.hears_nothing_more(),
        false => Err(Failure::no_bytes(
            stage.notation(),
            &format!("all {crowd} members in the lists, each once, in ascending order"),
            &lists
                .iter()
                .flat_map(|list| list.wire.clone())
                .collect::<Vec<_>>(),
            None,
        )),
    }
}

/// The lists that come before ROOM_ENTER_RES.
fn all_lists(newcomer: &mut User<'_>, max_packet: usize) -> Outcome<Vec<Incoming>> {
    let mut lists = Vec::new();
    loop {
        let expected = "ROOM_USER_LIST_NTF (723) of legal size, then ROOM_ENTER_RES (722)";
        let packet = newcomer.next_packet(expected)?;
        match id_of(&packet) {
            PacketId::ROOM_ENTER_RES => return Ok(lists),
            PacketId::ROOM_USER_LIST_NTF
                if packet.wire.len() <= max_packet
                    && RoomUserListNtf::decode(&packet[HEADER_SIZE..]).is_ok() =>
            {
                lists.push(packet);
            }
            id if newcomer.is_for_newcomers(id) => {}
            _ => return Err(packet.is_no(expected)),
        }
    }
}

fn talks_on<T: Talk>(stage: &Stage<'_>) -> Outcome {
    let room = stage.room()?;
    let mut slow = stage.connect_with_little_room()?;
    slow.send(&[login(&stage.name("slow")), enter(room)].concat())?;
    slow.skip_to(PacketId::ROOM_ENTER_RES)?;
    let mut talkers = Vec::new();
    for number in 0..TALKERS {
        let mut talker = stage.user(&format!("t{number}"))?;
        talker.enter(room)?;
        talkers.push(talker);
    }
    let message = "x".repeat(126);
    for _ in 0..ROUNDS {
        for talker in &mut talkers {
            talker.send(&T::says(&message).repeat(IN_A_ROUND))?;
        }
        for talker in &mut talkers {
            talker.skip_many(TALKERS * IN_A_ROUND, T::HEARD)?;
        }
    }
    slow.close();
    any::is_served(stage)
}

#[cfg(test)]
mod tests {
    use protocol::message::{Encode, RoomUser};

    use super::*;

    #[test]
    fn the_crowd_fits_into_no_list() {
        for max_packet in [256, 1_024, 2_000, 4_096, 65_535] {
            for codec in [Codec::Binary, Codec::MsgPack, Codec::Protobuf] {
                let count = crowd(codec, max_packet);
                let user = |unique_id| RoomUser {
                    unique_id,
                    user_id: "alice-0123456789",
                };
                let users = (1..=count.min(MOST_LISTED) as u64).map(user).collect();
                let list = RoomUserListNtf { users }.encode_as(codec);
                let is_too_long = list.map_or(true, |list| list.as_bytes().len() > max_packet);
                assert!(
                    count > MOST_LISTED || is_too_long,
                    "{codec} {max_packet}: {count}"
                );
            }
        }
    }
}
