//! One call of the API server: JSON over HTTP, with a deadline, and answers in words where it says no.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tls::{TlsClient, TlsError};
use ureq::http::{HeaderMap, Response, StatusCode, header};
use ureq::{Agent, Body, RequestBuilder};

use super::error::AccountError;
use super::place::Assigned;
use super::secret::Secret;
use super::url::ApiUrl;

/// More bytes than any answer of an API server has.
const LONGEST_ANSWER: u64 = 64 * 1024;

/// The longest pause that is believed. A server that wants more is asked again after this.
const LONGEST_WAIT: u64 = 3_600;

/// How long somebody waits who is about to end.
const FAREWELL: Duration = Duration::from_secs(2);

/// An API server, and how long an answer of it may take.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    url: ApiUrl,
    agent: Agent,
    timeout: Duration,
}

/// What comes of a call. The outer error is that of the way there; the inner one is the answer of a server that says no.
pub(super) type Answer<T> = Result<Result<T, Refusal>, AccountError>;

/// An answer that is no success.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    /// `wrong_credentials`, as programs read it.
    pub(super) code: String,
    /// As people read it.
    pub(super) message: String,
    pub(super) wait: Option<Duration>,
    /// Where it is too late to refuse a place: that place.
    pub(super) assignment: Option<Assigned>,
    /// Where what was asked for is there already: what it is called.
    pub(super) id: Option<String>,
}

/// The body of a [`Refusal`].
#[derive(Debug, Default, serde::Deserialize)]
struct RefusalBody {
    error: String,
    #[serde(default)]
    message: String,
    assignment: Option<Assigned>,
    id: Option<String>,
}

impl Api {
    pub(crate) fn new(url: ApiUrl, timeout: Duration, tls: Option<&TlsClient>) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            // A password goes to the server that the user has named, and nowhere else.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            // A connection that is kept is closed by the server sooner or later, mostly when it is needed again.
            .max_idle_connections(0);
        let config = match tls {
            Some(tls) => config.tls_config(tls.for_ureq()),
            None => config,
        };
        let agent = config.build().new_agent();
        Self { url, agent, timeout }
    }

    pub(super) fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        token: Option<&Secret>,
        body: &impl Serialize,
    ) -> Answer<T> {
        let request = self.agent.post(self.url.of(path));
        let request = with_token(request, token).content_type("application/json");
        let body = serde_json::to_vec(body).expect("texts and numbers");
        self.answer(request.send(body))
    }

    /// Asks for something that the server may wait for, so long at most, before it answers.
    pub(super) fn get<T: DeserializeOwned>(&self, path: &str, token: &Secret, wait: Duration) -> Answer<T> {
        let request = with_token(self.agent.get(self.url.of(path)), Some(token));
        let patience = Some(self.timeout + wait);
        self.answer(request.config().timeout_global(patience).build().call())
    }

    /// Takes something back, of which there is nothing to say. Whoever does so is about to end, and does not wait long.
    pub(super) fn delete(&self, path: &str, token: &Secret) -> Answer<()> {
        let request = with_token(self.agent.delete(self.url.of(path)), Some(token));
        let patience = Some(self.timeout.min(FAREWELL));
        self.answer(request.config().timeout_global(patience).build().call())
    }

    fn answer<T: DeserializeOwned>(&self, answer: Result<Response<Body>, ureq::Error>) -> Answer<T> {
        let (head, body) = answer.map_err(|error| self.unreachable(error))?.into_parts();
        let body = body.into_with_config().limit(LONGEST_ANSWER).read_to_vec();
        let body = body.map_err(|error| self.unreachable(error))?;
        if head.status.is_success() {
            let body: &[u8] = match head.status {
                StatusCode::NO_CONTENT => b"null",
                _ => &body,
            };
            let answer = serde_json::from_slice(body);
            return answer.map(Ok).map_err(|_| self.no_api(head.status));
        }
        match serde_json::from_slice(&body) {
            Ok(refusal) => Ok(Err(refused(head.status, &head.headers, refusal))),
            // A server in between, whose API server is away.
            Err(_) if head.status.is_server_error() => {
                Ok(Err(refused(head.status, &head.headers, RefusalBody::default())))
            }
            Err(_) => Err(self.no_api_for(head.status, &body)),
        }
    }

    fn unreachable(&self, error: ureq::Error) -> AccountError {
        let api = self.url.to_string();
        if let Some(reason) = TlsError::of_ureq(&error, self.url.host()) {
            return AccountError::Insecure { api, reason };
        }
        let reason = match error {
            ureq::Error::Io(error) => error.to_string(),
            ureq::Error::Timeout(_) => "no answer in time".to_owned(),
            ureq::Error::HostNotFound => "no such host is known".to_owned(),
            error => error.to_string(),
        };
        AccountError::Unreachable { api, reason }
    }

    /// It may be one that speaks TLS, which says so.
    fn no_api_for(&self, status: StatusCode, body: &[u8]) -> AccountError {
        match body == tls::SPEAKS_TLS.as_bytes() {
            true => self.is_none("it speaks TLS, so its address begins with https://".to_owned()),
            false => self.no_api(status),
        }
    }

    /// What it has said may be anything, so it is not repeated.
    fn no_api(&self, status: StatusCode) -> AccountError {
        self.is_none(format!("it answers {status}, and no JSON that this client knows"))
    }

    /// What answers is no API server, for this reason.
    pub(super) fn is_none(&self, what: String) -> AccountError {
        let api = self.url.to_string();
        AccountError::NoApi { api, what }
    }
}

fn with_token<B>(request: RequestBuilder<B>, token: Option<&Secret>) -> RequestBuilder<B> {
    match token {
        Some(token) => request.header(header::AUTHORIZATION, format!("Bearer {}", token.reveal())),
        None => request,
    }
}

fn refused(status: StatusCode, headers: &HeaderMap, body: RefusalBody) -> Refusal {
    let RefusalBody {
        error,
        message,
        assignment,
        id,
    } = body;
    let message = match (message.is_empty(), error.is_empty()) {
        (false, _) => message,
        (true, false) => error.clone(),
        (true, true) => status.canonical_reason().unwrap_or("an error").to_owned(),
    };
    Refusal {
        status: status.as_u16(),
        code: error,
        message,
        wait: retry_after(headers),
        assignment,
        id,
    }
}

/// In seconds; the date that HTTP allows there too, no API server of ours sends.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u64 = headers
        .get(header::RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds.min(LONGEST_WAIT)))
}
