//! Accounts and sessions in a SQLite file, or in memory. A write waits for the disk, and the calls that only read must not
//! wait behind it: so one connection writes, and another one reads.

use std::path::Path;
use std::time::Duration;

use database::{Database, DatabaseError, Kind, Sharing};
use parking_lot::{Mutex, MutexGuard};
use rusqlite::{OptionalExtension, Transaction, params};

use crate::token::TokenHash;

const KIND: Kind = Kind {
    application: 0x6163_6374, // "acct"
    steps: &[include_str!("accounts/1.sql")],
    // Nothing of it is kept in memory, so a backup may read it, and its operator may change it, while a server runs.
    sharing: Sharing::WithOthers,
};

/// Sessions that a user can have at the same time. One more ends the one that would have ended first.
const MOST_SESSIONS: u32 = 16;

/// How long a call waits for another program to end its transaction. All that write wait behind it, so it is short.
const PATIENCE: Duration = Duration::from_millis(250);

/// All accounts, and who is logged in.
#[derive(Debug)]
pub struct Accounts {
    writer: Mutex<Database>,
    /// None in memory, where a write waits for nothing.
    reader: Option<Mutex<Database>>,
}

/// One account, without its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The name, composed.
    pub user: String,
    /// When it was made, in Unix time.
    pub created: i64,
}

impl Accounts {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// When it cannot be used, with what to do.
    pub fn open(file: &Path) -> Result<Self, DatabaseError> {
        Ok(Self {
            writer: open(file)?,
            reader: Some(open(file)?),
        })
    }

    /// Accounts that are gone with the process.
    ///
    /// # Errors
    /// When there is no memory for them.
    pub fn in_memory() -> Result<Self, DatabaseError> {
        Ok(Self {
            writer: Mutex::new(Database::in_memory(&KIND)?),
            reader: None,
        })
    }

    fn reader(&self) -> MutexGuard<'_, Database> {
        self.reader.as_ref().unwrap_or(&self.writer).lock()
    }

    /// Makes an account, which is on the disk then. False where there is one of this name.
    ///
    /// # Errors
    /// When it could not be stored.
    pub fn add(&self, user: &str, password: &str, now: i64) -> Result<bool, DatabaseError> {
        const ADD: &str = "INSERT INTO accounts VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        // Whoever has deleted an account by another program may have left its sessions, which are not this user's.
        const FORGET: &str = "DELETE FROM sessions WHERE user = ?1";
        self.writer.lock().write(|rows| {
            let is_new = rows.execute(ADD, params![user, password, now])? == 1;
            if is_new {
                rows.execute(FORGET, [user])?;
            }
            Ok(is_new)
        })
    }

    /// The stored password of a user.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn password_of(&self, user: &str) -> Result<Option<String>, DatabaseError> {
        const PASSWORD: &str = "SELECT password FROM accounts WHERE user = ?1";
        let database = self.reader();
        database.read(|rows| rows.query_row(PASSWORD, [user], |row| row.get(0)).optional())
    }

    /// Begins a session that ends at a time, and deletes all that have ended. False where there is no such account any
    /// more. Nobody waits for the disk: who has lost a session in a power failure logs in again.
    ///
    /// # Errors
    /// When it could not be stored.
    pub fn begin_session(
        &self,
        user: &str,
        token: TokenHash,
        now: i64,
        expires: i64,
    ) -> Result<bool, DatabaseError> {
        // Nothing is added where the account is gone.
        const ADD: &str = "INSERT INTO sessions SELECT ?1, user, ?3 FROM accounts WHERE user = ?2";
        self.writer.lock().write_unsynced(|rows| {
            rows.execute("DELETE FROM sessions WHERE expires <= ?1", [now])?;
            end_surplus(rows, user)?;
            Ok(rows.execute(ADD, params![token.as_bytes(), user, expires])? == 1)
        })
    }

    /// Whose session it is that has this token now.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn of_session(&self, token: TokenHash, now: i64) -> Result<Option<Account>, DatabaseError> {
        const ACCOUNT: &str = "SELECT user, created FROM sessions NATURAL JOIN accounts
            WHERE token = ?1 AND expires > ?2";
        let database = self.reader();
        database.read(|rows| {
            let account = rows.query_row(ACCOUNT, params![token.as_bytes(), now], |row| {
                Ok(Account {
                    user: row.get(0)?,
                    created: row.get(1)?,
                })
            });
            account.optional()
        })
    }

    /// Ends a session: it does not come back after a power failure. False where there was none.
    ///
    /// # Errors
    /// When it could not be stored.
    pub fn end_session(&self, token: TokenHash, now: i64) -> Result<bool, DatabaseError> {
        const END: &str = "DELETE FROM sessions WHERE token = ?1 AND expires > ?2";
        let ended = self
            .writer
            .lock()
            .write(|rows| rows.execute(END, params![token.as_bytes(), now]))?;
        Ok(ended == 1)
    }
}

fn open(file: &Path) -> Result<Mutex<Database>, DatabaseError> {
    let database = Database::open(file, &KIND)?;
    database.read(|rows| rows.busy_timeout(PATIENCE))?;
    Ok(Mutex::new(database))
}

/// Leaves room for one more.
fn end_surplus(rows: &Transaction<'_>, user: &str) -> rusqlite::Result<usize> {
    const END: &str = "DELETE FROM sessions WHERE token IN
        (SELECT token FROM sessions WHERE user = ?1 ORDER BY expires DESC LIMIT -1 OFFSET ?2)";
    rows.execute(END, params![user, MOST_SESSIONS - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alice() -> Accounts {
        let accounts = Accounts::in_memory().unwrap();
        assert!(accounts.add("alice", "hash", 7).unwrap());
        accounts
    }

    fn token(number: u32) -> TokenHash {
        TokenHash::of(&number.to_string())
    }

    fn sessions(accounts: &Accounts) -> i64 {
        let database = accounts.writer.lock();
        let count =
            database.read(|rows| rows.query_row("SELECT count(*) FROM sessions", [], |row| row.get(0)));
        count.unwrap()
    }

    #[test]
    fn a_name_is_given_once_and_its_letters_count() {
        let accounts = alice();
        assert!(!accounts.add("alice", "other", 8).unwrap());
        assert_eq!(accounts.password_of("alice").unwrap().as_deref(), Some("hash"));
        assert!(accounts.add("Alice", "third", 9).unwrap());
        assert_eq!(accounts.password_of("bob").unwrap(), None);
    }

    #[test]
    fn a_session_lasts_until_its_time_or_its_end() {
        let accounts = alice();
        assert!(accounts.begin_session("alice", token(1), 100, 160).unwrap());
        let account = Account {
            user: "alice".to_owned(),
            created: 7,
        };
        assert_eq!(accounts.of_session(token(1), 159).unwrap(), Some(account));
        assert_eq!(accounts.of_session(token(1), 160).unwrap(), None);
        assert_eq!(accounts.of_session(token(2), 100).unwrap(), None);
        assert!(!accounts.end_session(token(1), 160).unwrap());
        assert!(accounts.end_session(token(1), 159).unwrap());
        assert!(!accounts.end_session(token(1), 159).unwrap());
        assert_eq!(accounts.of_session(token(1), 101).unwrap(), None);
    }

    #[test]
    fn sessions_that_have_ended_are_deleted_at_the_next_login() {
        let accounts = alice();
        for number in 0..5 {
            accounts
                .begin_session("alice", token(number), 0, 10 + i64::from(number))
                .unwrap();
        }
        accounts.begin_session("alice", token(9), 13, 100).unwrap();
        assert_eq!(sessions(&accounts), 2);
    }

    #[test]
    fn a_user_has_so_many_sessions_and_the_first_to_end_goes() {
        let accounts = alice();
        accounts.add("bob", "hash", 7).unwrap();
        accounts.begin_session("bob", token(1_000), 0, 1).unwrap();
        for number in 0..=MOST_SESSIONS {
            accounts
                .begin_session("alice", token(number), 0, 100 + i64::from(number))
                .unwrap();
        }
        assert_eq!(sessions(&accounts), i64::from(MOST_SESSIONS) + 1);
        assert_eq!(accounts.of_session(token(0), 0).unwrap(), None);
        assert!(accounts.of_session(token(1), 0).unwrap().is_some());
        assert!(accounts.of_session(token(1_000), 0).unwrap().is_some());
    }

    #[test]
    fn without_an_account_there_is_no_session() {
        let accounts = alice();
        assert!(!accounts.begin_session("bob", token(1), 0, 10).unwrap());
        accounts.begin_session("alice", token(2), 0, 10).unwrap();
        accounts
            .writer
            .lock()
            .write(|rows| rows.execute("DELETE FROM accounts", []))
            .unwrap();
        assert_eq!(accounts.of_session(token(2), 0).unwrap(), None);
        assert_eq!(sessions(&accounts), 0);
    }

    #[test]
    fn a_new_account_has_none_of_the_sessions_that_another_program_has_left() {
        let accounts = alice();
        accounts.begin_session("alice", token(1), 0, 10).unwrap();
        let delete = "PRAGMA foreign_keys = OFF; DELETE FROM accounts; PRAGMA foreign_keys = ON;";
        accounts
            .writer
            .lock()
            .read(|rows| rows.execute_batch(delete))
            .unwrap();
        assert_eq!(sessions(&accounts), 1);
        assert!(accounts.add("alice", "hers now", 8).unwrap());
        assert_eq!(accounts.of_session(token(1), 0).unwrap(), None);
    }
}
