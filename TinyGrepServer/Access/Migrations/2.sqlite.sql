ALTER TABLE users ADD COLUMN is_admin integer NOT NULL DEFAULT 0;
UPDATE users SET is_admin = 1;
