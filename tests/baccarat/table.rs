//! The packets of a table, as the description of the wire has them, put together by hand. That these are right is what
//! `baccarat/bytes` shows.

#![allow(dead_code, reason = "each file of tests uses its part")]

use crate::support::wire::packet;

pub(crate) const WAITING: u8 = 1;
pub(crate) const BETTING: u8 = 2;
pub(crate) const RESULT: u8 = 3;

pub(crate) const PLAYER: i8 = 1;
pub(crate) const BANKER: i8 = 2;
pub(crate) const TIE: i8 = 3;

/// GAME_START_REQ (751).
pub(crate) fn start() -> Vec<u8> {
    packet(751, 0, b"")
}

/// GAME_START_RES (752): `result:i16`.
pub(crate) fn started(result: i16) -> Vec<u8> {
    packet(752, 0, &result.to_le_bytes())
}

/// GAME_START_NTF (753).
pub(crate) fn starts() -> Vec<u8> {
    packet(753, 0, b"")
}

/// GAME_BET_REQ (761): `side:i8`.
pub(crate) fn bet(side: i8) -> Vec<u8> {
    packet(761, 0, &side.to_le_bytes())
}

/// GAME_BET_RES (762): `result:i16`.
pub(crate) fn has_bet(result: i16) -> Vec<u8> {
    packet(762, 0, &result.to_le_bytes())
}

/// GAME_BET_NTF (763): `unique_id:u64  side:i8`.
pub(crate) fn bets(unique_id: u64, side: i8) -> Vec<u8> {
    packet(
        763,
        0,
        &[&unique_id.to_le_bytes()[..], &side.to_le_bytes()].concat(),
    )
}

/// STAKE_REQ (802): `round:u64  side:i8  amount:i64`, in chips.
pub(crate) fn stake(round: u64, side: i8, amount: i64) -> Vec<u8> {
    let body = [
        &round.to_le_bytes()[..],
        &side.to_le_bytes(),
        &amount.to_le_bytes(),
    ];
    packet(802, 0, &body.concat())
}

/// STAKE_RES (803): `result:i16  balance:i64`, in hundredths of a chip.
pub(crate) fn staked(result: i16, balance: i64) -> Vec<u8> {
    packet(
        803,
        0,
        &[&result.to_le_bytes()[..], &balance.to_le_bytes()].concat(),
    )
}

/// STAKE_NTF (804): `unique_id:u64  side:i8  amount:i64`, in chips.
pub(crate) fn stakes(unique_id: u64, side: i8, amount: i64) -> Vec<u8> {
    let body = [
        &unique_id.to_le_bytes()[..],
        &side.to_le_bytes(),
        &amount.to_le_bytes(),
    ];
    packet(804, 0, &body.concat())
}

/// PAYOUT_NTF (805): `round:u64  balance:i64  count:i8`, then each `side:i8  stake:i64  returned:i64`.
pub(crate) fn paid(round: u64, balance: i64, sides: &[(i8, i64, i64)]) -> Vec<u8> {
    let mut body = [round.to_le_bytes(), balance.to_le_bytes()].concat();
    body.push(u8::try_from(sides.len()).expect("five sides"));
    for (side, stake, returned) in sides {
        body.extend(side.to_le_bytes());
        body.extend(stake.to_le_bytes());
        body.extend(returned.to_le_bytes());
    }
    packet(805, 0, &body)
}

/// HISTORY_NTF (806): `count:i16`, then a byte a round.
pub(crate) fn history(rounds: &[u8]) -> Vec<u8> {
    let count = i16::try_from(rounds.len()).expect("a shoe");
    packet(806, 0, &[&count.to_le_bytes()[..], rounds].concat())
}

/// CUT_REQ (807): `position:i16`.
pub(crate) fn cut(position: i16) -> Vec<u8> {
    packet(807, 0, &position.to_le_bytes())
}

/// CUT_RES (808): `result:i16`.
pub(crate) fn has_cut(result: i16) -> Vec<u8> {
    packet(808, 0, &result.to_le_bytes())
}

/// BALANCE_REQ (811).
pub(crate) fn balance() -> Vec<u8> {
    packet(811, 0, b"")
}

/// BALANCE_RES (812): `balance:i64`, in hundredths of a chip.
pub(crate) fn balance_is(balance: i64) -> Vec<u8> {
    packet(812, 0, &balance.to_le_bytes())
}

/// TABLE_NTF (801), taken apart: `phase:i8  time_left:i32  round:u64  shoe:u64  cards_left:i16  commitment:[u8;32]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) phase: u8,
    pub(crate) time_left: i32,
    pub(crate) round: u64,
    pub(crate) shoe: u64,
    pub(crate) cards_left: i16,
    pub(crate) commitment: [u8; 32],
}

impl Table {
    #[track_caller]
    pub(crate) fn read(packet: &[u8]) -> Self {
        let body = body_of(801, packet);
        assert_eq!(body.len(), 55, "{packet:?}");
        Self {
            phase: body[0],
            time_left: i32::from_le_bytes(part(body, 1)),
            round: u64::from_le_bytes(part(body, 5)),
            shoe: u64::from_le_bytes(part(body, 13)),
            cards_left: i16::from_le_bytes(part(body, 21)),
            commitment: part(body, 23),
        }
    }
}

/// GAME_RESULT_NTF (764), taken apart: `banker cards:[i8;3]  player cards:[i8;3]  player score:i8  banker score:i8
/// winner:i8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dealt {
    pub(crate) banker: [i8; 3],
    pub(crate) player: [i8; 3],
    pub(crate) player_score: i8,
    pub(crate) banker_score: i8,
    pub(crate) winner: i8,
}

impl Dealt {
    #[track_caller]
    pub(crate) fn read(packet: &[u8]) -> Self {
        Self::of_body(body_of(764, packet))
    }

    /// The same without the header.
    #[track_caller]
    pub(crate) fn of_body(body: &[u8]) -> Self {
        let body: Vec<i8> = body.iter().map(|byte| byte.cast_signed()).collect();
        assert_eq!(body.len(), 9, "{body:?}");
        Self {
            banker: part(&body, 0),
            player: part(&body, 3),
            player_score: body[6],
            banker_score: body[7],
            winner: body[8],
        }
    }

    /// How many cards were dealt: one that was not drawn is -1.
    pub(crate) fn cards(&self) -> i16 {
        let drawn = [self.player, self.banker].concat();
        i16::try_from(drawn.iter().filter(|card| **card >= 0).count()).expect("six cards")
    }

    /// What comes back from a stake of so many chips, in hundredths of a chip, the stake included.
    pub(crate) fn returned(&self, side: i8, chips: i64) -> i64 {
        let is_pair = |cards: [i8; 3]| cards[0] % 13 == cards[1] % 13;
        let per_chip = match (side, self.winner) {
            (PLAYER, PLAYER) => 200,
            (BANKER, BANKER) => 195,
            (TIE, TIE) => 900,
            (PLAYER | BANKER, TIE) => 100,
            (4, _) if is_pair(self.player) => 1_200,
            (5, _) if is_pair(self.banker) => 1_200,
            _ => 0,
        };
        per_chip * chips
    }

    /// The byte of this round in a HISTORY_NTF.
    pub(crate) fn in_history(&self) -> u8 {
        let bit = |side, bit: u8| if self.returned(side, 1) > 0 { bit } else { 0 };
        let third = |cards: [i8; 3]| cards[2] >= 0;
        let is_natural = !third(self.player)
            && !third(self.banker)
            && [self.player_score, self.banker_score]
                .iter()
                .any(|score| *score >= 8);
        let winner = u8::try_from(self.winner).expect("1 to 3");
        winner | bit(4, 4) | bit(5, 8) | u8::from(is_natural) << 4
    }
}

/// SHOE_REVEAL_NTF (809), taken apart: `shoe:u64  seed:[u8;32]  count:i8`, then each cut `position:i16`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Revealed {
    pub(crate) shoe: u64,
    pub(crate) seed: [u8; 32],
    pub(crate) cuts: Vec<u16>,
}

impl Revealed {
    #[track_caller]
    pub(crate) fn read(packet: &[u8]) -> Self {
        let body = body_of(809, packet);
        let cuts = body[41..].as_chunks::<2>().0;
        assert_eq!(body.len(), 41 + 2 * usize::from(body[40]), "{packet:?}");
        Self {
            shoe: u64::from_le_bytes(part(body, 0)),
            seed: part(body, 8),
            cuts: cuts.iter().map(|cut| u16::from_le_bytes(*cut)).collect(),
        }
    }
}

#[track_caller]
fn body_of(id: u16, packet: &[u8]) -> &[u8] {
    assert_eq!(packet[2..4], id.to_le_bytes(), "not a packet {id}: {packet:?}");
    &packet[5..]
}

fn part<T: Copy, const N: usize>(body: &[T], begin: usize) -> [T; N] {
    let part = body.get(begin..begin + N).and_then(|part| part.try_into().ok());
    part.expect("a body of this length")
}
