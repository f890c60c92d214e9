//! The shoes that are written down in the description of the wire: seed, shoe, decks and cuts, and what is dealt.
#![forbid(unsafe_code)]

use baccarat::{Card, Hand, Seed, Shoe, ShoeSettings, shuffle};

/// A shoe of the seed whose bytes are 0 to 31.
struct Vector {
    shoe: u64,
    decks: u8,
    cuts: &'static [u16],
    first: [u8; 12],
    burnt: usize,
    player: [i8; 3],
    banker: [i8; 3],
}

const VECTORS: [Vector; 3] = [
    Vector {
        shoe: 1,
        decks: 8,
        cuts: &[],
        first: [9, 24, 32, 34, 46, 32, 40, 47, 46, 5, 16, 35],
        burnt: 11,
        player: [35, 16, 31],
        banker: [47, 29, 20],
    },
    Vector {
        shoe: 1,
        decks: 8,
        cuts: &[200, 17],
        first: [33, 40, 10, 50, 45, 0, 41, 21, 31, 14, 27, 34],
        burnt: 9,
        player: [14, 34, 35],
        banker: [27, 35, 25],
    },
    Vector {
        shoe: 2,
        decks: 1,
        cuts: &[1],
        first: [39, 32, 24, 2, 41, 49, 46, 34, 13, 9, 50, 47],
        burnt: 2,
        player: [24, 41, 46],
        banker: [2, 49, -1],
    },
];

fn seed() -> Seed {
    Seed::from(std::array::from_fn(|at| u8::try_from(at).expect("under 32")))
}

#[test]
fn the_commitment() {
    let commitment = "2cfabdec71dffbed2b3dd2087de4e096c082c5bfd614920ab0f365f9515a9a18";
    assert_eq!(seed().commitment().to_string(), commitment);
}

#[test]
fn the_first_cards() {
    for vector in VECTORS {
        let mut cards = shuffle(&seed(), vector.shoe, vector.decks);
        for cut in vector.cuts {
            cards.rotate_left((*cut).into());
        }
        let numbers: Vec<_> = cards.iter().copied().map(Card::number).collect();
        assert_eq!(numbers[..12], vector.first, "{:?}", vector.cuts);
    }
}

#[test]
fn the_first_hands() {
    for vector in VECTORS {
        let settings = ShoeSettings::new(vector.decks, 16).expect("good settings");
        let mut shoe = Shoe::new(seed(), vector.shoe, settings);
        for cut in vector.cuts {
            shoe.cut(*cut).expect("a position");
        }
        let round = shoe.deal().expect("a new shoe");
        assert_eq!(shoe.burnt(), vector.burnt);
        assert_eq!(Hand::from_numbers(vector.player), Ok(round.player));
        assert_eq!(Hand::from_numbers(vector.banker), Ok(round.banker));
    }
}
