//! What holds for every seed: a shuffle loses no card, a cut is a rotation, a shoe deals by the rules to its end.
#![forbid(unsafe_code)]

use baccarat::{Card, Numbers, Seed, Shoe, ShoeSettings, banker_draws, shuffle};
use proptest::collection::vec;
use proptest::prelude::*;

fn seeds() -> impl Strategy<Value = Seed> {
    any::<[u8; 32]>().prop_map(Seed::from)
}

fn settings() -> impl Strategy<Value = ShoeSettings> {
    let decks = 1..=8_u8;
    decks.prop_flat_map(|decks| {
        let cut_cards = 12..=u16::from(decks) * 52;
        cut_cards.prop_map(move |cut_card| ShoeSettings::new(decks, cut_card).expect("good settings"))
    })
}

/// All cards of a shoe that is dealt to its end without a burnt card; the rest stays in it.
fn dealt(shoe: &mut Shoe) -> Vec<Card> {
    let rounds = std::iter::from_fn(|| shoe.deal());
    let cards = rounds.flat_map(|round| round.player.cards().chain(round.banker.cards()));
    cards.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_shoe_has_each_card_once_a_deck(seed in seeds(), number: u64, decks in 1..=8_u8) {
        let mut cards = shuffle(&seed, number, decks);
        cards.sort();
        let mut decks: Vec<_> = (0..decks).flat_map(|_| Card::deck()).collect();
        decks.sort();
        prop_assert_eq!(cards, decks);
    }

    #[test]
    fn a_cut_is_a_rotation(seed in seeds(), decks in 1..=8_u8, cuts in vec(1..52_u16, 0..5)) {
        let settings = ShoeSettings::new(decks, 12).expect("good settings");
        let mut shoe = Shoe::new(seed.clone(), 1, settings);
        for cut in &cuts {
            shoe.cut(*cut).expect("a position");
        }
        let mut cards = shuffle(&seed, 1, decks);
        let by = cuts.iter().map(|cut| usize::from(*cut)).sum::<usize>() % cards.len();
        cards.rotate_left(by);
        let round = shoe.deal().expect("a new shoe");
        prop_assert_eq!(cards[shoe.burnt()], round.player.first);
        prop_assert_eq!(cards[shoe.burnt() + 1], round.banker.first);
        prop_assert_eq!(shoe.burnt(), 1 + match cards[0].value() { 0 => 10, value => value.into() });
    }

    #[test]
    fn a_shoe_deals_its_cards_in_order_to_the_cut_card(seed in seeds(), settings in settings()) {
        let mut shoe = Shoe::new(seed.clone(), 9, settings);
        let mut in_order = dealt(&mut shoe);
        prop_assert!(shoe.is_over() && shoe.cards_left() < settings.cut_card());
        let cards = shuffle(&seed, 9, settings.decks());
        let end = cards.len() - usize::from(shoe.cards_left());
        let mut expected = cards[shoe.burnt()..end].to_vec();
        in_order.sort();
        expected.sort();
        prop_assert_eq!(in_order, expected);
    }

    #[test]
    fn numbers_below_a_limit_are_below_it(seed in seeds(), limit in 1..=u32::MAX) {
        let mut numbers = Numbers::new(&seed, 1);
        for _ in 0..20 {
            prop_assert!(numbers.below(limit) < limit);
        }
    }

    #[test]
    fn every_round_is_by_the_rules(seed in seeds()) {
        let mut shoe = Shoe::new(seed, 1, ShoeSettings::default());
        while let Some(round) = shoe.deal() {
            let player_two = (round.player.first.value() + round.player.second.value()) % 10;
            let banker_two = (round.banker.first.value() + round.banker.second.value()) % 10;
            let natural = player_two >= 8 || banker_two >= 8;
            let third = round.player.third.map(Card::value);
            prop_assert_eq!(round.player.third.is_some(), !natural && player_two <= 5);
            prop_assert_eq!(round.banker.third.is_some(), !natural && banker_draws(banker_two, third));
            prop_assert_eq!(round.outcome().natural, natural);
        }
    }
}

/// Of the numbers below 3 * 2^30, a plain remainder would give a third more small ones; a number that is passed over is
/// replaced by the next.
#[test]
fn numbers_over_the_last_whole_round_are_passed_over() {
    let seed = Seed::from([1; 32]);
    let limit = 3 << 30;
    let mut drawn = Numbers::new(&seed, 1);
    let kept: Vec<_> = Numbers::new(&seed, 1)
        .take(1_000)
        .filter(|number| *number < limit)
        .collect();
    assert!((650..850).contains(&kept.len()), "{}", kept.len());
    for number in kept {
        assert_eq!(drawn.below(limit), number);
    }
}
