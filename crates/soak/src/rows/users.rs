//! The rows `racing-logins` and `hostile-text`: users of the chat that want the same name, and names and messages that
//! are not text.

use std::time::Instant;

use anyhow::{Context, bail, ensure};
use figures::thousands;
use protocol::message::Message;
use protocol::{ErrorCode, Packet, PacketBuilder, PacketId};

use crate::chat::{self, FIRST_ROOM, bytes, message};
use crate::client::{ANSWER, Bytes, Client};
use crate::interrupt;
use crate::plan::Plan;
use crate::row::Outcome;

const RACERS: usize = 100;
const NAME: &str = "racer";

/// Bytes of a user id.
const ID_SIZE: usize = 16;

/// User ids that are refused: empty, with control characters, not UTF-8, with something behind the end.
const WRONG_NAMES: [&[u8]; 8] = [
    b"",
    b"two\nlines",
    b"return\r",
    b"bell\x07",
    b"red \x1b[31m",
    b"delete\x7f",
    b"broken \xff\xfe",
    b"behind\0the end",
];

/// Messages that must arrive as they were sent: terminals are the affair of clients.
const ODD_MESSAGES: [&str; 4] = [
    "\x1b[2J\x1b[31m",
    "two\r\nlines\n",
    "bell \x07, null \0",
    "\u{202e}right to left",
];

/// Messages that are no text.
const BROKEN_MESSAGES: [&[u8]; 3] = [b"\xff\xfe", b"cut \xed\x95", b"surrogate \xed\xa0\x80"];

/// Of many who log in at once as the same user one wins.
pub(crate) fn racing_logins(plan: &Plan) -> anyhow::Result<Outcome> {
    let (rounds, racers) = (plan.count(100), plan.crowd_size(RACERS)?.max(2));
    for round in 0..rounds {
        race(plan, racers, round).with_context(|| format!("round {round}"))?;
    }
    Outcome::passed(format!(
        "{} rounds of {racers} logins: one winner in each, whose name is free when it has gone",
        thousands(rounds)
    ))
}

fn race(plan: &Plan, racers: usize, round: usize) -> anyhow::Result<()> {
    let clients = (0..racers).map(|_| plan.connect());
    let mut clients = clients.collect::<anyhow::Result<Vec<_>>>()?;
    for client in &mut clients {
        client.send(&chat::login(NAME))?;
    }
    let mut winners = Vec::new();
    for mut client in clients {
        match login_result(&mut client)? {
            ErrorCode::NONE => winners.push(client),
            ErrorCode::LOGIN_USER_DUPLICATION => {}
            other => bail!("a login was answered with {other}"),
        }
    }
    ensure!(winners.len() == 1, "{} have won", winners.len());
    // The losers have gone, which must not free the name.
    let mut late = plan.connect()?;
    late.exchange(
        &chat::login(NAME),
        &chat::login_result(ErrorCode::LOGIN_USER_DUPLICATION),
    )
    .context("while the winner is there")?;
    for winner in winners {
        match round % 2 {
            0 => winner.reset()?,
            _ => drop(winner),
        }
    }
    wait_until_free(&mut late)
}

/// The winner has gone, and the server notices soon. The name is free for the next round when the one who
/// has got it now has gone in an orderly way.
fn wait_until_free(late: &mut Client) -> anyhow::Result<()> {
    let begin = Instant::now();
    loop {
        interrupt::check()?;
        late.send(&chat::login(NAME))?;
        if login_result(late)? == ErrorCode::NONE {
            break;
        }
        ensure!(
            begin.elapsed() < ANSWER,
            "the winner's name is still in use after {ANSWER:?}"
        );
        // A login is a packet, and too many a second are dropped.
        interrupt::pause(std::time::Duration::from_millis(15))?;
    }
    late.half_close()?;
    late.orderly_end()
}

fn login_result(client: &mut Client) -> anyhow::Result<ErrorCode> {
    match message(&client.packet()?)? {
        Message::LoginRes(response) => Ok(response.result),
        other => bail!("a login was answered with {other:?}"),
    }
}

/// Names and messages that are none, and messages that only look so.
pub(crate) fn hostile_text(plan: &Plan) -> anyhow::Result<Outcome> {
    let times = plan.count(1_000);
    for number in 0..times {
        interrupt::check()?;
        let mut client = plan.connect()?;
        for name in WRONG_NAMES {
            let refused = chat::login_result(ErrorCode::LOGIN_USER_INVALID_ID);
            client
                .exchange(&raw_login(name), &refused)
                .with_context(|| format!("the name {}", Bytes(name)))?;
        }
        let mut client = chat::log_in(client, &format!("hostile {number}"))?;
        chat::enter_room(&mut client, FIRST_ROOM)?;
        for text in BROKEN_MESSAGES {
            let answer = answer_to(&mut client, text)?;
            ensure!(
                answer == ErrorCode::PACKET_DECODING_FAIL,
                "{answer} to {}",
                Bytes(text)
            );
        }
        for text in ODD_MESSAGES {
            let answer = answer_to(&mut client, text.as_bytes())?;
            ensure!(
                answer == ErrorCode::NONE,
                "{answer} to {}",
                Bytes(text.as_bytes())
            );
        }
        // The room is empty again before the next one comes.
        client.half_close()?;
        client.end()?;
    }
    Outcome::passed(format!(
        "{} names and {} messages refused, {} delivered as they were",
        thousands(times * WRONG_NAMES.len()),
        thousands(times * BROKEN_MESSAGES.len()),
        thousands(times * ODD_MESSAGES.len())
    ))
}

/// Says something in the room, alone there; gives the answer. A delivery must be what was said.
fn answer_to(client: &mut Client, text: &[u8]) -> anyhow::Result<ErrorCode> {
    client.send(&raw_message(text))?;
    let mut heard = None;
    loop {
        match message(&client.packet()?)? {
            Message::RoomChatNtf(said) => heard = Some(said.message.as_bytes() == text),
            Message::ErrorNtf(error) => return Ok(error.error),
            Message::RoomChatRes(response) => {
                let expected = (response.result == ErrorCode::NONE).then_some(true);
                ensure!(heard == expected, "{} arrived as something else", Bytes(text));
                return Ok(response.result);
            }
            other => bail!("{} was answered with {other:?}", Bytes(text)),
        }
    }
}

fn raw_login(name: &[u8]) -> Vec<u8> {
    let mut id = [0; ID_SIZE];
    id[..name.len()].copy_from_slice(name);
    packet(PacketId::LOGIN_REQ, |packet| {
        packet.put_bytes(&id).put_bytes(&[0; ID_SIZE])
    })
}

fn raw_message(text: &[u8]) -> Vec<u8> {
    let length = i16::try_from(text.len()).unwrap_or_default();
    packet(PacketId::ROOM_CHAT_REQ, |packet| {
        packet.put(length).put_bytes(text)
    })
}

fn packet(packet_id: PacketId, body: impl FnOnce(PacketBuilder) -> PacketBuilder) -> Vec<u8> {
    bytes(body(Packet::framed(packet_id)).build())
}
