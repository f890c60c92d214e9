//! The calls of matchmaking, with game servers that answer as a test says.

use std::thread;

use crossbeam_channel::{Receiver, unbounded};
use directory::{Answer, Asked, Came, Listening, Offer, Request as Asking, Slot};

use super::*;

const LEASE: Duration = Duration::from_secs(600);

/// A server of this game with tables for four.
fn listen(directory: &Memory, game: &'static str) -> (Listening, Receiver<Asked>) {
    let offer = Offer {
        game: GameName::new(game),
        address: format!("{game}.example:1"),
        by_codec: Vec::new(),
        web: None,
        rooms: 10,
        room_size: 4,
    };
    let Ok(Slot::Taken(owner)) = directory.take_slot(&offer, None, LEASE) else {
        panic!("a slot is free");
    };
    let (sender, asked) = unbounded();
    (directory.listen(&owner, sender).unwrap(), asked)
}

/// One that has table 7 for everybody, and to which these come.
fn serve(directory: &Memory, game: &'static str, came: Came) -> Listening {
    let (listening, asked) = listen(directory, game);
    thread::spawn(move || {
        for asked in asked {
            asked.reply.send(match asked.request {
                Asking::WhoCame { .. } => Answer::Came(came),
                _ => Answer::Reserved { room: 7 },
            });
        }
    });
    listening
}

/// An API with two users, and their tokens.
fn world(directory: &Memory, entry_time: Duration) -> (Api, [String; 2]) {
    let api = api_at(directory, &Shutdown::new(), |settings| {
        settings.entry_time = entry_time;
    });
    let tokens = two_users(&api);
    (api, tokens)
}

fn two_users(api: &Api) -> [String; 2] {
    ["alice", "bob"].map(|user| {
        api.add_user(user);
        api.token(user)
    })
}

impl Api {
    fn join(&self, token: &str, body: &Value) -> super::Answer {
        let request = Request::new(Method::Post, "/v1/matches").with_json(body);
        let request = request.with_header("Authorization", &format!("Bearer {token}"));
        read(&self.answer(&request))
    }

    /// The path of a new ticket for a match of two.
    fn ticket(&self, token: &str, game: &str) -> String {
        let (status, body) = self.join(token, &json!({"game": game, "size": 2}));
        assert_eq!(status, 201, "{body}");
        format!("/v1/matches/{}", body["id"].as_str().unwrap())
    }

    fn poll(&self, token: &str, path: &str) -> Value {
        let (status, body) = self.with_token(Method::Get, path, token);
        assert_eq!(status, 200, "{body}");
        body
    }
}

#[test]
fn two_users_get_seats_at_one_table_and_the_match_stands() {
    let directory = Memory::new();
    let _server = serve(&directory, "chat", Came(3));
    let (api, [alice, bob]) = world(&directory, Duration::from_millis(1));
    let [first, second] = [&alice, &bob].map(|token| api.ticket(token, "chat"));
    for (token, path) in [(&alice, &first), (&bob, &second)] {
        let body = api.poll(token, &format!("{path}?wait=30"));
        assert_eq!(body["state"], "matched", "{body}");
        assert_eq!(body["members"], json!(["alice", "bob"]));
        let seat = &body["assignment"];
        assert_eq!(
            (&seat["address"], &seat["room"]),
            (&json!("chat.example:1"), &json!(7))
        );
        assert!(seat["expires_in"].as_u64().unwrap() >= 28, "{body}");
        let body = api.poll(token, &format!("{path}?wait=30&state=matched"));
        assert_eq!(
            (&body["state"], &body["settled"]),
            (&json!("matched"), &json!(true))
        );
        let (status, refused) = api.with_token(Method::Delete, path, token);
        assert_eq!((status, &refused["error"]), (409, &json!("too_late")));
        assert_eq!(refused["assignment"]["room"], 7);
    }
    let text = read_text(&api);
    assert!(
        text.contains("codelab_matches_total{result=\"settled\"} 1\n"),
        "{text}"
    );
    assert!(text.contains("codelab_match_wait_seconds_count 2\n"), "{text}");
}

fn read_text(api: &Api) -> String {
    let response = api.answer(&Request::new(Method::Get, "/metrics"));
    String::from_utf8(response.body().to_vec()).unwrap()
}

#[test]
fn who_does_not_come_is_out_and_the_other_waits_again() {
    let directory = Memory::new();
    let _server = serve(&directory, "chat", Came(1));
    let (api, [alice, bob]) = world(&directory, Duration::from_millis(1));
    let first = api.ticket(&alice, "chat");
    let second = api.ticket(&bob, "chat");
    let body = api.poll(&bob, &format!("{second}?wait=30"));
    let known = body["state"].as_str().unwrap();
    let body = match known {
        "failed" => body,
        _ => api.poll(&bob, &format!("{second}?wait=30&state=matched")),
    };
    assert_eq!(
        (&body["state"], &body["reason"]),
        (&json!("failed"), &json!("no_show"))
    );
    let body = api.poll(&alice, &first);
    assert_eq!(
        body,
        json!({"state": "waiting", "reason": null, "assignment": null, "members": [], "settled": false})
    );
    assert_eq!(api.with_token(Method::Delete, &first, &alice), (204, Value::Null));
    assert_eq!(
        code(&api.with_token(Method::Get, &first, &alice)),
        (404, "no_such_match")
    );
}

#[test]
fn a_ticket_is_its_users_alone_and_a_user_has_one() {
    let directory = Memory::new();
    let _server = serve(&directory, "chat", Came(3));
    let (api, [alice, bob]) = world(&directory, Duration::from_secs(15));
    let path = api.ticket(&alice, "chat");
    for method in [Method::Get, Method::Delete] {
        assert_eq!(code(&api.with_token(method, &path, &bob)), (404, "no_such_match"));
        assert_eq!(code(&api.with_token(method, &path, "x")), (401, "unauthorized"));
    }
    let answer = api.join(&alice, &json!({"game": "chat", "size": 3}));
    assert_eq!(code(&answer), (409, "already_waiting"));
    assert_eq!(format!("/v1/matches/{}", answer.1["id"].as_str().unwrap()), path);
    assert_eq!(api.poll(&alice, &path)["state"], "waiting");
    assert_eq!(api.with_token(Method::Delete, &path, &alice).0, 204);
    api.ticket(&alice, "chat");
}

#[test]
fn wishes_and_polls_that_are_none() {
    let directory = Memory::new();
    let _server = serve(&directory, "chat", Came(3));
    let (api, [alice, _]) = world(&directory, Duration::from_secs(15));
    for (body, expected) in [
        (json!({"game": "chat", "size": 1}), (400, "invalid_size")),
        (json!({"game": "chat", "size": 9}), (400, "invalid_size")),
        (json!({"game": "chat", "size": -2}), (400, "invalid_size")),
        // There are four seats at a table.
        (json!({"game": "chat", "size": 5}), (400, "invalid_size")),
        (
            json!({"game": "chat", "size": 2, "rating": -1}),
            (400, "invalid_rating"),
        ),
        (
            json!({"game": "chat", "size": 2, "rating": 10_001}),
            (400, "invalid_rating"),
        ),
        (
            json!({"game": "chat", "size": 2, "rating": 0.5}),
            (400, "invalid_json"),
        ),
        (json!({"game": "chat"}), (400, "invalid_json")),
        (json!({"game": "Chat", "size": 2}), (400, "invalid_game")),
        (json!({"game": "poker", "size": 2}), (503, "no_server")),
    ] {
        assert_eq!(code(&api.join(&alice, &body)), expected, "{body}");
    }
    let path = api.ticket(&alice, "chat");
    for wait in ["31", "-1", "", "1.5", "soon", "99999999999999999999"] {
        let answer = api.with_token(Method::Get, &format!("{path}?wait={wait}"), &alice);
        assert_eq!(code(&answer), (400, "invalid_wait"), "{wait}");
    }
    let answer = api.with_token(Method::Get, &format!("{path}?wait=1&state=lost"), &alice);
    assert_eq!(code(&answer), (400, "invalid_state"));
    let response = api.answer(&Request::new(Method::Post, &path));
    assert_eq!(response.header("Allow"), Some("GET, DELETE, HEAD"));
    for path in ["/v1/matches/", "/v1/matches/a/b"] {
        assert_eq!(api.with_token(Method::Get, path, &alice).0, 404, "{path}");
    }
    assert_eq!(api.with_token(Method::Get, "/v1/matches", &alice).0, 405);
}

#[test]
fn a_poll_ends_when_the_server_does_with_what_is_true_then() {
    let (directory, shutdown) = (Memory::new(), Shutdown::new());
    let _server = serve(&directory, "chat", Came(3));
    let api = api_at(&directory, &shutdown, |_| ());
    let [alice, _] = two_users(&api);
    let path = format!("{}?wait=30", api.ticket(&alice, "chat"));
    thread::scope(|scope| {
        let poll = scope.spawn(|| api.poll(&alice, &path));
        shutdown.request();
        assert_eq!(poll.join().unwrap()["state"], "waiting");
    });
    assert_eq!(api.poll(&alice, &path)["state"], "waiting");
}

/// The chat server hears its requests and gives no answer. It is not waited for: baccarat goes on at once.
#[test]
fn a_server_that_does_not_answer_stops_no_match_of_another_game() {
    let directory = Memory::new();
    let (_silent, asked) = listen(&directory, "chat");
    let _server = serve(&directory, "baccarat", Came(3));
    let (api, [alice, bob]) = world(&directory, Duration::from_secs(15));
    let others = ["carol", "dave"].map(|user| {
        api.add_user(user);
        api.token(user)
    });
    others.iter().for_each(|token| drop(api.ticket(token, "chat")));
    // It is being asked, and nothing has been said to it yet.
    let kept = asked.recv_timeout(Duration::from_secs(60)).unwrap();
    let first = api.ticket(&alice, "baccarat");
    api.ticket(&bob, "baccarat");
    let body = api.poll(&alice, &format!("{first}?wait=30"));
    assert_eq!(body["state"], "matched", "{body}");
    drop(kept);
}
