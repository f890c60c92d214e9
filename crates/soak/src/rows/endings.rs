//! Clients that end: with a reset, and in an orderly way while all their replies are under way.

use std::thread;

use anyhow::{bail, ensure};
use figures::thousands;
use protocol::ErrorCode;
use protocol::message::Message;

use crate::chat::{self, FIRST_ROOM, message};
use crate::client::{Bytes, Client};
use crate::plan::Plan;
use crate::row::Outcome;
use crate::service::Service;

/// Packets that a rate limit must still let pass besides: login, entering, and some air.
const BESIDES: usize = 10;

/// Clients that are gone without a word.
pub(crate) fn resets(plan: &Plan) -> anyhow::Result<Outcome> {
    let count = plan.count(20_000);
    for number in 0..count {
        plan.pace(number)?;
        let requests = match plan.service {
            Service::Chat => {
                let login = chat::login(&format!("gone {number}"));
                [login, chat::enter(FIRST_ROOM), chat::say("hi")].concat()
            }
            service => service.request(7),
        };
        let sent = match number % 3 {
            0 => 0,
            1 => requests.len(),
            _ => requests.len() - 1,
        };
        let mut client = plan.connect()?;
        client.send(&requests[..sent])?;
        client.reset()?;
    }
    let answer = plan.greet_when_there_is_a_place()?;
    Outcome::passed(format!(
        "{} resets; then a new client was answered in {answer:.1} ms",
        thousands(count)
    ))
}

/// A client that has said everything, and wants to hear everything.
pub(crate) fn half_close(plan: &Plan) -> anyhow::Result<Outcome> {
    let wanted = plan.count(10_000);
    let burst = plan.burst()?;
    let count = burst.map_or(wanted, |burst| wanted.min(burst.saturating_sub(BESIDES).max(1)));
    match plan.service {
        Service::Chat => half_close_in_room(plan, count)?,
        service => half_close_of(plan, service, count)?,
    }
    let limited = if count < wanted {
        " (the rate limit allows no more)"
    } else {
        ""
    };
    Outcome::passed(format!(
        "all replies to {} requests{limited}, then the end",
        thousands(count)
    ))
}

fn half_close_of(plan: &Plan, service: Service, count: usize) -> anyhow::Result<()> {
    let requests: Vec<u8> = (0..count).flat_map(|number| service.request(number)).collect();
    let replies: Vec<u8> = (0..count).flat_map(|number| service.reply(number)).collect();
    let mut client = plan.connect()?;
    say_all(&mut client, &requests, |client| {
        client.expect(&replies)?;
        let end = client.end()?;
        ensure!(
            end.orderly && end.came.is_empty(),
            "no orderly end, but {}",
            Bytes(&end.came)
        );
        Ok(())
    })
}

fn half_close_in_room(plan: &Plan, count: usize) -> anyhow::Result<()> {
    let messages = (0..count).flat_map(|number| chat::say(&number.to_string()));
    let requests: Vec<u8> = chat::enter(FIRST_ROOM).into_iter().chain(messages).collect();
    let mut client = plan.connect_as("half-closed")?;
    say_all(&mut client, &requests, |client| {
        let (mut heard, mut results) = (0, 0);
        while results < count {
            match message(&client.packet()?)? {
                Message::RoomChatNtf(said) => {
                    ensure!(
                        said.message == heard.to_string(),
                        "`{}` instead of {heard}",
                        said.message
                    );
                    heard += 1;
                }
                Message::RoomChatRes(response) if response.result == ErrorCode::NONE => results += 1,
                Message::RoomEnterRes(response) if response.result == ErrorCode::NONE => {}
                other => bail!("after {heard} messages came {other:?}"),
            }
        }
        ensure!(heard == count, "{results} results and {heard} messages");
        client.orderly_end()
    })
}

/// Sends the requests and the end of the data, while `receive` reads: nobody keeps all the replies.
fn say_all(
    client: &mut Client,
    requests: &[u8],
    receive: impl FnOnce(&mut Client) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut sender = client.second_handle()?;
    thread::scope(|scope| {
        let sending = scope.spawn(move || {
            sender.send(requests)?;
            sender.half_close()
        });
        receive(client)?;
        sending
            .join()
            .unwrap_or_else(|_| bail!("the sending thread has panicked"))
    })
}
