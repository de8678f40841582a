CREATE TABLE messages (
    digest     blob PRIMARY KEY,
    text       blob NOT NULL,
    created_at text NOT NULL
);
