//! A server that is there already: its address, and whether it is spoken to as a browser does.

use std::fmt;
use std::str::FromStr;

use net::{NetAddress, NetError};

const SCHEME: &str = "ws://";

/// Where the rooms are, at a port for browsers.
const PATH: &str = "/ws";

/// Where a load goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) host_and_port: NetAddress,
    /// By WebSocket.
    pub(crate) is_web: bool,
}

impl FromStr for Target {
    type Err = NetError;

    fn from_str(text: &str) -> Result<Self, NetError> {
        let Some(rest) = text.strip_prefix(SCHEME) else {
            return Ok(Self {
                host_and_port: text.parse()?,
                is_web: false,
            });
        };
        let address = rest.strip_suffix(PATH).ok_or_else(|| NetError::Address {
            text: text.to_owned(),
            problem: format!("a server's WebSocket is at {SCHEME}HOST:PORT{PATH}"),
        })?;
        Ok(Self {
            host_and_port: address.parse()?,
            is_web: true,
        })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_web {
            true => write!(f, "{SCHEME}{}{PATH}", self.host_and_port),
            false => self.host_and_port.fmt(f),
        }
    }
}

impl Target {
    /// What is asked for must be spoken there.
    pub(super) fn check(&self, is_chat: bool, has_tls: bool, has_codec: bool) -> Result<(), String> {
        let problem = match () {
            () if !self.is_web => return Ok(()),
            () if !is_chat => "only a server of rooms has a port for browsers",
            () if has_tls => "--tls is for HOST:PORT; a load over WebSocket has no TLS",
            () if has_codec => "packets over WebSocket are in the binary codec: leave --codec and --peer out",
            () => return Ok(()),
        };
        Err(format!("{self}: {problem}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_be_that_of_a_web_socket() {
        for (text, is_web) in [("127.0.0.1:11021", false), ("ws://[::1]:11080/ws", true)] {
            let target: Target = text.parse().unwrap();
            assert_eq!((target.is_web, target.to_string()), (is_web, text.to_owned()));
        }
        for wrong in [
            "ws://127.0.0.1:11080",
            "ws://127.0.0.1/ws",
            "http://127.0.0.1:80/ws",
        ] {
            assert!(wrong.parse::<Target>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_load_that_no_browser_could_have_is_refused() {
        let web: Target = "ws://127.0.0.1:11080/ws".parse().unwrap();
        assert!(web.check(true, false, false).is_ok());
        assert!(web.check(false, false, false).is_err());
        assert!(web.check(true, true, false).is_err());
        assert!(web.check(true, false, true).is_err());
        let plain: Target = "127.0.0.1:11021".parse().unwrap();
        assert!(plain.check(false, true, true).is_ok());
    }
}
