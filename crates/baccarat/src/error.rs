//! The error type of the crate: numbers and texts that stand for no card, outcome, stake or cut. A record has its own.

/// Why something is no card, no outcome, no stake, no cut.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BaccaratError {
    /// A number stands for no card.
    #[error("a card is a number from 0 to 51, not {0}")]
    CardNumber(i64),
    /// A text stands for no card.
    #[error("{0:?} is no card: a suit and a rank, such as ♠A or H10")]
    CardText(String),
    /// A number stands for no winner.
    #[error("a winner is 1 player, 2 banker or 3 tie, not {0}")]
    WinnerNumber(i8),
    /// A text stands for no winner.
    #[error("{0:?} is no winner: player, banker or tie")]
    WinnerText(String),
    /// A word says nothing about an outcome.
    #[error("{0:?} says nothing about a round: player-pair, banker-pair or natural")]
    OutcomeText(String),
    /// A byte of a history stands for no outcome.
    #[error("{0:#04x} is no round of a history: bits 0 and 1 are the winner, 1 to 3, and bits 5 to 7 are 0")]
    HistoryByte(u8),
    /// A number stands for no side.
    #[error("a side is 1 player, 2 banker, 3 tie, 4 player pair or 5 banker pair, not {0}")]
    SideNumber(i8),
    /// A text stands for no side.
    #[error("{0:?} is no side: player, banker, tie, player-pair or banker-pair")]
    SideText(String),
    /// A stake is under 0.
    #[error("a stake is at least 0 chips, not {0}")]
    NegativeStake(i64),
    /// A stake would bring back more than an i64 holds.
    #[error("{0} chips are too many: what they bring back does not fit")]
    StakeTooLarge(i64),
    /// A shoe cannot have so many decks.
    #[error("a shoe has 1 to 8 decks, not {0}")]
    Decks(u8),
    /// The cut card cannot lie there.
    #[error("the cut card has 12 to {most} cards behind it, not {behind}")]
    CutCard {
        /// Cards behind it.
        behind: u16,
        /// Cards in the shoe.
        most: u16,
    },
    /// A shoe cannot be cut there.
    #[error("a shoe of {cards} cards is cut at 1 to {}, not at {position}", cards - 1)]
    CutPosition {
        /// Cards that were to go to the end.
        position: i64,
        /// Cards in the shoe.
        cards: u16,
    },
    /// The shoe has been cut as often as a reveal can tell.
    #[error("a shoe is cut 127 times at most")]
    TooManyCuts,
    /// The first round of the shoe has begun.
    #[error("the shoe is open: it is cut before its first round")]
    ShoeOpen,
    /// A text is not 32 bytes in hexadecimal.
    #[error("{0:?} is not 32 bytes in hexadecimal, which are 64 digits")]
    Hexadecimal(String),
    /// A word of a record is not the one that its place has.
    #[error("expected {expected}, found {found}")]
    Word {
        /// What its place has.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// A record ends before its commitment.
    #[error("the record ends where {0} is expected")]
    RecordEnds(&'static str),
    /// A line of a record cannot be read.
    #[error("line {line} of the record")]
    RecordLine {
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        source: Box<BaccaratError>,
    },
}
