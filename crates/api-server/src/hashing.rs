//! Hashes of passwords, which are slow and large on purpose; so only a few are made at once, and the others wait.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use argon2::password_hash;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use crossbeam_channel::{Receiver, Sender, bounded};

use crate::password::Password;

// ANCHOR: cost
/// What a hash costs: 19 MiB that are written twice, by one thread. OWASP, Password Storage Cheat Sheet, Argon2id:
/// <https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
// ANCHOR_END: cost

/// Random bytes in front of each password, so that two users with the same password have different hashes. RFC 9106,
/// 3.1, recommends 16 bytes.
const SALT: usize = 16;

/// Bytes of a hash: RFC 9106, 4, has 256 bits in all that it recommends.
const HASH: usize = 32;

// ANCHOR: hashing
/// Makes hashes, so many at once. The memory for each is made once, and handed from one to the next: whoever has it,
/// has the turn.
#[derive(Debug)]
pub struct Hashing {
    give_back: Sender<Vec<Block>>,
    free: Receiver<Vec<Block>>,
    patience: Duration,
    made: AtomicU64,
}
// ANCHOR_END: hashing

/// No turn came in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many logins at the same time")]
pub struct Busy;

/// Why there is no hash.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HashError {
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Random(#[from] getrandom::Error),
    /// What is stored is no hash that this program can compare with.
    #[error("a stored hash cannot be read")]
    Unreadable(#[from] password_hash::Error),
    /// Its parameters are out of range.
    #[error("a hash cannot be made")]
    Parameters(#[from] argon2::Error),
}

impl Hashing {
    /// So many hashes `at_once`, one at least; whoever wants one waits for its turn, at most for so long.
    #[must_use]
    pub fn new(at_once: usize, patience: Duration) -> Self {
        let at_once = at_once.max(1);
        let (give_back, free) = bounded(at_once);
        for _ in 0..at_once {
            // Empty, until somebody needs it; there is room for all of them.
            let _ = give_back.send(Vec::new());
        }
        Self {
            give_back,
            free,
            patience,
            made: AtomicU64::new(0),
        }
    }

    // ANCHOR: turn
    /// Waits for a turn.
    ///
    /// # Errors
    /// [`Busy`], when none comes in time.
    pub fn turn(&self) -> Result<Turn<'_>, Busy> {
        let memory = self.free.recv_timeout(self.patience).map_err(|_| Busy)?;
        Ok(Turn {
            hashing: self,
            memory,
        })
    }
    // ANCHOR_END: turn

    /// How many hashes have been made so far.
    pub fn made(&self) -> u64 {
        self.made.load(Ordering::Relaxed)
    }
}

/// The right to make a hash, and the memory for it. Dropped, it is the next one's.
#[derive(Debug)]
pub struct Turn<'a> {
    hashing: &'a Hashing,
    memory: Vec<Block>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        // There is room for all of them.
        let _ = self.hashing.give_back.try_send(std::mem::take(&mut self.memory));
    }
}

impl Turn<'_> {
    /// What is stored of a new password: a text in PHC's format, which has its parameters and its salt in it.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn hash(&mut self, password: &Password) -> Result<String, HashError> {
        let mut salt = [0; SALT];
        getrandom::fill(&mut salt)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, today()?);
        let hash = self.make(&argon2, password, &salt)?;
        let stored = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(argon2.params())?,
            salt: Some(Salt::new(&salt).map_err(password_hash::Error::from)?),
            hash: Some(hash),
        };
        Ok(stored.to_string())
    }

    // ANCHOR: matches
    /// Compares a password with what is stored. A user who does not exist has nothing stored: that takes the same work,
    /// so nobody can tell from the time of an answer which users exist.
    ///
    /// # Errors
    /// When what is stored is no hash.
    pub fn matches(&mut self, password: &Password, stored: Option<&str>) -> Result<bool, HashError> {
        let Some(stored) = stored else {
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, today()?);
            self.make(&argon2, password, &[0; SALT])?;
            return Ok(false);
        };
        let stored = Stored::read(stored)?;
        let hash = self.make(&stored.argon2, password, &stored.salt)?;
        // Takes the same time wherever they differ.
        Ok(hash == stored.hash)
    }
    // ANCHOR_END: matches

    fn make(&mut self, argon2: &Argon2<'_>, password: &Password, salt: &[u8]) -> Result<Output, HashError> {
        let length = argon2.params().output_len().unwrap_or(HASH);
        self.memory
            .resize(argon2.params().block_count(), Block::default());
        let mut hash = vec![0; length];
        argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut hash, &mut self.memory)?;
        self.hashing.made.fetch_add(1, Ordering::Relaxed);
        Ok(Output::new(&hash).map_err(password_hash::Error::from)?)
    }
}

/// A text in PHC's format.
struct Stored {
    argon2: Argon2<'static>,
    salt: Salt,
    hash: Output,
}

impl Stored {
    fn read(text: &str) -> Result<Self, HashError> {
        let stored = PasswordHash::new(text).map_err(password_hash::Error::from)?;
        let (Some(version), Some(salt), Some(hash)) = (stored.version, stored.salt, stored.hash) else {
            return Err(password_hash::Error::EncodingInvalid.into());
        };
        let algorithm = Algorithm::try_from(stored.algorithm.as_str())?;
        let argon2 = Argon2::new(algorithm, Version::try_from(version)?, Params::try_from(&stored)?);
        Ok(Self { argon2, salt, hash })
    }
}

/// Those of a new password.
fn today() -> Result<Params, argon2::Error> {
    Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    #[test]
    fn a_password_matches_its_hash_and_no_other_does() {
        let hashing = Hashing::new(1, PATIENCE);
        let mut turn = hashing.turn().unwrap();
        let right = Password::typed("correct horse");
        let stored = turn.hash(&right).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(turn.matches(&right, Some(&stored)).unwrap());
        assert!(
            !turn
                .matches(&Password::typed("correct horsf"), Some(&stored))
                .unwrap()
        );
        // The same password once more has another salt.
        assert_ne!(turn.hash(&right).unwrap(), stored);
    }

    /// From the reference implementation: `echo -n password | argon2 somesalt -id -t 2 -k 256 -p 1 -e`.
    #[test]
    fn hashes_of_other_programs_and_other_parameters_are_understood() {
        let hashing = Hashing::new(1, PATIENCE);
        let mut turn = hashing.turn().unwrap();
        let stored = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        assert!(turn.matches(&Password::typed("password"), Some(stored)).unwrap());
        for stored in [
            "",
            "secret",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ",
            "$scrypt$c29tZXNhbHQ$abcdabcdabcd",
        ] {
            assert!(
                turn.matches(&Password::typed("password"), Some(stored)).is_err(),
                "{stored}"
            );
        }
    }

    #[test]
    fn nobody_costs_as_much_as_somebody() {
        let hashing = Hashing::new(1, PATIENCE);
        let mut turn = hashing.turn().unwrap();
        let password = Password::typed("password");
        let stored = turn.hash(&password).unwrap();
        let memory = turn.memory.len();
        assert_eq!((hashing.made(), memory), (1, MEMORY_KIB as usize));
        assert!(!turn.matches(&password, None).unwrap());
        assert_eq!((hashing.made(), turn.memory.len()), (2, memory));
        turn.matches(&password, Some(&stored)).unwrap();
        assert_eq!(hashing.made(), 3);
    }

    #[test]
    fn there_are_so_many_turns_and_a_dropped_one_is_the_next_ones() {
        let hashing = Hashing::new(2, Duration::ZERO);
        let turns = [hashing.turn().unwrap(), hashing.turn().unwrap()];
        assert_eq!(hashing.turn().err(), Some(Busy));
        drop(turns);
        let _again = [hashing.turn().unwrap(), hashing.turn().unwrap()];
    }
}
