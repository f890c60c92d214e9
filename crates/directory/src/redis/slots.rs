//! Slots in Redis: each is a hash that ends with its lease. Its name also stands in a set, where it may outlive the slot
//! itself: whoever meets it there looks whether the slot is still taken. A set that
//! was lost is whole again when all owners have renewed.

use std::collections::HashMap;
use std::time::Duration;

use protocol::Codec;
use redis::{RedisResult, cmd};
use tracing::warn;

use super::answer::{milliseconds, unreadable};
use super::link::Link;
use super::names::{self, Names, slot_name};
use super::script::{RELEASE, RENEW, SERVERS, TAKE_SLOT};
use crate::directory::Slot;
use crate::game_name::GameName;
use crate::server::{Load, Offer, Owner, Server};

/// Stands before the codec in the name of a field.
const BY_CODEC: &str = "address:";

type Fields = HashMap<String, String>;

pub(super) fn take(
    link: &mut Link,
    names: &Names,
    offer: &Offer,
    wanted: Option<u32>,
    lease: Duration,
) -> RedisResult<Slot> {
    let wanted = wanted.map_or(String::new(), |slot| slot.to_string());
    take_as(link, names, offer, [&wanted, ""], lease)
}

pub(super) fn take_again(
    link: &mut Link,
    names: &Names,
    owner: &Owner,
    offer: &Offer,
    lease: Duration,
) -> RedisResult<bool> {
    let same = [&*owner.slot.to_string(), &owner.generation.to_string()];
    let slot = take_as(link, names, offer, same, lease)?;
    Ok(slot == Slot::Taken(owner.clone()))
}

/// Which slot is wanted, or nothing; in which generation it was held, or nothing.
fn take_as(
    link: &mut Link,
    names: &Names,
    offer: &Offer,
    [wanted, again]: [&str; 2],
    lease: Duration,
) -> RedisResult<Slot> {
    let mut call = TAKE_SLOT.key(names.slots());
    call.arg(&names.prefix)
        .arg(offer.game.as_str())
        .arg(milliseconds(lease))
        .arg(wanted)
        .arg(offer.slots())
        .arg(offer.rooms)
        .arg(again);
    for (name, value) in fields(offer) {
        call.arg(name).arg(value);
    }
    let answer: Vec<String> = call.invoke(link)?;
    match answer.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["taken", name] => names::owner(name)
            .map(Slot::Taken)
            .ok_or_else(|| unreadable("no name of a server", name)),
        ["none free"] => Ok(Slot::NoneFree),
        ["other rooms", rooms] => rooms
            .parse()
            .map(Slot::OtherRooms)
            .map_err(|_| unreadable("no number of rooms", rooms)),
        _ => Err(unreadable("no slot", &answer.join(" "))),
    }
}

pub(super) fn renew(
    link: &mut Link,
    names: &Names,
    owner: &Owner,
    load: Load,
    lease: Duration,
) -> RedisResult<bool> {
    let mut call = RENEW.key(names.slot(&owner.game, owner.slot));
    call.key(names.slots())
        .arg(owner.generation)
        .arg(load.users)
        .arg(load.connections)
        .arg(milliseconds(lease))
        .arg(slot_name(&owner.game, owner.slot))
        .invoke(link)
}

pub(super) fn release(link: &mut Link, names: &Names, owner: &Owner) -> RedisResult<()> {
    let mut call = RELEASE.key(names.slot(&owner.game, owner.slot));
    call.key(names.slots())
        .key(names.generation(&owner.game, owner.slot))
        .arg(owner.generation)
        .arg(slot_name(&owner.game, owner.slot))
        .invoke(link)
}

pub(super) fn servers(link: &mut Link, names: &Names) -> RedisResult<Vec<Server>> {
    let mut call = SERVERS.key(names.slots());
    let all: Vec<(String, Fields)> = call.arg(&names.prefix).invoke(link)?;
    let mut servers: Vec<_> = all.into_iter().filter_map(readable).collect();
    servers.sort_unstable_by(|one, other| one.owner.cmp(&other.owner));
    Ok(servers)
}

/// What somebody else has put there hides no server: others are told of, and used.
fn readable((name, fields): (String, Fields)) -> Option<Server> {
    let (game, slot) = name.rsplit_once(':').unwrap_or_default();
    let found = match (game.parse(), slot.parse()) {
        (Ok(game), Ok(slot)) => server(&game, slot, fields),
        _ => Err(unreadable("no name of a slot", &name)),
    };
    found
        .inspect_err(|error| warn!("slot {name:?} in Redis is passed over: {error}"))
        .ok()
}

pub(super) fn owner_of(
    link: &mut Link,
    names: &Names,
    game: &GameName,
    slot: u32,
) -> RedisResult<Option<Server>> {
    let fields: Fields = cmd("HGETALL").arg(names.slot(game, slot)).query(link)?;
    match fields.is_empty() {
        true => Ok(None),
        false => server(game, slot, fields).map(Some),
    }
}

/// What is kept of an offer and a load that is not known yet, but for the game, which stands in the name.
fn fields(offer: &Offer) -> Vec<(String, String)> {
    let Offer {
        game: _,
        address,
        by_codec,
        web,
        rooms,
        room_size,
    } = offer;
    let field = |name: &str, value: &dyn ToString| (name.to_owned(), value.to_string());
    let mut fields = vec![
        field("address", address),
        field("rooms", rooms),
        field("room_size", room_size),
        field("users", &0),
        field("connections", &0),
    ];
    fields.extend(web.iter().map(|web| field("web", web)));
    // Whoever looks for a codec finds the first, and a later field would replace it.
    let codecs = by_codec.iter().rev();
    fields.extend(codecs.map(|(codec, address)| field(&format!("{BY_CODEC}{codec}"), address)));
    fields
}

fn server(game: &GameName, slot: u32, mut fields: Fields) -> RedisResult<Server> {
    let mut take = |name: &'static str| {
        let value = fields.remove(name);
        value.ok_or_else(|| unreadable("a slot without a field", name))
    };
    let owner = Owner {
        game: game.clone(),
        slot,
        generation: number(&take("generation")?)?,
    };
    let (address, rooms, room_size) = (take("address")?, take("rooms")?, take("room_size")?);
    let load = Load {
        users: number(&take("users")?)?,
        connections: number(&take("connections")?)?,
    };
    let by_codec = |codec: Codec| Some((codec, fields.remove(&format!("{BY_CODEC}{codec}"))?));
    let offer = Offer {
        game: game.clone(),
        address,
        by_codec: Codec::ALL.into_iter().filter_map(by_codec).collect(),
        web: fields.remove("web"),
        rooms: number(&rooms)?,
        room_size: number(&room_size)?,
    };
    Ok(Server { owner, offer, load })
}

fn number<N: std::str::FromStr>(text: &str) -> RedisResult<N> {
    text.parse()
        .map_err(|_| unreadable("no number in the field of a slot", text))
}
