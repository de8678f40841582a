CREATE TABLE movies (
    id           text PRIMARY KEY,
    title        text NOT NULL UNIQUE,
    genre        text NOT NULL,
    expiry_date  text NOT NULL,
    release_year integer NOT NULL,
    version      integer NOT NULL
);
CREATE INDEX movies_genre ON movies (genre, id);
CREATE INDEX movies_release_year ON movies (release_year, id);
CREATE INDEX movies_expiry_date ON movies (expiry_date, id);
