//! Calls without a socket: what each answers, and what it costs.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::thread;

use directory::Memory;
use serde_json::{Value, json};

use super::*;
use crate::attempts::Rule;

const PASSWORD: &str = "correct horse";

fn api() -> Api {
    api_with(|_| ())
}

/// With other settings than the defaults.
fn api_with(change: impl FnOnce(&mut Settings)) -> Api {
    api_until(&Shutdown::new(), change)
}

fn api_until(shutdown: &Shutdown, change: impl FnOnce(&mut Settings)) -> Api {
    let rule = |most, seconds| Rule {
        most,
        pause: Duration::from_secs(seconds),
    };
    let mut settings = Settings {
        accounts: Accounts::in_memory().unwrap(),
        token_time: Duration::from_secs(3_600),
        hashes: 2,
        hash_wait: Duration::from_secs(60),
        user_rule: rule(5, 60),
        address_rule: rule(10, 600),
    };
    change(&mut settings);
    Api::new(
        settings,
        64,
        Arc::new(Memory::new()),
        Metrics::default(),
        shutdown,
    )
}

/// Status and body.
type Answer = (u16, Value);

fn read(response: &Response) -> Answer {
    let body = match response.body() {
        [] => Value::Null,
        body => serde_json::from_slice(body).unwrap(),
    };
    (response.status(), body)
}

fn peer(number: u8) -> SocketAddr {
    ([10, 0, 0, number], 1).into()
}

impl Api {
    fn post(&self, path: &str, body: &Value) -> Answer {
        read(&self.answer(&Request::new(Method::Post, path).with_json(body).from(peer(1))))
    }

    fn with_token(&self, method: Method, path: &str, token: &str) -> Answer {
        let request = Request::new(method, path).with_header("Authorization", &format!("Bearer {token}"));
        read(&self.answer(&request))
    }

    fn add_user(&self, user: &str) {
        let body = json!({"user_id": user, "password": PASSWORD});
        assert_eq!(self.post("/v1/accounts", &body).0, 201);
    }

    fn login_from(&self, number: u8, user: &str, password: &str) -> Response {
        let body = json!({"user_id": user, "password": password});
        self.answer(
            &Request::new(Method::Post, "/v1/login")
                .with_json(&body)
                .from(peer(number)),
        )
    }

    fn login(&self, user: &str, password: &str) -> Answer {
        read(&self.login_from(1, user, password))
    }

    fn token(&self, user: &str) -> String {
        let (status, body) = self.login(user, PASSWORD);
        assert_eq!(status, 200, "{body}");
        body["token"].as_str().unwrap().to_owned()
    }
}

fn code(answer: &Answer) -> (u16, &str) {
    (answer.0, answer.1["error"].as_str().unwrap_or_default())
}

#[test]
fn from_an_account_to_the_end_of_a_session() {
    let api = api();
    let body = json!({"user_id": "alice", "password": PASSWORD, "colour": "red"});
    assert_eq!(
        api.post("/v1/accounts", &body),
        (201, json!({"user_id": "alice"}))
    );
    let (status, body) = api.login("alice", PASSWORD);
    assert_eq!((status, &body["expires_in"]), (200, &json!(3_600)));
    let token = body["token"].as_str().unwrap();
    let (status, me) = api.with_token(Method::Get, "/v1/me", token);
    assert_eq!((status, &me["user_id"]), (200, &json!("alice")));
    let created: Timestamp = me["created"].as_str().unwrap().parse().unwrap();
    assert!((created.as_second() - unix_time()).abs() < 60, "{me}");
    assert_eq!(
        api.with_token(Method::Post, "/v1/logout", token),
        (204, Value::Null)
    );
    for (method, path) in [(Method::Get, "/v1/me"), (Method::Post, "/v1/logout")] {
        let answer = api.with_token(method, path, token);
        assert_eq!(code(&answer), (401, "unauthorized"), "{path}");
    }
}

#[test]
fn a_name_is_one_however_it_is_written_and_is_given_once() {
    let api = api();
    api.add_user("\u{110b}\u{1175}\u{1109}\u{116e}");
    let body = json!({"user_id": "이수", "password": "another one"});
    let hashes = api.hashing.made();
    assert_eq!(code(&api.post("/v1/accounts", &body)), (409, "user_exists"));
    assert_eq!(api.hashing.made(), hashes);
    let (_, me) = api.with_token(Method::Get, "/v1/me", &api.token("이수"));
    assert_eq!(me["user_id"], "이수");
}

#[test]
fn names_and_passwords_that_are_none() {
    let api = api();
    for user in [
        "",
        "seventeen-letters",
        "a\0b",
        "a\nb",
        "\u{202e}bob",
        "\u{301}a",
        " \u{3164}",
    ] {
        let body = json!({"user_id": user, "password": PASSWORD});
        let answer = api.post("/v1/accounts", &body);
        assert_eq!(code(&answer), (400, "invalid_user_id"), "{user:?}");
    }
    for password in ["", "1234567", &"x".repeat(129)] {
        let body = json!({"user_id": "alice", "password": password});
        let answer = api.post("/v1/accounts", &body);
        assert_eq!(code(&answer), (400, "invalid_password"), "{password:?}");
    }
    assert_eq!(api.hashing.made(), 0);
}

#[test]
fn every_odd_password_lets_its_user_in_and_no_other_does() {
    let api = api();
    let odd = [
        "\0\0\0\0\0\0\0\0",
        "비밀번호는여덟자",
        "        ",
        "\"'\\;--\n\r\t",
        "\u{1f511}\u{202e}\u{200b}\u{feff}xyz!",
        &"é".repeat(128),
    ];
    for (number, password) in odd.into_iter().enumerate() {
        let user = format!("user{number}");
        let body = json!({"user_id": user, "password": password});
        assert_eq!(api.post("/v1/accounts", &body).0, 201, "{password:?}");
        assert_eq!(api.login(&user, password).0, 200, "{password:?}");
        let other = format!("{password} ");
        assert_eq!(api.login(&user, &other).0, 401, "{password:?}");
    }
}

/// The work is counted, not the time, which is another one at every run.
#[test]
fn who_does_not_exist_is_answered_the_same_after_the_same_work() {
    let api = api();
    api.add_user("alice");
    let answer = |user: &str, password: &str| {
        let before = api.hashing.made();
        let response = api.login_from(1, user, password);
        (read(&response), api.hashing.made() - before)
    };
    let wrong = answer("alice", "wrong horse");
    assert_eq!(code(&wrong.0), (401, "wrong_credentials"));
    assert_eq!(wrong.1, 1);
    for user in ["nobody", "", "no name \n", &"long".repeat(1_000)] {
        assert_eq!(answer(user, "wrong horse"), wrong, "{user}");
    }
    for password in ["", "short", &"long".repeat(1_000)] {
        assert_eq!(answer("alice", password), wrong, "{password}");
    }
}

#[test]
fn after_five_wrong_passwords_the_right_one_is_too_early_as_well() {
    let api = api();
    for user in ["alice", "bob"] {
        api.add_user(user);
    }
    // A user who does not exist is not told by this either.
    for user in ["alice", "nobody"] {
        for number in 0..5 {
            assert_eq!(api.login_from(number, user, "wrong horse").status(), 401);
        }
        let hashes = api.hashing.made();
        let response = api.login_from(9, user, PASSWORD);
        assert_eq!(code(&read(&response)), (429, "too_many_attempts"));
        let seconds: u64 = response.header("Retry-After").unwrap().parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
        assert_eq!(api.hashing.made(), hashes);
    }
    assert_eq!(api.login_from(1, "bob", PASSWORD).status(), 200);
}

#[test]
fn after_ten_wrong_passwords_an_address_waits_and_others_log_in() {
    let api = api();
    api.add_user("alice");
    for number in 0..10 {
        assert_eq!(
            api.login_from(1, &format!("user{number}"), "wrong horse")
                .status(),
            401
        );
    }
    let response = api.login_from(1, "alice", PASSWORD);
    assert_eq!(response.status(), 429);
    let seconds: u64 = response.header("Retry-After").unwrap().parse().unwrap();
    assert!((61..=600).contains(&seconds), "{seconds}");
    assert_eq!(api.login_from(2, "alice", PASSWORD).status(), 200);
}

#[test]
fn a_right_password_forgets_the_wrong_ones() {
    let api = api();
    api.add_user("alice");
    for _ in 0..3 {
        for _ in 0..4 {
            assert_eq!(api.login("alice", "wrong horse").0, 401);
        }
        assert_eq!(api.login("alice", PASSWORD).0, 200);
    }
}

/// One more than five, since two are hashed at a time.
#[test]
fn a_race_of_wrong_passwords_is_no_way_around_the_pause() {
    let api = api();
    api.add_user("alice");
    let hashes = api.hashing.made();
    let statuses: Vec<_> = thread::scope(|scope| {
        let logins = [(); 40].map(|()| scope.spawn(|| api.login("alice", "wrong horse").0));
        logins.map(|login| login.join().unwrap()).into()
    });
    let wrong = statuses.iter().filter(|status| **status == 401).count();
    assert!((5..=6).contains(&wrong), "{statuses:?}");
    assert_eq!(
        statuses.iter().filter(|status| **status == 429).count(),
        40 - wrong
    );
    assert_eq!(api.hashing.made() - hashes, wrong as u64);
}

#[test]
fn a_login_that_waits_for_too_long_is_told_so_and_the_others_are_answered_meanwhile() {
    let api = api_with(|settings| settings.hash_wait = Duration::ZERO);
    api.add_user("alice");
    let token = api.token("alice");
    let turns = [api.hashing.turn().unwrap(), api.hashing.turn().unwrap()];
    let response = api.login_from(1, "alice", PASSWORD);
    assert_eq!(code(&read(&response)), (503, "busy"));
    assert_eq!(response.header("Retry-After"), Some("1"));
    assert_eq!(api.with_token(Method::Get, "/v1/me", &token).0, 200);
    drop(turns);
    assert_eq!(api.login("alice", PASSWORD).0, 200);
}

#[test]
fn a_token_ends_with_its_time() {
    let api = api_with(|settings| settings.token_time = Duration::ZERO);
    api.add_user("alice");
    let token = api.token("alice");
    assert_eq!(
        code(&api.with_token(Method::Get, "/v1/me", &token)),
        (401, "unauthorized")
    );
}

#[test]
fn without_a_token_or_with_a_wrong_one_nothing_is_told() {
    let api = api();
    for (method, path) in [
        (Method::Get, "/v1/me"),
        (Method::Post, "/v1/logout"),
        (Method::Post, "/v1/assign"),
    ] {
        let response = api.answer(&Request::new(method, path).with_json(&json!({"game": "chat"})));
        assert_eq!(code(&read(&response)), (401, "unauthorized"), "{path}");
        assert_eq!(response.header("WWW-Authenticate"), Some("Bearer"));
        for token in ["x", "이수", &"A".repeat(43), &"A".repeat(8_000)] {
            assert_eq!(api.with_token(method, path, token).0, 401, "{path} {token}");
        }
    }
}

#[test]
fn a_seat_needs_a_game_and_a_server() {
    let api = api();
    api.add_user("alice");
    let token = format!("Bearer {}", api.token("alice"));
    let assign = |body: &Value| {
        let request = Request::new(Method::Post, "/v1/assign").with_header("Authorization", &token);
        api.answer(&request.with_json(body))
    };
    let response = assign(&json!({"game": "chat", "room": null}));
    assert_eq!(code(&read(&response)), (503, "no_server"));
    assert_eq!(response.header("Retry-After"), Some("1"));
    for (body, expected) in [
        (json!({"game": "Chat rooms"}), (400, "invalid_game")),
        (json!({"game": "chat", "room": -1}), (404, "no_such_room")),
        (
            json!({"game": "chat", "room": 4_294_967_296_i64}),
            (400, "invalid_json"),
        ),
        (json!({"room": 1}), (400, "invalid_json")),
    ] {
        assert_eq!(code(&read(&assign(&body))), expected, "{body}");
    }
    let servers = read(&api.answer(&Request::new(Method::Get, "/v1/servers")));
    assert_eq!(servers, (200, json!({"servers": []})));
}

#[test]
fn bodies_that_are_no_request() {
    let api = api();
    let deep = format!(r#"{{"user_id":{}"#, "[".repeat(8_000));
    for body in [
        "",
        "{",
        "[]",
        "null",
        "7",
        r#"{"user_id":"alice"}"#,
        r#"{"user_id":7,"password":"correct horse"}"#,
        r#"{"user_id":"alice","password":null}"#,
        r#"{"user_id":"alice","user_id":"bob","password":"correct horse"}"#,
        r#"{"user_id":"alice","password":"correct horse"} {}"#,
        r#"{"user_id":"\ud800","password":"correct horse"}"#,
        &deep,
    ] {
        for path in ["/v1/accounts", "/v1/login"] {
            let request = Request::new(Method::Post, path).with_header("Content-Type", "application/json");
            let answer = read(&api.answer(&request.with_body(body)));
            assert_eq!(code(&answer), (400, "invalid_json"), "{path} {body}");
        }
    }
    let unnamed = Request::new(Method::Post, "/v1/login").with_body("{}");
    assert_eq!(api.answer(&unnamed).status(), 415);
}

#[test]
fn other_methods_and_other_paths() {
    let api = api();
    for (path, allowed) in [
        ("/v1/accounts", "POST"),
        ("/v1/login", "POST"),
        ("/v1/logout", "POST"),
        ("/v1/assign", "POST"),
        ("/v1/me", "GET, HEAD"),
        ("/v1/servers", "GET, HEAD"),
        ("/healthz", "GET, HEAD"),
        ("/metrics", "GET, HEAD"),
    ] {
        let response = api.answer(&Request::new(Method::Delete, path));
        assert_eq!(
            (response.status(), response.header("Allow")),
            (405, Some(allowed)),
            "{path}"
        );
    }
    for path in [
        "/",
        "/v1",
        "/v1/me/",
        "/v1/accounts/alice",
        "/V1/me",
        "/healthz2",
        "*",
    ] {
        assert_eq!(
            api.answer(&Request::new(Method::Get, path)).status(),
            404,
            "{path}"
        );
    }
}

#[test]
fn health_is_ok_until_the_server_is_asked_to_end() {
    let shutdown = Shutdown::new();
    let api = api_until(&shutdown, |_| ());
    let health = || read(&api.answer(&Request::new(Method::Get, "/healthz")));
    assert_eq!(health(), (200, json!({"status": "ok"})));
    shutdown.request();
    assert_eq!(health(), (503, json!({"status": "draining"})));
}

#[test]
fn a_race_for_a_name_has_one_winner() {
    let api = api();
    let answers: Vec<_> = thread::scope(|scope| {
        let calls = [0; 20].map(|_| {
            scope.spawn(|| {
                api.post("/v1/accounts", &json!({"user_id": "alice", "password": PASSWORD}))
                    .0
            })
        });
        calls.map(|call| call.join().unwrap()).into()
    });
    let won = answers.iter().filter(|status| **status == 201).count();
    assert_eq!(
        (won, BTreeSet::from_iter(answers)),
        (1, BTreeSet::from([201, 409]))
    );
}

#[test]
fn accounts_and_logins_are_counted_by_how_they_ended() {
    let api = api();
    api.add_user("alice");
    api.token("alice");
    for _ in 0..5 {
        api.login("alice", "wrong horse");
    }
    for _ in 0..3 {
        api.login("alice", PASSWORD);
    }
    api.post("/v1/login", &json!([]));
    let response = api.answer(&Request::new(Method::Get, "/metrics"));
    let text = str::from_utf8(response.body()).unwrap();
    for line in [
        "codelab_accounts_created_total 1",
        "codelab_logins_total{result=\"done\"} 1",
        "codelab_logins_total{result=\"wrong\"} 5",
        "codelab_logins_total{result=\"paused\"} 3",
        "codelab_logins_total{result=\"busy\"} 0",
        "codelab_logins_total{result=\"failed\"} 1",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}:\n{text}");
    }
}
