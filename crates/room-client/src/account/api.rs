//! One call of the API server: JSON over HTTP, with a deadline, and answers in words where it says no.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::Agent;
use ureq::http::{HeaderMap, StatusCode, header};

use super::error::AccountError;
use super::secret::Secret;
use super::url::ApiUrl;

/// More bytes than any answer of an API server has.
const LONGEST_ANSWER: u64 = 64 * 1024;

/// The longest pause that is believed. A server that wants more is asked again after this.
const LONGEST_WAIT: u64 = 3_600;

/// An API server, and how long an answer of it may take.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    url: ApiUrl,
    agent: Agent,
}

/// An answer that is no success.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    /// `wrong_credentials`, as programs read it.
    pub(super) code: String,
    /// As people read it.
    pub(super) message: String,
    pub(super) wait: Option<Duration>,
}

/// The body of a [`Refusal`].
#[derive(Debug, Default, serde::Deserialize)]
struct RefusalBody {
    error: String,
    #[serde(default)]
    message: String,
}

impl Api {
    pub(crate) fn new(url: ApiUrl, timeout: Duration) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            // A password goes to the server that the user has named, and nowhere else.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            // A connection that is kept is closed by the server sooner or later, mostly when it is needed again.
            .max_idle_connections(0)
            .build();
        let agent = config.new_agent();
        Self { url, agent }
    }

    /// Asks. The outer error is that of the way there; the inner one is the answer of a server that says no.
    pub(super) fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        token: Option<&Secret>,
        body: &impl Serialize,
    ) -> Result<Result<T, Refusal>, AccountError> {
        let request = self.agent.post(self.url.of(path));
        let mut request = request.content_type("application/json");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", token.reveal()));
        }
        let body = serde_json::to_vec(body).expect("texts and numbers");
        let answer = request.send(body).map_err(|error| self.unreachable(error))?;
        let (head, body) = answer.into_parts();
        let body = body.into_with_config().limit(LONGEST_ANSWER).read_to_vec();
        let body = body.map_err(|error| self.unreachable(error))?;
        if head.status.is_success() {
            let answer = serde_json::from_slice(&body);
            return answer.map(Ok).map_err(|_| self.no_api(head.status));
        }
        match serde_json::from_slice(&body) {
            Ok(refusal) => Ok(Err(refused(head.status, &head.headers, refusal))),
            // A server in between, whose API server is away.
            Err(_) if head.status.is_server_error() => {
                Ok(Err(refused(head.status, &head.headers, RefusalBody::default())))
            }
            Err(_) => Err(self.no_api(head.status)),
        }
    }

    fn unreachable(&self, error: ureq::Error) -> AccountError {
        let reason = match error {
            ureq::Error::Io(error) => error.to_string(),
            ureq::Error::Timeout(_) => "no answer in time".to_owned(),
            ureq::Error::HostNotFound => "no such host is known".to_owned(),
            error => error.to_string(),
        };
        AccountError::Unreachable {
            api: self.url.to_string(),
            reason,
        }
    }

    /// What it has said may be anything, so it is not repeated.
    fn no_api(&self, status: StatusCode) -> AccountError {
        AccountError::NoApi {
            api: self.url.to_string(),
            what: format!("it answers {status}, and no JSON that this client knows"),
        }
    }
}

fn refused(status: StatusCode, headers: &HeaderMap, body: RefusalBody) -> Refusal {
    let RefusalBody { error, message } = body;
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
