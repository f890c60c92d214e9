//! Decides whether a worker offers the processor to other threads before it sends a batch.

/// So many times in vain, and no more.
const IN_VAIN: u32 = 8;

/// Whether others have something to bring.
///
/// A yield costs a microsecond where nobody else wants the processor. Where other programs compute, it costs one of
/// their time slices, milliseconds. So it is done only where a batch has just had items of several clients: then there is
/// a load on the server, and others may be about to bring something that shares the sends. A lone message never waits.
#[derive(Default)]
pub(super) struct Yielding {
    /// How often it may still be in vain.
    credit: u32,
}

impl Yielding {
    /// Whether to try it now.
    pub(super) fn is_worth_it(&self) -> bool {
        self.credit > 0
    }

    /// What it has brought.
    pub(super) fn has_brought(&mut self, something: bool) {
        self.credit = if something {
            IN_VAIN
        } else {
            self.credit.saturating_sub(1)
        };
    }

    /// A batch has had so many items.
    pub(super) fn had(&mut self, items: usize) {
        if items > 1 {
            self.credit = IN_VAIN;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_message_does_not_wait() {
        let mut yielding = Yielding::default();
        for _ in 0..100 {
            assert!(!yielding.is_worth_it());
            yielding.had(1);
        }
    }

    #[test]
    fn it_is_given_up_and_one_success_or_one_large_batch_is_enough() {
        let mut yielding = Yielding::default();
        for success in [false, true] {
            match success {
                true => yielding.has_brought(true),
                false => yielding.had(2),
            }
            for _ in 0..IN_VAIN {
                assert!(yielding.is_worth_it());
                yielding.has_brought(false);
                yielding.had(1);
            }
            assert!(!yielding.is_worth_it());
        }
    }
}
