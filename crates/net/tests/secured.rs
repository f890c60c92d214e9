//! A server whose connections go through a channel: what its clients get is whole and in order, its limits bite, and
//! handlers do not notice.

#[path = "secured/records.rs"]
mod records;
mod support;

use std::io::Write;
use std::sync::Arc;
use std::thread;

use net::{Activity, ClientConnection, Ending, Handler, Limits, NetError, TcpServer};
use records::{ALERT, ANSWER, DATA, END, Numbered, Peer, QUESTION};
use socket2::SockRef;
use support::{PATIENCE, Running, SHORT, TalkativeEcho, echo, eventually, read_to_end, text};

fn start(limits: Limits, handler: impl Handler) -> (Running, Activity) {
    let activity = Activity::default();
    let server = TcpServer::bind(&"127.0.0.1:0".parse().unwrap())
        .unwrap()
        .limits(limits)
        .activity(activity.clone())
        .secured(Arc::new(Numbered));
    (Running::run(server, handler), activity)
}

/// More than kernels and records take at once, without a pattern that two pieces share.
fn much() -> Vec<u8> {
    (0..200_000_u32).map(|number| (number % 251) as u8).collect()
}

#[test]
fn what_is_echoed_is_whole_and_the_end_is_said() {
    let limits = Limits {
        send_buffer: Some(4_096),
        ..Limits::default()
    };
    let (server, activity) = start(limits, echo);
    let mut peer = Peer::of(&server);
    let all = much();
    let mut sending = peer.stream.try_clone().unwrap();
    let records: Vec<u8> = all
        .chunks(1_000)
        .flat_map(|part| peer.record(DATA, part))
        .collect();
    let sender = thread::spawn(move || sending.write_all(&records).unwrap());
    peer.expect(&all);
    sender.join().unwrap();
    let end = peer.record(END, &[]);
    peer.stream.write_all(&end).unwrap();
    peer.expect_end();
    eventually("it is counted", || activity.ended(Ending::Closed) == 1);
}

#[test]
fn a_record_may_come_byte_by_byte_or_with_others() {
    let (server, _) = start(Limits::default(), echo);
    let mut peer = Peer::of(&server);
    for byte in peer.record(DATA, b"slow") {
        peer.stream.write_all(&[byte]).unwrap();
    }
    peer.expect(b"slow");
    // More plain bytes than the handler takes with one read, and records without any.
    let mut together: Vec<u8> = (0..20).flat_map(|_| peer.record(DATA, &[7; 400])).collect();
    together.extend(peer.record(DATA, b""));
    peer.stream.write_all(&together).unwrap();
    peer.expect(&[7; 8_000]);
}

/// The handler's thread and two others.
#[test]
fn threads_that_send_to_a_slow_client_do_not_disturb_one_another() {
    const EACH: usize = 100;
    let limits = Limits {
        send_buffer: Some(4_096),
        ..Limits::default()
    };
    let (server, _) = start(limits, |client: &mut ClientConnection| {
        thread::scope(|scope| {
            for name in [b'a', b'b'] {
                let sender = Arc::clone(client.sender());
                let client = &*client;
                scope.spawn(move || {
                    for number in 0..EACH {
                        let mut message = vec![name; 1_000];
                        message[0] = number as u8;
                        let mut taken = sender.send_now(&message).unwrap();
                        while taken == 0 {
                            let progress = || {
                                taken = sender.send_now(&message)?;
                                Ok(true)
                            };
                            client.wait_for_progress(progress).unwrap();
                        }
                        assert_eq!(taken, message.len());
                    }
                });
            }
        });
        Ok(())
    });
    let mut peer = Peer::of(&server);
    let mut next = [0, 0];
    for _ in 0..2 * EACH {
        let (kind, message) = peer.next().unwrap();
        assert_eq!((kind, message.len()), (DATA, 1_000));
        let counter = &mut next[usize::from(message[1] - b'a')];
        assert_eq!(usize::from(message[0]), *counter);
        *counter += 1;
    }
    peer.expect_end();
}

#[test]
fn what_the_channel_says_by_itself_comes_in_order() {
    let (server, _) = start(Limits::default(), echo);
    let mut peer = Peer::of(&server);
    let mut wire = peer.record(QUESTION, &[]);
    wire.extend(peer.record(DATA, b"ping"));
    wire.extend(peer.record(QUESTION, &[]));
    peer.stream.write_all(&wire).unwrap();
    let mut kinds: Vec<_> = (0..3).map(|_| peer.next().unwrap().0).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [DATA, ANSWER, ANSWER]);
    peer.send(b"pong");
    peer.expect(b"pong");
}

#[test]
fn last_words_go_through_the_channel() {
    let limits = Limits {
        idle_timeout: Some(SHORT),
        ..Limits::default()
    };
    let (server, activity) = start(limits, TalkativeEcho);
    let mut peer = Peer::of(&server);
    peer.expect(b"<idle timeout: nothing came for 200ms>");
    peer.expect_end();
    eventually("it is counted", || activity.ended(Ending::IdleTimeout) == 1);
}

#[test]
fn records_that_say_nothing_are_no_life() {
    let limits = Limits {
        idle_timeout: Some(SHORT),
        ..Limits::default()
    };
    let (server, activity) = start(limits, echo);
    let mut peer = Peer::of(&server);
    let empty: Vec<_> = (0..250).map(|_| peer.record(DATA, &[])).collect();
    for record in empty {
        if activity.ended(Ending::IdleTimeout) == 1 {
            break;
        }
        let _ = peer.stream.write_all(&record);
        thread::sleep(SHORT / 20);
    }
    assert_eq!(activity.ended(Ending::IdleTimeout), 1);
}

#[test]
fn half_a_record_has_the_time_of_a_packet() {
    let limits = Limits {
        frame_timeout: Some(SHORT),
        ..Limits::default()
    };
    let (server, activity) = start(limits, echo);
    let mut peer = Peer::of(&server);
    peer.send(b"whole");
    peer.expect(b"whole");
    let record = peer.record(DATA, b"half");
    peer.stream.write_all(&record[..5]).unwrap();
    eventually("it is closed", || activity.ended(Ending::FrameTimeout) == 1);
    peer.expect_end();
}

#[test]
fn whoever_breaks_the_rules_hears_the_channel_and_nobody_else() {
    let (server, activity) = start(Limits::default(), TalkativeEcho);
    let mut peer = Peer::of(&server);
    let _lost = peer.record(DATA, b"this one does not come");
    peer.send(b"and this is not the next");
    assert_eq!(peer.next(), Some((ALERT, Vec::new())));
    peer.expect_end();
    eventually("it is counted", || activity.ended(Ending::Protocol) == 1);
}

#[test]
fn whoever_does_not_come_to_an_agreement_hears_nothing() {
    let limits = Limits {
        handshake_timeout: Some(SHORT),
        ..Limits::default()
    };
    let (server, activity) = start(limits, TalkativeEcho);
    // Silent, half, a byte now and then, and something else.
    let mut silent = server.connect();
    let mut half = server.connect();
    half.write_all(b"hel").unwrap();
    let mut other = server.connect();
    other.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    let mut slow = server.connect();
    let slow_end = thread::spawn(move || {
        for byte in b"hell".iter().cycle().take(3) {
            let _ = slow.write_all(&[*byte]);
            thread::sleep(SHORT / 4);
        }
        read_to_end(&mut slow)
    });
    for client in [&mut silent, &mut half, &mut other] {
        assert_eq!(read_to_end(client), b"");
    }
    assert_eq!(slow_end.join().unwrap(), b"");
    eventually("all are counted", || activity.ended(Ending::Handshake) == 4);
    let mut peer = Peer::of(&server);
    peer.send(b"alive");
    peer.expect(b"alive");
    drop(peer);
    assert_eq!(server.end().cut_off, 4);
}

#[test]
fn whoever_is_refused_gets_what_it_can_read() {
    let limits = Limits {
        max_connections: Some(1),
        ..Limits::default()
    };
    let (server, _) = start(limits, TalkativeEcho);
    let _first = Peer::of(&server);
    assert_eq!(text(read_to_end(&mut server.connect())), "NO");
}

#[test]
fn a_shutdown_ends_the_channel_too() {
    let (server, _) = start(Limits::default(), TalkativeEcho);
    let mut peer = Peer::of(&server);
    peer.send(b"ping");
    peer.expect(b"ping");
    let mut in_handshake = server.connect();
    in_handshake.write_all(b"he").unwrap();
    server.shutdown.request();
    peer.expect(b"<server shutting down>");
    peer.expect_end();
    assert_eq!(read_to_end(&mut in_handshake), b"");
    server.end();
}

/// Half of a record is out, and the client reads no more.
#[test]
fn what_is_held_has_the_write_timeout() {
    let limits = Limits {
        write_timeout: Some(SHORT),
        send_buffer: Some(4_096),
        ..Limits::default()
    };
    let (server, activity) = start(limits, |client: &mut ClientConnection| {
        let all = much();
        let started = std::time::Instant::now();
        while started.elapsed() < PATIENCE {
            client.write_all(&all)?;
        }
        Err(NetError::CutOff("the client takes all".to_owned()))
    });
    let stream = server.connect();
    SockRef::from(&stream).set_recv_buffer_size(4_096).unwrap();
    let _peer = Peer::over(stream);
    eventually("it is given up", || activity.ended(Ending::WriteTimeout) == 1);
    assert!(activity.summary().bytes_out > 0);
}

/// The end of the channel is still to be sent when the handler is done.
#[test]
fn the_end_waits_for_a_client_that_reads_late() {
    let limits = Limits {
        send_buffer: Some(4_096),
        ..Limits::default()
    };
    let (server, _) = start(limits, |client: &mut ClientConnection| {
        // Until the kernel is full and something is held.
        while client.sender().held() == 0 {
            client.sender().send_now(&[7; 1_000])?;
        }
        Ok(())
    });
    let mut peer = Peer::of(&server);
    let mut count = 0;
    loop {
        match peer.next() {
            Some((DATA, bytes)) => count += bytes.len(),
            other => {
                assert_eq!(other, Some((END, Vec::new())));
                break;
            }
        }
    }
    assert_eq!(count % 1_000, 0);
    assert_eq!(peer.next(), None);
}
