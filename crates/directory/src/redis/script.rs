//! The scripts that run in Redis: each is one step there, which nothing comes between. Redis is told of one by its hash, and
//! gets the text where it does not know it, after its start or a `SCRIPT FLUSH`.

use std::sync::LazyLock;

use redis::Script;

macro_rules! scripts {
    ($($name:ident = $file:literal;)*) => {$(
        pub(super) static $name: LazyLock<Script> =
            LazyLock::new(|| Script::new(include_str!(concat!("scripts/", $file))));
    )*};
}

scripts! {
    TAKE_SLOT = "take_slot.lua";
    RENEW = "renew.lua";
    RELEASE = "release.lua";
    SERVERS = "servers.lua";
    LOG_IN = "log_in.lua";
    LOG_OUT = "log_out.lua";
    FIND = "find.lua";
    PUT_TICKET = "put_ticket.lua";
    REDEEM = "redeem.lua";
    ASK = "ask.lua";
}
