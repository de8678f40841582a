CREATE TABLE movies (
    id           text COLLATE "C" PRIMARY KEY,
    title        text COLLATE "C" NOT NULL UNIQUE,
    genre        text COLLATE "C" NOT NULL,
    expiry_date  text COLLATE "C" NOT NULL,
    release_year bigint NOT NULL,
    version      bigint NOT NULL
);
CREATE INDEX movies_genre ON movies (genre, id);
CREATE INDEX movies_release_year ON movies (release_year, id);
CREATE INDEX movies_expiry_date ON movies (expiry_date, id);
