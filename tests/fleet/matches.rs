//! Users who do not know each other get seats at one table, over real HTTP and byte by byte in their room.

use std::thread;

use serde_json::Value;

use crate::caller::{Answer, request};
use crate::support::messages::{enter, entered, leave, left};
use crate::support::wire::error_packet;
use crate::support::{Client, Signal};
use crate::{Fleet, Place};

const REPLACED: i16 = 68;

/// A user who waits for a match, or has one.
struct Player<'a> {
    fleet: &'a Fleet,
    user: &'static str,
    token: String,
    id: String,
}

impl<'a> Player<'a> {
    /// A new user, who wants to be one of two in the chat.
    #[track_caller]
    fn new(fleet: &'a Fleet, user: &'static str) -> Self {
        let token = fleet.api.new_user(user);
        let wish = r#"{"game":"chat","size":2}"#;
        let answer = fleet.api.call("POST /v1/matches", &token, wish).expect(201, "");
        let id = answer.body["id"].as_str().expect("an id").to_owned();
        Self {
            fleet,
            user,
            token,
            id,
        }
    }

    #[track_caller]
    fn poll(&self, query: &str) -> Value {
        let call = format!("GET /v1/matches/{}?{query}", self.id);
        self.fleet.api.call(&call, &self.token, "").expect(200, "").body
    }

    /// The seat that this user gets, among those who are to sit there.
    #[track_caller]
    fn seat(&self, members: &[&str]) -> Place {
        let body = self.poll("wait=30");
        assert_eq!(body["state"], "matched", "{body}");
        assert_eq!(body["members"], serde_json::json!(members));
        Place::of(self.user, &body["assignment"])
    }
}

/// Logs in, and is the member with this unique id.
#[track_caller]
fn enter_as(place: &Place, unique_id: u64) -> Client {
    let mut client = place.log_in(1);
    client.send(&enter(place.room));
    client.skip_to(&entered(place.room, unique_id));
    client
}

#[test]
fn two_users_find_each_other_at_one_table() {
    let fleet = Fleet::start(&["--entry-time", "3s"]);
    let alice = Player::new(&fleet, "alice");
    assert_eq!(alice.poll("")["state"], "waiting");
    let (first, bob) = thread::scope(|scope| {
        // A poll that waits is answered when the other one comes.
        let first = scope.spawn(|| alice.seat(&["alice", "bob"]));
        let bob = Player::new(&fleet, "bob");
        (first.join().expect("no panic"), bob)
    });
    let second = bob.seat(&["alice", "bob"]);
    assert_eq!((first.address, first.room), (second.address, second.room));
    let _at_table = (first.enter(), enter_as(&second, 2));
    let cancel = format!("DELETE /v1/matches/{}", bob.id);
    let refused = fleet.api.call(&cancel, &bob.token, "").expect(409, "too_late");
    assert_eq!(refused.body["assignment"]["room"], second.room);
    let body = alice.poll("wait=30&state=matched");
    assert_eq!(
        (&body["state"], &body["settled"]),
        (&"matched".into(), &true.into())
    );
}

#[test]
fn whoever_has_come_waits_again_in_front_when_the_other_has_not() {
    let fleet = Fleet::start(&["--entry-time", "3s"]);
    let (alice, bob) = (Player::new(&fleet, "alice"), Player::new(&fleet, "bob"));
    let place = alice.seat(&["alice", "bob"]);
    let mut older = place.enter();
    assert_eq!(alice.poll("wait=30&state=matched")["state"], "waiting");
    assert_eq!(bob.poll("wait=30&state=matched")["reason"], "no_show");
    let carol = Player::new(&fleet, "carol");
    let (first, second) = (alice.seat(&["alice", "carol"]), carol.seat(&["alice", "carol"]));
    assert_eq!((first.address, first.room), (second.address, second.room));
    // By then the server of the first table has told that it has a user, so the other one is less busy, and a room there has had
    // nobody. On a machine that is too slow for that it is the same table, which counts on.
    let is_same = (first.address, first.room) == (place.address, place.room);
    let unique_id = 1 + u64::from(is_same);
    // A new ticket is a new login, wherever the user is.
    let _newer = enter_as(&first, unique_id);
    older.expect(&error_packet(REPLACED));
    older.expect_end();
    let _carol = enter_as(&second, unique_id + 1);
    let body = alice.poll("wait=30&state=matched");
    assert_eq!(body["settled"], true, "{body}");
}

#[test]
fn without_a_free_table_users_wait_until_there_is_one() {
    let fleet = Fleet::start(&["--rooms", "1", "--room-size", "3"]);
    let mut others = [(0, "dave"), (1, "erin")].map(|(room, user)| fleet.newcomer(user, room));
    let alice = Player::new(&fleet, "alice");
    let bob = Player::new(&fleet, "bob");
    assert_eq!(alice.poll("wait=1")["state"], "waiting");
    others[1].exchange(&leave(), &left(1));
    assert_eq!(alice.seat(&["alice", "bob"]).room, 1);
    assert_eq!(bob.seat(&["alice", "bob"]).room, 1);
}

/// A signal does not wait for those who poll.
#[test]
fn a_poll_is_answered_when_the_fleet_ends() {
    let fleet = Fleet::start(&["--drain", "60s"]);
    let alice = Player::new(&fleet, "alice");
    let call = format!("GET /v1/matches/{}?wait=30", alice.id);
    let poll = request(&call, &format!("Authorization: Bearer {}\r\n", alice.token), "");
    let mut client = fleet.api.connect();
    client.send(&poll);
    client.wait_until_read();
    fleet.api.signal(Signal::TERM);
    let answer = Answer::parse(&client.receive_rest()).expect(200, "");
    assert_eq!(answer.body["state"], "waiting");
    drop(client);
    fleet.api.process.finish().expect_success();
}
