//! Tests of the book: what each request makes of the balances, and which requests change nothing.

use super::*;
use crate::ledger::draft::{Changes, Draft};
use crate::ledger::row::Kind;
use crate::ledger::{
    Closed, Player, Refusal, Returned, Returns, RoundId, Settlement, Stake, StakeMove, StakeRefused, Staked,
};

const ROUND: RoundId = RoundId { table: 3, number: 1 };
const BANKER_WINS: [i64; 5] = [0, 195, 0, 0, 0];
const TIE: [i64; 5] = [100, 100, 900, 0, 0];

fn chips(chips: i64) -> Amount {
    Amount::from_chips(chips).unwrap()
}

fn hundredths(hundredths: i64) -> Amount {
    Amount::from_hundredths(hundredths)
}

fn stake(user: &str, side: i8, number: u32, amount: i64) -> Stake {
    Stake {
        round: ROUND,
        user: user.into(),
        side,
        number,
        amount: chips(amount),
    }
}

fn moved(user: &str, from: i8, to: i8, number: u32, amount: i64) -> StakeMove {
    StakeMove {
        round: ROUND,
        user: user.into(),
        from,
        to,
        number,
        amount: chips(amount),
    }
}

fn settlement(returns: [i64; 5]) -> Settlement {
    Settlement {
        round: ROUND,
        shoe: 1,
        result: vec![7; 11],
        returns: Returns::new(returns).unwrap(),
    }
}

/// What is in the book is stored after each request, so that nothing hides in a draft.
struct Ledger {
    book: Book,
    rows: Vec<Kind>,
}

impl Ledger {
    fn new() -> Self {
        Self::with(chips(1_000))
    }

    fn with(chips: Amount) -> Self {
        Self {
            book: Book::new(chips),
            rows: Vec::new(),
        }
    }

    fn ask<T>(&mut self, request: impl FnOnce(&mut Draft<'_>) -> T) -> T {
        let mut draft = Draft::new(&self.book);
        let outcome = request(&mut draft);
        let changes = draft.into_changes();
        self.rows = changes.rows.iter().map(|row| row.key.kind).collect();
        changes.enter(&mut self.book);
        assert_eq!(self.book.total(), 0);
        outcome
    }

    fn stake(&mut self, user: &str, side: i8, number: u32, amount: i64) -> Result<Staked, StakeRefused> {
        self.ask(|draft| draft.stake(&stake(user, side, number, amount)))
    }

    fn move_stake(
        &mut self,
        user: &str,
        from: i8,
        to: i8,
        number: u32,
        amount: i64,
    ) -> Result<Staked, StakeRefused> {
        self.ask(|draft| draft.move_stake(&moved(user, from, to, number, amount)))
    }

    fn settle(&mut self, returns: [i64; 5]) -> Result<Closed, Refusal> {
        self.ask(|draft| draft.settle(&settlement(returns)))
    }

    fn balance(&mut self, user: &str) -> Amount {
        self.ask(|draft| draft.balance(&user.into())).unwrap()
    }
}

/// What a player is told, in hundredths: balance, and side, stake and returned for each side.
fn player(user: &str, balance: i64, sides: &[(i8, i64, i64)]) -> Player {
    let side = |&(side, stake, returned): &(i8, i64, i64)| Returned {
        side,
        stake: hundredths(stake),
        returned: hundredths(returned),
    };
    Player {
        user: user.into(),
        balance: hundredths(balance),
        sides: sides.iter().map(side).collect(),
    }
}

#[test]
fn a_new_user_gets_the_first_chips_once() {
    let mut ledger = Ledger::new();
    assert_eq!(ledger.balance("alice"), chips(1_000));
    assert_eq!(ledger.rows, [Kind::Issue]);
    assert_eq!(ledger.balance("alice"), chips(1_000));
    assert_eq!(ledger.rows, []);
    assert_eq!(ledger.book.house, chips(-1_000));
}

#[test]
fn where_nobody_gets_chips_nobody_has_any() {
    let mut ledger = Ledger::with(Amount::ZERO);
    assert_eq!(ledger.balance("alice"), Amount::ZERO);
    assert_eq!(ledger.rows, []);
}

#[test]
fn stakes_on_a_side_add_up() {
    let mut ledger = Ledger::new();
    let first = ledger.stake("alice", 1, 1, 10).unwrap();
    assert_eq!((first.balance, first.stake), (chips(990), chips(10)));
    let second = ledger.stake("alice", 1, 2, 5).unwrap();
    assert_eq!((second.balance, second.stake), (chips(985), chips(15)));
    let other = ledger.stake("alice", 3, 3, 1).unwrap();
    assert_eq!((other.balance, other.stake), (chips(984), chips(1)));
}

#[test]
fn the_same_stake_again_changes_nothing() {
    let mut ledger = Ledger::new();
    let once = ledger.stake("alice", 1, 1, 10).unwrap();
    assert_eq!(ledger.stake("alice", 1, 1, 10).unwrap(), once);
    assert_eq!(ledger.rows, []);
    let other = ledger.stake("alice", 1, 1, 20).unwrap_err();
    assert!(matches!(other.reason, Refusal::NumberTaken(1)), "{other:?}");
    assert_eq!(other.balance, chips(990));
}

#[test]
fn who_has_less_cannot_stake_more() {
    let mut ledger = Ledger::new();
    let refused = ledger.stake("alice", 1, 1, 1_001).unwrap_err();
    assert!(matches!(refused.reason, Refusal::Short { .. }), "{refused:?}");
    assert_eq!(refused.balance, chips(1_000));
    assert_eq!(ledger.stake("alice", 1, 1, 1_000).unwrap().balance, Amount::ZERO);
    let refused = ledger.stake("alice", 1, 2, 1).unwrap_err();
    assert!(matches!(refused.reason, Refusal::Short { .. }), "{refused:?}");
}

#[test]
fn what_is_no_stake_is_refused() {
    let mut ledger = Ledger::new();
    for amount in [0, -1] {
        let refused = ledger.stake("alice", 1, 1, amount).unwrap_err();
        assert!(matches!(refused.reason, Refusal::Amount(_)), "{refused:?}");
    }
    let half = Stake {
        amount: hundredths(150),
        ..stake("alice", 1, 1, 0)
    };
    let refused = ledger.ask(|draft| draft.stake(&half)).unwrap_err();
    assert!(matches!(refused.reason, Refusal::Amount(_)), "{refused:?}");
    for side in [0, 6, -1] {
        let refused = ledger.stake("bob", side, 1, 1).unwrap_err();
        assert!(matches!(refused.reason, Refusal::NoSuchSide(_)), "{refused:?}");
    }
}

#[test]
fn a_move_takes_so_many_chips_of_a_side() {
    let mut ledger = Ledger::new();
    ledger.stake("alice", 1, 1, 10).unwrap();
    ledger.stake("alice", 2, 2, 5).unwrap();
    let staked = ledger.move_stake("alice", 1, 2, 3, 7).unwrap();
    assert_eq!((staked.balance, staked.stake), (chips(985), chips(12)));
    assert_eq!(ledger.rows, [Kind::Move]);
    assert_eq!(ledger.move_stake("alice", 1, 2, 3, 7).unwrap(), staked);
    assert_eq!(ledger.rows, []);
    let nothing = ledger.move_stake("alice", 1, 2, 4, 4).unwrap_err();
    assert!(matches!(nothing.reason, Refusal::NoStake(1)), "{nothing:?}");
    let same = ledger.move_stake("alice", 2, 2, 5, 1).unwrap_err();
    assert!(matches!(same.reason, Refusal::SameSide(2)), "{same:?}");
    // There and back, under a number of its own each time.
    ledger.move_stake("alice", 2, 1, 6, 12).unwrap();
    let back = ledger.move_stake("alice", 1, 2, 7, 12).unwrap();
    assert_eq!(back, staked);
}

#[test]
fn a_round_pays_what_its_sides_return() {
    let mut ledger = Ledger::new();
    ledger.stake("bob", 1, 1, 10).unwrap();
    ledger.stake("alice", 2, 1, 3).unwrap();
    ledger.stake("alice", 1, 2, 4).unwrap();
    let closed = ledger.settle(BANKER_WINS).unwrap();
    let alice = player("alice", 99_885, &[(1, 400, 0), (2, 300, 585)]);
    let bob = player("bob", 99_000, &[(1, 1_000, 0)]);
    assert_eq!(closed.players, [alice, bob]);
    assert_eq!(ledger.rows, [Kind::Loss, Kind::Win, Kind::Payout, Kind::Loss]);
    // What users have less, the house has more.
    assert_eq!(ledger.book.house, hundredths(-100_000 * 2 + 400 - 285 + 1_000));
}

#[test]
fn a_stake_that_comes_back_is_neither_won_nor_lost() {
    let mut ledger = Ledger::new();
    ledger.stake("alice", 1, 1, 10).unwrap();
    let closed = ledger.settle(TIE).unwrap();
    assert_eq!(closed.players, [player("alice", 100_000, &[(1, 1_000, 1_000)])]);
    assert_eq!(ledger.rows, [Kind::Payout]);
}

#[test]
fn settled_twice_is_settled_once() {
    let mut ledger = Ledger::new();
    ledger.stake("alice", 2, 1, 10).unwrap();
    let closed = ledger.settle(BANKER_WINS).unwrap();
    // Whatever the second one says.
    assert_eq!(ledger.settle(TIE).unwrap(), closed);
    assert_eq!(ledger.rows, []);
    assert_eq!(ledger.ask(|draft| draft.refund(ROUND)).unwrap(), closed);
    assert_eq!(ledger.rows, []);
    assert_eq!(ledger.balance("alice"), hundredths(100_950));
}

#[test]
fn a_refund_gives_every_stake_back() {
    let mut ledger = Ledger::new();
    ledger.stake("alice", 1, 1, 10).unwrap();
    ledger.stake("alice", 5, 2, 1).unwrap();
    let closed = ledger.ask(|draft| draft.refund(ROUND)).unwrap();
    let alice = player("alice", 100_000, &[(1, 1_000, 1_000), (5, 100, 100)]);
    assert_eq!(closed.players, [alice]);
    assert_eq!(ledger.rows, [Kind::Refund, Kind::Refund]);
    assert_eq!(ledger.settle(BANKER_WINS).unwrap(), closed);
}

#[test]
fn a_round_that_is_over_takes_no_stakes() {
    let mut ledger = Ledger::new();
    assert_eq!(ledger.settle(BANKER_WINS).unwrap(), Closed::default());
    let refused = ledger.stake("alice", 1, 1, 10).unwrap_err();
    assert!(matches!(refused.reason, Refusal::RoundOver(_)), "{refused:?}");
    assert_eq!(refused.balance, chips(1_000));
    let next = Stake {
        round: RoundId { number: 2, ..ROUND },
        ..stake("alice", 1, 1, 10)
    };
    ledger.ask(|draft| draft.stake(&next)).unwrap();
}

#[test]
fn a_round_ends_although_the_next_one_has_begun() {
    let mut ledger = Ledger::new();
    ledger.stake("alice", 1, 1, 10).unwrap();
    let next = Stake {
        round: RoundId { number: 2, ..ROUND },
        ..stake("alice", 1, 1, 10)
    };
    ledger.ask(|draft| draft.stake(&next)).unwrap();
    assert_eq!(ledger.settle(TIE).unwrap().players[0].balance, chips(990));
}

#[test]
fn a_payout_that_does_not_fit_leaves_the_round_open() {
    let mut ledger = Ledger::with(hundredths(i64::MAX / 100 * 100));
    ledger.stake("alice", 3, 1, i64::MAX / 100).unwrap();
    ledger.stake("bob", 1, 1, 1).unwrap_err();
    let before = (ledger.book.house, ledger.balance("alice"));
    let refused = ledger.settle(TIE).unwrap_err();
    assert!(matches!(refused, Refusal::TooLarge), "{refused:?}");
    assert_eq!(ledger.rows, []);
    assert_eq!((ledger.book.house, ledger.balance("alice")), before);
    ledger.ask(|draft| draft.refund(ROUND)).unwrap();
    assert_eq!(ledger.balance("alice"), hundredths(i64::MAX / 100 * 100));
}

/// The first of two stakes can be paid and the second cannot: neither is.
#[test]
fn rows_that_cannot_all_be_posted_are_taken_back() {
    let mut ledger = Ledger::new();
    ledger.stake("alice", 3, 1, 10).unwrap();
    ledger.stake("bob", 3, 1, 10).unwrap();
    let (alice, bob) = (ledger.balance("alice"), hundredths(i64::MAX));
    ledger.book.users.insert("bob".into(), bob);
    let house = hundredths(200_000 - i64::MAX);
    let carol = hundredths(-200_000 - alice.hundredths() - 2_000);
    ledger.book.users.insert("carol".into(), carol);
    ledger.book.house = house;
    let refused = ledger.settle(TIE).unwrap_err();
    assert!(matches!(refused, Refusal::TooLarge), "{refused:?}");
    assert_eq!(ledger.rows, []);
    assert_eq!(
        (ledger.book.users["alice"], ledger.book.users["bob"]),
        (alice, bob)
    );
    assert_eq!(ledger.book.house, house);
    assert_eq!(ledger.book.tables[&3].open[&1].stakes.len(), 2);
}

#[test]
fn numbers_that_a_file_cannot_keep_are_refused() {
    let mut ledger = Ledger::new();
    let round = RoundId {
        number: u64::MAX,
        ..ROUND
    };
    let staked = Stake {
        round,
        ..stake("alice", 1, 1, 1)
    };
    let refused = ledger.ask(|draft| draft.stake(&staked)).unwrap_err();
    assert!(matches!(refused.reason, Refusal::TooLarge), "{refused:?}");
    assert!(ledger.ask(|draft| draft.refund(round)).is_err());
    assert!(ledger.ask(|draft| draft.begin_shoe(3, u64::MAX)).is_err());
}

#[test]
fn a_draft_that_is_dropped_was_never_there() {
    let mut ledger = Ledger::new();
    ledger.stake("alice", 1, 1, 10).unwrap();
    let mut draft = Draft::new(&ledger.book);
    draft.stake(&stake("alice", 1, 2, 10)).unwrap();
    draft.settle(&settlement(BANKER_WINS)).unwrap();
    drop(draft);
    assert_eq!(ledger.balance("alice"), chips(990));
    assert_eq!(ledger.stake("alice", 1, 2, 10).unwrap().stake, chips(20));
}

#[test]
fn a_request_that_is_refused_is_nothing_to_store() {
    let mut ledger = Ledger::new();
    ledger.balance("alice");
    let mut draft = Draft::new(&ledger.book);
    draft.stake(&stake("alice", 1, 1, 5_000)).unwrap_err();
    let changes: Changes = draft.into_changes();
    assert!(changes.are_none());
}

#[test]
fn the_number_of_a_shoe_counts_up() {
    let mut ledger = Ledger::new();
    for (shoe, last) in [(1, 1), (2, 2), (1, 2)] {
        ledger.ask(|draft| draft.begin_shoe(3, shoe)).unwrap();
        assert_eq!(ledger.book.tables[&3].last.shoe, last);
    }
}

/// The disk may have been full when it began.
#[test]
fn a_shoe_of_which_a_round_is_settled_is_used() {
    let mut ledger = Ledger::new();
    let settlement = Settlement {
        shoe: 7,
        ..settlement(TIE)
    };
    ledger.ask(|draft| draft.settle(&settlement)).unwrap();
    assert_eq!(ledger.book.tables[&3].last.shoe, 7);
}
