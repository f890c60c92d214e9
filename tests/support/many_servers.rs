//! Game servers on one directory in memory, all in this process, and their users. The file of tests has the game: its `start`
//! starts a server, by [`Server::start`].

#![allow(dead_code, reason = "each file of tests uses its part")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};
use directory::testing::{Flaky, ManualClock};
use directory::{
    Asked, Directory, GameName, Listening, Memory, NodeSettings, Nodes, Offer, Owner, Presence, Seat, Slot,
    Ticket,
};
use net::{Listener, NetError, Shutdown, Summary};
use protocol::message::{Decode, RoomElsewhereNtf};
use protocol::{Codec, HEADER_SIZE, PacketId};
use rooms::{Config, Control, Counters, Game, Port};

use crate::coding::coding;
use crate::support::messages::{log_in_with, logged_in};
use crate::support::{Client, PATIENCE, eventually};

/// Rooms of each server.
pub(crate) const ROOMS: u32 = 10;

/// Each test is for servers with one worker, and with several.
pub(crate) const WORKERS: [usize; 2] = [1, 4];

/// On a clock that stands still, so that a busy machine loses no lease and no ticket.
pub(crate) struct World {
    pub(crate) directory: Flaky<Memory>,
    pub(crate) clock: ManualClock,
    /// Of each server.
    pub(crate) workers: usize,
    pub(crate) room_size: usize,
    pub(crate) settings: NodeSettings,
}

impl World {
    pub(crate) fn new(workers: usize) -> Self {
        let clock = ManualClock::default();
        let settings = NodeSettings {
            deadline: PATIENCE,
            ..NodeSettings::default()
        };
        Self {
            directory: Flaky::new(Memory::with_clock(clock.clock())),
            clock,
            workers,
            room_size: 100,
            settings,
        }
    }

    /// In which a server that does not answer is not waited for.
    pub(crate) fn impatient(workers: usize) -> Self {
        let mut world = Self::new(workers);
        world.settings.deadline = Duration::from_millis(50);
        world
    }

    pub(crate) fn servers<const N: usize>(&self) -> [Server; N] {
        [(); N].map(|()| crate::start(self))
    }

    /// One of this game that has a lease, listens, and never answers.
    pub(crate) fn silent_server(&self, game: GameName) -> (Owner, Listening, Receiver<Asked>) {
        let offer = self.offer(game, "127.0.0.1:1".to_owned(), Vec::new());
        let slot = self.directory.take_slot(&offer, None, PATIENCE);
        let Slot::Taken(owner) = slot.expect("an answer") else {
            panic!("a slot is free");
        };
        let (sender, requests) = bounded(100);
        let listening = self.directory.listen(&owner, sender);
        (owner, listening.expect("an answer"), requests)
    }

    pub(crate) fn offer(&self, game: GameName, address: String, by_codec: Vec<(Codec, String)>) -> Offer {
        Offer {
            game,
            address,
            by_codec,
            web: None,
            rooms: ROOMS,
            room_size: u32::try_from(self.room_size).expect("a small room"),
        }
    }

    pub(crate) fn ticket(&self, user_id: &str, owner: &Owner) -> Ticket {
        let ticket = Ticket::random().expect("random bytes");
        let seat = Seat {
            user_id: user_id.to_owned(),
            owner: owner.clone(),
            room: 0,
        };
        let put = self.directory.put_ticket(&ticket, &seat, Duration::from_secs(30));
        put.expect("an answer");
        ticket
    }

    pub(crate) fn find(&self, user_id: &str) -> Option<Presence> {
        self.directory.find(user_id).expect("an answer")
    }

    /// Waits until the user is logged in nowhere.
    pub(crate) fn is_gone(&self, user_id: &str) {
        eventually("the user is gone", || self.find(user_id).is_none());
    }
}

/// Two servers, with one worker each and with several.
pub(crate) fn with_two(test: impl Fn(&World, &[Server; 2])) {
    for workers in WORKERS {
        with_two_in(&World::new(workers), &test);
    }
}

/// When they end, their users have gone: nobody waits for these.
pub(crate) fn with_two_in(world: &World, test: impl Fn(&World, &[Server; 2])) {
    let servers = world.servers();
    test(world, &servers);
    servers.into_iter().for_each(Server::end);
}

/// A server on a thread of its own, with a port for each codec.
pub(crate) struct Server {
    pub(crate) nodes: Arc<Nodes>,
    pub(crate) control: Control,
    pub(crate) counters: Arc<Counters>,
    ports: Vec<(Codec, SocketAddr)>,
    shutdown: Shutdown,
    thread: Option<JoinHandle<Result<Summary, NetError>>>,
}

impl Server {
    /// A server of this game; `game` makes it with its place in the directory.
    pub(crate) fn start<G: Game>(world: &World, name: GameName, game: impl FnOnce(Arc<Nodes>) -> G) -> Self {
        let bind = |codec| {
            let listener = Listener::bind(&"127.0.0.1:0".parse().expect("an address")).expect("a free port");
            Port::new(listener, codec)
        };
        let ports = Codec::ALL.map(bind);
        let address_of = |port: &Port| (port.codec, port.listener.local_address().expect("its address"));
        let addresses: Vec<_> = ports.iter().map(address_of).collect();
        let by_codec = addresses
            .iter()
            .map(|(codec, address)| (*codec, address.to_string()));
        let offer = world.offer(name, addresses[0].1.to_string(), by_codec.collect());
        let directory: Arc<dyn Directory> = Arc::new(world.directory.clone());
        let nodes = Nodes::join(directory, offer, world.settings.clone()).expect("a slot");
        let config = Config {
            workers: world.workers,
            rooms: ROOMS as usize,
            room_size: world.room_size,
            first_room: nodes.first_room(),
            first_unique_id: nodes.first_unique_id(),
            ..Config::default()
        };
        let (control, counters) = (config.control.clone(), Arc::clone(&config.counters));
        let game = game(Arc::clone(&nodes));
        let shutdown = Shutdown::new();
        let flag = shutdown.clone();
        Self {
            nodes,
            control,
            counters,
            ports: addresses,
            shutdown,
            thread: Some(thread::spawn(move || rooms::run(ports, config, game, &flag))),
        }
    }

    /// Who it is in the slot that it has had for the longest.
    pub(crate) fn owner(&self) -> Owner {
        self.nodes.owners().remove(0)
    }

    /// The number of one of its rooms.
    pub(crate) fn room(&self, index: i32) -> i32 {
        self.nodes.first_room() + index
    }

    pub(crate) fn address(&self, codec: Codec) -> SocketAddr {
        let port = self.ports.iter().find(|port| port.0 == codec);
        port.expect("every codec has a port").1
    }

    pub(crate) fn client(&self, codec: Codec) -> Client {
        Client::connect(self.address(codec)).with_coding(coding(codec))
    }

    /// A user who has a ticket.
    pub(crate) fn user(&self, world: &World, user_id: &str) -> Client {
        self.user_speaking(Codec::Binary, world, user_id)
    }

    pub(crate) fn user_speaking(&self, codec: Codec, world: &World, user_id: &str) -> Client {
        let ticket = world.ticket(user_id, &self.owner());
        self.user_with(codec, user_id, &ticket)
    }

    pub(crate) fn user_with(&self, codec: Codec, user_id: &str, ticket: &Ticket) -> Client {
        let mut client = self.client(codec);
        client.exchange(&log_in_with(user_id, ticket.as_str()), &logged_in(1));
        client
    }

    /// What somebody is told who logs in so.
    pub(crate) fn refuses(&self, user_id: &str, password: &str, result: i16) {
        let mut client = self.client(Codec::Binary);
        client.exchange(&log_in_with(user_id, password), &logged_in(result));
    }

    /// Asks it to end, and does not wait for that.
    pub(crate) fn request_end(&self) {
        self.shutdown.request();
    }

    pub(crate) fn end(mut self) {
        self.request_end();
        let thread = self.thread.take().expect("it is ended once");
        let outcome = thread.join().expect("a server that does not panic");
        outcome.expect("an end in order");
        self.nodes.leave();
    }
}

/// A failed test must not leave its server waiting for clients.
impl Drop for Server {
    fn drop(&mut self) {
        self.shutdown.request();
    }
}

/// Where a user is told to go.
#[derive(Debug)]
pub(crate) struct Elsewhere {
    pub(crate) room: i32,
    pub(crate) address: SocketAddr,
    pub(crate) ticket: Ticket,
}

/// Reads a `ROOM_ELSEWHERE_NTF` in this codec.
pub(crate) fn told_where(client: &mut Client, codec: Codec) -> Elsewhere {
    let mut header = [0; HEADER_SIZE];
    client.receive_exactly(&mut header);
    let size = usize::from(u16::from_le_bytes([header[0], header[1]]));
    let (mut body, mut scratch) = (vec![0; size - HEADER_SIZE], Vec::new());
    client.receive_exactly(&mut body);
    let id = u16::from_le_bytes([header[2], header[3]]);
    assert_eq!(PacketId(id), PacketId::ROOM_ELSEWHERE_NTF, "{body:?}");
    let ntf = RoomElsewhereNtf::decode_as(codec, &body, &mut scratch).expect("such a message");
    let ticket = str::from_utf8(&ntf.ticket).expect("a text");
    Elsewhere {
        room: ntf.room,
        address: format!("{}:{}", ntf.host, ntf.port).parse().expect("an address"),
        ticket: Ticket::parse(ticket).expect("a ticket"),
    }
}
