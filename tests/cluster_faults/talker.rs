//! A user who talks without end, and who comes back where the connection is lost: as a program would, with a new place from
//! the API server each time.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::place::Place;
use crate::support::messages::{chat, enter, log_in_with};
use crate::support::{Client, Server, eventually};

const ROOM_ENTER_RES: u16 = 722;
const ROOM_USER_LIST_NTF: u16 = 723;
const LOGIN_RES: u16 = 702;
const ROOM_CHAT_RES: u16 = 732;

/// Whole packets of a connection, one by one.
pub(crate) struct Packets {
    client: Client,
    unread: Vec<u8>,
}

impl Packets {
    pub(crate) fn new(client: Client) -> Self {
        let unread = Vec::new();
        Self { client, unread }
    }

    /// The id and the body of the next one; `None` where the connection has ended.
    pub(crate) fn next(&mut self) -> Option<(u16, Vec<u8>)> {
        loop {
            if let Some([low, high]) = self.unread.first_chunk().copied() {
                let size = usize::from(u16::from_le_bytes([low, high]));
                if self.unread.len() >= size {
                    let packet: Vec<u8> = self.unread.drain(..size).collect();
                    let id = u16::from_le_bytes([packet[2], packet[3]]);
                    return Some((id, packet[5..].to_vec()));
                }
            }
            let more = self.client.receive_some().ok().filter(|more| !more.is_empty())?;
            self.unread.extend(more);
        }
    }

    #[track_caller]
    pub(crate) fn send(&mut self, request: &[u8]) {
        self.client.send(request);
    }

    /// The body of the next packet with this id.
    pub(crate) fn until(&mut self, wanted: u16) -> Option<Vec<u8>> {
        loop {
            let (id, body) = self.next()?;
            if id == wanted {
                return Some(body);
            }
        }
    }

    /// Sends a request, and gives what has come up to this answer, and that.
    pub(crate) fn request(&mut self, request: &[u8], answer: u16) -> Option<Vec<(u16, Vec<u8>)>> {
        self.client.try_send(request).ok()?;
        let mut came = Vec::new();
        loop {
            let (id, body) = self.next()?;
            came.push((id, body));
            if id == answer {
                return Some(came);
            }
        }
    }

    /// The same for an answer that begins with a result; `None` where that is not 1.
    fn granted(&mut self, request: &[u8], answer: u16) -> Option<Vec<(u16, Vec<u8>)>> {
        self.request(request, answer)
            .filter(|came| came.last().is_some_and(|(_, body)| body.starts_with(&[1, 0])))
    }

    /// Logs in and enters, as who has this place: the names of those who were in the room before.
    pub(crate) fn take(place: &Place) -> Option<(Self, Vec<String>)> {
        let mut packets = Self::new(Client::try_connect(place.address).ok()?);
        packets.granted(&log_in_with(&place.user, &place.ticket), LOGIN_RES)?;
        let came = packets.granted(&enter(place.room), ROOM_ENTER_RES)?;
        let lists = came.iter().filter(|(id, _)| *id == ROOM_USER_LIST_NTF);
        let members = lists.flat_map(|(_, body)| names(body)).collect();
        Some((packets, members))
    }
}

/// ROOM_USER_LIST_NTF: `count:i8`, then each `unique_id:u64  id_len:i8  id`.
fn names(body: &[u8]) -> Vec<String> {
    let mut rest = &body[1..];
    let mut names = Vec::new();
    while let Some((length, behind)) = rest.get(8..).and_then(<[u8]>::split_first) {
        let (name, others) = behind.split_at(usize::from(*length));
        names.push(String::from_utf8(name.to_vec()).expect("a name"));
        rest = others;
    }
    names
}

/// Where a user is in the end, and when that connection was there. The user is there as long as this is.
pub(crate) struct Stay {
    pub(crate) user: String,
    pub(crate) room: i32,
    pub(crate) since: Instant,
    _packets: Packets,
}

/// Stops them where it ends, however that is.
pub(crate) struct StopAtTheEnd<'a>(&'a Talkers<'a>);

impl Drop for StopAtTheEnd<'_> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Users who talk.
pub(crate) struct Talkers<'a> {
    api: &'a Server,
    stop: AtomicBool,
    /// What was said and answered.
    answered: AtomicU64,
    /// When somebody has come, each time.
    came: Mutex<Vec<Instant>>,
}

impl<'a> Talkers<'a> {
    pub(crate) fn new(api: &'a Server) -> Self {
        Self {
            api,
            stop: AtomicBool::new(false),
            answered: AtomicU64::new(0),
            came: Mutex::default(),
        }
    }

    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    /// A test that fails stops them too: its threads end before it does.
    pub(crate) fn stop_at_the_end(&self) -> StopAtTheEnd<'_> {
        StopAtTheEnd(self)
    }

    pub(crate) fn answered(&self) -> u64 {
        self.answered.load(Ordering::SeqCst)
    }

    /// Whether so many have come.
    pub(crate) fn are_there(&self, count: usize) -> bool {
        self.came().len() >= count
    }

    /// Whether so many have come since then.
    pub(crate) fn are_back(&self, since: Instant, count: usize) -> bool {
        self.came().iter().filter(|came| **came > since).count() >= count
    }

    /// Whoever has failed with the lock in its hands is told of by its own test.
    fn came(&self) -> std::sync::MutexGuard<'_, Vec<Instant>> {
        self.came.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Talks in this room, and comes back to any, until all are to stop.
    pub(crate) fn talk(&self, user: &str, room: i32) -> Stay {
        let token = self.api.new_user(user);
        let mut stay = self.come(user, &token, Some(room));
        for number in 0_u64.. {
            if self.stop.load(Ordering::SeqCst) {
                break;
            }
            let request = chat(&format!("{user} {number}"));
            match stay._packets.granted(&request, ROOM_CHAT_RES) {
                Some(_) => drop(self.answered.fetch_add(1, Ordering::SeqCst)),
                None => stay = self.come(user, &token, None),
            }
        }
        stay
    }

    /// As often as it takes.
    fn come(&self, user: &str, token: &str, room: Option<i32>) -> Stay {
        let mut taken = None;
        eventually("a place", || {
            let answer = self.api.ask_for_place(token, "chat", room);
            let place = (answer.status == 200).then(|| Place::of(user, &answer.body));
            taken = place.and_then(|place| Some((place.room, Packets::take(&place)?.0)));
            taken.is_some()
        });
        let (room, packets) = taken.expect("a place");
        let since = Instant::now();
        self.came().push(since);
        Stay {
            user: user.to_owned(),
            room,
            since,
            _packets: packets,
        }
    }
}

/// Who is in this room, as somebody sees who enters it.
#[track_caller]
pub(crate) fn members(api: &Server, visitor: &str, token: &str, room: i32) -> BTreeSet<String> {
    let place = api.place(visitor, token, "chat", Some(room));
    let (_packets, names) = Packets::take(&place).expect("a room");
    let count = names.len();
    let members: BTreeSet<_> = names.into_iter().collect();
    assert_eq!(members.len(), count, "somebody is there twice: {members:?}");
    members
}
