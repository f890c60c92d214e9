-- Version 1 of the accounts. All times are Unix time in seconds.

-- `password` is a hash in PHC's format, with its parameters and its salt.
CREATE TABLE accounts (
    user     TEXT    NOT NULL PRIMARY KEY,
    password TEXT    NOT NULL,
    created  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who is logged in. `token` is the SHA-256 of what the user shows.
CREATE TABLE sessions (
    token   BLOB    NOT NULL PRIMARY KEY,
    user    TEXT    NOT NULL REFERENCES accounts ON DELETE CASCADE,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_user ON sessions (user, expires);
CREATE INDEX sessions_by_end ON sessions (expires);
