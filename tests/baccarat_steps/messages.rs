//! The messages of a table as the description of the wire has them, put together and taken apart by hand.

use baccarat::{Hand, Round};

use crate::support::Client;
use crate::support::wire::packet;

/// Sides of bets and stakes.
pub(crate) const PLAYER: i8 = 1;
pub(crate) const BANKER: i8 = 2;
pub(crate) const TIE: i8 = 3;

/// Phases of a table.
pub(crate) const WAITING: i8 = 1;
pub(crate) const BETTING: i8 = 2;

fn coded(id: u16, result: i16) -> Vec<u8> {
    packet(id, 0, &result.to_le_bytes())
}

/// GAME_START_REQ (751).
pub(crate) fn start() -> Vec<u8> {
    packet(751, 0, b"")
}

/// GAME_START_RES (752): `result:i16`.
pub(crate) fn started(result: i16) -> Vec<u8> {
    coded(752, result)
}

/// GAME_START_NTF (753).
pub(crate) fn has_started() -> Vec<u8> {
    packet(753, 0, b"")
}

/// GAME_BET_REQ (761): `side:i8`.
pub(crate) fn bet(side: i8) -> Vec<u8> {
    packet(761, 0, &side.to_le_bytes())
}

/// GAME_BET_RES (762): `result:i16`.
pub(crate) fn bet_result(result: i16) -> Vec<u8> {
    coded(762, result)
}

/// GAME_BET_NTF (763): `unique_id:u64  side:i8`.
pub(crate) fn has_bet(unique_id: u64, side: i8) -> Vec<u8> {
    let body = [&unique_id.to_le_bytes()[..], &side.to_le_bytes()].concat();
    packet(763, 0, &body)
}

/// STAKE_REQ (802): `round:u64  side:i8  amount:i64`.
pub(crate) fn stake(round: u64, side: i8, chips: i64) -> Vec<u8> {
    let body = [
        &round.to_le_bytes()[..],
        &side.to_le_bytes(),
        &chips.to_le_bytes(),
    ]
    .concat();
    packet(802, 0, &body)
}

/// STAKE_RES (803): `result:i16  balance:i64`.
pub(crate) fn stake_result(result: i16, balance: i64) -> Vec<u8> {
    let body = [&result.to_le_bytes()[..], &balance.to_le_bytes()].concat();
    packet(803, 0, &body)
}

/// STAKE_NTF (804): `unique_id:u64  side:i8  amount:i64`.
pub(crate) fn has_staked(unique_id: u64, side: i8, chips: i64) -> Vec<u8> {
    let body = [
        &unique_id.to_le_bytes()[..],
        &side.to_le_bytes(),
        &chips.to_le_bytes(),
    ]
    .concat();
    packet(804, 0, &body)
}

/// PAYOUT_NTF (805): `round:u64  balance:i64  count:i8`, then of each side `side:i8  stake:i64  returned:i64`.
pub(crate) fn payout(round: u64, balance: i64, sides: &[(i8, i64, i64)]) -> Vec<u8> {
    let mut body = [round.to_le_bytes(), balance.to_le_bytes()].concat();
    body.push(u8::try_from(sides.len()).expect("five sides"));
    for (side, stake, returned) in sides {
        body.extend(side.to_le_bytes());
        body.extend([stake.to_le_bytes(), returned.to_le_bytes()].concat());
    }
    packet(805, 0, &body)
}

/// CUT_REQ (807): `position:i16`.
pub(crate) fn cut(position: i16) -> Vec<u8> {
    packet(807, 0, &position.to_le_bytes())
}

/// CUT_RES (808): `result:i16`.
pub(crate) fn cut_result(result: i16) -> Vec<u8> {
    coded(808, result)
}

/// BALANCE_REQ (811).
pub(crate) fn balance() -> Vec<u8> {
    packet(811, 0, b"")
}

/// BALANCE_RES (812): `balance:i64`.
pub(crate) fn balance_is(balance: i64) -> Vec<u8> {
    packet(812, 0, &balance.to_le_bytes())
}

/// The next packet, whatever it is.
#[track_caller]
pub(crate) fn receive_packet(client: &mut Client) -> Vec<u8> {
    let mut packet = vec![0; 5];
    client.receive_exactly(&mut packet);
    packet.resize(usize::from(u16::from_le_bytes([packet[0], packet[1]])), 0);
    client.receive_exactly(&mut packet[5..]);
    packet
}

/// The id of a packet, and its body.
pub(crate) fn split(packet: &[u8]) -> (u16, &[u8]) {
    (u16::from_le_bytes([packet[2], packet[3]]), &packet[5..])
}

/// The body of the next packet, which has this id.
#[track_caller]
pub(crate) fn receive(client: &mut Client, expected: u16) -> Vec<u8> {
    let packet = receive_packet(client);
    let (id, body) = split(&packet);
    assert_eq!(id, expected, "{packet:?}");
    body.to_vec()
}

/// Receives packets until this one has come, and none after it.
#[track_caller]
pub(crate) fn skip_to(client: &mut Client, packet: &[u8]) {
    while receive_packet(client) != packet {}
}

/// GAME_RESULT_NTF (764): `banker cards:[i8;3]  player cards:[i8;3]  player score:i8  banker score:i8  winner:i8`. What it
/// says follows from its cards, dealt by the rules.
#[track_caller]
pub(crate) fn result(client: &mut Client) -> Round {
    let body = receive(client, 764);
    let body: Vec<i8> = body.into_iter().map(|byte| byte as i8).collect();
    let hand = |at: usize| Hand::from_numbers([body[at], body[at + 1], body[at + 2]]).expect("cards");
    let (banker, player) = (hand(0), hand(3));
    let first = [player.first, banker.first, player.second, banker.second];
    let cards = first.into_iter().chain(player.third).chain(banker.third);
    let count = cards.clone().count();
    let round = Round::deal(&mut cards.into_iter()).expect("all cards of the round");
    assert_eq!(
        (round.player, round.banker, round.cards_used()),
        (player, banker, count)
    );
    let said = [
        player.score() as i8,
        banker.score() as i8,
        round.winner().number(),
    ];
    assert_eq!(body[6..], said);
    round
}

/// TABLE_NTF (801): `phase:i8  time_left:i32  round:u64  shoe:u64  cards_left:i16  commitment:[u8;32]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TableState {
    pub(crate) phase: i8,
    /// Milliseconds.
    pub(crate) time_left: i32,
    pub(crate) round: u64,
    pub(crate) shoe: u64,
    pub(crate) cards_left: i16,
    pub(crate) commitment: [u8; 32],
}

#[track_caller]
pub(crate) fn table(client: &mut Client) -> TableState {
    let body = receive(client, 801);
    assert_eq!(body.len(), 55);
    let u64_at = |at: usize| u64::from_le_bytes(body[at..at + 8].try_into().expect("8 bytes"));
    TableState {
        phase: body[0] as i8,
        time_left: i32::from_le_bytes(body[1..5].try_into().expect("4 bytes")),
        round: u64_at(5),
        shoe: u64_at(13),
        cards_left: i16::from_le_bytes([body[21], body[22]]),
        commitment: body[23..].try_into().expect("32 bytes"),
    }
}

/// A table on which bets or stakes are taken, in this round, for five seconds from now.
#[track_caller]
pub(crate) fn betting_begins(client: &mut Client, round: u64) -> TableState {
    let state = table(client);
    assert_eq!(
        (state.phase, state.time_left, state.round),
        (BETTING, 5_000, round)
    );
    state
}

/// A table whose round is over.
#[track_caller]
pub(crate) fn waits(client: &mut Client, round: u64) -> TableState {
    let state = table(client);
    assert_eq!((state.phase, state.time_left, state.round), (WAITING, 0, round));
    state
}
