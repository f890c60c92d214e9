//! What a user asks of the API server: an account, a token, a place in a room.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, bail};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::StatusCode;

/// The password of all users: nobody else knows this server.
const PASSWORD: &str = "correct horse battery staple";

/// For an answer, in which a password may wait for those of all others to be hashed.
const ANSWER: Duration = Duration::from_secs(90);

/// More bytes than any answer has.
const LONGEST_ANSWER: u64 = 64 * 1024;

/// The API server.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    address: SocketAddr,
    agent: Agent,
}

/// A place in a room.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Seat {
    pub(crate) address: SocketAddr,
    pub(crate) ticket: String,
}

#[derive(serde::Deserialize)]
struct LoggedIn {
    token: String,
}

impl Api {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(ANSWER))
            .http_status_as_error(false)
            .proxy(None)
            .max_idle_connections(0)
            .build();
        let agent = config.new_agent();
        Self { address, agent }
    }

    /// An account, which is made where it is not there yet, logged in: its token.
    ///
    /// # Errors
    /// What the server says against it.
    pub(crate) fn register(&self, user: &str) -> anyhow::Result<String> {
        let credentials = json!({"user_id": user, "password": PASSWORD});
        match self.call("/v1/accounts", "", &credentials)? {
            // The answer to an attempt before has not come.
            (StatusCode::CONFLICT, _) => {}
            answer => drop(success::<Value>("/v1/accounts", answer)?),
        }
        let answer = self.call("/v1/login", "", &credentials)?;
        Ok(success::<LoggedIn>("/v1/login", answer)?.token)
    }

    /// A seat in this room, wherever it is now.
    ///
    /// # Errors
    /// Where it is nowhere, and nobody can tell.
    pub(crate) fn seat(&self, token: &str, room: i32) -> anyhow::Result<Seat> {
        let answer = self.call("/v1/assign", token, &json!({"game": "chat", "room": room}))?;
        success("/v1/assign", answer)
    }

    fn call(&self, path: &str, token: &str, body: &Value) -> anyhow::Result<(StatusCode, Vec<u8>)> {
        let request = self.agent.post(format!("http://{}{path}", self.address));
        let request = match token {
            "" => request,
            token => request.header("Authorization", format!("Bearer {token}")),
        };
        let request = request.content_type("application/json");
        let answer = request.send(body.to_string()).context("the API server")?;
        let status = answer.status();
        let body = answer
            .into_body()
            .into_with_config()
            .limit(LONGEST_ANSWER)
            .read_to_vec()?;
        Ok((status, body))
    }
}

/// The answer to a call that was granted.
fn success<T: DeserializeOwned>(path: &str, (status, body): (StatusCode, Vec<u8>)) -> anyhow::Result<T> {
    if !status.is_success() {
        bail!(
            "the API server answers {status} to {path}: {}",
            String::from_utf8_lossy(&body)
        );
    }
    serde_json::from_slice(&body).with_context(|| format!("the API server answers something else to {path}"))
}
