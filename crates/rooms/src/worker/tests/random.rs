//! Sessions that are parked, resumed, moved, kicked and ended at random: every answer comes, in its order, and nothing is
//! left at the end. Two workers without threads, which do a batch when the test says so.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use parking_lot::Mutex;
use proptest::prelude::*;
use protocol::message::{LoginReq, RoomEnterReq, RoomLeaveReq};
use protocol::{Frame, Frames, PacketId};

use super::*;
use crate::outside::Outside;
use crate::ticket::Ticket;
use crate::user::User;

/// From a client: a number, which comes back at once. From the server: that number.
pub(super) const COUNT: PacketId = PacketId(901);
/// From a client: a number, which comes back when the ticket is resumed. The game asks.
const ASK: PacketId = PacketId(902);
/// The same; the room asks.
pub(super) const ASK_IN_ROOM: PacketId = PacketId(903);
/// From a member: all others are to go.
const KICK: PacketId = PacketId(904);

const WORKERS: usize = 2;
const CLIENTS: usize = 4;

#[derive(Default)]
struct Shared {
    checks_logins: bool,
    outside: OnceLock<Outside<u32>>,
    tickets: Mutex<Vec<(u32, Ticket)>>,
}

#[derive(Clone, Default)]
pub(super) struct Counting(Arc<Shared>);

impl Counting {
    /// One that has its logins checked.
    pub(super) fn with_checks() -> Self {
        Self(Arc::new(Shared {
            checks_logins: true,
            ..Shared::default()
        }))
    }

    pub(super) fn outside(&self) -> &Outside<u32> {
        self.0.outside.get().expect("it has started")
    }

    /// One of the tickets comes back with its answer; false where there is none.
    pub(super) fn resume_one(&self, which: usize) -> bool {
        let mut tickets = self.0.tickets.lock();
        if tickets.is_empty() {
            return false;
        }
        let which = which % tickets.len();
        let (number, ticket) = tickets.swap_remove(which);
        drop(tickets);
        self.outside().resume(ticket, number);
        true
    }
}

fn number(packet: &Incoming<'_>) -> u32 {
    let body = packet.frame().body().try_into().expect("four bytes");
    u32::from_le_bytes(body)
}

pub(super) fn numbered(id: PacketId, number: u32) -> Packet {
    let packet = Packet::framed(id).put_bytes(&number.to_le_bytes()).build();
    packet.expect("a short packet")
}

impl Game for Counting {
    type Room = Self;

    fn start(&self, outside: Outside<u32>) {
        assert!(self.0.outside.set(outside).is_ok());
    }

    fn new_room(&self, _number: i32) -> Self {
        self.clone()
    }

    fn packet(
        &self,
        delivery: &mut Delivery,
        from: &User<'_>,
        packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode> {
        match packet.packet_id() {
            COUNT => delivery.send(from.session, &numbered(COUNT, number(packet)))?,
            ASK => self.0.tickets.lock().push((number(packet), delivery.park())),
            _ => return Ok(Handled::UnknownId),
        }
        Ok(Handled::Yes)
    }

    fn event(&self, delivery: &mut Delivery, user: &User<'_>, event: u32) {
        delivery
            .send(user.session, &numbered(COUNT, event))
            .expect("a short packet");
    }

    fn checks_logins(&self) -> bool {
        self.0.checks_logins
    }

    /// Who is in no room gets an error for it.
    fn needs_room(&self, packet: &Incoming<'_>) -> bool {
        packet.packet_id() == ASK_IN_ROOM
    }
}

impl RoomLogic for Counting {
    type Event = u32;

    fn packet(
        &mut self,
        room: &mut RoomContext<'_>,
        from: &Member,
        packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode> {
        match packet.packet_id() {
            ASK_IN_ROOM => self.0.tickets.lock().push((number(packet), room.park(from))),
            KICK => {
                let members = room.members().iter().map(|member| member.unique_id);
                let others: Vec<_> = members.filter(|one| *one != from.unique_id).collect();
                others.into_iter().for_each(|one| room.remove(one));
            }
            _ => return Ok(Handled::UnknownId),
        }
        Ok(Handled::Yes)
    }

    fn event(&mut self, room: &mut RoomContext<'_>, from: Option<&Member>, event: u32) {
        let member = from.expect("a parked member stays");
        room.send(&member.session, &numbered(COUNT, event))
            .expect("a short packet");
    }
}

/// What a client says.
#[derive(Debug, Clone, Copy)]
enum Say {
    Count,
    Ask,
    AskInRoom,
    Kick,
    Leave,
    Enter(i32),
}

#[derive(Debug, Clone)]
enum Step {
    /// All of it in one item.
    Say(usize, Vec<Say>),
    End(usize),
    Work(usize),
    /// One of the tickets comes back, with its answer or without.
    Resume(usize, bool),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let say = prop_oneof![
        3 => Just(Say::Count),
        2 => Just(Say::Ask),
        3 => Just(Say::AskInRoom),
        1 => Just(Say::Kick),
        1 => Just(Say::Leave),
        3 => (0..3).prop_map(Say::Enter),
    ];
    let step = prop_oneof![
        6 => (0..CLIENTS, prop::collection::vec(say, 1..5)).prop_map(|(client, says)| Step::Say(client, says)),
        1 => (0..CLIENTS).prop_map(Step::End),
        6 => (0..WORKERS).prop_map(Step::Work),
        4 => (any::<usize>(), prop::bool::weighted(0.8)).prop_map(|(which, answer)| Step::Resume(which, answer)),
    ];
    prop::collection::vec(step, 1..80)
}

/// A client, as its thread sees it.
struct Talker {
    session: Arc<Session>,
    recorder: Recorder,
    /// Numbers that it has sent.
    sent: u32,
    has_ended: bool,
    /// It may have moved, so nothing is handed over until all is answered.
    enters: bool,
}

struct Server {
    game: Counting,
    workers: Vec<Worker<Counting>>,
    talkers: Vec<Talker>,
    /// Tickets that were dropped.
    dropped: usize,
}

impl Server {
    fn new() -> Self {
        let config = Config {
            workers: WORKERS,
            rooms: 3,
            limits: Limits {
                rate_limit: None,
                ..Limits::default()
            },
            ..Config::default()
        };
        let game = Counting::default();
        let (engine, inboxes) = Engine::new(config, game.clone(), Shutdown::new());
        let backlog = Backlog::without_helper().expect("a descriptor");
        let worker = |(index, inbox)| {
            let delivery = engine.delivery(index, &backlog);
            Worker::new(index, Arc::clone(&engine), inbox, delivery)
        };
        let mut server = Self {
            game,
            workers: inboxes.into_iter().enumerate().map(worker).collect(),
            talkers: Vec::new(),
            dropped: 0,
        };
        (0..CLIENTS).for_each(|client| server.connect(client));
        server
    }

    fn connect(&mut self, client: usize) {
        let recorder = Recorder::default();
        let transport = Arc::new(recorder.clone());
        let session = Session::new(
            client as u64 + 1,
            transport,
            Codec::Binary,
            None,
            client % WORKERS,
        );
        self.talkers.push(Talker {
            session: Arc::new(session),
            recorder,
            sent: 0,
            has_ended: false,
            enters: false,
        });
        self.workers[0].engine.opened();
        let login = LoginReq::new(&format!("user {client}"), "").expect("a short name");
        self.hand_over(client, bytes(login.encode()), None);
    }

    fn hand_over(&self, client: usize, packets: Vec<u8>, end: Option<End>) {
        let session = &self.talkers[client].session;
        let size = packets.len();
        session.progress().handed_over(size);
        let item = Item {
            session: Arc::clone(session),
            packets: Packets::new(packets, size),
            read_at: Instant::now(),
            end,
        };
        assert!(self.workers[0].engine.hand_over(session.worker(), item));
    }

    /// True where its thread would hand something over.
    fn is_ready(&self, client: usize) -> bool {
        let talker = &self.talkers[client];
        !talker.has_ended && (!talker.enters || talker.session.progress().is_answered())
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Say(client, says) if self.is_ready(client) => self.say(client, says),
            Step::End(client) if self.is_ready(client) => self.end(client),
            Step::Say(..) | Step::End(_) => {}
            Step::Work(worker) => {
                self.work(worker);
            }
            Step::Resume(which, answer) => self.resume(which, answer),
        }
    }

    /// An item has one entry at most.
    fn say(&mut self, client: usize, says: Vec<Say>) {
        let talker = &mut self.talkers[client];
        talker.enters = false;
        let mut packets = Vec::new();
        for say in says {
            let mut count = |id| {
                talker.sent += 1;
                numbered(id, talker.sent).into_bytes()
            };
            packets.extend(match say {
                Say::Count => count(COUNT),
                Say::Ask => count(ASK),
                Say::AskInRoom => count(ASK_IN_ROOM),
                Say::Kick => bytes(Packet::framed(KICK).build()),
                Say::Leave => bytes(RoomLeaveReq {}.encode()),
                Say::Enter(_) if talker.enters => continue,
                Say::Enter(room) => {
                    talker.enters = true;
                    bytes(RoomEnterReq { room }.encode())
                }
            });
        }
        self.hand_over(client, packets, None);
    }

    fn end(&mut self, client: usize) {
        self.talkers[client].has_ended = true;
        self.hand_over(client, Vec::new(), Some(End::Gone));
    }

    /// False where there is nothing to do.
    fn work(&mut self, worker: usize) -> bool {
        let worker = &mut self.workers[worker];
        let first = worker.poll();
        first.map(|first| worker.batch(first)).is_some()
    }

    fn work_all(&mut self) {
        while (0..WORKERS).any(|worker| self.work(worker)) {}
    }

    fn waits_for_tickets(&self) -> bool {
        !self.game.0.tickets.lock().is_empty()
    }

    fn resume(&mut self, which: usize, answer: bool) {
        let mut tickets = self.game.0.tickets.lock();
        if tickets.is_empty() {
            return;
        }
        let which = which % tickets.len();
        let (number, ticket) = tickets.swap_remove(which);
        drop(tickets);
        if answer {
            let outside = self.game.0.outside.get().expect("it has started");
            outside.resume(ticket, number);
        } else {
            self.dropped += 1;
        }
    }

    /// All that can be done, and the end of all clients.
    fn finish(&mut self) {
        self.work_all();
        while self.waits_for_tickets() {
            self.resume(0, true);
            self.work_all();
        }
        for client in 0..CLIENTS {
            if !self.talkers[client].has_ended {
                assert!(self.is_ready(client), "client {client} is answered");
                self.end(client);
            }
        }
        self.work_all();
    }

    /// Numbers that came back, and how many were refused because their sender was in no room.
    fn heard(&self, client: usize) -> (Vec<u32>, usize) {
        let taken = self.talkers[client].recorder.taken();
        let of = |id| Frames::new(&taken).filter(move |frame| frame.header.packet_id == id);
        let number = |frame: Frame<'_>| u32::from_le_bytes(frame.body().try_into().expect("four bytes"));
        let refusal = ErrorNtf::bytes(Codec::Binary, ErrorCode::ROOM_NOT_IN_USER);
        let refused = of(PacketId::ERROR_NTF).filter(|frame| frame.bytes == refusal);
        (of(COUNT).map(number).collect(), refused.count())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_answer_comes_in_its_order_and_nothing_is_left(steps in steps()) {
        let leaves = steps.iter().map(|step| match step {
            Step::Say(_, says) => says.iter().filter(|say| matches!(say, Say::Leave)).count(),
            _ => 0,
        });
        let leaves: usize = leaves.sum();
        let mut server = Server::new();
        steps.into_iter().for_each(|step| server.step(step));
        server.finish();
        let (mut missing, mut refused) = (0, 0);
        for (client, talker) in server.talkers.iter().enumerate() {
            let (numbers, refusals) = server.heard(client);
            let ordered: BTreeSet<_> = numbers.iter().copied().collect();
            prop_assert!(numbers.iter().eq(&ordered), "client {} has heard {:?}", client, numbers);
            prop_assert!(talker.session.progress().is_answered());
            prop_assert!(talker.session.progress().wait_until_finished().is_none());
            missing += talker.sent as usize - numbers.len();
            refused += refusals;
        }
        // A leave may be refused with the same error.
        let lost = missing - server.dropped;
        prop_assert!(lost <= refused && refused <= lost + leaves, "{} lost, {} refused", lost, refused);
        for worker in &server.workers {
            prop_assert!(worker.states.is_empty());
            prop_assert!(worker.rooms.iter().all(|(_, room)| room.is_empty()));
        }
        let counts = server.workers[0].engine.config.counters.read();
        prop_assert_eq!((counts.users, counts.rooms_in_use), (0, 0));
    }
}
