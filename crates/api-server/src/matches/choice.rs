//! Who of those who wait are matched. No time in here: how wide a window is comes with each of them.
//!
//! Two users can play together where each is in the window of the other, so the smaller window counts: nobody who has just
//! come gets an opponent from far away because that one has waited for long. A match is a group of which every two can.
//! Of all such groups the one is chosen whose first member stands first in the queue; of those, the one whose second does;
//! and so on. So whoever has waited longest is served first, and the choice depends on nothing else.

/// So many of a queue are looked at, the first ones. That keeps nobody waiting for ever: with windows of 600, which all of
/// them have after 55 seconds, some eight of so many can play together, wherever their ratings are.
pub(crate) const MOST: usize = 128;

/// One who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) rating: u64,
    /// How far the others' ratings may be.
    pub(crate) window: u64,
}

// ANCHOR: choose
/// The places of those who are matched, of a queue in its order: so many of them, or nobody.
///
/// Whoever is in a group can play with its lowest rating and with its highest, and then with all between them. So each
/// span of ratings is looked at, and in it all who reach from one end to the other: any of those make a group.
pub(crate) fn choose(queue: &[Candidate], size: usize) -> Option<Vec<usize>> {
    let queue = &queue[..queue.len().min(MOST)];
    let mut best: Option<Vec<usize>> = None;
    for lowest in queue {
        for highest in queue {
            if highest.rating >= lowest.rating && highest.rating - lowest.rating <= lowest.window {
                let group = first_of_span(queue, lowest.rating, highest.rating, size);
                best = match (group, best) {
                    (Some(group), Some(best)) => Some(best.min(group)),
                    (group, best) => group.or(best),
                };
            }
        }
    }
    best
}

/// The first so many whose windows hold the whole span.
fn first_of_span(queue: &[Candidate], lowest: u64, highest: u64, size: usize) -> Option<Vec<usize>> {
    let reaches = |one: &Candidate| {
        let is_inside = (lowest..=highest).contains(&one.rating);
        is_inside && one.rating - lowest <= one.window && highest - one.rating <= one.window
    };
    let those = queue.iter().enumerate().filter(|(_, one)| reaches(one));
    let group: Vec<_> = those.map(|(place, _)| place).take(size).collect();
    (group.len() == size).then_some(group)
}
// ANCHOR_END: choose

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn queue(candidates: &[(u64, u64)]) -> Vec<Candidate> {
        let candidate = |(rating, window): &(u64, u64)| Candidate {
            rating: *rating,
            window: *window,
        };
        candidates.iter().map(candidate).collect()
    }

    /// All groups in order, and every two of each: slow, and nothing to get wrong.
    fn choose_slowly(queue: &[Candidate], size: usize) -> Option<Vec<usize>> {
        let groups = (0_u32..1 << queue.len()).filter(|group| group.count_ones() as usize == size);
        let members = |group| (0..queue.len()).filter(move |place| group >> place & 1 == 1);
        let can_play = |one: usize, other: usize| {
            let (one, other) = (queue[one], queue[other]);
            one.rating.abs_diff(other.rating) <= one.window.min(other.window)
        };
        let is_match = |group: &u32| {
            members(*group).all(|one| members(*group).all(|other| one == other || can_play(one, other)))
        };
        groups
            .filter(is_match)
            .map(|group| members(group).collect())
            .min()
    }

    #[test]
    fn the_smaller_window_counts() {
        assert_eq!(choose(&queue(&[(1_000, 500), (1_100, 50)]), 2), None);
        assert_eq!(choose(&queue(&[(1_000, 500), (1_100, 100)]), 2), Some(vec![0, 1]));
        assert_eq!(choose(&queue(&[(0, 50)]), 2), None);
        assert_eq!(choose(&[], 2), None);
    }

    #[test]
    fn one_in_the_middle_does_not_bring_those_together_who_are_too_far_apart() {
        let three = queue(&[(1_000, 100), (900, 100), (1_100, 100), (1_080, 100)]);
        assert_eq!(choose(&three, 3), Some(vec![0, 2, 3]));
        assert_eq!(choose(&three[..3], 3), None);
    }

    #[test]
    fn the_first_of_many_is_served_first() {
        let mut many = queue(&[(5_000, 50)]);
        many.resize(MOST * 2, queue(&[(1_000, 50)])[0]);
        many.push(many[0]);
        assert_eq!(choose(&many, 8), Some((1..9).collect()));
        many[1] = many[0];
        assert_eq!(choose(&many, 2), Some(vec![0, 1]));
    }

    proptest! {
        #[test]
        fn the_choice_is_that_of_an_obvious_search(
            ratings in vec((0_u64..400, prop_oneof![Just(50_u64), Just(100), Just(150), 0_u64..400]), 0..10),
            size in 2_usize..6,
        ) {
            let queue = queue(&ratings);
            prop_assert_eq!(choose(&queue, size), choose_slowly(&queue, size));
        }
    }
}
