//! Records of shoes: a fair one is verified, each way of cheating is found and named, and any text is read or refused.
#![forbid(unsafe_code)]

use baccarat::{
    BaccaratError, Card, Hand, Outcome, Payout, Record, RecordedRound, Seed, SeenRound, Shoe, ShoeSettings,
    Side, VerifyError, Winner, returned, verify,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// A shoe that was dealt to its end, as a fair dealer announces it, with stakes on every side.
fn fair(seed: [u8; 32], decks: u8, cuts: &[u16]) -> Record {
    let settings = ShoeSettings::new(decks, 16).expect("good settings");
    let mut shoe = Shoe::new(Seed::from(seed), 5, settings);
    for cut in cuts {
        shoe.cut(*cut).expect("a position");
    }
    let rounds = std::iter::from_fn(|| shoe.deal());
    let rounds = (100..).zip(rounds).map(|(number, round)| {
        let payouts = Side::ALL.map(|side| Payout {
            side,
            stake: 7,
            returned: returned(side, 7, round.outcome()).expect("small"),
        });
        RecordedRound::Seen(SeenRound {
            payouts: payouts.to_vec(),
            ..SeenRound::of(number, round)
        })
    });
    Record {
        shoe: 5,
        decks: Some(decks),
        rounds: rounds.collect(),
        commitment: shoe.commitment(),
        reveal: Some(shoe.reveal()),
    }
}

/// The third round, to be changed.
fn third(record: &mut Record) -> &mut SeenRound {
    match &mut record.rounds[2] {
        RecordedRound::Seen(seen) => seen,
        RecordedRound::Unseen(_) => panic!("it was seen"),
    }
}

/// What is found wrong after a change of a fair record.
#[track_caller]
fn wrong(change: impl FnOnce(&mut Record)) -> String {
    let mut record = fair([3; 32], 8, &[50]);
    change(&mut record);
    let error = verify(&record).expect_err("it was changed");
    error.to_string()
}

#[test]
fn a_fair_shoe_is_verified() {
    let record = fair([3; 32], 8, &[50, 200]);
    let verified = verify(&record).expect("nothing is wrong");
    assert_eq!(verified.seen, record.rounds.len());
    assert!(verified.seen > 60, "{}", verified.seen);
    assert_eq!(verified.payouts, 5 * verified.seen);
    assert_eq!(
        verified.to_string(),
        format!(
            "shoe 5: 8 decks, 416 cards\n\
             commitment {}: the seed hashes to it\n\
             cuts: 50, 200\n\
             {} rounds: every card and every result follows from the seed\n\
             {} stakes: each was paid right\n",
            record.commitment, verified.seen, verified.payouts
        )
    );
}

#[test]
fn rounds_that_were_not_seen_are_verified_by_their_end() {
    let mut record = fair([3; 32], 8, &[]);
    let mut shoe = Shoe::new(Seed::from([3; 32]), 5, ShoeSettings::default());
    for round in &mut record.rounds[..10] {
        *round = RecordedRound::Unseen(shoe.deal().expect("a round").outcome());
    }
    let verified = verify(&record).expect("nothing is wrong");
    assert_eq!(verified.unseen, 10);
    assert!(
        verified
            .to_string()
            .contains("\n10 rounds not seen: who won follows from the seed\n")
    );

    let RecordedRound::Unseen(outcome) = &mut record.rounds[9] else {
        panic!("it was not seen");
    };
    outcome.natural = !outcome.natural;
    let error = verify(&record).expect_err("it was changed").to_string();
    assert!(
        error.starts_with("round 10 of the shoe: the end must be "),
        "{error}"
    );
}

#[test]
fn decks_that_are_not_known_are_found() {
    for decks in 1..=8 {
        let mut record = fair([decks; 32], decks, &[9]);
        record.decks = None;
        assert_eq!(verify(&record).map(|verified| verified.decks), Ok(decks));
        third(&mut record).player_score = 17;
        let error = verify(&record).expect_err("it was changed").to_string();
        assert!(
            error.starts_with("round 3 of the shoe (number 102 of the table): the player's score"),
            "{error}"
        );
    }
}

#[test]
fn another_seed_is_found() {
    let error = wrong(|record| record.reveal.as_mut().expect("told").seed = Seed::from([4; 32]));
    assert!(
        error.starts_with("the seed was changed: its commitment is "),
        "{error}"
    );
    let unrevealed = Record {
        reveal: None,
        ..fair([3; 32], 8, &[])
    };
    assert_eq!(verify(&unrevealed), Err(VerifyError::NotRevealed));
}

#[test]
fn another_cut_is_found() {
    let error = wrong(|record| record.reveal.as_mut().expect("told").cuts = vec![51]);
    assert!(
        error.starts_with("round 1 of the shoe (number 100 of the table): the player's hand must be "),
        "{error}"
    );
    let mut record = fair([3; 32], 1, &[]);
    record.reveal.as_mut().expect("told").cuts = vec![52];
    let cut = BaccaratError::CutPosition {
        position: 52,
        cards: 52,
    };
    assert_eq!(verify(&record), Err(VerifyError::Shoe(cut)));
}

#[test]
fn another_shoe_number_and_other_decks_are_found() {
    assert!(wrong(|record| record.shoe += 1).starts_with("round 1 of the shoe "));
    assert!(wrong(|record| record.decks = Some(7)).starts_with("round 1 of the shoe "));
    assert_eq!(wrong(|record| record.decks = Some(9)), "there is no such shoe");
}

#[test]
fn another_card_is_found_and_named() {
    let right = third(&mut fair([3; 32], 8, &[50])).player;
    let mut changed = right;
    changed.second = Card::try_from((right.second.number() + 1) % 52).expect("a card");
    let error = wrong(|record| third(record).player = changed);
    let expected = format!(
        "round 3 of the shoe (number 102 of the table): the player's hand must be {right}, but the record has {changed}"
    );
    assert_eq!(error, expected);
}

/// As the book has it: the first shoe of one deck that the description of the wire has, and a dealer that cheats.
#[test]
fn the_error_of_the_book() {
    let seed = std::array::from_fn(|at| u8::try_from(at).expect("under 32"));
    let mut record = Record {
        shoe: 2,
        ..fair(seed, 1, &[1])
    };
    let mut shoe = Shoe::new(
        Seed::from(seed),
        2,
        ShoeSettings::new(1, 16).expect("good settings"),
    );
    shoe.cut(1).expect("a position");
    let rounds = (1..).zip(std::iter::from_fn(|| shoe.deal()));
    record.rounds = rounds
        .map(|(number, round)| RecordedRound::Seen(SeenRound::of(number, round)))
        .collect();
    assert!(verify(&record).is_ok());
    let text = record
        .to_string()
        .replace("player D9 S10 scores 9", "player D9 S2 scores 1");
    let error = verify(&text.parse().expect("a record")).expect_err("a card was changed");
    assert_eq!(
        error.to_string(),
        "round 2 of the shoe (number 2 of the table): the player's hand must be ♦9 ♠10, but the record has ♦9 ♠2"
    );
}

#[test]
fn a_third_card_too_many_or_too_few_is_found() {
    for (place, round) in fair([3; 32], 8, &[50]).rounds.iter().enumerate() {
        let RecordedRound::Seen(round) = round else {
            panic!("it was seen");
        };
        let mut changed = round.banker;
        changed.third = match changed.third {
            None => Some(changed.first),
            Some(_) => None,
        };
        let error = wrong(|record| match &mut record.rounds[place] {
            RecordedRound::Seen(seen) => seen.banker = changed,
            RecordedRound::Unseen(_) => panic!("it was seen"),
        });
        assert!(error.contains(": the banker's hand must be "), "{error}");
    }
}

#[test]
fn another_result_is_found() {
    assert!(wrong(|record| third(record).banker_score ^= 1).contains(": the banker's score must be "));
    let error = wrong(|record| {
        let round = third(record);
        round.winner = match round.winner {
            Winner::Tie => Winner::Player,
            Winner::Player | Winner::Banker => Winner::Tie,
        };
    });
    assert!(error.contains(": the winner must be "), "{error}");
}

#[test]
fn a_hundredth_too_few_is_found() {
    for side in 0..5 {
        let error = wrong(|record| third(record).payouts[side].returned -= 1);
        let name = Side::ALL[side];
        assert!(
            error.contains(&format!(": what 7 chips on {name} brought back must be ")),
            "{error}"
        );
    }
}

#[test]
fn a_stake_that_nobody_can_make_is_found() {
    for stake in [-1, i64::MAX] {
        let mut record = fair([3; 32], 8, &[50]);
        let round = third(&mut record);
        let winner = round.winner.number() - 1;
        round.payouts[usize::from(winner.unsigned_abs())].stake = stake;
        let error = verify(&record).expect_err("nobody can stake that");
        let text = error.to_string();
        assert!(
            text.starts_with("round 3 of the shoe (number 102 of the table): stake "),
            "{text}"
        );
        assert!(text.contains(&format!(" {stake} returned ")), "{text}");
        assert!(std::error::Error::source(&error).is_some());
    }
}

#[test]
fn a_round_behind_the_end_is_found() {
    let error = wrong(|record| {
        let first = record.rounds[0].clone();
        record.rounds.extend([first.clone(), first.clone(), first]);
    });
    assert!(
        error.contains(" of the shoe (number 100 of the table): "),
        "{error}"
    );
}

/// Each line of a fair record, changed so that it cannot be read.
#[test]
fn what_cannot_be_read_is_named_with_its_line() {
    let text = "baccarat record 1\n# mine\nshoe 2\n\ndecks 1\ncommitment 00\n";
    let error = text.parse::<Record>().expect_err("a short hash");
    assert_eq!(error.to_string(), "line 6 of the record");
    let source = std::error::Error::source(&error).expect("what is wrong");
    assert_eq!(source.to_string(), "expected a hash, found \"00\"");
    for (text, expected) in [
        (
            "",
            "the record ends where the line `baccarat record 1` is expected",
        ),
        (
            "baccarat record 1\nshoe 2\n",
            "the record ends where the commitment is expected",
        ),
        ("baccarat record 2\n", "line 1 of the record"),
        ("baccarat record 1\nshoe -1\n", "line 2 of the record"),
        ("baccarat record 1\nshoe 1 2\n", "line 2 of the record"),
    ] {
        assert_eq!(text.parse::<Record>().expect_err(text).to_string(), expected);
    }
}

#[test]
fn each_missing_word_is_an_error_of_its_line() {
    let text = fair([3; 32], 1, &[9]).to_string();
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        for word in 0..line.split(' ').count() {
            // A record without its decks, or with one cut less, is a record.
            if line.starts_with("cuts") && word > 0 {
                continue;
            }
            let mut words: Vec<_> = line.split(' ').collect();
            words.remove(word);
            // A card may be the third, which a hand need not have.
            let is_card =
                words.len() > 8 && line.split(' ').nth(word).expect("a word").parse::<Card>().is_ok();
            let mut changed = lines.clone();
            let without = words.join(" ");
            changed[at] = &without;
            let read = changed.join("\n").parse::<Record>();
            match read {
                Ok(_) => assert!(is_card, "{without}"),
                Err(error) => assert_eq!(
                    error.to_string(),
                    format!("line {} of the record", at + 1),
                    "{without}"
                ),
            }
        }
    }
}

#[test]
fn a_file_may_have_several_records() {
    let unrevealed = Record {
        reveal: None,
        ..fair([4; 32], 2, &[])
    };
    let records = [fair([3; 32], 1, &[9]), unrevealed, fair([5; 32], 1, &[])];
    let text = records.each_ref().map(Record::to_string).join("# the next\n");
    assert_eq!(Record::all_of(&text), Ok(records.to_vec()));
    assert_eq!(Record::all_of("\n"), Ok(Vec::new()));
    let first = text
        .lines()
        .position(|line| line.starts_with("cuts"))
        .expect("a reveal")
        + 2;
    let error = text.parse::<Record>().expect_err("more than one");
    assert_eq!(error.to_string(), format!("line {} of the record", first + 1));
    let error = Record::all_of(&text.replace("# the next", "the next")).expect_err("no record");
    assert_eq!(error.to_string(), format!("line {first} of the record"));
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    any::<u8>().prop_filter_map("an outcome", |byte| {
        Outcome::from_history_byte(byte & 0b1_1111).ok()
    })
}

fn hands() -> impl Strategy<Value = Hand> {
    let card = || (0..52_u8).prop_map(|number| Card::try_from(number).expect("a card"));
    (card(), card(), proptest::option::of(card())).prop_map(|(first, second, third)| Hand {
        first,
        second,
        third,
    })
}

fn payouts() -> impl Strategy<Value = Payout> {
    (0..5_usize, any::<i64>(), any::<i64>()).prop_map(|(side, stake, returned)| Payout {
        side: Side::ALL[side],
        stake,
        returned,
    })
}

fn rounds() -> impl Strategy<Value = RecordedRound> {
    let seen = (
        any::<u64>(),
        hands(),
        hands(),
        any::<[u8; 2]>(),
        outcomes(),
        vec(payouts(), 0..4),
    );
    let seen = seen.prop_map(|(number, player, banker, scores, outcome, payouts)| {
        RecordedRound::Seen(SeenRound {
            number,
            player,
            banker,
            player_score: scores[0],
            banker_score: scores[1],
            winner: outcome.winner,
            payouts,
        })
    });
    prop_oneof![seen, outcomes().prop_map(RecordedRound::Unseen)]
}

fn records() -> impl Strategy<Value = Record> {
    let reveal = proptest::option::of((any::<[u8; 32]>(), vec(any::<u16>(), 0..4)));
    let decks = proptest::option::of(any::<u8>());
    (
        any::<u64>(),
        decks,
        any::<[u8; 32]>(),
        vec(rounds(), 0..8),
        reveal,
    )
        .prop_map(|(shoe, decks, commitment, rounds, reveal)| Record {
            shoe,
            decks,
            commitment: commitment.into(),
            rounds,
            reveal: reveal.map(|(seed, cuts)| baccarat::Reveal {
                seed: seed.into(),
                cuts,
            }),
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_record_is_read_as_it_was_written(record in records()) {
        prop_assert_eq!(record.to_string().parse::<Record>(), Ok(record));
    }

    #[test]
    fn any_record_is_verified_or_refused(record in records()) {
        let _ = verify(&record);
        let honest = Record {
            commitment: record.reveal.as_ref().map_or(record.commitment, |reveal| reveal.seed.commitment()),
            ..record
        };
        let _ = verify(&honest);
    }

    #[test]
    fn any_text_is_read_or_refused(lines in vec("(round|stake|seed|cuts|shoe|unseen|player| |SA|♠A|[0-9]){0,12}", 0..6)) {
        let text = format!("baccarat record 1\nshoe 1\ncommitment {}\n{}", "00".repeat(32), lines.join("\n"));
        if let Ok(record) = text.parse::<Record>() {
            prop_assert_eq!(record.to_string().parse::<Record>(), Ok(record));
        }
    }

    #[test]
    fn a_fair_shoe_of_any_seed_is_verified(seed: [u8; 32], decks in 1..=8_u8, cuts in vec(1..52_u16, 0..3)) {
        let record = fair(seed, decks, &cuts);
        prop_assert!(verify(&record).is_ok());
        prop_assert!(verify(&record.to_string().parse::<Record>().expect("a record")).is_ok());
    }
}
