//! An API server for one client: the test says what is asked, and what is answered.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use serde_json::{Value, json};

use crate::support::PATIENCE;

/// It listens, and answers one request at a time.
pub(crate) struct Api {
    listener: TcpListener,
    game: &'static str,
    pub(crate) url: String,
}

/// What has been asked, and waits for its answer.
pub(crate) struct Asked {
    stream: TcpStream,
    head: String,
    pub(crate) body: Value,
}

impl Api {
    /// For the chat.
    pub(crate) fn start() -> Self {
        Self::of("chat")
    }

    /// For clients of this game.
    pub(crate) fn of(game: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        Self { listener, game, url }
    }

    /// The next request, which is this call.
    #[track_caller]
    pub(crate) fn expect(&self, call: &str) -> Asked {
        let (stream, _) = self.listener.accept().expect("the client connects");
        stream.set_read_timeout(Some(PATIENCE)).expect("a live socket");
        stream.set_write_timeout(Some(PATIENCE)).expect("a live socket");
        let mut reader = BufReader::new(&stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let count = reader.read_line(&mut head).expect("a head");
            assert!(count > 0, "the end in a head: {head:?}");
        }
        let line = head.lines().next().unwrap_or_default();
        assert_eq!(line, format!("{call} HTTP/1.1"));
        let body = match call.split_once(' ') {
            Some(("POST", _)) => json_body(&head, &mut reader),
            _ => Value::Null,
        };
        Asked { stream, head, body }
    }

    /// Lets this user log in with this password: the token is `token`.
    #[track_caller]
    pub(crate) fn log_in(&self, user: &str, password: &str, token: &str) {
        let asked = self.expect("POST /v1/login");
        assert_eq!(asked.body, json!({"user_id": user, "password": password}));
        asked.answer(200, &json!({"token": token, "expires_in": 3600}));
    }

    /// Sends a user with this token, who wishes for this room or any, to a room of a server.
    #[track_caller]
    pub(crate) fn assign(&self, token: &str, wish: Option<i32>, server: &str, room: i32, ticket: &str) {
        let place = self.place(server, room, ticket);
        self.expect_wish(token, wish).answer(200, &place);
    }

    /// A user with this token wishes for this room or any.
    #[track_caller]
    pub(crate) fn expect_wish(&self, token: &str, wish: Option<i32>) -> Asked {
        let asked = self.expect("POST /v1/assign").of(token);
        let mut expected = json!({"game": self.game});
        if let Some(room) = wish {
            expected["room"] = room.into();
        }
        assert_eq!(asked.body, expected);
        asked
    }
}

/// The calls of a match, of a user whose token is `token`.
impl Api {
    /// The user asks for a match of so many, and waits as `id` from now on.
    #[track_caller]
    pub(crate) fn take_wish(&self, size: u8, rating: Option<u32>, id: &str) {
        let asked = self.expect("POST /v1/matches").of("token");
        let mut expected = json!({"game": self.game, "size": size});
        if let Some(rating) = rating {
            expected["rating"] = rating.into();
        }
        assert_eq!(asked.body, expected);
        asked.answer(201, &json!({"id": id}));
    }

    /// The user asks how far the match with this id is.
    #[track_caller]
    pub(crate) fn look(&self, id: &str) -> Asked {
        self.expect(&format!("GET /v1/matches/{id}?wait=20")).of("token")
    }

    /// The same when there is a table: it is asked whether all have come.
    #[track_caller]
    pub(crate) fn look_on(&self, id: &str) -> Asked {
        self.expect(&format!("GET /v1/matches/{id}?wait=20&state=matched"))
            .of("token")
    }

    /// The user takes the wish back.
    #[track_caller]
    pub(crate) fn call_off(&self, id: &str) -> Asked {
        self.expect(&format!("DELETE /v1/matches/{id}")).of("token")
    }

    /// A place as it stands in an answer.
    pub(crate) fn place(&self, server: &str, room: i32, ticket: &str) -> Value {
        json!({
            "game": self.game, "address": server, "web": null, "room": room, "ticket": ticket, "expires_in": 30,
        })
    }
}

impl Asked {
    /// With this token.
    #[track_caller]
    fn of(self, token: &str) -> Self {
        let token = format!("Bearer {token}");
        assert_eq!(field(&self.head, "authorization"), Some(token));
        self
    }

    /// It is waited for.
    #[track_caller]
    pub(crate) fn waits(self) {
        self.answer(200, &json!({"state": "waiting"}));
    }

    /// These are the members, and there is the table.
    #[track_caller]
    pub(crate) fn matched(self, members: &[&str], assignment: &Value) {
        self.answer(
            200,
            &json!({"state": "matched", "members": members, "assignment": assignment, "settled": false}),
        );
    }

    /// And all have come to it.
    #[track_caller]
    pub(crate) fn settled(self, members: &[&str], assignment: &Value) {
        self.answer(
            200,
            &json!({"state": "matched", "members": members, "assignment": assignment, "settled": true}),
        );
    }

    /// There will be no table.
    #[track_caller]
    pub(crate) fn fails(self, reason: &str) {
        self.answer(200, &json!({"state": "failed", "reason": reason}));
    }

    #[track_caller]
    pub(crate) fn answer(self, status: u16, body: &Value) {
        self.answer_with(status, "", &body.to_string());
    }

    /// Says no, with this code.
    #[track_caller]
    pub(crate) fn refuse(self, status: u16, code: &str) {
        self.answer(
            status,
            &json!({"error": code, "message": format!("it is {code}")}),
        );
    }

    /// With more fields, each of which ends its line, and any body.
    #[track_caller]
    pub(crate) fn answer_with(mut self, status: u16, fields: &str, body: &str) {
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status} Said\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{fields}\
             Connection: close\r\n\r\n{body}"
        );
        self.stream
            .write_all(answer.as_bytes())
            .expect("the client reads");
    }
}

#[track_caller]
fn json_body(head: &str, reader: &mut impl Read) -> Value {
    let length = field(head, "content-length").expect("a length");
    let mut body = vec![0; length.parse().expect("a number")];
    reader.read_exact(&mut body).expect("a body");
    let kind = field(head, "content-type").unwrap_or_default();
    assert!(kind.starts_with("application/json"), "{head}");
    serde_json::from_slice(&body).expect("JSON")
}

/// A field of a head, its name in small letters here.
fn field(head: &str, name: &str) -> Option<String> {
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    let mut wanted = fields.filter(|(field, _)| field.eq_ignore_ascii_case(name));
    wanted.next().map(|(_, value)| value.trim().to_owned())
}
