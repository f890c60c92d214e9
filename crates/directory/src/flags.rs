//! The flags that say in which directory a server is, for every program that can be in one. What it does there, its own
//! flags say.

use crate::directory::Unavailable;
use crate::redis::{Redis, RedisSettings, RedisUrl, RedisUrlError};

/// Where the directory is: in a Redis, or nowhere.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Directory")]
pub struct RedisFlags {
    /// Be one of many servers, which know of each other by this Redis: redis://HOST:PORT/DB, rediss:// in place of it for
    /// TLS, or redis+unix:///PATH; USER:PASSWORD@ may stand before HOST. Others on this machine can see the flags of a
    /// program, so a password is better in the variable.
    #[arg(long, value_name = "URL", hide_env_values = true)]
    directory: Option<Address>,
    /// What all names in that Redis begin with, where several services share it; `codelab:`, if nothing is said.
    #[arg(long, value_name = "TEXT", value_parser = prefix)]
    directory_prefix: Option<String>,
}

/// The text of an address. What is wrong with it is said later, since clap would repeat the text, and there may be a
/// password in it.
#[derive(Clone)]
struct Address(Result<RedisUrl, RedisUrlError>);

impl From<&str> for Address {
    fn from(text: &str) -> Self {
        Self(text.parse())
    }
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Ok(url) => write!(f, "{url}"),
            Err(error) => write!(f, "{error}"),
        }
    }
}

/// Names stand in scripts and in logs, so they are short, and can be seen.
fn prefix(text: &str) -> Result<String, String> {
    const LONGEST: usize = 64;
    match text {
        _ if text.len() > LONGEST => Err(format!("a prefix has {LONGEST} bytes at most")),
        _ if !text.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Err("a prefix has letters, digits and signs of ASCII, and no spaces".to_owned())
        }
        _ => Ok(text.to_owned()),
    }
}

impl RedisFlags {
    /// Finds flags that are wrong, or do not go together.
    ///
    /// # Errors
    /// What is wrong, in one sentence without any password.
    pub fn check(&self) -> Result<(), String> {
        match &self.directory {
            Some(Address(Err(error))) => Err(format!("--directory: {error}")),
            Some(Address(Ok(_))) => Ok(()),
            None => self.refuse_without("--directory-prefix", self.directory_prefix.is_some()),
        }
    }

    /// Finds a flag that is given though it says what to do in a directory, and there is none.
    ///
    /// # Errors
    /// That, in one sentence.
    pub fn refuse_without(&self, flag: &str, is_given: bool) -> Result<(), String> {
        match is_given && !self.is_given() {
            true => Err(format!(
                "{flag} is for one of many servers: --directory URL must say by which Redis they know of each other"
            )),
            false => Ok(()),
        }
    }

    /// True where there is a directory.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.directory.is_some()
    }

    /// How its Redis is used, where there is one.
    #[must_use]
    pub fn settings(&self) -> Option<RedisSettings> {
        let Address(url) = self.directory.clone()?;
        let settings = RedisSettings::new(url.ok()?);
        Some(match self.directory_prefix.clone() {
            Some(prefix) => RedisSettings { prefix, ..settings },
            None => settings,
        })
    }

    /// Connects to it, where there is one.
    ///
    /// # Errors
    /// Those of [`Redis::connect`].
    pub fn connect(&self) -> Result<Option<Redis>, Unavailable> {
        self.settings().map(Redis::connect).transpose()
    }

    /// What a log shows of these flags in place of their values: the address without its password.
    #[must_use]
    pub fn shown(&self) -> Vec<(&'static str, String)> {
        let address = self.directory.as_ref();
        let address = address.map(|address| ("directory", format!("{address:?}")));
        address.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Program {
        #[command(flatten)]
        flags: RedisFlags,
    }

    fn flags(words: &[&str]) -> RedisFlags {
        Program::parse_from(["program"].iter().chain(words)).flags
    }

    #[test]
    fn a_directory_is_an_address_and_a_prefix() {
        let none = flags(&[]);
        assert_eq!(none.check(), Ok(()));
        assert!(!none.is_given() && none.settings().is_none() && none.shown().is_empty());
        let one = flags(&["--directory", "redis://redis.example/1"]);
        assert_eq!(one.check(), Ok(()));
        let settings = one.settings().unwrap();
        assert_eq!(settings.url.to_string(), "redis://redis.example:6379/1");
        assert_eq!(settings.prefix, "codelab:");
        let words = [
            "--directory",
            "redis+unix:///r.sock",
            "--directory-prefix",
            "test:",
        ];
        assert_eq!(flags(&words).settings().unwrap().prefix, "test:");
    }

    #[test]
    fn a_password_is_shown_nowhere() {
        let good = flags(&["--directory", "redis://chat:secret@redis.example"]);
        assert_eq!(
            good.shown(),
            [("directory", "redis://chat:***@redis.example:6379/0".to_owned())]
        );
        let wrong = flags(&["--directory", "http://chat:secret@redis.example"]);
        assert!(wrong.check().unwrap_err().starts_with("--directory: "));
        for flags in [good, wrong] {
            let shown = format!("{flags:?} {:?} {:?}", flags.check(), flags.shown());
            assert!(!shown.contains("secret"), "{shown}");
        }
    }

    #[test]
    fn flags_that_need_a_directory_are_refused_without_one() {
        let problem = flags(&["--directory-prefix", "test:"]).check().unwrap_err();
        assert!(
            problem.starts_with("--directory-prefix is for one of many"),
            "{problem}"
        );
        let none = flags(&[]);
        assert!(none.refuse_without("--slot", true).is_err());
        assert_eq!(none.refuse_without("--slot", false), Ok(()));
        let longest = "p".repeat(65);
        for text in ["a b", "é", "a\n", &longest] {
            let words = ["program", "--directory-prefix", text];
            assert!(Program::try_parse_from(words).is_err(), "{text:?}");
        }
    }
}
