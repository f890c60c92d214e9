//! A user with an account: the API server is asked for a place, and its ticket is the password there.

use serde_json::json;

use crate::api::Api;
use crate::server::Server;
use crate::support::messages::{enter, entered};
use crate::support::{Program, unused_address};

pub(crate) const PASSWORD: &str = "correct horse";
const TICKET: &str = "AbCdEfGh_-012345";

/// The client, which will log in as alice at this API server.
pub(crate) fn alice_of(api: &Api, flags: &[&str]) -> Program {
    without_password(api, flags).env("CHAT_CLIENT_PASSWORD", PASSWORD)
}

/// The same, and nobody has left her password anywhere.
pub(crate) fn without_password(api: &Api, flags: &[&str]) -> Program {
    Program::new(env!("CARGO_BIN_EXE_chat-client"))
        .args(&["--name", "alice", "--api", &api.url])
        .args(flags)
}

#[test]
fn the_api_finds_a_server_and_its_ticket_is_the_password_there() {
    let (api, server) = (Api::start(), Server::start());
    let process = alice_of(&api, &["--exit-after", "1"]).start();
    api.log_in("alice", PASSWORD, "token-1");
    api.assign("token-1", None, &server.address, 1, TICKET);
    let mut client = server.welcome_with(TICKET);
    client.send(&crate::support::messages::said(7, "hi"));
    client.expect_end();
    drop(client);
    let finished = process.finish().expect_success();
    assert_eq!(finished.text(), "* you are in room 1, with bob\nbob: hi\n");
    assert_eq!(finished.stderr, "");
}

#[test]
fn an_account_is_made_first_where_that_is_wanted() {
    let (api, server) = (Api::start(), Server::start());
    // The API server may choose another room than the one that was wished for.
    let process = alice_of(&api, &["--register", "--room", "7"]).start();
    let asked = api.expect("POST /v1/accounts");
    assert_eq!(asked.body, json!({"user_id": "alice", "password": PASSWORD}));
    asked.answer(201, &json!({"user_id": "alice"}));
    api.log_in("alice", PASSWORD, "token-1");
    api.assign("token-1", Some(7), &server.address, 258, TICKET);
    let mut client = server.accept();
    client.let_in(TICKET);
    client.expect(&enter(258));
    client.send(&entered(258, 1));
    client.expect_end();
    drop(client);
    let text = process.finish().expect_success().text();
    assert_eq!(text, "* you are in room 258, alone\n");
}

/// How alice fails when this is answered to her login.
#[track_caller]
fn failure(status: u16, fields: &str, body: &str) -> String {
    let api = Api::start();
    let process = alice_of(&api, &[]).start();
    api.expect("POST /v1/login").answer_with(status, fields, body);
    told(&api, process.finish().expect_failure(1))
}

/// Without the name of the program, and with `API` for the address of the API server.
fn told(api: &Api, line: &str) -> String {
    assert!(!line.contains(PASSWORD), "{line}");
    line.replace("chat-client: ", "").replace(&api.url, "API")
}

#[test]
fn a_login_that_is_refused_is_a_sentence() {
    let wrong = r#"{"error":"wrong_credentials","message":"the name or the password is wrong"}"#;
    assert_eq!(
        failure(401, "", wrong),
        "the name or the password of alice is wrong; --register makes a new account"
    );
    let many = r#"{"error":"too_many_attempts","message":"too many attempts"}"#;
    assert_eq!(
        failure(429, "Retry-After: 27\r\n", many),
        "too many attempts to log in: try again in 27 s"
    );
    assert_eq!(
        failure(500, "", r#"{"error":"internal","message":"the disk is full"}"#),
        "the API answers 500: the disk is full"
    );
    assert_eq!(
        failure(502, "", "<html>Bad gateway</html>"),
        "the API answers 502: Bad Gateway"
    );
}

#[test]
fn what_is_no_api_server_is_told() {
    let page = failure(200, "", "<html>Hello</html>");
    let expected =
        "what answers at API is no API server: it answers 200 OK, and no JSON that this client knows";
    assert_eq!(page, expected);
    assert!(failure(404, "", "{}").ends_with("it answers 404 Not Found, and no JSON that this client knows"));
    // Nobody is sent on with a password.
    let away = failure(307, "Location: http://127.0.0.1:1/v1/login\r\n", "");
    assert!(away.contains("it answers 307 Temporary Redirect"), "{away}");
}

#[test]
fn an_account_that_cannot_be_made_is_a_sentence() {
    for (status, code, expected) in [
        (
            409,
            "user_exists",
            "the name alice is taken: without --register, you log in with its password",
        ),
        (
            400,
            "invalid_password",
            "the API makes no such account: it is invalid_password",
        ),
    ] {
        let api = Api::start();
        let process = alice_of(&api, &["--register"]).start();
        api.expect("POST /v1/accounts").refuse(status, code);
        assert_eq!(told(&api, process.finish().expect_failure(1)), expected);
    }
}

#[test]
fn a_place_that_is_not_there_is_a_sentence() {
    for (room, status, code, expected) in [
        (Some(7), 404, "no_such_room", "room 7 does not exist"),
        (Some(7), 409, "room_full", "room 7 is full"),
        (None, 503, "no_server", "no server has a place: try again later"),
    ] {
        let api = Api::start();
        let number = room.map(|room| room.to_string());
        let flags: Vec<_> = number.iter().flat_map(|number| ["--room", number]).collect();
        let process = alice_of(&api, &flags).start();
        api.log_in("alice", PASSWORD, "token-1");
        api.expect_wish("token-1", room).refuse(status, code);
        assert_eq!(told(&api, process.finish().expect_failure(1)), expected);
    }
}

#[test]
fn an_api_server_that_is_not_there_is_a_sentence() {
    let (_held, nobody) = unused_address();
    let url = format!("http://{nobody}");
    let finished = Program::new(env!("CARGO_BIN_EXE_chat-client"))
        .args(&["--name", "alice", "--api", &url])
        .env("CHAT_CLIENT_PASSWORD", PASSWORD)
        .run();
    let line = finished.expect_failure(1);
    let start = format!("chat-client: cannot reach the API at {url}: ");
    assert!(
        line.starts_with(&start) && line.ends_with(": is it running?"),
        "{line}"
    );
}

#[test]
fn one_that_does_not_answer_is_not_waited_for_for_ever() {
    let api = Api::start();
    let process = alice_of(&api, &["--timeout", "1s"]).start();
    let _asked = api.expect("POST /v1/login");
    assert_eq!(
        told(&api, process.finish().expect_failure(1)),
        "cannot reach the API at API: no answer in time: is it running?"
    );
}

#[test]
fn wrong_flags_are_refused_before_anybody_is_asked() {
    for (arguments, problem) in [
        (&["--api", "127.0.0.1:8080"][..], "expected http://HOST:PORT"),
        (&["--tls-ca", "ca.pem"], "--tls"),
        (
            &["--api", "http://127.0.0.1:8080", "127.0.0.1:11021"],
            "cannot be used with",
        ),
        (&["--register"], "--api"),
        (&["--password-file", "secret.txt"], "--api"),
    ] {
        let finished = Program::new(env!("CARGO_BIN_EXE_chat-client"))
            .args(&["--name", "alice"])
            .args(arguments)
            .run();
        let line = finished.expect_failure(2);
        assert!(line.contains(problem), "{line}");
    }
}
