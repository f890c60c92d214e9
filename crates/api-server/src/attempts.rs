//! Wrong passwords are counted, for each user and for each place that they come from; too many are a pause. No clock in
//! here: time comes in as an argument.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

use net::Origin;

/// Users, and origins, that are remembered at most. Each entry has cost somebody a hash, which takes 20 ms.
const MOST_ENTRIES: usize = 10_000;

/// How many wrong passwords are too many, and the pause after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// So many are too many; 0 for never.
    pub most: u32,
    /// How long nobody may try again; and, where they were not too many yet, how long they are remembered.
    pub pause: Duration,
}

/// The wrong passwords of late.
#[derive(Debug)]
pub struct Attempts {
    users: Counter<String>,
    origins: Counter<Origin>,
}

impl Attempts {
    /// Nobody has tried yet.
    #[must_use]
    pub fn new(for_a_user: Rule, from_an_origin: Rule) -> Self {
        Self {
            users: Counter::new(for_a_user),
            origins: Counter::new(from_an_origin),
        }
    }

    /// How long this user, or this origin, must wait still. A text that can be no user's name is nobody.
    #[must_use]
    pub fn pause(&self, user: Option<&str>, origin: Origin, now: Instant) -> Option<Duration> {
        let of_user = user.and_then(|user| self.users.pause(user, now));
        of_user.max(self.origins.pause(&origin, now))
    }

    /// A password was wrong. Whether the user exists makes no difference.
    pub fn failed(&mut self, user: Option<&str>, origin: Origin, now: Instant) {
        if let Some(user) = user {
            self.users.count(user.to_owned(), now);
        }
        self.origins.count(origin, now);
    }

    /// It was right: what was wrong before is forgotten.
    pub fn succeeded(&mut self, user: &str, origin: Origin) {
        self.users.entries.remove(user);
        self.origins.entries.remove(&origin);
    }
}

#[derive(Debug)]
struct Counter<K> {
    rule: Rule,
    entries: HashMap<K, Entry>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    wrong: u32,
    last: Instant,
}

impl<K: Hash + Eq + Clone> Counter<K> {
    fn new(rule: Rule) -> Self {
        Self {
            rule,
            entries: HashMap::new(),
        }
    }

    fn pause<Q>(&self, key: &Q, now: Instant) -> Option<Duration>
    where
        K: std::borrow::Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let entry = self.entries.get(key)?;
        let left = self.rule.pause.saturating_sub(now.duration_since(entry.last));
        (entry.wrong >= self.rule.most && !left.is_zero()).then_some(left)
    }

    fn count(&mut self, key: K, now: Instant) {
        if self.rule.most == 0 {
            return;
        }
        if !self.entries.contains_key(&key) && self.entries.len() >= MOST_ENTRIES {
            self.make_room(now);
        }
        let forgotten = Entry { wrong: 0, last: now };
        let entry = self.entries.entry(key).or_insert(forgotten);
        if self.rule.is_over(entry, now) {
            *entry = forgotten;
        }
        entry.wrong = entry.wrong.saturating_add(1);
        entry.last = now;
    }

    /// Forgets what is over, or else the oldest.
    fn make_room(&mut self, now: Instant) {
        self.entries.retain(|_, entry| !self.rule.is_over(entry, now));
        if self.entries.len() >= MOST_ENTRIES {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.last);
            if let Some(key) = oldest.map(|(key, _)| key.clone()) {
                self.entries.remove(&key);
            }
        }
    }
}

impl Rule {
    fn is_over(&self, entry: &Entry, now: Instant) -> bool {
        now.duration_since(entry.last) >= self.pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const SECOND: Duration = Duration::from_secs(1);

    fn attempts() -> Attempts {
        let of_user = Rule {
            most: 5,
            pause: MINUTE,
        };
        let of_origin = Rule {
            most: 10,
            pause: 10 * MINUTE,
        };
        Attempts::new(of_user, of_origin)
    }

    fn origin(number: u8) -> Origin {
        Origin::of([10, 0, 0, number].into(), 64)
    }

    #[test]
    fn the_fifth_wrong_password_of_a_user_is_a_pause_from_everywhere() {
        let (mut attempts, now) = (attempts(), Instant::now());
        for number in 1..=5 {
            assert_eq!(attempts.pause(Some("alice"), origin(9), now), None);
            attempts.failed(Some("alice"), origin(number), now);
        }
        assert_eq!(attempts.pause(Some("alice"), origin(9), now), Some(MINUTE));
        assert_eq!(attempts.pause(Some("bob"), origin(1), now), None);
        let nearly = now + MINUTE - SECOND;
        assert_eq!(attempts.pause(Some("alice"), origin(9), nearly), Some(SECOND));
        // Then there are five more.
        let later = now + MINUTE;
        for _ in 1..=5 {
            assert_eq!(attempts.pause(Some("alice"), origin(9), later), None);
            attempts.failed(Some("alice"), origin(8), later);
        }
        assert_eq!(attempts.pause(Some("alice"), origin(9), later), Some(MINUTE));
    }

    #[test]
    fn the_tenth_from_an_origin_is_a_longer_pause_whoever_it_was_for() {
        let (mut attempts, now) = (attempts(), Instant::now());
        for number in 0..10 {
            assert_eq!(attempts.pause(None, origin(1), now), None);
            // Some are for texts that can be nobody.
            let user = format!("user {number}");
            attempts.failed((number % 2 == 0).then_some(&user), origin(1), now);
        }
        for user in [None, Some("carol")] {
            assert_eq!(attempts.pause(user, origin(1), now), Some(10 * MINUTE));
            assert_eq!(attempts.pause(user, origin(2), now), None);
        }
    }

    #[test]
    fn a_right_password_is_a_new_beginning() {
        let (mut attempts, now) = (attempts(), Instant::now());
        for _ in 0..5 {
            for _ in 0..4 {
                attempts.failed(Some("alice"), origin(1), now);
            }
            attempts.succeeded("alice", origin(1));
        }
        assert_eq!(attempts.pause(Some("alice"), origin(1), now), None);
        assert!(attempts.users.entries.is_empty() && attempts.origins.entries.is_empty());
    }

    #[test]
    fn time_makes_a_new_beginning_too() {
        let (mut attempts, mut now) = (attempts(), Instant::now());
        for _ in 0..20 {
            for _ in 0..4 {
                attempts.failed(Some("alice"), origin(1), now);
            }
            now += 10 * MINUTE;
        }
        assert_eq!(attempts.pause(Some("alice"), origin(1), now), None);
    }

    #[test]
    fn never_is_never() {
        let never = Rule {
            most: 0,
            pause: MINUTE,
        };
        let (mut attempts, now) = (Attempts::new(never, never), Instant::now());
        for _ in 0..100 {
            attempts.failed(Some("alice"), origin(1), now);
        }
        assert_eq!(attempts.pause(Some("alice"), origin(1), now), None);
        assert!(attempts.users.entries.is_empty() && attempts.origins.entries.is_empty());
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_is_forgotten_first() {
        let (mut attempts, now) = (attempts(), Instant::now());
        for number in 0..=MOST_ENTRIES {
            let now = now + Duration::from_millis(number as u64);
            attempts.failed(Some(&number.to_string()), origin(1), now);
        }
        let users = &attempts.users.entries;
        assert_eq!(users.len(), MOST_ENTRIES);
        assert!(!users.contains_key("0") && users.contains_key("1"));
        // What is over goes all at once.
        attempts.failed(Some("late"), origin(2), now + 10 * MINUTE);
        assert_eq!(attempts.users.entries.len(), 1);
    }
}
