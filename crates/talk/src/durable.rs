//! Messages that outlive their server: a message is in the log of its room before anybody sees it.
//!
//! A message keeps its place in what all members get, and goes to the log. When the log has answered, it goes out there: the
//! notification, the position behind the last one of a batch, the answer. What the members are sent meanwhile stays behind
//! it, so everybody sees the same order as without a log, only later. A history keeps its place in the same way: it has what
//! was said before it, and what comes behind it is live.
//!
//! The thread of the log calls back here. What it says is put out on the worker.

use std::fmt;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use protocol::ErrorCode;
use protocol::message::{
    RoomChatNtf, RoomChatReq, RoomChatRes, RoomHistoryNtf, RoomHistoryReq, RoomHistoryRes, RoomPositionNtf,
    SyncReq, SyncRes,
};
use room_log::{Answer, Done, Entry, Kept, Late, LogThread, Outcome, Position, Request, Since, Wish, Writer};
use rooms::{Delivery, Fill, Incoming, Member, Outside, Place, RoomContext, Session, Sessions, Ticket, User};

use crate::event::{self, Event};
use crate::length::check_length;

/// What a notification has besides its message, about: so much more a member gets of it.
const BESIDES_MESSAGE: usize = 64;

/// A history counts as much as if it were this long: it is read in pieces that all share, so it takes less memory than
/// bytes, and its asker waits for it.
const HISTORY: usize = 8 * 1024;

/// The log of all rooms of one server.
pub(crate) struct Durable {
    thread: LogThread<Waiting>,
    epoch: Arc<AtomicU64>,
    /// Set when the game starts.
    answer: Arc<OnceLock<Answering>>,
}

/// Puts out what the log has answered.
type Answering = Box<dyn Fn(Done<Waiting>) + Send + Sync>;

/// What waits for the log.
enum Waiting {
    Message(Place, Said),
    History(Place, Asked),
}

/// A message.
struct Said {
    /// All who get it: the members when it was said.
    members: Sessions,
    sender: Arc<Session>,
    unique_id: u64,
    message: Arc<str>,
}

/// Somebody who wants to know what was said.
struct Asked {
    asker: Arc<Session>,
    /// Its further packets wait until it has the history.
    ticket: Ticket,
}

impl Durable {
    /// Starts the thread of the log.
    pub(crate) fn new(writer: Writer) -> io::Result<Self> {
        let answer = Arc::<OnceLock<Answering>>::default();
        let epoch = writer.epoch();
        let answering = Arc::clone(&answer);
        let thread = LogThread::start(writer, move |done| {
            // Nobody can have asked for anything before the start.
            if let Some(answer) = answering.get() {
                answer(done);
            }
        })?;
        Ok(Self {
            thread,
            epoch,
            answer,
        })
    }

    /// Answers go this way.
    pub(crate) fn start<E: From<Event> + Send + 'static>(&self, outside: Outside<E>) {
        // A game is started once.
        let _ = self.answer.set(Box::new(move |done| put_out(&outside, done)));
    }

    /// From now on this client is told positions.
    pub(crate) fn sync(
        &self,
        delivery: &mut Delivery,
        from: &User<'_>,
        packet: &mut Incoming<'_>,
    ) -> Result<(), ErrorCode> {
        packet.decode::<SyncReq>()?;
        from.session.mark();
        let answer = SyncRes {
            result: ErrorCode::NONE,
            epoch: self.epoch.load(Ordering::SeqCst),
        };
        delivery.send(from.session, &answer)
    }

    // ANCHOR: store
    /// A message that can be read goes to the log; one that cannot is answered at once.
    pub(crate) fn chat(
        &self,
        room: &mut RoomContext<'_>,
        from: &Member,
        packet: &mut Incoming<'_>,
    ) -> Result<(), ErrorCode> {
        let message: Arc<str> = match said(packet) {
            Ok(message) => message.into(),
            Err(result) => return room.send(&from.session, &RoomChatRes { result }),
        };
        let (place, members) = room.keep_place_for_all(message.len() + BESIDES_MESSAGE);
        let entry = Entry {
            user_id: Arc::clone(&from.user_id),
            message: Arc::clone(&message),
        };
        self.thread.ask(Request {
            room: room.number(),
            wish: Wish::Store {
                entry,
                from: from.unique_id,
            },
            token: Waiting::Message(
                place,
                Said {
                    members,
                    sender: Arc::clone(&from.session),
                    unique_id: from.unique_id,
                    message,
                },
            ),
        });
        Ok(())
    }
    // ANCHOR_END: store

    pub(crate) fn history(
        &self,
        room: &mut RoomContext<'_>,
        from: &Member,
        packet: &mut Incoming<'_>,
    ) -> Result<(), ErrorCode> {
        let wanted = match packet.decode::<RoomHistoryReq>() {
            Ok(wanted) => wanted,
            Err(result) => return room.send(&from.session, &RoomHistoryRes { result }),
        };
        let asker = Arc::clone(&from.session);
        let place = room.keep_place(&asker, HISTORY);
        let ticket = room.park(from);
        self.thread.ask(Request {
            room: room.number(),
            wish: Wish::History(since(&wanted)),
            token: Waiting::History(place, Asked { asker, ticket }),
        });
        Ok(())
    }
}

fn said<'p>(packet: &'p mut Incoming<'_>) -> Result<&'p str, ErrorCode> {
    let RoomChatReq { message } = packet.decode()?;
    check_length(message)?;
    Ok(message)
}

fn since(wanted: &RoomHistoryReq) -> Since {
    let RoomHistoryReq {
        epoch,
        generation,
        number,
    } = *wanted;
    match (epoch, generation, number) {
        (0, 0, 0) => Since::Beginning,
        _ => Since::Position {
            epoch,
            position: Position { generation, number },
        },
    }
}

/// On the thread of the log: all of one turn goes to the workers together. What is late comes first.
fn put_out<E: From<Event> + Send + 'static>(outside: &Outside<E>, done: Done<Waiting>) {
    for late in done.late {
        // A room that has gone meanwhile has no members.
        outside.send_in_front(late.room, Event(event::Answer::Late(late)).into());
    }
    let fills = done.answers.into_iter();
    outside.fill(fills.map(|Answer { token, outcome }| match token {
        Waiting::Message(place, said) => (place, said.fill(outcome)),
        Waiting::History(place, asked) => (place, asked.fill(outcome)),
    }));
}

impl Said {
    // ANCHOR: fill
    /// What becomes of a message, in its place.
    fn fill(self, outcome: Outcome) -> Fill {
        Box::new(move |delivery| match outcome {
            Outcome::Stored { epoch, at, is_last } => {
                self.notify(delivery);
                if is_last {
                    tell_position(delivery, self.members.iter(), epoch, at);
                }
                self.answer(delivery, ErrorCode::NONE);
            }
            Outcome::NotStored => self.answer(delivery, ErrorCode::NOT_STORED),
            // Whatever was said would be wrong: whoever comes back finds in the history whether it is there.
            Outcome::Unknown => delivery.hang_up(&self.sender, "nobody knows whether its message is stored"),
            // The room is another server's: its members are told so, and nothing else.
            _ => {}
        })
    }
    // ANCHOR_END: fill

    fn notify(&self, delivery: &mut Delivery) {
        let chat = RoomChatNtf {
            unique_id: self.unique_id,
            message: &self.message,
        };
        // What has come as a packet goes into one.
        let _ = delivery.send_to(&*self.members, &chat);
    }

    fn answer(&self, delivery: &mut Delivery, result: ErrorCode) {
        // A packet of one number can always be built.
        let _ = delivery.send(&self.sender, &RoomChatRes { result });
    }
}

impl Asked {
    /// The ticket goes with it: then the asker goes on.
    fn fill(self, outcome: Outcome) -> Fill {
        Box::new(move |delivery| {
            match outcome {
                Outcome::History {
                    epoch,
                    messages,
                    up_to,
                } => {
                    messages
                        .iter()
                        .for_each(|kept| tell_past(delivery, &self.asker, kept));
                    tell_position(delivery, [&self.asker], epoch, up_to);
                    self.answer(delivery, ErrorCode::NONE);
                }
                Outcome::Gap => self.answer(delivery, ErrorCode::HISTORY_GAP),
                // Nobody can say what is in the room now. Whoever comes back may ask again.
                Outcome::Unknown => delivery.hang_up(&self.asker, "nobody knows what was said in its room"),
                _ => {}
            }
            drop(self.ticket);
        })
    }

    fn answer(&self, delivery: &mut Delivery, result: ErrorCode) {
        // A packet of one number can always be built.
        let _ = delivery.send(&self.asker, &RoomHistoryRes { result });
    }
}

fn tell_past(delivery: &mut Delivery, asker: &Arc<Session>, kept: &Kept) {
    let Some(Entry { user_id, message }) = &kept.entry else {
        return;
    };
    let past = RoomHistoryNtf {
        generation: kept.at.generation,
        number: kept.at.number,
        user_id,
        message,
    };
    // A name and a message that were in packets before.
    let _ = delivery.send(asker, &past);
}

/// To those who have asked for positions.
fn tell_position<'s>(
    delivery: &mut Delivery,
    sessions: impl IntoIterator<Item = &'s Arc<Session>>,
    epoch: u64,
    at: Position,
) {
    let ntf = position(epoch, at);
    let told = sessions.into_iter().filter(|session| session.is_marked());
    // A packet of three numbers can always be built.
    let _ = delivery.send_to(told, &ntf);
}

fn position(epoch: u64, at: Position) -> RoomPositionNtf {
    RoomPositionNtf {
        epoch,
        generation: at.generation,
        number: at.number,
    }
}

/// Messages that nobody has seen, since nobody knew whether they were stored: all members get them now, before anything
/// newer.
pub(crate) fn tell_late(room: &mut RoomContext<'_>, late: &Late) {
    for (unique_id, kept) in &late.messages {
        let Some(entry) = &kept.entry else {
            continue;
        };
        let chat = RoomChatNtf {
            unique_id: *unique_id,
            message: &entry.message,
        };
        let _ = room.send_to_all(&chat);
    }
    let Some((_, last)) = late.messages.last() else {
        return;
    };
    let ntf = position(late.epoch, last.at);
    let members = room.members().iter();
    for member in members.filter(|member| member.session.is_marked()) {
        // A packet of three numbers can always be built.
        let _ = room.send(&member.session, &ntf);
    }
}

impl fmt::Debug for Durable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Durable").finish_non_exhaustive()
    }
}
