//! What is known of a server before it is examined: its limits, its codec, and where its services are.

use std::net::SocketAddr;
use std::time::Duration;

use protocol::Codec;

/// What the server is like, and how patient its examiner is.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long to wait for bytes that do not come.
    pub patience: Duration,
    /// How long all checks together may take.
    pub total: Duration,
    /// The largest packet that the server takes, header included.
    pub max_packet: usize,
    /// How many rooms it has.
    pub rooms: i32,
    /// How many members a room may have.
    pub room_size: usize,
    /// Whether to do the checks that wait for a timeout of the server.
    pub slow: bool,
    /// After how long it closes a client that does not log in.
    pub login_timeout: Duration,
    /// After how long it closes a client that is silent; `None` where that is too long to wait for.
    pub idle_timeout: Option<Duration>,
    /// How the bodies of a chat's packets are written.
    pub codec: Codec,
    /// Whether a chat takes compressed packets.
    pub compression: bool,
    /// Whether a chat says 0 for success in `ROOM_CHAT_RES` and `ROOM_LEAVE_RES`, as the original codelab's does.
    pub classic_results: bool,
    /// Whether requests of the calculator have no length in front, as those of its first step.
    pub bare: bool,
    /// The service of a time server that listens at the address of the server.
    pub service: Service,
    /// The sessions of a time server.
    pub sessions: Option<SocketAddr>,
    /// The datagrams of a time server.
    pub udp: Option<SocketAddr>,
    /// Whether a time server speaks RFC 868.
    pub rfc868: bool,
    /// The tables of a server for baccarat.
    pub table: Table,
}

/// What a table for baccarat is like.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// How long stakes are taken.
    pub bet_time: Duration,
    /// How long the cards lie on the table.
    pub result_time: Duration,
    /// What a `GAME_BET_REQ` stakes, in chips.
    pub unit: i64,
    /// The most that may be on one side, in chips.
    pub max: i64,
    /// What a new user has, in chips.
    pub chips: i64,
    /// How many decks are in a shoe.
    pub decks: u8,
}

impl Table {
    /// A round that nobody stakes on is over after this.
    pub(crate) fn round_time(&self) -> Duration {
        self.bet_time + self.result_time
    }
}

impl Default for Table {
    fn default() -> Self {
        Self {
            bet_time: Duration::from_secs(5),
            result_time: Duration::from_secs(10),
            unit: 10,
            max: 10_000,
            chips: 10_000,
            decks: 8,
        }
    }
}

/// What a time server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Service {
    /// Tells the time to whoever connects.
    Daytime,
    /// Answers requests in long connections.
    Sessions,
    /// Answers datagrams.
    Udp,
}

impl Settings {
    /// Whether it is known where this service is.
    pub(crate) fn has(&self, service: Service) -> bool {
        self.service == service || self.place(service).is_some()
    }

    /// Where it is, if it has an address of its own.
    pub(crate) fn place(&self, service: Service) -> Option<SocketAddr> {
        match service {
            Service::Daytime => None,
            Service::Sessions => self.sessions,
            Service::Udp => self.udp,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            patience: Duration::from_secs(2),
            total: Duration::from_secs(50),
            max_packet: protocol::DEFAULT_MAX_PACKET,
            rooms: 1_000,
            room_size: 100,
            slow: false,
            login_timeout: Duration::from_secs(10),
            idle_timeout: None,
            codec: Codec::Binary,
            compression: false,
            classic_results: false,
            bare: false,
            service: Service::Daytime,
            sessions: None,
            udp: None,
            rfc868: false,
            table: Table::default(),
        }
    }
}
