//! One call of an API server over HTTP, whose way there has a bound in time and in bytes.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, bail};
use net::NetAddress;
use serde::Deserialize;
use serde_json::Value;
use text::printable;
use tls::{TlsClient, TlsError};
use ureq::Agent;

/// 4,096 servers would be a megabyte.
const LONGEST_ANSWER: u64 = 1024 * 1024;

/// Where an API server is: `http://HOST:PORT`, or without the `http://`; with TLS, `https://HOST:PORT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiUrl {
    is_secure: bool,
    server: NetAddress,
}

impl ApiUrl {
    /// Whether TLS is spoken there.
    pub(super) fn is_secure(&self) -> bool {
        self.is_secure
    }
}

impl FromStr for ApiUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "expected http://HOST:PORT or https://HOST:PORT, as in http://127.0.0.1:8080";
        let (is_secure, server) = match text.split_once("://") {
            Some(("https", server)) => (true, server),
            Some(("http", server)) => (false, server),
            Some(_) => return Err(expected.to_owned()),
            None => (false, text),
        };
        let server = server.strip_suffix('/').unwrap_or(server);
        let address = server.parse();
        address
            .map(|server| Self { is_secure, server })
            .map_err(|error| format!("{error}: {expected}"))
    }
}

impl fmt::Display for ApiUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.server)
    }
}

/// An answer that is no success.
#[derive(Deserialize)]
struct Refusal {
    message: String,
}

/// What the API server says of its servers.
///
/// # Errors
/// When there is no answer, or one that tells of no servers.
pub(super) fn servers(url: &ApiUrl, timeout: Duration, tls: Option<&TlsClient>) -> anyhow::Result<Value> {
    let answer = agent(timeout, tls).get(format!("{url}/v1/servers")).call();
    let answer = match answer {
        Err(error) => {
            Err(TlsError::of_ureq(&error, url.server.host()).map_or(error.into(), anyhow::Error::new))
        }
        answer => answer.map_err(anyhow::Error::new),
    };
    let answer = answer.with_context(|| format!("{url} does not answer; is an API server running there?"))?;
    let (head, body) = answer.into_parts();
    let body = body.into_with_config().limit(LONGEST_ANSWER).read_to_vec();
    let body = body.with_context(|| format!("{url} does not end its answer"))?;
    if head.status.is_success() {
        let answer: Option<Value> = serde_json::from_slice(&body).ok();
        let answer = answer.filter(|answer| answer["servers"].is_array());
        return answer.with_context(|| format!("{url} answers, and is no API server"));
    }
    // An API server knows this call, so 404 is said by something else; which may say anything.
    match serde_json::from_slice(&body) {
        Ok(Refusal { message }) if head.status.is_server_error() => {
            bail!("{url} says: {}", printable(message.as_bytes()))
        }
        _ => bail!("{url} answers {}, and is no API server", head.status),
    }
}

fn agent(timeout: Duration, tls: Option<&TlsClient>) -> Agent {
    let config = Agent::config_builder()
        .timeout_global(Some(timeout))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None);
    let config = match tls {
        Some(tls) => config.tls_config(tls.for_ureq()),
        None => config,
    };
    config.build().new_agent()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_server_is_a_host_and_a_port() {
        for (text, shown) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://api.example:80/", "http://api.example:80"),
            ("[::1]:8080", "http://[::1]:8080"),
            ("https://localhost:8080/", "https://localhost:8080"),
        ] {
            assert_eq!(text.parse::<ApiUrl>().unwrap().to_string(), shown);
        }
        let expected = "expected http://HOST:PORT or https://HOST:PORT, as in http://127.0.0.1:8080";
        for text in ["", "127.0.0.1", "http://127.0.0.1:8080/v1"] {
            let error = text.parse::<ApiUrl>().unwrap_err();
            assert!(error.ends_with(expected), "{error}");
        }
        for text in ["ftp://127.0.0.1:8080", "://127.0.0.1:8080"] {
            assert_eq!(text.parse::<ApiUrl>().unwrap_err(), expected);
        }
    }
}
