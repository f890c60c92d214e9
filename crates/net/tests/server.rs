//! What `TcpServer` survives, refuses and ends. How it shuts down is in `shutdown`.

mod support;

use std::io::{Read, Write};
use std::net::{Shutdown as Direction, TcpStream};
use std::time::{Duration, Instant};

use net::{ClientConnection, Handler, Limits, NetError};
use socket2::SockRef;
use support::{
    PATIENCE, Running, SHORT, TalkativeEcho, echo, echo_works, ends, eventually, read_to_end, text,
};

#[test]
fn clients_are_served_side_by_side_and_counted() {
    let server = Running::start(Limits::default(), echo);
    let mut clients: Vec<_> = (0..20).map(|_| server.connect()).collect();
    clients.iter_mut().for_each(echo_works);
    clients.iter_mut().rev().for_each(echo_works);
    drop(clients);
    let summary = server.end();
    assert_eq!((summary.served, summary.refused, summary.cut_off), (20, 0, 0));
    assert_eq!((summary.bytes_in, summary.bytes_out), (160, 160));
    assert_eq!(
        summary.to_string(),
        "20 clients served, 0 refused, 0 cut off; 160 bytes in, 160 bytes out"
    );
}

#[test]
fn a_client_over_the_limit_hears_why_and_a_freed_place_is_usable() {
    let limits = Limits {
        max_connections: Some(1),
        ..Limits::default()
    };
    let server = Running::start(limits, TalkativeEcho);
    let mut first = server.connect();
    echo_works(&mut first);
    let mut second = server.connect();
    second.write_all(b"sent before the refusal is read").unwrap();
    assert_eq!(
        text(read_to_end(&mut second)),
        "<server full: 1 connections are open>"
    );
    drop(first);
    eventually("the freed place is taken", || {
        let mut next = server.connect();
        let mut reply = [0; 4];
        next.write_all(b"ping").is_ok() && next.read_exact(&mut reply).is_ok() && &reply == b"ping"
    });
}

/// Only Linux answers to all of 127.0.0.0/8 without being told to.
#[cfg(target_os = "linux")]
#[test]
fn one_address_has_its_own_limit() {
    let limits = Limits {
        max_per_ip: Some(2),
        ..Limits::default()
    };
    let server = Running::start(limits, TalkativeEcho);
    let mut allowed = [server.connect(), server.connect()];
    allowed.iter_mut().for_each(echo_works);
    let mut third = server.connect();
    assert_eq!(
        text(read_to_end(&mut third)),
        "<too many connections from one address: 2 are open>"
    );
    let mut elsewhere = connect_from("127.0.0.2", &server);
    echo_works(&mut elsewhere);
    assert_eq!(server.end().refused, 1);
}

/// Linux answers on all of 127.0.0.0/8, so it is easy to be somebody else.
fn connect_from(ip: &str, server: &Running) -> TcpStream {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    let from: std::net::SocketAddr = format!("{ip}:0").parse().unwrap();
    socket.bind(&from.into()).unwrap();
    socket.connect(&server.address.into()).unwrap();
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

#[test]
fn a_client_without_a_thread_is_refused() {
    let limits = Limits {
        // More than the address space has.
        stack_size: 1 << 47,
        ..Limits::default()
    };
    let server = Running::start(limits, TalkativeEcho);
    for _ in 0..3 {
        let said = text(read_to_end(&mut server.connect()));
        assert!(said.starts_with("<no thread for the client: "), "{said}");
    }
    assert_eq!(server.end().refused, 3);
}

#[test]
fn a_panic_ends_that_connection_only() {
    let server = Running::start(Limits::default(), |client: &mut ClientConnection| {
        let mut byte = [0];
        while client.read(&mut byte)? > 0 {
            assert!(byte != *b"!", "a panic on purpose");
            client.write_all(&byte)?;
        }
        Ok(())
    });
    let mut bystander = server.connect();
    echo_works(&mut bystander);
    let mut victim = server.connect();
    victim.write_all(b"a!").unwrap();
    assert_eq!(read_to_end(&mut victim), b"a");
    echo_works(&mut bystander);
    drop((victim, bystander));
    assert_eq!(server.end().served, 2);
}

#[test]
fn clients_that_break_off_harm_nobody() {
    let server = Running::start(Limits::default(), echo);
    let mut bystander = server.connect();
    for round in 0..100 {
        let mut client = server.connect();
        match round % 3 {
            0 => {}
            1 => client.write_all(b"half a mess").unwrap(),
            _ => echo_works(&mut client),
        }
        SockRef::from(&client).set_linger(Some(Duration::ZERO)).unwrap();
        drop(client);
    }
    echo_works(&mut bystander);
    // Whoever is served now has come behind all the others: none of them waits to be accepted.
    let mut last = server.connect();
    echo_works(&mut last);
    drop((bystander, last));
    assert_eq!(server.end().served, 102);
}

#[test]
fn half_a_close_still_gets_every_reply() {
    let server = Running::start(Limits::default(), echo);
    let mut client = server.connect();
    let sent: Vec<u8> = (0..1_000_000_u32).map(|index| index as u8).collect();
    let mut writer = client.try_clone().unwrap();
    let copy = sent.clone();
    let writing = std::thread::spawn(move || {
        writer.write_all(&copy).unwrap();
        writer.shutdown(Direction::Write).unwrap();
    });
    assert!(read_to_end(&mut client) == sent);
    writing.join().unwrap();
}

#[test]
fn silence_ends_at_the_idle_timeout_and_bytes_put_it_off() {
    let limits = Limits {
        idle_timeout: Some(SHORT),
        ..Limits::default()
    };
    let last_words = "<idle timeout: nothing came for 200ms>";
    // On a machine that is too busy for pauses so short, another try counts.
    eventually("the client speaks in time", || {
        let server = Running::start(limits.clone(), TalkativeEcho);
        let mut client = server.connect();
        let started = Instant::now();
        let mut sent = 0;
        // Longer than one timeout in all, with pauses shorter than it.
        while started.elapsed() < SHORT * 2 {
            let mut reply = [0; 4];
            client.write_all(b"ping").unwrap();
            client.read_exact(&mut reply).unwrap();
            if &reply != b"ping" {
                assert!(last_words.as_bytes().starts_with(&reply));
                return false;
            }
            sent += 4;
            std::thread::yield_now();
        }
        let silent_since = Instant::now();
        assert_eq!(text(read_to_end(&mut client)), last_words);
        // The server's clock started at its last read, a moment before ours.
        assert!(silent_since.elapsed() >= SHORT / 2);
        assert_eq!(server.end().bytes_in, sent);
        true
    });
}

/// Treats every `.` as the end of a packet.
fn dotted_packets(client: &mut ClientConnection) -> Result<(), NetError> {
    let mut buffer = [0; 64];
    let mut pending = 0;
    loop {
        let count = client.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        let bytes = &buffer[..count];
        let completed = bytes.iter().filter(|byte| **byte == b'.').count();
        pending = match bytes.iter().rposition(|byte| *byte == b'.') {
            Some(end) => count - end - 1,
            None => pending + count,
        };
        client.note_frames(completed, pending);
        client.write_all(bytes)?;
    }
}

#[test]
fn a_packet_must_be_complete_in_time_however_busy_its_client_is() {
    let limits = Limits {
        frame_timeout: Some(SHORT),
        ..Limits::default()
    };
    let server = Running::start(limits, dotted_packets);
    let mut client = server.connect();
    let started = Instant::now();
    // Every byte comes at once after the last is echoed, so no single read ever waits for long.
    let mut echoed = [0];
    while client.write_all(b"x").is_ok() && matches!(client.read(&mut echoed), Ok(1)) {
        assert!(started.elapsed() < PATIENCE, "one packet lasts for ever");
    }
    assert_eq!(server.end().cut_off, 1);
}

#[test]
fn a_packet_that_is_begun_and_not_continued_ends_in_time() {
    let limits = Limits {
        frame_timeout: Some(SHORT),
        ..Limits::default()
    };
    let server = Running::start(limits, dotted_packets);
    let mut client = server.connect();
    client.write_all(b"one.tw").unwrap();
    assert_eq!(read_to_end(&mut client), b"one.tw");
    assert_eq!(server.end().cut_off, 1);
}

#[test]
fn a_client_that_never_reads_is_cut_off_and_its_neighbour_is_not() {
    let limits = Limits {
        write_timeout: Some(SHORT),
        send_buffer: Some(16 * 1024),
        ..Limits::default()
    };
    let server = Running::start(limits, echo);
    let mut neighbour = server.connect();
    let mut greedy = server.connect();
    let block = vec![0; 64 * 1024];
    let cut_off = std::thread::spawn(move || while greedy.write_all(&block).is_ok() {});
    while !cut_off.is_finished() {
        echo_works(&mut neighbour);
    }
    drop(neighbour);
    assert_eq!(server.end().cut_off, 1);
}

#[test]
fn a_panic_over_the_last_words_costs_only_them() {
    struct Speechless;

    impl Handler for Speechless {
        fn handle(&self, client: &mut ClientConnection) -> Result<(), NetError> {
            echo(client)
        }

        fn last_words(&self, _reason: &NetError) -> Vec<u8> {
            panic!("lost for words");
        }
    }

    let limits = Limits {
        max_connections: Some(1),
        ..Limits::default()
    };
    let server = Running::start(limits, Speechless);
    let mut first = server.connect();
    echo_works(&mut first);
    assert!(ends(&mut server.connect()), "refused, without a word");
    echo_works(&mut first);
    let summary = server.end();
    assert_eq!((summary.served, summary.refused), (1, 1));
}

#[test]
fn a_length_without_its_body_is_closed_by_the_frame_timeout() {
    let limits = Limits {
        frame_timeout: Some(SHORT),
        idle_timeout: None,
        ..Limits::default()
    };
    let server = Running::start(limits, |client: &mut ClientConnection| {
        let (mut length, mut body) = ([0; 1], [0; 3]);
        while client.read_exact(&mut length)? {
            client.read_rest(&mut body)?;
            client.write_all(&body)?;
        }
        Ok(())
    });
    let mut client = server.connect();
    client.write_all(b"3abc").unwrap();
    let mut body = [0; 3];
    client.read_exact(&mut body).unwrap();
    assert_eq!(&body, b"abc");
    client.write_all(b"3").unwrap();
    assert!(ends(&mut client));
    assert_eq!(server.end().cut_off, 1);
}

#[test]
fn a_deadline_ends_reads_whatever_comes() {
    let server = Running::start(Limits::default(), |client: &mut ClientConnection| {
        client.set_deadline(Some(Instant::now() + SHORT));
        echo(client)
    });
    let mut client = server.connect();
    let started = Instant::now();
    // It goes on talking, and is closed all the same.
    while client.write_all(b"ping").is_ok() && client.read_exact(&mut [0; 4]).is_ok() {}
    assert!(started.elapsed() >= SHORT);
    assert_eq!(server.end().cut_off, 1);
}

#[test]
fn time_that_the_server_takes_is_not_the_clients() {
    let server = Running::start(Limits::default(), |client: &mut ClientConnection| {
        client.set_deadline(Some(Instant::now()));
        assert!(matches!(client.read(&mut [0]), Err(NetError::DeadlineOver)));
        let a_while_ago = Instant::now().checked_sub(PATIENCE).unwrap();
        client.extend_deadline(a_while_ago);
        client.write_all(b"!")?;
        echo(client)
    });
    let mut client = server.connect();
    // What came before would have come in time.
    client.read_exact(&mut [0]).unwrap();
    client.write_all(b"ping").unwrap();
    client.read_exact(&mut [0; 4]).unwrap();
    drop(client);
    assert_eq!(server.end().cut_off, 0);
}
