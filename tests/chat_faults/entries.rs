//! A client that enters a full room again and again: a few bytes of requests are a long list each time.

use protocol::ErrorCode;
use protocol::message::Message;

use crate::support::messages::{enter, leave, log_in};
use crate::user::User;
use crate::{WORKERS, is_served, server};

const ROOM: i32 = 7;
const OTHERS: usize = 99;
/// Times that a client enters and leaves, all of it in one write.
const TIMES: usize = 40;

#[test]
fn whoever_reads_its_lists_is_not_cut_off() {
    for workers in WORKERS {
        // A list has more than 2,000 bytes.
        let limits = [
            "--outbox-limit",
            "16KiB",
            "--send-buffer",
            "8KiB",
            "--rate-limit",
            "0",
        ];
        let server = server(workers, &limits);
        let _others: Vec<_> = (0..OTHERS)
            .map(|number| {
                let mut other = User::log_in(&server, &format!("long name no. {number:02}"));
                other.enter(ROOM);
                other
            })
            .collect();
        let mut user = User::new(server.connect_with_little_room());
        let pairs = [enter(ROOM), leave()].concat().repeat(TIMES);
        user.client.send(&[log_in("in and out"), pairs].concat());
        let (mut listed, mut left) = (0, 0);
        user.receive(|message| {
            match message {
                Message::RoomUserListNtf(list) => listed += list.users.len(),
                Message::RoomLeaveRes(response) => {
                    assert_eq!(response.result, ErrorCode::NONE);
                    left += 1;
                }
                Message::LoginRes(_) | Message::RoomEnterRes(_) => {}
                other => panic!("{other:?}"),
            }
            (left == TIMES).then_some(())
        });
        assert_eq!(listed, TIMES * OTHERS);
        is_served(&mut user.client);
    }
}

#[test]
fn a_room_that_is_too_large_for_a_list_is_warned_of() {
    let server = server("1", &["--room-size", "20000"]);
    server.log().wait_for_line(
        "a room of 20000 members gets a list of up to 620000 bytes, which is over the outbox limit of 262144 bytes",
    );
}
