//! Checks of any room server: unknown ids, requests that are not allowed, and how a body that cannot be read is answered.

use protocol::ErrorCode;

use super::game::Game;
use super::words::{DONE, enter, error, leave, logged_in, login};
use crate::check::{Check, Need};
use crate::checks::any;
use crate::checks::packets::packet;
use crate::failure::Outcome;
use crate::stage::Stage;

/// What is said of a body that cannot be read.
pub(crate) const UNREADABLE: ErrorCode = ErrorCode::PACKET_DECODING_FAIL;

/// What a server must refuse, with the requests of this game.
pub(crate) const fn checks<G: Game>() -> [Check; 3] {
    [
        Check {
            name: "before-login",
            does: "every kind of request before the login, and unknown ids",
            rule: "52: anything but LOGIN, PING or ECHO before login, in an ERROR_NTF; the connection stays open",
            hint: "look whether the client is logged in before you look at the id",
            needs: Need::Nothing,
            play: before_login::<G>,
        },
        Check {
            name: "unknown-id",
            does: "ids that are unknown, that only a server sends, and that belong to another server",
            rule: "53: a packet id that the server does not know, in an ERROR_NTF; the connection stays open",
            hint: "the last branch of your switch answers; it does not close",
            needs: Need::Nothing,
            play: unknown_id::<G>,
        },
        Check {
            name: "not-in-room",
            does: G::NOT_IN_ROOM,
            rule: "121: a room packet from a user who is in no room, always in an ERROR_NTF",
            hint: "look for the user's room before you read the body",
            needs: Need::Nothing,
            play: not_in_room::<G>,
        },
    ]
}

/// A request as it stands on the wire, and what the answer to it says.
pub(crate) type Case = (Vec<u8>, Vec<u8>);

/// Each of them has its answer, in a room; and others hear nothing of all that.
pub(crate) fn answers(stage: &Stage<'_>, cases: &[Case]) -> Outcome {
    let [mut alice, mut bob] = stage.members(stage.room()?, ["alice", "bob"])?;
    for (request, reply) in cases {
        alice.send_as_it_is(request)?;
        alice.expect(reply)?;
    }
    alice.hears_nothing_more()?;
    bob.hears_nothing_more()
}

fn before_login<G: Game>(stage: &Stage<'_>) -> Outcome {
    let mut client = stage.connect()?;
    let requests = [vec![enter(0), leave()], G::requests()].concat();
    let unknown = [999, 702, 751].map(|id| packet(id, b""));
    for request in requests.iter().chain(&unknown) {
        client.exchange(request, &error(ErrorCode::PACKET_NOT_LOGIN_USER))?;
    }
    client.exchange(&login(&stage.new_name()), &logged_in(DONE))
}

fn unknown_id<G: Game>(stage: &Stage<'_>) -> Outcome {
    let mut alice = stage.user("alice")?;
    let unknown = [0, 1, 999, u16::MAX, 202, 702, 733];
    for id in unknown.iter().chain(G::OF_OTHERS) {
        alice.exchange(
            &packet(*id, b"body"),
            &error(ErrorCode::ROOM_NOT_REGISTERED_PACKET_ID),
        )?;
    }
    Ok(())
}

fn not_in_room<G: Game>(stage: &Stage<'_>) -> Outcome {
    let mut alice = stage.user("alice")?;
    for request in [vec![leave()], G::requests_of_members()].concat() {
        alice.exchange(&request, &error(ErrorCode::ROOM_NOT_IN_USER))?;
    }
    Ok(())
}

/// Each of them has this answer, or ends its connection; and others are served.
pub(crate) fn closes_or_refuses(stage: &Stage<'_>, requests: &[Vec<u8>], reply: &[u8]) -> Outcome {
    let mut witness = stage.user("alice")?;
    for request in requests {
        let mut client = stage.user_called(stage.new_name())?;
        client.send_as_it_is(request)?;
        client.expect_or_end(reply)?;
    }
    witness.hears_nothing_more()?;
    any::is_served(stage)
}
