//! Batches on a database in memory.

use database::DatabaseError;

use super::*;
use crate::ledger::book::Book;
use crate::ledger::draft::Draft;
use crate::ledger::store::Attempt;
use crate::ledger::{Amount, RoundId, Stake};

impl Sqlite {
    /// The tables of a file, without one.
    fn without_file() -> Self {
        Self(Database::in_memory(&KIND).unwrap())
    }

    fn count(&self, table: &str) -> i64 {
        let query = format!("SELECT count(*) FROM {table}");
        let count = self
            .0
            .read(|tables| tables.query_row(&query, [], |row| row.get(0)));
        count.unwrap()
    }
}

fn chips(chips: i64) -> Amount {
    Amount::from_chips(chips).unwrap()
}

/// Stakes of so many new users, in one batch.
fn stakes(book: &Book, users: std::ops::Range<u32>) -> Changes {
    let mut draft = Draft::new(book);
    for user in users {
        let stake = Stake {
            round: RoundId { table: 0, number: 1 },
            user: format!("user {user}").into(),
            side: 1,
            number: 1,
            amount: chips(10),
        };
        draft.stake(&stake).unwrap();
    }
    draft.into_changes()
}

#[test]
fn a_batch_on_a_full_disk_leaves_no_row() {
    let mut store = Sqlite::without_file();
    let mut book = Book::new(chips(100));
    let first = stakes(&book, 0..2);
    store.store(&book, &first, Attempt::First).unwrap();
    first.enter(&mut book);
    let pages: i64 = store
        .0
        .read(|tables| tables.pragma_query_value(None, "page_count", |row| row.get(0)))
        .unwrap();
    store.0.set("max_page_count", &pages.to_string()).unwrap();
    let many = stakes(&book, 2..5_000);
    let error = store.store(&book, &many, Attempt::First).unwrap_err();
    assert!(
        matches!(error, LedgerError::Database(DatabaseError::Full(_))),
        "{error:?}"
    );
    assert_eq!(
        (
            store.count("movements"),
            store.count("users"),
            store.count("stakes")
        ),
        (4, 2, 2)
    );
    store.0.set("max_page_count", "100000").unwrap();
    store.store(&book, &many, Attempt::First).unwrap();
    assert_eq!(store.count("stakes"), 5_000);
}

#[test]
fn a_row_that_is_there_already_takes_its_batch_back() {
    let mut store = Sqlite::without_file();
    let book = Book::new(chips(100));
    store.store(&book, &stakes(&book, 1..2), Attempt::First).unwrap();
    // A book that knows of nothing gives the rows of user 1 once more, behind those of user 0.
    let error = store
        .store(&book, &stakes(&book, 0..2), Attempt::First)
        .unwrap_err();
    assert!(
        matches!(error, LedgerError::Database(DatabaseError::Sqlite { .. })),
        "{error:?}"
    );
    assert_eq!((store.count("movements"), store.count("users")), (2, 1));
}

#[test]
fn what_is_stored_is_loaded() {
    let mut store = Sqlite::without_file();
    let mut book = Book::new(chips(100));
    let changes = stakes(&book, 0..3);
    store.store(&book, &changes, Attempt::First).unwrap();
    changes.enter(&mut book);
    let mut loaded = Book::default();
    assert!(store.load(&mut loaded).unwrap().is_empty());
    assert_eq!(
        (loaded.house, loaded.users.clone()),
        (book.house, book.users.clone())
    );
    assert!(loaded.stakes().eq(book.stakes()));
    assert_eq!(loaded.tables[&0].last, book.tables[&0].last);
}
