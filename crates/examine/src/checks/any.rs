//! Checks for every server, whatever it speaks: it reads a stream, serves many clients, and outlives the worst of them.

use protocol::HEADER_SIZE;

use crate::check::{Check, Need};
use crate::client::Client;
use crate::failure::Outcome;
use crate::stage::{Greeting, Stage};

/// Told in the words of each kind.
pub(super) const ONE_BY_ONE: Check = Check {
    name: "requests",
    does: "three requests, each when the reply to the one before has come",
    rule: "a client may send many requests on one connection",
    hint: "read and write in a loop, until a read brings nothing",
    needs: Need::Nothing,
    play: one_by_one,
};

pub(super) const MERGED: Check = Check {
    name: "merged",
    does: "three requests in one write",
    rule: "a client may send requests before it reads a reply; one reply per request, in order",
    hint: "a read may bring several requests: answer each of them, not the first only",
    needs: Need::Nothing,
    play: merged,
};

/// So many requests, which is a part of what a kind says of it.
pub(super) const fn half_close<const REQUESTS: usize>(does: &'static str, rule: &'static str) -> Check {
    Check {
        name: "half-close",
        does,
        rule,
        hint: "a read of 0 bytes says that no more requests come: send what is owed, and close then",
        needs: Need::Nothing,
        play: ends_after::<REQUESTS>,
    }
}

pub(super) const SLOW_READER: Check = Check {
    name: "slow-reader",
    does: "a client that sends and never reads what comes back, and another that is served meanwhile",
    rule: "clients do not wait for each other",
    hint: "a write waits too, when its client does not read: it must keep nobody else waiting",
    needs: Need::Nothing,
    play: slow_reader,
};

pub(super) const SPLIT: Check = Check {
    name: "split",
    does: "a request in two writes, once for every place where it can be cut",
    rule: "a request is the same in however many pieces it arrives",
    hint: "one read is not one request: keep what has come, and read on until the request is complete",
    needs: Need::Nothing,
    play: split,
};

pub(super) const CUT_SECOND: Check = Check {
    name: "cut-second",
    does: "a request with the beginning of a second one, and the rest when the first reply has come",
    rule: "a request is the same in however many pieces it arrives, whatever comes before it",
    hint: "what is left of a read belongs to the next request: keep it, move it to the front, and read on behind it",
    needs: Need::Nothing,
    play: cut_second,
};

pub(super) const BYTE_BY_BYTE: Check = Check {
    name: "byte-by-byte",
    does: "a request in as many writes as it has bytes",
    rule: "a request is the same in however many pieces it arrives",
    hint: "a read may bring a single byte; loop until all that was announced is there",
    needs: Need::Nothing,
    play: byte_by_byte,
};

pub(super) const NEXT_CLIENT: Check = Check {
    name: "next-client",
    does: "one client after another, each of them served",
    rule: "a server goes on when a client has gone",
    hint: "accept again when a client has gone: a loop around accept",
    needs: Need::Nothing,
    play: next_client,
};

pub(super) const TWO_CLIENTS: Check = Check {
    name: "two-clients",
    does: "two clients at once; the second one speaks first and breaks off, and the first one is served again",
    rule: "clients do not wait for each other, and a broken connection ends that connection only",
    hint: "a read that waits for one client must not keep the others waiting: a thread per client, or poll",
    needs: Need::Nothing,
    play: two_clients,
};

pub(super) const SILENCE: Check = Check {
    name: "silence",
    does: "a client that connects first and says nothing, and another that is served meanwhile",
    rule: "clients do not wait for each other",
    hint: "do not read from a new client in the loop that accepts: it may say nothing for hours",
    needs: Need::Nothing,
    play: silence,
};

pub(super) const VANISHING: Check = Check {
    name: "vanishing",
    does: "clients that close at once, or break off in the middle of a request, and another that is served",
    rule: "a broken connection ends that connection only",
    hint: "an error in a read ends this client, not the server",
    needs: Need::Nothing,
    play: vanishing,
};

pub(super) const UNREAD: Check = Check {
    name: "unread",
    does: "a client that sends requests and goes without reading a reply, and another that is served",
    rule: "a broken connection ends that connection only",
    hint: "a write to a client that has gone is an error, and ends a C program (signal SIGPIPE) if it does not ignore \
           that signal; in other languages it is an exception to catch",
    needs: Need::Nothing,
    play: unread,
};

/// Requests of a client that goes. The first reply tells that it has gone, and others must follow.
const UNREAD_REQUESTS: usize = 100;

pub(super) const OTHERS_STAY: Check = Check {
    name: "others-stay",
    does: "a client whose connection is closed for a wrong length, and another that is served before and after that",
    rule: "a protocol error closes that connection only",
    hint: "close the connection that the error came on, and no other; nothing that other clients need may end with it",
    needs: Need::Length,
    play: others_stay,
};

pub(super) const END_INSIDE: Check = Check {
    name: "end-inside",
    does: "half a request, and then the end of what the client sends",
    rule: "a request that is not complete has no reply",
    hint: "a read of 0 bytes is the end: close, and answer nothing that was not complete",
    needs: Need::Nothing,
    play: end_inside,
};

fn one_by_one(stage: &Stage<'_>) -> Outcome {
    let mut client = stage.connect()?;
    for one in stage.many(3) {
        client.exchange(&one.request, &one.reply)?;
    }
    Ok(())
}

fn all_at_once(stage: &Stage<'_>, count: usize) -> Greeting {
    let many = stage.many(count);
    Greeting {
        request: many.iter().flat_map(|one| one.request.clone()).collect(),
        reply: many.iter().flat_map(|one| one.reply.clone()).collect(),
    }
}

fn merged(stage: &Stage<'_>) -> Outcome {
    let Greeting { request, reply } = all_at_once(stage, 3);
    stage.connect()?.exchange(&request, &reply)
}

fn ends_after<const REQUESTS: usize>(stage: &Stage<'_>) -> Outcome {
    let Greeting { request, reply } = all_at_once(stage, REQUESTS);
    let mut client = stage.connect()?;
    client.send(&request)?;
    client.half_close();
    client.expect(&reply)?;
    client.expect_end()
}

fn slow_reader(stage: &Stage<'_>) -> Outcome {
    let mut slow = stage.connect_with_little_room()?;
    slow.send_without_reading(&stage.follow_up().request.repeat(1_000));
    is_served(stage)?;
    slow.close();
    is_served(stage)
}

fn split(stage: &Stage<'_>) -> Outcome {
    let mut client = stage.connect()?;
    for cut in 1.. {
        let greeting = stage.greeting();
        let request = stage.on_wire(&greeting.request);
        let Some((start, rest)) = request.split_at_checked(cut).filter(|(_, rest)| !rest.is_empty()) else {
            break;
        };
        if cut > 1 && stage.logs_in() {
            // Only one login is welcome on a connection.
            client = stage.connect()?;
        }
        client.send_in_pieces([start, rest])?;
        client.expect(&greeting.reply)?;
    }
    Ok(())
}

fn cut_second(stage: &Stage<'_>) -> Outcome {
    let mut client = stage.connect()?;
    for cut in 1.. {
        let (first, second) = (stage.greeting(), stage.follow_up());
        let [request, next] = [&first, &second].map(|greeting| stage.on_wire(&greeting.request));
        let Some((start, rest)) = next.split_at_checked(cut).filter(|(_, rest)| !rest.is_empty()) else {
            break;
        };
        if cut > 1 && stage.logs_in() {
            client = stage.connect()?;
        }
        client.send_as_it_is(&[&request, start].concat())?;
        // The reply says that the server has read the first one. It may not have read what follows.
        client.expect(&first.reply)?;
        client.pause();
        client.send_as_it_is(rest)?;
        follow_up_is_answered(stage, &mut client, &second)?;
    }
    Ok(())
}

/// A second login is refused, in whatever words: how is for another check to say.
fn follow_up_is_answered(stage: &Stage<'_>, client: &mut Client<'_>, follow_up: &Greeting) -> Outcome {
    match stage.logs_in() {
        true => client.next_packet("a LOGIN_RES (702)").map(drop),
        false => client.expect(&follow_up.reply),
    }
}

fn byte_by_byte(stage: &Stage<'_>) -> Outcome {
    let greeting = stage.greeting();
    let mut client = stage.connect()?;
    client.send_in_pieces(stage.on_wire(&greeting.request).chunks(1))?;
    client.expect(&greeting.reply)
}

fn next_client(stage: &Stage<'_>) -> Outcome {
    for _ in 0..3 {
        is_served(stage)?;
    }
    Ok(())
}

/// A client that is new is served.
pub(super) fn is_served(stage: &Stage<'_>) -> Outcome {
    let greeting = stage.greeting();
    stage.connect()?.exchange(&greeting.request, &greeting.reply)
}

fn two_clients(stage: &Stage<'_>) -> Outcome {
    let (mut alice, mut bob) = (stage.connect()?, stage.connect()?);
    for client in [&mut bob, &mut alice] {
        let greeting = stage.greeting();
        client.exchange(&greeting.request, &greeting.reply)?;
    }
    bob.send_as_it_is(&stage.on_wire(&stage.follow_up().request)[..3])?;
    bob.reset();
    // More than once: nobody says when the server has noticed it.
    for _ in 0..3 {
        is_served(stage)?;
        let again = stage.follow_up();
        alice.send(&again.request)?;
        follow_up_is_answered(stage, &mut alice, &again)?;
    }
    Ok(())
}

/// A length of 0 is wrong on every wire that has one.
fn others_stay(stage: &Stage<'_>) -> Outcome {
    let (mut alice, mut bob) = (stage.connect()?, stage.connect()?);
    let greeting = stage.greeting();
    alice.exchange(&greeting.request, &greeting.reply)?;
    bob.send_as_it_is(&[0; HEADER_SIZE])?;
    bob.expect_end()?;
    let again = stage.follow_up();
    alice.send(&again.request)?;
    follow_up_is_answered(stage, &mut alice, &again)
}

fn silence(stage: &Stage<'_>) -> Outcome {
    let _silent = stage.connect()?;
    is_served(stage)
}

fn vanishing(stage: &Stage<'_>) -> Outcome {
    drop(stage.connect()?);
    is_served(stage)?;
    let request = stage.on_wire(&stage.greeting().request);
    let mut client = stage.connect()?;
    client.send_as_it_is(&request[..request.len() / 2])?;
    client.reset();
    is_served(stage)
}

fn unread(stage: &Stage<'_>) -> Outcome {
    let mut client = stage.connect()?;
    let (first, more) = (stage.greeting(), stage.follow_up());
    client.send(&[first.request, more.request.repeat(UNREAD_REQUESTS)].concat())?;
    client.close();
    is_served(stage)
}

fn end_inside(stage: &Stage<'_>) -> Outcome {
    let request = stage.on_wire(&stage.greeting().request);
    let mut client = stage.connect()?;
    client.send_as_it_is(&request[..request.len() / 2])?;
    client.half_close();
    client.expect_end()?;
    is_served(stage)
}
