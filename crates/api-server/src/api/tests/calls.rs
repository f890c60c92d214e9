//! What each call answers.

use std::collections::BTreeSet;
use std::thread;

use super::*;

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
        ("/v1/matches", "POST"),
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
