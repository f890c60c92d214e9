//! Tickets that are worth something, by their hashes.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::server::Owner;
use crate::ticket::{Seat, TicketHash};

/// Nobody looks for tickets that are worth nothing any more before there are so many.
const FEW: usize = 1_024;

/// Tickets with their seats.
#[derive(Default)]
pub(super) struct Tickets {
    seats: HashMap<TicketHash, (Seat, Instant)>,
    /// With so many, those that are over are looked for.
    many: usize,
}

impl Tickets {
    pub(super) fn put(&mut self, hash: TicketHash, seat: &Seat, now: Instant, worth: Duration) {
        if self.seats.len() >= self.many.max(FEW) {
            self.seats.retain(|_, (_, until)| now < *until);
            // So that a look at all of them comes once in as many tickets.
            self.many = self.seats.len() * 2;
        }
        let until = now.checked_add(worth).unwrap_or(now);
        self.seats.insert(hash, (seat.clone(), until));
    }

    // ANCHOR: redeem
    /// Validates first, and consumes after.
    pub(super) fn redeem(
        &mut self,
        hash: &TicketHash,
        user_id: &str,
        owner: &Owner,
        now: Instant,
    ) -> Option<Seat> {
        let (seat, until) = self.seats.get(hash)?;
        let is_valid = now < *until && seat.user_id == user_id && seat.owner == *owner;
        is_valid.then(|| self.seats.remove(hash))?.map(|(seat, _)| seat)
    }
    // ANCHOR_END: redeem
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::game_name::GameName;

    #[test]
    fn tickets_that_are_over_do_not_fill_the_memory() {
        let seat = Seat {
            user_id: "alice".to_owned(),
            owner: Owner {
                game: GameName::new("chat"),
                slot: 0,
                generation: 1,
            },
            room: 0,
        };
        let (mut tickets, start) = (Tickets::default(), Instant::now());
        for number in 0..10_000_u32 {
            let mut hash = TicketHash::default();
            hash[..4].copy_from_slice(&number.to_le_bytes());
            let now = start + Duration::from_millis(u64::from(number));
            tickets.put(hash, &seat, now, Duration::from_millis(100));
        }
        assert!(tickets.seats.len() <= FEW, "{}", tickets.seats.len());
    }
}
