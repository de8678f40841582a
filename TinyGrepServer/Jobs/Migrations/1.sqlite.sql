CREATE TABLE jobs (
    id               text PRIMARY KEY,
    kind             text NOT NULL,
    input            blob NOT NULL,
    state            text NOT NULL,
    priority         integer NOT NULL,
    run_at           integer NOT NULL,
    attempts         integer NOT NULL,
    max_attempts     integer NOT NULL,
    unique_key       text,
    user_name        text NOT NULL,
    created_at       integer NOT NULL,
    started_at       integer,
    finished_at      integer,
    progress         integer NOT NULL,
    error            text,
    result           text,
    holder           text,
    lease_until      integer,
    cancel_requested integer NOT NULL
);
CREATE INDEX jobs_due ON jobs (priority DESC, run_at, id) WHERE state = 'waiting';
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_state ON jobs (state, id);
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE UNIQUE INDEX jobs_unique ON jobs (kind, unique_key) WHERE unique_key IS NOT NULL AND state IN ('waiting', 'running');
