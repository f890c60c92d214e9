//! Checks of the time server: daytime, sessions and datagrams.

mod moment;

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use harness::client::is_timeout;
use moment::{Format, is_now};

use crate::check::{Check, Need};
use crate::client::Client;
use crate::failure::{Ending, Failure, Outcome};
use crate::kind::Kind;
use crate::notation::Notation;
use crate::settings::Service;
use crate::stage::Stage;

/// Daytime, sessions and UDP.
pub static TIME: Kind = Kind {
    name: "time",
    does: "Daytime, sessions and UDP",
    section: 4,
    port: 7777,
    has_codecs: false,
    has_services: true,
    notation: |_| Notation::Text,
    opening: None,
    checks: |_| CHECKS.to_vec(),
};

/// Replies that a client may ask for before it reads one.
const PIPELINED: usize = 20;

/// How often a datagram is sent that is not answered.
const TRIES: u32 = 3;

const TOO_LONG: &[u8] = b"request too long: 128 bytes at most\n";

const CHECKS: [Check; 12] = [
    Check {
        name: "daytime",
        does: "a client that connects and reads",
        rule: "on connect the server sends the current time as text (RFC 3339 in UTC with seconds), and closes",
        hint: "2026-11-21T12:30:59Z and a line break, nothing else; then close. RFC 868: 4 bytes, big-endian",
        needs: Need::Daytime,
        play: daytime,
    },
    Check {
        name: "daytime-again",
        does: "three clients of the daytime service, and one that breaks off without reading",
        rule: "a server goes on when a client has gone",
        hint: "accept again when a client has gone: a loop around accept; an error of one client ends nothing",
        needs: Need::Daytime,
        play: daytime_again,
    },
    Check {
        name: "timestamp",
        does: "the request `timestamp`, with a line break",
        rule: "the request `timestamp` is answered with the Unix time in decimal seconds, ending in a line break",
        hint: "seconds since 1970, not milliseconds; the connection stays open",
        needs: Need::Sessions,
        play: timestamp,
    },
    Check {
        name: "text",
        does: "other requests, an empty one too",
        rule: "any other request is answered with the time as text, ending in a line break",
        hint: "2026-11-21T12:30:59Z; an empty line is a request",
        needs: Need::Sessions,
        play: text,
    },
    Check {
        name: "no-line-break",
        does: "`timestamp` without a line break, twice",
        rule: "a request ends where nothing follows for 100 ms, for clients that send no line break",
        hint: "a short timeout on the read, once a request has begun",
        needs: Need::Sessions,
        play: no_line_break,
    },
    Check {
        name: "merged",
        does: "20 requests in one write, and then the end of what the client sends",
        rule: "a request ends at its line break; each has its reply, in order",
        hint: "a read may bring several requests; a read of 0 bytes is the end: answer what is owed first",
        needs: Need::Sessions,
        play: merged,
    },
    Check {
        name: "too-long",
        does: "a request of 128 bytes, and one of 129",
        rule: "over 128 bytes: `request too long: 128 bytes at most` and the end",
        hint: "the line break does not count; close after the answer, and keep no more than that in memory",
        needs: Need::Sessions,
        play: too_long,
    },
    Check {
        name: "silence",
        does: "a client that connects first and says nothing, and another that is served meanwhile",
        rule: "long connections: clients do not wait for each other",
        hint: "a thread per client, or poll",
        needs: Need::Sessions,
        play: silence,
    },
    Check {
        name: "vanishing",
        does: "clients that close at once or break off in the middle of a request, and another that is served",
        rule: "a broken connection ends that connection only",
        hint: "an error in a read ends this client, not the server",
        needs: Need::Sessions,
        play: vanishing,
    },
    Check {
        name: "unread",
        does: "a client that sends requests and goes without reading a reply, and another that is served",
        rule: "a broken connection ends that connection only",
        hint: "a write to a client that has gone is an error, and ends a C program (signal SIGPIPE) if it does not \
               ignore that signal; in other languages it is an exception to catch",
        needs: Need::Sessions,
        play: unread,
    },
    Check {
        name: "idle-timeout",
        does: "a client that is silent for longer than --idle-timeout",
        rule: "a client that is silent for two minutes is closed; --idle-timeout says how long it is here",
        hint: "a timeout on the read; close, without a word",
        needs: Need::IdleTimeout,
        play: idle_timeout,
    },
    Check {
        name: "datagrams",
        does: "datagrams with and without bytes in them, from two sockets",
        rule: "any datagram is answered with the time as text, to where it came from",
        hint: "recv_from tells who has asked; an empty datagram is one too",
        needs: Need::Udp,
        play: datagrams,
    },
];

fn session<'a>(stage: &'a Stage<'_>) -> Outcome<Client<'a>> {
    stage.connect_to(Service::Sessions)
}

fn text_format(stage: &Stage<'_>) -> Format {
    if stage.settings.rfc868 {
        Format::Rfc868
    } else {
        Format::Text
    }
}

fn check(format: Format, came: &[u8]) -> Outcome {
    match is_now(format, came) {
        true => Ok(()),
        false => Err(Failure::no_bytes(
            Notation::Text,
            format.description(),
            came,
            None,
        )),
    }
}

/// Sends a request, and the time comes, in one line.
fn ask(client: &mut Client<'_>, request: &[u8], format: Format) -> Outcome {
    client.send(request)?;
    let line = client.next_line(format.description())?;
    check(format, &line)
}

fn daytime(stage: &Stage<'_>) -> Outcome {
    let format = text_format(stage);
    let came = stage
        .connect_to(Service::Daytime)?
        .read_to_end(format.description())?;
    check(format, &came)
}

fn daytime_again(stage: &Stage<'_>) -> Outcome {
    for _ in 0..3 {
        daytime(stage)?;
    }
    stage.connect_to(Service::Daytime)?.reset();
    daytime(stage)
}

fn is_served(stage: &Stage<'_>) -> Outcome {
    ask(&mut session(stage)?, b"timestamp\n", Format::Seconds)
}

fn timestamp(stage: &Stage<'_>) -> Outcome {
    let mut client = session(stage)?;
    for _ in 0..2 {
        ask(&mut client, b"timestamp\n", Format::Seconds)?;
    }
    Ok(())
}

fn text(stage: &Stage<'_>) -> Outcome {
    let mut client = session(stage)?;
    for request in [&b"what time is it?\n"[..], b"\n", b"Timestamp\n"] {
        ask(&mut client, request, Format::Text)?;
    }
    ask(&mut client, b"timestamp\n", Format::Seconds)
}

fn no_line_break(stage: &Stage<'_>) -> Outcome {
    let mut client = session(stage)?;
    for _ in 0..2 {
        ask(&mut client, b"timestamp", Format::Seconds)?;
    }
    Ok(())
}

fn merged(stage: &Stage<'_>) -> Outcome {
    let mut client = session(stage)?;
    client.send(&b"timestamp\n?\n".repeat(PIPELINED / 2))?;
    client.half_close();
    for _ in 0..PIPELINED / 2 {
        for format in [Format::Seconds, Format::Text] {
            let line = client.next_line(format.description())?;
            check(format, &line)?;
        }
    }
    client.expect_end()
}

fn too_long(stage: &Stage<'_>) -> Outcome {
    let mut client = session(stage)?;
    ask(&mut client, &[&[b'x'; 128][..], b"\n"].concat(), Format::Text)?;
    client.exchange(&[&[b'x'; 129][..], b"\n"].concat(), TOO_LONG)?;
    client.expect_end()?;
    is_served(stage)
}

fn silence(stage: &Stage<'_>) -> Outcome {
    let _silent = session(stage)?;
    is_served(stage)
}

fn vanishing(stage: &Stage<'_>) -> Outcome {
    drop(session(stage)?);
    is_served(stage)?;
    let mut client = session(stage)?;
    client.send(b"time")?;
    client.reset();
    is_served(stage)
}

fn unread(stage: &Stage<'_>) -> Outcome {
    let mut client = session(stage)?;
    client.send(&b"timestamp\n".repeat(PIPELINED))?;
    client.close();
    is_served(stage)
}

fn idle_timeout(stage: &Stage<'_>) -> Outcome {
    let mut client = session(stage)?;
    let timeout = stage.settings.idle_timeout.unwrap_or_default();
    client.hears_nothing_for(timeout / 2)?;
    client.wait_for_bytes(timeout / 2 + stage.settings.patience);
    client.expect_end()
}

fn datagrams(stage: &Stage<'_>) -> Outcome {
    let server = stage.place(Service::Udp);
    for request in [&b"time?"[..], b"", &[0; 1_000]] {
        let came = datagram(stage, server, request).map_err(|error| {
            let came = match is_timeout(&error) {
                true => format!("{}, after {TRIES} requests", Ending::Silence),
                false => error.to_string(),
            };
            Failure::words("a datagram with the time", came)
        })?;
        check(text_format(stage), &came)?;
    }
    Ok(())
}

/// Sends a datagram from a new socket, and receives one. A datagram may get lost without anybody's fault.
fn datagram(stage: &Stage<'_>, server: SocketAddr, request: &[u8]) -> io::Result<Vec<u8>> {
    let any: SocketAddr = if server.is_ipv4() {
        (Ipv4Addr::UNSPECIFIED, 0).into()
    } else {
        (Ipv6Addr::UNSPECIFIED, 0).into()
    };
    let socket = UdpSocket::bind(any)?;
    socket.connect(server)?;
    socket.set_read_timeout(Some(stage.patience() / TRIES))?;
    stage.note(format!("--> a datagram of {} bytes", request.len()));
    let mut reply = vec![0; 64 * 1024];
    let mut received = Err(ErrorKind::TimedOut.into());
    for _ in 0..TRIES {
        socket.send(request)?;
        received = socket.recv(&mut reply);
        if !matches!(&received, Err(error) if is_timeout(error)) {
            break;
        }
    }
    reply.truncate(received?);
    Ok(reply)
}
