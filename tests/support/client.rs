//! A connection that knows what it expects, and fails the test where something else comes.

use std::borrow::Cow;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::slice;
use std::time::Duration;

use harness::Brought;
use harness::client::is_timeout;
use socket2::SockRef;

use super::passed_over::PassedOver;
use super::{Coding, PATIENCE};

/// Bytes between a client and a server that does not read; a program that takes them keeps them.
const MORE_THAN_ALL_BUFFERS: usize = 500_000_000;

/// A client of any server.
pub(crate) struct Client {
    connection: harness::Client,
    /// What becomes of that which a test sends and expects, if anything.
    coding: Option<Coding>,
    /// What the test is not told of.
    passed_over: PassedOver,
}

impl Client {
    #[track_caller]
    pub(crate) fn connect(address: SocketAddr) -> Self {
        Self::try_connect(address).expect("the server accepts")
    }

    /// For those who connect to somebody that may have ended.
    pub(crate) fn try_connect(address: SocketAddr) -> io::Result<Self> {
        harness::Client::connect(address, PATIENCE).map(Self::new)
    }

    #[track_caller]
    pub(crate) fn connect_from(ip: impl Into<IpAddr>, address: SocketAddr) -> Self {
        let connection = harness::Client::connect_from(ip.into(), address, PATIENCE);
        Self::new(connection.expect("the server accepts"))
    }

    /// Whoever writes to this client soon has to wait, unless it reads.
    #[track_caller]
    pub(crate) fn connect_with_little_room(address: SocketAddr) -> Self {
        let connection = harness::Client::connect_with_little_room(address, PATIENCE);
        Self::new(connection.expect("the server accepts"))
    }

    fn new(connection: harness::Client) -> Self {
        Self {
            connection,
            coding: None,
            passed_over: PassedOver::default(),
        }
    }

    /// The same client, which translates from now on.
    pub(crate) fn with_coding(self, coding: Option<Coding>) -> Self {
        Self { coding, ..self }
    }

    /// The same client, which is not told of packets with these ids.
    pub(crate) fn passing_over(self, ids: &'static [u16]) -> Self {
        let passed_over = PassedOver::new(ids);
        Self { passed_over, ..self }
    }

    /// The same client, which sends and expects the bytes that it is given, as they are.
    pub(crate) fn on_the_wire(self) -> Self {
        self.with_coding(None)
    }

    /// A second handle, for a thread that sends while another receives. The first has heard all of its last packet.
    pub(crate) fn second_handle(&self) -> Self {
        let connection = self.connection.second_handle().expect("a live socket");
        Self {
            connection,
            coding: self.coding,
            passed_over: PassedOver::new(self.passed_over.ids()),
        }
    }

    fn to_wire<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let translated = |coding: Coding| Cow::Owned((coding.to_wire)(bytes));
        self.coding.map_or(Cow::Borrowed(bytes), translated)
    }

    /// What a test calls these bytes that have come.
    pub(crate) fn translate_back(&self, bytes: Vec<u8>) -> Vec<u8> {
        match self.coding {
            Some(coding) => (coding.from_wire)(&bytes),
            None => bytes,
        }
    }

    /// This side of the connection, as it stands in the server's log.
    pub(crate) fn address(&self) -> SocketAddr {
        self.connection.stream().local_addr().expect("a live socket")
    }

    #[track_caller]
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.try_send(bytes).expect("the server takes bytes");
    }

    /// For those who send to somebody that may have closed.
    pub(crate) fn try_send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let bytes = self.to_wire(bytes);
        self.connection.send(&bytes, PATIENCE)
    }

    /// Receives exactly these bytes.
    #[track_caller]
    pub(crate) fn expect(&mut self, expected: &[u8]) {
        let expected = &self.to_wire(expected)[..];
        let received = match self.try_receive(expected.len()) {
            Ok(received) => received,
            Err(error) => panic!("{error} of {} bytes of {}", expected.len(), show(expected)),
        };
        assert_same(&received, expected);
    }

    /// Sends a request. True when exactly this reply comes, false when nothing does for this time.
    #[track_caller]
    pub(crate) fn is_answered_within(&mut self, time: Duration, request: &[u8], reply: &[u8]) -> bool {
        self.send(request);
        let stream = self.connection.stream();
        stream.set_read_timeout(Some(time)).expect("a live socket");
        let comes = stream.peek(&mut [0]);
        match comes {
            Err(error) if is_timeout(&error) => return false,
            _ => self.expect(reply),
        }
        true
    }

    /// Fills the buffer, with bytes as they come.
    #[track_caller]
    pub(crate) fn receive_exactly(&mut self, buffer: &mut [u8]) {
        let received = self.try_receive(buffer.len()).expect("so many bytes");
        buffer.copy_from_slice(&received);
    }

    /// Sends a request and receives exactly this reply.
    #[track_caller]
    pub(crate) fn exchange(&mut self, request: &[u8], reply: &[u8]) {
        self.send(request);
        self.expect(reply);
    }

    /// Sends a request, and says whether exactly this reply comes.
    pub(crate) fn is_answered(&mut self, request: &[u8], reply: &[u8]) -> bool {
        let reply = &self.to_wire(reply)[..];
        let answered = self
            .try_send(request)
            .and_then(|()| self.try_receive(reply.len()));
        answered.is_ok_and(|received| received == reply)
    }

    /// So many bytes.
    fn try_receive(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let mut received = Vec::new();
        while received.len() < count {
            let missing = count - received.len();
            match self.receive(&mut received, missing, PATIENCE)? {
                Brought::Bytes => {}
                other => {
                    let so_far = show(&received);
                    return Err(io::Error::other(format!(
                        "{other:?} after {so_far}, {} bytes",
                        received.len()
                    )));
                }
            }
        }
        Ok(received)
    }

    /// Receives until these bytes have come, whatever comes before them.
    #[track_caller]
    pub(crate) fn skip_to(&mut self, expected: &[u8]) {
        let expected = &self.to_wire(expected)[..];
        let mut received = Vec::new();
        while !received.windows(expected.len()).any(|part| part == expected) {
            let more = self.receive_some().expect("a live connection");
            assert!(!more.is_empty(), "the end came before {}", show(expected));
            received.drain(..received.len().saturating_sub(expected.len()));
            received.extend(more);
        }
    }

    /// Whatever is there, as it comes; nothing at the end.
    pub(crate) fn receive_some(&mut self) -> io::Result<Vec<u8>> {
        let mut received = Vec::new();
        match self.receive(&mut received, usize::MAX, PATIENCE)? {
            Brought::Bytes | Brought::End => Ok(received),
            Brought::Nothing => Err(ErrorKind::TimedOut.into()),
            Brought::Reset => Err(ErrorKind::ConnectionReset.into()),
        }
    }

    fn receive(&mut self, received: &mut Vec<u8>, most: usize, time: Duration) -> io::Result<Brought> {
        let Self {
            connection,
            passed_over,
            ..
        } = self;
        if passed_over.is_nothing() {
            return connection.receive_some(received, most, time);
        }
        while !passed_over.hand_over(received, most) {
            let brought = connection.receive_some(passed_over.unsorted(), most, time)?;
            passed_over.sort(brought == Brought::End);
            if brought != Brought::Bytes && !passed_over.hand_over(received, most) {
                return Ok(brought);
            }
        }
        Ok(Brought::Bytes)
    }

    /// Bytes that have come, and that the test was not told of.
    pub(crate) fn bytes_passed_over(&self) -> usize {
        self.passed_over.bytes()
    }

    /// All that comes until an orderly end. A reset fails the test.
    #[track_caller]
    pub(crate) fn receive_rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        loop {
            match self.receive(&mut rest, usize::MAX, PATIENCE) {
                Ok(Brought::Bytes) => {}
                Ok(Brought::End) => break,
                other => panic!("{other:?} after {}", show(&rest)),
            }
        }
        self.translate_back(rest)
    }

    /// All that comes until an end, orderly or not.
    pub(crate) fn receive_until_ended(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        while let Ok(bytes) = self.receive_some()
            && !bytes.is_empty()
        {
            rest.extend(bytes);
        }
        self.translate_back(rest)
    }

    /// Nothing more comes but an orderly end.
    #[track_caller]
    pub(crate) fn expect_end(&mut self) {
        let rest = self.receive_rest();
        assert!(rest.is_empty(), "expected the end, got {}", show(&rest));
    }

    /// Nothing more comes but an end, orderly or not.
    #[track_caller]
    pub(crate) fn expect_end_or_reset(&mut self) {
        let mut byte = Vec::new();
        match self.receive(&mut byte, 1, PATIENCE) {
            Ok(Brought::End | Brought::Reset) => {}
            other => panic!("expected an end, got {other:?}: {byte:?}"),
        }
    }

    /// Nothing comes for this long, not even an end.
    #[track_caller]
    pub(crate) fn expect_silence(&mut self, time: Duration) {
        let mut byte = Vec::new();
        match self.receive(&mut byte, 1, time) {
            Ok(Brought::Nothing) => {}
            other => panic!("expected silence, got {other:?}: {byte:?}"),
        }
    }

    /// True when the end comes within this time, orderly or not, false when nothing comes.
    #[track_caller]
    pub(crate) fn has_ended_within(&mut self, time: Duration) -> bool {
        let mut byte = Vec::new();
        match self.receive(&mut byte, 1, time) {
            Ok(Brought::Nothing) => false,
            Ok(Brought::Bytes) => panic!("expected the end or nothing, got {byte:?}"),
            Ok(Brought::End | Brought::Reset) | Err(_) => true,
        }
    }

    /// Sends this again and again, until the server takes nothing more for [`MOMENT`](super::MOMENT). Says how
    /// many bytes it has taken.
    #[track_caller]
    pub(crate) fn send_until_stuck(&mut self, piece: &[u8]) -> usize {
        let goes_on = |taken| {
            assert!(taken < MORE_THAN_ALL_BUFFERS, "the server takes whatever it gets");
            true
        };
        let taken = self.connection.send_until_stuck(piece, super::MOMENT, goes_on);
        taken.expect("a live connection")
    }

    /// What the server's kernel has of this client's replies and cannot get rid of.
    #[cfg(target_os = "linux")]
    pub(crate) fn bytes_on_their_way_here(&self) -> u64 {
        let there = self.connection.stream().peer_addr().expect("a live socket");
        bytes_to_send(there, self.address())
    }

    /// Reads all that the server's kernel has for this client. None where some of it does not come in a moment: TCP asks a
    /// client that had no room ever more rarely.
    #[cfg(target_os = "linux")]
    pub(crate) fn read_until_dry(&mut self) -> Option<Vec<u8>> {
        let mut received = Vec::new();
        while self.bytes_on_their_way_here() > 0 {
            match self.receive(&mut received, usize::MAX, super::MOMENT) {
                Ok(Brought::Bytes) => {}
                Ok(Brought::Nothing) => return None,
                other => panic!("{other:?} after {} bytes", received.len()),
            }
        }
        Some(received)
    }

    /// What this client's kernel has sent, and the server's has not said that it has.
    #[cfg(target_os = "linux")]
    pub(crate) fn bytes_on_their_way_there(&self) -> u64 {
        let there = self.connection.stream().peer_addr().expect("a live socket");
        bytes_to_send(self.address(), there)
    }

    /// Sends a byte past the others (TCP calls it urgent): who reads does not get it.
    pub(crate) fn send_urgent(&mut self, byte: u8) {
        let stream = SockRef::from(self.connection.stream());
        let sent = stream.send_out_of_band(&[byte]).expect("a live socket");
        assert_eq!(sent, 1, "it is not taken");
    }

    /// Says that nothing more will be sent.
    pub(crate) fn half_close(&mut self) {
        self.connection.half_close().expect("a live socket");
    }

    /// Breaks the connection: the other side gets a reset instead of an end.
    pub(crate) fn reset(self) {
        self.connection.reset().expect("a live socket");
    }

    /// Waits until the server has read all that was sent, so that what is sent next comes with another
    /// read. Where the system does not tell, it returns at once.
    #[track_caller]
    pub(crate) fn wait_until_read(&self) {
        wait_until_all_read(slice::from_ref(self));
    }
}

/// The same for many, at the price of one: the system's table of connections is slow to read.
#[track_caller]
pub(crate) fn wait_until_all_read(clients: &[Client]) {
    #[cfg(target_os = "linux")]
    {
        let there = |client: &Client| client.connection.stream().peer_addr().expect("a live socket");
        let pairs: Vec<_> = clients
            .iter()
            .map(|client| (client.address(), there(client)))
            .collect();
        super::eventually("everything sent is read", || {
            harness::connections::is_all_read(&pairs)
        });
    }
    #[cfg(not(target_os = "linux"))]
    let _ = clients;
}

/// What the kernel of one side has sent, and the other has not said that it has. The system's table of connections may
/// miss one of them while others come and go.
#[cfg(target_os = "linux")]
fn bytes_to_send(here: SocketAddr, there: SocketAddr) -> u64 {
    let mut bytes = None;
    super::eventually("the system knows the connection", || {
        bytes = harness::connections::bytes_to_send(here, there);
        bytes.is_some()
    });
    bytes.expect("it does").into()
}

/// Says where they differ first, which for a megabyte is more useful than both.
#[track_caller]
pub(crate) fn assert_same(received: &[u8], expected: &[u8]) {
    if received == expected {
        return;
    }
    let differs = received
        .iter()
        .zip(expected)
        .position(|(left, right)| left != right);
    let at = differs.unwrap_or_else(|| received.len().min(expected.len()));
    panic!(
        "byte {at} of {} and {}: received {}, expected {}",
        received.len(),
        expected.len(),
        show(&received[at..]),
        show(&expected[at..])
    );
}

/// The beginning of it, escaped.
fn show(bytes: &[u8]) -> String {
    let beginning = &bytes[..bytes.len().min(40)];
    let dots = if bytes.len() > beginning.len() { "..." } else { "" };
    format!("\"{}\"{dots}", beginning.escape_ascii())
}
