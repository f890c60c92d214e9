//! Tickets: what a user shows to be let in, and the seat that each is worth.

use std::fmt;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::server::Owner;

/// Base64 for addresses (RFC 4648, section 5).
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// How long a ticket is worth something. A client connects in far less, and who finds it later has nothing.
pub const TICKET_WORTH: Duration = Duration::from_secs(30);

/// How long a place in a room is kept for a user who is on the way.
pub const SEAT_TIME: Duration = Duration::from_secs(15);

/// A secret that is worth one login: 16 characters of base64url, which are 96 random bits. It fits where `LOGIN_REQ` has a
/// password.
///
/// Directories keep its [`hash`](Self::hash): whoever reads a directory gets no ticket out of it. Nor does a log, since
/// the `Debug` form shows nothing.
///
/// ```
/// use directory::Ticket;
///
/// let ticket = Ticket::random()?;
/// assert_eq!(Ticket::parse(ticket.as_str()).map(|same| same.hash()), Some(ticket.hash()));
/// assert!(Ticket::parse("a password").is_none());
/// # Ok::<(), getrandom::Error>(())
/// ```
#[derive(Clone)]
pub struct Ticket(String);

/// What a directory keeps of a ticket: its SHA-256.
pub type TicketHash = [u8; 32];

impl Ticket {
    /// Characters of a ticket.
    pub const LENGTH: usize = 16;

    /// A new one.
    ///
    /// # Errors
    /// Where the system gives no random bytes.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; Self::LENGTH];
        getrandom::fill(&mut bytes)?;
        // A character takes six of the eight bits.
        let characters = bytes.map(|byte| char::from(ALPHABET[usize::from(byte % 64)]));
        Ok(Self(characters.iter().collect()))
    }

    /// One that a user has shown, if the text can be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_one = text.len() == Self::LENGTH && text.bytes().all(|byte| ALPHABET.contains(&byte));
        is_one.then(|| Self(text.to_owned()))
    }

    /// The secret itself, for the user.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a directory keeps.
    #[must_use]
    pub fn hash(&self) -> TicketHash {
        Sha256::digest(&self.0).into()
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ticket")
    }
}

/// What a ticket is worth: one login of this user at this server, where a place in this room waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The user's name, composed as logins have it.
    pub user_id: String,
    /// The server that has the room.
    pub owner: Owner,
    /// The room.
    pub room: i32,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn tickets_differ_and_use_the_whole_alphabet() {
        let tickets: Vec<_> = (0..1_000).map(|_| Ticket::random().unwrap()).collect();
        let hashes: HashSet<_> = tickets.iter().map(Ticket::hash).collect();
        assert_eq!(hashes.len(), tickets.len());
        let used: HashSet<_> = tickets.iter().flat_map(|ticket| ticket.0.bytes()).collect();
        assert_eq!(used, ALPHABET.iter().copied().collect());
    }

    #[test]
    fn only_such_a_text_is_a_ticket() {
        assert!(Ticket::parse("0123456789abcd-_").is_some());
        for text in [
            "",
            "0123456789abcde",
            "0123456789abcdefg",
            "0123456789abcde+",
            "0123456789abcdé",
        ] {
            assert!(Ticket::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_log_shows_no_ticket() {
        let ticket = Ticket::random().unwrap();
        assert_eq!(format!("{ticket:?}"), "Ticket");
    }
}
