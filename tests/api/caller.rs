//! Calls over HTTP, written down by hand: one connection each, unless a test wants otherwise.

use std::net::Ipv4Addr;

use serde_json::{Value, json};

use crate::support::{Client, Server};

pub(crate) const PASSWORD: &str = "correct horse";

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    /// Null where there is none.
    pub(crate) body: Value,
}

impl Answer {
    /// Of all that came on a connection.
    #[track_caller]
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let text = std::str::from_utf8(bytes).expect("UTF-8");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        let status = head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3));
        Self {
            status: status.and_then(|digits| digits.parse().ok()).expect("a status"),
            head: head.to_owned(),
            body: match body {
                "" => Value::Null,
                body => serde_json::from_str(body).expect("JSON"),
            },
        }
    }

    /// The word for programs.
    pub(crate) fn error(&self) -> &str {
        self.body["error"].as_str().unwrap_or_default()
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let mut found = lines.filter(|(one, _)| one.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value)
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16, error: &str) -> Self {
        assert_eq!((self.status, self.error()), (status, error), "{self:?}");
        self
    }
}

/// A request as it is sent. `fields` are whole lines.
pub(crate) fn request(call: &str, fields: &str, body: &str) -> Vec<u8> {
    let length = match body.len() {
        0 => String::new(),
        length => format!("Content-Type: application/json\r\nContent-Length: {length}\r\n"),
    };
    format!("{call} HTTP/1.1\r\nHost: localhost\r\n{fields}{length}\r\n{body}").into_bytes()
}

/// Sends it, and receives until the end.
#[track_caller]
fn exchange(mut client: Client, call: &str, fields: &str, body: &str) -> Answer {
    client.send(&request(call, &format!("Connection: close\r\n{fields}"), body));
    Answer::parse(&client.receive_rest())
}

pub(crate) fn credentials(user: &str, password: &str) -> String {
    json!({"user_id": user, "password": password}).to_string()
}

/// Calls of the server.
impl Server {
    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &str) -> Answer {
        exchange(self.connect(), &format!("POST {path}"), "", body)
    }

    #[track_caller]
    pub(crate) fn register(&self, user: &str, password: &str) -> Answer {
        self.post("/v1/accounts", &credentials(user, password))
    }

    #[track_caller]
    pub(crate) fn log_in(&self, user: &str, password: &str) -> Answer {
        self.post("/v1/login", &credentials(user, password))
    }

    /// From another address of 127.0.0.0/8.
    #[track_caller]
    pub(crate) fn log_in_from(&self, last: u8, user: &str, password: &str) -> Answer {
        let client = self.connect_from(Ipv4Addr::new(127, 0, 0, last));
        exchange(client, "POST /v1/login", "", &credentials(user, password))
    }

    #[track_caller]
    pub(crate) fn call(&self, call: &str, token: &str, body: &str) -> Answer {
        exchange(
            self.connect(),
            call,
            &format!("Authorization: Bearer {token}\r\n"),
            body,
        )
    }

    /// The token of a new account.
    #[track_caller]
    pub(crate) fn new_user(&self, user: &str) -> String {
        self.register(user, PASSWORD).expect(201, "");
        self.token(user)
    }

    #[track_caller]
    pub(crate) fn token(&self, user: &str) -> String {
        let answer = self.log_in(user, PASSWORD).expect(200, "");
        answer.body["token"].as_str().expect("a token").to_owned()
    }
}
