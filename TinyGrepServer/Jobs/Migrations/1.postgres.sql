CREATE TABLE jobs (
    id               text COLLATE "C" PRIMARY KEY,
    kind             text NOT NULL,
    input            bytea NOT NULL,
    state            text NOT NULL,
    priority         bigint NOT NULL,
    run_at           bigint NOT NULL,
    attempts         bigint NOT NULL,
    max_attempts     bigint NOT NULL,
    unique_key       text COLLATE "C",
    user_name        text NOT NULL,
    created_at       bigint NOT NULL,
    started_at       bigint,
    finished_at      bigint,
    progress         bigint NOT NULL,
    error            text,
    result           text,
    holder           text,
    lease_until      bigint,
    cancel_requested bigint NOT NULL
);
CREATE INDEX jobs_due ON jobs (priority DESC, run_at, id) WHERE state = 'waiting';
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_state ON jobs (state, id);
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;
CREATE UNIQUE INDEX jobs_unique ON jobs (kind, unique_key) WHERE unique_key IS NOT NULL AND state IN ('waiting', 'running');
