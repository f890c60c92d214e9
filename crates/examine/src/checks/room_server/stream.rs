//! Checks of any room server: the simplest requests, requests in pieces, and a request that never comes.

use std::time::{Duration, Instant};

use protocol::{ErrorCode, PacketId};

use super::words::{DONE, error, logged_in, login, ping};
use crate::check::{Check, Need};
use crate::checks::any;
use crate::checks::byte_order::{self, Turned, turned_packet};
use crate::checks::packets::{self, echo};
use crate::failure::Outcome;
use crate::stage::Stage;

/// One client, from the simplest request on.
pub(crate) const CHECKS: [Check; 8] = [
    Check {
        name: "login",
        does: "LOGIN_REQ with a new name",
        rule: "LOGIN_REQ is two fields of 16 bytes, padded with zero bytes; LOGIN_RES says NONE, which is success",
        hint: "5 bytes of header, then 32 of body; the reply has 7 bytes in all",
        needs: Need::Nothing,
        play: logs_in,
    },
    any::NEXT_CLIENT,
    Check {
        name: "echo",
        does: "ECHO before the login, with and without a body",
        rule: "101: any bytes; the server sends the packet back unchanged, also before login",
        hint: "send header and body back as they came",
        needs: Need::Nothing,
        play: echoes,
    },
    Check {
        name: "ping",
        does: "PING_REQ before the login, without a number and with one",
        rule: "PING_RES has the same body as its PING_REQ: nothing, or an i16; also before login",
        hint: "copy the body; it may have no bytes",
        needs: Need::Nothing,
        play: pings,
    },
    Check {
        name: "largest",
        does: "an ECHO of exactly the largest size",
        rule: "a packet is at most 1,024 bytes by default: 1,024 are allowed",
        hint: "compare with `>`, not with `>=`; and the size counts the header",
        needs: Need::Nothing,
        play: packets::largest,
    },
    any::SPLIT.told_as(
        "a header may arrive one byte at a time, and that is normal",
        "one read is not one packet: read on until 5 bytes are there, and then until total_size are",
    ),
    any::BYTE_BY_BYTE.told_as(
        "a header may arrive one byte at a time, and that is normal",
        "a read may bring a single byte; a short header is no error, it is not complete yet",
    ),
    any::CUT_SECOND,
];

/// Several clients, some of whom go.
pub(crate) const CLIENTS: [Check; 4] = [any::TWO_CLIENTS, any::SILENCE, any::VANISHING, any::UNREAD];

/// Those that wait for a timeout of the server.
pub(crate) const SLOW_CHECKS: [Check; 2] = [
    Check {
        name: "login-timeout",
        does: "a client that connects and never logs in, but sends a PING_REQ",
        rule: "61: no login within the login timeout; sent, then closed",
        hint: "count from the connection, not from the last byte: bytes that are no login change nothing (say so where \
               yours is not 10 s: --login-timeout; and if silence ends it earlier: --idle-timeout)",
        needs: Need::LoginTimeout,
        play: login_timeout,
    },
    Check {
        name: "idle-timeout",
        does: "a user who is silent for longer than --idle-timeout",
        rule: "66: silent for longer than the idle timeout; sent, then closed",
        hint: "a timeout on the read, or a thread that looks at all clients once a second (--idle-timeout says how long \
               yours is)",
        needs: Need::IdleTimeout,
        play: idle_timeout,
    },
];

fn logs_in(stage: &Stage<'_>) -> Outcome {
    // The size of the reply is another one in each codec, and may be written either way.
    let (size, id) = (
        stage.on_wire(&logged_in(DONE)).len() as u16,
        PacketId::LOGIN_RES.0,
    );
    let header = |number: fn(u16) -> [u8; 2]| [number(size), number(id)].concat();
    let turned = Turned {
        request: turned_packet(stage.on_wire(&login(&stage.new_name()))),
        replies: vec![header(u16::to_be_bytes), header(u16::to_le_bytes)],
    };
    byte_order::is_served(stage, &turned)
}

fn echoes(stage: &Stage<'_>) -> Outcome {
    let mut client = stage.connect()?;
    for body in [&b"hello"[..], b"", &[0, 255, 128]] {
        client.exchange(&echo(body), &echo(body))?;
    }
    Ok(())
}

fn pings(stage: &Stage<'_>) -> Outcome {
    let mut client = stage.connect()?;
    for body in [&b""[..], &[7, 0], &[0, 0x80]] {
        let [request, reply] = ping(body);
        client.exchange(&request, &reply)?;
    }
    Ok(())
}

fn login_timeout(stage: &Stage<'_>) -> Outcome {
    let timeout = stage.settings.login_timeout;
    let start = Instant::now();
    let mut client = stage.connect()?;
    // Signs of life: often enough for a server that closes who is silent, and never near the end.
    let idle = stage.settings.idle_timeout.unwrap_or(timeout);
    let pause = (timeout / 2).min(idle / 3);
    while start.elapsed() + 2 * pause <= timeout {
        client.hears_nothing_for(pause)?;
        let [request, reply] = ping(b"");
        client.exchange(&request, &reply)?;
    }
    client.wait_for_bytes((timeout + stage.settings.patience).saturating_sub(start.elapsed()));
    client.expect(&error(ErrorCode::DISCONNECT_UNAUTHENTICATED_USER))?;
    client.expect_end()
}

fn idle_timeout(stage: &Stage<'_>) -> Outcome {
    let mut alice = stage.user("alice")?;
    let timeout = stage.settings.idle_timeout.unwrap_or(Duration::ZERO);
    alice.hears_nothing_for(timeout / 2)?;
    alice.wait_for_bytes(timeout / 2 + stage.settings.patience);
    alice.expect(&error(ErrorCode::IDLE_TIMEOUT))?;
    alice.expect_end()
}
