//! The road from a wish to a connection, by way of the API server, on a thread of its own: it takes as long as the network
//! does, and the user goes on typing.

use std::io;
use std::thread;
use std::time::Duration;

use command_line::ClientFlags;
use crossbeam_channel::{Receiver, Sender, unbounded};
use net::NetAddress;
use tls::{Stream, TlsClient};

use crate::account::{Account, AccountError, Assignment, Secret};

/// Where the user wants to be.
#[derive(Debug)]
pub(crate) enum Wish {
    /// In this room; in no other one.
    Room(i32),
    /// In whichever room the API server chooses.
    AnyRoom,
    /// In this room again; where that cannot be, in whichever there is.
    Back(i32),
    /// At a place that a game server has told of.
    Place(Assignment),
}

/// A connection at which nothing has been said.
pub(crate) struct Arrival {
    pub(crate) connection: Stream,
    pub(crate) room: i32,
    pub(crate) ticket: Secret,
    /// Why it is another room than the one that was wished for, where the API server has said so.
    pub(crate) detour: Option<AccountError>,
}

/// What comes of a wish.
pub(crate) type Travelled = Result<Arrival, RoadError>;

/// Why nobody has arrived.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RoadError {
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Connect(anyhow::Error),
}

impl RoadError {
    /// Whether another attempt may arrive.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Account(error) => error.may_pass(),
            Self::Connect(_) => true,
        }
    }

    /// Whether another room would do.
    pub(crate) fn is_about_room(&self) -> bool {
        match self {
            Self::Account(error) => error.is_about_room(),
            Self::Connect(_) => false,
        }
    }

    /// How long the API server wants to be left alone.
    pub(crate) fn wait(&self) -> Option<Duration> {
        match self {
            Self::Account(error) => error.wait(),
            Self::Connect(_) => None,
        }
    }
}

/// An account, and how its user connects.
pub(crate) struct Road {
    account: Account,
    client: ClientFlags,
    tls: Option<TlsClient>,
}

impl Road {
    pub(crate) fn new(account: Account, client: ClientFlags, tls: Option<TlsClient>) -> Self {
        Self { account, client, tls }
    }

    /// Asks the API server, and connects to where it says.
    pub(crate) fn travel(&self, wish: Wish) -> Result<Arrival, RoadError> {
        let (place, detour) = match wish {
            Wish::Room(room) => (self.account.assign(Some(room))?, None),
            Wish::AnyRoom => (self.account.assign(None)?, None),
            Wish::Back(room) => self.back(room)?,
            Wish::Place(place) => (place, None),
        };
        Ok(Arrival {
            connection: connect(&self.client, self.tls.as_ref(), &place.server)
                .map_err(RoadError::Connect)?,
            room: place.room,
            ticket: place.ticket,
            detour,
        })
    }

    fn back(&self, room: i32) -> Result<(Assignment, Option<AccountError>), AccountError> {
        match self.account.assign(Some(room)) {
            Ok(place) => Ok((place, None)),
            Err(error) if error.is_about_room() => Ok((self.account.assign(None)?, Some(error))),
            Err(error) => Err(error),
        }
    }
}

/// A connection for a client of rooms. Others may say nothing for hours, so a read has no time. A server that is gone is
/// noticed where it owes an answer: to the requests of a script, and to every PING.
pub(crate) fn connect(
    client: &ClientFlags,
    tls: Option<&TlsClient>,
    server: &NetAddress,
) -> anyhow::Result<Stream> {
    let stream = tls::stream(tls, client.connect(server)?, server, client.timeout)?;
    stream.set_read_timeout(None)?;
    Ok(stream)
}

/// Somebody who travels while others wait.
pub(crate) struct Traveller {
    wishes: Sender<(u64, Wish)>,
    arrivals: Receiver<(u64, Travelled)>,
}

impl Traveller {
    /// Waits for a wish. The thread ends with this, or with the program where it is on the road then.
    pub(crate) fn start(road: Road) -> io::Result<Self> {
        let (wishes, wished) = unbounded();
        let (arrived, arrivals) = unbounded();
        let traveller = thread::Builder::new().name("road".to_owned());
        traveller.spawn(move || {
            for (trip, wish) in wished {
                if arrived.send((trip, road.travel(wish))).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { wishes, arrivals })
    }

    /// The trip has this number, by which its end is known.
    pub(crate) fn set_out(&self, trip: u64, wish: Wish) {
        // It is there as long as this is.
        let _ = self.wishes.send((trip, wish));
    }

    pub(crate) fn arrivals(&self) -> &Receiver<(u64, Travelled)> {
        &self.arrivals
    }
}
