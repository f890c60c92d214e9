//! The checks, checked: servers that are right pass all of them, and each mistake fails the checks that are
//! declared for it, and no others.

#[path = "wrong/mod.rs"]
mod wrong;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use examine::{Kind, Server, Service, Settings, Verdict, examine};
use wrong::{calc, chat, lines, packets, time};

/// How many servers are examined at the same time.
const AT_ONCE: usize = 10;

/// In front of a list: all but these.
const ALL_BUT: &str = "all but";

/// What the checks find at this server.
fn failed(kind: Kind, service: Service, address: SocketAddr) -> BTreeSet<&'static str> {
    let settings = Settings {
        service,
        // The machine may be busy; only wrong servers make use of it.
        patience: Duration::from_secs(5),
        total: Duration::from_secs(300),
        ..Settings::default()
    };
    let checks = kind.checks();
    let findings = examine(
        kind,
        &mut Server::running(address),
        &settings,
        &checks,
        |_| Ok(()),
    );
    let findings = findings.expect("nothing is started");
    let failed = findings
        .iter()
        .filter(|one| matches!(one.verdict, Verdict::Failed { .. }));
    failed.map(|one| one.check.name).collect()
}

/// Which of these were found wrong with something else than what is declared. Several at the same time, since a
/// wrong server mostly makes its check wait.
#[track_caller]
fn verify<M: Debug + Copy + Send + 'static>(
    kind: Kind,
    start: fn(Option<M>) -> SocketAddr,
    declared: &[(M, &[&'static str])],
) {
    verify_service(kind, Service::Daytime, start, declared);
}

/// The same for one service of several.
#[track_caller]
fn verify_service<M: Debug + Copy + Send + 'static>(
    kind: Kind,
    service: Service,
    start: fn(Option<M>) -> SocketAddr,
    declared: &[(M, &[&'static str])],
) {
    assert_eq!(
        failed(kind, service, start(None)),
        BTreeSet::new(),
        "the right server"
    );
    let mut surprises = Vec::new();
    for several in declared.chunks(AT_ONCE) {
        let threads = several.iter().map(|(mistake, _)| {
            let mistake = *mistake;
            thread::spawn(move || failed(kind, service, start(Some(mistake))))
        });
        let threads: Vec<_> = threads.collect();
        for (thread, (mistake, expected)) in threads.into_iter().zip(several) {
            let (found, expected) = (thread.join().expect("no panic"), names(kind, expected));
            if found != expected {
                surprises.push(format!("{mistake:?}: found {found:?}, declared {expected:?}"));
            }
        }
    }
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}

fn names(kind: Kind, declared: &[&'static str]) -> BTreeSet<&'static str> {
    match declared.split_first() {
        Some((&ALL_BUT, passed)) => {
            let names = kind.checks().into_iter().map(|check| check.name);
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
        Kind::EchoLine,
        lines::start,
        &[
            (OnlyOneLine, &["lines", "merged", "split", "half-close"]),
            (OnlyTheFirstLineOfARead, &["merged", "half-close"]),
            (OneReadIsOneLine, &["split", "byte-by-byte"]),
            (IgnoresHalfClose, &["half-close"]),
            (DropsTheLastReply, &["half-close"]),
            (DecodesText, &["any-bytes"]),
            (FixedBuffer, &["long-line"]),
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
        Kind::EchoPackets,
        packets::start,
        &[
            (ClosesOnASplitHeader, &["split", "byte-by-byte"]),
            (LoopsOnSizeZero, &["size-0"]),
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
        Kind::Calc,
        calc::start,
        &[
            (BigEndianResult, &[ALL_BUT]),
            (
                SwapsLeftAndRight,
                &["operators", "wrap", "division", "division-by-zero"],
            ),
            (Saturates, &["wrap"]),
            (RoundsDown, &["division"]),
            (MinusOneForUnknown, &["unknown-operator"]),
            (ZeroForDivisionByZero, &["division-by-zero"]),
            (TrustsTheLength, &["length-10", "length-huge"]),
            (LengthHasNoSign, &["length-negative"]),
            (OneReadIsOneRequest, &["split", "byte-by-byte"]),
            (AnswersOutOfOrder, &["merged", "half-close"]),
            (
                LosesRepliesAtAnError,
                &[
                    "length-0",
                    "length-8",
                    "length-10",
                    "length-negative",
                    "length-huge",
                    "unknown-operator",
                    "division-by-zero",
                ],
            ),
            (IgnoresHalfClose, &["half-close", "end-inside"]),
            (OnlyOneRequest, &["requests", "split"]),
        ],
    );
}

#[test]
fn mistakes_in_a_chat() {
    use chat::Mistake::*;
    verify(
        Kind::Chat,
        chat::start,
        &[
            (ClosesOnASplitHeader, &["split", "byte-by-byte"]),
            (NoMaximum, &["size-over-maximum", "size-negative"]),
            (WritesWhileOthersWait, &["slow-reader"]),
            (PingWithoutItsNumber, &["ping"]),
            (LoginNotAskedFor, &["before-login"]),
            (ClosesAtAnUnknownId, &["unknown-id"]),
            (IgnoresPacketType, &["packet-type"]),
            (ForgivesALongLogin, &["too-long"]),
            (AcceptsDuplicateLogins, &["duplicate-name", "name-kept"]),
            (SecondLoginOfAConnection, &["login-twice"]),
            (FreesTheNameAtTheLosersEnd, &["name-kept"]),
            (NeverFreesAName, &["name-freed"]),
            (AcceptsControlCharacters, &["names-refused"]),
            (ListWithTheNewcomer, &["enter-order", "user-list", "long-list"]),
            (ListAfterTheResult, &["enter-order", "user-list", "long-list"]),
            (ListInAnyOrder, &["user-list", "long-list"]),
            (ListInOnePacket, &["long-list"]),
            (ForgetsAField, &["enter-order"]),
            (SameUniqueIdTwice, &["unique-ids"]),
            (RoomBeforeUser, &["enter-twice"]),
            (NoLastRoom, &["room-number"]),
            (NoRoomLimit, &["room-full"]),
            (ZeroForSuccessInLeave, &["leave"]),
            (NoNoticeOfADisconnect, &["disconnect"]),
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

#[test]
fn mistakes_in_a_daytime_server() {
    use time::Mistake::*;
    let declared: &[(_, &[_])] = &[
        (NoSeconds, &["daytime", "daytime-again"]),
        (StaysOpen, &["daytime", "daytime-again"]),
    ];
    verify_service(Kind::Time, Service::Daytime, time::start_daytime, declared);
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
            ],
        ),
        (TimestampForEverything, &["text", "merged", "too-long"]),
        (WaitsForALineBreak, &["no-line-break"]),
        (OneReadIsOneRequest, &["merged"]),
        (NoLongest, &["too-long"]),
        (SaysNothingOfALongRequest, &["too-long"]),
        (OneClientAtATime, &["silence"]),
    ];
    verify_service(Kind::Time, Service::Sessions, time::start_sessions, declared);
}

#[test]
fn mistakes_in_a_datagram_server() {
    use time::Mistake::*;
    let declared: &[(_, &[_])] = &[
        (NoSeconds, &["datagrams"]),
        (IgnoresEmptyDatagrams, &["datagrams"]),
        (LittleEndian, &["datagrams"]),
    ];
    verify_service(Kind::Time, Service::Udp, time::start_udp, declared);
}
