//! Requests of the other servers, as they are answered here.

use std::time::Duration;

use directory::{Answer, Reply, Request};
use protocol::ErrorCode;
use protocol::message::{RoomInviteDeclineNtf, RoomInviteNtf, WhisperNtf};
use rooms::{Outside, Wanted};

use crate::invitations::Invitations;

// ANCHOR: answer
/// Answers a request of another server, on any thread: what it is about is in the outbox of the user here, or not done.
pub(crate) fn answer<E: Send + 'static>(
    outside: &Outside<E>,
    invitations: &Invitations,
    seat_time: Duration,
    request: Request,
    reply: Reply,
) {
    match request {
        Request::Whisper { from, to, message } => {
            let (user_id, message) = (&*from, &*message);
            reply.send(sent(outside.send_to_user(&to, &WhisperNtf { user_id, message })));
        }
        Request::Invite { from, to, room } => {
            let user_id = &*from;
            reply.send(sent(outside.send_to_user(&to, &RoomInviteNtf { user_id, room })));
        }
        Request::Decline { from, to } => {
            // Without an open invitation there is nothing to decline.
            if invitations.decline_from_afar(&from, &to) {
                let user_id = &*from;
                outside.send_to_user(&to, &RoomInviteDeclineNtf { user_id });
            }
            reply.send(Answer::Done);
        }
        Request::Replace { user_id, session } => {
            // False where it has ended already.
            outside.close_user(&user_id, Some(session), ErrorCode::REPLACED);
            reply.send(Answer::Done);
        }
        Request::Reserve { user_id, room } => {
            let wanted = room.map_or(Wanted::Any, Wanted::Room);
            outside.reserve(wanted, &user_id, seat_time, |outcome| reserved(outcome, reply));
        }
        Request::ReserveAll { user_ids } => {
            outside.reserve_together(&user_ids, seat_time, |outcome| reserved(outcome, reply));
        }
        Request::WhoCame { room, user_ids } => outside.who_came(room, &user_ids, |came| match came {
            Ok(came) => reply.send(Answer::Came(came.into_iter().collect())),
            Err(reason) => refused(reason, reply),
        }),
    }
}
// ANCHOR_END: answer

fn sent(is_sent: bool) -> Answer {
    match is_sent {
        true => Answer::Done,
        false => Answer::No(ErrorCode::WHISPER_NO_SUCH_USER),
    }
}

fn reserved(outcome: Result<i32, ErrorCode>, reply: Reply) {
    match outcome {
        Ok(room) => reply.send(Answer::Reserved { room }),
        Err(reason) => refused(reason, reply),
    }
}

fn refused(reason: ErrorCode, reply: Reply) {
    match reason {
        // Whether there is a place, or who has one, nobody knows any more.
        ErrorCode::SERVER_SHUTTING_DOWN => drop(reply),
        reason => reply.send(Answer::No(reason)),
    }
}
