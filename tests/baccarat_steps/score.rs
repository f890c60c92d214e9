//! Step 1: plays hands from decks that are typed.

use baccarat::{Card, Hand, Round, Seed, Winner, shuffle};

use crate::support::Program;

const STEP: &str = env!("CARGO_BIN_EXE_baccarat-1-score");

/// What it prints for these decks, a line each.
#[track_caller]
fn play(decks: &str) -> String {
    let finished = Program::new(STEP).run_with(decks.as_bytes()).expect_success();
    assert_eq!(finished.stderr, "");
    finished.text().to_owned()
}

#[test]
fn it_plays_a_hand_from_each_line() {
    assert_eq!(
        play("4 J 3 3 9\nK A 9 2\n10 5 A 5 8 K\n6 J K 6\n"),
        "player 4+3 = 7, banker 0+3+9 = 2: player wins\n\
         player 0+9 = 9, banker 1+2 = 3: player wins\n\
         player 0+1+8 = 9, banker 5+5+0 = 0: player wins\n\
         player 6+0 = 6, banker 0+6 = 6: tie\n"
    );
}

#[test]
fn it_says_what_is_no_card_and_goes_on() {
    assert_eq!(
        play("4 J 1 3 9\n\nQ Q\n4 J 3 3\nK A 9 2\n"),
        "expected A, 2 to 10, J, Q or K, found \"1\"\n\
         the deck has too few cards\n\
         the deck has too few cards\n\
         the deck has too few cards\n\
         player 0+9 = 9, banker 1+2 = 3: player wins\n"
    );
}

/// What the program must print of a round.
fn text(round: Round) -> String {
    let hand = |hand: Hand| {
        let values: Vec<_> = hand.cards().map(|card| card.value().to_string()).collect();
        format!("{} = {}", values.join("+"), hand.score())
    };
    let winner = match round.winner() {
        Winner::Player => "player wins",
        Winner::Banker => "banker wins",
        Winner::Tie => "tie",
    };
    format!(
        "player {}, banker {}: {winner}\n",
        hand(round.player),
        hand(round.banker)
    )
}

/// Thousands of decks, among which every case of the third-card rule is.
#[test]
fn it_plays_as_the_library_does() {
    let seed = Seed::from([1; 32]);
    let shoes = (0..30).flat_map(|shoe| shuffle(&seed, shoe, 8));
    let cards: Vec<Card> = shoes.collect();
    let mut decks = String::new();
    let mut expected = String::new();
    for deck in cards.chunks_exact(6) {
        let ranks: Vec<_> = deck.iter().map(|card| card.rank().to_string()).collect();
        decks += &format!("{}\n", ranks.join(" "));
        let round = Round::deal(&mut deck.iter().copied()).expect("six cards are enough");
        expected += &text(round);
    }
    assert_eq!(play(&decks), expected);
}
