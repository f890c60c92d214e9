//! Where users are logged in, in Redis: a key for each user, which names the server and the session. It stays when that
//! server dies, and is worth nothing from then on; the user's next login replaces it. So there is one for each user who has
//! ever logged in, at most.

use redis::RedisResult;

use super::answer::unreadable;
use super::link::Link;
use super::names::{self, Names, presence_name};
use super::script::{FIND, LOG_IN, LOG_OUT};
use crate::presence::{LogIn, Presence};

pub(super) fn log_in(
    link: &mut Link,
    names: &Names,
    user_id: &str,
    presence: &Presence,
    replaced: Option<&Presence>,
) -> RedisResult<LogIn> {
    let owner = &presence.owner;
    let mut call = LOG_IN.key(names.user(user_id));
    let answer: Vec<String> = call
        .key(names.slot(&owner.game, owner.slot))
        .arg(&names.prefix)
        .arg(owner.generation)
        .arg(presence_name(presence))
        .arg(replaced.map_or(String::new(), presence_name))
        .invoke(link)?;
    match answer.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["done"] => Ok(LogIn::Done),
        ["no lease"] => Ok(LogIn::NoLease),
        ["held", there] => read(there).map(LogIn::Held),
        _ => Err(unreadable("no outcome of a login", &answer.join(" "))),
    }
}

pub(super) fn log_out(link: &mut Link, names: &Names, user_id: &str, presence: &Presence) -> RedisResult<()> {
    let mut call = LOG_OUT.key(names.user(user_id));
    call.arg(presence_name(presence)).invoke(link)
}

pub(super) fn find(link: &mut Link, names: &Names, user_id: &str) -> RedisResult<Option<Presence>> {
    let mut call = FIND.key(names.user(user_id));
    let there: Option<String> = call.arg(&names.prefix).invoke(link)?;
    there.map(|there| read(&there)).transpose()
}

fn read(there: &str) -> RedisResult<Presence> {
    names::presence(there).ok_or_else(|| unreadable("no presence", there))
}
