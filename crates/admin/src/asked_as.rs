//! Under which name a browser asks: a name that is not ours is that of somebody else's page.
//!
//! A page of a stranger may not read what this port answers, since browsers keep pages of different names apart. But the
//! stranger can let his own name point at 127.0.0.1 ("DNS rebinding"); then his page and this port have one name. So names
//! are asked for only by those who use an address, `localhost`, or the host of the flag `--admin`.

use std::net::IpAddr;

/// Whether a request with this `Host` is for us; `names` are our own.
pub(crate) fn is_for_us(host: Option<&str>, names: &[String]) -> bool {
    // No browser leaves it out.
    let Some(host) = host else {
        return true;
    };
    let name = without_port(host);
    let is_number = name
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    is_number.is_ok()
        || name.eq_ignore_ascii_case("localhost")
        || names.iter().any(|own| name.eq_ignore_ascii_case(own))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_and_own_names_are_ours() {
        let names = ["game.example".to_owned()];
        for host in [
            "127.0.0.1:9100",
            "127.0.0.1",
            "[::1]:9100",
            "[::1]",
            "10.1.2.3:9100",
            "localhost:8080",
            "LocalHost",
            "game.example:9100",
        ] {
            assert!(is_for_us(Some(host), &names), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:9100",
            "127.0.0.1.evil.example:9100",
            "localhost.evil.example",
            "",
        ] {
            assert!(!is_for_us(Some(host), &names), "{host}");
        }
        assert!(is_for_us(None, &names));
    }
}
