//! The time: one service at a time, and what can be wrong with it.

use std::io::{self, Write};
use std::mem;
use std::net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{read_some, serve, serve_all};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mistake {
    NoSeconds,
    StaysOpen,
    Milliseconds,
    TimestampForEverything,
    WaitsForALineBreak,
    OneReadIsOneRequest,
    NoLongest,
    SaysNothingOfALongRequest,
    OneClientAtATime,
    IgnoresEmptyDatagrams,
    LittleEndian,
}

/// The request is over when nothing follows for this long.
const NOTHING_FOLLOWS: Duration = Duration::from_millis(100);

pub(crate) fn start_daytime(mistake: Option<Mistake>) -> SocketAddr {
    serve(move |mut client| {
        client.write_all(text(mistake).as_bytes())?;
        if mistake == Some(Mistake::StaysOpen) {
            super::keep_open();
        }
        Ok(())
    })
}

pub(crate) fn start_sessions(mistake: Option<Mistake>) -> SocketAddr {
    match mistake {
        Some(Mistake::OneClientAtATime) => serve_all(move |client| drop(talk(&client, mistake))),
        _ => serve(move |client| talk(&client, mistake)),
    }
}

/// Text without a mistake, and the time of RFC 868 with `LittleEndian`, which is no mistake of a text.
pub(crate) fn start_udp(mistake: Option<Mistake>) -> SocketAddr {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = socket.local_addr().expect("an address");
    thread::spawn(move || {
        let mut buffer = [0; 2_048];
        while let Ok((count, from)) = socket.recv_from(&mut buffer) {
            if count > 0 || mistake != Some(Mistake::IgnoresEmptyDatagrams) {
                let _ = socket.send_to(&datagram(mistake), from);
            }
        }
    });
    address
}

fn datagram(mistake: Option<Mistake>) -> Vec<u8> {
    let since_1900 = (seconds() + 2_208_988_800) as u32;
    match mistake {
        Some(Mistake::LittleEndian) => since_1900.to_le_bytes().to_vec(),
        _ => text(mistake).into_bytes(),
    }
}

fn seconds() -> u64 {
    since_1970().as_secs()
}

fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970")
}

/// The time as text: the day is looked for, year by year and month by month.
fn text(mistake: Option<Mistake>) -> String {
    let (mut days, of_day) = (seconds() / 86_400, seconds() % 86_400);
    let mut year = 1970;
    while days >= days_of(year) {
        days -= days_of(year);
        year += 1;
    }
    let february = days_of(year) - 337;
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    let (day, hour, minute, second) = (days + 1, of_day / 3_600, of_day / 60 % 60, of_day % 60);
    match mistake {
        Some(Mistake::NoSeconds) => format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}Z\n"),
        _ => format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z\n"),
    }
}

fn days_of(year: u64) -> u64 {
    let is_leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    365 + u64::from(is_leap)
}

fn talk(mut client: &TcpStream, mistake: Option<Mistake>) -> io::Result<()> {
    let is = |one| mistake == Some(one);
    let mut begun = Vec::new();
    loop {
        let waits = begun.is_empty() || is(Mistake::WaitsForALineBreak);
        client.set_read_timeout((!waits).then_some(NOTHING_FOLLOWS))?;
        match read_some(client) {
            Ok(piece) if piece.is_empty() => return Ok(()),
            Ok(piece) => begun.extend(piece),
            Err(_) if !waits => {
                let request = mem::take(&mut begun);
                client.write_all(&reply(&request, mistake))?;
                continue;
            }
            Err(error) => return Err(error),
        }
        while let Some(end) = begun.iter().position(|byte| *byte == b'\n') {
            let request: Vec<_> = begun.drain(..=end).collect();
            if request.len() > 129 && !is(Mistake::NoLongest) {
                let last_words: &[u8] = b"request too long: 128 bytes at most\n";
                return match mistake {
                    Some(Mistake::SaysNothingOfALongRequest) => Ok(()),
                    _ => client.write_all(last_words),
                };
            }
            client.write_all(&reply(&request, mistake))?;
            if is(Mistake::OneReadIsOneRequest) {
                begun.clear();
            }
        }
    }
}

fn reply(request: &[u8], mistake: Option<Mistake>) -> Vec<u8> {
    let is_timestamp = request.trim_ascii() == b"timestamp";
    let reply = match mistake {
        Some(Mistake::Milliseconds) if is_timestamp => format!("{}\n", since_1970().as_millis()),
        _ if is_timestamp || mistake == Some(Mistake::TimestampForEverything) => format!("{}\n", seconds()),
        _ => text(mistake),
    };
    reply.into_bytes()
}
