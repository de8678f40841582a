ALTER TABLE users ADD COLUMN is_admin bigint NOT NULL DEFAULT 0;
UPDATE users SET is_admin = 1;
