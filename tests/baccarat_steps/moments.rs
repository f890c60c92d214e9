//! The table of step 3 by itself, as a part of its program: the very moment at which betting ends. Nothing waits here, since
//! the time is an argument.

use super::{
    BET_TIME, Duration, GameBetReq, GameBetRes, Instant, PacketId, Phase, RoomEnterReq, Side, Table,
};
use protocol::{ErrorCode, HEADER_SIZE};

const MILLISECOND: Duration = Duration::from_millis(1);

/// A table with the members 1 and 2, and a round that begins now.
fn table(now: Instant) -> Table {
    let mut table = Table::default();
    for number in [1, 2] {
        let enter = RoomEnterReq { room: 0 }.encode().expect("a packet");
        table.packet(
            number,
            PacketId::ROOM_ENTER_REQ,
            &enter.as_bytes()[HEADER_SIZE..],
            now,
        );
    }
    start(&mut table, now);
    table
}

fn start(table: &mut Table, now: Instant) {
    table.packet(1, PacketId::GAME_START_REQ, &[], now);
    assert_eq!(table.description(now).phase, Phase::BETTING);
    table.outgoing.clear();
}

/// As the worker does it: the time first, and then the packet. Gives the ids of what is sent to the one who bets, and the
/// answer to the bet.
fn bet(table: &mut Table, number: u64, now: Instant) -> (Vec<PacketId>, ErrorCode) {
    let bet = GameBetReq { side: Side::PLAYER }.encode().expect("a packet");
    table.tick(now);
    table.packet(
        number,
        PacketId::GAME_BET_REQ,
        &bet.as_bytes()[HEADER_SIZE..],
        now,
    );
    let sent = table.outgoing.drain(..).filter(|(to, _)| *to == number);
    let sent: Vec<_> = sent
        .map(|(_, packet)| packet.expect("a packet").into_bytes())
        .collect();
    let id = |packet: &Vec<u8>| PacketId(u16::from_le_bytes([packet[2], packet[3]]));
    let reply = sent.iter().find(|packet| id(packet) == PacketId::GAME_BET_RES);
    let reply = GameBetRes::decode(&reply.expect("an answer")[HEADER_SIZE..]).expect("a result");
    (sent.iter().map(id).collect(), reply.result)
}

// ANCHOR: last
#[test]
fn the_last_millisecond_counts_and_the_next_does_not() {
    let begin = Instant::now();
    let (ids, result) = bet(&mut table(begin), 1, begin + BET_TIME - MILLISECOND);
    assert_eq!(result, ErrorCode::NONE);
    assert_eq!(ids, [PacketId::GAME_BET_RES, PacketId::GAME_BET_NTF]);

    let (ids, result) = bet(&mut table(begin), 1, begin + BET_TIME);
    assert_eq!(result, ErrorCode::GAME_BET_INVALID_ROOM_STATE);
    // The cards are on the table, and then comes the answer.
    assert_eq!(
        ids,
        [
            PacketId::GAME_RESULT_NTF,
            PacketId::TABLE_NTF,
            PacketId::GAME_BET_RES
        ]
    );
}
// ANCHOR_END: last

#[test]
fn a_round_that_ends_early_leaves_no_timer() {
    let begin = Instant::now();
    let mut table = table(begin);
    let second = |second| begin + Duration::from_secs(second);
    for number in [1, 2] {
        assert_eq!(bet(&mut table, number, second(2)).1, ErrorCode::NONE);
    }
    assert_eq!(table.time_left(second(2)), None);
    start(&mut table, second(3));
    table.tick(second(5));
    assert_eq!(table.time_left(second(5)), Some(Duration::from_secs(3)));
    assert_eq!(table.description(second(5)).time_left, 3_000);
    table.tick(second(8));
    assert_eq!((table.time_left(second(8)), table.round), (None, 2));
}

/// A worker that was busy for a minute.
#[test]
fn what_is_long_over_is_over_once() {
    let begin = Instant::now();
    let mut table = table(begin);
    let late = begin + Duration::from_secs(60);
    assert_eq!(table.time_left(late), Some(Duration::ZERO));
    table.tick(late);
    table.tick(late);
    let results = table.outgoing.iter().flat_map(|(_, packet)| packet);
    let ids = results.map(|packet| packet.as_bytes()[2]);
    let [result, ..] = PacketId::GAME_RESULT_NTF.0.to_le_bytes();
    assert_eq!(ids.filter(|id| *id == result).count(), 2, "one for each member");
}
