//! A worker without its thread and without sockets: the tests say what is in its channels, and when it works.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::unbounded;
use net::{Limits, NetError, RateLimit, Shutdown};
use protocol::message::{ErrorNtf, LoginReq, PingReq, PingRes};
use protocol::{Codec, ErrorCode, Packet, PacketError};

use super::*;
use crate::backlog::Backlog;
use crate::client::{ClientThread, Open};
use crate::config::Config;
use crate::desk::Desks;
use crate::incoming::Incoming;
use crate::item::{End, Item, Packets};
use crate::logic::{Handled, Member, RoomContext, RoomLogic};
use crate::testing::Recorder;
use crate::trace::{Direction, Trace};
use crate::transport::Transport;

mod holding;
mod random;
mod replacing;
mod roles;

/// A game without rules.
struct Nothing;

impl Game for Nothing {
    type Room = Self;

    fn new_room(&self, _number: i32) -> Self {
        Self
    }

    fn packet(
        &self,
        _delivery: &mut Delivery,
        _from: &crate::User<'_>,
        _packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode> {
        Ok(Handled::UnknownId)
    }

    fn needs_room(&self, _packet: &Incoming<'_>) -> bool {
        false
    }
}

impl RoomLogic for Nothing {
    type Event = Infallible;

    fn packet(
        &mut self,
        _room: &mut RoomContext<'_>,
        _from: &Member,
        _packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode> {
        Ok(Handled::UnknownId)
    }
}

const LIMIT: RateLimit = RateLimit {
    per_second: 8,
    burst: 16,
};

/// In this time one token of [`LIMIT`] comes back.
const TOKEN: Duration = Duration::from_millis(125);

fn limited_worker(trace: Option<Trace>) -> Worker<Nothing> {
    let limits = Limits {
        rate_limit: Some(LIMIT),
        ..Limits::default()
    };
    worker(Config {
        limits,
        trace,
        ..Config::default()
    })
}

fn worker(config: Config) -> Worker<Nothing> {
    let (engine, mut inboxes) = Engine::new(config, Nothing, Shutdown::new());
    let backlog = Backlog::without_helper().expect("a descriptor");
    let delivery = engine.delivery(0, &backlog);
    Worker::new(0, engine, inboxes.remove(0), delivery)
}

fn bytes(packet: Result<Packet, PacketError>) -> Vec<u8> {
    packet.expect("a short packet").into_bytes()
}

fn ping() -> Vec<u8> {
    bytes(PingReq { number: Some(7) }.encode())
}

fn pong() -> Vec<u8> {
    bytes(PingRes { number: Some(7) }.encode())
}

/// The worker does one batch of what is there.
fn work(worker: &mut Worker<Nothing>) {
    let first = worker.poll().expect("something to do");
    worker.batch(first);
}

/// A client that is a thread no more than the worker is one.
struct TestClient {
    session: Arc<Session>,
    recorder: Recorder,
}

impl TestClient {
    fn new(id: u64) -> Self {
        let recorder = Recorder::default();
        let session = Arc::new(Session::new(
            id,
            Arc::new(recorder.clone()),
            Codec::Binary,
            None,
            0,
        ));
        Self { session, recorder }
    }

    fn hand_over(&self, worker: &Worker<Nothing>, packets: Vec<u8>, read_at: Instant) {
        self.hand_over_last(worker, packets, read_at, None);
    }

    fn hand_over_last(&self, worker: &Worker<Nothing>, packets: Vec<u8>, read_at: Instant, end: Option<End>) {
        self.hand_over_to(&worker.engine, packets, read_at, end);
    }

    fn hand_over_to(&self, engine: &Engine<Nothing>, packets: Vec<u8>, read_at: Instant, end: Option<End>) {
        let size = packets.len();
        self.session.progress().handed_over(size);
        let item = Item {
            session: Arc::clone(&self.session),
            packets: Packets::new(packets, size),
            read_at,
            end,
        };
        assert!(engine.hand_over(0, item));
    }

    /// The packets that came since the last call.
    fn replies(&self) -> Vec<Vec<u8>> {
        self.recorder.packets(|frame| frame.bytes.to_vec())
    }
}

#[test]
fn whoever_is_closed_for_sending_too_much_gets_the_replies_to_what_was_accepted() {
    let mut worker = limited_worker(None);
    let client = TestClient::new(1);
    worker.engine.opened();
    let start = Instant::now();
    // Five seconds over the limit, and one packet accepted in each item.
    for item in 0..=40 {
        assert!(client.session.progress().dismissal().is_none(), "item {item}");
        client.hand_over(&worker, ping().repeat(20), start + TOKEN * item);
        work(&mut worker);
        assert_eq!(client.replies().first(), Some(&pong()), "item {item}");
    }
    let reason = client.session.progress().dismissal();
    assert!(matches!(reason, Some(NetError::RateLimited(8))), "{reason:?}");
    // Nothing more is answered, but the last word.
    client.hand_over(&worker, ping(), start + TOKEN * 100);
    let end = End::of(&Err(NetError::RateLimited(8)));
    client.hand_over_last(&worker, Vec::new(), start, Some(end));
    work(&mut worker);
    assert_eq!(
        client.replies(),
        [ErrorNtf::bytes(Codec::Binary, ErrorCode::RATE_LIMITED)]
    );
    assert!(client.session.progress().wait_until_finished().is_none());
    assert!(!client.recorder.is_cut());
}

#[test]
fn a_worker_that_comes_late_does_not_blame_the_client() {
    let mut worker = limited_worker(None);
    let client = TestClient::new(1);
    let start = Instant::now();
    (0..100).for_each(|item| client.hand_over(&worker, ping(), start + TOKEN * item));
    work(&mut worker);
    assert_eq!(client.replies(), vec![pong(); 100]);
}

/// It holds the socket, so the number of the socket stays in use as long as anybody has it.
#[test]
fn nobody_keeps_a_session_that_has_ended() {
    let mut worker = worker(Config::default());
    let client = TestClient::new(1);
    worker.engine.opened();
    client.hand_over_last(
        &worker,
        ping(),
        Instant::now(),
        Some(End::Told(ErrorCode::IDLE_TIMEOUT)),
    );
    let first = worker.first().expect("an item");
    worker.batch(first);
    assert_eq!(Arc::strong_count(&client.session), 1);
}

#[test]
fn time_passes_for_a_worker_that_always_has_items() {
    let mut worker = worker(Config::default());
    let client = TestClient::new(1);
    let now = Instant::now();
    for _ in 0..3 {
        client.hand_over(&worker, ping(), now);
        worker.delivery.alarms().set(7, now);
        let first = worker.first().expect("something to do");
        assert!(matches!(first, Work::Alarm));
        // An alarm that is due by now does not keep the item waiting.
        worker.delivery.alarms().set(8, now);
        worker.batch(first);
        assert_eq!(client.replies(), [pong()]);
    }
    assert_eq!(worker.delivery.next_alarm(), None);
}

#[test]
fn nothing_follows_the_last_word() {
    let mut worker = worker(Config::default());
    let now = Instant::now();
    for end in [
        End::Told(ErrorCode::IDLE_TIMEOUT),
        End::Told(ErrorCode::DISCONNECT_UNAUTHENTICATED_USER),
        End::ShuttingDown,
    ] {
        let client = TestClient::new(1);
        worker.engine.opened();
        client.hand_over_last(&worker, ping(), now, Some(end));
        let item = worker.poll().expect("the item");
        worker.work(item);
        if end == End::ShuttingDown {
            worker.work(Work::Command(Command::SayGoodBye));
        }
        // Somebody has found the session just before.
        worker.delivery.put(&client.session, &ping());
        worker.finish_batch(&Batch::default());
        let last_word = match end {
            End::Told(error) => error,
            _ => ErrorCode::SERVER_SHUTTING_DOWN,
        };
        assert_eq!(
            client.replies(),
            [pong(), ErrorNtf::bytes(Codec::Binary, last_word)]
        );
        assert!(client.session.progress().wait_until_finished().is_none());
    }
}

#[test]
fn a_client_thread_that_panics_leaves_no_ghost() {
    let mut worker = worker(Config::default());
    let client = TestClient::new(1);
    let desks = Arc::new(Desks::new(Arc::clone(&worker.engine)));
    let backlog = Backlog::without_helper().unwrap();
    let thread = ClientThread::new(desks, backlog, Codec::Binary, None);
    let panicked = guard(|| {
        let _open = Open::new(&thread, &client.session);
        client.hand_over(&worker, ping(), Instant::now());
        panic!("in the client thread");
    });
    panicked.expect_err("a panic");
    work(&mut worker);
    assert!(worker.states.is_empty());
    assert!(client.session.progress().wait_until_finished().is_none());
}

#[test]
fn a_dropped_packet_is_traced_as_such() {
    let (sender, traced) = unbounded();
    let mut worker = limited_worker(Some(Arc::new(move |direction, client, packet| {
        assert_eq!(client.id(), 1);
        sender.send((direction, packet.to_vec())).expect("a receiver");
    })));
    let client = TestClient::new(1);
    client.hand_over(&worker, ping().repeat(18), Instant::now());
    work(&mut worker);
    let accepted = (0..16).flat_map(|_| [(Direction::In, ping()), (Direction::Out, pong())]);
    let notice = ErrorNtf::bytes(Codec::Binary, ErrorCode::RATE_LIMITED);
    let over = [
        (Direction::Dropped, ping()),
        (Direction::Out, notice),
        (Direction::Dropped, ping()),
    ];
    assert!(accepted.chain(over).eq(traced.try_iter()));
}

#[test]
fn what_a_client_has_said_counts_though_it_does_not_wait_for_the_answer() {
    let mut worker = worker(Config::default());
    let client = TestClient::new(1);
    client.recorder.cut();
    client.hand_over(&worker, ping(), Instant::now());
    work(&mut worker);
    let login = LoginReq::new("alice", "").expect("a short name").encode();
    client.hand_over(&worker, bytes(login), Instant::now());
    work(&mut worker);
    assert!(worker.engine.users.find("alice").is_some());
}
