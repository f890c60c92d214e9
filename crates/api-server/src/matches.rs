//! Matchmaking: users who want to play together and do not know each other get seats at one table.
//!
//! A client asks to be matched, polls until it is, takes its seat, and polls again until the match stands:
//!
//! ```text
//! $ curl -s -H "Authorization: Bearer $TOKEN" --json '{"game":"baccarat","size":2,"rating":1200}' $API/v1/matches
//! {"id":"kq3BhC0Zr4YpT2aN"}
//! $ curl -s -H "Authorization: Bearer $TOKEN" "$API/v1/matches/kq3BhC0Zr4YpT2aN?wait=20"
//! {"state":"matched","reason":null,"assignment":{"game":"baccarat","address":"127.0.0.1:11031","web":null,"room":7,
//!  "ticket":"…","expires_in":30},"members":["alice","bob"],"settled":false}
//! $ curl -s -H "Authorization: Bearer $TOKEN" "$API/v1/matches/kq3BhC0Zr4YpT2aN?wait=20&state=matched"
//! {"state":"matched",…,"settled":true}
//! ```
//!
//! | state | what it means | what a client does |
//! |---|---|---|
//! | `waiting` | nobody fits yet, or no server has seats | polls again, within 30 s |
//! | `matched` | `assignment` is a seat, `members` are all users of the match | logs in with the ticket, enters the room, and polls with `state=matched` |
//! | `matched`, `settled` | all have come: the match stands | plays, and polls no more |
//! | `failed`, `no_show` | this user has not come in time | asks anew |
//! | `failed`, `gone` | nobody has polled for 30 s | asks anew |
//! | 404 `no_such_match` | it ended more than a minute ago, or the server was started again | asks anew |
//!
//! A poll with `wait` ends as soon as the state is not the one that the client knows: `waiting`, unless `state=matched`
//! says more. **From `matched` the state can go back to `waiting`**: somebody has not come within the time to enter, or the
//! server has gone. Whoever has come is then at the front of the queue, with all the time that was waited before; a later
//! `matched` brings a new assignment, with which the client logs in again wherever it is.
//!
//! All seats of a match are at one table where nobody else is, and a server keeps all of them or none: one worker decides,
//! in one turn. Who has come is asked of that same worker. `DELETE` ends the waiting. It is `too_late` for whoever has a
//! seat, and the seat stands: the others are counting on it.
//!
//! Tickets are in memory. A restart loses those who wait; their clients get 404 and ask again. They wait for seconds, so a
//! disk would keep nothing that is worth it.
//!
//! | file | what is in it |
//! |---|---|
//! | `wish` | what a user wants, and how far ratings may be apart |
//! | `choice` | who of those who wait can play together |
//! | `id`, `ticket`, `party` | one who waits; those who were chosen; where each stands |
//! | `tally` | what is counted |
//! | `queue` | all of it together, without thread and clock |
//! | `asking` | what is asked of game servers |
//! | `watchers` | clients that wait for a change |
//! | `matchmaker`, `ended` | the threads; their end |

mod asking;
mod choice;
mod ended;
mod id;
mod matchmaker;
mod party;
mod queue;
mod tally;
mod ticket;
mod watchers;
mod wish;

pub(crate) use asking::fits;
pub(crate) use ended::Ended;
pub(crate) use id::MatchId;
pub(crate) use matchmaker::Matchmaker;
pub(crate) use queue::{Cancelled, JoinError};
pub(crate) use ticket::{Phase, Reason, View};
pub(crate) use wish::{Kind, RATINGS, SIZES, USUAL_RATING, Wish};
