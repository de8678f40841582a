CREATE TABLE users (
    name       text COLLATE "C" PRIMARY KEY,
    salt       bytea NOT NULL,
    hash       bytea NOT NULL,
    rounds     bigint NOT NULL,
    may_write  bigint NOT NULL,
    created_at text NOT NULL
);
