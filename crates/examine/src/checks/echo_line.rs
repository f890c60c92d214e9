//! Checks of the echo of lines.

use super::any;
use crate::check::{Check, Need};
use crate::failure::Outcome;
use crate::kind::Kind;
use crate::notation::Notation;
use crate::stage::{Greeting, Opening, Stage};

/// Lines come back.
pub static ECHO_LINE: Kind = Kind {
    name: "echo-line",
    does: "Lines come back",
    section: 1,
    port: 18080,
    has_codecs: false,
    has_services: false,
    notation: |_| Notation::Text,
    opening: Some(Opening {
        greeting: |_| Greeting::same(b"hello, server\n"),
        follow_up: |_| Greeting::same(b"and again\n"),
        one_of_many: |_, number| Greeting::same(format!("line {number}\n").as_bytes()),
        logs_in: false,
        told_to_newcomers: &[],
    }),
    checks: |_| checks(),
};

fn checks() -> Vec<Check> {
    let mut checks = vec![
        LINE,
        any::NEXT_CLIENT,
        LINES,
        MERGED,
        any::SPLIT,
        any::CUT_SECOND,
        any::BYTE_BY_BYTE,
    ];
    checks.extend([EMPTY_LINE, BLANKS, LONG_LINE, ANY_BYTES, HALF_CLOSE]);
    checks.extend([
        any::TWO_CLIENTS,
        any::SILENCE,
        any::VANISHING,
        any::UNREAD,
        any::SLOW_READER,
    ]);
    checks
}

const LINE: Check = Check {
    name: "line",
    does: "one line",
    rule: "the server sends the same bytes back",
    hint: "write what you have read, with its line break",
    needs: Need::Nothing,
    play: |stage| any::is_served(stage),
};

const LINES: Check = Check {
    name: "lines",
    does: "three lines, each when the one before has come back",
    rule: "what ends a message is its line break, not the connection",
    ..any::ONE_BY_ONE
};

const MERGED: Check = Check {
    does: "three lines in one write",
    rule: "the server sends the same bytes back, all of them",
    hint: "a read may bring several lines: answer each of them, not the first only",
    ..any::MERGED
};

const HALF_CLOSE: Check = any::half_close::<1_000>(
    "1,000 lines without a pause, and then the end of what the client sends",
    "every line comes back, in order; a client that sends no more can still receive",
);

const EMPTY_LINE: Check = Check {
    name: "empty-line",
    does: "a line with nothing in it but its line break",
    rule: "the server sends the same bytes back",
    hint: "an empty line is a message; a read of 0 bytes is the end",
    needs: Need::Nothing,
    play: |stage| comes_back(stage, b"\n"),
};

const BLANKS: Check = Check {
    name: "blanks",
    does: "lines with blanks, tabs and carriage returns at both ends, and with nothing else in them",
    rule: "the server sends the same bytes back, whatever they are",
    hint: "what stands at the ends of a line belongs to it: do not trim it; only the line break ends it, and a carriage \
           return in front is a byte like any other",
    needs: Need::Nothing,
    play: blanks,
};

const LONG_LINE: Check = Check {
    name: "long-line",
    does: "a line of 100,000 bytes, of a client that cannot take all of it at once",
    rule: "the server sends the same bytes back; a line has no largest size here",
    hint: "a line may be longer than your buffer, and a write may take less than all of it",
    needs: Need::Nothing,
    play: long_line,
};

const ANY_BYTES: Check = Check {
    name: "any-bytes",
    does: "a line that holds each of the 255 bytes that are no line break",
    rule: "the server sends the same bytes back, whatever they are",
    hint: "a line is bytes here: do not decode it, or stop at a zero byte",
    needs: Need::Nothing,
    play: any_bytes,
};

fn comes_back(stage: &Stage<'_>, bytes: &[u8]) -> Outcome {
    stage.connect()?.exchange(bytes, bytes)
}

fn blanks(stage: &Stage<'_>) -> Outcome {
    let mut client = stage.connect()?;
    for line in [
        &b" one \n"[..],
        b"\ttwo\t\n",
        b"\rthree\r\n",
        b" \t\rfour\r\t \n",
        b" \n",
        b"\t\n",
        b"\r\n",
    ] {
        client.exchange(line, line)?;
    }
    Ok(())
}

fn long_line(stage: &Stage<'_>) -> Outcome {
    let digits = b"0123456789".repeat(10_000);
    let line = [&digits, &b"\n"[..]].concat();
    let mut client = stage.connect_with_little_room()?;
    client.send_and_read(&line)?;
    client.expect(&line)
}

fn any_bytes(stage: &Stage<'_>) -> Outcome {
    let mut line: Vec<_> = (0..=255).filter(|byte| *byte != b'\n').collect();
    line.push(b'\n');
    comes_back(stage, &line)
}
