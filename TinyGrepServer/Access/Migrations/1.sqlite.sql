CREATE TABLE users (
    name       text PRIMARY KEY,
    salt       blob NOT NULL,
    hash       blob NOT NULL,
    rounds     integer NOT NULL,
    may_write  integer NOT NULL,
    created_at text NOT NULL
);
