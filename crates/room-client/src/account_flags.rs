//! The flags of a client whose user has an account: where the API server is, and where the password comes from.

use std::path::PathBuf;
use std::time::Duration;

use terminal::Guard;
use tls::TlsClient;

use crate::account::{Account, Api, ApiUrl, MatchWish, password};

/// The flags of an account.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct AccountFlags {
    /// An API server, http://HOST:PORT, or https://HOST:PORT; with the latter, TLS is spoken with game servers too. You log in there with a password, and it finds a game server and a room for you;
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
    /// Play with others who want that too: wait until there are SIZE of you, 2 to 8, and a table for all. /quit and Ctrl-C
    /// end the wait.
    #[arg(long = "match", value_name = "SIZE", value_parser = match_size, requires = "api", conflicts_with = "room")]
    match_size: Option<u8>,
    /// How well you play, so that the others are about as good.
    #[arg(long, value_name = "NUMBER", requires = "match_size")]
    rating: Option<u32>,
}

fn match_size(text: &str) -> Result<u8, String> {
    let size = text.parse().ok();
    let size = size.filter(|size| (2..=8).contains(size));
    size.ok_or_else(|| "a match has 2 to 8 players, you among them".to_owned())
}

/// Who it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct User<'a> {
    /// The name of this program.
    pub(crate) program: &'a str,
    pub(crate) game: &'static str,
    pub(crate) name: &'a str,
}

impl AccountFlags {
    /// Whether the API server is asked through TLS.
    pub(crate) fn needs_tls(&self) -> bool {
        self.api.as_ref().is_some_and(ApiUrl::is_secure)
    }

    /// The match that is to be found, if one is.
    pub(crate) fn wish(&self) -> Option<MatchWish> {
        let rating = self.rating;
        self.match_size.map(|size| MatchWish { size, rating })
    }

    /// The account of this user, made if that is wanted; `None` without an API server. `guard` is that of the terminal,
    /// where one was asked for the password.
    pub(crate) fn open(
        &self,
        user: User<'_>,
        timeout: Duration,
        tls: Option<&TlsClient>,
        guard: &mut Option<Guard>,
    ) -> anyhow::Result<Option<Account>> {
        let Some(api) = &self.api else {
            return Ok(None);
        };
        let User { program, game, name } = user;
        let password = password(program, name, self.password_file.as_deref(), self.register, guard)?;
        let account = Account::new(Api::new(api.clone(), timeout, tls), game, name, password);
        if self.register {
            account.register()?;
        }
        Ok(Some(account))
    }
}
