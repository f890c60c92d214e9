//! Tickets in Redis, by their hashes: whoever reads Redis gets no ticket out of it. Each ends with its time.

use std::time::Duration;

use redis::RedisResult;

use super::answer::{milliseconds, unreadable};
use super::link::Link;
use super::names::{Names, owner_name};
use super::script::{PUT_TICKET, REDEEM};
use crate::server::Owner;
use crate::ticket::{Seat, Ticket};

pub(super) fn put(
    link: &mut Link,
    names: &Names,
    ticket: &Ticket,
    seat: &Seat,
    worth: Duration,
) -> RedisResult<()> {
    let mut call = PUT_TICKET.key(names.ticket(&ticket.hash()));
    call.arg(owner_name(&seat.owner))
        .arg(&seat.user_id)
        .arg(seat.room)
        .arg(milliseconds(worth))
        .invoke(link)
}

pub(super) fn redeem(
    link: &mut Link,
    names: &Names,
    ticket: &Ticket,
    user_id: &str,
    owner: &Owner,
) -> RedisResult<Option<Seat>> {
    let mut call = REDEEM.key(names.ticket(&ticket.hash()));
    let room: Option<String> = call.arg(owner_name(owner)).arg(user_id).invoke(link)?;
    let seat = |room: String| {
        Ok(Seat {
            user_id: user_id.to_owned(),
            owner: owner.clone(),
            room: room
                .parse()
                .map_err(|_| unreadable("no room of a ticket", &room))?,
        })
    };
    room.map(seat).transpose()
}
