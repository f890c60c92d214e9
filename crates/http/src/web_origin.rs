//! Where a page comes from, as browsers say it.

use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

/// Where a page comes from: `http://game.example:8080`, as browsers write it. The port is left out where it is that of the
/// scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebOrigin {
    text: String,
}

impl WebOrigin {
    /// The page that is served at this address, over TLS or not: `host:port`, an IPv6 address in brackets.
    #[must_use]
    pub fn of_page(address: &str, is_secure: bool) -> Self {
        let (scheme, own_port) = match is_secure {
            true => ("https", ":443"),
            false => ("http", ":80"),
        };
        let address = address.strip_suffix(own_port).unwrap_or(address);
        let text = format!("{scheme}://{}", address.to_ascii_lowercase());
        Self { text }
    }

    /// As a browser writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its host, an IPv6 address in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        let (_, address) = self.text.split_once("://").unwrap_or_default();
        host_of(address)
    }
}

impl fmt::Display for WebOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for WebOrigin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || "expected an origin: http:// or https://, a host, a port where it is another than 80 or 443, and nothing more";
        let text = text.to_ascii_lowercase();
        let (scheme, address) = text.split_once("://").ok_or_else(expected)?;
        let own_port = match scheme {
            "http" => ":80",
            "https" => ":443",
            _ => return Err(expected().to_owned()),
        };
        if !is_address(address) {
            return Err(expected().to_owned());
        }
        let address = address.strip_suffix(own_port).unwrap_or(address);
        let text = format!("{scheme}://{address}");
        Ok(Self { text })
    }
}

/// What stands in `Host`, or behind the scheme of a URL, without the port.
///
/// ```
/// assert_eq!(http::host_of("game.example:8080"), "game.example");
/// assert_eq!(http::host_of("[::1]"), "[::1]");
/// ```
#[must_use]
pub fn host_of(address: &str) -> &str {
    match address.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => host,
        _ => address,
    }
}

/// A host, and perhaps a port.
fn is_address(text: &str) -> bool {
    let host = host_of(text);
    let port = text[host.len()..].strip_prefix(':');
    let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    let number = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = match number {
        Some(number) => number.parse::<Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
        }
    };
    is_port && is_host
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_a_host_and_perhaps_a_port() {
        let parsed = |text: &str| text.parse::<WebOrigin>().map(|origin| origin.text);
        for (text, expected) in [
            ("http://a.example", "http://a.example"),
            ("HTTP://A.example:80", "http://a.example"),
            ("https://a.example:443", "https://a.example"),
            ("https://a.example:80", "https://a.example:80"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://[::1]", "http://[::1]"),
        ] {
            assert_eq!(parsed(text).as_deref(), Ok(expected));
        }
        for text in [
            "",
            "*",
            "null",
            "a.example",
            "ftp://a.example",
            "http://",
            "http://:80",
            "http://a.example/",
            "http://a.example:0",
            "http://a.example:65536",
            "http://u@a.example",
            "http://a example",
            "http://*.example",
            "http://[::1",
            "http://[1]",
        ] {
            assert!(parsed(text).is_err(), "{text}");
        }
    }
}
