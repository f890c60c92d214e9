//! Whose turn it is in a comparison: rounds of all servers, in an order that favours none of them.

/// The figures of each of `contestants`, one a round. `measure` may end it with `None`; then there are figures of whole
/// rounds only.
///
/// # Errors
/// The first of `measure`.
pub(super) fn alternate<T, F>(
    contestants: &[T],
    rounds: u32,
    mut measure: impl FnMut(&T) -> anyhow::Result<Option<F>>,
) -> anyhow::Result<Vec<Vec<F>>> {
    let mut figures: Vec<Vec<F>> = contestants.iter().map(|_| Vec::new()).collect();
    for round in 0..rounds as usize {
        for index in order(contestants.len(), round) {
            let Some(measured) = measure(&contestants[index])? else {
                figures.iter_mut().for_each(|own| own.truncate(round));
                return Ok(figures);
            };
            figures[index].push(measured);
        }
    }
    Ok(figures)
}

/// The order of a round: nobody always runs on what the same other one has left behind. Every second round is the one
/// before it in reverse, so each runs before its neighbour as often as behind it; and each pair of rounds begins with
/// another one than the pair before.
fn order(count: usize, round: usize) -> Vec<usize> {
    let mut order: Vec<_> = (0..count).map(|place| (place + round / 2) % count).collect();
    if round % 2 == 1 {
        order.reverse();
    }
    order
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn each_runs_before_each_neighbour_as_often_as_behind_it() {
        for count in 2..=5 {
            let (mut directly_behind, mut first) = (BTreeMap::new(), vec![0; count]);
            for round in 0..2 * count {
                let order = order(count, round);
                first[order[0]] += 1;
                for pair in order.windows(2) {
                    *directly_behind.entry((pair[0], pair[1])).or_insert(0) += 1;
                }
            }
            assert_eq!(first, vec![2; count], "each is first as often as all others");
            for (&(one, other), times) in &directly_behind {
                assert_eq!(
                    directly_behind.get(&(other, one)),
                    Some(times),
                    "{one} and {other} of {count}"
                );
            }
        }
    }

    #[test]
    fn a_round_that_is_not_over_does_not_count() {
        let mut left = 5;
        let figures = alternate(&["a", "b"], 9, |name| {
            left -= 1;
            Ok((left > 0).then_some(*name))
        });
        assert_eq!(figures.unwrap(), [["a", "a"], ["b", "b"]]);
    }
}
