DROP INDEX jobs_state;
CREATE INDEX jobs_state ON jobs (state, id, user_name);
CREATE INDEX jobs_user ON jobs (user_name, id);
