//! What an operator can do: kick a user, tell all users something, end the server. For those who show the token.

use std::thread;
use std::time::Duration;

use http::{Method, Request, Response};
use serde::{Deserialize, Serialize};
use tracing::{info, warn};

use crate::health::Health;
use crate::metrics::Metrics;
use crate::token::Token;

/// How long whoever shows a wrong token waits for the answer. Each of the few connections of this port can try twice a
/// second, which finds no token; and an operator who has mistyped it hardly notices.
const PAUSE: Duration = Duration::from_millis(500);

#[derive(Deserialize)]
struct Kick {
    user_id: String,
}

#[derive(Serialize)]
struct Kicked {
    /// Connections that are closed.
    closed: usize,
}

#[derive(Deserialize)]
struct Broadcast {
    message: String,
}

#[derive(Serialize)]
struct Told {
    /// Users who are told.
    users: usize,
}

#[derive(Serialize)]
struct Draining {
    status: &'static str,
}

/// `None` where the path is no action.
pub(crate) fn answer(
    request: &Request,
    token: &Token,
    metrics: &Metrics,
    health: &Health,
) -> Option<Response> {
    let act: fn(&Request, &Metrics, &Health) -> Result<Response, Response> = match request.path() {
        "/v1/kick" => kick,
        "/v1/broadcast" => broadcast,
        "/v1/drain" => drain,
        _ => return None,
    };
    let answered = match request.method() {
        Method::Post => check(request, token).and_then(|()| act(request, metrics, health)),
        _ => Err(Response::method_not_allowed(&[Method::Post])),
    };
    Some(answered.unwrap_or_else(|refusal| refusal))
}

// ANCHOR: check
/// The token comes in a field that no browser sends by itself, so no other page can make a browser do something here.
fn check(request: &Request, token: &Token) -> Result<(), Response> {
    let message = match request.bearer() {
        Some(shown) if token.is(shown) => return Ok(()),
        Some(_) => {
            warn!(from = %request.peer(), "admin: a wrong token for {}", request.path());
            // This is the thread of that client alone.
            thread::sleep(PAUSE);
            "this token is wrong"
        }
        None => "no token; send `Authorization: Bearer TOKEN`, with that of --admin-token-file",
    };
    Err(Response::error(401, "unauthorized", message).with_header("WWW-Authenticate", "Bearer"))
}
// ANCHOR_END: check

fn kick(request: &Request, metrics: &Metrics, _: &Health) -> Result<Response, Response> {
    let Kick { user_id } = request.json()?;
    let mut closed = 0;
    for (server, people) in metrics.people() {
        if people.kick(&user_id) {
            info!(user = user_id, server, from = %request.peer(), "admin: a user is kicked");
            closed += 1;
        }
    }
    match closed {
        0 => Err(Response::error(
            404,
            "no_such_user",
            "no user of this name is logged in here",
        )),
        _ => Ok(Response::json(200, &Kicked { closed })),
    }
}

fn broadcast(request: &Request, metrics: &Metrics, _: &Health) -> Result<Response, Response> {
    let Broadcast { message } = request.json()?;
    let mut users = 0;
    for (_, people) in metrics.people() {
        users += people
            .broadcast(&message)
            .map_err(|problem| Response::error(400, "invalid_message", &problem))?;
    }
    info!(text = message, users, from = %request.peer(), "admin: all users are told something");
    Ok(Response::json(200, &Told { users }))
}

/// As SIGTERM does.
fn drain(request: &Request, _: &Metrics, health: &Health) -> Result<Response, Response> {
    if !health.drain() {
        return Err(Response::error(
            409,
            "already_draining",
            "the server was told to end before",
        ));
    }
    info!(from = %request.peer(), "admin: the server is to end");
    let status = "draining";
    Ok(Response::json(202, &Draining { status }))
}
