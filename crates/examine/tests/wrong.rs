//! Tests the checks: servers that are right pass all of them, and each mistake fails the checks that are declared for
//! it, and no others.

#[path = "wrong/mod.rs"]
mod wrong;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use examine::{Check, Kind, Server, Service, Settings, Verdict, examine, kinds};
use protocol::Codec;
use wrong::{calc, chat, chat_codecs, lines, packets, tables, time};

/// How many servers are examined at the same time, since a wrong server mostly makes its check wait.
const AT_ONCE: usize = 10;

/// How long to wait for what must come: the machine may be busy.
const PATIENT: Duration = Duration::from_secs(20);

/// How long to wait in a check that must fail, mostly in vain.
const IN_VAIN: Duration = Duration::from_secs(1);

/// How often a mistake may go unnoticed by a check that must find it: some mistakes are races between two threads of
/// the server, and a race is not lost each time.
const TRIES: u32 = 10;

/// In front of a list: all but these.
const ALL_BUT: &str = "all but";

/// What is examined: servers of one kind, with these of their checks.
struct Subject {
    kind: &'static Kind,
    service: Service,
    codec: Codec,
    checks: Vec<Check>,
}

impl Subject {
    fn all_of(kind: &'static Kind) -> Self {
        Self {
            kind,
            service: Service::Daytime,
            codec: Codec::Binary,
            checks: kind.checks(Codec::Binary),
        }
    }
}

/// Which of these checks the server fails.
fn failed(
    subject: &Subject,
    address: SocketAddr,
    checks: &[Check],
    patience: Duration,
) -> BTreeSet<&'static str> {
    let settings = Settings {
        service: subject.service,
        codec: subject.codec,
        patience,
        total: Duration::from_secs(300),
        room_size: chat::ROOM_SIZE,
        table: tables::SETTINGS,
        ..Settings::default()
    };
    let findings = examine(
        subject.kind,
        &mut Server::running(address),
        &settings,
        checks,
        |_| Ok(()),
    );
    let findings = findings.expect("nothing is started");
    let failed = findings
        .iter()
        .filter(|one| matches!(one.verdict, Verdict::Failed { .. }));
    failed.map(|one| one.check.name).collect()
}

/// Each mistake fails the checks that are declared for it, and no others.
#[track_caller]
fn verify<M: Debug + Copy + Sync>(
    kind: &'static Kind,
    start: fn(Option<M>) -> SocketAddr,
    declared: &[(M, &[&'static str])],
) {
    verify_subject(&Subject::all_of(kind), start, declared);
}

/// The same for one service of several, or one codec.
#[track_caller]
fn verify_subject<M: Debug + Copy + Sync>(
    subject: &Subject,
    start: fn(Option<M>) -> SocketAddr,
    declared: &[(M, &[&'static str])],
) {
    let checks = &subject.checks;
    assert_eq!(
        failed(subject, start(None), checks, PATIENT),
        BTreeSet::new(),
        "the right server"
    );
    let surprises = all_at_once(declared, |(mistake, declared)| {
        let declared = names(checks, declared);
        let (mut must_fail, must_pass): (Vec<Check>, Vec<Check>) =
            checks.iter().partition(|check| declared.contains(check.name));
        let mut found = BTreeSet::new();
        for _ in 0..TRIES {
            must_fail.retain(|check| !found.contains(check.name));
            if must_fail.is_empty() {
                break;
            }
            found.extend(failed(subject, start(Some(*mistake)), &must_fail, IN_VAIN));
        }
        found.extend(failed(subject, start(Some(*mistake)), &must_pass, PATIENT));
        (found != declared).then(|| format!("{mistake:?}: found {found:?}, declared {declared:?}"))
    });
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}

/// Looks at all of them, several at the same time.
fn all_at_once<T: Sync>(items: &[T], look: impl Fn(&T) -> Option<String> + Sync) -> Vec<String> {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let work = || {
            let items = std::iter::from_fn(|| items.get(next.fetch_add(1, Ordering::Relaxed)));
            items.filter_map(&look).collect::<Vec<_>>()
        };
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        let found = threads.into_iter().map(|thread| thread.join().expect("no panic"));
        found.flatten().collect()
    })
}

fn names(checks: &[Check], declared: &[&'static str]) -> BTreeSet<&'static str> {
    match declared.split_first() {
        Some((&ALL_BUT, passed)) => {
            let names = checks.iter().map(|check| check.name);
            names.filter(|name| !passed.contains(name)).collect()
        }
        _ => declared.iter().copied().collect(),
    }
}

// ANCHOR: lines
#[test]
fn mistakes_in_an_echo_of_lines() {
    use lines::Mistake::*;
    verify(
        &kinds::ECHO_LINE,
        lines::start,
        &[
            (
                OnlyOneLine,
                &[
                    "lines",
                    "blanks",
                    "merged",
                    "split",
                    "cut-second",
                    "half-close",
                    "two-clients",
                ],
            ),
            (OnlyTheFirstLineOfARead, &["merged", "cut-second", "half-close"]),
            (OneReadIsOneLine, &["split", "cut-second", "byte-by-byte"]),
            (ForgetsTheRestOfARead, &["cut-second"]),
            (EndsAtAFailedWrite, &["unread", "slow-reader"]),
            (ClosesTheWrongClient, &["two-clients"]),
            (IgnoresHalfClose, &["half-close"]),
            (DropsTheLastReply, &["half-close"]),
            (DecodesText, &["any-bytes"]),
            (TrimsBothEnds, &["blanks"]),
            (TrimsTheEnd, &["blanks"]),
            (TrimsCarriageReturns, &["blanks"]),
            (FixedBuffer, &["long-line"]),
            (LargeBuffer, &["long-line"]),
            (WritesOnce, &["long-line"]),
            (EmptyLineIsTheEnd, &["empty-line"]),
            (OneClientAtATime, &["two-clients", "silence", "slow-reader"]),
            (EndsWithTheFirstClient, &[ALL_BUT, "line"]),
        ],
    );
}
// ANCHOR_END: lines

#[test]
fn mistakes_in_an_echo_of_packets() {
    use packets::Mistake::*;
    verify(
        &kinds::ECHO_PACKETS,
        packets::start,
        &[
            (ClosesOnASplitHeader, &["split", "byte-by-byte"]),
            (LoopsOnSizeZero, &["size-0", "others-stay"]),
            (OnlyTheFirstPacketOfARead, &["merged", "half-close"]),
            (AnswersOutOfOrder, &["merged", "half-close"]),
            (NoMaximum, &["size-over-maximum", "size-negative"]),
            (MaximumIsTooLarge, &["largest"]),
            (BigEndianSize, &[ALL_BUT]),
            (ForgetsPacketType, &["any-type"]),
            (KnowsOnlyEcho, &["any-id"]),
            (WaitsForABody, &["empty-body"]),
            (AnswersHalfAPacket, &["end-inside"]),
            (IgnoresHalfClose, &["half-close", "end-inside"]),
            (ClosesAllAtAnError, &["others-stay"]),
            (
                ClosesBeforeItAnswers,
                &["size-0", "size-1", "size-4", "size-over-maximum", "size-negative"],
            ),
        ],
    );
}

#[test]
fn mistakes_in_a_calculator() {
    use calc::Mistake::*;
    verify(
        &kinds::CALC,
        calc::start,
        &[
            (BigEndian, &[ALL_BUT]),
            (BigEndianResult, &[ALL_BUT]),
            (NumbersHaveNoSign, &["division"]),
            (
                SwapsLeftAndRight,
                &["operators", "wrap", "division", "division-by-zero"],
            ),
            (Saturates, &["wrap"]),
            (FloatingPoint, &["wrap"]),
            (RoundsDown, &["division"]),
            (MinusOneForUnknown, &["unknown-operator"]),
            (ZeroForDivisionByZero, &["division-by-zero"]),
            (ZeroForRemainderByZero, &["division-by-zero"]),
            (TrustsTheLength, &["length-10", "length-265", "length-huge"]),
            (LengthInOneByte, &["length-265"]),
            (LengthHasNoSign, &["length-negative"]),
            (OneReadIsOneRequest, &["split", "cut-second", "byte-by-byte"]),
            (ForgetsTheRestOfARead, &["cut-second"]),
            (AnswersOutOfOrder, &["merged", "half-close"]),
            (
                LosesRepliesAtAnError,
                &[
                    "length-0",
                    "length-8",
                    "length-10",
                    "length-265",
                    "length-negative",
                    "length-huge",
                    "unknown-operator",
                    "division-by-zero",
                ],
            ),
            (ClosesAllAtAnError, &["others-stay"]),
            (IgnoresHalfClose, &["half-close", "end-inside"]),
            (
                OnlyOneRequest,
                &["requests", "split", "cut-second", "two-clients", "others-stay"],
            ),
        ],
    );
}

/// What the failure of a check of this server looks like.
#[track_caller]
fn remark(kind: &Kind, bare: bool, check: &str, address: SocketAddr) -> String {
    let settings = Settings {
        patience: IN_VAIN,
        bare,
        ..Settings::default()
    };
    let mut checks = kind.checks(Codec::Binary);
    checks.retain(|one| one.name == check);
    let findings = examine(
        kind,
        &mut Server::running(address),
        &settings,
        &checks,
        |_| Ok(()),
    );
    match &findings.expect("nothing is started")[0].verdict {
        Verdict::Failed { failure, .. } => failure.remark.clone().unwrap_or_default(),
        other => panic!("{other:?}"),
    }
}

/// Requests that cannot be read have no reply, or another one each time; so the examiner asks once more.
#[test]
fn a_wrong_order_of_bytes_is_named() {
    let echo_of_size_be = packets::start(Some(packets::Mistake::BigEndianSize));
    let servers = [
        (
            &kinds::CALC,
            false,
            "calculation",
            calc::start(Some(calc::Mistake::BigEndian)),
        ),
        (
            &kinds::CALC,
            false,
            "calculation",
            calc::start(Some(calc::Mistake::BigEndianResult)),
        ),
        (
            &kinds::CALC,
            true,
            "operators",
            wrong::start_bare_calculator_of_big_endians(),
        ),
        (&kinds::ECHO_PACKETS, false, "echo", echo_of_size_be),
        (
            &kinds::ECHO_PACKETS,
            false,
            "echo",
            wrong::start_packets_of_big_endians(|packet| packet),
        ),
        (
            &kinds::CHAT,
            false,
            "login",
            wrong::start_packets_of_big_endians(|_| vec![0, 7, 2, 0xbe, 0, 0, 1]),
        ),
    ];
    for (kind, bare, check, address) in servers {
        let remark = remark(kind, bare, check, address);
        assert!(
            remark.contains("the wrong order of the bytes"),
            "{kind:?} {bare}: {remark}"
        );
    }
    let closes = wrong::serve(|_| Ok(()));
    for (kind, check) in [(&kinds::CALC, "calculation"), (&kinds::CHAT, "login")] {
        assert_eq!(remark(kind, false, check, closes), "");
    }
}

/// The same mistakes as in a chat are found by those checks that a chat has in common with all games.
#[test]
fn mistakes_in_any_room_server() {
    use chat::Mistake::*;
    verify(
        &kinds::ROOM_SERVER,
        chat::start,
        &[
            (
                AcceptsDuplicateLogins,
                &["duplicate-name", "racing-names", "name-kept"],
            ),
            (ListWithTheNewcomer, &["enter-order", "user-list", "long-list"]),
            (NoLastRoom, &["room-number"]),
        ],
    );
}

#[test]
fn mistakes_in_a_chat() {
    use chat::Mistake::*;
    verify(
        &kinds::CHAT,
        chat::start,
        &[
            (ClosesOnASplitHeader, &["split", "byte-by-byte"]),
            (NoMaximum, &["size-over-maximum", "size-negative"]),
            (WritesWhileOthersWait, &["slow-reader"]),
            (PingWithoutItsNumber, &["ping"]),
            (LoginNotAskedFor, &["before-login"]),
            (ClosesAtAnUnknownId, &["unknown-id"]),
            (IgnoresPacketType, &["packet-type", "bomb"]),
            (DecompressesAnyEcho, &["bomb"]),
            (
                CompressesForEverybody,
                &["chat-lengths", "largest", "long-list", "relay-largest"],
            ),
            (ForgivesALongLogin, &["too-long"]),
            (
                AcceptsDuplicateLogins,
                &["duplicate-name", "racing-names", "name-kept"],
            ),
            (LoginInTwoSteps, &["racing-names"]),
            (SecondLoginOfAConnection, &["login-twice"]),
            (FreesTheNameAtTheLosersEnd, &["name-kept"]),
            (NeverFreesAName, &["name-freed"]),
            (KeepsTheNameAtAProtocolError, &["name-freed"]),
            (AcceptsControlCharacters, &["names-refused"]),
            (ListWithTheNewcomer, &["enter-order", "user-list", "long-list"]),
            (ListAfterTheResult, &["enter-order", "user-list", "long-list"]),
            (ListInAnyOrder, &["user-list", "long-list"]),
            (ListInOnePacket, &["long-list"]),
            (ForgetsAField, &["enter-order"]),
            (SameUniqueIdTwice, &["unique-ids"]),
            (OneCounterForAllRooms, &["unique-ids"]),
            (RoomBeforeUser, &["enter-twice"]),
            (NoLastRoom, &["room-number"]),
            (OneRoomTooFew, &["room-number"]),
            (NoRoomLimit, &["room-full"]),
            (FullBeforeUser, &["room-full"]),
            (ZeroForSuccessInLeave, &["leave"]),
            (NoNoticeOfADisconnect, &["disconnect"]),
            (NoNoticeOfAProtocolError, &["disconnect"]),
            (DeliversToOneWhoHasLeft, &["after-leave"]),
            (DeliversToAllRooms, &["rooms-apart"]),
            (ResultBeforeNotification, &["chat"]),
            (ZeroForSuccessInChat, &["chat", "merged"]),
            (CountsCharacters, &["chat-lengths"]),
            (ReplacesBrokenText, &["not-utf8"]),
            (TrimsMessages, &["chat-text"]),
            (TwoOrders, &["chat-order"]),
            (RelayNotToItsSender, &["relay", "relay-largest"]),
            (RelayOfAnySize, &["relay-largest"]),
            (WhisperInTheSameRoomOnly, &["whisper"]),
            (WhisperToOneself, &["whisper-refused"]),
            (InvitesMembers, &["invite-refused"]),
            (
                DeclineWithoutInvitation,
                &["decline", "decline-uninvited", "accept"],
            ),
            (EnteringIsNoAcceptance, &["accept"]),
        ],
    );
}

/// People talk at the tables as they do in a chat.
#[test]
fn a_right_table_passes_the_checks_of_the_chat_as_well() {
    let subject = Subject::all_of(&kinds::BACCARAT);
    let names: Vec<_> = subject.checks.iter().map(|check| check.name).collect();
    assert!(
        ["chat", "whisper", "accept", "slow-reader", "stake", "reveal"]
            .iter()
            .all(|name| names.contains(name))
    );
    assert_eq!(
        failed(&subject, tables::start(None), &subject.checks, PATIENT),
        BTreeSet::new()
    );
}

/// The checks that a chat has not.
fn of_tables() -> Subject {
    let of_the_chat = kinds::CHAT.checks(Codec::Binary);
    let is_new = |check: &Check| of_the_chat.iter().all(|other| other.name != check.name);
    let all = Subject::all_of(&kinds::BACCARAT);
    Subject {
        checks: all.checks.iter().copied().filter(is_new).collect(),
        ..all
    }
}

// ANCHOR: tables
/// The first seven are those of the original.
#[test]
fn mistakes_at_a_table() {
    use tables::Mistake::*;
    verify_subject(
        &of_tables(),
        tables::start,
        &[
            (TwoCountsOneAndTenNine, &["scores", "third-cards", "reveal"]),
            (ThirdCardByItsNumber, &["third-cards", "reveal"]),
            (PlayerStoodAfterTheDraw, &["third-cards", "reveal"]),
            (
                SecondsForMilliseconds,
                &["newcomer-betting", "time-left", "phases"],
            ),
            (StakesSurvive, &["next-round", "reveal"]),
            (BetUnderTheIdOfStart, &["bet"]),
            (NewestIsMaster, &["master"]),
        ],
    );
}
// ANCHOR_END: tables

#[test]
fn more_mistakes_at_a_table() {
    use tables::Mistake::*;
    verify_subject(
        &of_tables(),
        tables::start,
        &[
            (AnybodyStarts, &["master"]),
            (StartsTwice, &["start-running"]),
            (TellsSeconds, &["time-left"]),
            (
                NoTableForNewcomers,
                &["newcomer", "newcomer-betting", "early", "last-leaves", "reveal"],
            ),
            (HistoryBeforeTable, &["newcomer", "newcomer-betting"]),
            (HistoryFromZero, &["history"]),
            (NoTableAtTheResult, &["time-left", "phases", "all-staked"]),
            (ResultBeforeTable, &["phases", "all-staked"]),
            (SameRoundAgain, &["phases"]),
            (BetBeforeItsAnswer, &["bet"]),
            (BetCostsNothing, &["bet", "bet-moves"]),
            (SecondBetAdds, &["bet-moves"]),
            (SameSideAgain, &["bet-same-side"]),
            (ErrorForABadBody, &["bet-body"]),
            (TakesLateStakes, &["late"]),
            (TakesEarlyStakes, &["early"]),
            (TakesAnyRound, &["wrong-round"]),
            (TakesAnySide, &["no-such-side"]),
            (ForgetsWhatIsOnTheSide, &["limits"]),
            (NoFundsNeeded, &["funds"]),
            (StakeBeforeItsAnswer, &["stake"]),
            (TellsTheAddition, &["stake"]),
        ],
    );
}

#[test]
fn mistakes_at_the_end_of_a_round() {
    use tables::Mistake::*;
    verify_subject(
        &of_tables(),
        tables::start,
        &[
            (
                ForgetsTheNewest,
                &[
                    "all-staked",
                    "last-leaves",
                    "late",
                    "leaver-paid",
                    "next-round",
                    "payouts",
                    "reveal",
                    "scores",
                    "start-running",
                    "third-cards",
                    "undecided-leaves",
                ],
            ),
            (WaitsForWhoHasLeft, &["undecided-leaves"]),
            (LeaverLosesTheStake, &["leaver-paid", "last-leaves"]),
            (LeaverIsRefunded, &["leaver-paid", "last-leaves"]),
            (LastLeaverLeavesItOpen, &["last-leaves"]),
            (
                UndrawnIsFiftyTwo,
                &["history", "payouts", "reveal", "scores", "third-cards"],
            ),
            (LowerScoreWins, &["scores", "reveal"]),
            (PayoutWithoutTheStake, &["payouts"]),
            (TieLosesTheStake, &["payouts"]),
            (NoCommission, &["payouts"]),
            (PayoutIsNotBooked, &["payouts", "leaver-paid", "last-leaves"]),
            (CutsTwice, &["cut"]),
            (CutsAtAnyTime, &["cut-late"]),
            (ForgetsTheCuts, &["reveal"]),
            (RevealsAnotherSeed, &["reveal"]),
            (DealsOtherCards, &["reveal"]),
        ],
    );
}

/// The checks of a chat in another codec that a mistake with bodies may touch.
fn bodies_in(codec: Codec) -> Subject {
    let in_binary = kinds::CHAT.checks(Codec::Binary);
    let also = [
        "login",
        "ping",
        "user-list",
        "chat",
        "too-long",
        "bad-length",
        "not-utf8",
    ];
    let is_meant = |check: &Check| {
        also.contains(&check.name) || in_binary.iter().all(|binary| binary.name != check.name)
    };
    Subject {
        codec,
        checks: kinds::CHAT.checks(codec).into_iter().filter(is_meant).collect(),
        ..Subject::all_of(&kinds::CHAT)
    }
}

#[test]
fn mistakes_in_messagepack() {
    use chat_codecs::Mistake::*;
    verify_subject(
        &bodies_in(Codec::MsgPack),
        chat_codecs::start_msgpack,
        &[
            (
                AnotherSuccess,
                &["login", "user-list", "chat", "success", "other-forms", "nested"],
            ),
            (KnowsItsOwnBytesOnly, &["other-forms"]),
            (TakesTextsForNumbers, &["wrong-type"]),
            (MissingIsEmpty, &["missing-field"]),
            (TakesWhatIsThere, &["bad-length"]),
            (IgnoresTheRest, &["too-long"]),
            (ReplacesBrokenText, &["not-utf8"]),
            (FollowsAnyDepth, &["nested"]),
        ],
    );
}

#[test]
fn mistakes_in_protocol_buffers() {
    use chat_codecs::Mistake::*;
    verify_subject(
        &bodies_in(Codec::Protobuf),
        chat_codecs::start_protobuf,
        &[
            (AnotherSuccess, &[ALL_BUT, "ping"]),
            (KnowsItsOwnBytesOnly, &["other-forms"]),
            (TakesNumbersForTexts, &["wrong-type"]),
            (TakesWhatIsThere, &["bad-length"]),
            (IgnoresTheRest, &["too-long"]),
            (ReplacesBrokenText, &["not-utf8"]),
            (FollowsAnyDepth, &["nested"]),
        ],
    );
}

/// Its numbers are as wide as they can be, its names in another order, and some are unknown.
#[test]
fn another_encoder_passes_all_checks() {
    let subject = Subject {
        codec: Codec::MsgPack,
        checks: kinds::CHAT.checks(Codec::MsgPack),
        ..Subject::all_of(&kinds::CHAT)
    };
    let address = chat_codecs::start_another_encoder();
    assert_eq!(
        failed(&subject, address, &subject.checks, PATIENT),
        BTreeSet::new()
    );
}

#[test]
fn mistakes_in_a_daytime_server() {
    use time::Mistake::*;
    let declared: &[(_, &[_])] = &[
        (NoSeconds, &["daytime", "daytime-again"]),
        (StaysOpen, &["daytime", "daytime-again"]),
    ];
    verify_subject(&Subject::all_of(&kinds::TIME), time::start_daytime, declared);
}

#[test]
fn mistakes_in_sessions() {
    use time::Mistake::*;
    let declared: &[(_, &[_])] = &[
        (NoSeconds, &["text", "merged", "too-long"]),
        (
            Milliseconds,
            &[
                "timestamp",
                "text",
                "no-line-break",
                "merged",
                "too-long",
                "silence",
                "vanishing",
                "unread",
            ],
        ),
        (TimestampForEverything, &["text", "merged", "too-long"]),
        (WaitsForALineBreak, &["no-line-break"]),
        (OneReadIsOneRequest, &["merged"]),
        (NoLongest, &["too-long"]),
        (SaysNothingOfALongRequest, &["too-long"]),
        (OneClientAtATime, &["silence"]),
    ];
    let subject = Subject {
        service: Service::Sessions,
        ..Subject::all_of(&kinds::TIME)
    };
    verify_subject(&subject, time::start_sessions, declared);
}

#[test]
fn mistakes_in_a_datagram_server() {
    use time::Mistake::*;
    let declared: &[(_, &[_])] = &[
        (NoSeconds, &["datagrams"]),
        (IgnoresEmptyDatagrams, &["datagrams"]),
        (LittleEndian, &["datagrams"]),
    ];
    let subject = Subject {
        service: Service::Udp,
        ..Subject::all_of(&kinds::TIME)
    };
    verify_subject(&subject, time::start_udp, declared);
}
