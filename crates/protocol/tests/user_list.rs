//! A list of users that is too long for one packet.

use protocol::{
    PacketError,
    message::{RoomUser, RoomUserListNtf},
};

fn users(count: u64, user_id: &str) -> Vec<RoomUser<'_>> {
    (1..=count)
        .map(|unique_id| RoomUser { unique_id, user_id })
        .collect()
}

/// How many users stand in each packet. Whatever the cut, nobody is lost, added or moved.
fn split(users: &[RoomUser<'_>], max_packet: usize) -> Vec<usize> {
    let packets = RoomUserListNtf::split(users.iter().copied(), max_packet).expect("every user fits");
    let mut together = Vec::new();
    let mut counts = Vec::new();
    for packet in &packets {
        assert!(packet.as_bytes().len() <= max_packet);
        let list = RoomUserListNtf::decode(&packet.as_bytes()[5..]).expect("a user list");
        counts.push(list.users.len());
        together.extend(list.users);
    }
    assert_eq!(together, users);
    counts
}

#[test]
fn nobody_is_no_packet() {
    assert_eq!(split(&[], 1024), []);
}

#[test]
fn a_packet_counts_127_users_at_most() {
    assert_eq!(split(&users(1, "bob"), 65_535), [1]);
    assert_eq!(split(&users(127, "bob"), 65_535), [127]);
    assert_eq!(split(&users(128, "bob"), 65_535), [127, 1]);
    assert_eq!(split(&users(254, "bob"), 65_535), [127, 127]);
    assert_eq!(split(&users(300, "bob"), 65_535), [127, 127, 46]);
}

/// Header and count are 6 bytes, a user with a name of 3 bytes is 12 more.
#[test]
fn a_packet_is_filled_to_its_last_byte() {
    assert_eq!(split(&users(4, "bob"), 6 + 4 * 12), [4]);
    assert_eq!(split(&users(4, "bob"), 6 + 4 * 12 - 1), [3, 1]);
    assert_eq!(split(&users(5, "bob"), 6 + 4 * 12), [4, 1]);
    assert_eq!(split(&users(3, "bob"), 6 + 12), [1, 1, 1]);
}

/// 16 bytes are the longest name that can log in: 25 bytes a user.
#[test]
fn a_full_room_of_the_longest_names_fits_the_smallest_and_the_usual_packet() {
    let room = users(100, "sixteen bytes ok");
    assert_eq!(split(&room, 1024), [40, 40, 20]);
    assert_eq!(split(&room, 256), [vec![10; 10]].concat());
}

#[test]
fn names_of_many_lengths_share_a_packet() {
    let mut mixed = users(1, "sixteen bytes ok");
    mixed.extend(users(2, "a"));
    mixed.extend(users(1, "안녕"));
    assert_eq!(split(&mixed, 6 + 25 + 10 + 10), [3, 1]);
}

#[test]
fn one_user_over_the_limit_is_an_error() {
    let error = RoomUserListNtf::split(users(1, "bob"), 6 + 11).unwrap_err();
    assert_eq!(
        error,
        PacketError::TooLarge {
            total_size: 18,
            max: 17
        }
    );
    let name = "x".repeat(128);
    let error = RoomUserListNtf::split(users(1, &name), 1024).unwrap_err();
    assert_eq!(
        error,
        PacketError::TextTooLong {
            length: 128,
            max: 127
        }
    );
}

#[test]
fn a_list_over_127_users_is_not_encoded_as_one() {
    let too_many = RoomUserListNtf {
        users: users(128, "bob"),
    };
    let error = too_many.encode().unwrap_err();
    assert_eq!(
        error.to_string(),
        "list has 128 items, but its count holds at most 127"
    );
}
