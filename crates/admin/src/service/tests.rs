//! The paths, without a socket.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::Service as _;
use net::{Activity, Shutdown};
use parking_lot::Mutex;
use serde_json::{Value, json};

use super::*;
use crate::people::{Client, Look, People, Wanted};

fn asked(service: &Service, method: Method, path: &str) -> (u16, String) {
    let response = service.answer(&Request::new(method, path));
    let body = String::from_utf8_lossy(response.body()).into_owned();
    (response.status(), body)
}

#[test]
fn health_follows_the_life_of_the_server() {
    let shutdown = Shutdown::new();
    let health = Health::starting(&shutdown);
    let service = Service::new(health.clone(), Metrics::default());
    let look = || asked(&service, Method::Get, "/healthz");
    assert_eq!(look(), (503, r#"{"status":"starting"}"#.to_owned()));
    health.set_ready();
    assert_eq!(look(), (200, r#"{"status":"ok"}"#.to_owned()));
    shutdown.request();
    assert_eq!(look(), (503, r#"{"status":"draining"}"#.to_owned()));
}

#[test]
fn what_others_lack_is_told_and_changes_nothing() {
    let health = Health::starting(&Shutdown::new());
    health.set_ready();
    let service = Service::new(health.clone(), Metrics::default());
    for (is_there, word) in [(true, "ok"), (false, "away")] {
        health.watch("directory", move || is_there);
        let expected = format!(r#"{{"status":"ok","directory":"{word}"}}"#);
        assert_eq!(asked(&service, Method::Get, "/healthz"), (200, expected));
    }
}

#[test]
fn only_what_is_there_is_answered_and_nothing_can_be_changed() {
    let service = Service::new(Health::starting(&Shutdown::new()), Metrics::default());
    let (status, text) = asked(&service, Method::Get, "/metrics");
    assert_eq!(status, 200);
    assert!(text.starts_with("# HELP codelab_build_info "), "{text}");
    for path in ["/index.html", "/metrics/", "/healthz/x", "/favicon.ico"] {
        assert_eq!(asked(&service, Method::Get, path).0, 404, "{path}");
    }
    for path in ["/v1/kick", "/v1/broadcast", "/v1/drain"] {
        assert_eq!(asked(&service, Method::Post, path).0, 404, "{path}");
    }
    for path in ["/metrics", "/healthz", "/", "/status.json"] {
        assert_eq!(asked(&service, Method::Post, path).0, 405, "{path}");
    }
}

const SECRET: &str = "0123456789abcdef";

/// A server with these users, all in room 7, who do not read what they are sent.
struct Crowd(Vec<&'static str>, Mutex<Vec<String>>);

impl People for Arc<Crowd> {
    fn look(&self, wanted: &Wanted) -> Look {
        let mut look = Look::default();
        for (client, user_id) in (0..).zip(&self.0) {
            let client = || Client {
                client,
                user_id: Some((*user_id).to_owned()),
                address: None,
                room: Some(7),
                unsent: 10 * (client as usize + 1),
            };
            look.slow.push(client());
            wanted.add(&mut look, user_id, client);
        }
        look.rooms = (0..30).map(|room| (room, 30 - room as usize)).collect();
        look
    }

    fn kick(&self, user_id: &str) -> bool {
        self.0.contains(&user_id)
    }

    fn broadcast(&self, message: &str) -> Result<usize, String> {
        if message.is_empty() {
            return Err("a message has 1 byte at least".to_owned());
        }
        self.1.lock().push(message.to_owned());
        Ok(self.0.len())
    }
}

fn steered() -> (Service, Shutdown, [Arc<Crowd>; 2]) {
    let shutdown = Shutdown::new();
    let metrics = Metrics::default();
    let crowds = [vec!["<b>bob</b>", "zoe"], vec!["alice", "bob"]].map(|names| {
        let crowd = Crowd(names, Mutex::default());
        Arc::new(crowd)
    });
    for (server, crowd) in ["a", "b"].iter().zip(&crowds) {
        let metrics = metrics.of_server(server);
        metrics.add(Activity::default());
        metrics.add_people(Arc::clone(crowd));
    }
    let service = Service::new(Health::starting(&shutdown), metrics);
    let token = Token::new(SECRET).unwrap();
    (service.steered_with(Some(token)), shutdown, crowds)
}

fn act(service: &Service, path: &str, token: &str, body: &Value) -> (u16, Value) {
    let request = Request::new(Method::Post, path).with_json(body);
    let request = match token {
        "" => request,
        token => request.with_header("Authorization", &format!("Bearer {token}")),
    };
    let response = service.answer(&request);
    let body = serde_json::from_slice(response.body()).unwrap();
    (response.status(), body)
}

fn status(service: &Service, query: &str) -> Value {
    let (status, body) = asked(service, Method::Get, &format!("/status.json?{query}"));
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}

fn column(list: &Value, name: &str) -> Vec<String> {
    let rows = list["list"].as_array().unwrap().iter();
    rows.map(|row| row[name].to_string().replace('"', "")).collect()
}

#[test]
fn every_part_says_which_server_and_of_many_only_the_first_are_told() {
    let (service, ..) = steered();
    let status = status(&service, "");
    let servers = status["servers"].as_array().unwrap();
    let names: Vec<_> = servers.iter().map(|server| server["server"].clone()).collect();
    assert_eq!(names, [Value::Null, "a".into(), "b".into()]);
    let connections = &servers[1]["numbers"][0];
    assert_eq!(
        *connections,
        json!({"name": "connections", "labels": {}, "value": 0})
    );
    let rooms = &status["rooms"];
    assert_eq!(column(rooms, "members")[..3], ["30", "30", "29"]);
    assert_eq!((column(rooms, "room").len(), &rooms["more"]), (20, &json!(40)));
    let slow = &status["slow"];
    assert_eq!(column(slow, "unsent"), ["20", "20", "10", "10"]);
    let users = &status["users"];
    assert_eq!(column(users, "user_id"), ["<b>bob</b>", "alice", "bob", "zoe"]);
    assert_eq!(column(users, "server"), ["a", "b", "b", "a"]);
}

#[test]
fn users_come_in_pages_and_by_a_part_of_their_name() {
    let (service, ..) = steered();
    let first = &status(&service, "count=2")["users"];
    assert_eq!(column(first, "user_id"), ["<b>bob</b>", "alice"]);
    assert_eq!(
        (&first["next"], &first["total"], &first["matching"]),
        (&json!("bob"), &json!(4), &json!(4))
    );
    let second = &status(&service, "count=2&from=bob")["users"];
    assert_eq!(column(second, "user_id"), ["bob", "zoe"]);
    assert_eq!(second["next"], Value::Null);
    let bobs = &status(&service, "filter=BOB&count=x")["users"];
    assert_eq!(column(bobs, "user_id"), ["<b>bob</b>", "bob"]);
    assert_eq!((&bobs["total"], &bobs["matching"]), (&json!(4), &json!(2)));
}

#[test]
fn whoever_shows_the_token_can_act() {
    let (service, shutdown, crowds) = steered();
    let kick = |user_id| act(&service, "/v1/kick", SECRET, &json!({ "user_id": user_id }));
    assert_eq!(kick("zoe"), (200, json!({"closed": 1})));
    let (status, body) = kick("nobody");
    assert_eq!((status, &body["error"]), (404, &json!("no_such_user")));
    let tell = |message| act(&service, "/v1/broadcast", SECRET, &json!({ "message": message }));
    assert_eq!(tell("hello"), (200, json!({"users": 4})));
    assert!(crowds.iter().all(|crowd| *crowd.1.lock() == ["hello"]));
    let (status, body) = tell("");
    assert_eq!((status, &body["error"]), (400, &json!("invalid_message")));
    let drain = || act(&service, "/v1/drain", SECRET, &json!({}));
    assert_eq!(drain(), (202, json!({"status": "draining"})));
    assert!(shutdown.requested());
    assert_eq!(drain().0, 409);
}

#[test]
fn whoever_does_not_can_do_nothing_and_waits_for_a_wrong_one() {
    let (service, shutdown, crowds) = steered();
    for (path, body) in [
        ("/v1/kick", json!({"user_id": "zoe"})),
        ("/v1/broadcast", json!({"message": "hello"})),
        ("/v1/drain", json!({})),
    ] {
        let (status, answer) = act(&service, path, "", &body);
        assert_eq!(
            (status, &answer["error"]),
            (401, &json!("unauthorized")),
            "{path}"
        );
        let before = Instant::now();
        assert_eq!(act(&service, path, "fedcba9876543210", &body).0, 401, "{path}");
        assert!(before.elapsed() >= Duration::from_millis(500));
        assert_eq!(asked(&service, Method::Get, path).0, 405, "{path}");
    }
    assert!(!shutdown.requested());
    assert!(crowds.iter().all(|crowd| crowd.1.lock().is_empty()));
}

#[test]
fn what_is_for_people_is_not_for_strangers_pages() {
    let (service, ..) = steered();
    let service = service.known_as("game.example");
    let ask = |path, host| {
        let request = Request::new(Method::Get, path).with_header("Host", host);
        service.answer(&request).status()
    };
    for path in ["/", "/status.json", "/page.js"] {
        assert_eq!(ask(path, "127.0.0.1:9100"), 200, "{path}");
        assert_eq!(ask(path, "game.example"), 200, "{path}");
        assert_eq!(ask(path, "evil.example"), 403, "{path}");
    }
    for path in ["/metrics", "/healthz"] {
        assert_ne!(ask(path, "chat-server.default.svc"), 403, "{path}");
    }
}
