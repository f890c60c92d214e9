//! Tests of `Connection`: exact reads, sends that never wait, closes that lose nothing.

mod support;

use std::time::{Duration, Instant};

use net::WriteWaiter;
use support::{PATIENCE, pair};

const SHORT: Duration = Duration::from_millis(50);

#[test]
fn an_exact_read_joins_what_comes_in_pieces() {
    let (near, far) = pair();
    let writer = std::thread::spawn(move || {
        for piece in [&b"he"[..], b"l", b"lo, wor", b"ld"] {
            near.write_all(piece).unwrap();
        }
        near
    });
    let mut hello = [0; 5];
    assert!(far.read_exact(&mut hello).unwrap());
    assert_eq!(&hello, b"hello");
    let mut rest = [0; 7];
    assert!(far.read_exact(&mut rest).unwrap());
    assert_eq!(&rest, b", world");
    drop(writer.join().unwrap());
    assert!(
        !far.read_exact(&mut hello).unwrap(),
        "closed before the first byte"
    );
}

#[test]
fn an_exact_read_says_how_far_it_came() {
    let (near, far) = pair();
    near.write_all(b"abc").unwrap();
    drop(near);
    let error = far.read_exact(&mut [0; 9]).unwrap_err();
    assert_eq!(error.to_string(), "closed by the other side after 3 of 9 bytes");
}

#[test]
fn send_now_takes_what_fits_and_never_waits() {
    let (near, far) = pair();
    let block = vec![7; 1 << 20];
    let mut taken = 0;
    loop {
        match near.send_now(&block).unwrap() {
            0 => break,
            count => taken += count,
        }
    }
    assert!(taken > 0);
    drop(near);
    let mut received = vec![0; taken];
    assert!(
        far.read_exact(&mut received).unwrap(),
        "what was taken arrives whole"
    );
    assert!(received.iter().all(|byte| *byte == 7));
    assert_eq!(far.read(&mut [0; 1]).unwrap(), 0);
}

#[test]
fn a_smaller_send_buffer_takes_less() {
    let (near, _far) = pair();
    near.set_send_buffer(16 * 1024).unwrap();
    // What the peer's receive buffer takes is not ours to say; ours is full soon after.
    let block = vec![0; 64 * 1024];
    let mut sends = 0;
    while near.send_now(&block).unwrap() > 0 {
        sends += 1;
    }
    let (roomy, _far) = pair();
    let mut roomy_sends = 0;
    while roomy.send_now(&block).unwrap() > 0 {
        roomy_sends += 1;
    }
    assert!(sends < roomy_sends, "{sends} < {roomy_sends}");
}

#[test]
fn a_broken_connection_is_an_error_and_not_a_signal() {
    let (near, far) = pair();
    far.shutdown_both();
    drop(far);
    // The first write may still be taken; the reset that it provokes makes the next one fail.
    let mut outcome = Ok(());
    let deadline = Instant::now() + PATIENCE;
    while outcome.is_ok() && Instant::now() < deadline {
        outcome = near.write_all(b"anybody there?");
    }
    assert!(outcome.unwrap_err().is_broken_connection());
}

#[test]
fn a_polite_close_loses_nothing_although_input_is_unread() {
    let (near, far) = pair();
    near.write_all(&[1; 10_000]).unwrap();
    let closing = std::thread::spawn(move || {
        far.write_all(b"the last reply").unwrap();
        far.close(PATIENCE);
    });
    let mut reply = [0; 14];
    assert!(near.read_exact(&mut reply).unwrap());
    near.write_all(&[2; 10_000])
        .expect("what still comes is discarded, not answered with a reset");
    assert_eq!(near.read(&mut reply).unwrap(), 0, "an orderly end");
    drop(near);
    closing.join().unwrap();
}

#[test]
fn a_polite_close_waits_no_longer_than_it_was_told() {
    let (near, far) = pair();
    let started = Instant::now();
    far.close(SHORT);
    assert!(started.elapsed() >= SHORT);
    assert_eq!(near.read(&mut [0; 1]).unwrap(), 0);
}

#[test]
fn small_writes_need_not_be_held_back() {
    let (near, _far) = pair();
    near.set_no_delay(true).unwrap();
}

#[test]
fn one_thread_waits_for_many_slow_readers() {
    let waiter = WriteWaiter::new().unwrap();
    let pairs = [pair(), pair()];
    let block = vec![0; 64 * 1024];
    for (near, _far) in &pairs {
        while near.send_now(&block).unwrap() > 0 {}
    }
    let near = || pairs.iter().map(|(near, _far)| near);
    assert_eq!(waiter.wait(near(), Some(SHORT)).unwrap(), [false, false]);
    let (_, reader) = &pairs[1];
    let mut taken = vec![0; block.len()];
    let ready = loop {
        reader.read(&mut taken).unwrap();
        let ready = waiter.wait(near(), Some(Duration::ZERO)).unwrap();
        if ready != [false, false] {
            break ready;
        }
    };
    assert_eq!(ready, [false, true]);
    waiter.wake();
    waiter.wait(near().take(1), None).unwrap();
}
