CREATE TABLE messages (
    digest     bytea PRIMARY KEY,
    text       bytea NOT NULL,
    created_at text NOT NULL
);
