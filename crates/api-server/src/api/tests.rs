//! Calls without a socket. Here are an API and its clients; the tests are in `calls`, `logins` and
//! `matches`.

mod calls;
mod logins;
mod matches;

use std::net::SocketAddr;

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
    api_at(&Memory::new(), shutdown, change)
}

/// With the servers of this directory.
fn api_at(directory: &Memory, shutdown: &Shutdown, change: impl FnOnce(&mut Settings)) -> Api {
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
        entry_time: Duration::from_secs(15),
    };
    change(&mut settings);
    Api::new(
        settings,
        64,
        Arc::new(directory.clone()),
        Metrics::default(),
        shutdown,
    )
    .unwrap()
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
