//! Checks of any room server: who can log in, and under which name.

use std::thread;
use std::time::{Duration, Instant};

use protocol::{Codec, ErrorCode, HEADER_SIZE};

use super::words::{DONE, logged_in, login, login_as};
use crate::check::{Check, Need};
use crate::failure::{Failure, Outcome};
use crate::stage::Stage;

const TAKEN: ErrorCode = ErrorCode::LOGIN_USER_DUPLICATION;

/// Clients that want the same name, and how often.
const RACERS: usize = 6;
const RACES: usize = 5;

/// Between two questions whether a name is free.
const PAUSE: Duration = Duration::from_millis(20);

pub(crate) const CHECKS: [Check; 7] = [
    Check {
        name: "login-twice",
        does: "a second LOGIN_REQ on a connection that is logged in, with the same name and with another",
        rule: "111: that user id is logged in, or this connection is",
        hint: "look whether this connection has a user before you look at the name",
        needs: Need::Nothing,
        play: login_twice,
    },
    Check {
        name: "duplicate-name",
        does: "a name that somebody else has, and then one that is free",
        rule: "111: that user id is logged in; the connection stays open",
        hint: "one table of names for all clients; refuse the login, and keep the connection open",
        needs: Need::Nothing,
        play: duplicate_name,
    },
    Check {
        name: "racing-names",
        does: "several clients that want the same name at the same time, again and again",
        rule: "111: that user id is logged in; of several exactly one gets it",
        hint: "look the name up and insert it in one step, under one lock: between two steps another thread does the same",
        needs: Need::Nothing,
        play: racing_names,
    },
    Check {
        name: "name-kept",
        does: "a client that was refused a name goes, and another asks for the same name",
        rule: "111: that user id is logged in; a name is its owner's until the owner goes",
        hint: "when a connection ends, free the name that it has, not the one that it asked for",
        needs: Need::Nothing,
        play: name_kept,
    },
    Check {
        name: "name-freed",
        does: "the name of a user who has closed, of one who has broken off, and of one whom the server has closed",
        rule: "111 is for a user id that is logged in; a user that has gone is not",
        hint: "there is one way out of a server, whatever the cause: free the name there",
        needs: Need::Nothing,
        play: name_freed,
    },
    Check {
        name: "names-refused",
        does: "names that are empty, not UTF-8, hold control characters, or go on behind a zero byte",
        rule: "112: an empty user id, or one that is not UTF-8 or holds control characters; other bytes behind its \
               first zero byte",
        hint: "cut at the first zero byte, look at what is behind it, decode, and look at each character",
        needs: Need::Nothing,
        play: names_refused,
    },
    Check {
        name: "names-allowed",
        does: "a name of 16 bytes, which no zero byte ends, and one that is not English",
        rule: "a user_id has 16 bytes, and ends at its first zero byte if it has one; it is UTF-8",
        hint: "no zero byte is no error: then all 16 bytes are the name",
        needs: Need::Nothing,
        play: names_allowed,
    },
];

fn login_twice(stage: &Stage<'_>) -> Outcome {
    let mut alice = stage.user("alice")?;
    let name = alice.name.clone();
    alice.exchange(&login(&name), &logged_in(TAKEN))?;
    alice.exchange(&login(&stage.new_name()), &logged_in(TAKEN))
}

fn duplicate_name(stage: &Stage<'_>) -> Outcome {
    let mut alice = stage.user("alice")?;
    let mut other = stage.connect()?;
    other.exchange(&login(&alice.name), &logged_in(TAKEN))?;
    alice.hears_nothing_more()?;
    other.exchange(&login(&stage.new_name()), &logged_in(DONE))
}

fn racing_names(stage: &Stage<'_>) -> Outcome {
    for _ in 0..RACES {
        let name = stage.new_name();
        let racers = (0..RACERS).map(|_| stage.connect());
        let mut racers = racers.collect::<Outcome<Vec<_>>>()?;
        racers
            .iter_mut()
            .try_for_each(|racer| racer.send(&login(&name)))?;
        let mut winners = 0;
        for racer in &mut racers {
            winners += racer.expect_one_of(&[logged_in(TAKEN), logged_in(DONE)])?;
        }
        if winners != 1 {
            return Err(Failure::words(
                format!("one of {RACERS} clients is logged in as {name}"),
                format!("{winners} of them"),
            ));
        }
    }
    Ok(())
}

fn name_kept(stage: &Stage<'_>) -> Outcome {
    let alice = stage.user("alice")?;
    let mut loser = stage.connect()?;
    loser.send(&login(&alice.name))?;
    loser.settle()?;
    loser.half_close();
    loser.expect_end()?;
    stage.connect()?.exchange(&login(&alice.name), &logged_in(TAKEN))
}

fn name_freed(stage: &Stage<'_>) -> Outcome {
    let mut closes = stage.user("alice")?;
    let name = closes.name.clone();
    closes.half_close();
    closes.expect_end()?;
    becomes_free(stage, &name)?;
    let vanishes = stage.user("bob")?;
    let name = vanishes.name.clone();
    vanishes.breaks_off();
    becomes_free(stage, &name)?;
    let mut errs = stage.user("carol")?;
    // A total_size of 0.
    errs.send_as_it_is(&[0; HEADER_SIZE])?;
    becomes_free(stage, &errs.name)
}

/// Asks for the name until it can be had: nobody says when a server has noticed that a client is gone.
fn becomes_free(stage: &Stage<'_>, name: &str) -> Outcome {
    let deadline = Instant::now() + stage.patience();
    let mut client = stage.connect()?;
    loop {
        client.send(&login(name))?;
        let is_late = Instant::now() >= deadline;
        if client.expect_one_of(&[logged_in(DONE), logged_in(TAKEN)][..1 + usize::from(!is_late)])? == 0 {
            return Ok(());
        }
        thread::sleep(PAUSE);
    }
}

fn names_refused(stage: &Stage<'_>) -> Outcome {
    let mut client = stage.connect()?;
    let texts = [
        &b""[..],
        b"\0alice",
        b"alice\0x",
        b"alice\0\0\0\0\0\0\0\0\0\0x",
        b"a\nb",
        b"\x1b[31mred",
        b"del\x7f",
        "next\u{85}line".as_bytes(),
    ];
    // In the other codecs a name is a text, and what is no text is for another check.
    let others = match stage.settings.codec {
        Codec::Binary => &[&b"\xff\xfe"[..], b"half \xec\x95"][..],
        Codec::MsgPack | Codec::Protobuf => &[],
    };
    for name in texts.iter().chain(others) {
        client.exchange(&login_as(name), &logged_in(ErrorCode::LOGIN_USER_INVALID_ID))?;
    }
    client.exchange(&login(&stage.new_name()), &logged_in(DONE))
}

fn names_allowed(stage: &Stage<'_>) -> Outcome {
    let long = format!("{:x<16}", stage.new_name());
    for name in [long, stage.name("안녕")] {
        stage.connect()?.exchange(&login(&name), &logged_in(DONE))?;
    }
    Ok(())
}
