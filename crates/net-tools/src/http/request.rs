//! Writes the request for the headers of a page.

use net::NetAddress;

/// The port that need not be named (RFC 9110, 4.2.1).
const HTTP_PORT: u16 = 80;

/// How the request is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// HTTP/1.0: a line, and the server closes after its answer (RFC 1945).
    Http10,
    /// HTTP/1.1: names the host, since one server has many, and asks for the close (RFC 9112, 3.2 and 9.6).
    Http11,
}

// ANCHOR: request
/// The request for the headers of `path` alone.
#[must_use]
pub fn head_request(server: &NetAddress, path: &str, version: Version) -> String {
    match version {
        Version::Http10 => format!("HEAD {path} HTTP/1.0\r\n\r\n"),
        Version::Http11 => {
            let host = host(server);
            format!("HEAD {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
        }
    }
}
// ANCHOR_END: request

fn host(server: &NetAddress) -> String {
    // The zone of an address means something on this machine only.
    let name = server.host().split('%').next().unwrap_or_default();
    let shown = NetAddress::new(name, server.port()).to_string();
    match server.port() {
        HTTP_PORT => shown.trim_end_matches(":80").to_owned(),
        _ => shown,
    }
}

/// The path as it is sent, or what is wrong with it. A line break in it would be the end of the line, and what
/// follows another header, or another request. A `#` begins the fragment, a place in the page: that is for the
/// client alone, and is not sent (RFC 3986, 3.5; RFC 9110, 7.1).
///
/// # Errors
/// What is wrong, and what to do.
pub fn check_path(path: &str) -> Result<String, String> {
    if !path.starts_with('/') {
        return Err("a path starts with /".to_owned());
    }
    match path.chars().find(|character| !character.is_ascii_graphic()) {
        Some(character) => Err(format!(
            "a path cannot contain `{}`: write it as %XX",
            character.escape_debug()
        )),
        None => Ok(path.split('#').next().unwrap_or_default().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(server: &str, version: Version) -> String {
        head_request(&server.parse().unwrap(), "/a", version)
    }

    #[test]
    fn version_1_0_is_one_line() {
        assert_eq!(
            request("example.org:80", Version::Http10),
            "HEAD /a HTTP/1.0\r\n\r\n"
        );
    }

    #[test]
    fn version_1_1_names_the_host_and_a_port_that_is_not_80() {
        for (server, host) in [
            ("example.org:80", "example.org"),
            ("example.org:8080", "example.org:8080"),
            ("[::1]:80", "[::1]"),
            ("[::1]:8080", "[::1]:8080"),
            ("[fe80::1%lo]:8080", "[fe80::1]:8080"),
        ] {
            let expected = format!("HEAD /a HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            assert_eq!(request(server, Version::Http11), expected);
        }
    }

    #[test]
    fn the_place_in_a_page_is_not_for_the_server() {
        for (path, sent) in [("/a#b", "/a"), ("/a?b#c?d#e", "/a?b"), ("/#", "/")] {
            assert_eq!(check_path(path), Ok(sent.to_owned()));
        }
        assert!(check_path("#a").is_err());
        assert!(check_path("/a#\r\n").is_err());
    }

    #[test]
    fn a_path_cannot_smuggle_anything_in() {
        assert_eq!(check_path("/a%20b?c"), Ok("/a%20b?c".to_owned()));
        for path in ["", "a", "*", "/a b", "/a\r\nX: y", "/\u{e9}", "/\0"] {
            assert!(check_path(path).is_err(), "{path:?}");
        }
    }
}
