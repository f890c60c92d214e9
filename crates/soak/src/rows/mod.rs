//! All rows, in the order in which they are run: what is done, to whom, and what must come of it. The doing is one file for
//! each family.

mod churn;
mod crowd;
mod endings;
mod flood;
mod places;
mod sizes;
mod slow;
mod users;
mod views;
mod walk;
mod walker;

use super::row::Row;
use super::service::{ALL, CHAT, REPLYING, SIZED};

/// All rows, in the order in which they are run.
pub(super) const ROWS: &[Row] = &[
    Row {
        name: "crowd",
        faults: &[],
        services: ALL,
        sentence: "5,000 clients that are served once (in the chat they log in) and then say nothing",
        check: "all stay, a new client is answered, and each of them in the end",
        run: crowd::crowd,
    },
    Row {
        name: "wrong-sizes",
        faults: &[1],
        services: SIZED,
        sentence: "100,000 connections with a size that cannot be: 0 to 4, or 0, 8, 10, -1 and 2^31-1 for the calculator",
        check: "each is closed without an answer",
        run: sizes::wrong_sizes,
    },
    Row {
        name: "claims",
        faults: &[2],
        services: SIZED,
        sentence: "5,000 connections that claim a whole packet and send its first bytes",
        check: "a new client is answered; memory grows by less than 40 KiB for each",
        run: sizes::claims,
    },
    Row {
        name: "byte-a-second",
        faults: &[4],
        services: SIZED,
        sentence: "200 clients that send a packet byte by byte, one in a fifteenth of --patience (a second by default)",
        check: "all are closed in the middle of it",
        run: slow::byte_a_second,
    },
    Row {
        name: "silence",
        faults: &[5],
        services: ALL,
        sentence: "2,000 clients that say nothing, or that never log in",
        check: "all are closed; the chat says 61 to each",
        run: slow::silence,
    },
    Row {
        name: "deaf-members",
        faults: &[7],
        services: CHAT,
        sentence: "a member that never reads, in a room of 100 that chat",
        check: "it is cut off; the others lose nothing and see all messages in one order",
        run: slow::deaf_member,
    },
    Row {
        name: "deaf",
        faults: &[8],
        services: REPLYING,
        sentence: "10 clients that send requests and never read a reply",
        check: "the server stops reading; memory grows by less than 2 MiB for each; all are cut off",
        run: slow::deaf,
    },
    Row {
        name: "surplus",
        faults: &[9],
        services: ALL,
        sentence: "as many connections as the server takes, and 2,000 more",
        check: "each of the surplus is refused, without a thread; a place that is freed is usable at once",
        run: places::surplus,
    },
    Row {
        name: "descriptors",
        faults: &[10],
        services: ALL,
        sentence: "50 clients that come while the server has no descriptor left (prlimit)",
        check: "it pauses and does not spin: under 5% of a processor; all are served when there are descriptors again",
        run: places::descriptors,
    },
    Row {
        name: "resets",
        faults: &[12],
        services: ALL,
        sentence: "20,000 connections that are reset: at once, after requests, in the middle of one",
        check: "a new client is answered",
        run: endings::resets,
    },
    Row {
        name: "half-close",
        faults: &[13],
        services: ALL,
        sentence: "10,000 requests in one go, then the end of the client's data",
        check: "all replies come, in order, then the end",
        run: endings::half_close,
    },
    Row {
        name: "flood",
        faults: &[14],
        services: ALL,
        sentence: "50 clients that send 2,000 packets a second each",
        check: "each is told RATE_LIMITED, and is closed if it goes on",
        run: flood::flood,
    },
    Row {
        name: "racing-logins",
        faults: &[15],
        services: CHAT,
        sentence: "100 times 100 clients that want to be the same user",
        check: "exactly one wins; when it leaves, the name is free",
        run: users::racing_logins,
    },
    Row {
        name: "hostile-text",
        faults: &[17],
        services: CHAT,
        sentence: "1,000 names and messages with control characters, escape sequences, line breaks, broken UTF-8",
        check: "112 for each name, 51 for what is not UTF-8; control characters arrive as they were sent",
        run: users::hostile_text,
    },
    Row {
        name: "walk",
        faults: &[16],
        services: CHAT,
        sentence: "500 users that enter, move, chat, whisper, leave and disappear at random, 50,000 times together",
        check: "no ghosts, no message to a user that has left, the same order for all",
        run: walk::walk,
    },
    Row {
        name: "churn",
        faults: &[21],
        services: ALL,
        sentence: "clients come, are served and go, 50 at a time, for the rest of --duration",
        check: "memory is flat: in the last quarter its median is at most 5% and 1 MiB above that of the second quarter",
        run: churn::churn,
    },
];
