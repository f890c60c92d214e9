//! Mistakes in the servers that answer each request by itself: the echo of lines, the echo of packets, the calculator.

use examine::kinds;

use crate::wrong::{calc, lines, packets};
use crate::{ALL_BUT, verify};

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
