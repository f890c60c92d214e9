//! Which pages may connect.
//!
//! A browser lets any page open a WebSocket to any server, with the address of its user behind it, but it says truly where
//! the page comes from: in the field `Origin`. So it is the server that must refuse. It lets in
//!
//! - whoever says no origin: that is no browser, and could say anything;
//! - its own page: the origin is `http://` or `https://` and exactly what stands in `Host`, and that is a number, `localhost`,
//!   or a name that the server was told it has. A number is looked up nowhere, so whoever has a page there is this server. A
//!   name that it does not know may be anybody's who lets it point here after his page was loaded (DNS rebinding);
//! - the origins that it was told to let in, letter by letter.

use std::net::IpAddr;

use http::{WebOrigin, host_of};

/// Which pages may connect to one server.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    /// Names that this server has, for its own page.
    names: Vec<String>,
    allowed: Vec<WebOrigin>,
}

impl Origins {
    /// The server's own pages, where it is known by these names, and those of `allowed`, which are known names as well.
    #[must_use]
    pub fn new(names: Vec<String>, allowed: Vec<WebOrigin>) -> Self {
        Self { names, allowed }
    }

    /// The same with more origins.
    #[must_use]
    pub fn and(mut self, others: impl IntoIterator<Item = WebOrigin>) -> Self {
        self.allowed.extend(others);
        self
    }

    // ANCHOR: allows
    /// Whether a page of this origin may connect, which has connected to `host`: the fields `Origin` and `Host`.
    #[must_use]
    pub fn allows(&self, origin: &str, host: &str) -> bool {
        let is_listed = self.allowed.iter().any(|allowed| allowed.as_str() == origin);
        is_listed || (is_own(origin, host) && self.knows(host_of(host)))
    }
    // ANCHOR_END: allows

    /// True for a host by which nobody else can be meant.
    fn knows(&self, host: &str) -> bool {
        let number = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let is = |name: &str| host.eq_ignore_ascii_case(name);
        number.unwrap_or(host).parse::<IpAddr>().is_ok()
            || is("localhost")
            || self.names.iter().any(|name| is(name))
            || self.allowed.iter().any(|allowed| is(allowed.host()))
    }
}

fn is_own(origin: &str, host: &str) -> bool {
    let address = ["http://", "https://"]
        .iter()
        .find_map(|scheme| origin.strip_prefix(scheme));
    address.is_some_and(|address| address.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins() -> Origins {
        let allowed = ["https://Play.example:443", "http://localhost:3000"];
        let allowed = allowed.map(|text| text.parse().expect("an origin"));
        Origins::new(vec!["game.example".to_owned()], allowed.into())
    }

    #[test]
    fn its_own_page_connects_where_it_came_from() {
        for host in [
            "127.0.0.1:11080",
            "[::1]:11080",
            "[::1]",
            "10.0.0.7",
            "localhost:11080",
            "LocalHost:11080",
            "game.example",
            "game.example:8080",
            "play.example",
        ] {
            for scheme in ["http", "https"] {
                let origin = format!("{scheme}://{}", host.to_ascii_lowercase());
                assert!(origins().allows(&origin, host), "{origin}");
            }
        }
    }

    #[test]
    fn other_pages_do_not() {
        for (origin, host) in [
            ("http://evil.example", "127.0.0.1:11080"),
            ("http://127.0.0.1:11081", "127.0.0.1:11080"),
            ("http://127.0.0.1", "127.0.0.1:11080"),
            ("null", "127.0.0.1:11080"),
            ("", "127.0.0.1:11080"),
            ("http://", ""),
            ("file://127.0.0.1:11080", "127.0.0.1:11080"),
            ("http://127.0.0.1:11080/", "127.0.0.1:11080"),
            ("http://127.0.0.1:11080.evil.example", "127.0.0.1:11080"),
            // A name that points here since its page was loaded.
            ("http://evil.example:11080", "evil.example:11080"),
            (
                "http://127.0.0.1.evil.example:11080",
                "127.0.0.1.evil.example:11080",
            ),
            ("http://localhost.evil.example", "localhost.evil.example"),
        ] {
            assert!(!origins().allows(origin, host), "{origin} at {host}");
        }
    }

    #[test]
    fn an_origin_is_allowed_letter_by_letter() {
        let host = "127.0.0.1:11080";
        assert!(origins().allows("https://play.example", host));
        assert!(origins().allows("http://localhost:3000", host));
        for origin in [
            "http://play.example",
            "https://play.example:8443",
            "https://a.play.example",
            "https://play.example/",
            "https://play.example.evil.example",
            "http://localhost:3001",
        ] {
            assert!(!origins().allows(origin, host), "{origin}");
        }
        let more = origins().and([WebOrigin::of_page("127.0.0.1:80", false)]);
        assert!(more.allows("http://127.0.0.1", host));
    }
}
