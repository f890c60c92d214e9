//! The flags of every client program, and connecting to the server that they name.

use std::time::Duration;

use anyhow::Context;
use net::{Connection, NetAddress, Socket};

use crate::duration;

/// How long a client waits.
#[derive(Debug, Clone, clap::Args)]
pub struct ClientFlags {
    /// How long to wait for the connection, and for each reply.
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = duration)]
    pub timeout: Duration,
}

impl ClientFlags {
    /// Finds a timeout that no client can wait for.
    ///
    /// # Errors
    /// What is wrong with it, for [`ProgramFlags::check`](crate::ProgramFlags::check).
    pub fn check(&self) -> Result<(), String> {
        match self.timeout {
            Duration::ZERO => Err("--timeout must be longer than 0".to_owned()),
            _ => Ok(()),
        }
    }

    /// Connects: small messages go out at once, and no read or write takes longer than the timeout.
    ///
    /// # Errors
    /// When there is no connection within the timeout.
    pub fn connect(&self, server: &NetAddress) -> anyhow::Result<Connection> {
        let connection = Socket::connect(server, self.timeout)?;
        let prepared = connection
            .set_no_delay(true)
            .and_then(|()| connection.set_read_timeout(Some(self.timeout)))
            .and_then(|()| connection.set_write_timeout(Some(self.timeout)));
        prepared.context("cannot prepare the connection")?;
        Ok(connection)
    }
}
