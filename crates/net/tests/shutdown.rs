//! How `TcpServer` shuts down: what was read is answered, and nobody stays longer than the drain time.

mod support;

use std::io::Write;
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Instant;

use net::{ClientConnection, Handler, Limits, NetError};
use socket2::SockRef;
use support::{PATIENCE, Running, SHORT, TalkativeEcho, echo, echo_works, ends, read_to_end, text};

#[test]
fn shutdown_ends_silent_clients_with_last_words_and_an_orderly_close() {
    let server = Running::start(Limits::default(), TalkativeEcho);
    let mut clients: Vec<_> = (0..50).map(|_| server.connect()).collect();
    clients.iter_mut().for_each(echo_works);
    let farewells = std::thread::spawn(move || {
        clients
            .iter_mut()
            .map(|client| text(read_to_end(client)))
            .collect::<Vec<_>>()
    });
    let started = Instant::now();
    let summary = server.end();
    assert!(
        Some(started.elapsed()) < Limits::default().drain,
        "nobody waits for the drain time"
    );
    assert_eq!(summary.served, 50);
    for farewell in farewells.join().unwrap() {
        assert_eq!(farewell, "<server shutting down>");
    }
}

/// A server that takes its time with a refusal: nobody else is accepted meanwhile.
struct SlowToRefuse {
    refuses: Mutex<Sender<()>>,
    goes_on: Mutex<Receiver<()>>,
}

impl Handler for SlowToRefuse {
    fn handle(&self, client: &mut ClientConnection) -> Result<(), NetError> {
        echo(client)
    }

    fn last_words(&self, reason: &NetError) -> Vec<u8> {
        if matches!(reason, NetError::ServerFull(_)) {
            self.refuses.lock().unwrap().send(()).unwrap();
            self.goes_on.lock().unwrap().recv().unwrap();
        }
        format!("<{reason}>").into_bytes()
    }
}

#[test]
fn clients_in_the_queue_at_shutdown_are_not_reset() {
    let limits = Limits {
        max_connections: Some(1),
        ..Limits::default()
    };
    let (refuses, refused) = mpsc::channel();
    let (go_on, goes_on) = mpsc::channel();
    let handler = SlowToRefuse {
        refuses: Mutex::new(refuses),
        goes_on: Mutex::new(goes_on),
    };
    let server = Running::start(limits, handler);
    let mut first = server.connect();
    echo_works(&mut first);
    let mut clients: Vec<_> = (0..10).map(|_| server.connect()).collect();
    refused.recv().unwrap();
    // One is being refused, and nine are in the queue.
    for client in &mut clients {
        client.write_all(b"hello").unwrap();
    }
    server.shutdown.request();
    clients.iter().for_each(|_| go_on.send(()).unwrap());
    assert_eq!(text(read_to_end(&mut first)), "<server shutting down>");
    for client in &mut clients {
        let farewell = text(read_to_end(client));
        assert!(farewell.starts_with('<'), "{farewell}");
    }
    drop((first, clients));
    server.end();
}

#[test]
fn shutdown_answers_what_was_read_and_reads_no_more() {
    let (at_work, is_at_work) = mpsc::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let may_go_on = std::sync::Mutex::new(may_go_on);
    let server = Running::start(Limits::default(), move |client: &mut ClientConnection| {
        let mut buffer = [0; 4];
        while client.read(&mut buffer)? > 0 {
            at_work.send(()).unwrap();
            may_go_on.lock().unwrap().recv().unwrap();
            client.write_all(&buffer)?;
        }
        Ok(())
    });
    let mut client = server.connect();
    client.write_all(b"onetwo").unwrap();
    is_at_work.recv().unwrap();
    server.shutdown.request();
    go_on.send(()).unwrap();
    assert_eq!(
        read_to_end(&mut client),
        b"onet",
        "the four bytes that were read, and no more"
    );
    drop(client);
    assert_eq!(server.end().bytes_in, 4);
}

#[test]
fn shutdown_cuts_off_who_is_not_done_after_the_drain_time() {
    let limits = Limits {
        drain: Some(SHORT),
        write_timeout: None,
        ..Limits::default()
    };
    let server = Running::start(limits, echo);
    let mut greedy = server.connect();
    SockRef::from(&greedy).set_nonblocking(true).unwrap();
    let block = vec![0; 64 * 1024];
    // Until the server's thread is stuck in its write: nothing more is taken.
    let mut stuck_since = Instant::now();
    while stuck_since.elapsed() < SHORT {
        if greedy.write(&block).is_ok() {
            stuck_since = Instant::now();
        }
    }
    let started = Instant::now();
    assert_eq!(server.end().served, 1);
    let took = started.elapsed();
    assert!(took >= SHORT && took < PATIENCE, "{took:?}");
}

#[test]
fn shutdown_frees_the_port() {
    let server = Running::start(Limits::default(), echo);
    let address = server.address;
    let mut client = server.connect();
    echo_works(&mut client);
    server.shutdown.request();
    assert!(ends(&mut client));
    server.end();
    assert!(TcpStream::connect(address).is_err(), "nobody accepts any more");
    net::Listener::bind(&address.into()).expect("the port can be bound again at once");
}
