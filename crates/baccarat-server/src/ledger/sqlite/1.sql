-- Version 1 of the ledger. All amounts are hundredths of a chip.

-- Every movement, once. `source` and `target` are `house`, `user` (of this row), or `stake` and a side: what this user
-- has there in this round. Rows of the kind `issue` belong to no round, and have table -1.
CREATE TABLE movements (
    table_number INTEGER NOT NULL,
    round        INTEGER NOT NULL,
    user         TEXT    NOT NULL,
    side         INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    number       INTEGER NOT NULL,
    source       TEXT    NOT NULL,
    target       TEXT    NOT NULL,
    amount       INTEGER NOT NULL CHECK (amount > 0),
    PRIMARY KEY (table_number, round, user, side, kind, number)
) STRICT, WITHOUT ROWID;

-- What the rows add up to: the house, the users, and the stakes of open rounds, of which none is left when a round ends.
CREATE TABLE house (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    balance INTEGER NOT NULL
) STRICT;
INSERT INTO house VALUES (1, 0);

CREATE TABLE users (
    user    TEXT    NOT NULL PRIMARY KEY,
    balance INTEGER NOT NULL CHECK (balance >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE stakes (
    table_number INTEGER NOT NULL,
    round        INTEGER NOT NULL,
    user         TEXT    NOT NULL,
    side         INTEGER NOT NULL,
    balance      INTEGER NOT NULL CHECK (balance > 0),
    PRIMARY KEY (table_number, round, user, side)
) STRICT, WITHOUT ROWID;

-- Rounds that are over. `result` is the body of GAME_RESULT_NTF. The sides return so many hundredths per chip staked.
-- A round that was refunded has none of these.
CREATE TABLE rounds (
    table_number INTEGER NOT NULL,
    round        INTEGER NOT NULL,
    shoe         INTEGER,
    result       BLOB,
    player       INTEGER,
    banker       INTEGER,
    tie          INTEGER,
    player_pair  INTEGER,
    banker_pair  INTEGER,
    PRIMARY KEY (table_number, round)
) STRICT, WITHOUT ROWID;

-- The last round and shoe of each table: they count on after a restart.
CREATE TABLE tables (
    table_number INTEGER PRIMARY KEY,
    round        INTEGER NOT NULL,
    shoe         INTEGER NOT NULL
) STRICT;
