//! The flags of a client whose user has an account: where the API server is, and where the password comes from.

use std::path::PathBuf;
use std::time::Duration;

use terminal::Guard;

use crate::account::{Account, Api, ApiUrl, password};

/// The flags of an account.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct AccountFlags {
    /// An API server, http://HOST:PORT. You log in there with a password, and it finds a game server and a room for you;
    /// a connection that is lost is taken up again. The password is asked for where there is a terminal, or comes from
    /// --password-file, or from the variable of this program that ends in _PASSWORD.
    #[arg(long, value_name = "URL", conflicts_with = "server")]
    api: Option<ApiUrl>,
    /// Make the account first.
    #[arg(long, requires = "api")]
    register: bool,
    /// A file whose first line is the password.
    #[arg(long, value_name = "FILE", requires = "api")]
    password_file: Option<PathBuf>,
}

impl AccountFlags {
    /// The account of this user, made if that is wanted; `None` without an API server. `guard` is that of the terminal,
    /// where one was asked for the password.
    pub(crate) fn open(
        &self,
        program: &str,
        game: &'static str,
        user: &str,
        timeout: Duration,
        guard: &mut Option<Guard>,
    ) -> anyhow::Result<Option<Account>> {
        let Some(api) = &self.api else {
            return Ok(None);
        };
        let password = password(program, user, self.password_file.as_deref(), self.register, guard)?;
        let account = Account::new(Api::new(api.clone(), timeout), game, user, password);
        if self.register {
            account.register()?;
        }
        Ok(Some(account))
    }
}
