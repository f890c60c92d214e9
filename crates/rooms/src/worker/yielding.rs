//! Decides whether a worker offers the processor to other threads before it sends a batch.

/// With so many sends to share, or to wait for, a yield is always worth it: each takes about 6 microseconds.
const MANY_SENDS: usize = 64;

/// So many times in vain, and it is done rarely.
const IN_VAIN: u32 = 8;

/// Rarely: once in so many batches.
const RARELY: u32 = 64;

/// What the last yields have brought.
///
/// A yield costs a microsecond where nobody else wants the processor. Where other programs compute, it costs one of
/// their time slices, milliseconds, and with one message on its way at a time it never brings anything.
#[derive(Default)]
pub(super) struct Yielding {
    /// Yields in a row that have brought nothing.
    in_vain: u32,
    /// Batches since the last yield.
    skipped: u32,
}

impl Yielding {
    /// Whether to try it now, before so many sends.
    pub(super) fn is_worth_it(&mut self, sends: usize) -> bool {
        self.skipped += 1;
        sends >= MANY_SENDS || self.in_vain < IN_VAIN || self.skipped >= RARELY
    }

    /// What it has brought.
    pub(super) fn has_brought(&mut self, something: bool) {
        self.skipped = 0;
        self.in_vain = if something {
            0
        } else {
            (self.in_vain + 1).min(IN_VAIN)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_given_up_and_tried_again_and_one_success_is_enough() {
        let mut yielding = Yielding::default();
        for _ in 0..IN_VAIN {
            assert!(yielding.is_worth_it(1));
            yielding.has_brought(false);
        }
        for _ in 1..RARELY {
            assert!(!yielding.is_worth_it(1));
        }
        assert!(yielding.is_worth_it(1));
        yielding.has_brought(true);
        assert!(yielding.is_worth_it(1));
    }

    #[test]
    fn it_is_never_given_up_before_many_sends() {
        let mut yielding = Yielding::default();
        for _ in 0..2 * IN_VAIN {
            assert!(yielding.is_worth_it(MANY_SENDS));
            yielding.has_brought(false);
        }
        assert!(!yielding.is_worth_it(MANY_SENDS - 1));
    }
}
