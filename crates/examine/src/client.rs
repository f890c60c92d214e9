//! One client of the server under examination: it sends, and knows what must come (`receive`).

mod incoming;
mod receive;

use std::thread;
use std::time::{Duration, Instant};

pub(crate) use incoming::Incoming;
use protocol::{Frames, PacketId};

use crate::conversation::Conversation;
use crate::failure::{Failure, Outcome};
use crate::notation::Notation;
use crate::pace::Pace;

/// Between two pieces, so that they come with two reads. A server that is slow to read may still get them
/// together, which is why no check cuts only once.
const PAUSE: Duration = Duration::from_millis(8);

/// How much a client sends to a server that does not take it.
const MOST_UNREAD: usize = 16 * 1024 * 1024;

/// A write that takes this long will not go on: the server reads no more.
const STUCK: Duration = Duration::from_millis(200);

/// How long a client sends to a server that does take it.
const SENDING: Duration = Duration::from_secs(10);

/// A connection to the server.
pub(crate) struct Client<'a> {
    conversation: &'a Conversation,
    connection: harness::Client,
    number: usize,
    /// What has come, and is not expected yet.
    pending: Vec<u8>,
    pace: Pace,
    /// Whether it has asked for compressed packets, and so may get some.
    compresses: bool,
}

impl<'a> Client<'a> {
    pub(crate) fn new(conversation: &'a Conversation, connection: harness::Client, number: usize) -> Self {
        Self {
            conversation,
            connection,
            number,
            pending: Vec::new(),
            pace: Pace::new(),
            compresses: false,
        }
    }

    /// Sends what a check says, as the server speaks it.
    pub(crate) fn send(&mut self, said: &[u8]) -> Outcome {
        self.send_as_it_is(&self.conversation.on_wire(said))
    }

    /// Asks for compressed packets, with a PING_REQ whose body is nothing, compressed. The server may send some
    /// then.
    pub(crate) fn ask_for_compression(&mut self) -> Outcome {
        self.compresses = true;
        self.send_as_it_is(&[6, 0, 201, 0, 1, 0])
    }

    /// Sends these bytes, whatever they say.
    pub(crate) fn send_as_it_is(&mut self, bytes: &[u8]) -> Outcome {
        let told = self.notation().describe(bytes);
        self.note(&format!("--> {told}"));
        self.wait_for_turn(bytes);
        self.write(bytes)
    }

    /// Sends the pieces one by one as they are, with a pause between.
    pub(crate) fn send_in_pieces<'b>(&mut self, pieces: impl IntoIterator<Item = &'b [u8]>) -> Outcome {
        let pieces: Vec<_> = pieces.into_iter().collect();
        let told = self.notation().describe(&pieces.concat());
        self.note(&format!("--> {told}, {}", cuts(&pieces)));
        self.wait_for_turn(&pieces.concat());
        for piece in pieces {
            self.write(piece)?;
            self.pause();
        }
        Ok(())
    }

    /// Lets the server read what it has been sent.
    pub(crate) fn pause(&self) {
        thread::sleep(PAUSE);
    }

    /// Sends the same bytes again and again until the server takes no more of them, and reads nothing.
    pub(crate) fn send_without_reading(&mut self, bytes: &[u8]) {
        self.note("--> sends and sends, and reads nothing");
        let end = Instant::now() + self.conversation.at_most(SENDING);
        let goes_on = |sent| sent < MOST_UNREAD && Instant::now() < end;
        // It may be closed for that, which is no fault.
        let _ = self.connection.send_until_stuck(bytes, STUCK, goes_on);
    }

    /// Says that nothing more will be sent.
    pub(crate) fn half_close(&mut self) {
        self.note("closes its sending side");
        // Where the connection is gone, what it has said before tells more than this.
        let _ = self.connection.half_close();
    }

    /// Closes the connection, without a look at what has come.
    pub(crate) fn close(self) {
        self.note("closes");
    }

    /// Breaks the connection: the server gets a reset in place of an end.
    pub(crate) fn reset(self) {
        self.note("breaks off");
        // If it cannot be broken, it is closed.
        let _ = self.connection.reset();
    }

    fn write(&mut self, bytes: &[u8]) -> Outcome {
        let expected = "the server takes what it is sent";
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.conversation.is_over() {
                return Err(Failure::words(expected, "the time for all checks is over"));
            }
            let patience = self.conversation.patience();
            match self.connection.send_some(rest, patience) {
                Ok(0) => {
                    let came = format!(
                        "client {} could send nothing more for {patience:.1?}",
                        self.number
                    );
                    return Err(Failure::words(expected, came));
                }
                Ok(count) => rest = &rest[count..],
                // The server has gone; what it has said before tells more than this.
                Err(_) => return Ok(()),
            }
        }
        Ok(())
    }

    /// Packets may be limited to so many a second; other bytes are not.
    fn wait_for_turn(&mut self, bytes: &[u8]) {
        if let Notation::Packets(_) = self.notation() {
            self.pace.wait_for(Frames::new(bytes).count());
        }
    }

    /// Whether this is what the game tells a newcomer to a room.
    pub(crate) fn is_for_newcomers(&self, id: PacketId) -> bool {
        self.conversation.is_for_newcomers(id)
    }

    fn note(&self, what: &str) {
        self.conversation.note(format!("client {} {what}", self.number));
    }

    fn notation(&self) -> Notation {
        self.conversation.notation()
    }
}

/// How a request is cut, in words.
fn cuts(pieces: &[&[u8]]) -> String {
    match pieces {
        [start, rest] => format!("cut into {} and {} bytes", start.len(), rest.len()),
        _ => format!("cut into {} pieces", pieces.len()),
    }
}
