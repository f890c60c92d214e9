//! The table of the messages of baccarat: what stands in the body of each packet, in the order of the wire.
//!
//! It is read like the table of the chat's messages, see `message/table.rs`. The bodies of 751 to 764 are those of the
//! classic codelab.

use super::{
    Phase, Side, Winner,
    bytes::BytesI16,
    numbers::Cuts,
    payouts::{Payout, Payouts},
};
use crate::{
    Codec, ErrorCode, Packet, PacketBuilder, PacketError, PacketId, PacketReader,
    message::{
        codecs::{Decode, Encode},
        definition::{codecs, kind, messages},
        kind::Kind,
        msgpack::{Map, MapWriter, MsgPackKind},
        own::{Row, Table},
        protobuf::{self, ProtobufKind, proto::baccarat as proto},
    },
};

messages! {
    /// `GAME_START_REQ` (751): starts a round; only the table's master can.
    GAME_START_REQ => GameStartReq {}

    /// `GAME_START_RES` (752): whether the round has started.
    GAME_START_RES => GameStartRes {
        /// `NONE`, or why not.
        result: ErrorCode = "Result",
    }

    /// `GAME_START_NTF` (753): a round has started.
    GAME_START_NTF => GameStartNtf {}

    /// `GAME_BET_REQ` (761): a unit on player or banker.
    GAME_BET_REQ => GameBetReq {
        /// What it is on: player or banker.
        side: Side = "Side",
    }

    /// `GAME_BET_RES` (762): whether the bet counts.
    GAME_BET_RES => GameBetRes {
        /// `NONE`, or why not.
        result: ErrorCode = "Result",
    }

    /// `GAME_BET_NTF` (763): who has bet on what.
    GAME_BET_NTF => GameBetNtf {
        /// Who has bet.
        unique_id: u64 = "UserUniqueId",
        /// On what.
        side: Side = "Side",
    }

    /// `GAME_RESULT_NTF` (764): how a round has ended. A card is 0 to 51, its rank is `card % 13` with 0 as the ace;
    /// one that was not drawn is [`NO_CARD`](super::NO_CARD).
    GAME_RESULT_NTF => GameResultNtf {
        /// The banker's cards, in the order in which they were drawn.
        banker_cards: [i8; 3] = "BankerCards",
        /// The player's cards.
        player_cards: [i8; 3] = "PlayerCards",
        /// The player's score, 0 to 9.
        player_score: i8 = "PlayerScore",
        /// The banker's score, 0 to 9.
        banker_score: i8 = "BankerScore",
        /// Who has won.
        winner: Winner = "Winner",
    }

    /// `TABLE_NTF` (801): how the table stands. It comes at every change of phase, before any other packet of that
    /// phase, and to a newcomer.
    TABLE_NTF => TableNtf {
        /// What can be done now.
        phase: Phase = "Phase",
        /// Until the phase ends, in milliseconds; 0 where it does not end by time.
        time_left: i32 = "TimeLeft",
        /// The number of the round, or of the last one.
        round: u64 = "Round",
        /// The number of the shoe.
        shoe: u64 = "Shoe",
        /// How many cards are left in it.
        cards_left: i16 = "CardsLeft",
        /// SHA-256 of "baccarat shoe 1" and the seed of this shoe.
        commitment: [u8; 32] = "Commitment",
    }

    /// `STAKE_REQ` (802): chips on one side, added to what is there.
    STAKE_REQ => StakeReq {
        /// The round that they are for.
        round: u64 = "Round",
        /// What they are on.
        side: Side = "Side",
        /// How many, in whole chips.
        amount: i64 = "Amount",
    }

    /// `STAKE_RES` (803): whether the stake counts.
    STAKE_RES => StakeRes {
        /// `NONE`, or why not.
        result: ErrorCode = "Result",
        /// What is left in the account, in hundredths of a chip.
        balance: i64 = "Balance",
    }

    /// `STAKE_NTF` (804): what a member has on one side now.
    STAKE_NTF => StakeNtf {
        /// Whose stake it is.
        unique_id: u64 = "UserUniqueId",
        /// What it is on.
        side: Side = "Side",
        /// All of it, in whole chips.
        amount: i64 = "Amount",
    }

    /// `PAYOUT_NTF` (805): what a round returns to one member.
    PAYOUT_NTF => PayoutNtf {
        /// The round that has ended.
        round: u64 = "Round",
        /// What is in the account now, in hundredths of a chip.
        balance: i64 = "Balance",
        /// What became of each stake; 127 at most.
        payouts: Vec<Payout> as Payouts,
    }

    /// `HISTORY_NTF` (806): the rounds of this shoe, oldest first.
    HISTORY_NTF => HistoryNtf<'a> {
        /// A byte a round: bits 0 and 1 are the winner, bit 2 says player pair, bit 3 banker pair, bit 4 that 8 or 9
        /// in two cards has ended the round.
        rounds: &'a [u8] as BytesI16 = "Rounds",
    }

    /// `CUT_REQ` (807): cuts the shoe before its first round.
    CUT_REQ => CutReq {
        /// So many cards go from the top to the end.
        position: i16 = "Position",
    }

    /// `CUT_RES` (808): whether the shoe is cut.
    CUT_RES => CutRes {
        /// `NONE`, or why not.
        result: ErrorCode = "Result",
    }

    /// `SHOE_REVEAL_NTF` (809): a shoe that is over, so that everybody can deal it again.
    SHOE_REVEAL_NTF => ShoeRevealNtf {
        /// The number of the shoe.
        shoe: u64 = "Shoe",
        /// What its cards were made of, and what the commitment was made of.
        seed: [u8; 32] = "Seed",
        /// The positions of all cuts, in order; 127 at most.
        cuts: Vec<i16> as Cuts = "Cuts",
    }

    /// `BALANCE_REQ` (811): how much is in my account?
    BALANCE_REQ => BalanceReq {}

    /// `BALANCE_RES` (812): so much.
    BALANCE_RES => BalanceRes {
        /// In hundredths of a chip.
        balance: i64 = "Balance",
    }
}
