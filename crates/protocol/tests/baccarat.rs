//! The messages of baccarat: packets byte by byte, bodies that are refused, and what a trace shows.

use protocol::{
    Codec, ErrorCode, PacketError, PacketId,
    message::{
        Decode, Encode, ErrorNtf,
        baccarat::{
            GameBetNtf, GameBetReq, GameResultNtf, HistoryNtf, MESSAGES, Message, NO_CARD, Payout, PayoutNtf,
            Phase, ShoeRevealNtf, Side, StakeReq, StakeRes, TableNtf, Winner,
        },
    },
    trace,
};

fn numbers() -> [u8; 32] {
    std::array::from_fn(|place| place as u8)
}

#[test]
fn a_round_byte_by_byte() {
    let bet = GameBetReq { side: Side::BANKER };
    assert_eq!(bet.encode().unwrap().as_bytes(), [6, 0, 0xf9, 2, 0, 2]);
    let told = GameBetNtf {
        unique_id: 3,
        side: Side::BANKER,
    };
    assert_eq!(
        told.encode().unwrap().as_bytes(),
        [14, 0, 0xfb, 2, 0, 3, 0, 0, 0, 0, 0, 0, 0, 2]
    );
    let result = GameResultNtf {
        banker_cards: [47, 29, 20],
        player_cards: [35, 16, NO_CARD],
        player_score: 4,
        banker_score: 5,
        winner: Winner::BANKER,
    };
    assert_eq!(
        result.encode().unwrap().as_bytes(),
        [14, 0, 0xfc, 2, 0, 47, 29, 20, 35, 16, 0xff, 4, 5, 2]
    );
    let stake = StakeReq {
        round: 7,
        side: Side::TIE,
        amount: 500,
    };
    assert_eq!(
        stake.encode().unwrap().as_bytes(),
        [
            22, 0, 0x22, 3, 0, 7, 0, 0, 0, 0, 0, 0, 0, 3, 0xf4, 1, 0, 0, 0, 0, 0, 0
        ]
    );
    let payout = PayoutNtf {
        round: 7,
        balance: 1_000_000,
        payouts: vec![Payout {
            side: Side::TIE,
            stake: 1,
            returned: 900,
        }],
    };
    assert_eq!(
        payout.encode().unwrap().as_bytes(),
        [
            39, 0, 0x25, 3, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x42, 0x0f, 0, 0, 0, 0, 0, 1, 3, 1, 0, 0, 0, 0,
            0, 0, 0, 0x84, 3, 0, 0, 0, 0, 0, 0
        ]
    );
}

#[test]
fn a_table_byte_by_byte() {
    let table = TableNtf {
        phase: Phase::BETTING,
        time_left: 5000,
        round: 1,
        shoe: 2,
        cards_left: 405,
        commitment: numbers(),
    };
    let packet = table.encode().unwrap();
    let (start, commitment) = packet.as_bytes().split_at(28);
    assert_eq!(
        start,
        [
            60, 0, 0x21, 3, 0, 2, 0x88, 0x13, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0x95, 1
        ]
    );
    assert_eq!(commitment, numbers());
    let reveal = ShoeRevealNtf {
        shoe: 2,
        seed: numbers(),
        cuts: vec![200, 17],
    };
    let packet = reveal.encode().unwrap();
    assert_eq!(
        &packet.as_bytes()[..13],
        [50, 0, 0x29, 3, 0, 2, 0, 0, 0, 0, 0, 0, 0]
    );
    assert_eq!(&packet.as_bytes()[45..], [2, 200, 0, 17, 0]);
    let history = HistoryNtf { rounds: &[1, 0x15] };
    assert_eq!(
        history.encode().unwrap().as_bytes(),
        [9, 0, 0x26, 3, 0, 2, 0, 1, 0x15]
    );
}

/// Which side there is, and how much may be on it, a server says; the message is one.
#[test]
fn any_side_and_any_amount_can_be_asked_for() {
    for codec in Codec::ALL {
        for (side, amount) in [(Side(0), 0), (Side(-1), i64::MIN), (Side(127), i64::MAX)] {
            let stake = StakeReq {
                round: 0,
                side,
                amount,
            };
            let packet = stake.encode_as(codec).unwrap();
            let scratch = &mut Vec::new();
            assert_eq!(
                StakeReq::decode_as(codec, &packet.as_bytes()[5..], scratch),
                Ok(stake)
            );
        }
    }
}

#[test]
fn a_message_of_baccarat_is_none_of_the_chat() {
    for id in Message::IDS {
        assert_eq!(protocol::message::Message::decode(*id, &[]), Ok(None), "{id}");
    }
    let ids: Vec<_> = MESSAGES.ids().collect();
    assert_eq!(ids, Message::IDS);
    for id in ids {
        assert_eq!(id.name(), MESSAGES.name(id));
    }
    assert_eq!(MESSAGES.describe(PacketId::ROOM_CHAT_REQ, &[]), None);
}

fn error(codec: Codec, id: PacketId, body: &[u8]) -> String {
    Message::decode_as(codec, id, body, &mut Vec::new())
        .expect_err("not a message")
        .to_string()
}

#[test]
fn a_binary_body_that_does_not_fit_says_why() {
    let error = |id, body: &[u8]| error(Codec::Binary, id, body);
    assert_eq!(
        error(PacketId::GAME_BET_REQ, &[]),
        "field at byte 0 needs 1 bytes, but 0 are left"
    );
    assert_eq!(
        error(PacketId::HISTORY_NTF, &[0xff, 0xff]),
        "length field at byte 0 is -1, but a length cannot be negative"
    );
    assert_eq!(
        error(PacketId::HISTORY_NTF, &[3, 0, 1]),
        "field at byte 2 needs 3 bytes, but 1 are left"
    );
    let mut payouts = [0; 17];
    payouts[16] = 0x80;
    assert_eq!(
        error(PacketId::PAYOUT_NTF, &payouts),
        "length field at byte 16 is -128, but a length cannot be negative"
    );
    payouts[16] = 127;
    assert_eq!(
        error(PacketId::PAYOUT_NTF, &payouts),
        "field at byte 17 needs 1 bytes, but 0 are left"
    );
    assert_eq!(
        error(PacketId::TABLE_NTF, &[0; 54]),
        "field at byte 23 needs 32 bytes, but 31 are left"
    );
}

#[test]
fn lists_of_another_length_are_refused_in_msgpack_and_protobuf() {
    let msgpack = |id, body: &[u8]| error(Codec::MsgPack, id, body);
    assert_eq!(
        msgpack(
            PacketId::GAME_RESULT_NTF,
            b"\x85\xabBankerCards\x92\0\0\xabPlayerCards\x93\0\0\0\xabPlayerScore\0\xabBankerScore\0\xa6Winner\x03"
        ),
        "list should have 3 items, but has 2"
    );
    assert_eq!(
        msgpack(
            PacketId::PAYOUT_NTF,
            b"\x85\xa5Round\x07\xa7Balance\0\xa4Side\x91\x01\xa5Stake\x92\x01\x01\xa8Returned\x91\0"
        ),
        "list should have 1 items, but has 2"
    );
    assert_eq!(
        msgpack(
            PacketId::SHOE_REVEAL_NTF,
            b"\x83\xa4Shoe\x01\xa4Seed\xc4\x02\0\0\xa4Cuts\x90"
        ),
        "field Seed has 2 bytes, not 32"
    );
    assert_eq!(
        msgpack(PacketId::HISTORY_NTF, b"\x81\xa6Rounds\xa2\x01\x01"),
        "field Rounds at byte 8 is a text, not bin"
    );
    assert_eq!(
        msgpack(PacketId::CUT_REQ, b"\x81\xa8Position\xcd\x80\0"),
        "number 32768 is out of the range of field Position"
    );
    let protobuf = |id, body: &[u8]| error(Codec::Protobuf, id, body);
    assert_eq!(
        protobuf(PacketId::GAME_RESULT_NTF, b"\x0a\x04\0\0\0\0"),
        "list should have 3 items, but has 4"
    );
    assert_eq!(
        protobuf(PacketId::TABLE_NTF, b"\x08\x01"),
        "field commitment has 0 bytes, not 32"
    );
    assert_eq!(
        protobuf(PacketId::GAME_BET_REQ, b"\x08\x80\x01"),
        "number 128 is out of the range of field side"
    );
    assert_eq!(
        protobuf(PacketId::STAKE_RES, b"\x10\x07"),
        "field result is missing"
    );
}

/// What cannot be counted in the binary codec goes through none of them.
#[test]
fn a_list_is_as_long_as_its_count_can_say() {
    let rounds = vec![1; 32_768];
    let payout = Payout {
        side: Side::PLAYER,
        stake: 1,
        returned: 0,
    };
    for codec in Codec::ALL {
        let too_many = |count, max| Err(PacketError::TooMany { count, max });
        let history = HistoryNtf { rounds: &rounds };
        assert_eq!(history.encode_as(codec), too_many(32_768, 32_767), "{codec}");
        assert!(HistoryNtf { rounds: &rounds[1..] }.encode_as(codec).is_ok());
        let reveal = ShoeRevealNtf {
            shoe: 1,
            seed: numbers(),
            cuts: vec![1; 128],
        };
        assert_eq!(reveal.encode_as(codec), too_many(128, 127), "{codec}");
        let paid = PayoutNtf {
            round: 1,
            balance: 0,
            payouts: vec![payout; 128],
        };
        assert_eq!(paid.encode_as(codec), too_many(128, 127), "{codec}");
    }
    let cuts = [
        b"\x83\xa4Shoe\x01\xa4Seed\xc4\x20",
        &[0; 32][..],
        b"\xa4Cuts\xdc\0\x80",
        &[1; 128],
    ]
    .concat();
    assert_eq!(
        error(Codec::MsgPack, PacketId::SHOE_REVEAL_NTF, &cuts),
        "list has 128 items, but its count holds at most 127"
    );
}

#[test]
fn a_trace_shows_the_fields_in_every_codec() {
    let seed: String = numbers().iter().map(|byte| format!("{byte:02x}")).collect();
    let messages = [
        (
            Message::StakeRes(StakeRes {
                result: ErrorCode::INSUFFICIENT_FUNDS,
                balance: 950,
            }),
            "STAKE_RES result=INSUFFICIENT_FUNDS (186) balance=950".to_owned(),
        ),
        (
            Message::GameResultNtf(GameResultNtf {
                banker_cards: [47, 29, 20],
                player_cards: [35, 16, NO_CARD],
                player_score: 4,
                banker_score: 5,
                winner: Winner::BANKER,
            }),
            "GAME_RESULT_NTF banker_cards=[47,29,20] player_cards=[35,16,-1] player_score=4 banker_score=5 \
             winner=BANKER (2)"
                .to_owned(),
        ),
        (
            Message::PayoutNtf(PayoutNtf {
                round: 7,
                balance: 900,
                payouts: vec![Payout {
                    side: Side::TIE,
                    stake: 1,
                    returned: 900,
                }],
            }),
            "PAYOUT_NTF round=7 balance=900 count=1 side=TIE (3) stake=1 returned=900".to_owned(),
        ),
        (
            Message::HistoryNtf(HistoryNtf { rounds: &[1, 0x15] }),
            "HISTORY_NTF count=2 rounds=0115".to_owned(),
        ),
        (
            Message::ShoeRevealNtf(ShoeRevealNtf {
                shoe: 2,
                seed: numbers(),
                cuts: vec![200, 17],
            }),
            format!("SHOE_REVEAL_NTF shoe=2 seed={seed} count=2 cuts=[200,17]"),
        ),
    ];
    for codec in Codec::ALL {
        let reading = trace::Reading {
            own: Some(&MESSAGES),
            ..codec.into()
        };
        for (message, expected) in &messages {
            let line = trace::line(reading, message.encode_as(codec).unwrap().as_bytes());
            let form = format!(" [{codec}]");
            assert_eq!(line.strip_suffix(&form).unwrap_or(&line), expected, "{codec}");
        }
        let broken = trace::line(reading, &[6, 0, 0x2c, 3, 0, 0xff]);
        assert!(
            broken.starts_with("BALANCE_RES ") && broken.contains("(body: "),
            "{broken}"
        );
    }
}

/// They have names of their own, as every other error.
#[test]
fn the_errors_of_baccarat_have_names() {
    for (number, name) in [
        (171, "GAME_START_INVALID_ROOM_STATE"),
        (172, "GAME_START_NOT_ENOUGH_MEMBERS"),
        (173, "GAME_START_NOT_MASTER"),
        (181, "GAME_BET_FAIL_PACKET"),
        (182, "GAME_BET_INVALID_ROOM_STATE"),
        (183, "GAME_BET_INVALID_SIDE"),
        (184, "GAME_BET_SAME_SIDE"),
        (185, "BET_LIMIT"),
        (186, "INSUFFICIENT_FUNDS"),
        (187, "BET_WRONG_ROUND"),
    ] {
        let error = ErrorCode(number);
        assert_eq!(error.name(), Some(name));
        for codec in Codec::ALL {
            let packet = ErrorNtf::bytes(codec, error);
            assert_eq!(
                ErrorNtf::decode_as(codec, &packet[5..], &mut Vec::new()),
                Ok(ErrorNtf { error })
            );
        }
    }
}
