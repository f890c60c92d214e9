//! The users of a room server, for those who watch and steer it.

use std::collections::BTreeMap;
use std::sync::Arc;

use admin::{Client, Look, People, Wanted};
use protocol::message::{Encode, WhisperNtf};
use protocol::{Codec, Packet, PacketError};
use rooms::{Control, Session};

/// Who whispers when an operator says something to all. No user can have this name, since it has more than 16 bytes; and
/// every client shows a whisper with the name of whoever whispers.
pub const ANNOUNCER: &str = "server announcement";

/// What a user hears who is kicked, behind which the connection ends. There is no code for it: each that there is would
/// say something that is not so.
const KICKED: &str = "an operator has ended your connection";

/// As a whisper of a user.
const LONGEST_MESSAGE: usize = 126;

/// The users of the server that has this control in its settings.
#[derive(Debug)]
pub struct RoomPeople {
    control: Control,
}

/// What an operator says to all users.
struct Announcement(String);

impl RoomPeople {
    /// Those of the server that has this in its settings.
    #[must_use]
    pub fn new(control: &Control) -> Self {
        let control = control.clone();
        Self { control }
    }
}

impl People for RoomPeople {
    // ANCHOR: look
    fn look(&self, wanted: &Wanted) -> Look {
        let mut look = Look::default();
        let mut members = BTreeMap::<i32, usize>::new();
        for (user_id, session) in self.control.users() {
            if let Some(room) = session.room() {
                *members.entry(room).or_default() += 1;
            }
            wanted.add(&mut look, &user_id, || client(&session));
        }
        look.rooms = members.into_iter().collect();
        look.slow = self.control.slow().iter().map(client).collect();
        look
    }
    // ANCHOR_END: look

    fn kick(&self, user_id: &str) -> bool {
        self.control.dismiss(user_id, &announcement(KICKED))
    }

    fn broadcast(&self, message: &str) -> Result<usize, String> {
        match message.len() {
            1..=LONGEST_MESSAGE => Ok(self.control.send_to_all(Announcement(message.to_owned()))),
            length => Err(format!(
                "a message has 1 to {LONGEST_MESSAGE} bytes of UTF-8, and this one has {length}"
            )),
        }
    }
}

fn client(session: &Arc<Session>) -> Client {
    Client {
        client: session.id(),
        user_id: session.user_id().map(ToString::to_string),
        address: session.peer_address(),
        room: session.room(),
        unsent: session.unsent(),
    }
}

fn announcement(message: &str) -> WhisperNtf<'_> {
    let user_id = ANNOUNCER;
    WhisperNtf { user_id, message }
}

impl Encode for Announcement {
    fn encode_as(&self, codec: Codec) -> Result<Packet, PacketError> {
        announcement(&self.0).encode_as(codec)
    }
}

#[cfg(test)]
mod tests {
    use protocol::user_name;

    use super::*;

    #[test]
    fn no_user_can_speak_as_the_server() {
        assert!(user_name(ANNOUNCER).is_err());
    }

    #[test]
    fn what_is_said_fits_into_a_whisper_of_each_codec() {
        let longest = "x".repeat(LONGEST_MESSAGE);
        for codec in Codec::ALL {
            for message in [KICKED, &longest] {
                assert!(announcement(message).encode_as(codec).is_ok(), "{codec}");
            }
        }
        let people = RoomPeople::new(&Control::default());
        assert_eq!(people.broadcast(&longest), Ok(0));
        for wrong in ["", &"x".repeat(LONGEST_MESSAGE + 1)] {
            assert!(people.broadcast(wrong).is_err());
        }
    }
}
