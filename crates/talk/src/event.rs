//! What has become of a request to another server, on its way back to the session that waits for it.

use std::sync::Arc;

use directory::Place;
use protocol::ErrorCode;
use room_log::Late;

/// The answer of another server. A game gives it back to [`Talk`](crate::Talk).
#[derive(Debug)]
pub struct Event(pub(crate) Answer);

/// To which request.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A whisper.
    Whisper(ErrorCode),
    /// An invitation of this user, by this session.
    Invitation {
        inviter: u64,
        invited: Arc<str>,
        outcome: Result<(), ErrorCode>,
    },
    /// A room that is elsewhere.
    Room(Result<Place, ErrorCode>),
    /// None: messages of a room turn out to be stored.
    Late(Late),
}
