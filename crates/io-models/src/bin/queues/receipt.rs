//! Checks what the consumers got: every item once, and in the order of its producer.

use anyhow::ensure;

use crate::load::{Load, Numbered};

/// What one consumer got, from each of the producers.
#[derive(Debug, Clone)]
pub(crate) struct Receipt(Vec<FromOne>);

/// The numbers that came from one producer. With all of them, a check would measure the memory.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct FromOne {
    count: u64,
    sum: u64,
    /// Modulo 2⁶⁴. It notices what the sum does not: 1 and 4 lost, 2 and 3 doubled.
    sum_of_squares: u64,
    last: u64,
    disorder: u64,
}

impl Receipt {
    pub(crate) fn new(producers: usize) -> Self {
        Self(vec![FromOne::default(); producers])
    }

    pub(crate) fn add(&mut self, item: Numbered) {
        let from = &mut self.0[item.producer as usize];
        from.add(item.number);
    }
}

impl FromOne {
    fn add(&mut self, number: u64) {
        self.disorder += u64::from(number <= self.last);
        self.last = number;
        *self = self.with(1, number, number.wrapping_mul(number));
    }

    fn with(self, count: u64, sum: u64, sum_of_squares: u64) -> Self {
        Self {
            count: self.count + count,
            sum: self.sum.wrapping_add(sum),
            sum_of_squares: self.sum_of_squares.wrapping_add(sum_of_squares),
            ..self
        }
    }
}

/// Nothing lost, nothing doubled, and each consumer saw the items of each producer in their order.
///
/// # Errors
/// What was wrong, of the first producer of whom something was.
pub(crate) fn check(receipts: &[Receipt], load: Load) -> anyhow::Result<()> {
    for producer in 0..load.producers {
        let sent = load.items_of(producer);
        let of_one = receipts.iter().map(|receipt| receipt.0[producer]);
        let disorder: u64 = of_one.clone().map(|from| from.disorder).sum();
        let came = of_one.fold(FromOne::default(), |all, from| {
            all.with(from.count, from.sum, from.sum_of_squares)
        });
        ensure!(
            came.count == sent,
            "producer {producer} sent {sent} items, and {} came",
            came.count
        );
        let mut expected = FromOne::default();
        (1..=sent).for_each(|number| expected.add(number));
        ensure!(
            (came.sum, came.sum_of_squares) == (expected.sum, expected.sum_of_squares),
            "some items of producer {producer} came twice, and as many were lost"
        );
        ensure!(
            disorder == 0,
            "{disorder} items of producer {producer} came after later ones"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong when two consumers got these from the first of two producers, who have sent four each.
    fn problem(first: &[u64], second: &[u64]) -> Option<String> {
        let load = Load {
            producers: 2,
            consumers: 2,
            items: 8,
            capacity: 2,
        };
        let receipts = [first, second].map(|numbers| {
            let mut receipt = Receipt::new(2);
            for &number in numbers {
                receipt.add(Numbered { producer: 0, number });
            }
            receipt
        });
        let mut all = receipts.to_vec();
        all.push(Receipt::new(2));
        for number in 1..=4 {
            all[2].add(Numbered { producer: 1, number });
        }
        check(&all, load).err().map(|error| error.to_string())
    }

    #[test]
    fn what_is_right_is_right_whoever_got_it() {
        assert_eq!(problem(&[1, 2, 3, 4], &[]), None);
        assert_eq!(problem(&[2, 3], &[1, 4]), None);
    }

    #[test]
    fn each_fault_is_found() {
        for (first, second, expected) in [
            (&[1, 2][..], &[4][..], "producer 0 sent 4 items, and 3 came"),
            (&[1, 2, 3], &[3, 4], "producer 0 sent 4 items, and 5 came"),
            (
                &[2, 3],
                &[2, 3],
                "some items of producer 0 came twice, and as many were lost",
            ),
            (&[1, 3, 2], &[4], "1 items of producer 0 came after later ones"),
        ] {
            assert_eq!(problem(first, second).as_deref(), Some(expected));
        }
    }
}
