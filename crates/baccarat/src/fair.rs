//! A shuffle that can be checked: a seed, the commitment to it (SHA-256), and the order of the cards that follows from
//! the seed alone (numbers out of HMAC-SHA256, shuffled by Fisher and Yates).
//!
//! The dealer tells the commitment before the first stake, and the seed after the last round. Everybody can then hash
//! the seed, and shuffle again. The random bytes of a seed are the caller's: nothing here is random.

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::{BaccaratError, Card, hexadecimal};

/// What stands in front of the seed where it is hashed, so that a commitment to a shoe is a commitment to nothing
/// else. The 1 is the version of the way of shuffling.
const COMMITMENT_TAG: &[u8] = b"baccarat shoe 1";

/// Bytes of a number.
const NUMBER: usize = size_of::<u32>();

/// 32 random bytes that a shoe follows from. Whoever knows them knows every card, so they are not in its `Debug`.
///
/// ```
/// use baccarat::Seed;
///
/// let seed = Seed::from(std::array::from_fn(|at| at as u8));
/// assert_eq!(
///     seed.commitment().to_string(),
///     "2cfabdec71dffbed2b3dd2087de4e096c082c5bfd614920ab0f365f9515a9a18",
/// );
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Seed([u8; 32]);

impl Seed {
    /// The bytes themselves.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    // ANCHOR: commitment
    /// The hash that says which seed it is without telling it.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        let hash = Sha256::new().chain_update(COMMITMENT_TAG).chain_update(self.0);
        Commitment(hash.finalize().into())
    }
    // ANCHOR_END: commitment
}

impl From<[u8; 32]> for Seed {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seed(of {})", self.commitment())
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hexadecimal::write(f, &self.0)
    }
}

impl FromStr for Seed {
    type Err = BaccaratError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        hexadecimal::read(text).map(Self)
    }
}

/// What a dealer tells of a seed before the first stake: a SHA-256 of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Commitment([u8; 32]);

impl Commitment {
    /// The bytes themselves.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Commitment {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hexadecimal::write(f, &self.0)
    }
}

impl FromStr for Commitment {
    type Err = BaccaratError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        hexadecimal::read(text).map(Self)
    }
}

/// The numbers that follow from a seed and the number of a shoe: an endless row of u32.
///
/// They are the little-endian u32 of the blocks HMAC-SHA256(key = seed, shoe:u64 counter:u64), with the counter from 0.
/// Like a shoe, they have no `Debug`, which could tell in a log what nobody may know yet.
pub struct Numbers {
    keyed: Hmac<Sha256>,
    shoe: u64,
    counter: u64,
    block: [u8; 32],
    /// Bytes of the block that have been given out.
    used: usize,
}

impl Numbers {
    /// The numbers of this shoe, from the first.
    #[must_use]
    pub fn new(seed: &Seed, shoe: u64) -> Self {
        // A key that is shorter than a block of the hash, 64 bytes, is padded with zero bytes (RFC 2104).
        let mut key = [0; 64];
        key[..32].copy_from_slice(&seed.0);
        Self {
            keyed: Hmac::new(&key.into()),
            shoe,
            counter: 0,
            block: [0; 32],
            used: 32,
        }
    }

    // ANCHOR: next
    fn draw(&mut self) -> u32 {
        if self.used == self.block.len() {
            let message = [self.shoe.to_le_bytes(), self.counter.to_le_bytes()].concat();
            let mac = self.keyed.clone().chain_update(message).finalize();
            self.block = mac.into_bytes().into();
            self.counter += 1;
            self.used = 0;
        }
        let bytes = self.block[self.used..].first_chunk::<NUMBER>();
        self.used += NUMBER;
        u32::from_le_bytes(*bytes.expect("a block is eight numbers"))
    }
    // ANCHOR_END: next

    // ANCHOR: below
    /// A number below `limit`, each as likely as any other. The numbers at the upper end, of which there are too few for
    /// one more round of `limit`, are passed over: a plain remainder would prefer the small ones.
    ///
    /// # Panics
    /// When `limit` is 0.
    pub fn below(&mut self, limit: u32) -> u32 {
        let limit = u64::from(limit);
        let fair = (1 << 32) / limit * limit;
        loop {
            let number = u64::from(self.draw());
            if number < fair {
                return (number % limit) as u32;
            }
        }
    }
    // ANCHOR_END: below
}

impl Iterator for Numbers {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        Some(self.draw())
    }
}

// ANCHOR: shuffle
/// The cards of a shoe before any cut: 0 to 51 for each deck, shuffled from the last place down to the second.
#[must_use]
pub fn shuffle(seed: &Seed, shoe: u64, decks: u8) -> Vec<Card> {
    let mut cards: Vec<Card> = (0..decks).flat_map(|_| Card::deck()).collect();
    let mut numbers = Numbers::new(seed, shoe);
    for (last, others) in (1..cards.len()).rev().zip((2..=cards.len() as u32).rev()) {
        cards.swap(last, numbers.below(others) as usize);
    }
    cards
}
// ANCHOR_END: shuffle
