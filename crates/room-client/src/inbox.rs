//! Reads packets from the server, on a thread of its own, and tells a silent server from a late look at the socket.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};
use net::{Connection, NetError};
use protocol::LARGEST_PACKET;
use tls::{Stream, TlsError};

/// Reads that may wait to be shown. When the screen is slow, the server must notice, not the memory.
const READS_AHEAD: usize = 16;

/// What one read has brought.
pub(crate) type Read = Result<Vec<u8>, NetError>;

/// Reads that have not been taken. They end with the connection.
pub(crate) struct Inbox {
    reads: Receiver<Read>,
    connection: Arc<Stream>,
    /// True from before a read until what it brought can be received.
    holding: Arc<AtomicBool>,
}

impl Inbox {
    pub(crate) fn start(connection: Arc<Stream>) -> io::Result<Self> {
        let (sender, reads) = bounded(READS_AHEAD);
        let inbox = Self {
            reads,
            connection: Arc::clone(&connection),
            holding: Arc::default(),
        };
        let holding = Arc::clone(&inbox.holding);
        let reader = thread::Builder::new().name("reader".to_owned());
        reader.spawn(move || read_all(&connection, &sender, &holding))?;
        Ok(inbox)
    }

    pub(crate) fn reads(&self) -> &Receiver<Read> {
        &self.reads
    }

    /// Whether nothing has come that has not been taken: not in the kernel, not in the reader's hands, not here.
    ///
    /// Looked at in this order, in which bytes go their way, none are missed. A clock that is over says less: where
    /// this program has been stopped for a while, the answer waits, and the reader has not had its turn yet.
    pub(crate) fn is_silent(&self) -> bool {
        !has_input(self.connection.connection(), false)
            && !self.holding.load(Ordering::SeqCst)
            && self.reads.is_empty()
    }
}

/// Hands over what each read brings. It ends with the connection, or when nobody wants more.
fn read_all(stream: &Stream, reads: &Sender<Read>, holding: &AtomicBool) {
    let mut buffer = vec![0; LARGEST_PACKET];
    let mut is_first = true;
    loop {
        let is_there = stream.has_opened() || has_input(stream.connection(), true);
        holding.store(is_there, Ordering::SeqCst);
        let read = match stream.read_once(&mut buffer) {
            Ok(Some(0)) => return,
            Ok(Some(count)) if is_first && tls::is_alert(&buffer[..count]) => {
                Err(NetError::protocol(TlsError::Spoken))
            }
            Ok(Some(count)) => Ok(buffer[..count].to_vec()),
            // Some of TLS, and nothing that was said.
            Ok(None) => {
                holding.store(false, Ordering::SeqCst);
                continue;
            }
            Err(error) => Err(error),
        };
        is_first = false;
        let is_last = read.is_err();
        if reads.send(read).is_err() || is_last {
            return;
        }
        holding.store(false, Ordering::SeqCst);
    }
}

/// Whether a read would bring something, the end too; waits for that, or not.
#[cfg(unix)]
fn has_input(connection: &Connection, wait: bool) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let at_once = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    let mut entry = [PollFd::new(connection, PollFlags::IN)];
    poll(&mut entry, (!wait).then_some(&at_once)).is_ok_and(|ready| ready > 0)
}

/// Elsewhere nobody is asked, and the clock decides.
#[cfg(not(unix))]
fn has_input(_connection: &Connection, _wait: bool) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Write;
    use std::net::TcpListener;
    use std::time::Duration;

    use net::Socket;

    use super::*;

    /// An inbox whose reader has no turn, as after a stop, and its server.
    fn without_reader() -> (Inbox, std::net::TcpStream, Sender<Read>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().into();
        let connection = Socket::connect(&address, Duration::from_secs(5)).unwrap();
        let (server, _) = listener.accept().unwrap();
        let (sender, reads) = bounded(READS_AHEAD);
        let inbox = Inbox {
            reads,
            connection: Arc::new(Stream::plain(connection)),
            holding: Arc::default(),
        };
        (inbox, server, sender)
    }

    #[test]
    fn what_waits_anywhere_is_no_silence() {
        let (inbox, mut server, sender) = without_reader();
        assert!(inbox.is_silent());
        server.write_all(b"x").unwrap();
        assert!(has_input(inbox.connection.connection(), true));
        assert!(!inbox.is_silent(), "in the kernel");
        inbox.holding.store(true, Ordering::SeqCst);
        inbox.connection.read(&mut [0]).unwrap();
        assert!(!inbox.is_silent(), "in the reader's hands");
        sender.send(Ok(vec![b'x'])).unwrap();
        inbox.holding.store(false, Ordering::SeqCst);
        assert!(!inbox.is_silent(), "to be received");
        inbox.reads.recv().unwrap().unwrap();
        assert!(inbox.is_silent());
        drop(server);
        assert!(has_input(inbox.connection.connection(), true));
        assert!(!inbox.is_silent(), "the end");
    }
}
