//! The address of an API server, as it is written after `--api`.

use std::fmt;
use std::str::FromStr;

use net::NetAddress;

/// Where an API server is: `http://HOST:PORT`, or `https://HOST:PORT` with TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiUrl {
    is_secure: bool,
    server: NetAddress,
}

impl ApiUrl {
    /// Whether TLS is spoken there.
    pub(crate) fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// Whose certificate it must be.
    pub(crate) fn host(&self) -> &str {
        self.server.host()
    }

    /// The address of a call, whose path begins with `/`.
    pub(crate) fn of(&self, path: &str) -> String {
        format!("{self}{path}")
    }
}

impl fmt::Display for ApiUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.server)
    }
}

impl FromStr for ApiUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "expected http://HOST:PORT or https://HOST:PORT, as in http://127.0.0.1:8080";
        let (scheme, rest) = text.split_once("://").ok_or(expected)?;
        let is_secure = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => return Err(expected.to_owned()),
        };
        let server = rest.strip_suffix('/').unwrap_or(rest);
        if server.contains('@') {
            return Err("a name and a password have no place in it: they are asked for".to_owned());
        }
        let server = server.parse().map_err(|error| format!("{error}: {expected}"))?;
        Ok(Self { is_secure, server })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port() {
        for (text, call) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1/login"),
            ("HTTP://api.example:80/", "http://api.example:80/v1/login"),
            ("http://[::1]:8080", "http://[::1]:8080/v1/login"),
            ("https://localhost:8080", "https://localhost:8080/v1/login"),
        ] {
            let url: ApiUrl = text.parse().unwrap();
            assert_eq!(url.of("/v1/login"), call);
        }
    }

    #[test]
    fn what_is_none_is_refused_with_what_was_expected() {
        for (text, problem) in [
            ("127.0.0.1:8080", "expected http://HOST:PORT"),
            ("ftp://127.0.0.1:8080", "expected http://HOST:PORT"),
            ("http://127.0.0.1", "the port is missing"),
            ("http://127.0.0.1:8080/v1", "leave `/v1` out"),
            ("http://alice:secret@127.0.0.1:8080", "have no place in it"),
        ] {
            let error = text.parse::<ApiUrl>().unwrap_err();
            assert!(error.contains(problem), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
