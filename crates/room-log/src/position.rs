//! Where a message stands in the log of its room.

use std::fmt;

/// Where a message stands. Later messages have higher positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Position {
    /// Of the server that has written it: a later one has a higher one. At least 1.
    pub generation: u64,
    /// Counts up by one within a generation, from 1 on. 0 is the fence, with which a generation begins.
    pub number: u64,
}

impl Position {
    /// The position of a fence.
    #[must_use]
    pub fn fence(generation: u64) -> Self {
        let number = 0;
        Self { generation, number }
    }

    /// The next one of the same generation.
    #[must_use]
    pub fn next(self) -> Self {
        let number = self.number + 1;
        Self { number, ..self }
    }

    /// True where nothing can stand between this one and that one.
    #[must_use]
    pub fn is_right_before(self, next: Self) -> bool {
        next == self.next() || (next.generation > self.generation && next.number == 0)
    }
}

/// As Redis writes the ids of a stream.
impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.generation, self.number)
    }
}

impl std::str::FromStr for Position {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unreadable = || format!("`{text}` is no position: GENERATION-NUMBER is one");
        let (generation, number) = text.split_once('-').ok_or_else(unreadable)?;
        Ok(Self {
            generation: generation.parse().map_err(|_| unreadable())?,
            number: number.parse().map_err(|_| unreadable())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_read_as_it_is_written() {
        let position = Position {
            generation: 1_700_000_000_000,
            number: u64::MAX,
        };
        assert_eq!(position.to_string().parse(), Ok(position));
        for text in ["", "1", "1-", "-1", "x-1", "1-2-3"] {
            assert!(text.parse::<Position>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_missing_is_seen() {
        let at = |generation, number| Position { generation, number };
        for (before, next) in [(at(1, 0), at(1, 1)), (at(1, 7), at(1, 8)), (at(1, 7), at(5, 0))] {
            assert!(before.is_right_before(next), "{before} {next}");
        }
        for (before, next) in [(at(1, 0), at(1, 2)), (at(1, 7), at(5, 1)), (at(5, 0), at(1, 1))] {
            assert!(!before.is_right_before(next), "{before} {next}");
        }
    }
}
