//! What every call answers: in one piece, in many, in a row, and to another HTTP client.

use serde_json::{Value, json};

use crate::api_server;
use crate::caller::{Answer, PASSWORD, credentials, request};

#[test]
fn from_an_account_to_the_end_of_a_session() {
    let server = api_server(&["--token-time", "90s"]);
    let answer = server.register("alice", PASSWORD).expect(201, "");
    assert_eq!(answer.body, json!({"user_id": "alice"}));
    assert_eq!(answer.field("content-type"), Some("application/json"));
    server.register("alice", PASSWORD).expect(409, "user_exists");
    let answer = server.log_in("alice", PASSWORD).expect(200, "");
    assert_eq!(answer.body["expires_in"], 90);
    let token = answer.body["token"].as_str().expect("a token");
    let me = server.call("GET /v1/me", token, "").expect(200, "");
    assert_eq!(me.body["user_id"], "alice");
    assert!(
        me.body["created"].as_str().expect("a time").ends_with('Z'),
        "{me:?}"
    );
    server
        .call("POST /v1/assign", token, r#"{"game":"chat"}"#)
        .expect(503, "no_server");
    server.call("POST /v1/logout", token, "").expect(204, "");
    for call in ["GET /v1/me", "POST /v1/logout", "POST /v1/assign"] {
        let refused = server
            .call(call, token, r#"{"game":"chat"}"#)
            .expect(401, "unauthorized");
        assert_eq!(refused.field("www-authenticate"), Some("Bearer"));
    }
}

#[test]
fn a_token_ends_with_its_time() {
    let server = api_server(&["--token-time", "1s"]);
    let token = server.new_user("alice");
    crate::support::eventually("the token is worth nothing", || {
        server.call("GET /v1/me", &token, "").status == 401
    });
    // Another one is worth something, for a second.
    server.token("alice");
}

/// Names as a game server has them: the same name however it is written, and none that somebody cannot see.
#[test]
fn names_of_every_odd_kind() {
    let server = api_server(&[]);
    let korean = "\u{110b}\u{1175}\u{1109}\u{116e}";
    let answer = server.register(korean, PASSWORD).expect(201, "");
    assert_eq!(answer.body["user_id"], "이수");
    server.register("이수", PASSWORD).expect(409, "user_exists");
    server.log_in("이수", PASSWORD).expect(200, "");
    for name in [
        " ",
        "a b",
        "A",
        "a",
        "'; DROP TABLE",
        "\"\\",
        "\u{1f511}",
        "sixteen-letters.",
    ] {
        server.register(name, PASSWORD).expect(201, "");
        server.log_in(name, PASSWORD).expect(200, "");
    }
    for name in [
        "",
        "seventeen-letters",
        "a\0",
        "\n",
        "\u{1b}[31m",
        "\u{202e}a",
        "\u{301}a",
        "\u{3164}",
        "\u{feff}a",
    ] {
        server.register(name, PASSWORD).expect(400, "invalid_user_id");
    }
    for length in [0, 7, 129, 10_000] {
        server
            .register("bob", &"x".repeat(length))
            .expect(400, "invalid_password");
    }
    for password in [&"\u{1f511}".repeat(8), &"é".repeat(128), "\0\0\0\0\0\0\0\0"] {
        let user = format!("user {}", password.len());
        server.register(&user, password).expect(201, "");
        server.log_in(&user, password).expect(200, "");
    }
}

#[test]
fn bodies_that_are_no_request() {
    let server = api_server(&[]);
    let deep = format!("{{\"user_id\":{}", "[".repeat(10_000));
    for body in [
        "{",
        "[]",
        "7",
        "user_id=alice",
        r#"{"user_id":"alice"}"#,
        r#"{"user_id":["alice"],"password":"correct horse"}"#,
        r#"{"user_id":"alice","password":"correct horse","password":"correct horse"}"#,
        &deep,
    ] {
        for path in ["/v1/accounts", "/v1/login"] {
            let answer = server.post(path, body).expect(400, "invalid_json");
            assert!(answer.body["message"].as_str().is_some(), "{body}");
        }
    }
    server.post("/v1/login", "").expect(415, "unsupported_media_type");
    // What it does not know is passed over.
    let more = r#"{"user_id":"alice","password":"correct horse","colour":[[[]]]}"#;
    server.post("/v1/accounts", more).expect(201, "");
}

#[test]
fn a_request_cut_at_any_byte_is_the_same_request() {
    let server = api_server(&[]);
    let token = server.new_user("alice");
    let whole = request(
        "GET /v1/me",
        &format!("Connection: close\r\nAuthorization: Bearer {token}\r\n"),
        "",
    );
    for cut in 1..whole.len() {
        let mut client = server.connect();
        client.send(&whole[..cut]);
        if cut % 16 == 0 {
            client.wait_until_read();
        }
        client.send(&whole[cut..]);
        let answer = Answer::parse(&client.receive_rest()).expect(200, "");
        assert_eq!(answer.body["user_id"], "alice");
    }
    let mut client = server.connect();
    whole.iter().for_each(|byte| client.send(&[*byte]));
    Answer::parse(&client.receive_rest()).expect(200, "");
}

#[test]
fn a_thousand_requests_at_once_and_the_end_are_a_thousand_answers_in_order() {
    let server = api_server(&[]);
    let token = server.new_user("alice");
    let me = request("GET /v1/me", &format!("Authorization: Bearer {token}\r\n"), "");
    let nobody = request("GET /v1/me", "", "");
    let mut client = server.connect();
    client.send(&[me, nobody].concat().repeat(500));
    client.half_close();
    let answers = String::from_utf8(client.receive_rest()).expect("UTF-8");
    let statuses: Vec<_> = answers
        .split("HTTP/1.1 ")
        .skip(1)
        .map(|answer| &answer[..3])
        .collect();
    assert_eq!(statuses, ["200", "401"].repeat(500));
}

/// A client that keeps its connection.
#[test]
fn another_http_client_is_served() {
    let server = api_server(&[]);
    let url = |path: &str| format!("http://{}{path}", server.address);
    let config = ureq::Agent::config_builder().http_status_as_error(false).build();
    let agent = config.new_agent();
    let post = |path: &str, body: &str| {
        let mut answer = agent
            .post(url(path))
            .content_type("application/json")
            .send(body)
            .expect("an answer");
        let body = answer.body_mut().read_to_vec().expect("a body");
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        (answer.status().as_u16(), body)
    };
    assert_eq!(post("/v1/accounts", &credentials("alice", PASSWORD)).0, 201);
    let (status, body) = post("/v1/login", &credentials("alice", "wrong horse"));
    assert_eq!((status, &body["error"]), (401, &json!("wrong_credentials")));
    let (_, body) = post("/v1/login", &credentials("alice", PASSWORD));
    let bearer = format!("Bearer {}", body["token"].as_str().expect("a token"));
    let mut me = agent
        .get(url("/v1/me"))
        .header("Authorization", bearer)
        .call()
        .expect("an answer");
    let me: Value = serde_json::from_slice(&me.body_mut().read_to_vec().expect("a body")).expect("JSON");
    assert_eq!(me["user_id"], "alice");
}
