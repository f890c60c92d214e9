//! A place on a game server, as the API server gives it.

use net::NetAddress;

use super::error::AccountError;
use super::secret::Secret;

/// A place on a game server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assignment {
    pub(crate) server: NetAddress,
    pub(crate) room: i32,
    /// The password for that server, worth one login, soon.
    pub(crate) ticket: Secret,
}

/// The same, as the API server writes it.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Assigned {
    address: String,
    room: i32,
    ticket: Secret,
}

impl Assigned {
    pub(super) fn place(self) -> Result<Assignment, AccountError> {
        let server = self.address.parse().map_err(|error| AccountError::Other {
            status: 200,
            message: format!("a place at an address that is none: {error}"),
            wait: None,
        })?;
        Ok(Assignment {
            server,
            room: self.room,
            ticket: self.ticket,
        })
    }
}
