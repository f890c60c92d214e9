//! The rate of an open loop: what was asked for, and what has come of it.

use figures::short;

/// The part of a rate that counts as all of it: at the begin and at the end of the measurement some messages are under
/// way, never quite as many.
const NEARLY: f64 = 0.99;

/// Messages a second that are sent, not the copies that come to the members of a room.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rate {
    pub(crate) asked: f64,
    /// Those that came in the time that is measured, whether they were sent late, answered late, or not at all.
    pub(crate) reached: f64,
}

impl Rate {
    /// False where users would have sent more than has come.
    pub(crate) fn is_reached(self) -> bool {
        self.reached >= self.asked * NEARLY
    }

    /// What is told where it was not reached, for somebody who looks at the latencies.
    pub(crate) fn warning(self) -> Option<String> {
        let Self { asked, reached } = self;
        (!self.is_reached()).then(|| {
            format!(
                "NOT REACHED: {} of {} messages a second, so the latency depends on how long is measured",
                short(reached),
                short(asked)
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_reached_but_for_what_is_under_way() {
        for (reached, is_reached) in [(1_020.0, true), (990.0, true), (989.0, false), (0.0, false)] {
            let rate = Rate {
                asked: 1_000.0,
                reached,
            };
            assert_eq!(rate.is_reached(), is_reached, "{reached}");
            assert_eq!(rate.warning().is_none(), is_reached, "{reached}");
        }
        let slow = Rate {
            asked: 0.5,
            reached: 0.25,
        };
        assert!(
            slow.warning()
                .is_some_and(|text| text.starts_with("NOT REACHED: 0.25 of 0.5 "))
        );
    }
}
