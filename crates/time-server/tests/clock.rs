//! The whole server with a clock that stands still: the exact bytes of every service.

use std::io::{Read, Write};
use std::net::{Shutdown as Direction, SocketAddr, TcpStream, UdpSocket};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use net::{Listener, Shutdown};
use time_server::{Config, Services, Summary, TimeFormat, run};

const PATIENCE: Duration = Duration::from_secs(60);

/// The last second that RFC 868 can tell.
fn last_second() -> SystemTime {
    at("2036-02-07T06:28:15.75Z")
}

fn next_second() -> SystemTime {
    at("2036-02-07T06:28:16Z")
}

/// The last second that has four digits for its year, a day behind the end of the calendar of `jiff`, and the first of the year 10000.
fn past_the_calendar() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(253_402_300_799)
}

fn five_digits() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(253_402_300_800)
}

fn at(text: &str) -> SystemTime {
    text.parse::<Timestamp>().unwrap().into()
}

/// What came from daytime, sessions and UDP.
fn told(format: TimeFormat, clock: fn() -> SystemTime) -> ([Vec<u8>; 3], Summary) {
    let any_port = "127.0.0.1:0".parse().unwrap();
    let services = Services {
        daytime: Listener::bind_all(&any_port).unwrap(),
        sessions: Listener::bind_all(&any_port).unwrap(),
        udp: net::UdpSocket::bind_all(&any_port).unwrap(),
    };
    let [daytime, sessions] =
        [&services.daytime, &services.sessions].map(|listeners| listeners[0].local_address().unwrap());
    let udp = services.udp[0].local_address().unwrap();
    let config = Config {
        format,
        clock,
        ..Config::default()
    };
    let shutdown = Shutdown::new();
    let flag = shutdown.clone();
    let server = thread::spawn(move || run(services, &config, &flag, || ()));
    let replies = [
        over_tcp(daytime, b""),
        over_tcp(sessions, b"timestamp\ntime"),
        over_udp(udp),
    ];
    shutdown.request();
    (replies, server.join().unwrap().unwrap())
}

fn over_tcp(address: SocketAddr, requests: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(requests).unwrap();
    stream.shutdown(Direction::Write).unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).unwrap();
    reply
}

fn over_udp(address: SocketAddr) -> Vec<u8> {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.send_to(b"time?", address).unwrap();
    let mut reply = [0; 64];
    let count = socket.recv(&mut reply).unwrap();
    reply[..count].to_vec()
}

#[test]
fn text_is_the_same_everywhere() {
    let (replies, summary) = told(TimeFormat::Text, last_second);
    let text = b"2036-02-07T06:28:15Z\n";
    let session = b"2085978495\n2036-02-07T06:28:15Z\n";
    assert_eq!(replies, [&text[..], session, text]);
    assert_eq!(
        summary.to_string(),
        "2 clients served, 0 refused, 0 cut off; 1 datagrams answered, 0 not; 0 too long, \
         0 replies not sent; 19 bytes in, 74 bytes out"
    );
}

#[test]
fn seconds_since_1900_begin_anew() {
    for (clock, bytes, session) in [
        (
            last_second as fn() -> SystemTime,
            [0xff; 4],
            "2085978495\n2036-02-07T06:28:15Z\n",
        ),
        (next_second, [0; 4], "2085978496\n2036-02-07T06:28:16Z\n"),
    ] {
        let (replies, _) = told(TimeFormat::Rfc868, clock);
        assert_eq!(replies, [&bytes[..], session.as_bytes(), &bytes]);
    }
}

/// The time goes on where the calendar of a library ends.
#[test]
fn the_year_9999_ends_nothing() {
    let (replies, summary) = told(TimeFormat::Text, past_the_calendar);
    let text = b"9999-12-31T23:59:59Z\n";
    let session = b"253402300799\n9999-12-31T23:59:59Z\n";
    assert_eq!(replies, [&text[..], session, text]);
    assert_eq!((summary.clients.cut_off, summary.datagrams.answered), (0, 1));
    let (replies, _) = told(TimeFormat::Text, five_digits);
    let text = b"+010000-01-01T00:00:00Z\n";
    let session = b"253402300800\n+010000-01-01T00:00:00Z\n";
    assert_eq!(replies, [&text[..], session, text]);
    let (replies, _) = told(TimeFormat::Rfc868, five_digits);
    assert_eq!(replies[0], 255_611_289_600_u64.to_be_bytes()[4..]);
    assert_eq!(replies[1], session);
    assert_eq!(replies[2], replies[0]);
}
