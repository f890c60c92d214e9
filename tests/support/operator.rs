//! Somebody who watches and steers a server at the port of its flag `--admin`, with requests that are written down by
//! hand.

#![allow(dead_code, reason = "each file of tests uses its part")]

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

use serde_json::Value;

use crate::folder::Folder;
use crate::support::{Client, Process, address_of};

/// What a server is steered with.
pub(crate) const TOKEN: &str = "open-sesame-3f1c8a90";

/// Whoever watches a server.
pub(crate) struct Operator {
    pub(crate) address: SocketAddr,
}

/// What a server has answered.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Told {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Status and word of an error.
    #[track_caller]
    pub(crate) fn error(&self) -> (u16, String) {
        let error = self.json()["error"].as_str().unwrap_or_default().to_owned();
        (self.status, error)
    }
}

/// A file with the secret, which only its owner can read.
pub(crate) fn token_file(folder: &Folder) -> PathBuf {
    let path = folder.join("token");
    fs::write(&path, format!("{TOKEN}\n")).expect("a file can be written");
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(&path, private).expect("it is ours");
    path
}

impl Operator {
    #[track_caller]
    pub(crate) fn of(process: &Process) -> Self {
        let address = address_of(process, "admin");
        Self { address }
    }

    /// `fields` are whole lines of the head.
    #[track_caller]
    pub(crate) fn ask(&self, method: &str, path: &str, fields: &str, body: &str) -> Told {
        let mut client = Client::connect(self.address);
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {length}\r\n{fields}\r\n{body}"
        );
        client.send(request.as_bytes());
        let answer = String::from_utf8(client.receive_rest()).expect("text");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).expect("a status");
        Told {
            status: status.parse().expect("a number"),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Told {
        self.ask("GET", path, "Host: localhost\r\n", "")
    }

    /// What it tells of the server, with this query.
    #[track_caller]
    pub(crate) fn status(&self, query: &str) -> Value {
        let told = self.get(&format!("/status.json?{query}"));
        assert_eq!(told.status, 200, "{told:?}");
        told.json()
    }

    /// Does something, and shows this token.
    #[track_caller]
    pub(crate) fn act_as(&self, token: &str, path: &str, body: &Value) -> Told {
        let fields =
            format!("Host: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\n");
        self.ask("POST", path, &fields, &body.to_string())
    }

    /// The same with the right one.
    #[track_caller]
    pub(crate) fn act(&self, path: &str, body: &Value) -> Told {
        self.act_as(TOKEN, path, body)
    }
}

/// The values of a field in the rows of a list.
#[track_caller]
pub(crate) fn column(list: &Value, field: &str) -> Vec<Value> {
    let rows = list["list"]
        .as_array()
        .unwrap_or_else(|| panic!("no list: {list}"));
    rows.iter().map(|row| row[field].clone()).collect()
}
