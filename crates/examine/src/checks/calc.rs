//! Checks of the calculator.

use super::any;
use super::byte_order::{self, Turned};
use crate::check::{Check, Need};
use crate::failure::Outcome;
use crate::kind::Kind;
use crate::notation::Notation;
use crate::stage::{Greeting, Opening, Stage};

/// The calculator.
pub static CALC: Kind = Kind {
    name: "calc",
    does: "The calculator",
    section: 2,
    port: 4000,
    has_codecs: false,
    has_services: false,
    notation: |_| Notation::Numbers,
    opening: Some(Opening {
        greeting: |stage| calculation(stage, b'+', 10, 20, 30),
        follow_up: |stage| calculation(stage, b'+', 1, 2, 3),
        one_of_many: |stage, number| {
            let number = number as i32;
            calculation(stage, b'+', number, 1_000, number + 1_000)
        },
        logs_in: false,
        told_to_newcomers: &[],
    }),
    checks: |_| checks(),
};

fn checks() -> Vec<Check> {
    let mut checks = vec![CALCULATION, any::NEXT_CLIENT, OPERATORS, WRAP, DIVISION];
    checks.extend([
        any::ONE_BY_ONE,
        MERGED,
        any::SPLIT,
        any::CUT_SECOND,
        any::BYTE_BY_BYTE,
        HALF_CLOSE,
    ]);
    checks.extend(LENGTHS);
    checks.extend([
        any::OTHERS_STAY,
        UNKNOWN_OPERATOR,
        DIVISION_BY_ZERO,
        any::END_INSIDE,
    ]);
    checks.extend([
        any::TWO_CLIENTS,
        any::SILENCE,
        any::VANISHING,
        any::UNREAD,
        any::SLOW_READER,
    ]);
    checks
}

const CALCULATION: Check = Check {
    name: "calculation",
    does: "10 + 20",
    rule: "a request is len:i32 (= 9) op:1 left:i32 right:i32, its reply is result:i32, all little-endian",
    hint: "read 4 bytes, which say 9, and then 9 bytes; answer 4, the one that counts least first",
    needs: Need::Nothing,
    play: |stage| byte_order::is_served(stage, &turned(stage)),
};

const OPERATORS: Check = Check {
    name: "operators",
    does: "additions, subtractions and multiplications with large and negative numbers",
    rule: "op is one of + - *; left and right are 32 bits with a sign",
    hint: "left before right; all 4 bytes of each",
    needs: Need::Nothing,
    play: |stage| calculates(stage, &OPERATIONS),
};

const OPERATIONS: [(u8, i32, i32, i32); 7] = [
    (b'+', 1_000_000, 234_567, 1_234_567),
    (b'+', -5, 3, -2),
    (b'-', 3, 5, -2),
    (b'-', -10, -20, 10),
    (b'*', 6, 7, 42),
    (b'*', -300, 70_000, -21_000_000),
    (b'+', -1, 0, -1),
];

const WRAP: Check = Check {
    name: "wrap",
    does: "results that are too large for 32 bits",
    rule: "the result wraps on overflow, as 32-bit arithmetic does",
    hint: "calculate with wrapping operations, or in 64 bits (no floating point) of which you send the lower 32",
    needs: Need::Nothing,
    play: |stage| calculates(stage, &TOO_LARGE),
};

const TOO_LARGE: [(u8, i32, i32, i32); 5] = [
    (b'+', i32::MAX, 1, i32::MIN),
    (b'-', i32::MIN, 1, i32::MAX),
    (b'*', 65_536, 65_536, 0),
    (b'*', i32::MIN, -1, i32::MIN),
    // More digits than a floating-point number holds.
    (b'*', 123_456_789, 987_654_321, -67_153_019),
];

const DIVISION: Check = Check {
    name: "division",
    does: "divisions and remainders, with negative numbers and at the edge of 32 bits",
    rule: "op may be / and % too, and they are those of 32-bit machines: towards zero",
    hint: "read the numbers with a sign: -7 / 2 is -3 and -7 % 2 is -1; the steps of the book answer -1 to both operators, and do not pass",
    needs: Need::Nothing,
    play: |stage| calculates(stage, &DIVISIONS),
};

const DIVISIONS: [(u8, i32, i32, i32); 6] = [
    (b'/', 7, 2, 3),
    (b'/', -7, 2, -3),
    (b'%', 7, 2, 1),
    (b'%', -7, 2, -1),
    (b'/', i32::MIN, -1, i32::MIN),
    (b'%', i32::MIN, -1, 0),
];

const MERGED: Check = Check {
    hint: "a read may bring several requests: the length says where each ends",
    ..any::MERGED
};

const HALF_CLOSE: Check = any::half_close::<1_000>(
    "1,000 requests without a pause, and then the end of what the client sends",
    "replies come in order, one per request, also to a client that sends no more",
);

/// A check of one length that is not 9.
const fn length_check(name: &'static str, does: &'static str, play: fn(&Stage<'_>) -> Outcome) -> Check {
    Check {
        name,
        does,
        rule: "len != 9 is a protocol error: that connection is closed, after every earlier reply",
        hint: "look at the length before you wait for the request or make room for it; it has a sign",
        needs: Need::Length,
        play,
    }
}

const LENGTHS: [Check; 6] = [
    length_check(
        "length-0",
        "a good request, and behind it a length of 0",
        |stage| is_closed_for_length(stage, 0),
    ),
    length_check(
        "length-8",
        "a good request, and behind it a length of 8",
        |stage| is_closed_for_length(stage, 8),
    ),
    length_check(
        "length-10",
        "a good request, and behind it a length of 10",
        |stage| is_closed_for_length(stage, 10),
    ),
    length_check(
        "length-265",
        "a good request, and behind it a length of 265, whose first byte is 9; and one of 65,545",
        |stage| {
            is_closed_for_length(stage, 0x109)?;
            is_closed_for_length(stage, 0x1_0009)
        },
    ),
    length_check(
        "length-negative",
        "a good request, and behind it a length of -1",
        |stage| is_closed_for_length(stage, -1),
    ),
    length_check(
        "length-huge",
        "a good request, and behind it a length of 2,147,483,647",
        |stage| is_closed_for_length(stage, i32::MAX),
    ),
];

const UNKNOWN_OPERATOR: Check = Check {
    name: "unknown-operator",
    does: "a good request, and behind it one with the operator `?`",
    rule: "an unknown operator is a protocol error: that connection is closed, after every earlier reply",
    hint: "-1 is a result like any other, so it cannot say this; the steps of the book do it, and do not pass",
    needs: Need::Nothing,
    play: |stage| is_closed_for(stage, &request(stage, b'?', 1, 2)),
};

const DIVISION_BY_ZERO: Check = Check {
    name: "division-by-zero",
    does: "a good request, and behind it 1 / 0; and the same with 1 % 0",
    rule: "a division by zero is a protocol error: that connection is closed, after every earlier reply",
    hint: "look at the right side before you divide; the server must go on",
    needs: Need::Nothing,
    play: |stage| {
        is_closed_for(stage, &request(stage, b'/', 1, 0))?;
        is_closed_for(stage, &request(stage, b'%', 1, 0))
    },
};

/// A request and its reply.
fn calculation(stage: &Stage<'_>, op: u8, left: i32, right: i32, result: i32) -> Greeting {
    Greeting {
        request: request(stage, op, left, right),
        reply: result.to_le_bytes().to_vec(),
    }
}

fn request(stage: &Stage<'_>, op: u8, left: i32, right: i32) -> Vec<u8> {
    let length: &[u8] = if stage.settings.bare { &[] } else { &[9, 0, 0, 0] };
    [length, &[op], &left.to_le_bytes(), &right.to_le_bytes()].concat()
}

fn calculates(stage: &Stage<'_>, table: &[(u8, i32, i32, i32)]) -> Outcome {
    for (op, left, right, result) in table {
        let calculation = calculation(stage, *op, *left, *right, *result);
        // Each on a connection of its own: what a server makes of one does not hide the next.
        stage
            .connect()?
            .exchange(&calculation.request, &calculation.reply)
            .map_err(|failure| {
                let turned = results_of_turned(*op, *left, *right);
                let came = turned.map(|result| stage.notation().describe(&result.to_le_bytes()));
                let is_to_blame = came.contains(&failure.came.words);
                byte_order::named(failure, is_to_blame)
            })?;
    }
    Ok(())
}

/// The first request of all with its numbers turned.
fn turned(stage: &Stage<'_>) -> Turned {
    let length: &[u8] = if stage.settings.bare { &[] } else { &[0, 0, 0, 9] };
    Turned {
        request: [length, b"+", &10_i32.to_be_bytes(), &20_i32.to_be_bytes()].concat(),
        replies: vec![30_i32.to_be_bytes().to_vec(), 30_i32.to_le_bytes().to_vec()],
    }
}

/// What a server answers that reads the numbers in the wrong order, and writes the result so too, or does not.
fn results_of_turned(op: u8, left: i32, right: i32) -> [i32; 2] {
    let (left, right) = (left.swap_bytes(), right.swap_bytes());
    let result = match op {
        b'+' => left.wrapping_add(right),
        b'-' => left.wrapping_sub(right),
        b'*' => left.wrapping_mul(right),
        // Of these the report has the bytes.
        _ => 0,
    };
    [result, result.swap_bytes()]
}

fn is_closed_for_length(stage: &Stage<'_>, length: i32) -> Outcome {
    is_closed_for(stage, &length.to_le_bytes())
}

/// The good request is answered, the bad one closes its connection, and others are served.
fn is_closed_for(stage: &Stage<'_>, bad: &[u8]) -> Outcome {
    let good = calculation(stage, b'*', 6, 7, 42);
    let mut client = stage.connect()?;
    client.send(&[&good.request, bad].concat())?;
    client.expect(&good.reply)?;
    client.expect_end()?;
    any::is_served(stage)
}
