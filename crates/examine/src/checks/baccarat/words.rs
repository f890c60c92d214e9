//! The packets of a table for baccarat, both ways, as the checks write and expect them.

use protocol::message::baccarat::{
    BalanceReq, BalanceRes, CutReq, CutRes, GameBetNtf, GameBetReq, GameBetRes, GameResultNtf, GameStartNtf,
    GameStartReq, GameStartRes, PayoutNtf, ShoeRevealNtf, Side, StakeNtf, StakeReq, StakeRes, TableNtf,
};
use protocol::{ErrorCode, PacketError, PacketId};

use crate::checks::packets::bytes;
pub(super) use crate::checks::room_server::words::*;

/// What a server tells of a table.
pub(super) trait Told: Sized {
    const ID: PacketId;

    fn read(body: &[u8]) -> Result<Self, PacketError>;
}

macro_rules! told {
    ($($message:ident),*) => {$(
        impl Told for $message {
            const ID: PacketId = Self::ID;

            fn read(body: &[u8]) -> Result<Self, PacketError> {
                Self::decode(body)
            }
        }
    )*};
}

told!(
    BalanceRes,
    CutRes,
    GameBetRes,
    GameResultNtf,
    GameStartRes,
    PayoutNtf,
    ShoeRevealNtf,
    StakeRes,
    TableNtf
);

pub(super) fn start() -> Vec<u8> {
    bytes(GameStartReq {}.encode())
}

pub(super) fn started(result: ErrorCode) -> Vec<u8> {
    bytes(GameStartRes { result }.encode())
}

pub(super) fn starts() -> Vec<u8> {
    bytes(GameStartNtf {}.encode())
}

pub(super) fn bet(side: i8) -> Vec<u8> {
    bytes(GameBetReq { side: Side(side) }.encode())
}

pub(super) fn has_bet(result: ErrorCode) -> Vec<u8> {
    bytes(GameBetRes { result }.encode())
}

pub(super) fn bets(unique_id: u64, side: i8) -> Vec<u8> {
    let side = Side(side);
    bytes(GameBetNtf { unique_id, side }.encode())
}

pub(super) fn stake(round: u64, side: i8, amount: i64) -> Vec<u8> {
    let side = Side(side);
    bytes(StakeReq { round, side, amount }.encode())
}

pub(super) fn staked(balance: i64) -> Vec<u8> {
    let result = DONE;
    bytes(StakeRes { result, balance }.encode())
}

pub(super) fn stakes(unique_id: u64, side: i8, amount: i64) -> Vec<u8> {
    let side = Side(side);
    bytes(
        StakeNtf {
            unique_id,
            side,
            amount,
        }
        .encode(),
    )
}

pub(super) fn cut(position: i16) -> Vec<u8> {
    bytes(CutReq { position }.encode())
}

pub(super) fn has_cut(result: ErrorCode) -> Vec<u8> {
    bytes(CutRes { result }.encode())
}

pub(super) fn balance() -> Vec<u8> {
    bytes(BalanceReq {}.encode())
}
